"""Where the registries of `million` lie, and how its processes open them."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import modelkeep
from benchmarks import bench
from modelkeep.orchestrator.services import Services

_ROOT = bench.HERE.parent
_POSTGRES = _ROOT / "tests" / "servers" / "postgres.py"


def name_of(number: int) -> str:
    """Return the name of a model; 0 is the one that has half of all versions."""
    return f"m{number}" if number else "m"


def connect(place: str, **settings: Any) -> Services:
    """Open the registry at a place that `places` gave."""
    others: dict[str, Any] = {"actor": "benchmark", "backup_enabled": False}
    return modelkeep.connect(**(others | json.loads(place) | settings))


def child(module: str, *words: str) -> subprocess.Popen[str]:
    """Start a module of the benchmarks in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", f"benchmarks.{module}", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=_ROOT,
    )


def told_by(module: str, *words: str) -> str:
    """Let a module do its work to the end; return what it printed."""
    process = child(module, *words)
    told, _ = process.communicate()
    assert process.returncode == 0, (module, words)
    return told


@contextmanager
def places(database: str, folder: Path) -> Iterator[Callable[[str], str]]:
    """Give a function that returns a new place for each name, in this kind of database."""
    if database == "SQLite":
        yield lambda name: json.dumps({"storage_path": str(folder / name)})
        return
    # Not in the folder of the benchmarks: the server runs as another user.
    with tempfile.TemporaryDirectory(prefix="modelkeep-million-") as data:
        Path(data).chmod(0o711)
        server = runpy.run_path(str(_POSTGRES))["PostgresServer"](Path(data) / "data", durable=True)
        server.start()
        try:
            yield lambda name: json.dumps(
                {"storage_path": str(folder / name), "catalogue_url": server.new_database()}
            )
        finally:
            server.stop()
