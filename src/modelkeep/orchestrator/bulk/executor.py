"""Who does tasks: this process, processes of this machine, or a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from modelkeep.orchestrator.bulk.task import Outcome, Task


class Executor(AbstractContextManager["Executor"], Protocol):
    """Does tasks, several at a time; a context manager that ends its workers.

    Attributes:
        workers: How many it does at a time.
    """

    workers: int

    def run(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        """Do tasks, and give each when it has ended, in any order; a failed one stops no other."""
        ...

    def close(self) -> None:
        """End all workers, also in the middle of a task."""
        ...
