"""Memory for 4 GB of weights, both ways, without a parent and with one; only when asked for."""

from __future__ import annotations

import filecmp
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
    """Write two files of noisy floats, one near the other, and have processes take them."""
    size = run.scaled(4096, 256)
    with run.folder("huge") as folder:
        parent, child = folder / "parent.safetensors", folder / "child.safetensors"
        copy = folder / "copy.safetensors"
        _write(parent, size * _MIB, noise=0)
        _write(child, size * _MIB, noise=1e-3)
        ways = {
            "in": ("in", parent, ""),
            "in, with a parent": ("in", child, "m@1.0.0"),
            "out": ("out", copy, "m@1.0.0"),
            "out, with a parent": ("out", copy, "m@1.0.1"),
        }
        for what, (way, path, version) in ways.items():
            copy.unlink(missing_ok=True)
            found = _child(folder / "registry", way, path, version)
            run.findings += [
                _finding(f"{size} MiB {what}, own memory", found["own"], None),
                _finding(f"{size} MiB {what}, and mapped files", found["resident"], _MEMORY),
            ]
            run.notes.append(f"{size} MiB {what}: {found['seconds']:.1f} s")
        assert filecmp.cmp(child, copy, shallow=False)


def _child(registry: Path, way: str, path: Path, version: str) -> dict[str, float]:
    """Do one thing in a process of its own, whose memory nothing else has touched."""
    command = [sys.executable, "-m", "benchmarks.storage_huge_child"]
    done = subprocess.run(
        [*command, str(registry), way, str(path), version],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=bench.HERE.parent,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _finding(measure: str, peak: float, bound: Bound | None) -> Finding:
    return Finding(group="huge", measure=measure, ours=peak / _MIB, unit="MiB", bound=bound)


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
