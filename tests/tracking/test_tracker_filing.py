"""How rows are filed: outages, rows that cannot be written, forks, references, late labels."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

import modelkeep
from modelkeep.errors import StorageUnavailableError
from modelkeep.tracking.activity import Activity
from modelkeep.tracking.references import FIRST_ROWS

START = datetime(2026, 1, 1, tzinfo=UTC)
RNG = np.random.default_rng(13)


def version_of(mk):
    return mk.versions.create_version("m", {"n": 1}).version_id


def by_minute(mk, metric="count", days=1):
    points = mk.tracking.history(
        "m", metric, START, START + timedelta(days=days), step_seconds=60, by="model"
    )
    return {int((point.start - START).total_seconds()) // 60: point.value for point in points}


def test_rows_that_came_during_an_outage_count_when_they_came(open_registry, clock, tmp_path):
    mk = open_registry(busy_timeout_seconds=0.05)
    version = version_of(mk)
    mk.tracking.log(version, prediction=1)
    mk.tracking.flush()
    (file,) = Path(tmp_path).rglob("tracking.sqlite")
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for _ in range(3):
        clock.advance(minutes=10)
        mk.tracking.log(version, prediction=1)
        with pytest.raises(StorageUnavailableError):
            mk.tracking.flush()
    other.execute("ROLLBACK")
    other.close()
    clock.advance(minutes=10)
    mk.tracking.flush()
    assert by_minute(mk) == {0: 1.0, 10: 1.0, 20: 1.0, 30: 1.0}
    assert mk.tracking.dropped == 0


def test_rows_that_cannot_be_written_do_not_hold_up_the_others(mk, tmp_path):
    version, other = version_of(mk), version_of(mk)
    for each in (version, other):
        mk.tracking.log(each, prediction=1)
    mk.tracking.flush()
    # What is kept of one version is damaged.
    (file,) = Path(tmp_path).rglob("tracking.sqlite")
    with sqlite3.connect(file) as connection:
        connection.execute(
            "UPDATE tracked_buckets SET payload = x'00' WHERE version_id = ?", (version,)
        )
    connection.close()
    for each in (version, other, version, other):
        mk.tracking.log(each, prediction=1)
    mk.tracking.flush()
    assert mk.tracking._filing.refused == 2
    with mk.tracking._store.read() as rows:
        (kept,) = rows.buckets(version_id=other)
    assert Activity.from_bytes(kept.payload).rows == 3


def test_a_late_label_joins_hours_and_days_in_every_step(mk, clock):
    version = version_of(mk)
    for n in range(4):
        mk.tracking.log(version, prediction=1, prediction_id=f"p{n}")
    mk.tracking.flush()
    for n, days in enumerate((5, 20)):
        clock.advance(days=days)
        mk.tracking.roll_up()
        mk.tracking.label(f"p{n}", 1)
        points = mk.tracking.history(
            "m", "label_coverage", START, START + timedelta(days=1), step_seconds=60
        )
        assert [(point.seconds, point.value) for point in points] == [(3600, (n + 1) / 4)]
    with mk.tracking._store.read() as rows:
        assert len(rows.buckets()) == 1


def test_rows_of_long_ago_are_kept_by_hours_and_days_at_once(mk, clock):
    version = version_of(mk)
    clock.advance(days=400)
    for days, count in ((1, 1440), (10, 24), (200, 1)):
        at = clock.now() - timedelta(days=days)
        times = [at + timedelta(minutes=minute) for minute in range(1440)]
        before = widths(mk)
        mk.tracking.log_batch(version, predictions=np.zeros(1440, dtype=int), at=times)
        mk.tracking.flush()
        assert len(widths(mk)) - len(before) == count
    assert mk.tracking.roll_up() == 0


def widths(mk):
    with mk.tracking._store.read() as rows:
        return [bucket.key.width_seconds for bucket in rows.buckets()]


def test_what_comes_behind_the_first_rows_is_held_against_them(mk):
    version = version_of(mk)
    shifted = np.concatenate([RNG.normal(size=FIRST_ROWS), RNG.normal(2, 1, 5_000)])
    mk.tracking.log(version, success=True)  # says nothing of what is usual
    mk.tracking.log_batch(version, features={"x": shifted})
    found = mk.tracking.drift(version)["x"]
    assert (found.drifted, found.rows, found.reference_rows) == (True, 5_000, FIRST_ROWS)


def test_a_reference_that_another_process_replaced_is_noticed(mk, open_registry):
    version, other = version_of(mk), open_registry()
    mk.tracking.set_reference(version, features={"x": RNG.normal(size=3_000)})
    mk.tracking.log_batch(version, features={"x": RNG.normal(size=1_000)})
    assert mk.tracking.drift(version)["x"].drifted is False
    other.tracking.set_reference(version, features={"x": RNG.normal(2, 1, 3_000)})
    mk.tracking.log_batch(version, features={"x": RNG.normal(size=1_000)})
    found = mk.tracking.drift(version)["x"]
    assert (found.drifted, found.rows) == (True, 1_000)


FORKING = """
import os, sys
import modelkeep
folder, version = sys.argv[1:]
mk = modelkeep.connect(f"{folder}/registry", backup_path=f"{folder}/backups")
for _ in range(1_000):
    mk.tracking.log(version, prediction=1)
child = os.fork()
for _ in range(2_000 if child else 3_000):
    mk.tracking.log(version, prediction=1)
mk.tracking.flush()
if not child:
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
mk.close()
"""


def test_a_fork_counts_nothing_twice(tmp_path):
    def connect():
        return modelkeep.connect(tmp_path / "registry", backup_path=tmp_path / "backups")

    with connect() as mk:
        version = version_of(mk)
    command = [sys.executable, "-W", "ignore", "-c", FORKING, str(tmp_path), version]
    subprocess.run(command, check=True, timeout=60)
    with connect() as mk:
        points = mk.tracking.history("m", "count", by="model")
        assert sum(point.value for point in points) == 6_000
