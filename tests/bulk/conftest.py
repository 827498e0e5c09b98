"""Registries with several models for bulk work, commands in processes, and a Ray cluster."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.conftest import server_module
from tests.moving.conftest import folder, open_at, remote  # noqa: F401 - fixtures

from modelkeep.orchestrator.services import Services

_PATIENCE_SECONDS = 60.0


def grow(mk: Services, models: int = 3, versions: int = 4) -> list[str]:
    """Make models whose versions are differences to one another; return the ids of versions."""
    random = np.random.default_rng(20260201)
    made: list[str] = []
    for model in range(models):
        weights, parent = random.standard_normal(60_000).astype("f4"), None
        for number in range(versions):
            value = {"w": weights, "n": np.full(8, number, "f4")}
            metrics = {"accuracy": 0.5 + number / 100}
            new = mk.versions.create_version(
                f"m{model}", value, format="numpy", parent_version=parent, metadata=metrics
            )
            parent = new.version_id
            made.append(parent)
            weights = weights + (1e-6 * random.standard_normal(60_000)).astype("f4")
    mk.deployments.deploy_version("m0@1.0.0", "production")
    mk.deployments.deploy_version("m0@1.0.1", "production")
    return made


@pytest.fixture(scope="session")
def ray_cluster(seaweed: Any) -> Iterator[Any]:
    """A local Ray of two workers, which reach the object store too."""
    cluster = server_module("ray_cluster").RayCluster(workers=2)
    cluster.start()
    yield cluster
    cluster.stop()


class Command:
    """A command that runs beside the test.

    Args:
        words: After `modelkeep`.
    """

    def __init__(self, *words: str, program: tuple[str, ...] = ("-m", "modelkeep.cli")) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", *program, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def ended(self, code: int = 0) -> str:
        """Wait for its end; return what it printed."""
        out, errors = self.process.communicate(timeout=_PATIENCE_SECONDS)
        assert self.process.returncode == code, out + errors
        assert "Traceback" not in errors
        return out if code in (0, 1, 6) else errors


@pytest.fixture
def command() -> Callable[..., Command]:
    return Command


@pytest.fixture
def run() -> Callable[..., Any]:
    """Runs a command to its end, and returns the JSON that it prints."""
    return lambda *words, code=0: json.loads(Command(*words, "--json").ended(code))


@contextmanager
def stuck(pack: Path) -> Iterator[Callable[[], int]]:
    """Let whoever reads a pack wait for ever; the function that it gives returns who does.

    From then on others find the pack as it was.
    """
    aside = pack.with_name(f"{pack.name}.aside")
    pack.rename(aside)
    os.mkfifo(pack)
    # As long as somebody might write to it, readers wait.
    held = os.open(pack, os.O_RDWR)

    def reader() -> int:
        found = _reader_of(pack)
        aside.replace(pack)
        return found

    try:
        yield reader
    finally:
        if aside.exists():
            aside.replace(pack)
        os.close(held)


def _reader_of(pipe: Path) -> int:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for process in Path("/proc").glob("[0-9]*"):
            if int(process.name) != os.getpid() and _has_open(process, pipe):
                return int(process.name)
        time.sleep(0.02)
    raise AssertionError("nobody reads the pack")


def _has_open(process: Path, file: Path) -> bool:
    try:
        return any(os.readlink(each) == str(file) for each in (process / "fd").iterdir())
    except OSError:
        # It has ended, or belongs to somebody else.
        return False


def biggest_pack(mk: Services) -> Path:
    packs = Path(mk.config.storage_path).glob("blobs/*/*")
    return max(packs, key=lambda path: (path.stat().st_size, path.name))


def flip(path: Path) -> None:
    """Damage the byte in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)
