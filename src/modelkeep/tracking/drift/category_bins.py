"""Bins of categories: the most frequent values of a reference, one for others, one for missing."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from modelkeep.errors import InvalidInputError, InvalidSettingError
from modelkeep.tracking.drift.counts import IntArray, stored_counts

Category = str | int | float | bool

_LEAST_SEEN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryBins:
    """A bin for each category, then one for all others, then one for None and NaN.

    Attributes:
        categories: The most frequent values, the most frequent first. Equal values are one
            category, so 1, 1.0 and True are.
        reference: The rows of the reference in each of the len(categories) + 2 bins; fewer in all
            than it had where some rows went into choosing the categories.

    Example:
        >>> bins = CategoryBins.from_values(["de", "fr", "de", None] * 10)
        >>> bins.labels()
        ("'de'", "'fr'", 'other', 'missing')
        >>> bins.count(["fr", "it", "fr"]).tolist()
        [0, 2, 1, 0]
    """

    KIND: ClassVar[str] = "categories"

    categories: tuple[Category, ...]
    reference: tuple[int, ...]

    @classmethod
    def from_values(cls, values: npt.ArrayLike, most: int = 63) -> Self:
        """Return bins for the most frequent values.

        Where a value is rare, or there are more than `most`, the values are chosen by a third of
        the rows, drawn with a fixed seed, and the reference is the other two. Counted on the rows
        that chose them, frequent values look more frequent than they are and others rarer, which
        is told as drift from then on (with 500 categories of Zipf's law and 1,000 rows in every
        fifth look for p < 0.001). By the estimate of Good and Turing (Good, The population
        frequencies of species and the estimation of population parameters, Biometrika 40, 1953)
        there is little to mend where all values were seen 5 times or more.

        Args:
            values: The reference, shape (rows,): text, whole numbers, truth values or finite
                floats; None and NaN are missing values.
            most: How many categories get a bin of their own, 1 to 1,000.

        Raises:
            InvalidInputError: There are no values, or one is something else.
            InvalidSettingError: `most` is out of range.
        """
        if not 1 <= most <= 1_000:  # noqa: PLR2004 - told in the docstring and the message
            raise InvalidSettingError("most", most, "1 to 1,000")
        array = _checked_rows(values)
        if array.size == 0:
            raise InvalidInputError("there are no reference values; bins need at least one")
        ranked = _ranked(array)
        kept, others = ranked[:most], ranked[most:]
        if others or any(rows < _LEAST_SEEN for _, rows in kept):
            order = np.random.default_rng(0).permutation(array.size)
            choosing, array = np.split(array[order], [array.size // 3])
            kept = _ranked(choosing)[:most]
        bins = cls(categories=tuple(value for value, _ in kept), reference=())
        return cls(categories=bins.categories, reference=tuple(bins.count(array).tolist()))

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Return what `to_plain` was called on.

        Raises:
            InvalidInputError: It is not what `to_plain` returns.
        """
        try:
            categories = tuple(_checked(value) for value in plain["categories"])
            distinct = len(set(categories))
            reference = stored_counts(plain["reference"], len(categories) + 2)
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidInputError(f"these are no stored bins of categories: {error}") from error
        if distinct < len(categories):
            raise InvalidInputError("stored categories must differ from one another")
        return cls(categories=categories, reference=reference)

    @property
    def ordered(self) -> bool:
        """False: categories have no order."""
        return False

    @property
    def reference_counts(self) -> IntArray:
        """The rows of the reference in each bin, shape (bins,)."""
        return np.array(self.reference, dtype=np.int64)

    def count(self, values: npt.ArrayLike) -> IntArray:
        """Return how many of the values lie in each bin.

        Args:
            values: Hashable values, shape (rows,).

        Returns:
            Shape (bins,), other values last but one and missing ones last.

        Raises:
            InvalidInputError: A value cannot be hashed, or the shape is another.
        """
        counter = _counted(_checked_rows(values))
        found = [counter.pop(category, 0) for category in self.categories]
        missing = sum(rows for value, rows in counter.items() if _is_missing(value))
        others = counter.total() - missing
        return np.array([*found, others, missing], dtype=np.int64)

    def labels(self) -> tuple[str, ...]:
        """Return words for each bin, in its order."""
        return *(repr(category) for category in self.categories), "other", "missing"

    def to_plain(self) -> dict[str, Any]:
        """Return what `from_plain` takes; it can be written as JSON."""
        return {
            "kind": self.KIND,
            "categories": list(self.categories),
            "reference": list(self.reference),
        }


def _checked_rows(values: npt.ArrayLike) -> npt.NDArray[Any]:
    # numpy would make text of a list that mixes text and numbers, or text and None.
    array = values if isinstance(values, np.ndarray) else np.array(values, dtype=object)
    if array.ndim != 1:
        raise InvalidInputError(f"values have the shape {array.shape}; it must be (rows,)")
    return array


def _counted(array: npt.NDArray[Any]) -> Counter[Hashable]:
    try:
        # Faster than np.unique on text, and it takes objects of different types.
        return Counter(array.tolist())
    except TypeError as error:
        raise InvalidInputError(f"a category cannot be hashed: {error}") from error


def _ranked(array: npt.NDArray[Any]) -> list[tuple[Category, int]]:
    """Return the values and how often each is there, the most frequent first."""
    counted = [
        (_checked(value), rows) for value, rows in _counted(array).items() if not _is_missing(value)
    ]
    # By text among equally frequent ones, so that the order of the rows does not matter.
    return sorted(counted, key=lambda pair: (-pair[1], str(pair[0])))


def _is_missing(value: object) -> bool:
    if isinstance(value, float | np.floating):
        return bool(np.isnan(value))
    # pandas' own missing value neither equals nor differs from anything, and is known by name.
    return value is None or type(value).__name__ in {"NAType", "NaTType"}


def _checked(value: object) -> Category:
    plain = value.item() if isinstance(value, np.generic) else value
    finite = not isinstance(plain, float) or math.isfinite(plain)
    if not (isinstance(plain, str | int | float) and finite):
        raise InvalidInputError(
            f"{plain!r} ({type(plain).__name__}) cannot be a category; "
            "it must be text, a whole number, a truth value or a finite float"
        )
    return plain
