"""Picks who does tasks, and the one of them that needs no other process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Self

from modelkeep.errors import InvalidInputError
from modelkeep.orchestrator.bulk.executor import Executor
from modelkeep.orchestrator.bulk.places import OpenPlaces
from modelkeep.orchestrator.bulk.task import Outcome, Task
from modelkeep.orchestrator.bulk.works import perform
from modelkeep.orchestrator.services import Services


class InThisProcess:
    """Does tasks one after another where it is.

    Args:
        given: Registries that are open here.
    """

    def __init__(self, given: Iterable[Services] = ()) -> None:
        self.workers = 1
        self._places = OpenPlaces(given)

    def run(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        """Do tasks; see `Executor.run`."""
        for task in tasks:
            yield Outcome(task=task, result=perform(self._places, task))

    def close(self) -> None:
        """Close what was opened for the tasks."""
        self._places.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_executor(
    *, processes: int | None = None, on: str | None = None, given: Iterable[Services] = ()
) -> Executor:
    """Return who does tasks.

    Args:
        processes: So many processes; one is this process.
        on: `ray` for the Ray cluster that this machine is part of, or `ray://host:port`.
        given: Registries that are open here.

    Raises:
        InvalidInputError: There is no such executor.
        MissingExtraError: Ray is not installed.
        ClusterUnavailableError: The cluster does not answer.
    """
    if on is not None:
        if processes is not None:
            raise InvalidInputError("processes and on are both given; a cluster knows its own size")
        # Ray is an extra.
        from modelkeep.orchestrator.bulk.on_ray import OnRay

        return OnRay(on)
    count = 1 if processes is None else processes
    if count < 1:
        raise InvalidInputError(f"processes is {count}; it must be 1 or more")
    if count == 1:
        return InThisProcess(given)
    from modelkeep.orchestrator.bulk.processes import InProcesses

    return InProcesses(count)
