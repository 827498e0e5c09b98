"""Probe: what the services tell of themselves, whoever listens; and one that does nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Literal, Protocol

Direction = Literal["in", "out"]
"""Whether bytes come into the registry or leave it."""


class Operation(Protocol):
    """Something that is being done."""

    def add_bytes(self, count: int, direction: Direction) -> None:
        """Add bytes of artifacts that went in or out; any thread may call it."""
        ...

    def label(self, **labels: str) -> None:
        """Say what was found out about it; such values are known to exist."""
        ...


class Probe(Protocol):
    """Takes what happens.

    Its methods are called from any thread, and must not raise: the work that they tell of is done.
    """

    def operation(self, name: str, /, **labels: str) -> AbstractContextManager[Operation]:
        """Measure a block: how long it takes, and what it raises.

        Args:
            name: What is done; one of few.
            labels: What it was asked for; any text, also of things that are not there.
        """
        ...

    def count(self, name: str, amount: float = 1, /, **labels: str) -> None:
        """Add to a counter of `telemetry.metrics`."""
        ...

    def watch(self, name: str, read: Callable[[], float], /, **labels: str) -> Callable[[], None]:
        """Read a number of `telemetry.metrics` whenever someone asks for it.

        Args:
            name: Of the number. Several readings under one name and labels are added.
            read: Returns it, fast; what holds a counter already needs no second one.
            labels: Of the metric.

        Returns:
            What ends it. Of a counter the last value stays.
        """
        ...


class _NoOperation:
    __slots__ = ()

    def add_bytes(self, count: int, direction: Direction) -> None:
        pass

    def label(self, **labels: str) -> None:
        pass

    def __enter__(self) -> Operation:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass


_NO_OPERATION = _NoOperation()


class NoProbe:
    """Does nothing."""

    __slots__ = ()

    def operation(self, name: str, /, **labels: str) -> AbstractContextManager[Operation]:  # noqa: ARG002 - of the protocol
        """Measure nothing."""
        return _NO_OPERATION

    def count(self, name: str, amount: float = 1, /, **labels: str) -> None:
        """Count nothing."""

    def watch(self, name: str, read: Callable[[], float], /, **labels: str) -> Callable[[], None]:  # noqa: ARG002 - of the protocol
        """Read nothing."""
        return _nothing


def _nothing() -> None:
    pass


NO_PROBE = NoProbe()
"""What is handed in where nothing is switched on."""
