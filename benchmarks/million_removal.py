"""Retention and collection of a great many versions, beside another process that writes."""

from __future__ import annotations

import hashlib
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from benchmarks import million_places
from benchmarks.bench import Bench
from benchmarks.measure import Bound, Finding
from modelkeep.catalogue import chunks
from modelkeep.catalogue.chunks import ChunkKind, StoredChunk
from modelkeep.management.retention import Expired
from modelkeep.orchestrator.services import Services
from modelkeep.storage.packs import PackBuilder

_LOCK = Bound("value", 0.1)
_DEAD_IN_PACK = 250
_FILE = b"a line of a file that is one of many\n"


def measure(run: Bench, database: str, place: str, total: int, count: int) -> None:
    """Let retention remove the oldest ones of `m`, then collect what is dead.

    Args:
        run: Takes what is found.
        database: What it is called.
        place: Where the registry is.
        total: How many versions `m` has.
        count: How many of them have had their time; one of them serves and stays.
    """
    settings: dict[str, Any] = {
        "max_versions_per_model": total - count,
        "retention_days": 36_500,
        "actor": "keeper",
    }
    what = f"{database}, {count - 1:,} of {total:,} removed"
    with million_places.connect(place, **settings) as keeper:
        dead = run.scaled(20_000, 1_000)
        packs = run.scaled(2_000, 100)
        _half_dead(keeper, run.scaled(5_000, 500))
        _uncounted_packs(keeper, packs)
        watch = _Watch(keeper.catalogue._engine)  # noqa: SLF001 - its lock is measured
        with _writing_beside(place) as told:
            gone, seconds = _retain(keeper)
            assert gone == count - 1, gone
            retained = watch.taken()
            _dead_chunks(keeper, dead)
            watch.taken()
            began = time.perf_counter()
            collected = keeper.compactor.collect()
            _, leftovers = keeper.versions.remove_leftovers()
            collecting = time.perf_counter() - began
            swept = watch.taken()
    assert collected.chunks >= dead, collected
    assert len(leftovers.packs) >= packs, len(leftovers.packs)
    run.notes.append(
        f"{what}: retention took {seconds:.0f} s; collecting {collected.chunks:,} chunks, "
        f"{collected.packs:,} packs that counted and {len(leftovers.packs):,} that did not, "
        f"{collecting:.1f} s"
    )
    for name, taken in (("retention", retained), ("collection", swept)):
        _tell_of_locks(run, f"{name}, {what}", taken)
    for name, (alone, beside) in told.items():
        _tell_of_waits(run, f"{name} beside it, {database}", alone, beside)


def _retain(keeper: Services) -> tuple[int, float]:
    began, gone = time.perf_counter(), 0

    def tell(item: Expired, error: str) -> None:
        nonlocal gone
        assert not error, (item.version.version_id, error)
        gone += 1

    keeper.versions.apply_retention("m", told=tell)
    return gone, time.perf_counter() - began


def _tell_of_locks(run: Bench, name: str, taken: list[tuple[float, float]]) -> None:
    walls = sorted(wall for wall, _ in taken)
    longest = walls[-1]
    over = sum(wall > _LOCK.limit for wall in walls)
    run.findings.append(
        Finding(
            group="million",
            measure=f"longest transaction that writes, {name}",
            ours=longest,
            bound=_LOCK,
        )
    )
    run.notes.append(
        f"{name}: {len(walls):,} transactions that write, median {1e3 * walls[len(walls) // 2]:.2f}"
        f" ms, 999 of 1,000 within {1e3 * walls[len(walls) * 999 // 1000]:.1f} ms, longest "
        f"{1e3 * longest:.1f} ms ({over} over 100 ms), of the processor at most "
        f"{1e3 * max(cpu for _, cpu in taken):.1f} ms"
    )


