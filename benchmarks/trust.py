"""What safe loading costs: pickles under the allow-list, own work by its seal, inspection."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import modelkeep
from benchmarks.bench import Bench
from benchmarks.measure import Bound, Finding, Run, compared, interleave, timed
from modelkeep.storage.trust import inspecting, loader
from modelkeep.storage.trust.allow_list import AllowList

_ARRAYS, _OBJECTS, _OWN = Bound("ratio", 3), Bound("ratio", 10), Bound("ratio", 1.1)
_INSPECTION = Bound("value", 1.0)


def measure(run: Bench) -> None:
    """Load objects of arrays and of many parts both ways, then own work, then look at a file."""
    made: dict[str, tuple[Callable[[], Any], Bound]] = {
        "arrays of 200 MB": (lambda: _arrays(run.scaled(200, 20)), _ARRAYS),
        "forest of 200 trees": (lambda: _forest(run.scaled(200, 20)), _OBJECTS),
        "dict of 300,000 pairs": (
            lambda: {n: (n, str(n)) for n in range(run.scaled(300_000, 3000))},
            _OBJECTS,
        ),
    }
    with run.folder("trust") as folder:
        for name, (make, bound) in made.items():
            path = folder / "model.pkl"
            path.write_bytes(pickle.dumps(make(), protocol=5))
            _measure_gate(run, name, path, bound)
        path.write_bytes(pickle.dumps(_arrays(run.scaled(400, 40)), protocol=5))
        seconds = min(timed(inspecting.inspect_pickle, path) for _ in range(5))
        run.findings.append(
            Finding(group="trust", measure="inspect 400 MB", ours=seconds, bound=_INSPECTION)
        )
        _measure_own(run, folder)


def _measure_gate(run: Bench, name: str, path: Path, bound: Bound) -> None:
    def ours() -> Any:
        with path.open("rb") as file:
            return loader.load(file, source="model.pkl", allow=AllowList())

    def plain() -> Any:
        with path.open("rb") as file:
            return pickle.load(file)

    found = interleave(_runs(ours, plain), rounds=run.scaled(9, 3), warmups=1)
    what = f"{name}, allow-list"
    run.findings.append(compared("trust", what, found["ours"], found["peer"], "pickle.load", bound))


def _measure_own(run: Bench, folder: Path) -> None:
    """Hold a load of own work against the same load where nothing is asked."""
    with modelkeep.connect(folder / "registry") as services:
        model = _arrays(run.scaled(40, 4))
        version = services.versions.create_version("m", model, format="pickle").version_id
        load = services.versions.load_model
        runs = _runs(lambda: load(version), lambda: load(version, trust="unsafe"))
        found = interleave(runs, rounds=run.scaled(15, 3), warmups=1)
    what, against = "own work by its seal", "the same, trust='unsafe'"
    run.findings.append(compared("trust", what, found["ours"], found["peer"], against, _OWN))


def _runs(ours: Callable[[], Any], peer: Callable[[], Any]) -> dict[str, Run]:
    def run(call: Callable[[], Any]) -> float:
        gc.collect()
        return timed(call)

    return {"ours": lambda: run(ours), "peer": lambda: run(peer)}


def _arrays(megabytes: int) -> dict[str, Any]:
    import numpy as np

    generator = np.random.default_rng(1)
    return {f"w{n}": generator.random(131_072) for n in range(megabytes)}


def _forest(trees: int) -> Any:
    from sklearn.datasets import load_digits
    from sklearn.ensemble import RandomForestClassifier

    data, target = load_digits(return_X_y=True)
    return RandomForestClassifier(trees, random_state=0, n_jobs=1).fit(data, target)
