"""Several processes log at once, and one is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import modelkeep

CHILD = Path(__file__).with_name("tracking_child.py")


def connect(folder):
    return modelkeep.connect(folder / "registry", backup_path=folder / "backups")


def start(folder, version, rows):
    command = [sys.executable, str(CHILD), str(folder), version, str(rows)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def counted(folder):
    with connect(folder) as mk:
        end = datetime.now(UTC) + timedelta(days=1)
        points = mk.tracking.history("m", "count", end - timedelta(days=2), end, by="model")
        return sum(point.value for point in points)


def test_processes_that_log_at_once_are_all_counted(tmp_path):
    with connect(tmp_path) as mk:
        version = mk.versions.create_version("m", {"n": 1}).version_id
    children = [start(tmp_path, version, 3_000) for _ in range(3)]
    for child in children:
        assert child.communicate(timeout=60)[0].splitlines()[-1] == "closed"
    assert counted(tmp_path) == 9_000


def test_a_kill_loses_a_second_at_most(tmp_path):
    with connect(tmp_path) as mk:
        version = mk.versions.create_version("m", {"n": 1}).version_id
    child = start(tmp_path, version, 10**9)
    lines = []
    deadline = time.monotonic() + 60
    while len(lines) < 250 and time.monotonic() < deadline:
        lines.append(child.stdout.readline())
    os.kill(child.pid, signal.SIGKILL)
    killed = time.time()
    child.communicate(timeout=60)
    told = [line.split() for line in lines]
    # What was logged more than a second before the kill.
    safe = max(int(rows) for rows, at in told if float(at) < killed - 1.0)
    found = counted(tmp_path)
    assert safe >= 5_000
    assert safe <= found <= int(told[-1][0]) + 10_000
