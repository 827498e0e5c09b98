"""PrometheusProbe: what happens, as metrics that Prometheus scrapes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from modelkeep.errors import InvalidInputError, MissingExtraError
from modelkeep.telemetry.error_names import error_name
from modelkeep.telemetry.metrics import METRICS, MODEL, Metric, metric_of
from modelkeep.telemetry.probe import Direction, Operation
from modelkeep.telemetry.readings import Readings

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
    from prometheus_client.metrics_core import Metric as Family

_PREFIX = "modelkeep"
# From a look-up in the catalogue to a model of many gigabytes.
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
_WATCHED = ("records_dropped", "records_waiting")


class PrometheusProbe:
    """Counts and times in a registry of `prometheus_client`; one probe serves a whole process.

    Names follow https://prometheus.io/docs/practices/naming/: `modelkeep_` before the name in
    `telemetry.metrics`, and `_total` after that of a counter. Labels have few values; names of
    models are a label only where that is asked for, and then only of models that exist.

    Args:
        registry: Where the metrics are; None for the registry of the process.
        by_model: Whether operations, events and rows are counted for each model.

    Raises:
        MissingExtraError: `prometheus-client` is not installed.
        InvalidInputError: The registry has the metrics of another probe.

    Example:
        >>> from prometheus_client import CollectorRegistry
        >>> registry = CollectorRegistry()
        >>> probe = PrometheusProbe(registry)
        >>> with probe.operation("load_model") as operation:
        ...     operation.add_bytes(2048, "out")
        >>> registry.get_sample_value(
        ...     "modelkeep_bytes_total", {"operation": "load_model", "direction": "out"}
        ... )
        2048.0
    """

    def __init__(
        self, registry: CollectorRegistry | None = None, *, by_model: bool = False
    ) -> None:
        try:
            import prometheus_client
        except ImportError as error:
            raise MissingExtraError("PrometheusProbe", "prometheus-client", "prometheus") from error
        self._by_model = by_model
        self._readings = Readings()
        target = prometheus_client.REGISTRY if registry is None else registry
        try:
            self._operations: Counter = self._made(prometheus_client.Counter, target, "operations")
            self._seconds: Histogram = self._made(
                prometheus_client.Histogram,
                target,
                "operation_duration_seconds",
                buckets=_BUCKETS,
            )
            self._running: Gauge = self._made(
                prometheus_client.Gauge,
                target,
                "operations_in_progress",
                multiprocess_mode="livesum",
            )
            self._counters: dict[str, Counter] = {
                name: self._made(prometheus_client.Counter, target, name)
                for name in ("bytes", "events", "tracking_rows")
            }
        except ValueError as error:
            raise InvalidInputError(
                f"this registry has the metrics of another PrometheusProbe ({error}); "
                "hand one probe to all that are opened in the process"
            ) from error
        target.register(_WatchedNumbers(self._readings))

    def _made(self, kind: Any, registry: CollectorRegistry, name: str, **settings: Any) -> Any:
        metric = METRICS[name]
        labels = self._label_names(metric)
        return kind(f"{_PREFIX}_{name}", metric.about, labels, registry=registry, **settings)

    def _label_names(self, metric: Metric) -> tuple[str, ...]:
        return (*metric.labels, MODEL) if self._by_model and metric.by_model else metric.labels

    @contextmanager
    def operation(self, name: str, /, **_labels: str) -> Iterator[Operation]:
        """Count and time a block; of the labels only what it finds out itself is used."""
        operation = _Operation(name, self._counters["bytes"])
        running = self._running.labels(name)
        running.inc()
        begun = time.perf_counter()
        outcome, failed = "ok", ""
        try:
            yield operation
        except BaseException as error:
            outcome, failed = "error", error_name(error)
            raise
        finally:
            self._seconds.labels(name, outcome).observe(time.perf_counter() - begun)
            running.dec()
            values = (name, outcome, failed)
            self._operations.labels(*values, *([operation.model] if self._by_model else [])).inc()

    def count(self, name: str, amount: float = 1, /, **labels: str) -> None:
        """Add to a counter.

        Raises:
            UnknownChoiceError: There is no such counter.
            InvalidInputError: It has other labels.
        """
        names = self._label_names(metric_of(name, labels))
        counter = self._counters[name]
        (counter.labels(*(labels.get(each, "") for each in names)) if names else counter).inc(
            amount
        )

    def watch(self, name: str, read: Callable[[], float], /, **labels: str) -> Callable[[], None]:
        """Read a number at each scrape.

        Raises:
            UnknownChoiceError: There is no such metric.
            InvalidInputError: It has other labels.
        """
        return self._readings.add(name, read, **labels)


class _Operation:
    """What Prometheus is told of a block."""

    __slots__ = ("_bytes", "_name", "model")

    def __init__(self, name: str, counted: Counter) -> None:
        self._name = name
        self._bytes = counted
        self.model = ""

    def add_bytes(self, count: int, direction: Direction) -> None:
        self._bytes.labels(self._name, direction).inc(count)

    def label(self, **labels: str) -> None:
        self.model = labels.get(MODEL, self.model)


class _WatchedNumbers:
    """Gives the registry what is read at a scrape."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings

    def describe(self) -> Iterable[Family]:
        return self._families().values()

    def collect(self) -> Iterable[Family]:
        families = self._families()
        for (name, labels), value in self._readings.values().items():
            families[name].add_metric([text for _, text in labels], value)
        return families.values()

    @staticmethod
    def _families() -> dict[str, Any]:
        from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily

        families: dict[str, Any] = {}
        for name in _WATCHED:
            metric = METRICS[name]
            kind = CounterMetricFamily if metric.kind == "counter" else GaugeMetricFamily
            families[name] = kind(f"{_PREFIX}_{name}", metric.about, labels=list(metric.labels))
        return families
