"""An object as a stream that can be read from any place, fetched in ranges."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_FIRST_BYTES, _MOST_BYTES = 64 << 10, 8 << 20


class ObjectStream(io.RawIOBase):
    """Reads an object; what follows one another is fetched in larger and larger ranges.

    So the index at the end of a pack costs little, and all of a pack few requests.

    Args:
        fetch: Returns a range, whole: offset and length in bytes.
        size_bytes: Of the object.
    """

    def __init__(self, fetch: Callable[[int, int], bytes], size_bytes: int) -> None:
        self._fetch = fetch
        self._size_bytes = size_bytes
        self._position = 0
        self._part = b""
        self._part_begins = 0
        self._next_bytes = _FIRST_BYTES

    def readable(self) -> bool:
        """Whether it can be read: yes."""
        return True

    def seekable(self) -> bool:
        """Whether it can be moved in: yes."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to another place, and return it."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size_bytes}[whence]
        if base + offset < 0:
            raise ValueError(f"negative position {base + offset}")
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        """Return the place that is read next."""
        return self._position

    def readall(self) -> bytes:
        """Return all that is left."""
        out = bytearray(max(0, self._size_bytes - self._position))
        del out[self.readinto(out) :]
        return bytes(out)

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill the buffer, but for what is behind the end; return how many bytes that were."""
        into = memoryview(buffer).cast("B")
        into = into[: max(0, self._size_bytes - self._position)]
        filled = 0
        while filled < len(into):
            at = self._position - self._part_begins
            if not 0 <= at < len(self._part):
                self._load(len(into) - filled)
                at = 0
            piece = memoryview(self._part)[at : at + len(into) - filled]
            into[filled : filled + len(piece)] = piece
            filled += len(piece)
            self._position += len(piece)
        return filled

    def _load(self, wanted: int) -> None:
        if self._position != self._part_begins + len(self._part):
            self._next_bytes = _FIRST_BYTES
        length = min(max(self._next_bytes, wanted), _MOST_BYTES, self._size_bytes - self._position)
        self._part = self._fetch(self._position, length)
        self._part_begins = self._position
        self._next_bytes = min(2 * max(self._next_bytes, length), _MOST_BYTES)
