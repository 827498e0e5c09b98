"""Files that are being made beside their final name, told from those whose maker died.

A maker holds a lock on its file, and the kernel lets go of the lock of a process that dies: so
what nobody has locked is abandoned, with no clock to tell it by.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from modelkeep.storage import durable
from modelkeep.storage.hashing import Progress


@contextmanager
def beside(target: Path) -> Iterator[tuple[Path, int]]:
    """Give a new file in the folder of the target, locked; it is removed unless it was renamed."""
    while True:
        path = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            # Another process may have taken it for abandoned before it was locked.
            if os.fstat(handle).st_nlink:
                yield path, handle
                return
        finally:
            path.unlink(missing_ok=True)
            os.close(handle)


def remove_abandoned(path: Path) -> None:
    """Remove a file that a maker left, unless it is still at work.

    Raises:
        StorageUnavailableError: It cannot be removed.
    """
    # Those of another user are not ours to judge.
    spared = suppress(FileNotFoundError, BlockingIOError, PermissionError)
    with durable.disk_errors(path), spared:
        handle = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
        finally:
            os.close(handle)


class HashingBehind:
    """Hashes a file as far as it is written, while the rest is being decoded.

    `Assembler.write` tells of bytes in their order, and of none that is not written yet.

    Args:
        handle: The file, open for reading.
        progress: Told of the bytes in turn.
    """

    def __init__(self, handle: int, progress: Progress) -> None:
        self._handle = handle
        self._progress = progress
        self._digest = hashlib.sha256()
        self._size = 0

    def __call__(self, count: int) -> None:
        """Hash so many bytes more."""
        end = self._size + count
        while self._size < end:
            piece = os.pread(self._handle, min(1 << 20, end - self._size), self._size)
            if not piece:
                break
            self._digest.update(piece)
            self._size += len(piece)
        self._progress(count)

    def sha256(self) -> str:
        """Return the digest of what was told of, hexadecimal."""
        return self._digest.hexdigest()
