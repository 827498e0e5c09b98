"""What the tests of routers share: tables in a real SQLite file, and routers that get closed."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from modelkeep.clock import SystemClock
from modelkeep.deployment.router import Router

tables = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("sqlite_tables.py"))))


@pytest.fixture
def sqlite():
    """The functions of `sqlite_tables.py`."""
    return tables


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "catalogue.sqlite"
    # Without a log beside it, so that a lock and a damage of the one file are felt at once.
    tables.make(path, journal_mode="delete")
    return path


@pytest.fixture
def copy_path(tmp_path):
    return tmp_path / "copies" / "m.table"


@pytest.fixture
def open_router(database, copy_path):
    """Opens routers on the database, with settings of choice."""
    opened = []

    def open_it(**settings):
        source = tables.SqliteTables(database)
        given = {"source": source, "copy_path": copy_path, "clock": SystemClock()}
        router = Router(**{"model_id": "m", "poll_seconds": 0.02, **given, **settings})
        opened.append((router, source))
        return router

    yield open_it
    for router, source in opened:
        router.close()
        source.close()
