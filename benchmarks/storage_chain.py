"""Four versions of the encoder, in registries and backup programs: bytes on disk of it all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import modelkeep
from benchmarks import corpus, disk, environments
from benchmarks.bench import Bench
from benchmarks.measure import Bound, Finding

# Each version with its parent; then what was fine-tuned once only.
_CHAINS = {
    "base, full, next, last layer": ("base", "full", "next", "last"),
    "base, full, head, re-save": ("base", "full", "head", "resave"),
}
_PARENTS = {"full": "base", "next": "full", "last": "base", "head": "base", "resave": "base"}
_BOUND = Bound("ratio", 0.75)
_MB = 1e6
_DVC = "dvc==3.67.1"


def measure(run: Bench) -> None:
    """Store four versions everywhere; sizes include databases and indexes."""
    dtype = "bf16" if run.quick else "fp32"
    peers = {"borg, zstd 3": _borg, "restic": _restic, "DVC": _dvc, "MLflow": _mlflow}
    missing = [name for name in ("borg", "restic") if shutil.which(name) is None]
    run.notes += [f"{name} is not here: apt-get install it to be compared." for name in missing]
    for name, kinds in _CHAINS.items():
        ours = _ours(run, kinds, dtype)
        for peer, store in peers.items():
            if peer.split(",")[0] in missing:
                continue
            with run.folder("chain") as folder:
                size = store(run, folder, [corpus.minilm(kind, dtype) for kind in kinds])
            run.findings.append(
                Finding(
                    group="storage",
                    measure=f"{name}, {dtype}",
                    ours=ours / _MB,
                    other=size / _MB,
                    against=peer,
                    unit="MB",
                    bound=_BOUND if peer.startswith("borg") else None,
                )
            )


def _ours(run: Bench, kinds: tuple[str, ...], dtype: str) -> int:
    with run.folder("chain-ours") as folder:
        ids: dict[str, str] = {}
        with modelkeep.connect(folder / "registry") as services:
            for kind in kinds:
                parent = ids.get(_PARENTS.get(kind, ""))
                path = corpus.minilm(kind, dtype)
                version = services.versions.create_version("m", path, parent_version=parent)
                ids[kind] = version.version_id
        return disk.used(folder, database=True)


def _each(folder: Path, versions: list[Path], store: Callable[[Path, int], object]) -> None:
    """Have each version stored from one place, where it replaces the one before."""
    (folder / "work").mkdir()
    for number, version in enumerate(versions):
        store(Path(shutil.copyfile(version, folder / "work" / "model.safetensors")), number)


def _borg(_run: Bench, folder: Path, versions: list[Path]) -> int:
    repository = folder / "repository"
    environment = {"BORG_BASE_DIR": str(folder / "base")}
    environment["BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK"] = "yes"
    _call(["borg", "init", "-e", "none", str(repository)], environment)
    create = ["borg", "create", "--compression", "zstd,3"]
    _each(
        folder,
        versions,
        lambda path, number: _call([*create, f"{repository}::{number}", str(path)], environment),
    )
    return disk.used(repository)


def _restic(_run: Bench, folder: Path, versions: list[Path]) -> int:
    repository = folder / "repository"
    environment = {"RESTIC_PASSWORD": "benchmark", "RESTIC_REPOSITORY": str(repository)}
    _call(["restic", "init", "-q", "--no-cache"], environment)
    backup = ["restic", "backup", "-q", "--no-cache"]
    _each(folder, versions, lambda path, _: _call([*backup, str(path)], environment))
    return disk.used(repository)


def _dvc(run: Bench, folder: Path, versions: list[Path]) -> int:
    place = run.work / "dvc-venv"
    if not (place / "complete").exists():
        environments.make(place)
        environments.install(place, _DVC)
        (place / "complete").touch()
    command = [str(environments.python_of(place)), "-m", "dvc"]
    project = folder / "project"
    project.mkdir()
    environment = {"DVC_NO_ANALYTICS": "true", "DVC_SITE_CACHE_DIR": str(folder / "site")}
    _call([*command, "init", "-q", "--no-scm"], environment, project)

    def add(path: Path, _number: int) -> None:
        os.replace(path, project / path.name)
        _call([*command, "add", "-q", path.name], environment, project)

    _each(folder, versions, add)
    # Its copy of the latest version in the project is left out.
    return disk.used(project / ".dvc" / "cache")


def _mlflow(run: Bench, folder: Path, versions: list[Path]) -> int:
    peer = run.peer(folder)
    peer.call("register", name="m")
    peer.call("experiment", folder=str(folder / "artifacts"))
    _each(folder, versions, lambda path, _: peer.seconds("store", name="m", path=str(path)))
    databases = sum(path.stat().st_size for path in folder.glob("mlflow-*.db"))
    return disk.used(folder / "artifacts") + databases


def _call(command: list[str], environment: dict[str, str], folder: Path | None = None) -> None:
    settings = os.environ | environment
    subprocess.run(command, check=True, env=settings, cwd=folder, stdout=sys.stderr)
