"""What the elements of a chunk are, and the numbers that stand for them when they are coded.

Each element is read as an unsigned number of its width, lowest byte first. All arithmetic is
modulo 2^bits, `bits` being 8 * width. Two mappings, each one-to-one on all bit patterns:

- *rotated* (floats of more than one byte without a base): the number rotated left by one bit, so
  that the exponent fills the top byte and the sign joins the mantissa (as ZipNN does, arXiv
  2411.05239). Its inverse is the rotation right.
- *zigzag* (everything else): of `d = number - base number`, the base number being 0 without a
  base, taken as signed: `(d << 1) ^ (d >> (bits - 1))` with the arithmetic shift, which makes 0,
  -1, 1, -2 into 0, 1, 2, 3. Its inverse is `d = (z >> 1) ^ -(z & 1)`.

Floats are sign and magnitude, so the difference of two of one sign is how much the magnitude grew,
in units of the last place; that of two signs has its top bit set and is rare. A map to monotone
numbers first, which turns the negative floats around, was slower, and larger where weights decay
(fp32 checkpoints 31.2 in place of 28.8 %); the exclusive or, as in BitX (ZipLLM, arXiv
2505.06252), is larger still.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from modelkeep.storage.codecs.scratch import empty

Numbers: TypeAlias = npt.NDArray[np.unsignedinteger]
Octets: TypeAlias = npt.NDArray[np.uint8]

UNSIGNED = {width: np.dtype(f"<u{width}") for width in (1, 2, 4, 8)}
_SIGNED = {width: np.dtype(f"<i{width}") for width in (1, 2, 4, 8)}


@dataclass(frozen=True, slots=True)
class Element:
    """The kind of a chunk's elements.

    Attributes:
        width: Bytes in one.
        rotates: Whether it is a float whose exponent fills a byte when it is rotated.
    """

    width: int
    rotates: bool = False


_KINDS = {
    "F64": Element(8, rotates=True),
    "F32": Element(4, rotates=True),
    "F16": Element(2, rotates=True),
    "BF16": Element(2, rotates=True),
    "F8_E4M3": Element(1),
    "F8_E5M2": Element(1),
    **{f"{sign}{8 * width}": Element(width) for sign in "IU" for width in UNSIGNED},
    "BOOL": Element(1),
}


def find_element(name: str) -> Element | None:
    """Return the kind of a dtype as safetensors names it, None for what is coded as plain bytes."""
    return _KINDS.get(name)


def view(octets: memoryview, width: int) -> Numbers:
    """Return the elements of a chunk as unsigned numbers, without a copy and without the tail."""
    return np.frombuffer(octets, UNSIGNED[width], len(octets) // width)


def rotate(numbers: Numbers) -> Numbers:
    """Return numbers rotated left by a bit, in scratch memory."""
    rotated = np.left_shift(numbers, 1, out=_like(numbers))
    rotated |= np.right_shift(numbers, _top_bit(numbers), out=_like(numbers))
    return rotated


def rotate_back(numbers: Numbers, into: Numbers) -> None:
    """Write numbers rotated right by a bit.

    Args:
        numbers: The numbers; overwritten.
        into: Where they go.
    """
    low = np.left_shift(numbers, _top_bit(numbers), out=_like(numbers))
    numbers >>= 1
    np.bitwise_or(numbers, low, out=into)


def differ(numbers: Numbers, base: Numbers | None) -> Numbers:
    """Return the zigzag of differences, in scratch memory.

    Args:
        numbers: The elements.
        base: The base's elements, as many; None is zero for each.
    """
    coded = np.subtract(numbers, 0 if base is None else base, out=_like(numbers))
    signed = _SIGNED[coded.dtype.itemsize]
    sign = _like(numbers)
    np.right_shift(coded.view(signed), _top_bit(coded), out=sign.view(signed))
    coded <<= 1
    coded ^= sign
    return coded


def add_back(coded: Numbers, base: Numbers | None, into: Numbers) -> None:
    """Write the elements of zigzag differences.

    Args:
        coded: The differences; overwritten.
        base: What `differ` was given.
        into: Where the elements go.
    """
    sign = np.bitwise_and(coded, 1, out=_like(coded))
    np.negative(sign, out=sign)
    coded >>= 1
    coded ^= sign
    np.add(coded, 0 if base is None else base, out=into)


def _like(numbers: Numbers) -> Numbers:
    return empty(len(numbers), numbers.dtype)


def _top_bit(numbers: Numbers) -> int:
    return 8 * numbers.dtype.itemsize - 1
