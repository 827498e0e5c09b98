"""Which rows count for a metric: the first event of a unit, its first value, every latency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from modelkeep.deployment.evidence.blocks import (
    FAILED,
    NOT_TOLD,
    SERVED,
    SHADOW,
    SINGLE,
    Bytes,
    Floats,
    Points,
    Seconds,
    Values,
)
from modelkeep.deployment.evidence.unit_memory import UnitSet
from modelkeep.errors import UnknownChoiceError

ERRORS = "errors"
"""The event that a success was told to be False."""

Bools = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]


class Metric(NamedTuple):
    """What is to be counted.

    Attributes:
        name: `errors`, or the name of a value; of latencies any name.
        kind: `event` (a failure, or a value that is not 0), `latency` or `value`.
    """

    name: str
    kind: Literal["event", "latency", "value"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counted:
    """The rows that count for a metric, in their order.

    Attributes:
        arms: Whether each was in the canary, shape (rows,).
        weights: The probability of the canary for each, shape (rows,).
        outcomes: 1 for an event, seconds, or the value, shape (rows,).
        points: Of the units, shape (rows,).
        pairs: SINGLE, or SERVED and SHADOW for two rows that are a pair, shape (rows,).
        uninformative: How many rows would have counted, but say nothing about the arms: the past
            of their unit left no choice, or both halves of a pair had the event.
    """

    arms: Bools
    weights: Floats
    outcomes: Floats
    points: Points
    pairs: Bytes
    uninformative: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcomes:
    """Rows with the probability of the canary at their exposure.

    Attributes:
        points: Of the units.
        arms: Whether each was in the canary.
        weights: The probability of the canary.
        successes: FAILED, SUCCEEDED or NOT_TOLD.
        latencies: In seconds; NaN where not told.
        values: Named values; NaN where not told.
        pairs: SINGLE, SERVED or SHADOW.
    """

    points: Points
    arms: Bools
    weights: Floats
    successes: Bytes
    latencies: Seconds
    values: Values
    pairs: Bytes

    def told(self, metric: Metric) -> tuple[Bools, Floats]:
        """Return which rows tell a metric, and what they tell.

        For an event that is 1 or 0. Where a row does not tell it, the number says nothing.
        """
        if metric.kind == "latency":
            return ~np.isnan(self.latencies), self.latencies.astype(np.float64)
        if metric == (ERRORS, "event"):
            return self.successes != NOT_TOLD, (self.successes == FAILED).astype(np.float64)
        if metric.name not in self.values:
            nothing = np.zeros(len(self.points), dtype=np.bool_)
            return nothing, nothing.astype(np.float64)
        numbers = self.values[metric.name]
        told = ~np.isnan(numbers)
        return told, (numbers != 0).astype(np.float64) if metric.kind == "event" else numbers


class Counter(Protocol):
    """Chooses the rows that count, and remembers the units for that."""

    def count(self, rows: Outcomes, told: Bools, numbers: Floats) -> Counted:
        """Return the rows that count.

        Args:
            rows: All rows.
            told: Which tell the metric.
            numbers: What they tell.
        """
        ...


class FirstEvents:
    """Counts the first event of each unit, since events of one unit depend on each other.

    Of a pair only one half may have it: a unit whose first event was in both is used up.
    """

    def __init__(self) -> None:
        self._units = UnitSet()

    def count(self, rows: Outcomes, told: Bools, numbers: Floats) -> Counted:
        """Return the first events that say something about the arms."""
        served = np.flatnonzero(rows.pairs == SERVED)
        events = _told_whole(told, served) & (numbers != 0)
        weights = rows.weights
        if len(served):
            # The served half comes first and uses the unit up.
            both = events[served] & events[served + 1]
            weights = weights.copy()
            weights[served[both]] = 0.0
        at = np.flatnonzero(events)
        return _informative(rows, numbers, weights, at[self._units.first(rows.points[at])])


class FirstValues:
    """Counts the first value of each unit, or its first pair that tells both."""

    def __init__(self) -> None:
        self._units = UnitSet()

    def count(self, rows: Outcomes, told: Bools, numbers: Floats) -> Counted:
        """Return the first values of units whose arm was not settled."""
        whole = _told_whole(told, np.flatnonzero(rows.pairs == SERVED))
        at = np.flatnonzero(whole & (rows.pairs != SHADOW))
        at = at[self._units.first(rows.points[at])]
        return _informative(rows, numbers, rows.weights, _with_shadows(rows, at))


class AllLatencies:
    """Counts every latency, and of pairs the first of each unit that tells both.

    Rows of weight 0 and 1 are among them: they say what is usual, for thresholds.
    """

    def __init__(self) -> None:
        self._paired_units = UnitSet()

    def count(self, rows: Outcomes, told: Bools, numbers: Floats) -> Counted:
        """Return all that were told."""
        whole = _told_whole(told, np.flatnonzero(rows.pairs == SERVED))
        served = np.flatnonzero(whole & (rows.pairs == SERVED))
        served = served[self._paired_units.first(rows.points[served])]
        single = np.flatnonzero(whole & (rows.pairs == SINGLE))
        at = _with_shadows(rows, np.sort(np.concatenate((single, served))))
        return _chosen(rows, numbers, rows.weights, at, uninformative=0)


def counter_of(metric: Metric) -> Counter:
    """Return what counts a metric.

    Raises:
        UnknownChoiceError: The kind of the metric is none of those.
    """
    kinds: dict[str, type[FirstEvents | FirstValues | AllLatencies]] = {
        "event": FirstEvents,
        "latency": AllLatencies,
        "value": FirstValues,
    }
    if metric.kind not in kinds:
        raise UnknownChoiceError("kind of metric", metric.kind, kinds)
    return kinds[metric.kind]()


def _told_whole(told: Bools, served: Rows) -> Bools:
    """Return which rows are told, and of pairs those in which both halves are."""
    if not len(served):
        return told
    whole = told.copy()
    whole[served] &= told[served + 1]
    whole[served + 1] = whole[served]
    return whole


def _with_shadows(rows: Outcomes, at: Rows) -> Rows:
    shadows = at[rows.pairs[at] == SERVED] + 1
    return np.sort(np.concatenate((at, shadows))) if len(shadows) else at


def _informative(rows: Outcomes, numbers: Floats, weights: Floats, at: Rows) -> Counted:
    chance = weights[at]
    kept = at[(chance > 0) & (chance < 1)]
    return _chosen(rows, numbers, weights, kept, uninformative=len(at) - len(kept))


def _chosen(
    rows: Outcomes, numbers: Floats, weights: Floats, at: Rows, *, uninformative: int
) -> Counted:
    return Counted(
        arms=rows.arms[at],
        weights=weights[at],
        outcomes=numbers[at],
        points=rows.points[at],
        pairs=rows.pairs[at],
        uninformative=uninformative,
    )
