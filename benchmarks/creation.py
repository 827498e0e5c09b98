"""A create of a small model: against MLflow, against the plain way, against the disk."""

from __future__ import annotations

import itertools
import os
import pickle
from pathlib import Path

from benchmarks import floors, plain_peer, syncs
from benchmarks.bench import Bench
from benchmarks.measure import Bound, Finding, Run, compared, interleave, timed
from benchmarks.models import small_models

_BOUND = Bound("ratio", 0.7)
# So many versions have made nearly every one of the 256 folders of blobs.
_IN_USE = 1_000


def measure(run: Bench) -> None:
    """Time creates in a registry that is in use and in a new one."""
    counted = syncs.count(run)
    if counted is None:
        run.notes.append("Syncs of a create were not counted: there is no strace. 3 are assumed.")
        number = 3
    else:
        run.notes.extend(counted.lines())
        number = counted.usual
        run.findings.append(
            Finding(group="create", measure="fsync and fdatasync calls", ours=number, unit="")
        )
    _measure(run, "in use", before=run.scaled(_IN_USE, 50), syncs_of_one=number)
    _measure(run, "new", before=0, syncs_of_one=number)


def _measure(run: Bench, state: str, *, before: int, syncs_of_one: int) -> None:
    models = small_models()
    with run.folder("creation") as folder, run.registry("creation-ours") as services:
        for _ in range(before):
            services.versions.create_version("m", next(models), format="pickle")
        runs: dict[str, Run] = {
            "ours": lambda: timed(
                services.versions.create_version, "m", next(models), format="pickle"
            ),
            **_others(run, folder, syncs_of_one),
        }
        os.sync()
        found = interleave(runs, rounds=run.scaled(120, 20), warmups=5)
    what = f"5 KB model, registry {state}"
    ours = found["ours"]
    run.findings += [
        compared("create", what, ours, found["mlflow"], "MLflow", _BOUND),
        compared("create", what, ours, found["plain"], "plain, unsynced"),
        compared("create", what, ours, found["floor"], f"{syncs_of_one} synced files"),
    ]


def _others(run: Bench, folder: Path, syncs_of_one: int) -> dict[str, Run]:
    models = small_models()
    content = pickle.dumps(next(models), protocol=5)
    (folder / "model.pkl").write_bytes(content)
    (folder / "plain").mkdir()
    (folder / "floor").mkdir()
    peer = run.peer(folder)
    peer.call("register", name="m")
    numbers = itertools.count()
    return {
        "mlflow": lambda: peer.seconds("create", name="m", source=str(folder)),
        "plain": lambda: timed(
            plain_peer.keep, folder / "plain" / str(next(numbers)), next(models)
        ),
        "floor": lambda: timed(floors.write_synced, folder / "floor", content, syncs_of_one),
    }
