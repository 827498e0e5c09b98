"""What a recorder lets in: outcomes that were looked at before they are kept."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from math import isfinite
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt

from modelkeep.deployment.evidence.blocks import (
    MOST_NAME_BYTES,
    MOST_VALUES,
    NOT_TOLD,
    Bytes,
    Floats,
    Points,
    Seconds,
)
from modelkeep.errors import InvalidInputError

MOST_SECONDS = 3e38
"""The greatest latency: more is no 32-bit number."""

PredictionIds = Points | Sequence[str | None]
_MOST_SHOWN = 80


def checked_success(success: object) -> bool:
    """Return a truth value as a bool.

    Raises:
        InvalidInputError: It is none.
    """
    if isinstance(success, (bool, np.bool_)):
        return bool(success)
    raise InvalidInputError(f"success is {_shown(success)}; it must be True, False or None")


def checked_latency(seconds: object) -> float:
    """Return a latency as a float.

    Raises:
        InvalidInputError: It is no number, NaN, negative or infinite.
    """
    number = _finite(seconds)
    if number is not None and 0.0 <= number <= MOST_SECONDS:
        return number
    raise InvalidInputError(
        f"latency_seconds is {_shown(seconds)}; it must be a number of seconds, 0 or more, or None"
    )


def checked_prediction_id(prediction_id: object) -> str:
    """Return a prediction id.

    Raises:
        InvalidInputError: It is no text, or an empty one.
    """
    if isinstance(prediction_id, str) and prediction_id:
        return str(prediction_id)
    raise InvalidInputError(
        f"prediction_id is {_shown(prediction_id)}; it must be a text that is not empty, "
        "such as a request id"
    )


class ValueNames:
    """The names of values that a recorder has seen, which are not to become too many."""

    def __init__(self) -> None:
        self._known: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    def checked(self, values: Mapping[str, Any]) -> dict[str, float]:
        """Return named values as floats.

        Raises:
            InvalidInputError: A name or a value cannot be used.
        """
        if not isinstance(values, Mapping):
            raise InvalidInputError(
                f"values are {_shown(values)}; give a dict of names and numbers"
            )
        checked: dict[str, float] = {}
        for name, number in values.items():
            if name not in self._known:
                self.learn(name)
            # A plain float is what comes most, so it is looked at first.
            finite = number if type(number) is float and isfinite(number) else _finite(number)
            if finite is None:
                raise InvalidInputError(
                    f"value {_shown(name)} is {_shown(number)}; it must be a finite number, "
                    "leave it out where there is none"
                )
            checked[name] = finite
        return checked

    def learn(self, name: object) -> None:
        """Remember a name.

        Raises:
            InvalidInputError: It is no name, or one too many.
        """
        if not isinstance(name, str) or not name.isprintable():
            raise InvalidInputError(f"{_shown(name)} is no name for a value; give a printable text")
        if not 0 < len(name.encode()) <= MOST_NAME_BYTES:
            raise InvalidInputError(
                f"the name {_shown(name)} of a value must have 1 to {MOST_NAME_BYTES} bytes"
            )
        with self._lock:
            known = self._known | {name}
            if len(known) > MOST_VALUES:
                raise InvalidInputError(
                    f"value {name!r} is one more than the {MOST_VALUES} names of values that are "
                    "kept; a name says what was measured, and never of whom"
                )
            self._known = known

    def checked_arrays(
        self, values: Mapping[str, npt.ArrayLike] | None, count: int
    ) -> dict[str, Floats]:
        """Return named values as new arrays; NaN stands for what was not told.

        Args:
            values: An array of shape (count,) by name; None for none.
            count: How many rows there are.

        Raises:
            InvalidInputError: A name or an array cannot be used.
        """
        checked = {}
        for name, numbers in (values or {}).items():
            self.learn(name)
            array = _numbers(f"value {name!r}", numbers, count)
            if np.isinf(array).any():
                raise InvalidInputError(f"value {name!r} holds an infinity; use NaN for not told")
            checked[name] = array
        return checked


def checked_successes(successes: npt.ArrayLike | None, count: int) -> Bytes:
    """Return successes as a new array of FAILED, SUCCEEDED and NOT_TOLD.

    Args:
        successes: Truth values, or numbers 0 and 1 with NaN for not told, shape (count,); None
            where none was told.
        count: How many rows there are.

    Raises:
        InvalidInputError: The shape is another, or something else is in it.
    """
    if successes is None:
        return np.full(count, NOT_TOLD, dtype=np.uint8)
    array = np.asarray(successes)
    if array.dtype == np.bool_ and array.shape == (count,):
        return array.astype(np.uint8)
    numbers = _numbers("success", array, count)
    told = ~np.isnan(numbers)
    if (wrong := told & (numbers != 0) & (numbers != 1)).any():
        raise InvalidInputError(f"success holds {numbers[wrong][0]}; it must be True, False or NaN")
    codes: Bytes = np.where(told, numbers, NOT_TOLD).astype(np.uint8)
    return codes


def checked_latencies(latencies: npt.ArrayLike | None, count: int) -> Seconds:
    """Return latencies as a new array; NaN stands for what was not told.

    Args:
        latencies: In seconds, shape (count,); None where none was told.
        count: How many rows there are.

    Raises:
        InvalidInputError: The shape is another, or one is negative or infinite.
    """
    if latencies is None:
        return np.full(count, np.nan, dtype=np.float32)
    array = np.asarray(latencies)
    if array.dtype != np.float32 or array.shape != (count,):
        array = _numbers("latency_seconds", latencies, count)
    if (wrong := (array < 0) | (array > MOST_SECONDS)).any():
        raise InvalidInputError(
            f"latency_seconds holds {array[wrong][0]}; each must be 0 or more, or NaN for not told"
        )
    return array.astype(np.float32)


def checked_prediction_ids(ids: PredictionIds | None, count: int) -> Points | tuple[str, ...]:
    """Return prediction ids: hashes as a new array, or texts, empty for none.

    Args:
        ids: An array of `prediction_hash` as uint64, or texts, where None is for no id.
        count: How many rows there are.

    Raises:
        InvalidInputError: They are neither, or not so many.
    """
    if ids is None:
        return np.zeros(count, dtype=np.uint64)
    if isinstance(ids, np.ndarray) and ids.dtype == np.uint64 and ids.shape == (count,):
        return ids.copy()
    texts = ids.tolist() if isinstance(ids, np.ndarray) else ids
    if isinstance(texts, str) or len(texts) != count:
        raise InvalidInputError(f"prediction_ids must be {count} texts, or so many uint64 hashes")
    if not all(text is None or isinstance(text, str) for text in texts):
        wrong = next(text for text in texts if not (text is None or isinstance(text, str)))
        raise InvalidInputError(f"prediction_ids hold {_shown(wrong)}; each must be a text or None")
    return tuple(text or "" for text in texts)


def _numbers(name: str, numbers: npt.ArrayLike, count: int) -> Floats:
    array = np.asarray(numbers)
    if array.dtype.kind not in "fiub":
        raise InvalidInputError(f"{name} is an array of {array.dtype}; it must hold numbers")
    if array.shape != (count,):
        raise InvalidInputError(f"{name} has the shape {array.shape}; it must be ({count},)")
    return array.astype(np.float64)


def _finite(number: object) -> float | None:
    """Return a real number as a float; None for what is none, or not finite."""
    if not isinstance(number, (Real, np.bool_)):
        return None
    try:
        finite = float(number)
    except OverflowError:  # a whole number that no float reaches
        return None
    return finite if isfinite(finite) else None


def _shown(value: object) -> str:
    text = ascii(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[:60]}..."
