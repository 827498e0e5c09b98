"""Counts of neighbouring bins in one array, of which the lowest collapse beyond a bound."""

from __future__ import annotations

import numpy as np

from modelkeep.errors import InvalidInputError
from modelkeep.tracking.sketches.arrays import IntArray


class DenseStore:
    """Counts by the number of a bin, for at most `most` neighbours below the highest.

    What lies lower is counted in the lowest bin. Which bins those are follows from the highest
    bin alone, so the counts do not depend on the order of additions and merges. The first and
    the last count are never 0.

    Args:
        most: The greatest number of bins.
    """

    __slots__ = ("_most", "counts", "first")

    def __init__(self, most: int) -> None:
        self._most = most
        self.first = 0
        self.counts: IntArray = np.empty(0, dtype=np.int64)

    @property
    def total(self) -> int:
        """How many values were counted."""
        return int(self.counts.sum())

    @property
    def bins(self) -> IntArray:
        """The number of the bin of each count."""
        return np.arange(self.first, self.first + self.counts.size, dtype=np.int64)

    def add(self, bins: IntArray) -> None:
        """Count one value in each of the bins.

        Args:
            bins: Numbers of bins, in any order; empty does nothing.
        """
        if not bins.size:
            return
        highest, lowest = int(bins.max()), int(bins.min())
        first = highest - self._most + 1
        if lowest < first:  # or bincount would take memory for all of them
            bins, lowest = np.maximum(bins, first), first
        self.add_counts(lowest, np.bincount(bins - lowest))

    def add_counts(self, first: int, counts: IntArray) -> None:
        """Add counts of neighbouring bins, of which the first has the number `first`.

        Args:
            first: Number of a bin.
            counts: Of which the first and the last are not 0.
        """
        if not counts.size:
            return
        if not self.counts.size:
            self.first, self.counts = first, np.zeros(1, dtype=np.int64)
        last = max(self.first + self.counts.size, first + counts.size) - 1
        self._cover(max(min(self.first, first), last - self._most + 1), last)
        below = max(self.first - first, 0)
        if below:
            self.counts[0] += counts[:below].sum()
            counts, first = counts[below:], self.first
        start = first - self.first
        self.counts[start : start + counts.size] += counts

    def check(self) -> None:
        """Check what was read from elsewhere.

        Raises:
            InvalidInputError: The counts are too many, or start or end with 0.
        """
        if self.counts.size > self._most or (
            self.counts.size and 0 in (self.counts[0], self.counts[-1])
        ):
            raise InvalidInputError(f"{self.counts.size} counts are no store of {self._most} bins")

    def _cover(self, first: int, last: int) -> None:
        if (first, last) == (self.first, self.first + self.counts.size - 1):
            return
        old, below = self.counts, max(first - self.first, 0)
        self.counts = np.zeros(last - first + 1, dtype=np.int64)
        self.counts[0] = old[:below].sum()
        rest = old[below:]
        start = max(self.first - first, 0)
        self.counts[start : start + rest.size] += rest
        self.first = first
