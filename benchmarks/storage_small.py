"""Many models of 5 KB: what they take on disk, and how many are stored in a second."""

from __future__ import annotations

import itertools
import pickle
from collections.abc import Iterator
from pathlib import Path

import modelkeep
from benchmarks import disk
from benchmarks.bench import Bench
from benchmarks.measure import Bound, Finding, Run, compared, interleave, timed
from benchmarks.models import small_models

_DISK = Bound("value", 1.2)
_SPEED = Bound("speed", 5)
_BATCH = 50


def measure(run: Bench) -> None:
    """Store them one by one, then batches in turns with MLflow."""
    with run.folder("small") as folder, modelkeep.connect(folder / "registry") as services:
        count, models = run.scaled(10_000, 500), small_models()
        payload = 0
        for _ in range(count):
            version = services.versions.create_version("m", next(models), format="pickle")
            payload += version.size_bytes
        run.findings.append(
            Finding(
                group="small",
                measure=f"disk of {count:,} models, without the database, per byte",
                ours=disk.used(folder) / payload,
                unit="",
                bound=_DISK,
            )
        )
        run.notes.append(
            f"{count:,} small models of {payload / count:,.0f} bytes: "
            f"{disk.allocated(folder) / payload:.2f} times as much in blocks of the file system, "
            f"{disk.used(folder, database=True) / payload:.2f} times as much with the database."
        )
    _measure_speed(run)


def _measure_speed(run: Bench) -> None:
    with run.folder("small") as folder, modelkeep.connect(folder / "registry") as services:
        paths = _files(folder / "models")
        peer = run.peer(folder)
        peer.call("register", name="m")
        peer.call("experiment", folder=str(folder / "artifacts"))
        runs: dict[str, Run] = {
            "ours": lambda: (
                sum(
                    timed(services.versions.create_version, "m", next(paths)) for _ in range(_BATCH)
                )
                / _BATCH
            ),
            "together": lambda: timed(services.versions.create_versions, _batch(paths)) / _BATCH,
            "mlflow": lambda: (
                sum(peer.seconds("store", name="m", path=str(next(paths))) for _ in range(_BATCH))
                / _BATCH
            ),
        }
        found = interleave(runs, rounds=run.scaled(20, 4), warmups=1)
    against = "MLflow, artifact and version"
    for name, what, bound in (
        ("ours", "a file of 5 KB stored, one by one", None),
        ("together", f"a file of 5 KB stored, {_BATCH} at a time", _SPEED),
    ):
        run.findings.append(compared("small", what, found[name], found["mlflow"], against, bound))


def _batch(paths: Iterator[Path]) -> list[modelkeep.NewVersion]:
    return [modelkeep.NewVersion(model_id="m", model_data=next(paths)) for _ in range(_BATCH)]


def _files(folder: Path) -> Iterator[Path]:
    """Give files without end, each other content, written when they are asked for."""
    folder.mkdir()

    def written(number: int, model: object) -> Path:
        path = folder / f"{number}.pkl"
        path.write_bytes(pickle.dumps(model, protocol=5))
        return path

    return itertools.starmap(written, enumerate(small_models()))
