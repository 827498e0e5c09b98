"""The paired bootstrap: both versions are scored on the same rows, drawn again and again.

Efron, The Annals of Statistics 7 (1979); percentile interval as in Davison and Hinkley, Bootstrap
Methods and their Application (1997), chapter 5, and p-value as in its chapter 4.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from modelkeep.comparison.deep import PairedTest
from modelkeep.comparison.predictions.answers import FloatArray
from modelkeep.comparison.predictions.codes import IntArray
from modelkeep.comparison.result import Direction

_MOST_UNITS = 20_000
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draws:
    """How a bootstrap is done.

    Attributes:
        confidence: Of its intervals, in (0, 1).
        resamples: How often rows are drawn.
        generator: Where chance comes from.
    """

    confidence: float
    resamples: int
    generator: np.random.Generator


def draw_sums(columns: FloatArray, draws: Draws) -> FloatArray:
    """Return the sums of columns over rows drawn with replacement.

    Beyond 20,000 rows they are dealt at random into 20,000 groups, and groups are drawn. As rows
    are independent, sums of groups have the same variance by row, and time and memory do not grow.

    Args:
        columns: Shape (rows, columns).
        draws: How often to draw, and by what chance.

    Returns:
        Shape (resamples, columns).
    """
    units = _grouped(columns, draws.generator)
    return np.concatenate([weights @ units for weights in draw_weights(units.shape[0], draws)])


def draw_weights(units: int, draws: Draws) -> Iterator[FloatArray]:
    """Yield how often each unit is drawn when as many as there are are drawn with replacement.

    Args:
        units: How many there are.
        draws: How often to draw, and by what chance.

    Yields:
        Some of the resamples, shape (some, units).
    """
    step = max(1, _CHUNK // units)
    for start in range(0, draws.resamples, step):
        size = min(step, draws.resamples - start)
        drawn = draws.generator.integers(0, units, (size, units), dtype=np.int64)
        drawn += (np.arange(size) * units)[:, np.newaxis]
        weights = np.bincount(drawn.ravel(), minlength=size * units)
        yield weights.reshape(size, units).astype(np.float64)


def draw_counts(counts: IntArray, draws: Draws) -> Iterator[FloatArray]:
    """Yield how often each kind of row is drawn when rows are drawn with replacement.

    Rows that are alike need not be told apart, so their number does not matter for the work.

    Args:
        counts: How many rows of each kind there are, shape (kinds,).
        draws: How often to draw, and by what chance.

    Yields:
        Some of the resamples, shape (some, kinds).
    """
    rows = int(counts.sum())
    step = max(1, _CHUNK // counts.size)
    for start in range(0, draws.resamples, step):
        size = min(step, draws.resamples - start)
        yield draws.generator.multinomial(rows, counts / rows, size=size).astype(np.float64)


def judge_resamples(
    metric: str,
    direction: Direction,
    scores: tuple[float, float],
    differences: FloatArray,
    *,
    rows: int,
    confidence: float,
) -> PairedTest:
    """Return the test that follows from the differences of the resamples.

    The interval lies between their quantiles, taken farther out as few rows want it: the expanded
    percentile interval of Hesterberg, The American Statistician 69:371 (2015). The p-value comes
    from the share of resamples on the rarer side of zero, with one more in both counts, carried
    over to few rows in the same way.

    Args:
        metric: Name of the score.
        direction: Which way is better.
        scores: Of version1 and version2 on all rows.
        differences: Score of version2 minus that of version1, shape (resamples,).
        rows: How many rows there are, at least 20.
        confidence: Of the interval, in (0, 1).
    """
    tail = _tail_to_take((1.0 - confidence) / 2.0, rows)
    ends = np.quantile(differences, [tail, 1.0 - tail])
    lower, upper = float(ends[0]), float(ends[1])
    rarer = int(min(np.count_nonzero(differences <= 0), np.count_nonzero(differences >= 0)))
    return {
        "metric": metric,
        "test": "paired_bootstrap",
        "direction": direction,
        "version1": scores[0],
        "version2": scores[1],
        "difference": scores[1] - scores[0],
        "lower": lower,
        "upper": upper,
        "confidence": confidence,
        "p_value": min(1.0, 2.0 * _tail_taken((1 + rarer) / (1 + differences.size), rows)),
        "improved": has_improved(lower, upper, direction),
    }


def has_improved(lower: float, upper: float, direction: Direction) -> bool | None:
    """Tell whether the interval of a difference lies on the better side of zero, None for neither.

    Args:
        lower: Lower end.
        upper: Upper end.
        direction: Which way is better.
    """
    if lower <= 0.0 <= upper:
        return None
    return (lower > 0.0) == (direction == "higher")


def _grouped(columns: FloatArray, generator: np.random.Generator) -> FloatArray:
    rows = columns.shape[0]
    if rows <= _MOST_UNITS:
        return columns
    starts = np.arange(_MOST_UNITS) * rows // _MOST_UNITS
    return np.add.reduceat(columns[generator.permutation(rows)], starts, axis=0)


def _tail_to_take(tail: float, rows: int) -> float:
    """Return the share of resamples to cut off on each side so that `tail` is what is missed.

    The distribution of t with n - 1 degrees of freedom is approximated by Abramowitz and Stegun,
    Handbook of Mathematical Functions, 26.7.8.
    """
    z, freedom = NormalDist().inv_cdf(1.0 - tail), rows - 1
    narrowed = (1.0 - 0.25 / freedom) ** 2 - z * z / (2.0 * freedom)
    if narrowed <= 0:
        return 0.0
    return NormalDist().cdf(-z * math.sqrt(rows / freedom / narrowed))


def _tail_taken(tail: float, rows: int) -> float:
    """Return what `_tail_to_take` makes `tail` of; a half and more stays as it is."""
    half = 0.5
    if tail >= half:
        return tail
    freedom = rows - 1
    t = NormalDist().inv_cdf(tail) * math.sqrt(freedom / rows)
    return NormalDist().cdf(t * (1.0 - 0.25 / freedom) / math.sqrt(1.0 + t * t / (2.0 * freedom)))
