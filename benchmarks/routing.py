"""What routing costs and how soon all see a change: `python -m benchmarks.routing [--quick]`."""

from __future__ import annotations

import argparse
import random
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import bench, report
from benchmarks.measure import Bound, Finding
from modelkeep.clock import SystemClock
from modelkeep.deployment.router import Router
from modelkeep.deployment.routing import points
from modelkeep.deployment.routing.claims import claims_for
from modelkeep.deployment.routing.table import Arm, RoutingTable
from modelkeep.errors import NoActiveDeploymentError, StorageUnavailableError

PROCESSES = 8
_SINGLE, _BATCH, _SEEN = Bound("value", 1 / 300_000), Bound("value", 1e-6), Bound("value", 0.25)
_NONE = Bound("value", 0)


class SqliteTables:
    """The least source of routing tables: a row in a SQLite file.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = sqlite3.connect(path, check_same_thread=False)

    def publish(self, table: RoutingTable) -> None:
        """Write the table, and return when it is committed."""
        with self._connection:
            self._connection.execute(
                "INSERT OR REPLACE INTO routing VALUES (1, ?)", [table.to_json()]
            )

    def version(self) -> int:
        """Return a number that changes when another connection has written."""
        return int(self._ask("PRAGMA data_version")[0])

    def read(self, model_id: str) -> RoutingTable:
        """Return the table of now."""
        row = self._ask("SELECT content FROM routing")
        if row is None:
            raise NoActiveDeploymentError(model_id, "production")
        return RoutingTable.from_json(row[0])

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _ask(self, statement: str) -> tuple[str, ...]:
        if not self._path.exists():
            raise StorageUnavailableError(str(self._path), "the file is gone")
        try:
            found: tuple[str, ...] = self._connection.execute(statement).fetchone()
        except sqlite3.Error as error:
            raise StorageUnavailableError(str(self._path), str(error)) from error
        return found


def measure(run: bench.Bench) -> None:
    """Choose one by one and in batches, through an outage, and watch revisions from afar."""
    with run.folder("routing") as folder:
        database = folder / "catalogue.sqlite"
        connection = sqlite3.connect(database)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE routing (id INTEGER PRIMARY KEY, content TEXT)")
        connection.close()
        source = SqliteTables(database)
        source.publish(_table(1, 0.05))
        with _router(database) as router:
            _measure_speed(run, router)
            _measure_outage(run, router, database)
        _measure_spread(run, source, database)
        source.close()


def _measure_speed(run: bench.Bench, router: Router) -> None:
    count = run.scaled(500_000, 50_000)
    texts, numbers = [f"user-{n}" for n in range(count)], list(range(count))
    choose, hasher = router.choose, points.hasher_of("salt")

    def singly(units: list[str] | list[int]) -> None:
        for unit in units:
            choose(unit)

    def coins() -> None:
        for _ in texts:
            choose()

    def hashes() -> None:
        for unit in texts:
            hasher(unit)

    timed: dict[str, tuple[Callable[[], object], Bound | None]] = {
        "choose, str units": (lambda: singly(texts), _SINGLE),
        "choose, int units": (lambda: singly(numbers), _SINGLE),
        "choose, no unit": (coins, None),
        "of that, the hash of a str": (hashes, None),
        "choose_batch, list of str": (lambda: router.choose_batch(texts), _BATCH),
        "choose_batch, list of int": (lambda: router.choose_batch(numbers), None),
    }
    for name, (call, bound) in timed.items():
        seconds = []
        for _ in range(7):
            began = time.perf_counter()
            call()
            seconds.append((time.perf_counter() - began) / count)
        each = statistics.median(seconds)
        run.findings.append(Finding(group="routing", measure=name, ours=each, bound=bound))
        run.notes.append(f"{name}: {1 / each:,.0f} a second")


def _measure_outage(run: bench.Bench, router: Router, database: Path) -> None:
    seconds, made, failed = run.scaled(60, 3), 0, 0
    away = database.rename(database.with_suffix(".away"))
    last = time.monotonic() + seconds
    while time.monotonic() < last:
        for unit in range(1000):
            made += 1
            try:
                router.choose(unit)
            except Exception as error:  # noqa: BLE001 - counted and told: it is what is measured
                failed += 1
                run.notes.append(f"while the database was away: {error!r}")
        time.sleep(0.01)
    age = router.snapshot_age_seconds
    away.rename(database)
    name = f"errors of {made:,} choices, database away for {seconds} s"
    run.findings.append(
        Finding(group="routing", measure=name, ours=failed, unit="errors", bound=_NONE)
    )
    run.notes.append(f"age of the snapshot at the end of the outage: {age:.2f} s")


def _measure_spread(run: bench.Bench, source: SqliteTables, database: Path) -> None:
    """Publish again and again, and have eight processes tell when they chose by it."""
    revisions = range(2, run.scaled(100, 10) + 2)
    command = [sys.executable, "-m", "benchmarks.routing", "--watch", str(database)]
    crew = [
        subprocess.Popen(
            [*command, str(revisions[-1])],
            stdout=subprocess.PIPE,
            text=True,
            cwd=bench.HERE.parent,
        )
        for _ in range(PROCESSES)
    ]
    for process in crew:
        assert process.stdout is not None
        process.stdout.readline()
    committed, generator = {}, random.Random(1)
    for revision in revisions:
        time.sleep(generator.uniform(0.3, 0.5))
        source.publish(_table(revision, 0.0))
        committed[revision] = time.monotonic()
    answers = [process.communicate(timeout=60)[0] for process in crew]
    seen: dict[int, list[float]] = {revision: [] for revision in revisions}
    for line in "".join(answers).splitlines():
        number, moment = line.split()
        seen[int(number)].append(float(moment) - committed[int(number)])
    last_of = [max(delays) for delays in seen.values()]
    assert {len(delays) for delays in seen.values()} == {PROCESSES}
    name = f"all of {PROCESSES} processes see a revision"
    for what, delay in (("median", statistics.median(last_of)), ("worst", max(last_of))):
        run.findings.append(
            Finding(group="routing", measure=f"{name}, {what}", ours=delay, bound=_SEEN)
        )
    run.notes.append(f"{len(revisions)} revisions were published")


def _watch(database: Path, last: int) -> None:
    with _router(database) as router:
        seen = router.choose("u").revision
        print("ready", flush=True)
        while seen < last:
            found = router.choose("u").revision
            # The monotonic clock is one for all processes of a Linux machine.
            if found != seen:
                print(found, time.monotonic(), flush=True)
            seen = found
            time.sleep(0.001)


def _router(database: Path) -> Router:
    return Router(
        model_id="m",
        source=SqliteTables(database),
        copy_path=database.with_name("m.table"),
        clock=SystemClock(),
    )


def _table(revision: int, weight: float) -> RoutingTable:
    return RoutingTable(
        model_id="m",
        revision=revision,
        split_id="rollout",
        salt="salt",
        arms=(
            Arm(name="stable", version_id="v1", weight=1 - weight),
            Arm(name="canary", version_id="v2", weight=weight),
        ),
        claims=claims_for((), [weight]),
    )


def main() -> int:
    """Measure alone, or be one of the processes that watch."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.routing", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, for development")
    parser.add_argument("--watch", nargs=2, metavar=("DATABASE", "REVISION"), help="used within")
    arguments = parser.parse_args()
    if arguments.watch:
        _watch(Path(arguments.watch[0]), int(arguments.watch[1]))
        return 0
    with bench.Bench(quick=arguments.quick, mlflow_python=None) as run:
        measure(run)
        machine = bench.describe_machine(run)
    print(report.as_text(machine, run.findings, run.notes))
    return 0


if __name__ == "__main__":
    sys.exit(main())
