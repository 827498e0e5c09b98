"""Counts what is synced by one create, by watching the system calls of a child process."""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from benchmarks import bench

MARK = "benchmark-mark"
_CALL = re.compile(r"(fsync|fdatasync)\(\d+<([^>]*)>")


@dataclass(frozen=True, slots=True)
class Syncs:
    """What the creates of a child process synced.

    Attributes:
        per_create: How many calls each create made.
        places: How often each kind of file was synced, by all creates together.
    """

    per_create: tuple[int, ...]
    places: Counter[str]

    @property
    def usual(self) -> int:
        """How many calls a create makes, when nothing else falls on it."""
        return int(statistics.median(self.per_create))

    def lines(self) -> list[str]:
        """Return what is to be told of them."""
        creates = len(self.per_create)
        mean = statistics.mean(self.per_create)
        told = [f"Syncs of a create: {self.usual} usually, {mean:.2f} on average of {creates}:"]
        return told + [f"- {n / creates:.2f} {place}" for place, n in self.places.most_common()]


def count(run: bench.Bench) -> Syncs | None:
    """Return what creates sync in a registry that is in use; None where strace is missing."""
    strace = shutil.which("strace")
    if strace is None:
        return None
    with run.folder("syncs") as folder:
        trace = folder / "trace"
        watch = [strace, "-f", "-y", "-e", "trace=fsync,fdatasync", "-o", str(trace)]
        before, creates = str(run.scaled(600, 50)), str(run.scaled(60, 10))
        child = [sys.executable, "-m", "benchmarks.syncs_child", str(folder), before, creates]
        subprocess.run([*watch, *child], check=True, cwd=bench.HERE.parent)
        return _read(trace, folder / "registry")


def _read(trace: Path, root: Path) -> Syncs:
    per_create: list[int] = []
    places: Counter[str] = Counter()
    begun = False
    for call, path in _CALL.findall(trace.read_text()):
        if path.endswith(MARK):
            per_create.append(0)
            begun = True
        elif begun:
            per_create[-1] += 1
            places[f"{call} of {_place(path, root)}"] += 1
    # Each mark begins a create; the last one only ends the one before.
    return Syncs(tuple(per_create[:-1]), places)


def _place(path: str, root: Path) -> str:
    parts = Path(path).relative_to(root).parts
    if parts[0] == "tmp":
        return "the pack's file"
    if parts[0] == "blobs":
        return "the pack's folder" if len(parts) == 2 else "the folder of pack folders"
    names = {
        "catalogue.sqlite-wal": "the database's log (commit)",
        "catalogue.sqlite": "the database (checkpoint)",
    }
    return names.get(parts[0], path)
