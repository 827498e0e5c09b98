"""One run of the benchmarks: its folder, its peer, and what it found."""

from __future__ import annotations

import fcntl
import os
import platform
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Self

import modelkeep
from benchmarks import environments
from benchmarks.measure import Finding
from benchmarks.mlflow_process import MlflowProcess
from modelkeep.orchestrator.services import Services

HERE = Path(__file__).resolve().parent
WORK = HERE / ".work"


class Bench:
    """What the groups of measures work with.

    Args:
        quick: Whether sizes are small.
        mlflow_python: An interpreter that has MLflow; None to set one up.
    """

    def __init__(self, *, quick: bool, mlflow_python: Path | None) -> None:
        self.quick = quick
        self.work = WORK
        self.findings: list[Finding] = []
        self.notes: list[str] = []
        self._given_python = mlflow_python
        self._process: MlflowProcess | None = None
        self._databases = 0
        self._lock = -1

    def __enter__(self) -> Self:
        self.work.mkdir(exist_ok=True)
        self._lock = os.open(self.work / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise SystemExit(f"benchmarks are running in {self.work} already") from None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self._process.close()
        os.close(self._lock)

    def scaled(self, full: int, quick: int) -> int:
        """Return the one of two sizes that this run works with."""
        return quick if self.quick else full

    @property
    def mlflow_python(self) -> Path:
        """The interpreter that has MLflow."""
        return environments.mlflow_python(self.work, self._given_python)

    @contextmanager
    def folder(self, name: str) -> Iterator[Path]:
        """Give an empty folder that is gone when the block ends."""
        path = self.work / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def registry(self, name: str) -> Iterator[Services]:
        """Give a new registry of ours."""
        with self.folder(name) as folder, modelkeep.connect(folder / "registry") as services:
            yield services

    def peer(self, folder: Path) -> MlflowProcess:
        """Return MLflow, in a process of its own, on a new SQLite file in the folder."""
        if self._process is None:
            self._process = MlflowProcess(self.mlflow_python, self.work)
        # MLflow keeps what it has opened by name, so a name is not used twice.
        self._databases += 1
        self._process.call("open", database=str(folder / f"mlflow-{self._databases}.db"))
        return self._process

    def mlflow_versions(self) -> dict[str, str]:
        """Return the versions of MLflow and what it stands on; empty where it was not needed."""
        return {} if self._process is None else self._process.call("versions")


def describe_machine(run: Bench) -> dict[str, str]:
    """Return what the figures depend on."""
    described = {
        "cores": str(os.cpu_count()),
        "cpu": _cpu_model(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "modelkeep": modelkeep.__version__,
        "sqlalchemy": metadata.version("sqlalchemy"),
        "sqlite": sqlite3.sqlite_version,
        "numpy": metadata.version("numpy"),
    }
    peer = run.mlflow_versions()
    return described | {f"peer {name}": version for name, version in peer.items()}


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
