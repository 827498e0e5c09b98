"""Blobs as read-only files in a folder, two characters of fan-out."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from modelkeep.errors import IntegrityError, InvalidInputError
from modelkeep.storage import durable
from modelkeep.storage.blobs.base import BlobInfo
from modelkeep.storage.hashing import hash_file

_FAN_OUT = [f"{number:02x}" for number in range(256)]
_WRITABLE = 0o222
_NAME = re.compile(r"[0-9a-f]{64}")


class LocalBlobs:
    """Blobs in a folder of this machine.

    Args:
        root: The folder. Staged files must lie on the same file system.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folders = durable.Folders()

    def path(self, name: str) -> Path:
        """Return the file that holds the blob; it must not be written."""
        if not _NAME.fullmatch(name):
            raise InvalidInputError(f"{name!r} is not a BLAKE3 of 64 hexadecimal digits")
        return self._root / name[:2] / name

    def put(self, name: str, staged: Path) -> bool:
        """Keep a complete file under its digest; it is durable when this returns."""
        target = self.path(name)
        with durable.disk_errors(target):
            if target.exists() and hash_file(target, algorithm="blake3")[0] == name:
                # Whoever wrote it may not have synced the name yet, and we are about to rely on it.
                self._make_folder(target.parent)
                durable.sync_folder(target.parent)
                staged.unlink()
                return False
            if staged.stat().st_mode & _WRITABLE:
                staged.chmod(durable.READ_ONLY_MODE)
            durable.sync_file(staged)
            self._make_folder(target.parent)
            os.replace(staged, target)
            durable.sync_folder(target.parent)
        return True

    def prepare(self) -> None:
        """Make all folders for blobs at once; their names are on the disk when this returns."""
        for name in _FAN_OUT:
            (self._root / name).mkdir(exist_ok=True)
        durable.sync_folder(self._root)

    def _make_folder(self, path: Path) -> None:
        # `prepare` made and synced them all; one that is missing was removed by someone.
        if not path.is_dir():
            self._folders.make(path)

    @contextmanager
    def get(self, name: str) -> Iterator[BinaryIO]:
        """Open the blob for reading from its start."""
        with self._open(name) as file:
            yield file

    def range(self, name: str, offset: int, length: int) -> bytes:
        """Return so many bytes from there on, fewer at the end of the blob."""
        with self._open(name) as file:
            file.seek(offset)
            return file.read(length)

    def _open(self, name: str) -> BinaryIO:
        path = self.path(name)
        try:
            return path.open("rb", buffering=0)
        except FileNotFoundError as error:
            raise IntegrityError(str(path), detail="it is missing") from error
        except OSError as error:
            raise IntegrityError(str(path), detail=f"it cannot be read ({error})") from error

    def exists(self, name: str) -> bool:
        """Whether the blob is there."""
        return self.path(name).exists()

    def delete(self, name: str) -> int:
        """Remove the blob, if it is there; return how many bytes that freed."""
        path = self.path(name)
        with durable.disk_errors(path):
            try:
                size = path.stat().st_size
                path.unlink()
            except FileNotFoundError:
                return 0
        return size

    def list(self) -> Iterator[BlobInfo]:
        """Give every blob that is there, in the order of names."""
        for folder in sorted(self._root.glob("[0-9a-f][0-9a-f]")):
            for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
                # Others may delete a blob between its listing and this look at it.
                size = -1
                with suppress(FileNotFoundError):
                    size = entry.stat().st_size
                if size >= 0 and _NAME.fullmatch(entry.name):
                    yield BlobInfo(entry.name, size)
