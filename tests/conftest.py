"""Fixtures that all tests share: a registry in a folder of its own, and a clock moved by hand."""

from __future__ import annotations

import runpy
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator import wiring
from modelkeep.orchestrator.services import Services
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


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--backends",
        choices=("sqlite-local", "postgresql-local", "sqlite-s3", "postgresql-s3"),
        default="sqlite-local",
        help="where the registries of the tests lie",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, beside an object store, what looks at the files of packs."""
    if not config.getoption("--backends").endswith("-s3"):
        return
    kept, left = [], []
    for item in items:
        (left if item.get_closest_marker("local_files") else kept).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = kept


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """A PostgreSQL of its own; not in the folder of the tests, which is closed to other users."""
    with tempfile.TemporaryDirectory(prefix="modelkeep-postgres-") as folder:
        Path(folder).chmod(0o711)
        server = server_module("postgres").PostgresServer(Path(folder) / "data")
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="session")
def seaweed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """An S3 server of its own, with the bucket `tests`, known to the environment."""
    server = server_module("seaweed").SeaweedServer(tmp_path_factory.mktemp("seaweed"))
    server.start()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in server.environment.items():
            patch.setenv(name, value)
        server.new_bucket("tests")
        yield server
    server.kill()


@pytest.fixture
def new_proxy(seaweed: Any) -> Iterator[Callable[..., Any]]:
    """Starts a proxy before the S3 server that fails a part of the requests."""
    started: list[Any] = []

    def start(**settings: Any) -> Any:
        proxy = server_module("faulty_proxy").FaultyProxy(seaweed.s3_port, **settings)
        started.append(proxy)
        return proxy

    yield start
    for proxy in started:
        proxy.close()


def server_module(name: str) -> SimpleNamespace:
    return SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / f"servers/{name}.py")))


@pytest.fixture
def backends(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The settings that say where the registry of this test lies."""
    database, _, store = request.config.getoption("--backends").partition("-")
    settings = {"storage_path": f"{tmp_path}/registry"}
    if store == "s3":
        request.getfixturevalue("seaweed")
        settings["storage_path"] = f"s3://tests/{uuid.uuid4().hex}"
        settings["catalogue_url"] = f"sqlite:///{tmp_path}/catalogue.sqlite"
        settings["work_path"] = f"{tmp_path}/work"
    if database == "postgresql":
        server = request.getfixturevalue("postgres")
        settings["catalogue_url"] = server.new_database()
        yield settings
        server.drop_database(settings["catalogue_url"])
    else:
        yield settings


@pytest.fixture
def open_registry(tmp_path: Path, clock: ManualClock, backends: dict[str, str]) -> Iterator[Open]:
    """Opens the registry of this test, again and again if asked, with settings of choice."""
    opened: list[Services] = []

    def open_it(**settings: Any) -> Services:
        places = {**backends, "backup_path": f"{tmp_path}/backups"}
        config = ModelVersioningConfig(**{**places, "actor": "ada", **settings})
        services = wiring.open_services(config, clock=clock)
        opened.append(services)
        return services

    yield open_it
    for services in opened:
        services.close()


@pytest.fixture
def eventually() -> Callable[..., None]:
    """Waits until something holds, at most for some seconds."""

    def wait(holds: Callable[[], object], seconds: float = 5.0) -> None:
        last = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < last, "it never came to hold"
            time.sleep(0.005)

    return wait


@pytest.fixture
def mk(open_registry: Open) -> Services:
    return open_registry()
