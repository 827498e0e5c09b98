"""Tensors in safetensors files.

A length (8 bytes, little-endian), a JSON object of that length that names each tensor's dtype,
shape and place, then the numbers (https://github.com/huggingface/safetensors#format).
"""

from __future__ import annotations

import math

import msgspec

from modelkeep.storage.chunking.bounded_file import BoundedFile, MalformedFileError
from modelkeep.storage.chunking.region import (
    ELEMENT_BYTES,
    MAX_HEADER_BYTES,
    MAX_REGIONS,
    Region,
)

_LENGTH_BYTES = 8
_MOST_DIMENSIONS = 64
_BOUNDS = 2


class _Entry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    # `__metadata__` is read as one too, and may use these words for strings of its own.
    dtype: str = ""
    shape: tuple[int, ...] | str = ()
    data_offsets: tuple[int, ...] | str = ()


def tensors_of(file: BoundedFile) -> list[Region]:
    """Return the tensors whose dtype is known.

    Raises:
        MalformedFileError: The header does not hold together.
    """
    length = int.from_bytes(file.read(0, _LENGTH_BYTES), "little")
    if length > MAX_HEADER_BYTES:
        raise MalformedFileError(f"a header of {length} bytes")
    start = _LENGTH_BYTES + length
    entries = _decoded(file.read(_LENGTH_BYTES, length))
    return [
        _tensor(name, entry, start, file.size)
        for name, entry in entries.items()
        if name != "__metadata__" and entry.dtype in ELEMENT_BYTES
    ]


def _decoded(header: bytes) -> dict[str, _Entry]:
    # What decoding may take in memory is known before: it makes nothing else than these.
    if header.count(b"{") > MAX_REGIONS + 2 or header.count(b",") > 16 * MAX_REGIONS:
        raise MalformedFileError("too many tensors")
    return msgspec.json.decode(header, type=dict[str, _Entry])


def _tensor(name: str, entry: _Entry, start: int, size: int) -> Region:
    shape, bounds = entry.shape, entry.data_offsets
    if isinstance(shape, str) or isinstance(bounds, str) or len(bounds) != _BOUNDS:
        raise MalformedFileError(f"{name!r} has no shape or place")
    begin, end = bounds
    if len(shape) > _MOST_DIMENSIONS or not 0 <= begin <= end <= size - start:
        raise MalformedFileError(f"{name!r} lies outside of the file")
    if math.prod(shape) * ELEMENT_BYTES[entry.dtype] != end - begin:
        raise MalformedFileError(f"{name!r} has a shape of another length")
    return Region(start + begin, end - begin, entry.dtype, name)
