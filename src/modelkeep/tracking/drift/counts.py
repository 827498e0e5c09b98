"""Counts over the same bins: looked at before they are compared, and joined where they are few."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from modelkeep.errors import InvalidInputError

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_LEAST_EXPECTED = 5.0


def checked_counts(name: str, counts: npt.ArrayLike, bins: int | None = None) -> IntArray:
    """Return counts as an array of int64.

    Args:
        name: What they are, for the message.
        counts: Whole numbers from 0 up, shape (bins,).
        bins: How many there must be; None for any number but 0.

    Raises:
        InvalidInputError: They are not that.
    """
    array = np.asarray(counts)
    if array.ndim != 1 or array.size == 0 or (bins is not None and array.size != bins):
        wanted = "(bins,), with a bin at least" if bins is None else f"({bins},)"
        raise InvalidInputError(f"{name} have the shape {array.shape}; it must be {wanted}")
    if array.dtype.kind not in "iu":
        raise InvalidInputError(f"{name} are of type {array.dtype}; counts are whole numbers")
    if (array < 0).any():
        raise InvalidInputError(f"{name} hold {array.min()}; a count is 0 or more")
    return array.astype(np.int64)


def checked_pair(expected: npt.ArrayLike, actual: npt.ArrayLike) -> tuple[IntArray, IntArray]:
    """Return the counts of two samples over the same bins.

    Args:
        expected: Of the reference, shape (bins,).
        actual: Of what is compared with it, shape (bins,).

    Raises:
        InvalidInputError: They are no counts, the shapes differ, or a sample is empty.
    """
    first = checked_counts("expected counts", expected)
    second = checked_counts("actual counts", actual, first.size)
    for name, counts in (("expected", first), ("actual", second)):
        if not counts.any():
            raise InvalidInputError(f"{name} counts are all 0; a distance needs rows on both sides")
    return first, second


def joined_where_sparse(expected: IntArray, actual: IntArray) -> tuple[IntArray, IntArray]:
    """Join bins with fewer than 5 rows expected in the smaller sample, and drop empty ones.

    Chi-square approximations need that many (Cochran, Some methods for strengthening the common
    chi-square tests, Biometrics 10, 1954). Which bins are joined follows from the sums of both
    samples alone, so the choice does not favour a difference between them.

    Args:
        expected: Counts of one sample, shape (bins,).
        actual: Counts of the other, shape (bins,).

    Returns:
        The counts over the bins that are left, the joined one last.
    """
    both = expected + actual
    share = min(int(expected.sum()), int(actual.sum())) / both.sum()
    sparse = both * share < _LEAST_EXPECTED
    rest = int(both[sparse].sum())
    if 0 < rest * share < _LEAST_EXPECTED and not sparse.all():
        # What is left over is still too little: the smallest of the others takes it in.
        smallest = np.flatnonzero(~sparse)[np.argmin(both[~sparse])]
        sparse[smallest] = True
    kept = [
        np.append(counts[~sparse], counts[sparse].sum()) if rest else counts[~sparse]
        for counts in (expected, actual)
    ]
    return kept[0], kept[1]


def stored_counts(stored: Iterable[Any], bins: int) -> tuple[int, ...]:
    """Return reference counts that were stored as JSON.

    Raises:
        InvalidInputError: They are no counts of that many bins.
        TypeError: They are no list.
    """
    return tuple(checked_counts("stored reference counts", list(stored), bins).tolist())
