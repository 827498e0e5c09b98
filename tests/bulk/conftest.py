"""Registries with several models for bulk work, commands in processes, and a Ray cluster."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.conftest import server_module
from tests.moving.conftest import folder, open_at, remote  # noqa: F401 - fixtures

from modelkeep.orchestrator.services import Services

_PATIENCE_SECONDS = 240.0
_ROOT = Path(__file__).parents[2]


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
            env={**os.environ, "PYTHONPATH": f"{_ROOT}:{os.environ.get('PYTHONPATH', '')}"},
            start_new_session=True,
        )

    def ended(self, code: int = 0) -> str:
        """Wait for its end; return what it printed."""
        out, errors = self.process.communicate(timeout=_PATIENCE_SECONDS)
        assert self.process.returncode == code, out + errors
        assert "Traceback" not in errors
        return out if code in (0, 1, 6) else errors


@pytest.fixture
def command() -> Iterator[Callable[..., Command]]:
    """Begins commands, and ends those that a failed test left."""
    begun: list[Command] = []

    def begin(*words: str, **settings: Any) -> Command:
        begun.append(Command(*words, **settings))
        return begun[-1]

    yield begin
    for each in begun:
        if each.process.returncode is None:
            each.process.kill()
            each.process.communicate()


@pytest.fixture
def run(command: Callable[..., Command]) -> Callable[..., Any]:
    """Runs a command to its end, and returns the JSON that it prints."""
    return lambda *words, code=0: json.loads(command(*words, "--json").ended(code))
