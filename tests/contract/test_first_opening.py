"""A database that several begin to use at once, before it is there."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing

import pytest

from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.dialects import sqlite
from modelkeep.catalogue.own_tables import OwnTables
from modelkeep.catalogue.tracked_tables import COPIES, TRACKED_METADATA
from modelkeep.errors import NewerFormatError


def test_who_opens_a_file_that_another_begins_waits_for_it(tmp_path) -> None:
    """To switch on the write-ahead log takes a lock that SQLite does not wait for by itself."""
    path = tmp_path / "new.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("CREATE TABLE begun (n)")
        other.execute("BEGIN IMMEDIATE")
        end = threading.Timer(0.5, other.execute, ("COMMIT",))
        end.start()
        database = Catalogue(engine=sqlite.open_engine(path, busy_timeout_seconds=30), path=path)
        tables = OwnTables(database, TRACKED_METADATA)
        with tables.write() as connection:
            connection.execute(COPIES.insert(), {"model_id": "m", "rows_blake2b": bytes(16)})
        end.join()
        assert other.execute("SELECT model_id FROM tracked_copies").fetchall() == [("m",)]
        tables.close()


def test_who_waits_for_a_later_release_that_begins_the_file_is_told(tmp_path) -> None:
    """It saw no tables before its turn, and must not make its own when that comes."""
    path = tmp_path / "new.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("BEGIN IMMEDIATE")
        other.execute("CREATE TABLE alembic_version (version_num)")
        other.execute("INSERT INTO alembic_version VALUES ('0999')")
        database = Catalogue(engine=sqlite.open_engine(path, busy_timeout_seconds=30), path=path)
        assert database.schema_revision() == ""
        end = threading.Timer(0.5, other.execute, ("COMMIT",))
        end.start()
        with pytest.raises(NewerFormatError, match="schema 0999.*upgrade modelkeep"):
            database.migrate()
        end.join()
        names = other.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        assert names == [("alembic_version",)]
        database.close()
