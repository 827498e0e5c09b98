"""A verification split by packs and by versions; its report is that of one in one piece."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import select

from modelkeep.catalogue import chunks
from modelkeep.catalogue.tables import VERSIONS
from modelkeep.errors import InvalidInputError, ModelkeepError
from modelkeep.orchestrator.backends import layout_of
from modelkeep.orchestrator.bulk.executor import Executor
from modelkeep.orchestrator.bulk.journal import Journal
from modelkeep.orchestrator.bulk.phases import Done, Item, Phase, all_failures, run_phases
from modelkeep.orchestrator.bulk.places import OpenPlaces, Place, place_of
from modelkeep.orchestrator.bulk.task import Failure, Result, Task
from modelkeep.orchestrator.services import Services
from modelkeep.storage.hashing import Progress, no_progress
from modelkeep.storage.scrub import Problem, VerifyReport
from modelkeep.storage.scrub_plan import ScrubPart

_NOTHING = VerifyReport(versions=0, packs=0, checked_bytes=0, problems=[])


def verify(
    services: Services,
    executor: Executor,
    *,
    sample: float = 1.0,
    resume: bool = False,
    progress: Progress = no_progress,
) -> tuple[VerifyReport, tuple[Failure, ...]]:
    """Check all digests; see `Scrubber.verify`.

    Args:
        services: The registry.
        executor: Does the tasks.
        sample: Which part of the packs, above 0 and up to 1; the files of versions are put
            together where it is 1.
        resume: Look no more at what an interrupted call with `resume` found sound.
        progress: Told of the bytes of packs that were hashed.

    Returns:
        What was checked and found, and the tasks that could not be done.

    Raises:
        InvalidInputError: The sample is none, or there is one beside `resume`.
        StorageUnavailableError: What is done cannot be written.
    """
    if not 0 < sample <= 1:
        raise InvalidInputError(f"sample is {sample}; it must be above 0 and at most 1")
    if resume and sample < 1:
        raise InvalidInputError(
            "resume and sample are both given; a sample is another one each time"
        )
    try:
        packs, versions = _packs(services), _versions(services)
    except (ModelkeepError, ValueError, LookupError, TypeError, AttributeError):
        # What cannot even be listed is damage, which the whole look tells of.
        return services.scrubber.verify(progress=progress), ()
    place = place_of(services)
    journal = Journal(layout_of(services.config), "verify") if resume else None
    if sample < 1 and packs:
        chosen = set(random.sample(packs, max(1, round(sample * len(packs)))))
        packs = [each for each in packs if each in chosen]
    whole = sample == 1
    first = run_phases(
        executor,
        [
            _phase("verify the catalogue", "catalogue", place, [Item("")]),
            _phase("verify packs", "packs", place, packs),
            _phase("verify the counts of chunks", "references", place, [Item("")]),
        ],
        journal=journal,
        progress=progress,
    )
    touched = {each for done in first[1:] for each in _merged([done]).touched_versions}
    last = run_phases(
        executor,
        [_phase("verify versions", "versions", place, versions, touched, files=whole)],
        journal=journal,
    )
    report = _merged([*first, *last])
    if whole:
        report = _added(report, services.scrubber.verify_cache())
    failures = all_failures([*first, *last])
    if journal is not None and not failures:
        journal.remove()
    return report, failures


def do(places: OpenPlaces, task: Task) -> Result:
    """Check one part."""
    part = ScrubPart(
        kind=task.arguments["kind"],
        names=task.items,
        touched=frozenset(task.arguments["touched"]),
        files=task.arguments["files"],
    )
    return asdict(places.open(task.places[0]).scrubber.verify_part(part))


def _phase(
    title: str,
    kind: str,
    place: Place,
    items: Sequence[Item],
    touched: Iterable[str] = (),
    *,
    files: bool = True,
) -> Phase:
    damaged = set(touched)

    def arguments(names: Sequence[str]) -> Mapping[str, Any]:
        return {"kind": kind, "touched": sorted(damaged & set(names)), "files": files}

    return Phase(
        title=title,
        work="verify",
        places=(place,),
        items=items,
        arguments=arguments,
        # Other rows than those of versions change all the time.
        is_kept=lambda result: kind in ("packs", "versions") and not result["problems"],
    )


def _packs(services: Services) -> list[Item]:
    with services.catalogue.read() as connection:
        return [Item(each.pack.hex(), each.stored_bytes) for each in chunks.packs(connection)]


def _versions(services: Services) -> list[Item]:
    query = select(VERSIONS.c.version_id, VERSIONS.c.size_bytes).order_by(VERSIONS.c.version_id)
    with services.catalogue.read() as connection:
        found = connection.execute(query).all()
    strange = [key for key, _ in found if not isinstance(key, str)]
    if strange:
        raise TypeError(f"{strange[0]!r} is no id of a version")
    return [Item(key, int(size)) for key, size in found]


def _merged(done: Iterable[Done]) -> VerifyReport:
    report = _NOTHING
    for each in done:
        for result in each.results:
            problems = [Problem(**problem) for problem in result["problems"]]
            report = _added(report, VerifyReport(**{**result, "problems": problems}))
    return report


def _added(report: VerifyReport, more: VerifyReport) -> VerifyReport:
    return replace(
        report,
        versions=report.versions + more.versions,
        packs=report.packs + more.packs,
        checked_bytes=report.checked_bytes + more.checked_bytes,
        problems=[*report.problems, *(p for p in more.problems if p not in report.problems)],
    )
