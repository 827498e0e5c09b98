"""SpanProbe: what happens, as spans of OpenTelemetry."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING

from modelkeep.errors import MissingExtraError
from modelkeep.telemetry.error_names import error_name
from modelkeep.telemetry.probe import Direction, Operation

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

_PREFIX = "modelkeep."


class SpanProbe:
    """Makes a span of every operation, within the span that is current in its context.

    Labels become attributes under `modelkeep.`; an exception is recorded in the span, and names
    its class in `error.type`, as the conventions of OpenTelemetry for errors say
    (https://opentelemetry.io/docs/specs/semconv/general/recording-errors/). Events that were
    committed are events of the current span. What is only counted or read makes no span.

    Args:
        tracer: Makes the spans; None for that of the provider of the process.

    Raises:
        MissingExtraError: `opentelemetry-api` is not installed.
    """

    def __init__(self, tracer: Tracer | None = None) -> None:
        try:
            from opentelemetry import trace
        except ImportError as error:
            raise MissingExtraError("SpanProbe", "opentelemetry-api", "opentelemetry") from error
        self._current = trace.get_current_span
        self._tracer = tracer or trace.get_tracer("modelkeep", version("modelkeep"))

    @contextmanager
    def operation(self, name: str, /, **labels: str) -> Iterator[Operation]:
        """Make a span of a block."""
        attributes = {f"{_PREFIX}{key}": value for key, value in labels.items()}
        with self._tracer.start_as_current_span(f"{_PREFIX}{name}", attributes=attributes) as span:
            operation = _Operation(span)
            try:
                yield operation
            except BaseException as error:
                span.set_attribute("error.type", error_name(error))
                raise
            finally:
                operation.end()

    def count(self, name: str, amount: float = 1, /, **labels: str) -> None:  # noqa: ARG002 - of the protocol
        """Add an event to the current span, if it is one of the catalogue that is counted."""
        if name == "events":
            attributes = {f"{_PREFIX}{key}": value for key, value in labels.items()}
            self._current().add_event("modelkeep.event", attributes)

    def watch(self, name: str, read: Callable[[], float], /, **labels: str) -> Callable[[], None]:  # noqa: ARG002 - of the protocol
        """Do nothing: a span has no number that changes."""
        return _nothing


def _nothing() -> None:
    pass


class _Operation:
    """What a span is told of its block."""

    __slots__ = ("_bytes", "_lock", "_span")

    def __init__(self, span: Span) -> None:
        self._span = span
        self._bytes: Counter[Direction] = Counter()
        self._lock = threading.Lock()

    def add_bytes(self, count: int, direction: Direction) -> None:
        with self._lock:
            self._bytes[direction] += count

    def label(self, **labels: str) -> None:
        for key, value in labels.items():
            self._span.set_attribute(f"{_PREFIX}{key}", value)

    def end(self) -> None:
        for direction, count in self._bytes.items():
            self._span.set_attribute(f"{_PREFIX}bytes_{direction}", count)
