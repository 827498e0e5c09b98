"""The lock between writers and the collector of one storage folder.

Writers hold it shared from their first byte until their row is committed, the collector alone
while it deletes. So what nothing refers to while the collector holds it is garbage for certain,
with no grace period and no clock. The kernel lets go of the lock of a process that dies.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection

from modelkeep.storage import durable

_POLL_SECONDS = 0.01


class HeldLock(Protocol):
    """A lock that was taken."""

    def check(self, connection: Connection) -> None:
        """Raise unless the lock was held all the time until now.

        Args:
            connection: In the transaction that is to be committed.

        Raises:
            StorageUnavailableError: It was lost meanwhile.
        """
        ...


class StoreLock(Protocol):
    """What keeps the collector from what writers have not committed yet."""

    def writing(self) -> AbstractContextManager[HeldLock]:
        """Hold it together with other writers; waits while the collector has it."""
        ...

    def alone(self, *, wait_seconds: float) -> AbstractContextManager[bool]:
        """Hold it alone; gives False when writers did not let go of it in time."""
        ...


class _HeldFile:
    """The kernel takes the lock of a file from no process that lives."""

    def check(self, connection: Connection) -> None:
        """Do nothing: it is held."""


class FileLock:
    """A lock on a file, between processes and between threads of one machine.

    Args:
        path: The file; made when it is missing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def writing(self) -> Iterator[HeldLock]:
        """Hold it together with other writers; waits while the collector has it."""
        handle = self._open()
        try:
            fcntl.flock(handle, fcntl.LOCK_SH)
            yield _HeldFile()
        finally:
            os.close(handle)

    @contextmanager
    def alone(self, *, wait_seconds: float) -> Iterator[bool]:
        """Hold it alone; gives False when writers did not let go of it in time."""
        handle = self._open()
        try:
            yield self._acquire(handle, wait_seconds)
        finally:
            os.close(handle)

    def _open(self) -> int:
        with durable.disk_errors(self._path):
            return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)

    @staticmethod
    def _acquire(handle: int, wait_seconds: float) -> bool:
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    return False
                time.sleep(_POLL_SECONDS)
            else:
                return True
