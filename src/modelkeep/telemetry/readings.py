"""Numbers that are read when someone asks for them."""

from __future__ import annotations

import threading
from collections.abc import Callable

from modelkeep.telemetry.metrics import Metric, metric_of

Labels = tuple[tuple[str, str], ...]
Series = tuple[str, Labels]
"""The name of a metric, and the labels in the order of the metric."""


class Readings:
    """Keeps what is to be read; readings of one series are added.

    A counter does not fall when one of its readings ends: the last value stays in the sum.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[int, tuple[Series, Callable[[], float]]] = {}
        self._ended: dict[Series, float] = {}
        self._next = 0

    def add(self, name: str, read: Callable[[], float], /, **labels: str) -> Callable[[], None]:
        """Read a number from now on, until what is returned is called.

        Raises:
            UnknownChoiceError: There is no such metric.
            InvalidInputError: It has other labels.
        """
        metric = metric_of(name, labels)
        series = (name, tuple((each, labels[each]) for each in metric.labels))
        with self._lock:
            key, self._next = self._next, self._next + 1
            self._open[key] = (series, read)

        def end() -> None:
            self._end(key, metric)

        return end

    def _end(self, key: int, metric: Metric) -> None:
        with self._lock:
            if key not in self._open:
                return
            series, read = self._open.pop(key)
            if metric.kind == "counter":
                self._ended[series] = self._ended.get(series, 0) + read()

    def values(self) -> dict[Series, float]:
        """Return all numbers as they are now."""
        with self._lock:
            found = dict(self._ended)
            for series, read in self._open.values():
                found[series] = found.get(series, 0) + read()
        return found
