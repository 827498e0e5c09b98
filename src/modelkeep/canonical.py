"""One way to write JSON: sorted keys, no spaces, UTF-8, so that equal values have equal digests.

JSON has no NaN and no infinities, and metrics have them: there they stand as the texts `NaN`,
`Infinity` and `-Infinity`, the spelling of the protocol-buffers JSON mapping
(https://protobuf.dev/programming-guides/json/).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from modelkeep.errors import InvalidMetadataError

_ENCODER = msgspec.json.Encoder(order="sorted")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_DEEPEST = 64

encode = _ENCODER.encode
decode = msgspec.json.decode


def encode_text(value: object) -> str:
    """Return the canonical JSON of a plain value as text."""
    return _ENCODER.encode(value).decode()


def to_microseconds(moment: datetime) -> int:
    """Return whole microseconds since 1970-01-01T00:00Z of an aware time."""
    return (moment - _EPOCH) // _MICROSECOND


def from_microseconds(microseconds: int) -> datetime:
    """Return the aware UTC time so many microseconds after 1970-01-01T00:00Z."""
    return _EPOCH + timedelta(microseconds=microseconds)


def metrics_to_plain(metrics: Mapping[str, float]) -> dict[str, float | str]:
    """Return the metrics with NaN and infinities as texts."""
    return {
        name: value if math.isfinite(value) else _word(value) for name, value in metrics.items()
    }


def metrics_from_plain(plain: Mapping[str, float | str]) -> dict[str, float]:
    """Undo `metrics_to_plain`."""
    return {
        name: _SPECIAL[value] if isinstance(value, str) else float(value)
        for name, value in plain.items()
    }


def _word(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def plain_value(value: Any, path: str, depth: int = 0) -> Any:
    """Return the value as JSON would give it back: tuples as lists, numpy scalars as numbers.

    Args:
        value: What was given as metadata.
        path: Where it stands, for the error.
        depth: How deep that is.

    Raises:
        InvalidMetadataError: Something in it has no place in JSON.
    """
    if depth > _DEEPEST:
        raise InvalidMetadataError(path, f"nested deeper than {_DEEPEST} levels, or in a loop")
    if value is None or isinstance(value, (bool, str, int, float)):
        return _plain_scalar(value, path)
    if isinstance(value, Mapping):
        return _plain_mapping(value, path, depth)
    if isinstance(value, (list, tuple)):
        return [plain_value(item, f"{path}[{i}]", depth + 1) for i, item in enumerate(value)]
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        return plain_value(value.item(), path, depth + 1)
    raise InvalidMetadataError(
        path,
        f"a {type(value).__name__} is not JSON; use null, true, false, numbers, texts, lists "
        "and dicts with texts as keys",
    )


def _plain_scalar(value: bool | str | float | None, path: str) -> bool | str | float | None:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _plain_text(str(value), path)
    return (
        _plain_int(int(value), path) if isinstance(value, int) else _plain_float(float(value), path)
    )


def _plain_mapping(value: Mapping[Any, Any], path: str, depth: int) -> dict[str, Any]:
    result = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise InvalidMetadataError(path, f"the key {key!r} is not a text")
        _plain_text(key, path)
        result[key] = plain_value(item, f"{path}.{key}", depth + 1)
    return result


def _plain_text(value: str, path: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise InvalidMetadataError(path, f"the text {value!a} is not Unicode") from error
    return value


def _plain_int(value: int, path: str) -> int:
    if not -(2**63) <= value < 2**64:
        raise InvalidMetadataError(path, f"{value} does not fit 64 bits; write it as a text")
    return value


def _plain_float(value: float, path: str) -> float:
    if not math.isfinite(value):
        raise InvalidMetadataError(
            path, f"{value} is not JSON; only metrics may be NaN or infinite: use null or a text"
        )
    return value
