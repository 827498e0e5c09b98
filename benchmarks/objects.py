"""Packs into an object store: time against boto3's multipart upload with SHA-256, and memory.

Both run in processes of their own against SeaweedFS on the loopback, a new server for each run. It
asks for boto3 beside what the tests need, and for ten gigabytes of disk.
"""

from __future__ import annotations

import json
import os
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import bench
from benchmarks.bench import Bench
from benchmarks.measure import Bound, Finding, Run, Sample, compared, interleave

_MIB = 1 << 20
_PACK_MIB = 64
_SEAWEED = bench.HERE.parent / "tests" / "servers" / "seaweed.py"
_SPEED, _MEMORY = Bound("speed", 0.7), Bound("value", 256)


def measure(run: Bench) -> None:
    """Upload the same bytes both ways in turns, read the packs back, and look at memory."""
    packs = run.scaled(32, 4)
    what = f"{packs} packs of {_PACK_MIB} MiB"
    with run.folder("objects") as folder:
        _write_model(folder, packs)
        peaks: dict[str, int] = {}
        reads: dict[str, list[float]] = {"ours": [], "boto3": []}

        def upload(way: str) -> Run:
            def once() -> float:
                with _server(folder) as environment:
                    told = _child(way, folder, environment)
                peaks[way] = max(peaks.get(way, 0), told["peak_bytes"])
                reads[way].append(told["read_seconds"])
                return float(told["seconds"])

            return once

        runs = {way: upload(way) for way in reads}
        found = interleave(runs, rounds=run.scaled(3, 2), warmups=0)
    run.findings += [
        compared("objects", f"{what} in", found["ours"], found["boto3"], "boto3, SHA-256", _SPEED),
        compared(
            "objects",
            f"{what} out",
            Sample(tuple(reads["ours"])),
            Sample(tuple(reads["boto3"])),
            "boto3, SHA-256",
            _SPEED,
        ),
    ]
    for way, bound in (("ours", _MEMORY), ("boto3", None)):
        run.findings.append(
            Finding(
                group="objects",
                measure=f"peak memory of {what} in and out, {way}",
                ours=peaks[way] / _MIB,
                unit="MiB",
                bound=bound,
            )
        )


def _write_model(folder: Path, packs: int) -> None:
    (folder / "packs").mkdir()
    with (folder / "model.bin").open("wb") as whole:
        for number in range(packs):
            with (folder / "packs" / f"{number:03}").open("wb") as pack:
                for _ in range(_PACK_MIB):
                    piece = os.urandom(_MIB)
                    pack.write(piece)
                    whole.write(piece)
    os.sync()


@contextmanager
def _server(folder: Path) -> Iterator[dict[str, str]]:
    place = folder / "server"
    server: Any = runpy.run_path(str(_SEAWEED))["SeaweedServer"](place)
    server.start()
    try:
        server.new_bucket("tests")
        yield server.environment
    finally:
        server.kill()
        shutil.rmtree(place)


def _child(way: str, folder: Path, environment: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.objects_child", way, str(folder)],
        check=True,
        capture_output=True,
        text=True,
        cwd=bench.HERE.parent,
        env=os.environ | environment,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told
