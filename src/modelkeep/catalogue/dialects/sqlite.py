"""SQLite: how a connection is set up and what its errors mean.

WAL with synchronous=FULL keeps every acknowledged commit over a power loss; with NORMAL the tail
of the log may be lost (https://www.sqlite.org/pragma.html#pragma_synchronous). Writers begin with
BEGIN IMMEDIATE, so they wait for one another at the start and never fail half-way with a stale
snapshot (https://www.sqlite.org/lang_transaction.html).
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from modelkeep.errors import (
    DamagedCatalogueError,
    ModelkeepError,
    StorageFullError,
    StorageReadOnlyError,
    StorageUnavailableError,
)

_FULL = ("disk is full", "disk I/O error")
_READ_ONLY = ("readonly database", "unable to open database file")
_DAMAGED = ("malformed", "not a database", "no such table", "no such column", "decode")


def open_engine(path: Path, *, busy_timeout_seconds: float) -> Engine:
    """Return an engine on this file; nothing is opened yet."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=QueuePool,
        pool_size=16,
        max_overflow=-1,
        connect_args={"timeout": busy_timeout_seconds, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver must not open transactions by itself: `_begin` does.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("modelkeep_writes", False)
        # Straight to the driver: through SQLAlchemy it would take as long as a query.
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


DRIVER_ERRORS = (DBAPIError, sqlite3.Error, UnicodeDecodeError)
"""What the driver raises; of a damaged file also text that cannot be decoded."""


def translate(error: Exception, path: str) -> ModelkeepError:
    """Return the error of ours that a driver error stands for."""
    text = str(error.orig if isinstance(error, DBAPIError) else error)
    if any(word in text for word in _FULL):
        return StorageFullError(path, f"the catalogue could not be written ({text})")
    if any(word in text for word in _READ_ONLY):
        return StorageReadOnlyError(path, f"the catalogue cannot be opened for writing ({text})")
    if any(word in text for word in _DAMAGED):
        return DamagedCatalogueError(path, f"the database says: {text}")
    return StorageUnavailableError(path, f"the catalogue did not answer ({text})")


def integrity_problems(connection: Connection) -> list[str]:
    """Return what SQLite itself finds wrong with its file; empty when it is sound."""
    rows = connection.exec_driver_sql("PRAGMA integrity_check(100)").all()
    problems = [str(row[0]) for row in rows if row[0] != "ok"]
    foreign = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    problems += [f"a row of {row[0]} points to a missing row of {row[2]}" for row in foreign]
    return problems
