"""Reading a few bytes here and there in a file that may hold anything."""

from __future__ import annotations

from typing import BinaryIO

from modelkeep.storage.chunking.region import MAX_HEADER_BYTES

_WINDOW_BYTES = 16 << 10


class MalformedFileError(ValueError):
    """The file is not what its first bytes promise; it is then cut as plain bytes."""


class BoundedFile:
    """A file of a known size; nothing outside of it, and nothing large, is ever read.

    Args:
        file: Seekable, open for reading; its position is moved.
        size: What the file is taken to hold, in bytes.
    """

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self.size = size
        self._window = b""
        self._window_offset = 0

    def read(self, offset: int, length: int) -> bytes:
        """Return exactly these bytes; neighbours come from memory.

        Raises:
            MalformedFileError: They are not all within the file, or more than any header has.
        """
        if offset < 0 or not 0 <= length <= min(MAX_HEADER_BYTES, self.size - offset):
            raise MalformedFileError(f"no {length} bytes at {offset} of {self.size}")
        if length > _WINDOW_BYTES:
            return self._fetch(offset, length, length)
        start = offset - self._window_offset
        if start < 0 or start + length > len(self._window):
            wanted = min(_WINDOW_BYTES, self.size - offset)
            self._window = self._fetch(offset, wanted, length)
            self._window_offset, start = offset, 0
        return self._window[start : start + length]

    def _fetch(self, offset: int, wanted: int, needed: int) -> bytes:
        self._file.seek(offset)
        pieces = []
        missing = wanted
        # An unbuffered file may give less than it was asked for.
        while missing and (piece := self._file.read(missing)):
            pieces.append(piece)
            missing -= len(piece)
        if wanted - missing < needed:
            raise MalformedFileError(f"the file ends before {offset + needed}")
        return b"".join(pieces)
