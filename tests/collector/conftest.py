"""What the tests of this folder share: empty registries, one for each run of a machine."""

import shutil
import uuid
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from tests.collector.watched import InlineKeeper

from modelkeep.catalogue import chunks
from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator import wiring
from modelkeep.storage import collector, compactor, upload


@dataclass
class Registry:
    """An empty registry.

    Attributes:
        config: Where it is.
        end_session: Ends a session of the database by its number; None where there are none.
        remove: Removes what can be removed of it.
    """

    config: ModelVersioningConfig
    end_session: Any
    remove: Any


@pytest.fixture
def new_registry(request, tmp_path, monkeypatch):
    """A function that makes an empty registry, where `--backends` says."""
    monkeypatch.setattr(upload, "PackKeeper", InlineKeeper)
    # So that a model of 160 KB makes packs before its transaction begins, and few of them are many.
    monkeypatch.setattr(upload, "PACK_BYTES", 16 << 10)
    monkeypatch.setattr(compactor, "_MANY_SMALL", 32)
    database, _, store = request.config.getoption("--backends").partition("-")
    database = getattr(request, "param", database)
    server = request.getfixturevalue("postgres") if database == "postgresql" else None
    if store == "s3":
        request.getfixturevalue("seaweed")

    def make():
        folder = tmp_path / uuid.uuid4().hex
        settings = {"storage_path": f"{folder}/registry"}
        if store == "s3":
            settings["storage_path"] = f"s3://tests/{folder.name}"
            settings["catalogue_url"] = f"sqlite:///{folder}/catalogue.sqlite"
        if server is not None:
            settings["catalogue_url"] = server.new_database()
        config = ModelVersioningConfig(
            **settings,
            backup_path=f"{folder}/backups",
            work_path=f"{folder}/work",
            actor="machine",
            busy_timeout_seconds=5.0,
        )
        folder.mkdir()
        wiring.open_services(config).close()
        url = settings.get("catalogue_url", "")

        def remove():
            shutil.rmtree(folder)
            if server is not None:
                server.drop_database(url)

        return Registry(config, _ender(url) if server is not None else None, remove)

    return make


@pytest.fixture
def few_at_once(monkeypatch):
    """What is done some at a time takes several turns also where there is little of it."""
    monkeypatch.setattr(compactor, "_MOVED_AT_ONCE", 3)
    monkeypatch.setattr(chunks, "_FORGOTTEN_AT_ONCE", 3)
    monkeypatch.setattr(collector, "_PACKS_AT_ONCE", 2)
    monkeypatch.setattr(collector, "_TURN_SECONDS", 0.0)


def _ender(url):
    def end_session(number):
        with psycopg.connect(url, autocommit=True) as connection:
            ended = connection.execute("SELECT pg_terminate_backend(%s, 5000)", (number,))
            assert ended.fetchone() == (True,)

    return end_session
