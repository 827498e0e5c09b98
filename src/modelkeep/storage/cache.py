"""Files decoded once and kept: the second load of a large model maps what the first one made.

cache/ab/<SHA-256>        the bytes of a file, read-only; its mtime is when it was last used
cache/ab/.<SHA-256>.<…>   one that is being made; its maker has it locked until it gets its name

Any number of processes share the folder. All it holds can be made again, so it may be removed.
"""

from __future__ import annotations

import os
import re
import stat
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from modelkeep.errors import IntegrityError
from modelkeep.storage import durable, partial_files
from modelkeep.storage.assembling import Assembler
from modelkeep.storage.hashing import Progress, hash_file, no_progress
from modelkeep.storage.manifest import FileEntry

_NAME = re.compile(r"[0-9a-f]{64}")
_PARTIAL = re.compile(r"\.[0-9a-f]{64}\..*")
_WRITABLE = 0o222


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheUsage:
    """How much a cache holds.

    Attributes:
        files: How many files.
        bytes: Their size together.
        budget_bytes: What it keeps at most.
    """

    files: int
    bytes: int
    budget_bytes: int


@dataclass(frozen=True, slots=True)
class _Kept:
    last_used_ns: int
    path: Path
    size: int


class MaterialisedCache:
    """Read-only files with the bytes of stored ones, by their SHA-256; the last used stay.

    Args:
        folder: Where they are; made when the first one is.
        budget_bytes: What they take together at most. One larger than that is made and given all
            the same, and is then the only one.
        assembler: Puts files together.
    """

    def __init__(self, folder: Path, budget_bytes: int, assembler: Assembler) -> None:
        self._folder = folder
        self._budget_bytes = budget_bytes
        self._assembler = assembler
        self._folders = durable.Folders()
        # Threads that want the same file wait for the one that makes it; processes do not.
        self._making = [threading.Lock() for _ in range(16)]

    def path(self, entry: FileEntry, progress: Progress = no_progress) -> Path:
        """Return a file with these bytes, which is not to be changed.

        It stays until others are used and the budget is spent: `open` gives one that stays.

        Raises:
            IntegrityError: What is stored is missing or damaged.
            StorageUnavailableError: The cache cannot be written.
        """
        target = self._target(entry)
        with durable.disk_errors(target):
            if not _use(target, entry.size_bytes):
                with self._lock_of(entry):
                    if not _use(target, entry.size_bytes):
                        self._make(target, entry, progress).close()
        return target

    def open(self, entry: FileEntry, progress: Progress = no_progress) -> BinaryIO:
        """Open a file with these bytes for reading; they stay while it is open or mapped.

        Raises:
            IntegrityError: What is stored is missing or damaged.
            StorageUnavailableError: The cache cannot be written.
        """
        target = self._target(entry)
        with durable.disk_errors(target):
            file = _open_kept(target, entry.size_bytes)
            if file is None:
                with self._lock_of(entry):
                    file = _open_kept(target, entry.size_bytes)
                    # Opened before it has its name: others may remove that at once.
                    file = file or self._make(target, entry, progress)
            return file

    def find(self, entry: FileEntry) -> Path | None:
        """Return the file with these bytes if it is there and whole; it is not made."""
        target = self._target(entry)
        with durable.disk_errors(target):
            if _use(target, entry.size_bytes) and hash_file(target)[0] == entry.sha256:
                return target
        return None

    def verify(self, progress: Progress = no_progress) -> list[str]:
        """Read all files; remove the damaged ones, which are made again when they are wanted.

        Returns:
            The SHA-256 that each of those was to have.
        """
        damaged = []
        for kept in self._kept():
            with durable.disk_errors(kept.path), suppress(FileNotFoundError):
                if hash_file(kept.path, progress)[0] != kept.path.name:
                    damaged.append(kept.path.name)
                    kept.path.unlink()
        return damaged

    def clear(self) -> int:
        """Remove all files; who has one open or mapped keeps it. Return how many bytes they had."""
        self._remove_abandoned()
        return sum(_remove(kept) for kept in self._kept())

    def usage(self) -> CacheUsage:
        """Return how much it holds."""
        sizes = [kept.size for kept in self._kept()]
        return CacheUsage(files=len(sizes), bytes=sum(sizes), budget_bytes=self._budget_bytes)

    def _target(self, entry: FileEntry) -> Path:
        if not _NAME.fullmatch(entry.sha256):
            # It is part of a path, and a document may say anything.
            raise IntegrityError(entry.path, detail=f"{entry.sha256!r} is not a SHA-256")
        return self._folder / entry.sha256[:2] / entry.sha256

    def _lock_of(self, entry: FileEntry) -> threading.Lock:
        return self._making[int(entry.sha256[0], 16)]

    def _make(self, target: Path, entry: FileEntry, progress: Progress) -> BinaryIO:
        self._make_room(entry)
        self._folders.make(target.parent)
        with partial_files.beside(target) as (partial, handle):
            behind = partial_files.HashingBehind(handle, progress)
            self._assembler.write(entry, handle, behind)
            if behind.sha256() != entry.sha256:
                raise IntegrityError(entry.path, expected=entry.sha256, actual=behind.sha256())
            os.fchmod(handle, durable.READ_ONLY_MODE)
            os.fsync(handle)
            file = partial.open("rb")
            try:
                os.replace(partial, target)
                durable.sync_folder(target.parent)
                # Others may have made files meanwhile.
                self._make_room(entry)
            except BaseException:
                file.close()
                raise
        return file

    def _make_room(self, wanted: FileEntry) -> None:
        """Remove what was used least recently, until this file fits beside the rest."""
        self._remove_abandoned()
        others = [kept for kept in self._kept() if kept.path.name != wanted.sha256]
        room = self._budget_bytes - wanted.size_bytes - sum(kept.size for kept in others)
        for kept in sorted(others, key=lambda kept: kept.last_used_ns):
            if room >= 0:
                break
            _remove(kept)
            room += kept.size

    def _kept(self) -> list[_Kept]:
        found = []
        for path in self._listed(_NAME):
            with durable.disk_errors(path), suppress(FileNotFoundError):
                info = path.lstat()
                found.append(_Kept(info.st_mtime_ns, path, info.st_size))
        return found

    def _remove_abandoned(self) -> None:
        for path in self._listed(_PARTIAL):
            partial_files.remove_abandoned(path)

    def _listed(self, names: re.Pattern[str]) -> Iterator[Path]:
        for folder in sorted(self._folder.glob("[0-9a-f][0-9a-f]")):
            found: list[Path] = []
            with durable.disk_errors(folder), suppress(FileNotFoundError):
                found = sorted(folder.iterdir())
            yield from (path for path in found if names.fullmatch(path.name))


def _use(path: Path, size: int) -> bool:
    """Whether a file is there as it was made; if so, that it is used now is noted."""
    try:
        info = path.lstat()
    except FileNotFoundError:
        return False
    if not stat.S_ISREG(info.st_mode) or info.st_size != size or info.st_mode & _WRITABLE:
        return False
    # It may be another user's, or the disk read-only: it can be read all the same.
    with suppress(OSError):
        os.utime(path)
    return True


def _open_kept(path: Path, size: int) -> BinaryIO | None:
    if _use(path, size):
        with suppress(FileNotFoundError):
            return path.open("rb")
    return None


def _remove(kept: _Kept) -> int:
    with durable.disk_errors(kept.path), suppress(FileNotFoundError):
        kept.path.unlink()
        return kept.size
    return 0
