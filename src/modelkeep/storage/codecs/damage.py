"""What a decoder says of bytes that no encoder wrote, and a cursor that says it at the end."""

from __future__ import annotations

import struct

from modelkeep.errors import IntegrityError

_CHUNK = "a stored chunk"
_U32 = struct.Struct("<I")


def damaged(detail: str) -> IntegrityError:
    """Return the error for a stored chunk that is malformed.

    Args:
        detail: What does not hold.
    """
    return IntegrityError(_CHUNK, detail=detail)


class Cursor:
    """Reads stored bytes from front to back and refuses to read past the end."""

    __slots__ = ("_at", "_stored")

    def __init__(self, stored: memoryview) -> None:
        self._stored = stored
        self._at = 0

    @property
    def left(self) -> int:
        """How many bytes are unread."""
        return len(self._stored) - self._at

    def take(self, count: int) -> memoryview:
        """Return the next bytes, without a copy.

        Args:
            count: How many.

        Raises:
            IntegrityError: There are fewer.
        """
        if count > self.left:
            raise damaged(f"{count} bytes wanted at {self._at}, {self.left} are there")
        start, self._at = self._at, self._at + count
        return self._stored[start : self._at]

    def byte(self) -> int:
        """Return the next byte as a number."""
        return self.take(1)[0]

    def u32(self) -> int:
        """Return the next four bytes as a number, lowest byte first."""
        number: int = _U32.unpack(self.take(4))[0]
        return number


def u32(number: int) -> bytes:
    """Return a number as four bytes, lowest first."""
    return _U32.pack(number)
