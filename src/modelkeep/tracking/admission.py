"""What may be logged: checked when it is handed over, so that the caller hears of a mistake."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np

from modelkeep import canonical
from modelkeep.errors import InvalidInputError
from modelkeep.tracking.columns import NOT_TOLD, Answer, Array, answers, feature_column, valid_text
from modelkeep.tracking.plain_arrays import check_length, is_missing, plain_array, shown

MOST_FEATURES = 1_000
_PLAIN = (str, int, float, bool, type(None))


def checked_answer(name: str, value: Any) -> Answer | None:
    """Return a prediction, a label or a feature as a plain value.

    Raises:
        InvalidInputError: It is neither text, number nor truth value.
    """
    if type(value) in _PLAIN:
        return value  # type: ignore[no-any-return]
    item = getattr(value, "item", None)
    if item is not None and getattr(value, "ndim", 0) == 0:
        plain = item()
        if isinstance(plain, _PLAIN):
            return plain
    raise InvalidInputError(
        f"{name} is {shown(value)}; it must be a text, a number or a truth value"
    )


def checked_features(features: Any) -> dict[str, Answer | None]:
    """Return features as plain values by name.

    Raises:
        InvalidInputError: They are not a mapping of names to single values, or too many.
    """
    if not isinstance(features, Mapping):
        raise InvalidInputError(f"features is {shown(features)}; it must be a mapping by name")
    if len(features) > MOST_FEATURES:
        raise InvalidInputError(f"{len(features)} features; at most {MOST_FEATURES} are tracked")
    checked = {}
    for name, value in features.items():
        if not isinstance(name, str) or not name:
            raise InvalidInputError(f"a feature is named {name!r}; names are texts")
        checked[name] = checked_answer(f"feature {name!r}", value)
    return checked


def checked_share(name: str, value: Any) -> float:
    """Return a probability.

    Raises:
        InvalidInputError: It is not a number in [0, 1].
    """
    number = _number(name, value)
    if not 0.0 <= number <= 1.0:
        raise InvalidInputError(f"{name} is {value!r}; it must lie in [0, 1]")
    return number


def checked_latency(value: Any) -> float:
    """Return a duration in seconds.

    Raises:
        InvalidInputError: It is not a finite number, 0 or more.
    """
    number = _number("latency_seconds", value)
    if not (math.isfinite(number) and number >= 0):
        raise InvalidInputError(f"latency_seconds is {value!r}; it must be finite, 0 or more")
    return number


def checked_success(value: Any) -> bool:
    """Return whether a call went well.

    Raises:
        InvalidInputError: It is no truth value.
    """
    if isinstance(value, bool | np.bool_):
        return bool(value)
    raise InvalidInputError(f"success is {value!r}; it must be True or False")


def checked_text(name: str, value: Any) -> str:
    """Return a unit or the id of a prediction.

    Raises:
        InvalidInputError: It is no text, or an empty one.
    """
    if isinstance(value, str) and value:
        return value
    raise InvalidInputError(f"{name} is {value!r}; it must be a text that is not empty")


def checked_at(value: Any) -> int:
    """Return a time as microseconds since 1970.

    Raises:
        InvalidInputError: It is no time, or one without a time zone.
    """
    if isinstance(value, datetime) and value.tzinfo is not None:
        return canonical.to_microseconds(value)
    raise InvalidInputError(f"at is {value!r}; it must be a datetime with a time zone")


def answer_column(name: str, values: Any, count: int | None) -> Array | None:
    """Return predictions, labels or one feature of a batch; the array may be used again.

    Args:
        name: How it is called in errors.
        values: An array, a Series, an Arrow array or a sequence of n values; None for nothing.
        count: What n must be; None where that is not known.

    Raises:
        InvalidInputError: It is no such thing, or of another length.
    """
    if values is None:
        return None
    array = plain_array(name, values)
    check_length(name, array, count)
    if array.dtype.kind in "USO":
        listed = array.tolist()
        if not set(map(type, listed)) <= set(_PLAIN):
            listed = [None if is_missing(each) else checked_answer(name, each) for each in listed]
        return answers(listed)
    if array.dtype.kind in "iub":
        return array.copy()
    if array.dtype.kind == "f":
        return array.astype(np.float64)
    raise InvalidInputError(f"{name} holds {array.dtype}; texts, numbers or truth values are known")


def number_column(name: str, values: Any, count: int, *, most: float = math.inf) -> Array | None:
    """Return numbers of a batch that must lie in [0, most]; NaN where nothing is known.

    Raises:
        InvalidInputError: It is no such thing, or of another length.
    """
    if values is None:
        return None
    array = plain_array(name, values)
    check_length(name, array, count)
    if array.dtype.kind == "O":
        listed = array.tolist()
        wrong = next((each for each in listed if not (is_missing(each) or _is_number(each))), None)
        if wrong is not None:
            raise InvalidInputError(f"{name} holds {shown(wrong)}; it must hold numbers")
        array = np.array([math.nan if is_missing(each) else each for each in listed])
    if array.dtype.kind not in "biuf":
        raise InvalidInputError(f"{name} holds {array.dtype}; it must hold numbers")
    column = array.astype(np.float64)
    bad = ~((column >= 0) & (column <= most) | np.isnan(column)) | np.isinf(column)
    if bad.any():
        where = int(np.flatnonzero(bad)[0])
        raise InvalidInputError(
            f"{name}[{where}] is {column[where]}; it must be finite and in [0, {most:g}]"
        )
    return column


def success_column(values: Any, count: int) -> Array | None:
    """Return whether the calls of a batch went well, as codes.

    Raises:
        InvalidInputError: They are not truth values, or 0, 1 and NaN for not known.
    """
    column = number_column("success", values, count, most=1.0)
    if column is None:
        return None
    if (np.isfinite(column) & (column != 0.0) & (column != 1.0)).any():
        raise InvalidInputError("success must hold truth values, or 0, 1 and NaN for not known")
    return np.where(np.isnan(column), float(NOT_TOLD), column).astype(np.uint8)


def text_column(name: str, values: Any, count: int) -> list[str | None] | None:
    """Return units or ids of a batch.

    Raises:
        InvalidInputError: They are not n texts, None where there is none.
    """
    if values is None:
        return None
    array = plain_array(name, values)
    check_length(name, array, count)
    listed = array.tolist()
    return [None if is_missing(each) else checked_text(name, each) for each in listed]


def time_column(values: Any, count: int) -> Array | None:
    """Return times of a batch as microseconds since 1970, int64.

    Args:
        values: One datetime for all, n of them, or n `datetime64` in UTC.
        count: How many rows there are.

    Raises:
        InvalidInputError: They are no times, or of another number.
    """
    if values is None:
        return None
    if isinstance(values, datetime):
        return np.full(count, checked_at(values), dtype=np.int64)
    array = plain_array("at", values)
    check_length("at", array, count)
    if array.dtype.kind == "M":
        column: Array = array.astype("datetime64[us]").astype(np.int64)
        if np.isnat(array).any():
            raise InvalidInputError("at holds a time that is not known (NaT)")
        return column
    return np.array([checked_at(each) for each in array.tolist()], dtype=np.int64)


def feature_columns(features: Any, count: int | None) -> dict[str, Array]:
    """Return features of a batch by name: numbers, or objects where they are classes.

    Args:
        features: A mapping of names to arrays, a DataFrame or an Arrow table.
        count: How many rows each must have; None where that is not known.

    Raises:
        InvalidInputError: It is no such thing, or too many, or of another length.
    """
    if features is None:
        return {}
    if hasattr(features, "column_names") and hasattr(features, "column"):
        named = {name: features.column(name) for name in features.column_names}
    elif isinstance(features, Mapping) or hasattr(features, "columns"):
        names = list(features.keys() if isinstance(features, Mapping) else features.columns)
        named = {name: features[name] for name in names}
    else:
        raise InvalidInputError(
            f"features is {shown(features)}; it must be a mapping of arrays by name, a DataFrame "
            "or an Arrow table"
        )
    if len(named) > MOST_FEATURES:
        raise InvalidInputError(f"{len(named)} features; at most {MOST_FEATURES} are tracked")
    columns = {}
    for name, values in named.items():
        if not isinstance(name, str) or not name:
            raise InvalidInputError(f"a feature is named {name!r}; names are texts")
        column = answer_column(f"feature {name!r}", values, count)
        if column is not None:
            columns[valid_text(name)] = feature_column(column)
    return columns


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number | np.bool_)


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.number):
        raise InvalidInputError(f"{name} is {shown(value)}; it must be a number")
    return float(value)
