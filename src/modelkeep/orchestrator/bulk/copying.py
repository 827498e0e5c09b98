"""A copy split by versions; then what is about them, by models; then all is read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from modelkeep.catalogue import versions
from modelkeep.orchestrator.backends import layout_of
from modelkeep.orchestrator.bulk.executor import Executor
from modelkeep.orchestrator.bulk.journal import Entry, Journal
from modelkeep.orchestrator.bulk.phases import Done, Item, Phase, all_failures, run_phases
from modelkeep.orchestrator.bulk.places import OpenPlaces, place_of
from modelkeep.orchestrator.bulk.task import Failure, Result, Task
from modelkeep.orchestrator.copied_rows import ModelRows
from modelkeep.orchestrator.copy_run import absent_versions
from modelkeep.orchestrator.copying import (
    CopyReport,
    copy_registry,
    copy_versions,
    models_to_copy,
    verify_copied,
)
from modelkeep.orchestrator.services import Services
from modelkeep.storage.hashing import Progress, no_progress

_PLAN = "copy plan"


def copy(
    source: Services,
    target: Services,
    executor: Executor,
    *,
    models: Sequence[str] | None = None,
    progress: Progress = no_progress,
) -> tuple[CopyReport, list[str], tuple[Failure, ...]]:
    """Copy models with all that belongs to them, and read them back; see `copying.copy_registry`.

    Args:
        source: Stays as it is, and may be in use.
        target: Of a copied model it may have what an earlier copy brought, and nothing else.
        executor: Does the tasks.
        models: Their names; None for all.
        progress: Told of the bytes of files, once when they are copied and once when they are read.

    Returns:
        What was brought; what is wrong with it or with what an interrupted call had brought, a
        sentence each; and the tasks that could not be done. A model of which something could not
        be copied has versions in the target, and no stages or history yet.

    Raises:
        InvalidInputError: Both are the same registry.
        ModelNotFoundError: The source has no such model.
        ConflictError: The target has something else under a name, an id or a number; nothing was
            written.
        StorageUnavailableError: What is done cannot be written.
    """
    places = place_of(source), place_of(target)
    found = models_to_copy(source, target, models=models)
    absent = {each.model["model_id"]: _absent(target, each) for each in found}
    journal = Journal(layout_of(target.config), f"copy {places[0].settings} {models}")
    planned = _planned(journal)
    journal.note(_plan(item.name for items in absent.values() for item in items))
    first = run_phases(
        executor,
        [
            Phase(
                title=f"copy versions of {model_id}:",
                work="copy versions",
                places=places,
                items=items,
                arguments=lambda _, model_id=model_id: {"model": model_id},  # type: ignore[misc]
                # The target tells what it has.
                is_kept=lambda _: False,
            )
            for model_id, items in absent.items()
        ],
        progress=progress,
    )
    whole = [Item(name) for name, done in zip(absent, first, strict=True) if not done.failures]
    second = run_phases(
        executor, [Phase(title="copy models", work="copy models", places=places, items=whole)]
    )
    report = _report(found, absent, [*first, *second])
    wanted = dict.fromkeys((*planned, *report.versions))
    third = run_phases(
        executor,
        [
            Phase(
                title="read back",
                work="read back",
                places=places[1:],
                items=_there(target, wanted),
                is_kept=lambda result: not result["problems"],
            )
        ],
        journal=journal,
        progress=progress,
    )
    problems = [each for done in third for result in done.results for each in result["problems"]]
    failures = all_failures([*first, *second, *third])
    if not failures:
        journal.remove()
    return report, problems, failures


def do_versions(places: OpenPlaces, task: Task) -> Result:
    """Copy some versions of a model."""
    source, target = (places.open(each) for each in task.places)
    return asdict(copy_versions(source, target, task.arguments["model"], task.items))


def do_models(places: OpenPlaces, task: Task) -> Result:
    """Copy all that some models have besides."""
    source, target = (places.open(each) for each in task.places)
    return asdict(copy_registry(source, target, models=task.items))


def do_read_back(places: OpenPlaces, task: Task) -> Result:
    """Hold versions against their digests."""
    return {"problems": verify_copied(places.open(task.places[0]), task.items)}


def _absent(target: Services, rows: ModelRows) -> list[Item]:
    return [
        Item(row["version_id"], row["size_bytes"]) for row in absent_versions(target, rows.versions)
    ]


def _plan(version_ids: Iterable[str]) -> Entry:
    return Entry(work=_PLAN, items=tuple(version_ids), arguments={}, result={})


def _planned(journal: Journal) -> list[str]:
    """Return the versions that an interrupted copy was to bring."""
    return [item for entry in journal.entries() if entry.work == _PLAN for item in entry.items]


def _there(target: Services, version_ids: Iterable[str]) -> list[Item]:
    with target.catalogue.read() as connection:
        found = [versions.find(connection, each) for each in version_ids]
    return [Item(each.version_id, each.size_bytes) for each in found if each is not None]


def _report(
    found: Sequence[ModelRows], absent: Mapping[str, Sequence[Item]], done: Sequence[Done]
) -> CopyReport:
    """Return what was brought, as one copy in one piece tells it."""
    results: list[dict[str, Any]] = [result for each in done for result in each.results]
    known = sum(len(rows.versions) for rows in found) - sum(map(len, absent.values()))
    return CopyReport(
        models=len(found),
        versions=tuple(each for result in results for each in result["versions"]),
        present=known,
        removed=tuple(each for result in results for each in result["removed"]),
        events=sum(result["events"] for result in results),
        copied_bytes=sum(result["copied_bytes"] for result in results),
    )
