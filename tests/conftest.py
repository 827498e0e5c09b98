"""Fixtures that all tests share: a registry in a folder of its own, and a clock moved by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator import wiring
from modelkeep.orchestrator.wiring import Services
from modelkeep.testing.clock import ManualClock

Open = Callable[..., Services]


@pytest.fixture(autouse=True, scope="session")
def own_configuration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keeps the key of the user who runs the tests out of them, also of processes they start."""
    folder = tmp_path_factory.mktemp("configuration")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(folder))
        yield folder


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def open_registry(tmp_path: Path, clock: ManualClock) -> Iterator[Open]:
    """Opens the registry of this test, again and again if asked, with settings of choice."""
    opened: list[Services] = []

    def open_it(**settings: Any) -> Services:
        places = {"storage_path": f"{tmp_path}/registry", "backup_path": f"{tmp_path}/backups"}
        config = ModelVersioningConfig(**{**places, "actor": "ada", **settings})
        services = wiring.open_services(config, clock=clock)
        opened.append(services)
        return services

    yield open_it
    for services in opened:
        services.close()


@pytest.fixture
def mk(open_registry: Open) -> Services:
    return open_registry()
