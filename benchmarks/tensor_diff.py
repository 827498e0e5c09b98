"""Comparing the tensors of two versions, against reading both, and against numpy on whole arrays.

`python -m benchmarks.tensor_diff --mib 400` makes two versions of so many MiB each, in a folder
that goes afterwards, and prints the seconds of each way in turns, and the peak memory of a process
that compares.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

import modelkeep
from benchmarks.measure import interleave, timed
from modelkeep.comparison.tensors import VersionTensors, compare_tensors

_MIB = 1 << 20
_LAYER_MIB = 16
_CHANGES = ("all", "tenth", "none", "renamed", "renamed and changed", "rows in another order")
_WITHOUT_NUMPY = frozenset(_CHANGES[3:])


def state_of(mib: int) -> dict[str, np.ndarray]:
    """Weights as they are after training: small normal numbers, and some norms and biases."""
    random = np.random.default_rng(1)
    state = {}
    for number in range(max(1, mib // _LAYER_MIB)):
        rows = _LAYER_MIB * _MIB // 4 // 2048
        state[f"layers.{number}.weight"] = random.normal(0, 0.02, (rows, 2048)).astype(np.float32)
        state[f"layers.{number}.bias"] = random.normal(0, 0.01, rows).astype(np.float32)
        state[f"layers.{number}.norm"] = np.ones(2048, np.float32)
    return state


def tuned(state: dict[str, np.ndarray], change: str) -> dict[str, np.ndarray]:
    """The same after some more training."""
    random = np.random.default_rng(2)
    if change == "renamed":
        return {name.replace("layers", "blocks"): array for name, array in state.items()}
    if change == "rows in another order":
        return {name: random.permutation(array) for name, array in state.items()}
    if change == "renamed and changed":
        state = {name.replace("layers", "blocks"): array for name, array in state.items()}
    share = {"all": 1.0, "tenth": 0.1, "none": 0.0, "renamed and changed": 1.0}[change]
    layers = len(state) // 3
    kept = layers - round(share * layers)
    chosen = {name for name in state if int(name.split(".")[1]) >= kept}
    return {
        name: array + random.normal(0, 0.001, array.shape).astype(np.float32)
        if name in chosen
        else array
        for name, array in state.items()
    }


def tensors_of(services: modelkeep.Services, version: str) -> VersionTensors:
    files = [entry.path for entry in services.versions.get_manifest(version).files]
    return VersionTensors(files, lambda file: services.versions.open_tensors(version, file=file))


def compare(folder: str, version1: str, version2: str) -> dict[str, object]:
    with modelkeep.connect(folder) as services:
        found = compare_tensors(tensors_of(services, version1), tensors_of(services, version2))
    return {key: found[key] for key in ("counts", "relative_norm", "changed_share")}


def plainly(services: modelkeep.Services, version1: str, version2: str) -> float:
    """What one would write: load both, and norms of whole arrays in float64."""
    first, second = (services.versions.load_model(each) for each in (version1, version2))
    before = change = 0.0
    for name, array in first.items():
        one, two = array.astype(np.float64).ravel(), second[name].astype(np.float64).ravel()
        difference = two - one
        before += one @ one
        change += difference @ difference
        np.count_nonzero(array != second[name])
        np.abs(difference).max()
        one @ two / (np.linalg.norm(one) * np.linalg.norm(two))
    return float(np.sqrt(change / before))


def peak_of(folder: str, version1: str, version2: str) -> tuple[float, float]:
    """Peak memory of a process that only imports, and of one that compares, in MiB."""
    code = (
        "import json, re, sys\n"
        "from pathlib import Path\n"
        "from benchmarks.tensor_diff import compare\n"
        "status = lambda: Path('/proc/self/status').read_text()\n"
        "peak = lambda: int(re.search(r'VmHWM:\\s*(\\d+)', status())[1]) / 1024\n"
        "before = peak()\n"
        "compare(*sys.argv[1:])\n"
        "print(json.dumps([before, peak()]))"
    )
    command = [sys.executable, "-c", code, folder, version1, version2]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    before, after = json.loads(done.stdout)
    return before, after


def measure(folder: Path, mib: int, rounds: int) -> None:
    with modelkeep.connect(folder) as services:
        state = state_of(mib)
        create = services.versions.create_version
        first = create("m", state, format="safetensors").version_id
        others = {
            change: create(
                "m", tuned(state, change), format="safetensors", parent_version=first
            ).version_id
            for change in _CHANGES
        }
        del state
        for change, second in others.items():
            pair = first, second
            ways: dict[str, Callable[[], float]] = {
                "compare": lambda pair=pair: timed(
                    compare_tensors, *(tensors_of(services, each) for each in pair)
                ),
                "read both": lambda pair=pair: timed(
                    lambda: [services.versions.load_model(each) for each in pair]
                ),
            }
            if change not in _WITHOUT_NUMPY:
                ways["numpy"] = lambda pair=pair: timed(plainly, services, *pair)
            found = interleave(ways, rounds=rounds, warmups=1)
            seconds = {way: sample.median for way, sample in found.items()}
            told = ", ".join(f"{way} {each:.2f} s" for way, each in seconds.items())
            print(f"{change}: {told}; x{seconds['compare'] / seconds['read both']:.2f} of reading")
            print(f"   {compare(str(folder), *pair)}")
            before, after = peak_of(str(folder), *pair)
            print(f"   peak memory {after:.0f} MiB, of which {before:.0f} before")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mib", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tensor-diff-") as folder:
        measure(Path(folder) / "registry", options.mib, options.rounds)


if __name__ == "__main__":
    main()
