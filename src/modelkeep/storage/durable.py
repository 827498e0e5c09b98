"""Writing so that what was acknowledged outlives a power loss: sync, rename, sync the folder."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from modelkeep.errors import (
    StorageFullError,
    StorageReadOnlyError,
    StorageUnavailableError,
)

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)
READ_ONLY_MODE = 0o444


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn errors of the operating system into errors of ours that name this path."""
    try:
        yield
    except OSError as error:
        where = str(error.filename or path)
        reason = os.strerror(error.errno) if error.errno else str(error)
        if error.errno in _FULL:
            raise StorageFullError(where, f"there is no room for the bytes ({reason})") from error
        if error.errno in _READ_ONLY:
            raise StorageReadOnlyError(where, f"it cannot be written ({reason})") from error
        raise StorageUnavailableError(where, reason) from error


def sync_file(path: Path) -> None:
    """Wait until the file's bytes are on the disk."""
    _sync(path, os.O_RDONLY)


def sync_folder(path: Path) -> None:
    """Wait until the folder's names are on the disk."""
    _sync(path, os.O_RDONLY | os.O_DIRECTORY)


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Folders:
    """Makes folders whose names are on the disk.

    A folder that is there may have been made by a process that died before it synced the name, so
    each is synced once, also when it was there; after that it is remembered.
    """

    def __init__(self) -> None:
        self._settled: set[Path] = set()

    def make(self, path: Path) -> None:
        """Make the folder and the parents that are missing; their names are on the disk then."""
        if path in self._settled and path.is_dir():
            return
        if not path.parent.is_dir():
            self.make(path.parent)
        path.mkdir(exist_ok=True)
        sync_folder(path.parent)
        self._settled.add(path)


def write_file(target: Path, content: bytes, *, staging: Path, folders: Folders) -> None:
    """Write a whole file that is either there in full or not at all.

    Args:
        target: Its name; what had the name before is replaced.
        content: All its bytes.
        staging: A path on the same file system, used meanwhile.
        folders: Makes the folder it goes to.
    """
    handle = os.open(staging, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb", closefd=False) as file:
            file.write(content)
        os.fchmod(handle, READ_ONLY_MODE)
        os.fsync(handle)
    except BaseException:
        staging.unlink(missing_ok=True)
        raise
    finally:
        os.close(handle)
    folders.make(target.parent)
    os.replace(staging, target)
    sync_folder(target.parent)
