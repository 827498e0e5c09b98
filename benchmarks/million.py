"""A million versions in SQLite and in PostgreSQL: what is looked up takes as long as of 10,000.

Half of them are of one model, the rest of 50 others. Then a tenth of that model is removed by
retention and collected, while another process writes and says how long it had to wait.
"""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, text

import modelkeep
from benchmarks import bench
from benchmarks.bench import Bench
from benchmarks.measure import Bound, Finding, Run, compared, interleave, timed
from benchmarks.population import populate
from modelkeep.orchestrator.services import Services

_MIB = 1 << 20
_OTHERS = 50
_PAGES = 200
_POSTGRES = bench.HERE.parent / "tests" / "servers" / "postgres.py"
_CHILD = bench.HERE / "million_child.py"
_GROWTH, _LOCK, _MEMORY = Bound("ratio", 1.5), Bound("value", 0.1), Bound("value", 32)


@dataclass(frozen=True, slots=True)
class _Filled:
    """A registry with so many versions, and the id of one of them."""

    services: Services
    size: int
    version_id: str


Call = Callable[[_Filled], object]

_CALLS: dict[str, Call] = {
    "get by id": lambda f: f.services.versions.get_version(f.version_id),
    "get by model@production": lambda f: f.services.versions.get_version("m@production"),
    "page of 100 by tag": lambda f: f.services.versions.get_versions("m", tags=["good"]),
    "page of 100 by metric": lambda f: f.services.versions.get_versions(
        "m", metrics=["accuracy>=0.5"]
    ),
    "page of 100 by status": lambda f: f.services.versions.get_versions("m", status="ready"),
    "page of 100 by tag, from the middle": lambda f: f.services.versions.get_versions(
        "m", tags=["good"], cursor=str(f.size // 4)
    ),
}


def measure(run: Bench) -> None:
    """Fill, look up, and remove, in both databases."""
    for database in ("SQLite", "PostgreSQL"):
        with ExitStack() as stack:
            folder = stack.enter_context(run.folder("million"))
            places = stack.enter_context(_places(database, folder))
            _measure(run, stack, database, places)


def _measure(
    run: Bench, stack: ExitStack, database: str, places: Callable[[str], dict[str, str]]
) -> None:
    filled: list[_Filled] = []
    for size in (run.scaled(10_000, 2_000), run.scaled(1_000_000, 20_000)):
        place = places(f"of-{size}")
        filled.append(_fill(stack.enter_context(_connect(place)), size))
    small, large = filled
    for name, call in _CALLS.items():
        runs: dict[str, Run] = {str(each.size): partial(timed, call, each) for each in filled}
        found = interleave(runs, rounds=run.scaled(200, 20), warmups=10)
        run.findings.append(
            compared(
                "million",
                f"{name}, {large.size:,} in {database}",
                found[str(large.size)],
                found[str(small.size)],
                f"of {small.size:,}",
                _GROWTH,
            )
        )
    _measure_memory(run, database, large.services)
    _measure_removal(run, database, place, large.size // 2, large.size // 20)


def _connect(place: dict[str, str], **settings: Any) -> Services:
    others = {name: value for name, value in place.items() if name != "storage_path"}
    return modelkeep.connect(
        place["storage_path"], actor="benchmark", backup_enabled=False, **others, **settings
    )


def _fill(services: Services, size: int) -> _Filled:
    populate(services, "m", size // 2)
    for number in range(_OTHERS):
        populate(services, f"m{number}", size // 2 // _OTHERS)
    with services.catalogue.write() as connection:
        # As a database that is in use does by itself after a while.
        connection.execute(text("ANALYZE"))
    services.deployments.deploy_version(f"m@1.0.{size // 4}", "production")
    version = services.versions.get_version(f"m@1.0.{size // 8}")
    return _Filled(services, size, version.version_id)


def _measure_memory(run: Bench, database: str, services: Services) -> None:
    before = _resident_mib()
    cursor = None
    for _ in range(_PAGES):
        page = services.versions.get_versions("m", limit=100, cursor=cursor)
        cursor = page.next_cursor
        for version in page[:10]:
            services.versions.get_version(version.version_id)
    run.findings.append(
        Finding(
            group="million",
            measure=f"memory that {_PAGES} pages of 100 add, {database}",
            ours=_resident_mib() - before,
            unit="MiB",
            bound=_MEMORY,
        )
    )


def _measure_removal(
    run: Bench, database: str, place: dict[str, str], total: int, count: int
) -> None:
    """Let retention remove the oldest ones, then collect, beside a process that writes."""
    with _connect(place, max_versions_per_model=total - count, retention_days=36_500) as keeper:
        longest = _watched(keeper.catalogue._engine)  # noqa: SLF001 - its lock is measured
        with _writing_beside(place) as waited:
            began = time.perf_counter()
            gone, failures = keeper.versions.apply_retention("m")
            removed_seconds = time.perf_counter() - began
            keeper.versions.remove_leftovers()
    assert (len(gone), failures) == (count, []), (len(gone), failures[:3])
    what = f"{database}, {count:,} of {total:,} removed and collected"
    run.notes.append(f"{what}: retention took {removed_seconds:.0f} s")
    for measure, seconds, bound in (
        ("longest transaction that writes", max(longest), _LOCK),
        # Beside the lock, that is how SQLite lets those take turns who wait.
        ("longest write of another process", max(waited), None),
    ):
        run.findings.append(
            Finding(
                group="million", measure=f"{measure}, {what}", ours=seconds, unit="s", bound=bound
            )
        )


def _watched(engine: Engine) -> list[float]:
    """Note how long each transaction holds the lock of writers; reads are not counted."""
    took = [0.0]
    began = threading.local()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # Told after the listener of the dialect, which waits for the lock.
        writes = connection.get_execution_options().get("modelkeep_writes", False)
        began.at = time.perf_counter() if writes else None

    @event.listens_for(engine, "commit")
    def _commit(_connection: Any) -> None:
        if getattr(began, "at", None) is not None:
            took.append(time.perf_counter() - began.at)

    return took


@contextmanager
def _writing_beside(place: dict[str, str]) -> Iterator[list[float]]:
    """Change a tag over and over in another process; give how long each change took."""
    child = subprocess.Popen(
        [sys.executable, str(_CHILD), json.dumps(place)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    waited: list[float] = []
    yield waited
    child.stdin.close()
    waited += json.loads(child.stdout.readline())
    assert child.wait(60) == 0


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / _MIB


@contextmanager
def _places(database: str, folder: Path) -> Iterator[Callable[[str], dict[str, str]]]:
    if database == "SQLite":
        yield lambda name: {"storage_path": str(folder / name)}
        return
    # Not in the folder of the benchmarks: the server runs as another user.
    with tempfile.TemporaryDirectory(prefix="modelkeep-million-") as data:
        Path(data).chmod(0o711)
        server = runpy.run_path(str(_POSTGRES))["PostgresServer"](Path(data) / "data", durable=True)
        server.start()
        try:
            yield lambda name: {
                "storage_path": str(folder / name),
                "catalogue_url": server.new_database(),
            }
        finally:
            server.stop()
