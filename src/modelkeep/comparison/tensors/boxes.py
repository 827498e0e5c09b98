"""Parts of a tensor that are contiguous in C order and have a shape of their own."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a tensor: one place on the first axes, a range on one, all of the rest.

    Attributes:
        starts: The first place along each axis.
        shape: How many places along each axis.
    """

    starts: tuple[int, ...]
    shape: tuple[int, ...]

    @property
    def elements(self) -> int:
        """How many elements it has."""
        return math.prod(self.shape)

    @property
    def slices(self) -> tuple[slice, ...]:
        """It as an index of the tensor."""
        return tuple(
            slice(start, start + length)
            for start, length in zip(self.starts, self.shape, strict=True)
        )

    def start_in(self, shape: tuple[int, ...]) -> int:
        """Return the number of its first element in a tensor of a shape, in C order."""
        start = 0
        for at, length in zip(self.starts, shape, strict=True):
            start = start * length + at
        return start

    def moved_by(self, starts: tuple[int, ...]) -> Box:
        """Return it in a tensor in which its own tensor begins at some place."""
        return Box(tuple(map(sum, zip(self.starts, starts, strict=True))), self.shape)


def boxes_of(shape: tuple[int, ...], most: int) -> Iterator[Box]:
    """Cut a tensor into boxes in C order, none with more than so many elements.

    Args:
        shape: Of the tensor; one of no axes has no boxes.
        most: Elements of a box, at least 1; most boxes have more than half as many.
    """
    if not shape or 0 in shape:
        return
    axis = next(at for at in range(len(shape)) if math.prod(shape[at + 1 :]) <= most)
    rest = shape[axis + 1 :]
    step = max(1, most // math.prod(rest))
    for outer in np.ndindex(shape[:axis]):
        for start in range(0, shape[axis], step):
            length = min(step, shape[axis] - start)
            yield Box((*outer, start, *(0 for _ in rest)), (*(1 for _ in outer), length, *rest))
