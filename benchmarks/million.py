"""A million versions in SQLite and in PostgreSQL: what is looked up takes as long as of 10,000.

Half of them are of one model, half of the rest of the next, and so on. Then much of the first is
removed by retention and collected, while another process writes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

from benchmarks import million_places, million_removal
from benchmarks.bench import Bench
from benchmarks.measure import Bound, Finding, Run, compared, interleave, timed
from modelkeep.orchestrator.services import Services

_GROWTH, _MEMORY = Bound("ratio", 1.5), Bound("value", 8)


@dataclass(frozen=True, slots=True)
class _Filled:
    """A registry with so many versions, half of them of the model `m`."""

    services: Services
    size: int
    version_id: str

    def page(self, *, deep: bool = False, **filters: object) -> object:
        """Return a page of 100 of the newest, or of those from the middle on."""
        cursor = str(self.size // 4) if deep else None
        return self.services.versions.get_versions("m", cursor=cursor, **filters)  # type: ignore[arg-type]


Call = Callable[[_Filled], object]

_BOUNDED: dict[str, Call] = {
    "get by id": lambda f: f.services.versions.get_version(f.version_id),
    "get by model@production": lambda f: f.services.versions.get_version("m@production"),
    "get by number": lambda f: f.services.versions.get_version("m@1.0.17"),
    "get of the latest": lambda f: f.services.versions.get_version("m@latest"),
    "page of the newest": lambda f: f.page(),
    "page from the middle": lambda f: f.page(deep=True),
    "page by status, 1 in 10": lambda f: f.page(status="failed"),
    "page by status from the middle": lambda f: f.page(status="failed", deep=True),
    "page by stage": lambda f: f.page(deployment_stage="development"),
    "page by tag, 1 in 2": lambda f: f.page(tags=["good"]),
    "page by tag from the middle": lambda f: f.page(tags=["good"], deep=True),
    "page by two tags": lambda f: f.page(tags=["nightly", "good"]),
    "page by metric, 1 in 2": lambda f: f.page(metrics=["accuracy>=0.5"]),
    "page by metric, 3 in 100": lambda f: f.page(metrics=["accuracy>=0.97"]),
    "page by metric, 1 in 2, from the middle": lambda f: f.page(
        metrics=["accuracy>=0.5"], deep=True
    ),
    "page by status, tag and metric": lambda f: f.page(
        status="failed", tags=["good"], metrics=["accuracy>=0.5"]
    ),
    "page by a tag of none": lambda f: f.page(tags=["nobody"]),
    "names of all models": lambda f: f.services.versions.get_models(),
}
# These have to look at more where there is more; they are shown, nothing was promised.
_UNBOUNDED: dict[str, Call] = {
    "page by a metric of none": lambda f: f.page(metrics=["accuracy>=2"]),
    "overview of the model with half": lambda f: f.services.versions.get_statistics("m"),
    "overview of all models": lambda f: f.services.versions.get_statistics(),
}


def measure(run: Bench) -> None:
    """Fill, look up, and remove, in both databases."""
    for database in ("SQLite", "PostgreSQL"):
        with ExitStack() as stack:
            folder = stack.enter_context(run.folder("million"))
            new_place = stack.enter_context(million_places.places(database, folder))
            sizes = (run.scaled(10_000, 2_000), run.scaled(1_000_000, 20_000))
            filled = {size: new_place(f"of-{size}") for size in sizes}
            for size, place in filled.items():
                million_places.told_by("million_fill", place, str(size))
            _measure_lookups(run, database, filled)
            _measure_memory(run, database, filled[sizes[1]])
            count = run.scaled(100_000, 2_000)
            million_removal.measure(run, database, filled[sizes[1]], sizes[1] // 2, count)


def _measure_lookups(run: Bench, database: str, places: dict[int, str]) -> None:
    with ExitStack() as stack:
        opened = []
        for size, place in places.items():
            services = stack.enter_context(million_places.connect(place))
            middle = services.versions.get_version(f"m@1.0.{size // 8}").version_id
            opened.append(_Filled(services, size, middle))
        small, large = opened
        for name, call in (_BOUNDED | _UNBOUNDED).items():
            bounded = name in _BOUNDED
            runs: dict[str, Run] = {str(each.size): partial(timed, call, each) for each in opened}
            rounds = run.scaled(200 if bounded else 10, 20)
            found = interleave(runs, rounds=rounds, warmups=10 if bounded else 1)
            run.findings.append(
                compared(
                    "million",
                    f"{name}, {database}",
                    found[str(large.size)],
                    found[str(small.size)],
                    f"of {small.size:,}",
                    _GROWTH if bounded else None,
                )
            )


def _measure_memory(run: Bench, database: str, place: str) -> None:
    first, most, pages, seconds = json.loads(million_places.told_by("million_memory", place))
    run.notes.append(
        f"{database}: {pages:,} pages of 100, all of one model, in {seconds:.0f} s; "
        f"{first:.1f} MiB after 50 pages, {most:.1f} MiB at most after that"
    )
    run.findings.append(
        Finding(
            group="million",
            measure=f"memory that {pages:,} pages of 100 add, {database}",
            ours=most - first,
            unit="MiB",
            bound=_MEMORY,
        )
    )
