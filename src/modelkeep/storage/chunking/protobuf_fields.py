"""The fields of protobuf messages, walked over without reading what is in them.

A message is a sequence of fields: a varint of number and wire type, then a varint, 4 or 8 bytes,
or a length and so many bytes (https://protobuf.dev/programming-guides/encoding).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from modelkeep.storage.chunking.bounded_file import BoundedFile, MalformedFileError

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
_FIXED = {FIXED64: 8, FIXED32: 4}
_LONGEST_VARINT = 10
_MORE, _LOW = 0x80, 0x7F
_MOST_FIELDS = 1_000_000


class Field(NamedTuple):
    """A field of a message.

    Attributes:
        number: Which one.
        wire: How it is written.
        value: Of a varint; elsewhere the offset of its bytes.
        length: How many bytes it has; 0 of a varint.
    """

    number: int
    wire: int
    value: int
    length: int

    @property
    def end(self) -> int:
        """Offset of the first byte after it."""
        return self.value + self.length


class FieldWalk:
    """Walks over messages of one file, within a number of steps.

    Args:
        file: The file.
    """

    def __init__(self, file: BoundedFile) -> None:
        self.file = file
        self._steps = 0

    def fields(self, start: int, end: int) -> Iterator[Field]:
        """Give the fields of a message between two offsets.

        Raises:
            MalformedFileError: It is no message.
        """
        while start < end:
            self._steps += 1
            if self._steps > _MOST_FIELDS:
                raise MalformedFileError("a message of too many fields")
            tag, start = self._varint(start, end)
            number, wire = tag >> 3, tag & 7
            if wire == VARINT:
                value, start = self._varint(start, end)
                yield Field(number, wire, value, 0)
                continue
            if wire == BYTES:
                length, start = self._varint(start, end)
            elif wire in _FIXED:
                length = _FIXED[wire]
            else:
                raise MalformedFileError(f"wire type {wire}")
            if length > end - start:
                raise MalformedFileError("a field beyond the end of its message")
            yield Field(number, wire, start, length)
            start += length

    def text(self, field: Field, longest: int = 1024) -> str:
        """Return a field as text, as far as the longest name goes."""
        return self.file.read(field.value, min(field.length, longest)).decode("utf-8", "replace")

    def _varint(self, start: int, end: int) -> tuple[int, int]:
        value = 0
        for index, byte in enumerate(self.file.read(start, min(_LONGEST_VARINT, end - start))):
            value |= (byte & _LOW) << (7 * index)
            if byte < _MORE:
                return value, start + index + 1
        raise MalformedFileError("a number without end")


def varints(content: bytes) -> np.ndarray[Any, Any]:
    """Return packed varints as unsigned 64-bit integers.

    Raises:
        MalformedFileError: They do not hold together.
    """
    raw = np.frombuffer(content, np.uint8)
    if not len(raw):
        return np.empty(0, np.uint64)
    ends = np.flatnonzero(raw < _MORE)
    if not len(ends) or ends[-1] != len(raw) - 1:
        raise MalformedFileError("a number without end")
    starts = np.concatenate(([0], ends[:-1] + 1))
    lengths = ends - starts + 1
    if lengths.max() > _LONGEST_VARINT:
        raise MalformedFileError("a number without end")
    shifts = 7 * (np.arange(len(raw)) - np.repeat(starts, lengths))
    parts = (raw & _LOW).astype(np.uint64) << shifts.astype(np.uint64)
    return np.bitwise_or.reduceat(parts, starts)


def whole_varints(content: bytes) -> bytes:
    """Return packed varints without the last if it is cut off.

    Raises:
        MalformedFileError: None ends within its last bytes.
    """
    for end in range(len(content), max(0, len(content) - _LONGEST_VARINT), -1):
        if content[end - 1] < _MORE:
            return content[:end]
    raise MalformedFileError("a number without end")
