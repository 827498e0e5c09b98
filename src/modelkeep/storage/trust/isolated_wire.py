"""What goes between a process and the one in which an untrusted model is: numbers and texts.

A frame is its length as 8 bytes, lowest first; then JSON, its length before it likewise; then
arrays in npy form, each with its length. Values in the JSON stand for themselves, but for objects
with one key: `{"array": n}` is the n-th array, `{"tuple": […]}`, `{"map": [[key, value], …]}` and
`{"table": [[name, …], [column, …]]}` a pandas table. Nothing of it is ever unpickled.
"""

from __future__ import annotations

import io
import json
import struct
import sys
from typing import Any, BinaryIO

from modelkeep.errors import IntegrityError, InvalidInputError

_LENGTH = struct.Struct("<Q")
_PLAIN_KINDS = frozenset("biufcSUmM")
_MOST_DEPTH = 32
_SOURCE = "what an isolated process said"


def encode(value: Any) -> bytes:
    """Return a value as a frame without its length.

    Raises:
        InvalidInputError: It holds something that does not go over.
    """
    arrays: list[bytes] = []
    text = json.dumps(_to_json(value, arrays, 0)).encode()
    parts = [_LENGTH.pack(len(text)), text]
    for each in arrays:
        parts += [_LENGTH.pack(len(each)), each]
    return b"".join(parts)


def decode(frame: bytes) -> Any:
    """Undo `encode`.

    Raises:
        IntegrityError: It is no frame.
    """
    parts = []
    at = 0
    while at < len(frame):
        if at + _LENGTH.size > len(frame):
            raise IntegrityError(_SOURCE, detail="a length is cut short")
        (length,) = _LENGTH.unpack_from(frame, at)
        at += _LENGTH.size
        if length > len(frame) - at:
            raise IntegrityError(_SOURCE, detail=f"{length} bytes said, {len(frame) - at} there")
        parts.append(frame[at : at + length])
        at += length
    try:
        return _from_json(json.loads(parts[0]), parts[1:], 0)
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise IntegrityError(_SOURCE, detail=f"{type(error).__name__}: {error}") from error


def send(stream: BinaryIO, value: Any) -> None:
    """Write a value as a frame."""
    frame = encode(value)
    stream.write(_LENGTH.pack(len(frame)) + frame)
    stream.flush()


def receive(stream: BinaryIO, most_bytes: int) -> Any:
    """Read a frame.

    Raises:
        EOFError: The other side is gone.
        IntegrityError: It is longer than may be, or no frame.
    """
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    if length > most_bytes:
        raise IntegrityError(_SOURCE, detail=f"{length} bytes; at most {most_bytes} are taken")
    return decode(_exactly(stream, length))


def _exactly(stream: BinaryIO, length: int) -> bytes:
    parts = []
    while length:
        part = stream.read(min(length, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _to_json(value: Any, arrays: list[bytes], depth: int) -> Any:
    if depth > _MOST_DEPTH:
        raise InvalidInputError(f"values nested more than {_MOST_DEPTH} deep do not go over")
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        items = [_to_json(each, arrays, depth + 1) for each in value]
        return {"tuple": items} if isinstance(value, tuple) else items
    if isinstance(value, dict):
        pairs = [
            [_to_json(key, arrays, depth + 1), _to_json(each, arrays, depth + 1)]
            for key, each in value.items()
        ]
        return {"map": pairs}
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(value, pandas.DataFrame):
        columns = [_array_to_json(value[name].to_numpy(), arrays, depth) for name in value.columns]
        return {"table": [[str(name) for name in value.columns], columns]}
    is_column = pandas is not None and isinstance(value, pandas.Series)
    return _array_to_json(value.to_numpy() if is_column else value, arrays, depth)


def _array_to_json(value: Any, arrays: list[bytes], depth: int) -> Any:
    import numpy as np

    if isinstance(value, np.generic):
        return _to_json(value.item(), arrays, depth + 1)
    if not isinstance(value, np.ndarray):
        kind = f"{type(value).__module__}.{type(value).__qualname__}"
        raise InvalidInputError(f"{kind} does not go to or from an isolated process")
    if value.dtype.kind == "O":
        return _to_json(value.tolist(), arrays, depth + 1)
    if value.dtype.kind not in _PLAIN_KINDS:
        raise InvalidInputError(f"arrays of {value.dtype} do not go to an isolated process")
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, value, allow_pickle=False)
    arrays.append(buffer.getvalue())
    return {"array": len(arrays) - 1}


def _from_json(value: Any, arrays: list[bytes], depth: int) -> Any:
    if depth > _MOST_DEPTH:
        raise ValueError("it is nested too deep")
    if isinstance(value, list):
        return [_from_json(each, arrays, depth + 1) for each in value]
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    if kind == "array":
        import numpy as np

        return np.lib.format.read_array(io.BytesIO(arrays[content]), allow_pickle=False)
    if kind == "table":
        import pandas as pd

        names, columns = content
        found = [_from_json(each, arrays, depth + 1) for each in columns]
        return pd.DataFrame(dict(zip(names, found, strict=True)))
    if kind == "tuple":
        return tuple(_from_json(each, arrays, depth + 1) for each in content)
    if kind != "map":
        raise ValueError(f"{kind!r} is no kind of value")
    return {
        _from_json(key, arrays, depth + 1): _from_json(each, arrays, depth + 1)
        for key, each in content
    }
