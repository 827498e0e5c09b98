"""How quickly outcomes are recorded, kept and folded: `python -m benchmarks.recording`."""

from __future__ import annotations

import sqlite3
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from modelkeep.clock import SystemClock
from modelkeep.deployment.evidence.encoding import decode
from modelkeep.deployment.evidence.predictions import prediction_hash
from modelkeep.deployment.evidence.recorder import Recorder
from modelkeep.deployment.evidence.rows import Fold
from modelkeep.deployment.evidence.unit_memory import UnitMemory
from modelkeep.deployment.routing.table import Arm, Choice, RoutingTable

SINGLES = 600_000
BATCHES, BATCH_ROWS = 120, 100_000
WEIGHT = 0.1
TABLE = RoutingTable(
    model_id="model",
    revision=3,
    split_id="rollout",
    arms=(
        Arm(name="stable", version_id="model@1", weight=1 - WEIGHT),
        Arm(name="canary", version_id="model@2", weight=WEIGHT),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a router says of many units.

    Attributes:
        point: Of each unit.
        arm_index: Of each unit.
        forced: Where an override chose.
        table: What chose.
    """

    point: npt.NDArray[np.uint64]
    arm_index: npt.NDArray[np.uint8]
    forced: npt.NDArray[np.bool_]
    table: RoutingTable = TABLE


class Database:
    """A SQLite file that keeps blocks, one transaction each, as the registry's does."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(
            "CREATE TABLE blocks (sequence INTEGER PRIMARY KEY AUTOINCREMENT, "
            "split_id TEXT NOT NULL, records INTEGER NOT NULL, payload BLOB NOT NULL)"
        )

    def write(self, split_id: str, payload: bytes, count: int) -> None:
        """Keep a block."""
        with self._lock:
            self._connection.execute(
                "INSERT INTO blocks (split_id, records, payload) VALUES (?, ?, ?)",
                (split_id, count, payload),
            )

    def read(self) -> list[tuple[int, bytes]]:
        """Return how many records each block has, and its payload, in order."""
        found = self._connection.execute("SELECT records, payload FROM blocks ORDER BY sequence")
        return [(int(count), bytes(payload)) for count, payload in found]

    def close(self) -> None:
        """Close it."""
        self._connection.close()


def _choices(rng: np.random.Generator, count: int) -> Choices:
    points = rng.integers(0, 1 << 64, count, dtype=np.uint64)
    arms = (points < np.uint64(int(WEIGHT * 2**64))).astype(np.uint8)
    return Choices(point=points, arm_index=arms, forced=np.zeros(count, dtype=np.bool_))


def _recorder(database: Database) -> Recorder:
    recorder = Recorder(write=database.write, clock=SystemClock(), most_waiting=2_000_000)
    recorder.know(TABLE)
    return recorder


def _stored(database: Database, count: int) -> float:
    blocks = database.read()
    recorded = sum(records for records, _ in blocks)
    if recorded != count:
        raise RuntimeError(f"{recorded} rows of {count} are in the database")
    return sum(len(payload) for _, payload in blocks) / count


def measure_singles(database: Database, rng: np.random.Generator, *, ids: bool) -> str:
    """Return how many single records a second one thread adds, all of them written."""
    chosen = _choices(rng, SINGLES)
    choices = [
        Choice("model@1", "stable", 0.9, 3, "rollout", point, arm, False, "")
        for point, arm in zip(chosen.point.tolist(), chosen.arm_index.tolist(), strict=True)
    ]
    seconds = rng.lognormal(-3, 0.5, SINGLES).tolist()
    names = [f"request-{row}" for row in range(SINGLES)] if ids else [None] * SINGLES
    recorder = _recorder(database)
    add = recorder.add
    began = time.perf_counter()
    for choice, latency, name in zip(choices, seconds, names, strict=True):
        add(choice, success=True, latency_seconds=latency, prediction_id=name)
    added = time.perf_counter() - began
    recorder.close()
    elapsed = time.perf_counter() - began
    size = _stored(database, SINGLES)
    return (
        f"{SINGLES / elapsed:>12,.0f} rows/s  ({added / SINGLES * 1e9:,.0f} ns a call while "
        f"writing, {size:.1f} bytes/row)"
    )


def measure_batches(database: Database, rng: np.random.Generator) -> str:
    """Return how many rows of batches a second one thread adds, all of them written."""
    batches = [_choices(rng, BATCH_ROWS) for _ in range(8)]
    outcomes = [
        (rng.random(BATCH_ROWS) < 0.99, rng.lognormal(-3, 0.5, BATCH_ROWS)) for _ in batches
    ]
    recorder = _recorder(database)
    began = time.perf_counter()
    for number in range(BATCHES):
        success, seconds = outcomes[number % 8]
        recorder.add_batch(batches[number % 8], success=success, latency_seconds=seconds)
    recorder.close()
    elapsed = time.perf_counter() - began
    if recorder.dropped:
        raise RuntimeError(f"{recorder.dropped} rows were dropped")
    rows = BATCHES * BATCH_ROWS
    return f"{rows / elapsed:>12,.0f} rows/s  ({_stored(database, rows):.1f} bytes/row)"


def measure_fold(database: Database, *, metrics: int) -> str:
    """Return how many rows a second are read, decoded and folded."""
    wanted = [("errors", "event"), ("latency", "latency"), ("quality", "value")][:metrics]
    fold = Fold(metrics=wanted)  # type: ignore[arg-type]
    began = time.perf_counter()
    rows = 0
    for count, payload in database.read():
        fold.add(decode(payload))
        rows += count
    elapsed = time.perf_counter() - began
    return f"{rows / elapsed:>12,.0f} rows/s  ({metrics} metrics, {fold.units:,} units)"


def measure_memory(rng: np.random.Generator) -> str:
    """Return how quickly units are remembered, and how much room ten million of them take."""
    memory, elapsed, units, step = UnitMemory(), 0.0, 10_000_000, 200_000
    weights = np.full(step, WEIGHT)
    for _ in range(units // step):
        points, arms = rng.integers(0, 1 << 64, step, dtype=np.uint64), rng.random(step) < WEIGHT
        began = time.perf_counter()
        memory.conditional_weights(points, arms, weights)
        elapsed += time.perf_counter() - began
    return f"{units / elapsed:>12,.0f} rows/s  ({memory.nbytes / 1e6:.0f} MB for {units:,} units)"


def measure_hash() -> str:
    """Return how many prediction ids a second are hashed."""
    names = [f"request-{row}" for row in range(200_000)]
    began = time.perf_counter()
    for name in names:
        prediction_hash(name)
    return f"{len(names) / (time.perf_counter() - began):>12,.0f} ids/s"


def main() -> None:
    rng = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as folder:
        files = [Database(Path(folder) / f"{name}.db") for name in ("single", "ids", "batch")]
        print("single adds      ", measure_singles(files[0], rng, ids=False))
        print("  with ids       ", measure_singles(files[1], rng, ids=True))
        print("batch adds       ", measure_batches(files[2], rng))
        print("fold             ", measure_fold(files[2], metrics=1))
        print("fold             ", measure_fold(files[2], metrics=3))
        print("fold with ids    ", measure_fold(files[1], metrics=3))
        for file in files:
            file.close()
    print("unit memory      ", measure_memory(rng))
    print("prediction hash  ", measure_hash())


if __name__ == "__main__":
    main()
