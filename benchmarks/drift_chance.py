"""Whether small p-values of the chi-square test are as rare as they say, Pearson's beside."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from benchmarks.canary_statistics import Line
from modelkeep.tracking.drift.distances import chi_square_p_value
from modelkeep.tracking.drift.incomplete_gamma import upper_gamma

LEVEL = 0.001
Counts = npt.NDArray[np.int64]


def _pearson(expected: Counts, actual: Counts) -> float:
    both = expected + actual
    held = both * (min(expected.sum(), actual.sum()) / both.sum()) >= 5
    parts = [np.append(counts[held], counts[~held].sum()) for counts in (expected, actual)]
    first, second = (part[parts[0] + parts[1] > 0] for part in parts)
    ratio = np.sqrt(first.sum() / second.sum())
    statistic = ((ratio * second - first / ratio) ** 2 / (first + second)).sum()
    return upper_gamma((first.size - 1) / 2, float(statistic) / 2)


def _quantiles(rng: np.random.Generator, reference: int, rows: int) -> tuple[Counts, Counts]:
    # The true shares between quantiles of a sample are those of a Dirichlet distribution.
    each = reference // 32
    return np.full(32, each), rng.multinomial(rows, rng.dirichlet(np.full(32, float(each))))


def _zipf(rng: np.random.Generator, reference: int, rows: int) -> tuple[Counts, Counts]:
    shares = 1 / np.arange(1, 500) ** 1.2
    shares = np.append(shares[:63], shares[63:].sum()) / shares.sum()
    return rng.multinomial(reference, shares), rng.multinomial(rows, shares)


def chance(runs: int) -> Iterator[Line]:
    """The share of p-values below 0.001 without drift."""
    tried = 50 * runs
    for draw, reference, rows in (
        (_zipf, 10_000, 500),
        (_zipf, 1_000, 10_000),
        (_quantiles, 1_000, 500),
        (_quantiles, 1_000, 10_000_000),
    ):
        rng = np.random.default_rng(8)
        ours = pearson = 0
        for _ in range(tried):
            expected, actual = draw(rng, reference, rows)
            ours += chi_square_p_value(expected, actual) < LEVEL
            pearson += _pearson(expected, actual) < LEVEL
        most = LEVEL * 1.25 + 3 * np.sqrt(LEVEL / tried)
        yield Line(
            name=f"p < {LEVEL}, {draw.__name__[1:]}, reference {reference:,}, {rows:,} rows",
            ours=f"{ours / tried:.3%}",
            bound=f"<= {most:.3%}",
            met=bool(ours / tried <= most),
            beside=f"Pearson {pearson / tried:.3%}",
        )
