"""A repack split by groups of versions that share no chunk with those of another group.

What one task stores anew no other one reads, so the outcome is that of one in one piece.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, select

from modelkeep.catalogue import chunks
from modelkeep.catalogue.tables import VERSIONS
from modelkeep.orchestrator.backends import layout_of
from modelkeep.orchestrator.bulk.executor import Executor
from modelkeep.orchestrator.bulk.journal import Journal
from modelkeep.orchestrator.bulk.phases import Item, Phase, all_failures, run_phases
from modelkeep.orchestrator.bulk.places import OpenPlaces, place_of
from modelkeep.orchestrator.bulk.task import Failure, Result, Task
from modelkeep.orchestrator.services import Services
from modelkeep.storage.hashing import Progress, no_progress
from modelkeep.storage.repacker import RepackReport


def repack(
    services: Services,
    executor: Executor,
    model_id: str | None = None,
    *,
    best: bool = False,
    progress: Progress = no_progress,
) -> tuple[RepackReport, tuple[Failure, ...]]:
    """Store anew what is loaded most; see `VersionManager.repack`.

    Args:
        services: The registry.
        executor: Does the tasks.
        model_id: Only of this model.
        best: Code all versions anew as well; what an interrupted call did is not done again.
        progress: Told of raw bytes.

    Returns:
        What was stored anew, also by the interrupted call, and the tasks that could not be done.

    Raises:
        ModelNotFoundError: There is no such model.
        IntegrityError: How a file is put together is damaged.
        StorageUnavailableError: What is done cannot be written.
    """
    favourites, everything = services.versions.choose_to_repack(model_id, best=best)
    with services.catalogue.read() as connection:
        groups = _groups(connection, dict.fromkeys((*favourites, *everything)))
        sizes: dict[str, int] = dict(
            connection.execute(select(VERSIONS.c.version_id, VERSIONS.c.size_bytes)).all()
        )
    members = {group[0]: group for group in groups}
    first = set(favourites)

    def arguments(names: Sequence[str]) -> Mapping[str, Any]:
        chosen = [each for name in names for each in members[name]]
        return {
            "favourites": [each for each in chosen if each in first],
            "everything": chosen if best else [],
        }

    # Without `best` the chunks themselves tell what is done.
    journal = Journal(layout_of(services.config), f"repack {model_id}") if best else None
    phase = Phase(
        title="repack",
        work="repack",
        places=(place_of(services),),
        items=[
            Item(name, sum(sizes.get(each, 0) for each in group)) for name, group in members.items()
        ],
        arguments=arguments,
    )
    done = run_phases(executor, [phase], journal=journal, progress=progress)
    reports = [RepackReport(**result) for each in done for result in each.results]
    report = sum(reports, RepackReport(chunks=0, before_bytes=0, after_bytes=0))
    services.versions.reclaim_after_repack(report, best=best)
    failures = all_failures(done)
    if journal is not None and not failures:
        journal.remove()
    return report, failures


def do(places: OpenPlaces, task: Task) -> Result:
    """Store some versions anew; what is so already stays."""
    report = places.open(task.places[0]).versions.repack_versions(
        task.arguments["favourites"], task.arguments["everything"]
    )
    return asdict(report)


def _groups(connection: Connection, version_ids: Iterable[str]) -> list[list[str]]:
    """Return versions in groups that have no chunk in common, each in the order given."""
    leaders: dict[bytes, bytes] = {}

    def leader(name: bytes) -> bytes:
        while (above := leaders.get(name, name)) != name:
            # Half the way up each time keeps the ways short.
            leaders[name] = leaders.get(above, above)
            name = above
        return name

    # All chunks, as differences of versions that are not asked for tie others together too.
    for chunk, _ in chunks.all_chunks(connection):
        for need in chunk.needs:
            leaders[leader(need)] = leader(chunk.chunk)
    groups: defaultdict[bytes, list[str]] = defaultdict(list)
    roots = {each: list(chunks.roots_of(connection, each)) for each in version_ids}
    for names in roots.values():
        for name in names[1:]:
            leaders[leader(name)] = leader(names[0])
    for version_id, names in roots.items():
        groups[leader(names[0]) if names else version_id.encode()].append(version_id)
    return list(groups.values())
