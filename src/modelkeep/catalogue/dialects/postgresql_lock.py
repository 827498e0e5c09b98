"""The lock between writers and the collector, for many machines: an advisory lock of a session.

It ends with its connection, so also with the process or the machine that holds it. A writer that
lost it so must not commit what it has written, since the collector may have been there: `check`
looks, in the transaction of the commit, whether the session that took the lock still has it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, text

from modelkeep.catalogue.dialects import postgresql
from modelkeep.errors import StorageUnavailableError

_KEY = 0x6D6B10
_POLL_SECONDS = 0.05
# Waits in the queue of the server, so that a collector that takes turn after turn lets it in.
_SHARED = (
    "SELECT pg_advisory_lock_shared(%s)::text = '', backend_start "
    "FROM pg_stat_activity WHERE pid = pg_backend_pid()"
)
_ALONE = "SELECT pg_try_advisory_lock(%s)"
_WAITED_TOO_LONG = "55P03"  # lock_not_available


class HeldLock:
    """A lock that was taken.

    Args:
        session: Number of the server process that holds it.
        began_at: When that began: another one may have the number later, the first ones after a
            restart in a container above all.
        name: How the database is called.
    """

    def __init__(self, session: int, began_at: datetime, name: str) -> None:
        self._session = session
        self._began_at = began_at
        self._name = name

    def check(self, connection: Connection) -> None:
        """Raise unless the lock was held all the time until now.

        Raises:
            StorageUnavailableError: Its connection was lost.
        """
        query = text(
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) "
            "WHERE locktype = 'advisory' AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
            "AND objid = :key AND classid = 0 AND objsubid = 1 "
            "AND pid = :session AND backend_start = :began_at"
        )
        found = connection.execute(
            query, {"key": _KEY, "session": self._session, "began_at": self._began_at}
        )
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
        with self._session() as driver:
            try:
                driver.execute(f"SET lock_timeout = {round(self._wait_seconds * 1000)}")
                _, began_at = driver.execute(_SHARED, (_KEY,)).fetchone()
            except Exception as error:
                if getattr(error, "sqlstate", None) == _WAITED_TOO_LONG:
                    raise StorageUnavailableError(
                        self._name,
                        f"what is left over was removed for over {self._wait_seconds:g} s",
                    ) from error
                raise postgresql.translate(error, self._name) from error
            yield HeldLock(driver.info.backend_pid, began_at, self._name)

    @contextmanager
    def alone(self, *, wait_seconds: float) -> Iterator[bool]:
        """Hold it alone; gives False when writers did not let go of it in time."""
        with self._session() as driver:
            yield self._acquire_alone(driver, wait_seconds)

    @contextmanager
    def _session(self) -> Iterator[Any]:
        try:
            pooled = self._engine.raw_connection()
        except postgresql.DRIVER_ERRORS as error:
            raise postgresql.translate(error, self._name) from error
        driver: Any = pooled.driver_connection
        try:
            driver.autocommit = True
            yield driver
        finally:
            # Closing the session is the surest way to let go of what it holds.
            pooled.invalidate()

    def _acquire_alone(self, driver: Any, wait_seconds: float) -> bool:
        # Not in the queue of the server: writers who come later would wait behind it.
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                (is_taken,) = driver.execute(_ALONE, (_KEY,)).fetchone()
            except Exception as error:
                raise postgresql.translate(error, self._name) from error
            if is_taken:
                return True
            if time.monotonic() >= deadline:
                return False
            time.sleep(_POLL_SECONDS)