def _tell_of_waits(run: Bench, name: str, alone: list[float], beside: list[float]) -> None:
    ordered = sorted(beside)
    run.findings.append(
        Finding(
            group="million",
            measure=f"longest {name}",
            ours=ordered[-1],
            other=max(alone),
            against="alone",
        )
    )
    run.notes.append(
        f"{name}: {len(beside):,} times, median {1e3 * statistics.median(beside):.1f} ms (alone "
        f"{1e3 * statistics.median(alone):.1f} ms), 99 of 100 within "
        f"{1e3 * ordered[len(ordered) * 99 // 100]:.1f} ms, longest {1e3 * ordered[-1]:.1f} ms"
    )


class _Watch:
    """How long each transaction holds the lock of writers, to the end of its commit.

    Args:
        engine: Its transactions that write are watched; reads are not.
    """

    def __init__(self, engine: Engine) -> None:
        self._taken: list[tuple[float, float]] = []
        self._began = threading.local()
        event.listen(engine, "begin", self._begin)
        event.listen(engine.pool, "checkin", self._end)

    def taken(self) -> list[tuple[float, float]]:
        """Return the seconds, by the clock and of the processor, of those since the last call."""
        taken, self._taken = self._taken, []
        return taken

    def _begin(self, connection: Any) -> None:
        # Told after the listener of the dialect, which waits for the lock.
        if connection.get_execution_options().get("modelkeep_writes", False):
            self._began.at = (time.perf_counter(), time.thread_time())

    def _end(self, *_: object) -> None:
        began = getattr(self._began, "at", None)
        if began is not None:
            wall, cpu = began
            self._taken.append((time.perf_counter() - wall, time.thread_time() - cpu))
            self._began.at = None


def _half_dead(keeper: Services, files: int) -> None:
    """Leave a pack of which most is dead, and the rest many chunks."""
    with tempfile.TemporaryDirectory() as name:
        whole = Path(name) / "whole"
        whole.mkdir()
        for number in range(files):
            (whole / f"{number}.txt").write_bytes(_FILE * 8 + b"%d" % number)
        old = keeper.versions.create_version("half-dead", whole)
        for number in range(files // 3, files):
            (whole / f"{number}.txt").unlink()
        keeper.versions.create_version("half-dead", whole)
    keeper.versions.delete_version(old.version_id)


def _uncounted_packs(keeper: Services, count: int) -> None:
    """Leave packs that no transaction ever let count, as writers do that crash."""
    blobs, layout = keeper.compactor._blobs, keeper.compactor._layout  # noqa: SLF001
    for number in range(count):
        builder = PackBuilder(layout.staging_path())
        raw = b"what a crash left %d" % number
        builder.add(_dead_chunk(number, b""), (raw,))
        finished = builder.finish()
        blobs.put(finished.pack.hex(), finished.write())
        builder.close()


def _dead_chunks(keeper: Services, count: int) -> None:
    """Leave chunks that nothing needs, as a removal does that ends after its first transaction."""
    for start in range(0, count, _DEAD_IN_PACK):
        pack = hashlib.sha256(b"pack %d" % start).digest()
        made = [_dead_chunk(number, pack) for number in range(start, start + _DEAD_IN_PACK)]
        with keeper.catalogue.write() as connection:
            chunks.insert_packs(connection, {pack: sum(each.stored_bytes for each in made)})
            chunks.insert(connection, made, {})


def _dead_chunk(number: int, pack: bytes) -> StoredChunk:
    raw = b"what a crash left %d" % number
    return StoredChunk(
        chunk=hashlib.sha256(raw).digest(),
        pack=pack,
        offset_bytes=0,
        stored_bytes=len(raw),
        raw_bytes=len(raw),
        kind=ChunkKind.DATA,
        depth=0,
        chain_bytes=0,
        needs=(),
    )


@contextmanager
def _writing_beside(place: str) -> Iterator[dict[str, tuple[list[float], list[float]]]]:
    """Let another process write; give how long it took alone, then beside, once it ended."""
    told: dict[str, tuple[list[float], list[float]]] = {}
    child = million_places.child("million_child", place)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    yield told
    last, _ = child.communicate(timeout=60)
    assert child.returncode == 0
    told.update(json.loads(last))
