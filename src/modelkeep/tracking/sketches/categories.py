"""The most frequent values of a column, with how often each occurs."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np

from modelkeep.errors import InvalidInputError
from modelkeep.tracking.sketches.arrays import check_bound
from modelkeep.tracking.sketches.encoding import Count, State, Summary, check_same_settings
from modelkeep.tracking.sketches.labels import Category, category_order, coded, combined
from modelkeep.tracking.sketches.varints import pack_counts, unpack_counts

_MOST = 4096
_SPARE = 4  # times as many values are counted as are reported


class CategoriesState(State, frozen=True):
    """What `Categories` know; the counts are those of `varints`."""

    most: Count
    values: list[Category]
    counts: bytes
    total: Count
    greatest_error: Count
    missing: Count


class Categories(Summary):
    """Counts of the most frequent strings, integers or truths; the rest is counted together.

    Exact while at most `4 * most` different values were seen; then a merge gives, to the bit,
    what adding all values to one gives, in any order. With more values it is a Misra-Gries
    summary of `4 * most` counters (Agarwal and others, "Mergeable summaries", PODS 2012): whenever
    there are more, the count of the first that is too many is taken off all. So a count is never
    too great, and too small by at most `greatest_error`, which is at most
    total / (4 * most + 1), however often and in which order was merged; a value that is more
    frequent than that is always there. The merge of two is the same in both directions.

    Args:
        most: How many values `counts` returns, 1 to 4,096.

    Attributes:
        total: How many values there are that are not missing.
        missing: How many were None or NaN.
        greatest_error: The most that a count can be too small by.
    """

    __slots__ = ("_counts", "_most", "greatest_error", "missing", "total")
    kind: ClassVar[int] = 3
    state_class: ClassVar[type[State]] = CategoriesState

    def __init__(self, most: int = 64) -> None:
        check_bound("most", most, _MOST)
        self._most = most
        self._counts: dict[Category, int] = {}
        self.total = 0
        self.missing = 0
        self.greatest_error = 0

    @property
    def other(self) -> int:
        """How many of the values are not in `counts`."""
        return self.total - sum(self.counts().values())

    def add(self, values: Any) -> None:
        """Count the values.

        Args:
            values: An array or other iterable of strings, integers, truths or whole floats; None
                and NaN are missing.

        Raises:
            InvalidInputError: A value can be no category.
        """
        names, codes = coded(values)
        counts = np.bincount(codes + 1, minlength=len(names) + 1)
        missing, counts, bound = int(counts[0]), counts[1:], _SPARE * self._most
        excess = 0
        if np.count_nonzero(counts) > bound:  # a summary of the batch first, as it may be long
            excess = int(np.partition(counts, -bound - 1)[-bound - 1])
        kept = np.flatnonzero(counts > excess).tolist()
        found = {names[place]: int(counts[place]) - excess for place in kept}
        self._take(found, int(counts.sum()), missing, excess)

    def merge(self, other: Self) -> None:
        """Take in all that others have counted.

        Raises:
            InvalidInputError: The setting `most` differs.
        """
        check_same_settings("most", self._most, other._most)
        self._take(other._counts, other.total, other.missing, other.greatest_error)

    def counts(self) -> dict[Category, int]:
        """Return the most frequent values with their counts, the most frequent first.

        Equally frequent ones are sorted, numbers before strings.
        """
        ranked = sorted(self._counts.items(), key=_rank)
        return dict(ranked[: self._most])

    def to_state(self) -> CategoriesState:
        """Return what they know."""
        values = sorted(self._counts, key=category_order)
        counts = np.array([self._counts[value] for value in values], dtype=np.int64)
        return CategoriesState(
            self._most, values, pack_counts(counts), self.total, self.greatest_error, self.missing
        )

    @classmethod
    def from_state(cls, state: Any) -> Self:
        """Undo `to_state`.

        Raises:
            InvalidInputError: The parts of the state contradict one another.
        """
        made = cls(state.most)
        counts = unpack_counts(state.counts, _SPARE * state.most).tolist()
        if len(counts) != len(state.values) or 0 in counts or sum(counts) > state.total:
            raise InvalidInputError(
                f"{len(state.values)} values with {len(counts)} counts are no categories"
            )
        made._counts = dict(zip(state.values, counts, strict=True))
        made.total, made.missing = state.total, state.missing
        made.greatest_error = state.greatest_error
        return made

    def _take(self, counts: dict[Category, int], total: int, missing: int, error: int) -> None:
        self._counts = combined([self._counts, counts])
        self.total += total
        self.missing += missing
        self.greatest_error += error
        bound = _SPARE * self._most
        if len(self._counts) > bound:
            excess = sorted(self._counts.values(), reverse=True)[bound]
            self.greatest_error += excess
            self._counts = {
                value: count - excess for value, count in self._counts.items() if count > excess
            }


def _rank(item: tuple[Category, int]) -> tuple[int, tuple[bool, Category]]:
    return -item[1], category_order(item[0])
