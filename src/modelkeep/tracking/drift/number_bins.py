"""Bins of numbers: equal shares of a reference, with a bin for each frequent value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from modelkeep.errors import InvalidInputError, InvalidSettingError
from modelkeep.tracking.drift.counts import FloatArray, IntArray, stored_counts

# With fewer reference rows in a bin its share is too uncertain for the chi-square approximation.
_LEAST_IN_A_BIN = 20
_GREATEST = float(np.finfo(np.float64).max)
# From here on text without an exponent is too long to read.
_GREATEST_WHOLE = 1e15


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberBins:
    """Bins between edges, a bin holding its lower edge; the outer ones are open, the last is NaN.

    Attributes:
        edges: Increasing and finite; bin i lies between edges i-1 and i.
        reference: The rows of the reference in each of the len(edges) + 2 bins.

    Example:
        >>> bins = NumberBins.from_values([0, 0, 0, 0, 1.5, 2.5] * 10, bins=3)
        >>> bins.labels()
        ('below 0', 'exactly 0', 'above 0', 'missing')
        >>> bins.count([0.0, 7.0, float("nan")]).tolist()
        [0, 1, 1, 1]
    """

    KIND: ClassVar[str] = "numbers"

    edges: tuple[float, ...]
    reference: tuple[int, ...]

    @classmethod
    def from_values(cls, values: npt.ArrayLike, bins: int = 32) -> Self:
        """Return bins that each hold about the same share of the values.

        A value that alone has more than that share gets a bin of its own; what lies between two
        such values is cut into equal parts, one at least. So there may be up to 2 bins + 1 of them,
        and a few are small. With fewer than 20 rows a bin, fewer bins are made.

        Args:
            values: The reference, shape (rows,); NaN and None are missing values. Infinite ones
                count as the greatest or the smallest.
            bins: How many to aim at, 2 to 1,000.

        Raises:
            InvalidInputError: There are no values, or they are no numbers.
            InvalidSettingError: `bins` is out of range.
        """
        if not 2 <= bins <= 1_000:  # noqa: PLR2004 - told in the docstring and the message
            raise InvalidSettingError("bins", bins, "2 to 1,000")
        array = _checked_numbers(values)
        if array.size == 0:
            raise InvalidInputError("there are no reference values; bins need at least one")
        edges = _edges(array[~np.isnan(array)], bins)
        counts = _count(np.array(edges), array)
        return cls(edges=edges, reference=tuple(counts.tolist()))

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Return what `to_plain` was called on.

        Raises:
            InvalidInputError: It is not what `to_plain` returns.
        """
        try:
            edges = tuple(float(edge) for edge in plain["edges"])
            reference = stored_counts(plain["reference"], len(edges) + 2)
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidInputError(f"these are no stored bins of numbers: {error}") from error
        if not (np.isfinite(edges).all() and (np.diff(edges) > 0).all()):
            raise InvalidInputError("stored edges of bins must be finite and increase")
        return cls(edges=edges, reference=reference)

    @property
    def ordered(self) -> bool:
        """True: a later bin means a greater value; the last, of missing values, aside."""
        return True

    @property
    def reference_counts(self) -> IntArray:
        """The rows of the reference in each bin, shape (bins,)."""
        return np.array(self.reference, dtype=np.int64)

    def count(self, values: npt.ArrayLike) -> IntArray:
        """Return how many of the values lie in each bin.

        Args:
            values: Numbers, shape (rows,); NaN and None are missing values.

        Returns:
            Shape (bins,), missing values last.

        Raises:
            InvalidInputError: They are no numbers.
        """
        return _count(np.array(self.edges), _checked_numbers(values))

    def labels(self) -> tuple[str, ...]:
        """Return words for each bin, in its order."""
        if not self.edges:
            return "any number", "missing"
        shown, after = _shown(self.edges), _after_single(self.edges)
        words = [f"below {shown[0]}"]
        for at in range(1, len(self.edges)):
            if after[at]:
                words.append(f"exactly {shown[at - 1]}")
            elif after[at - 1]:
                words.append(f"above {shown[at - 1]}, below {shown[at]}")
            else:
                words.append(f"{shown[at - 1]} to below {shown[at]}")
        last = f"above {shown[-1]}" if after[-1] else f"{shown[-1]} and more"
        return *words, last, "missing"

    def to_plain(self) -> dict[str, Any]:
        """Return what `from_plain` takes; it can be written as JSON."""
        return {"kind": self.KIND, "edges": list(self.edges), "reference": list(self.reference)}


