"""Which probability a score stands for, learned from labelled rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from modelkeep.errors import InvalidInputError
from modelkeep.tracking.sketches.arrays import FloatArray, IntArray, checked_numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A rising step function from scores to probabilities.

    Attributes:
        edges: Where the steps begin and end, ascending from 0 to 1, one more than rates; empty
            for the identity, which takes scores as the probabilities they claim to be.
        rates: The probability on each step.
    """

    edges: tuple[float, ...] = ()
    rates: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        rising = all(np.diff(self.edges) > 0) and all(np.diff(self.rates) >= 0)
        fits = len(self.edges) == len(self.rates) + 1 if self.edges else not self.rates
        inside = all(0 <= value <= 1 for value in (*self.edges, *self.rates))
        if not (rising and fits and inside):
            raise InvalidInputError(
                f"edges {self.edges} and rates {self.rates} are no calibration; both must rise "
                "within 0 to 1, with one edge more than rates"
            )

    def apply(self, scores: FloatArray) -> FloatArray:
        """Return the probability that each score stands for.

        Args:
            scores: Each 0 to 1.
        """
        values = checked_numbers("scores", scores)
        if not self.rates:
            return values
        steps = np.searchsorted(np.array(self.edges[1:-1]), values, side="right")
        return np.array(self.rates)[steps]


def learned_calibration(positives: IntArray, negatives: IntArray, steps: int) -> Calibration:
    """Return the calibration of scores by isotonic regression on groups of bins.

    Neighbouring bins form up to `steps` groups with about equally many rows, cut at the middle as
    well, so that scores of either decision keep apart; then the pool-adjacent-violators algorithm
    (Ayer and others, Annals of Mathematical Statistics 26, 1955) makes their rates rise.

    Args:
        positives: Counts by equal bins of the score, at least one row in all.
        negatives: The same of negative rows.
        steps: The number of groups, at least 1.
    """
    rows = positives + negatives
    before = np.cumsum(rows) - rows
    groups = np.minimum((before + rows // 2) * steps // rows.sum(), steps - 1)
    groups = 2 * groups + (np.arange(rows.size) >= rows.size // 2)
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    right = np.add.reduceat(positives, starts).tolist()
    total = np.add.reduceat(rows, starts).tolist()
    blocks: list[tuple[int, int, int]] = []  # first bin, positive rows, rows
    for start, good, count in zip(starts.tolist(), right, total, strict=True):
        block = (start, good, count)
        # An empty group has no rate of its own and joins what stands before it.
        while blocks and (not block[2] or not blocks[-1][2] or _falls(blocks[-1], block)):
            first, good_before, count_before = blocks.pop()
            block = (first, good_before + block[1], count_before + block[2])
        blocks.append(block)
    edges = [first / rows.size for first, _, _ in blocks]
    return Calibration(edges=(*edges, 1.0), rates=tuple(good / count for _, good, count in blocks))


def _falls(block1: tuple[int, int, int], block2: tuple[int, int, int]) -> bool:
    return block1[1] * block2[2] >= block2[1] * block1[2]
