"""Timing in turns: A B, B A, A B, so that what else the machine does falls on both alike."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Run = Callable[[], float]
"""Does one thing once and returns the seconds that it took."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The seconds of all runs of one thing."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle of them, which a few disturbed runs do not move."""
        return statistics.median(self.seconds)

    @property
    def quartiles(self) -> tuple[float, float]:
        """Between these lies half of them."""
        lower, _, upper = statistics.quantiles(self.seconds, n=4)
        return lower, upper


@dataclass(frozen=True, slots=True)
class Bound:
    """What was promised: a ratio or a value that is not to be exceeded, or a speed to be reached.

    Attributes:
        kind: `ratio` for ours / other at most, `speed` for other / ours at least, `value` for
            ours at most.
        limit: The number.
    """

    kind: str
    limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A row of the table.

    Attributes:
        group: Which group of measures it is of.
        measure: What was done.
        ours: The figure of Modelkeep, in `unit`.
        other: The figure it is held against; None where there is none.
        against: Whose that is.
        unit: `s`, `MiB` or nothing.
        bound: What was promised, if anything.
        spread: Quartiles of ours and of the other, where they were timed in turns.
    """

    group: str
    measure: str
    ours: float
    other: float | None = None
    against: str = ""
    unit: str = "s"
    bound: Bound | None = None
    spread: tuple[tuple[float, float], ...] = ()

    @property
    def ratio(self) -> float | None:
        """Ours / other, or other / ours where the bound is on speed."""
        if not self.other:
            return None
        fast = self.bound is not None and self.bound.kind == "speed"
        return self.other / self.ours if fast else self.ours / self.other

    @property
    def met(self) -> bool | None:
        """Whether the bound holds; None without one."""
        if self.bound is None:
            return None
        if self.bound.kind == "value":
            return self.ours <= self.bound.limit
        if self.ratio is None:
            return None
        if self.bound.kind == "speed":
            return self.ratio >= self.bound.limit
        return self.ratio <= self.bound.limit


def timed(call: Callable[..., Any], *args: Any, **kwargs: Any) -> float:
    """Call once and return the seconds; what the result takes to be freed is not counted."""
    began = time.perf_counter()
    result = call(*args, **kwargs)
    seconds = time.perf_counter() - began
    del result
    return seconds


def interleave(runs: Mapping[str, Run], *, rounds: int, warmups: int = 3) -> dict[str, Sample]:
    """Run all of them in turns, in the other direction in every second round.

    Args:
        runs: By name.
        rounds: How often each of them is timed.
        warmups: How often each runs before that.
    """
    names = list(runs)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(warmups):
        for run in runs.values():
            run()
    gc.collect()
    for number in range(rounds):
        for name in names if number % 2 == 0 else reversed(names):
            seconds[name].append(runs[name]())
    return {name: Sample(tuple(taken)) for name, taken in seconds.items()}


def compared(
    group: str, measure: str, ours: Sample, other: Sample, against: str, bound: Bound | None = None
) -> Finding:
    """Return the row that holds one sample against another."""
    return Finding(
        group=group,
        measure=measure,
        ours=ours.median,
        other=other.median,
        against=against,
        bound=bound,
        spread=(ours.quartiles, other.quartiles),
    )
