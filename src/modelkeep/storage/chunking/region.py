"""What a stretch of a file is, and the sizes that decide how it is cut.

These sizes are part of what two versions of a file must agree on to share chunks. Changing one
never makes a stored file unreadable; it makes the next version of it share nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

TENSOR_PIECE_BYTES = 1 << 20
"""Tensors are cut every so many bytes, from the start of their region."""

SMALL_TENSOR_BYTES = 64 << 10
"""Neighbours below this are put together, up to one piece."""

LONE_TENSOR_BYTES = 4 << 10
"""Below this, and with no neighbour of its kind, numbers are as well off among plain bytes."""

MAX_REGIONS = 200_000
MAX_HEADER_BYTES = 100_000_000

ELEMENT_BYTES = {
    "F64": 8,
    "F32": 4,
    "F16": 2,
    "BF16": 2,
    "F8_E4M3": 1,
    "F8_E5M2": 1,
    "I64": 8,
    "I32": 4,
    "I16": 2,
    "I8": 1,
    "U64": 8,
    "U32": 4,
    "U16": 2,
    "U8": 1,
    "BOOL": 1,
}
"""The kinds of numbers that are told apart, by their name in safetensors, with their width."""


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of a file that is cut in one way.

    Attributes:
        offset: Bytes from the start of the file.
        length: Bytes, more than 0.
        element: Kind of the numbers, a key of `ELEMENT_BYTES`; empty for plain bytes.
        name: Name of the tensor, or of the first of a group; empty for plain bytes.
    """

    offset: int
    length: int
    element: str
    name: str

    @property
    def end(self) -> int:
        """Offset of the first byte after it."""
        return self.offset + self.length
