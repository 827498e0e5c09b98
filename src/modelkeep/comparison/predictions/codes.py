"""Answers, labels and classes as small numbers, so that any kind of them can be compared."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from modelkeep.comparison.predictions.answers import AnyArray, FloatArray

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_NUMERIC = frozenset("biuf")


def number_alike(*arrays: AnyArray) -> list[IntArray]:
    """Give equal values equal numbers over all arrays, from 0 without a gap.

    A number is never equal to a word; True is 1 and 1.0 is 1, as in Python; NaN is equal to NaN.

    Args:
        arrays: Each of shape (rows,).

    Returns:
        The numbers, in the shape of the arrays.

    Example:
        >>> [numbers.tolist() for numbers in number_alike(np.array(["b", "a"]), np.array(["b"]))]
        [[1, 0], [1]]
    """
    kinds = {array.dtype.kind for array in arrays}
    ends = np.cumsum([array.size for array in arrays])[:-1]
    if kinds <= _NUMERIC or kinds == {"U"}:
        _, numbers = np.unique(np.concatenate(arrays), return_inverse=True)
        return np.split(numbers.astype(np.int64), ends)
    known: dict[Any, int] = {}
    return [
        np.array([known.setdefault(_key(value), len(known)) for value in array.tolist()], np.int64)
        for array in arrays
    ]


def read_labels(labels: Sequence[Any] | npt.ArrayLike) -> tuple[AnyArray, BoolArray]:
    """Read the truths; None and NaN stand for one that is not known.

    Args:
        labels: Shape (rows,).

    Returns:
        The labels, as floats where all that are known are numbers and some are not, and which
        are known; both of shape (rows,).
    """
    array = np.asarray(labels)
    if array.dtype.kind == "f":
        return array, ~np.isnan(array)
    if array.dtype.kind != "O":
        return array, np.ones(array.shape, bool)
    values = array.ravel().tolist()
    known = np.array([_key(value) is not None for value in values], bool).reshape(array.shape)
    numbers = all(isinstance(value, int | float) for value in array[known].tolist())
    if numbers and known.any():
        return np.where(known, array, math.nan).astype(np.float64), known
    return array, known


def is_numeric(array: AnyArray) -> bool:
    """Tell whether all values are numbers or truth values."""
    return array.dtype.kind in _NUMERIC


def has_fractions(array: AnyArray) -> bool:
    """Tell whether any finite value is a number between two whole ones."""
    if array.dtype.kind != "f":
        return False
    finite = array[np.isfinite(array)]
    return bool(np.any(finite != np.trunc(finite)))


def plain(value: Any) -> Any:
    """Return a value as JSON has it: a number that is not finite as None, what is strange as text.

    Args:
        value: Of any type, from numpy too.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def plain_number(values: FloatArray | None, row: int) -> float | None:
    """Return one number of an array, None where there is none or it is not finite."""
    if values is None:
        return None
    return float(values[row]) if math.isfinite(values[row]) else None


def _key(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and math.isnan(value) else value
