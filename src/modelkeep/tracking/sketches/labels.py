"""Values of categories: what may be one, in which order they stand, and arrays of them as codes.

A category is a string, an integer of 64 bits or a truth. As in Python, True is 1 and False is 0:
they are one category, which is the integer once it was seen as one. Floats that are whole count
as integers; None and NaN are missing.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from modelkeep.errors import InvalidInputError
from modelkeep.tracking.sketches.arrays import IntArray

Category: TypeAlias = str | int | bool

_MISSING = -1
_LONGEST = 120  # characters that a category is kept with
_WIDEST_RANGE = 1024  # of integers that are counted by their place, not sorted
_TRUTHS = (bool, np.bool_)


def category_order(category: Category) -> tuple[bool, Category]:
    """Return a key that sorts categories: numbers first, then strings."""
    return isinstance(category, str), category


def combined(parts: Iterable[Mapping[Category, int]]) -> dict[Category, int]:
    """Return the sum of counts by category; a category is a truth only where all parts say so."""
    total: dict[Category, int] = {}
    for part in parts:
        for category, count in part.items():
            if category in total and not isinstance(category, bool):
                count += total.pop(category)  # noqa: PLW2901  the key may have to become an int
                total[category] = count
            else:
                total[category] = total.get(category, 0) + count
    return total


def coded(values: Any) -> tuple[list[Category], IntArray]:
    """Return the categories, distinct, and for each value the place of its own in that list.

    Args:
        values: An array or other iterable of values; its shape does not matter.

    Returns:
        The categories in no particular order, and the codes; a missing value has the code -1.

    Raises:
        InvalidInputError: A value can be no category.
    """
    if isinstance(values, (str, bytes)):
        raise InvalidInputError(f"the values are one text, {values!r:.80}; give a list of them")
    if hasattr(values, "__array__"):
        array = np.asarray(values).ravel()
        if array.dtype.kind == "b":
            return [False, True], array.astype(np.int64)
        if array.dtype.kind in "iu":
            return _coded_integers(array)
        if array.dtype.kind == "f":
            return _coded_floats(array)
        return _coded_objects(array.tolist())
    return _coded_objects(list(values))


def _coded_integers(array: npt.NDArray[Any]) -> tuple[list[Category], IntArray]:
    if not array.size:
        return [], array.astype(np.int64)
    least, greatest = int(array.min()), int(array.max())
    if greatest - least < min(_WIDEST_RANGE, 16 * array.size):
        # Wraps around where int64 cannot hold the number, and back again by the difference.
        codes = array.astype(np.int64) - np.array(least % 2**64, dtype=np.uint64).astype(np.int64)
        return list(range(least, greatest + 1)), codes
    distinct, inverse = np.unique(array, return_inverse=True)
    return distinct.tolist(), inverse.astype(np.int64)


def _coded_floats(array: npt.NDArray[Any]) -> tuple[list[Category], IntArray]:
    missing = np.isnan(array)
    present = array[~missing] if missing.any() else array
    whole = np.abs(present) < 2.0**63
    if not whole.all() or (present != np.rint(present)).any():
        wrong = present[~whole | (present != np.rint(present))][0]
        raise InvalidInputError(
            f"{wrong!r} is no category; it must be a string, a whole number or a truth"
        )
    categories, found = _coded_integers(present.astype(np.int64))
    codes = np.full(array.size, _MISSING, dtype=np.int64)
    codes[~missing] = found
    return categories, codes


def _coded_objects(values: list[Any]) -> tuple[list[Category], IntArray]:
    try:
        distinct = set(values)
    except TypeError as error:
        raise InvalidInputError(f"a value can be no category: {error}") from error
    places: dict[Category, int] = {}
    codes: dict[Any, int] = {}
    for value in distinct:
        category = _category(value)
        codes[value] = _MISSING if category is None else places.setdefault(category, len(places))
    categories = list(places)
    for place, category in enumerate(categories):
        if category in (0, 1):
            categories[place] = _seen_as(int(category), values)
    return categories, np.fromiter(map(codes.__getitem__, values), np.int64, len(values))


def _seen_as(number: int, values: list[Any]) -> Category:
    truths = all(isinstance(value, _TRUTHS) for value in values if value == number)
    return bool(number) if truths else number


def _category(value: Any) -> Category | None:
    """Return the category that the value stands for; None where it is missing."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _bounded(value)
    if isinstance(value, float):
        if math.isnan(value):
            return None
        value = int(value) if value.is_integer() else value
    if not isinstance(value, int) or not -(2**63) <= value < 2**64:
        raise InvalidInputError(
            f"{value!r:.80} ({type(value).__name__}) is no category; it must be a string, "
            "an integer of 64 bits or a truth"
        )
    return int(value)


def _bounded(text: str) -> str:
    """Return the text as valid Unicode of bounded length; the digest keeps long ones apart."""
    valid = text.encode("utf-8", "backslashreplace")
    if len(text) <= _LONGEST:
        return valid.decode()
    digest = hashlib.blake2b(valid, digest_size=8).hexdigest()
    return f"{valid.decode()[: _LONGEST - 17]}…{digest}"
