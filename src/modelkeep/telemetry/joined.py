"""JoinedProbe: tells several probes the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

from modelkeep.errors import InvalidInputError
from modelkeep.telemetry.probe import Direction, Operation, Probe


class JoinedProbe:
    """Hands on all it is told, to each probe in turn.

    Args:
        probes: At least one. What the first measures includes the others.

    Raises:
        InvalidInputError: There is none.
    """

    def __init__(self, *probes: Probe) -> None:
        if not probes:
            raise InvalidInputError("JoinedProbe() joins nothing; give it at least one probe")
        self._probes = probes

    @contextmanager
    def operation(self, name: str, /, **labels: str) -> Iterator[Operation]:
        """Measure a block with all probes."""
        with ExitStack() as stack:
            yield _Operations(
                [stack.enter_context(each.operation(name, **labels)) for each in self._probes]
            )

    def count(self, name: str, amount: float = 1, /, **labels: str) -> None:
        """Add to the counter of all probes."""
        for each in self._probes:
            each.count(name, amount, **labels)

    def watch(self, name: str, read: Callable[[], float], /, **labels: str) -> Callable[[], None]:
        """Let all probes read a number."""
        ends = [each.watch(name, read, **labels) for each in self._probes]

        def end() -> None:
            for each in ends:
                each()

        return end


class _Operations:
    """One block, as all probes see it."""

    __slots__ = ("_operations",)

    def __init__(self, operations: Sequence[Operation]) -> None:
        self._operations = operations

    def add_bytes(self, count: int, direction: Direction) -> None:
        for each in self._operations:
            each.add_bytes(count, direction)

    def label(self, **labels: str) -> None:
        for each in self._operations:
            each.label(**labels)
