"""What all summaries share: bytes to store them by, and equality.

The bytes are: the version of the encoding (1 byte), the kind of summary (1 byte), the CRC-32 of
all else (4 bytes, big endian), and the state in MessagePack. Equal states give equal bytes.
"""

from __future__ import annotations

import functools
import zlib
from abc import ABC, abstractmethod
from typing import Annotated, Any, ClassVar, Self, TypeAlias

import msgspec

from modelkeep.errors import IntegrityError, InvalidInputError

ENCODING_VERSION = 1
_HEAD_BYTES = 6
_MOST_BYTES = 16 * 1024 * 1024

Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class State(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """What a summary knows, as it is written."""


class Summary(ABC):
    """A summary that can be merged with others of its kind and kept as bytes.

    A subclass names its kind (one byte, never used twice), the class of its state, and how to
    turn one into the other.
    """

    __slots__ = ()
    kind: ClassVar[int]
    state_class: ClassVar[type[State]]

    @abstractmethod
    def merge(self, other: Self) -> None:
        """Take in all that another summary of the same kind and settings has seen.

        Raises:
            InvalidInputError: The other has other settings.
        """

    @abstractmethod
    def to_state(self) -> State:
        """Return what it knows in canonical form."""

    @classmethod
    @abstractmethod
    def from_state(cls, state: Any) -> Self:
        """Undo `to_state`.

        Raises:
            InvalidInputError: The parts of the state contradict one another.
        """

    def to_bytes(self) -> bytes:
        """Return the summary as bytes, the same for all summaries with the same state."""
        head = bytes([ENCODING_VERSION, self.kind])
        body = _encoder().encode(self.to_state())
        return head + _checksum(head, body) + body

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Undo `to_bytes`.

        Raises:
            IntegrityError: The bytes are damaged, of another kind, or of an unknown version.
        """
        name = f"a stored {cls.__name__}"
        body = _checked_body(name, cls.kind, data)
        try:
            summary = cls.from_state(_decoder(cls.state_class).decode(body))
        except (InvalidInputError, msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise IntegrityError(name, detail=str(error)) from error
        if summary.to_bytes() != data:
            raise IntegrityError(name, detail="it is not in the canonical form")
        return summary

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.to_bytes() == other.to_bytes()

    __hash__ = None  # type: ignore[assignment]  # it changes with each row


def check_same_settings(what: str, setting1: object, setting2: object) -> None:
    """Check that two summaries may be merged.

    Raises:
        InvalidInputError: A setting differs.
    """
    if setting1 != setting2:
        raise InvalidInputError(
            f"summaries with {what} {setting1!r} and {setting2!r} cannot be merged; "
            "both must have the same"
        )


def _checked_body(name: str, kind: int, data: bytes) -> bytes:
    if not _HEAD_BYTES < len(data) <= _MOST_BYTES:
        raise IntegrityError(
            name, detail=f"{len(data)} bytes; it must have {_HEAD_BYTES + 1} to {_MOST_BYTES}"
        )
    if data[0] != ENCODING_VERSION:
        raise IntegrityError(
            name, detail=f"its encoding has version {data[0]}, known is {ENCODING_VERSION}"
        )
    if data[1] != kind:
        raise IntegrityError(name, detail=f"it is a summary of kind {data[1]}, not {kind}")
    body = data[_HEAD_BYTES:]
    expected, actual = data[2:_HEAD_BYTES], _checksum(data[:2], body)
    if expected != actual:
        raise IntegrityError(name, expected=expected.hex(), actual=actual.hex(), algorithm="crc32")
    return body


def _checksum(head: bytes, body: bytes) -> bytes:
    return zlib.crc32(body, zlib.crc32(head)).to_bytes(4, "big")


@functools.cache
def _encoder() -> msgspec.msgpack.Encoder:
    return msgspec.msgpack.Encoder()


@functools.cache
def _decoder(state_class: type[State]) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(state_class)
