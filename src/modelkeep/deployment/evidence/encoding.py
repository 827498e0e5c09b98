"""Blocks as bytes, and back with every check.

A block is one byte of format, 16 bytes of BLAKE3 over the format byte and all that follows, and a
msgpack array of header and columns. Every later format keeps the first 17 bytes, so that damage is
told apart from a later release. A column is the bytes of its numbers, lowest byte first: one number
where all are alike, one zstd frame where that is smaller, or as they are.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Literal, cast

import msgspec
import numpy as np
import numpy.typing as npt
from blake3 import blake3

from modelkeep.deployment.evidence.blocks import (
    DTYPES,
    MOST_REVISIONS,
    MOST_ROWS,
    MOST_VALUES,
    VALUE_DTYPE,
    Block,
    LabelBlock,
    Revision,
)
from modelkeep.errors import IntegrityError, InvalidInputError, NewerFormatError
from modelkeep.storage.codecs.zstd import decompress

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

FORMAT = 1
_DIGEST_BYTES = 16
_START = 1 + _DIGEST_BYTES
_ALIKE, _ZSTD, _PLAIN = 0, 1, 2
_FAST_LEVEL = 1
_PAYS_BELOW = 0.95
_VALUE = ":"  # before the name of a value, so that it may be called like any other column
MOST_BYTES = 1 << 28
"""More than the greatest block has: what is longer is refused before it is looked at."""

Column = npt.NDArray[np.generic]


class DamagedEvidenceError(IntegrityError):
    """A stored block of evidence is not what was stored."""

    code = "damaged_evidence"

    def __init__(self, detail: str) -> None:
        super().__init__("a block of evidence", detail=detail)


class _Column(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    name: str
    coding: int
    data: bytes


class _Body(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    kind: Literal["rows", "labels"]
    split_id: str
    first_at: int
    last_at: int
    count: int
    revisions: list[Revision]
    columns: list[_Column]


def encode(block: Block | LabelBlock) -> bytes:
    """Return a block as bytes."""
    rows = isinstance(block, Block)
    body = _Body(
        kind="rows" if rows else "labels",
        split_id=block.split_id,
        first_at=block.first_at,
        last_at=block.last_at,
        count=block.count,
        revisions=list(block.revisions) if isinstance(block, Block) else [],
        columns=[
            *(_encode_column(name, column) for name, column in block.fixed_columns.items()),
            *(_encode_column(_VALUE + name, column) for name, column in block.values.items()),
        ],
    )
    text = msgspec.msgpack.encode(body)
    start = bytes([FORMAT])
    return start + _digest(start, text) + text


def decode(payload: bytes | memoryview) -> Block | LabelBlock:
    """Undo `encode`.

    Args:
        payload: What `encode` returned.

    Raises:
        DamagedEvidenceError: The bytes are not what was encoded.
        NewerFormatError: A later release wrote them.
    """
    stored = memoryview(payload)
    if not _START < len(stored) <= MOST_BYTES:
        raise DamagedEvidenceError(f"it has {len(stored)} bytes")
    start, text = stored[:1], stored[_START:]
    if stored[1:_START] != _digest(start, text):
        raise DamagedEvidenceError("its BLAKE3 digest is another")
    if start[0] != FORMAT:
        raise NewerFormatError("a block of evidence", start[0], FORMAT)
    try:
        return _to_block(msgspec.msgpack.decode(text, type=_Body))
    except (msgspec.DecodeError, InvalidInputError) as error:
        raise DamagedEvidenceError(str(error)) from error


def _digest(start: bytes | memoryview, text: bytes | memoryview) -> bytes:
    return blake3(start).update(text).digest(_DIGEST_BYTES)


def _encode_column(name: str, column: Column) -> _Column:
    # Numbers are compared as the bytes they are, so that a NaN is like itself.
    whole = np.ascontiguousarray(column)
    bits = whole.view(f"u{whole.itemsize}")
    if len(bits) and (bits == bits[0]).all():
        return _Column(name, _ALIKE, bits[:1].tobytes())
    raw = whole.tobytes()
    packed = zstd.compress(raw, level=_FAST_LEVEL)
    if len(packed) < _PAYS_BELOW * len(raw):
        return _Column(name, _ZSTD, packed)
    return _Column(name, _PLAIN, raw)


def _decode_column(column: _Column, count: int) -> Column:
    dtype = DTYPES.get(column.name, VALUE_DTYPE)
    size = count * dtype.itemsize
    data = column.data
    if column.coding == _ZSTD:
        try:
            data = decompress(memoryview(column.data), size)
        except IntegrityError as error:
            raise DamagedEvidenceError(f"column {column.name!r}: {error.detail}") from error
    elif column.coding == _ALIKE:
        size = dtype.itemsize
    elif column.coding != _PLAIN:
        raise DamagedEvidenceError(f"column {column.name!r} has the coding {column.coding}")
    if len(data) != size:
        raise DamagedEvidenceError(f"column {column.name!r} has {len(data)} bytes, not {size}")
    numbers = np.frombuffer(data, dtype=dtype)
    return np.broadcast_to(numbers, (count,)) if column.coding == _ALIKE else numbers


def _to_block(body: _Body) -> Block | LabelBlock:
    if not 0 <= body.count <= MOST_ROWS or len(body.columns) > len(DTYPES) + MOST_VALUES:
        raise DamagedEvidenceError(f"{body.count} rows of {len(body.columns)} columns")
    if len(body.revisions) > MOST_REVISIONS:
        raise DamagedEvidenceError(f"{len(body.revisions)} revisions")
    columns = {column.name: _decode_column(column, body.count) for column in body.columns}
    wanted = tuple(DTYPES) if body.kind == "rows" else ("predictions", "successes")
    if len(columns) != len(body.columns) or not columns.keys() >= set(wanted):
        raise DamagedEvidenceError(f"its columns are {', '.join(columns)}")
    fixed: dict[str, Any] = {name: columns.pop(name) for name in wanted}
    if not all(name.startswith(_VALUE) for name in columns):
        raise DamagedEvidenceError(f"nothing is known of its columns {', '.join(columns)}")
    values = {name.removeprefix(_VALUE): column for name, column in columns.items()}
    common: dict[str, Any] = {
        "split_id": body.split_id,
        "first_at": body.first_at,
        "last_at": body.last_at,
        "values": cast(Mapping[str, npt.NDArray[np.float64]], values),
    }
    if body.kind == "labels":
        return LabelBlock(**fixed, **common)
    return Block(revisions=tuple(body.revisions), **fixed, **common)
