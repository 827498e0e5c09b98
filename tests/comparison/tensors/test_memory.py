"""A pair of tensors larger than the memory that comparing them takes, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np

_CHILD = """
import json, re, sys
from pathlib import Path

import modelkeep
from modelkeep.comparison.tensors import VersionTensors, compare_tensors

def peak():
    return int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) << 10

def tensors_of(services, version):
    files = [entry.path for entry in services.versions.get_manifest(version).files]
    return VersionTensors(files, lambda file: services.versions.open_tensors(version, file=file))

with modelkeep.connect(sys.argv[1]) as services:
    # What the first use of the catalogue, threads and codecs takes is not looked at.
    small = tensors_of(services, sys.argv[2])
    compare_tensors(small, tensors_of(services, sys.argv[3]))
    before = peak()
    found = compare_tensors(tensors_of(services, sys.argv[4]), tensors_of(services, sys.argv[5]))
print(json.dumps([peak() - before, found]))
"""


def test_memory_is_bounded(mk) -> None:
    random = np.random.default_rng(3)
    first = random.normal(0, 0.02, (4096, 8000)).astype(np.float32)
    models = [
        {"w": first[:20]},
        {"w": first[:20] + np.float32(1e-3)},
        {"w": first, "v": first[:700]},
        {"w": first + np.float32(1e-3), "renamed": first[:700] * np.float32(1.5)},
    ]
    versions = [
        mk.versions.create_version("m", model, format="safetensors").version_id for model in models
    ]
    command = [sys.executable, "-c", _CHILD, mk.config.storage_path, *versions]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    grown, found = json.loads(done.stdout)
    assert found["counts"] == {"changed": 1, "renamed": 1}
    assert first.nbytes > 120 << 20
    assert grown < 128 << 20  # the bound is 512 MiB; blocks and threads take about 70
