"""Axes of a drawing: from numbers to places, and round numbers to write beside them."""

from __future__ import annotations

import math
from dataclasses import dataclass

_STEPS = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Maps numbers to places on a line.

    Attributes:
        low: The number at the start.
        high: The number at the end, above `low`.
        start: The place of `low`.
        end: The place of `high`.
    """

    low: float
    high: float
    start: float
    end: float

    def place(self, number: float) -> float:
        """Return where a number is; one beyond an end is at that end."""
        inside = min(max(number, self.low), self.high)
        return self.start + (inside - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self, most: int) -> tuple[float, ...]:
        """Return round numbers on the axis.

        Args:
            most: At most so many, 2 or more.
        """
        rough = (self.high - self.low) / most
        magnitude = 10.0 ** math.floor(math.log10(rough))
        step = next(each * magnitude for each in _STEPS if each * magnitude >= rough * (1 - 1e-9))
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return tuple(step * at for at in range(first, last + 1))
