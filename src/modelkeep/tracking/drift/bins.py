"""The bins of a reference: traffic is kept as counts over them, and counts merge by addition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy.typing as npt

from modelkeep.errors import InvalidInputError
from modelkeep.tracking.drift.category_bins import CategoryBins
from modelkeep.tracking.drift.counts import IntArray
from modelkeep.tracking.drift.number_bins import NumberBins

__all__ = ["Bins", "CategoryBins", "NumberBins", "bins_from_plain"]


class Bins(Protocol):
    """What a feature's values are counted over; holds the counts of its reference too."""

    @property
    def ordered(self) -> bool:
        """Whether a later bin means a greater value; the last bin, of missing values, aside."""

    @property
    def reference_counts(self) -> IntArray:
        """The rows of the reference in each bin, shape (bins,)."""

    def count(self, values: npt.ArrayLike) -> IntArray:
        """Return how many of the values lie in each bin, shape (bins,)."""

    def labels(self) -> tuple[str, ...]:
        """Return words for each bin, in its order."""

    def to_plain(self) -> dict[str, Any]:
        """Return what `bins_from_plain` takes; it can be written as JSON."""


def bins_from_plain(plain: Mapping[str, Any]) -> Bins:
    """Return the bins that `to_plain` was called on.

    Args:
        plain: What `to_plain` returned, also after a round trip through JSON.

    Raises:
        InvalidInputError: It is something else.
    """
    kind = plain.get("kind")
    if kind == NumberBins.KIND:
        return NumberBins.from_plain(plain)
    if kind == CategoryBins.KIND:
        return CategoryBins.from_plain(plain)
    raise InvalidInputError(
        f"stored bins are of the kind {kind!r}; it must be "
        f"{NumberBins.KIND!r} or {CategoryBins.KIND!r}"
    )
