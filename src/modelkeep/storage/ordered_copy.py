"""Tensors that do not lie in their file in C order, put where they can be read in that order."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from typing import Any

import numpy as np

from modelkeep.storage.formats.array_headers import ArrayPlace

IN_MEMORY_BYTES = 32 << 20
"""What is larger goes to a temporary file, which has no name and goes with the copy."""


class OrderedCopy:
    """The bytes of one tensor, read in C order.

    Args:
        array: The tensor, in memory or over a mapped file.
    """

    def __init__(self, array: np.ndarray[Any, Any]) -> None:
        # A view of what is in a file stays as it is: in order it would be in memory.
        in_file = isinstance(array, np.memmap) or isinstance(array.base, np.memmap)
        self._array = array if in_file else array.reshape(-1)

    @classmethod
    def from_pieces(cls, place: ArrayPlace, pieces: Iterable[memoryview | bytes]) -> OrderedCopy:
        """Put a tensor in order.

        Args:
            place: Says how its bytes lie.
            pieces: They, one after another, in the order of the file.
        """
        if place.length <= IN_MEMORY_BYTES:
            return cls(place.over(b"".join(pieces), 0))
        with tempfile.TemporaryFile(prefix="modelkeep-") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            # The map keeps the file, also when it is closed.
            return cls(place.over(np.memmap(file, np.uint8, "r"), 0))

    def read(self, start: int, count: int) -> np.ndarray[Any, Any]:
        """Return so many elements from there on, flat."""
        if self._array.ndim == 1:
            return np.array(self._array[start : start + count])
        return np.array(self._array.flat[start : start + count])
