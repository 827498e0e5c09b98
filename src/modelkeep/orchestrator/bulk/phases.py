"""Items of a work split in tasks, done by an executor, and their results in the order of items."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from modelkeep.errors import ModelkeepError
from modelkeep.orchestrator.bulk.executor import Executor
from modelkeep.orchestrator.bulk.journal import Entry, Journal
from modelkeep.orchestrator.bulk.places import Place
from modelkeep.orchestrator.bulk.task import Failure, Result, Task
from modelkeep.storage.hashing import Progress, no_progress

_TASKS_PER_WORKER = 8
_LEAST_TASKS = 16
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Item:
    """A part of a work that is not split further.

    Attributes:
        name: Tells it from the others.
        cost_bytes: How much there is to do.
    """

    name: str
    cost_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A work with all its items.

    Attributes:
        title: What its tasks are called, before the names of their items.
        work: A name in `works.WORKS`.
        places: The registries it works on.
        items: Each with a name of its own.
        arguments: Gives what else a task with some of the items needs.
        is_kept: Whether a result is good enough not to do these items again after an interruption.
    """

    title: str
    work: str
    places: tuple[Place, ...]
    items: Sequence[Item]
    arguments: Callable[[Sequence[str]], Mapping[str, Any]] = field(default=lambda _: {})
    is_kept: Callable[[Result], bool] = field(default=lambda _: True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came out of a phase.

    Attributes:
        results: In the order of the items.
        failures: Tasks that were not done.
    """

    results: list[Result]
    failures: list[Failure]


def run_phases(
    executor: Executor,
    phases: Sequence[Phase],
    *,
    journal: Journal | None = None,
    progress: Progress = no_progress,
) -> list[Done]:
    """Do all items of some phases, which do not wait for one another.

    Args:
        executor: Does the tasks.
        phases: Each with items of its own.
        journal: Knows what is done already, and is told of what is done now.
        progress: Told of the costs of what is done.

    Returns:
        For each phase what came out.
    """
    found: list[list[tuple[int, Result]]] = [[] for _ in phases]
    failures: list[list[tuple[int, Failure]]] = [[] for _ in phases]
    known = [] if journal is None else list(journal.entries())
    tasks: dict[int, tuple[int, int]] = {}
    waiting: list[Task] = []
    for at, phase in enumerate(phases):
        place_of = {item.name: place for place, item in enumerate(phase.items)}
        done: set[str] = set()
        for entry in known:
            if _holds(entry, phase, place_of, done):
                done.update(entry.items)
                found[at].append((place_of[entry.items[0]], entry.result))
        left = [item for item in phase.items if item.name not in done]
        progress(sum(item.cost_bytes for item in phase.items if item.name in done))
        for task in _split(phase, left, executor.workers):
            tasks[id(task)] = at, place_of[task.items[0]]
            waiting.append(task)
    for outcome in executor.run(waiting):
        task, result = outcome.task, outcome.result
        at, place = tasks[id(task)]
        if isinstance(result, ModelkeepError):
            failures[at].append((place, Failure(task=task.title, error=result)))
            continue
        if journal is not None and phases[at].is_kept(result):
            journal.note(
                Entry(work=task.work, items=task.items, arguments=task.arguments, result=result)
            )
        found[at].append((place, result))
        progress(task.cost_bytes)
    return [
        Done(
            results=[result for _, result in sorted(found[at], key=_first)],
            failures=[failure for _, failure in sorted(failures[at], key=_first)],
        )
        for at in range(len(phases))
    ]


def _first(pair: tuple[int, object]) -> int:
    return pair[0]


def _holds(entry: Entry, phase: Phase, wanted: Mapping[str, int], done: set[str]) -> bool:
    """Whether an entry is about items of a phase, as they are asked for now."""
    return (
        entry.work == phase.work
        and wanted.keys() >= set(entry.items)
        and not done & set(entry.items)
        and dict(entry.arguments) == dict(phase.arguments(entry.items))
    )


def _split(phase: Phase, left: Sequence[Item], workers: int) -> Iterator[Task]:
    """Give tasks of about the same cost, enough that all workers end at about the same time."""
    most = max(_LEAST_TASKS, _TASKS_PER_WORKER * workers)
    total = sum(item.cost_bytes + 1 for item in left)
    batch: list[Item] = []
    size = 0
    for item in left:
        batch.append(item)
        size += item.cost_bytes + 1
        if size * most >= total:
            yield _task(phase, batch)
            batch, size = [], 0
    if batch:
        yield _task(phase, batch)


def _task(phase: Phase, batch: Sequence[Item]) -> Task:
    names = tuple(item.name for item in batch)
    return Task(
        title=f"{phase.title} {_told(names)}".rstrip(),
        work=phase.work,
        places=phase.places,
        items=names,
        arguments=phase.arguments(names),
        cost_bytes=sum(item.cost_bytes for item in batch),
    )


def _told(names: Sequence[str]) -> str:
    first, last = (_short(names[at]) for at in (0, -1))
    return first if len(names) == 1 else f"{first} to {last} ({len(names)})"


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[:12]}…"


def all_failures(done: Iterable[Done]) -> tuple[Failure, ...]:
    """Return the failures of some phases."""
    return tuple(failure for each in done for failure in each.failures)
