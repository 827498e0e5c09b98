"""Deep comparisons of many pairs of versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from modelkeep import canonical
from modelkeep.models import ModelVersion
from modelkeep.orchestrator.backends import layout_of
from modelkeep.orchestrator.bulk.executor import Executor
from modelkeep.orchestrator.bulk.journal import Journal
from modelkeep.orchestrator.bulk.phases import Item, Phase, all_failures, run_phases
from modelkeep.orchestrator.bulk.places import OpenPlaces, place_of
from modelkeep.orchestrator.bulk.task import Failure, Result, Task
from modelkeep.orchestrator.plain import to_plain
from modelkeep.orchestrator.services import Services
from modelkeep.storage.hashing import Progress, no_progress


def compare(
    services: Services,
    executor: Executor,
    pairs: Iterable[tuple[str, str]],
    *,
    deep: bool = True,
    progress: Progress = no_progress,
) -> tuple[list[dict[str, Any]], tuple[Failure, ...]]:
    """Compare many pairs of versions; see `VersionComparator.compare_versions`.

    What an interrupted call did is not done again, unless the versions changed since.

    Args:
        services: The registry.
        executor: Does the tasks.
        pairs: References of the baseline and of the other version.
        deep: Whether to look into the files as well.
        progress: Told of the bytes of files.

    Returns:
        The comparisons in the order of the pairs, as JSON values, without those that failed; and
        the tasks that could not be done.

    Raises:
        VersionNotFoundError: A reference names no version.
        StorageUnavailableError: What is done cannot be written.
    """
    versions: dict[str, ModelVersion] = {}
    chosen: dict[str, tuple[ModelVersion, ModelVersion]] = {}
    for pair in pairs:
        for reference in pair:
            if reference not in versions:
                versions[reference] = services.versions.get_version(reference)
        old, new = (versions[reference] for reference in pair)
        chosen[f"{old.version_id} with {new.version_id}"] = old, new

    def arguments(names: Sequence[str]) -> Mapping[str, Any]:
        found = [chosen[name] for name in names]
        return {
            "deep": deep,
            "pairs": [[old.version_id, new.version_id] for old, new in found],
            "changed": [[str(each.updated_at) for each in pair] for pair in found],
        }

    phase = Phase(
        title="compare",
        work="compare",
        places=(place_of(services),),
        items=[Item(name, old.size_bytes + new.size_bytes) for name, (old, new) in chosen.items()],
        arguments=arguments,
    )
    key = canonical.encode_text([deep, list(chosen)])
    journal = Journal(layout_of(services.config), f"compare {key}")
    done = run_phases(executor, [phase], journal=journal, progress=progress)
    failures = all_failures(done)
    if not failures:
        journal.remove()
    return [found for result in done[0].results for found in result["comparisons"]], failures


def do(places: OpenPlaces, task: Task) -> Result:
    """Compare some pairs."""
    comparator = places.open(task.places[0]).comparator
    found: list[Any] = []
    for old, new in task.arguments["pairs"]:
        if task.arguments["deep"]:
            found.append(to_plain(comparator.compare_versions(old, new, deep=True)))
        else:
            found.append(to_plain(comparator.compare_versions(old, new)))
    return {"comparisons": found}
