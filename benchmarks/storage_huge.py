"""Memory for 4 GB of weights, both ways, without a parent and with one; only when asked for."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np

from benchmarks import bench
from benchmarks.bench import Bench
from benchmarks.measure import Bound, Finding

_MIB = 1 << 20
_TENSOR = 64 * _MIB
_SEED = 20261124
_MEMORY = Bound("value", 256)


def measure(run: Bench) -> None:
    """Write two files of noisy floats, one near the other, and have a process take both."""
    size = run.scaled(4096, 256)
    with run.folder("huge") as folder:
        parent, child = folder / "parent.safetensors", folder / "child.safetensors"
        _write(parent, size * _MIB, noise=0)
        _write(child, size * _MIB, noise=1e-3)
        command = [sys.executable, "-m", "benchmarks.storage_huge_child"]
        done = subprocess.run(
            [*command, str(folder), str(parent), str(child)],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            cwd=bench.HERE.parent,
        )
    for what, found in json.loads(done.stdout).items():
        run.findings.append(
            Finding(
                group="huge",
                measure=f"peak memory of {size} MiB {what}",
                ours=found["bytes"] / _MIB,
                unit="MiB",
                bound=_MEMORY,
            )
        )
        run.notes.append(f"{size} MiB {what}: {found['seconds']:.1f} s")


def _write(path: Path, size: int, *, noise: float) -> None:
    """Write safetensors of fp32, tensor by tensor; the same numbers but for the noise."""
    count = size // _TENSOR
    shape = [_TENSOR // 4 // 4096, 4096]
    header = {
        f"layer.{number:04}": {
            "dtype": "F32",
            "shape": shape,
            "data_offsets": [number * _TENSOR, (number + 1) * _TENSOR],
        }
        for number in range(count)
    }
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for number in range(count):
            numbers = np.random.default_rng((_SEED, number))
            values = numbers.standard_normal(_TENSOR // 4, dtype=np.float32) * np.float32(0.02)
            if noise:
                values *= 1 + numbers.standard_normal(len(values), dtype=np.float32) * noise
            file.write(values.astype("<f4").tobytes())
