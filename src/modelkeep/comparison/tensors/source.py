"""What the comparison asks of the tensors of a version, so that it knows no file format."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class TensorEntry:
    """A tensor of a version.

    Attributes:
        file: The file of the artifact that it is in.
        name: Its name there.
        shape: Its shape; empty for a single number.
        dtype: Kind of its numbers, as numpy, ml_dtypes and torch name it, such as `bfloat16`.
        elements: How many numbers it has.
        size_bytes: How many bytes they take.
    """

    file: str
    name: str
    shape: tuple[int, ...]
    dtype: str
    elements: int
    size_bytes: int

    @property
    def label(self) -> str:
        """How it is called in notes."""
        return f"{self.name} ({self.file})"


class TensorSource(Protocol):
    """Lists tensors and gives their numbers; many threads may ask at once."""

    @property
    def notes(self) -> Sequence[str]:
        """What could not be listed, and why; complete once the tensors were listed."""
        ...

    def list_tensors(self) -> list[TensorEntry]:
        """Return all tensors, those of a file in its order.

        Raises:
            IntegrityError: A file is damaged.
        """
        ...

    def read(self, file: str, name: str, start: int, count: int) -> np.ndarray[Any, Any]:
        """Return `count` elements of a tensor from `start` on, flat, in C order.

        Kinds that numpy lacks come as those of `ml_dtypes` or as unsigned integers of the same
        bits; 4-bit numbers come as a byte each, integers as their value, others as their bits.

        Raises:
            IntegrityError: They are missing or damaged.
        """
        ...

    def identity(self, file: str, name: str, start: int, count: int) -> Hashable | None:
        """Return what is equal only for equal bits, without reading them; None if unknown."""
        ...
