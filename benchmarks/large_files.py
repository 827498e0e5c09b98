"""A file of 400 MB, in and out: time against the disk and the hash, and memory."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import modelkeep
from benchmarks import bench, floors
from benchmarks.bench import Bench
from benchmarks.measure import Bound, Finding, Run, compared, interleave, timed

_MIB = 1 << 20
_MEMORY = Bound("value", 64)


def measure(run: Bench) -> None:
    """Time both ways, then look at the memory of a process that goes them."""
    size = run.scaled(400, 40)
    with run.folder("large") as folder:
        source = folder / "source.bin"
        with source.open("wb") as file:
            for _ in range(size):
                file.write(os.urandom(_MIB))
        _measure_in(run, folder, source, size)
        _measure_out(run, folder, source, size)
        _measure_memory(run, folder, source, size)


def _measure_in(run: Bench, folder: Path, source: Path, size: int) -> None:
    registry, copy = folder / "registry", folder / "copy.bin"

    def ours() -> float:
        with modelkeep.connect(registry) as services:
            os.sync()
            seconds = timed(services.versions.create_version, "m", source)
        shutil.rmtree(registry)
        return seconds

    def floor() -> float:
        os.sync()
        seconds = timed(floors.copy_hash_and_sync, source, copy)
        copy.unlink()
        return seconds

    runs: dict[str, Run] = {"ours": ours, "floor": floor}
    found = interleave(runs, rounds=run.scaled(9, 3), warmups=1)
    run.findings.append(
        compared(
            "files",
            f"{size} MiB in",
            found["ours"],
            found["floor"],
            "copy, SHA-256, fsync",
            Bound("ratio", 1.5),
        )
    )


def _measure_out(run: Bench, folder: Path, source: Path, size: int) -> None:
    registry, copy = folder / "registry", folder / "copy.bin"
    with modelkeep.connect(registry) as services:
        version = services.versions.create_version("m", source).version_id

        def ours() -> float:
            os.sync()
            seconds = timed(services.versions.load_model, version, destination=copy)
            copy.unlink()
            return seconds

        def floor() -> float:
            os.sync()
            seconds = timed(floors.copy_and_hash, source, copy)
            copy.unlink()
            return seconds

        runs: dict[str, Run] = {"ours": ours, "floor": floor}
        found = interleave(runs, rounds=run.scaled(9, 3), warmups=1)
    shutil.rmtree(registry)
    run.findings.append(
        compared(
            "files",
            f"{size} MiB out",
            found["ours"],
            found["floor"],
            "copy, SHA-256",
            Bound("ratio", 1.3),
        )
    )


def _measure_memory(run: Bench, folder: Path, source: Path, size: int) -> None:
    command = [sys.executable, "-m", "benchmarks.large_file_child", str(folder), str(source)]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, cwd=bench.HERE.parent
    )
    for way, peak in json.loads(done.stdout).items():
        run.findings.append(
            Finding(
                group="files",
                measure=f"peak memory of {size} MiB {way}",
                ours=peak / _MIB,
                unit="MiB",
                bound=_MEMORY,
            )
        )
