"""Raw counts by arm, to be shown to people beside the statistics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_ARMS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricTotals:
    """What an arm told of a metric.

    Attributes:
        told: How many rows and labels told it.
        events: How many of them were events; 0 for a metric that has none.
        sum: Of what they told.
    """

    told: int
    events: int
    sum: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmTotals:
    """What was seen of an arm.

    Attributes:
        rows: How many rows were recorded.
        units: Of how many units.
        metrics: By the name of the metric.
    """

    rows: int
    units: int
    metrics: Mapping[str, MetricTotals]


class Tally:
    """Adds up by arm.

    Args:
        names: Of the metrics.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._rows = np.zeros(_ARMS, dtype=np.int64)
        self._units = np.zeros(_ARMS, dtype=np.int64)
        self._told = {name: np.zeros(_ARMS, dtype=np.int64) for name in names}
        self._events = {name: np.zeros(_ARMS, dtype=np.int64) for name in self._told}
        self._sums = {name: np.zeros(_ARMS) for name in self._told}

    def add_rows(self, arms: npt.NDArray[np.bool_], new_units: npt.NDArray[np.bool_]) -> None:
        """Count rows.

        Args:
            arms: Whether each was in the canary.
            new_units: Whether its unit was never seen in its arm before.
        """
        self._rows += np.bincount(arms, minlength=_ARMS)
        self._units += np.bincount(arms[new_units], minlength=_ARMS)

    def add_metric(
        self,
        name: str,
        arms: npt.NDArray[np.bool_],
        numbers: npt.NDArray[np.float64],
        *,
        are_events: bool,
    ) -> None:
        """Count what was told of a metric.

        Args:
            name: Of the metric.
            arms: Whether each was in the canary.
            numbers: What each told.
            are_events: Whether 1 is an event.
        """
        self._told[name] += np.bincount(arms, minlength=_ARMS)
        if are_events:
            self._events[name] += np.bincount(arms[numbers != 0], minlength=_ARMS)
        # The sum so far goes first: so it is added up one by one, however the rows come in calls.
        places = np.concatenate((np.arange(_ARMS), arms))
        sums = np.bincount(places, np.concatenate((self._sums[name], numbers)))
        self._sums[name] = sums.astype(np.float64)

    def totals(self) -> tuple[ArmTotals, ArmTotals]:
        """Return the totals of the stable arm and of the canary."""
        return self._of_arm(0), self._of_arm(1)

    def _of_arm(self, arm: int) -> ArmTotals:
        metrics = {
            name: MetricTotals(
                told=int(told[arm]),
                events=int(self._events[name][arm]),
                sum=float(self._sums[name][arm]),
            )
            for name, told in self._told.items()
        }
        return ArmTotals(rows=int(self._rows[arm]), units=int(self._units[arm]), metrics=metrics)