def _checked_numbers(values: npt.ArrayLike) -> FloatArray:
    array = np.asarray(values)
    if array.ndim != 1:
        raise InvalidInputError(f"values have the shape {array.shape}; it must be (rows,)")
    # Text that looks like numbers is a mistake upstream, though numpy would read it.
    texts = array.dtype == object and any(isinstance(value, str | bytes) for value in array)
    if texts or array.dtype.kind not in "biufO":
        raise InvalidInputError(
            f"values of type {'text' if texts else array.dtype} are not numbers; "
            "use CategoryBins for categories"
        )
    try:
        return array.astype(np.float64, copy=False)
    except (TypeError, ValueError) as error:
        raise InvalidInputError(f"values are not all numbers: {error}") from error


def _count(edges: FloatArray, values: FloatArray) -> IntArray:
    places = np.searchsorted(edges, values, side="right")
    counts = np.bincount(places, minlength=edges.size + 2).astype(np.int64, copy=False)
    # NaN sorts behind all edges, so it was counted with the greatest values.
    counts[-1] = np.count_nonzero(np.isnan(values))
    counts[-2] -= counts[-1]
    return counts


def _next(values: npt.ArrayLike) -> FloatArray:
    """Return the next greater floats; behind the greatest comes infinity, which is no mistake."""
    with np.errstate(over="ignore"):
        return np.nextafter(values, np.inf)


def _edges(values: FloatArray, bins: int) -> tuple[float, ...]:
    """Return the edges that cut the values, none of them NaN, into about that many bins."""
    if values.size == 0:
        return ()
    distinct, counts = np.unique(values, return_counts=True)
    share = values.size / max(1, min(bins, values.size // _LEAST_IN_A_BIN))
    heavy = np.flatnonzero(counts > share)
    cuts = list(distinct[heavy]) + list(_next(distinct[heavy]))
    # What lies between two frequent values, from index `begin` of the distinct ones up to `end`.
    begins, ends = np.append(0, heavy + 1), np.append(heavy, distinct.size)
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        sums = np.cumsum(counts[begin:end])
        parts = round(sums[-1] / share) if sums.size else 0
        if parts > 1:
            goals = sums[-1] * np.arange(1, parts) / parts
            at = np.searchsorted(sums, goals - 0.5, side="left") + 1
            cuts += list(distinct[begin:end][at[at < sums.size]])
    edges = np.unique(np.minimum(np.array(cuts, dtype=np.float64), _GREATEST))
    return tuple(edges[edges > -np.inf].tolist())


def _after_single(edges: tuple[float, ...]) -> list[bool]:
    """Return which edges end the bin of a single value."""
    ends = [bool(_next(low) == high) for low, high in pairwise(edges)]
    return [False, *ends]


def _shown(edges: tuple[float, ...]) -> list[str]:
    """Return the edges with as few digits as tell them apart, and six at least."""
    after = _after_single(edges)
    # The end of a single value's bin is shown as that value.
    values = [edges[at - 1] if ends else edges[at] for at, ends in enumerate(after)]
    for digits in range(6, 17):
        shown = [_text(value, digits) for value in values]
        if len(set(shown)) == len(set(values)):
            return shown
    return [repr(value) for value in values]


def _text(value: float, digits: int) -> str:
    whole = value.is_integer() and abs(value) < _GREATEST_WHOLE
    return f"{value:.0f}" if whole else f"{value:.{digits}g}"
