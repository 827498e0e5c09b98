"""Columns of answers by what is in them: floats are numbers, all else stands for classes.

It is decided for each value, not for a column, so that it does not matter which rows were filed
together.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
BoolArray = npt.NDArray[np.bool_]

_WHOLE_BELOW = 2.0**63


def told(column: Array) -> BoolArray:
    """Return where something is known."""
    if column.dtype == np.float64:
        return ~np.isnan(column)
    if column.dtype == object:
        return np.array([each is not None for each in column.tolist()], dtype=bool)
    return np.ones(len(column), dtype=bool)


def known(column: Array) -> Array:
    """Return what is known."""
    where = told(column)
    return column if where.all() else column[where]


def are_floats(column: Array) -> BoolArray:
    """Return where a value is a float."""
    if column.dtype == object:
        return np.array([type(each) is float for each in column.tolist()], dtype=bool)
    return np.full(len(column), column.dtype == np.float64)


def are_texts(column: Array) -> BoolArray:
    """Return where a value is a text."""
    if column.dtype == object:
        return np.array([type(each) is str for each in column.tolist()], dtype=bool)
    return np.zeros(len(column), dtype=bool)


def as_numbers(column: Array) -> npt.NDArray[np.float64]:
    """Return a column as numbers; NaN for texts and what is not known."""
    if column.dtype == object:
        listed = [np.nan if each is None or type(each) is str else each for each in column.tolist()]
        return np.array(listed, dtype=np.float64)
    return column.astype(np.float64, copy=False)


def as_classes(column: Array) -> Array:
    """Return a column as classes: a float that is whole is that number, another one its text."""
    if column.dtype == np.float64:
        whole = np.abs(column) < _WHOLE_BELOW
        if (np.isnan(column) | (whole & (column == np.rint(column)))).all():
            return column
    elif column.dtype != object:
        return column
    classes = np.empty(len(column), dtype=object)
    classes[:] = [_class_of(each) if type(each) is float else each for each in column.tolist()]
    return classes


def _class_of(number: float) -> str | int | None:
    if number != number:  # noqa: PLR0124 - NaN
        return None
    return int(number) if number.is_integer() and abs(number) < _WHOLE_BELOW else repr(number)
