"""A piece of bulk work that any process can do that reaches the registry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from modelkeep.errors import ModelkeepError
from modelkeep.orchestrator.bulk.places import Place

Result = dict[str, Any]


class WorkerLostError(ModelkeepError):
    """The process that did a task ended before it was done."""

    code = "worker_lost"

    def __init__(self, how: str) -> None:
        super().__init__(f"the process that did it {how}; run the command again to go on")


class TaskFailedError(ModelkeepError):
    """A task met a fault that is none of the errors it may meet."""

    code = "task_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Some items of one work; done twice it changes nothing more than done once.

    Attributes:
        title: What it is called where it fails.
        work: A name in `works.WORKS`.
        places: The registries it works on.
        items: What it is about, such as packs or ids of versions.
        arguments: What else the work needs, as JSON values.
        cost_bytes: How much there is to do, for the progress.
    """

    title: str
    work: str
    places: tuple[Place, ...]
    items: tuple[str, ...]
    arguments: Mapping[str, Any] = field(default_factory=dict)
    cost_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a task ended: with a result as JSON values, or with an error."""

    task: Task
    result: Result | ModelkeepError


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A task that was not done, and why.

    Attributes:
        task: What it is called.
        error: What stood in its way.
    """

    task: str
    error: ModelkeepError

    @property
    def told(self) -> dict[str, str]:
        """Return it as JSON values."""
        return {"task": self.task, "code": self.error.code, "message": self.error.message}
