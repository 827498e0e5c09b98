"""Where tensors are that do not lie in a file as an array in C order does, and who lists them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from modelkeep.storage.formats.array_headers import ArrayPlace

_NIBBLE = 0x0F
_NIBBLE_BITS = 4
_SIGN = 8


class TensorIndex(Protocol):
    """The tensors of one file, as far as its headers tell of them."""

    @property
    def source(self) -> str:
        """How the file is named in errors."""
        ...

    @property
    def left_out(self) -> Mapping[str, str]:
        """Tensors that are there but cannot be reached, by name, and why."""
        ...

    def names(self) -> list[str]:
        """Return the names of the tensors in their order."""
        ...

    def place(self, name: str) -> ArrayPlace:
        """Return where a tensor is.

        Raises:
            KeyError: There is none of this name.
            IntegrityError: What is said of it does not hold together.
        """
        ...

    def decompressed(self, name: str) -> np.ndarray[Any, Any]:
        """Return a tensor whose offset is -1: its numbers are not in the file as they are."""
        ...

    def pieces(self, name: str) -> Iterator[bytes]:
        """Give the bytes of such a tensor a few at a time, in the order that its place tells.

        Raises:
            IntegrityError: They are not as many as its shape wants.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StridedPlace(ArrayPlace):
    """A tensor whose elements do not follow one another in C order, as views of torch may be.

    Attributes:
        strides: Steps from one element to the next along each axis, in elements, not negative.
    """

    strides: tuple[int, ...]

    @property
    def length(self) -> int:
        """How many bytes there are from its first element to its last."""
        if 0 in self.shape:
            return 0
        steps = zip(self.shape, self.strides, strict=True)
        return (1 + sum((length - 1) * step for length, step in steps)) * self.dtype.itemsize

    def over(self, buffer: Any, offset: int | None = None) -> np.ndarray[Any, Any]:
        """Return the tensor over bytes that hold it; see `ArrayPlace.over`."""
        return np.ndarray(
            self.shape,
            self.dtype,
            buffer=buffer if self.length else b"",
            offset=(self.offset if offset is None else offset) if self.length else 0,
            strides=[step * self.dtype.itemsize for step in self.strides],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedPlace(ArrayPlace):
    """A tensor of 4-bit numbers, two in a byte, the first in the lower half.

    As arrays they have a byte each: values of `int4` and `uint4`, the bits of others.
    """

    @property
    def length(self) -> int:
        """How many bytes it has."""
        return (math.prod(self.shape) + 1) // 2

    def over(self, buffer: Any, offset: int | None = None) -> np.ndarray[Any, Any]:
        """Return the tensor, unpacked to bytes of its own."""
        start = self.offset if offset is None else offset
        packed = np.frombuffer(buffer, np.uint8, self.length, start) if self.length else b""
        return self.unpacked(np.asarray(packed, np.uint8))[: math.prod(self.shape)].reshape(
            self.shape
        )

    def unpacked(self, packed: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Return two elements for each byte."""
        found = np.empty(2 * len(packed), np.uint8)
        found[::2] = packed & _NIBBLE
        found[1::2] = packed >> _NIBBLE_BITS
        if self.dtype.kind != "i":
            return found
        return (found.view(np.int8) ^ _SIGN) - np.int8(_SIGN)
