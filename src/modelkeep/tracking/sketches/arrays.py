"""Arrays of numbers as the summaries take them."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from modelkeep.errors import InvalidInputError, InvalidSettingError

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]


def checked_numbers(name: str, values: npt.ArrayLike) -> FloatArray:
    """Return the values as one flat array of float64; None becomes NaN.

    Args:
        name: What the values are, for the message.
        values: Numbers or truths of any shape.

    Raises:
        InvalidInputError: They are not numbers.
    """
    array = np.asarray(values)
    if array.dtype.kind == "O":
        array = np.array([np.nan if value is None else value for value in array.ravel()])
    if array.size and array.dtype.kind not in "biuf":
        raise InvalidInputError(
            f"{name} are of the type {array.dtype}; they must be numbers (bool, int or float)"
        )
    return np.ascontiguousarray(array, dtype=np.float64).ravel()


def check_same_length(name1: str, length1: int, name2: str, length2: int) -> None:
    """Check that two arrays have a row for each other's.

    Raises:
        InvalidInputError: They have not.
    """
    if length1 != length2:
        raise InvalidInputError(
            f"there are {length1} {name1} and {length2} {name2}; each row needs both"
        )


def check_bound(name: str, value: int, most: int) -> None:
    """Check a setting that bounds the size of a summary.

    Raises:
        InvalidSettingError: It is no whole number from 1 to `most`.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise InvalidSettingError(name, value, f"a whole number from 1 to {most}")
