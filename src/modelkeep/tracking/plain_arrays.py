"""Arrays of numpy, pandas and Arrow, and lists, as plain arrays of numpy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from modelkeep.errors import InvalidInputError
from modelkeep.tracking.columns import Array

_LONGEST_SHOWN = 60


def plain_array(name: str, values: Any) -> Array:
    """Return values as an array: whole numbers and truths stay these where some are missing.

    Args:
        name: How they are called in errors.
        values: An array, a Series, an Arrow array or a sequence.

    Returns:
        Perhaps the same array that was given; objects where something is missing among others
        than floats.

    Raises:
        InvalidInputError: They are no such thing.
    """
    if isinstance(values, np.ma.MaskedArray):
        return _objects(values.tolist())
    if isinstance(values, np.ndarray):
        return values
    if hasattr(values, "to_pylist") and hasattr(values, "null_count"):
        return _of_arrow(values)
    if hasattr(values, "to_numpy"):
        return _of_pandas(values)
    if isinstance(values, Sequence) and not isinstance(values, str | bytes):
        if any(isinstance(each, str) or each is None for each in values):
            return _objects(values)
        try:
            return np.asarray(values)
        except ValueError as error:
            raise InvalidInputError(f"{name} is no array of single values: {error}") from error
    raise InvalidInputError(f"{name} is {shown(values)}; it must be an array or a sequence")


def length_of(values: Any) -> int | None:
    """Return how many rows a column of any kind has; None where there is no column.

    Raises:
        InvalidInputError: It is a text, whose characters are no rows, or has no length.
    """
    if values is None:
        return None
    if isinstance(values, str | bytes):
        raise InvalidInputError(f"{shown(values)} is one text; predictions and the like are lists")
    if not hasattr(values, "__len__") or getattr(values, "shape", None) == ():
        raise InvalidInputError(f"{shown(values)} is no array and no sequence of values")
    return len(values)


def check_length(name: str, array: Array, count: int | None) -> None:
    """Check that an array has one dimension and a value for each row.

    Raises:
        InvalidInputError: It has not.
    """
    if array.ndim != 1:
        raise InvalidInputError(f"{name} has the shape {array.shape}; it must have one dimension")
    if count is not None and len(array) != count:
        raise InvalidInputError(f"{name} has {len(array)} entries; the batch has {count} rows")


def is_missing(value: Any) -> bool:
    """Return whether a value stands for nothing: None, NaN, pandas' NA or NaT."""
    if value is None:
        return True
    # pandas.NA and NaT answer no comparison; their classes are named so.
    return type(value).__name__ in ("NAType", "NaTType") or (
        isinstance(value, float) and math.isnan(value)
    )


def shown(value: Any) -> str:
    """Return a value for a message."""
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 3]}..."


def _of_pandas(values: Any) -> Array:
    dtype = getattr(values, "dtype", None)
    may_have_gaps = getattr(dtype, "kind", "") in ("i", "u", "b") and hasattr(values, "isna")
    # Whole numbers with gaps would become floats, which stand for something else.
    if may_have_gaps and np.any(values.isna()):
        return np.asarray(values.to_numpy(dtype=object))
    return np.asarray(values.to_numpy())


def _of_arrow(values: Any) -> Array:
    # With gaps, Arrow gives floats for whole numbers.
    if values.null_count and str(values.type) not in ("double", "float", "halffloat"):
        return _objects(values.to_pylist())
    return np.asarray(values.to_numpy(zero_copy_only=False))


def _objects(values: Any) -> Array:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column
