"""The lock between writers and the collector, for many machines: an advisory lock of a session.

It ends with its connection, so also with the process or the machine that holds it. A writer that
lost it so must not commit what it has written, since the collector may have been there: `check`
looks, in the transaction of the commit, whether the session that took the lock still has it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, text

from modelkeep.catalogue.dialects import postgresql
from modelkeep.errors import StorageUnavailableError

_KEY = 0x6D6B10
_POLL_SECONDS = 0.05
_SHARED, _ALONE = "pg_try_advisory_lock_shared", "pg_try_advisory_lock"


class HeldLock:
    """A lock that was taken.

    Args:
        session: Number of the server process that holds it.
        name: How the database is called.
    """

    def __init__(self, session: int, name: str) -> None:
        self._session = session
        self._name = name

    def check(self, connection: Connection) -> None:
        """Raise unless the lock was held all the time until now.

        Raises:
            StorageUnavailableError: Its connection was lost.
        """
        query = text(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
            "AND objid = :key AND classid = 0 AND objsubid = 1 AND pid = :session"
        )
        found = connection.execute(query, {"key": _KEY, "session": self._session})
        if not found.scalar_one():
            raise StorageUnavailableError(
                self._name, "the connection that held the lock of writers was lost; try again"
            )


class AdvisoryLock:
    """Held together by writers, or alone by who removes.

    Args:
        engine: A connection of it is used for as long as the lock is held.
        name: How the database is called in errors.
        wait_seconds: How long a writer waits for the collector.
    """

    def __init__(self, engine: Engine, *, name: str, wait_seconds: float) -> None:
        self._engine = engine
        self._name = name
        self._wait_seconds = wait_seconds

    @contextmanager
    def writing(self) -> Iterator[HeldLock]:
        """Hold it together with other writers; waits while the collector has it.

        Raises:
            StorageUnavailableError: The database is away, or the collector does not end.
        """
        with self._session() as (driver, session):
            if not self._acquire(driver, _SHARED, self._wait_seconds):
                raise StorageUnavailableError(
                    self._name, f"what is left over was removed for over {self._wait_seconds:g} s"
                )
            yield HeldLock(session, self._name)

    @contextmanager
    def alone(self, *, wait_seconds: float) -> Iterator[bool]:
        """Hold it alone; gives False when writers did not let go of it in time."""
        with self._session() as (driver, _):
            yield self._acquire(driver, _ALONE, wait_seconds)

    @contextmanager
    def _session(self) -> Iterator[tuple[Any, int]]:
        try:
            pooled = self._engine.raw_connection()
        except postgresql.DRIVER_ERRORS as error:
            raise postgresql.translate(error, self._name) from error
        driver: Any = pooled.driver_connection
        try:
            driver.autocommit = True
            yield driver, driver.info.backend_pid
        finally:
            # Closing the session is the surest way to let go of what it holds.
            pooled.invalidate()

    def _acquire(self, driver: Any, function: str, wait_seconds: float) -> bool:
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                found = driver.execute(f"SELECT {function}({_KEY})").fetchone()
            except Exception as error:
                raise postgresql.translate(error, self._name) from error
            if found[0]:
                return True
            if time.monotonic() >= deadline:
                return False
            time.sleep(_POLL_SECONDS)
