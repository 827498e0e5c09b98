"""SQLite: how a connection is set up and what its errors mean.

WAL with synchronous=FULL keeps every acknowledged commit over a power loss; with NORMAL the tail
of the log may be lost (https://www.sqlite.org/pragma.html#pragma_synchronous). Writers begin with
BEGIN IMMEDIATE, so they wait for one another at the start and never fail half-way with a stale
snapshot (https://www.sqlite.org/lang_transaction.html).
"""

from __future__ import annotations

import re
import sqlite3
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from modelkeep.catalogue.dialects.forks import (
    call_after_fork,
    leave_to_parent,
    start_anew_after_fork,
)
from modelkeep.errors import (
    DamagedCatalogueError,
    ModelkeepError,
    StorageFullError,
    StorageReadOnlyError,
    StorageUnavailableError,
)

_POLL_SECONDS = 0.002
_FULL = ("disk is full", "disk I/O error")
_READ_ONLY = ("readonly database", "unable to open database file")
_DAMAGED = ("malformed", "not a database", "no such table", "no such column", "decode")


def open_engine(
    path: Path, *, busy_timeout_seconds: float, survives_power_loss: bool = True
) -> Engine:
    """Return an engine on this file; nothing is opened yet.

    Args:
        path: The file.
        busy_timeout_seconds: How long a writer waits for another.
        survives_power_loss: Whether each commit is synced; without, only the end of a process is
            survived, and of a power loss the last commits may be missing.
    """
    synchronous = "FULL" if survives_power_loss else "NORMAL"
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
        _write_ahead(cursor, busy_timeout_seconds)
        cursor.execute(f"PRAGMA synchronous={synchronous}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("modelkeep_writes", False)
        # Straight to the driver: through SQLAlchemy it would take as long as a query.
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")

    start_anew_after_fork(engine)
    return engine


def _write_ahead(cursor: sqlite3.Cursor, wait_seconds: float) -> None:
    """Let the file have a write-ahead log; of several that begin a new file, one does it first.

    SQLite does not wait for a lock here by itself: two that wait could wait for one another.
    """
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() >= deadline:
                raise
            time.sleep(_POLL_SECONDS)
        else:
            return


class ChangeCounter:
    """A number that changes whenever another connection has changed the file.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._inode = 0
        call_after_fork(self._begin_anew)

    def version(self) -> tuple[int, int]:
        """Return a value that is another one once the file, or what is in it, is another.

        Raises:
            sqlite3.Error: The file cannot be read, or is not there.
        """
        with self._lock:
            # An open connection would go on with a file that was moved away.
            try:
                inode = self._path.stat().st_ino
            except OSError as error:
                raise sqlite3.OperationalError(f"unable to open database file: {error}") from error
            if self._connection is None or inode != self._inode:
                self._close()
                self._connection = sqlite3.connect(
                    f"{self._path.as_uri()}?mode=ro", uri=True, check_same_thread=False
                )
                self._inode = inode
            # https://www.sqlite.org/pragma.html#pragma_data_version
            row = self._connection.execute("PRAGMA data_version").fetchone()
            return inode, int(row[0])

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._close()

    def _begin_anew(self) -> None:
        self._lock = threading.Lock()
        leave_to_parent(self._connection)
        self._connection = None

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


DRIVER_ERRORS = (DBAPIError, sqlite3.Error, UnicodeDecodeError)
"""What the driver raises; of a damaged file also text that cannot be decoded."""


TURN_SECONDS = 0.12
"""Who waits tries again after 0.1 s at most (`sqliteDefaultBusyCallback` in SQLite's main.c)."""


def translate(error: Exception, name: str) -> ModelkeepError:
    """Return the error of ours that a driver error stands for."""
    text = str(error.orig if isinstance(error, DBAPIError) else error)
    if any(word in text for word in _FULL):
        return StorageFullError(name, f"the catalogue could not be written ({text})")
    if any(word in text for word in _READ_ONLY):
        return StorageReadOnlyError(name, f"the catalogue cannot be opened for writing ({text})")
    if any(word in text for word in _DAMAGED):
        return DamagedCatalogueError(name, f"the database says: {text}")
    return StorageUnavailableError(name, f"the catalogue did not answer ({text})")


def announce(connection: Connection, model_ids: Iterable[str]) -> None:
    """Do nothing: a look at the file costs less than any message."""


def is_unanswered(error: Exception) -> bool:  # noqa: ARG001 - of the protocol
    """Return False: SQLite is in this process, so its answers are not lost."""
    return False


_MISSING_FROM_INDEX = re.compile(r"row (\d+) missing from index (\S+)")
_WAL_VERSION = 2
_WRITE_VERSION, _READ_VERSION = 18, 19


def integrity_problems(
    connection: Connection, name: str, names: Iterable[str]
) -> list[tuple[str, list[str]]]:
    """Return what SQLite finds wrong with its file, with the ids of versions that it touches.

    Args:
        connection: To read with.
        name: Path of the file.
        names: Of the tables and indexes that there must be.
    """
    checked = connection.exec_driver_sql("PRAGMA integrity_check(100)").all()
    found = [str(row[0]) for row in checked if row[0] != "ok"]
    problems = [(text, _touched(connection, text)) for text in found]
    foreign = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    problems += [(f"a row of {row[0]} points to a missing row of {row[2]}", []) for row in foreign]
    here = {str(row[0]) for row in connection.exec_driver_sql("SELECT name FROM sqlite_schema")}
    # SQLite keeps the sequence of the events in a table of its own.
    missing = sorted({*names, "sqlite_sequence"} - here)
    problems += [(f"the table or index {name} is missing", []) for name in missing]
    with Path(name).open("rb") as file:
        header = file.read(_READ_VERSION + 1)
    if set(header[_WRITE_VERSION:]) != {_WAL_VERSION}:
        problems.append(("its header says that it is not written by this release of SQLite", []))
    return problems


def _touched(connection: Connection, problem: str) -> list[str]:
    """Return the version whose row an index hides, as far as that is what is wrong."""
    found = _MISSING_FROM_INDEX.search(problem)
    if found is None:
        return []
    table = connection.exec_driver_sql(
        "SELECT tbl_name FROM sqlite_schema WHERE name = ?", (found[2],)
    ).scalar_one_or_none()
    columns = connection.exec_driver_sql(f'PRAGMA table_info("{table}")').all()
    if "version_id" not in [row[1] for row in columns]:
        return []
    # By the number of the row, not by the index that lost it.
    ids = connection.exec_driver_sql(
        f'SELECT version_id FROM "{table}" NOT INDEXED LIMIT 1 OFFSET ?',  # noqa: S608
        (int(found[1]) - 1,),
    ).scalars()
    return [str(each) for each in ids if each]
