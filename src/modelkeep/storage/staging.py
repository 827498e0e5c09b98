"""An artifact on its way in: files in a temporary folder, hashed as they are written."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from modelkeep.storage import durable
from modelkeep.storage.hashing import Progress, copy_hashed, hash_file, no_progress
from modelkeep.storage.manifest import FileEntry


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A complete file in the staging folder, and its entry for the manifest."""

    entry: FileEntry
    path: Path


class _HashingWriter:
    """A file object that hashes what passes through it.

    It is Python on purpose: a pickler in C calls it for each frame of 64 KiB, which gives other
    threads their turn.
    """

    def __init__(self, file: IO[bytes], progress: Progress) -> None:
        self._file = file
        self._progress = progress
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes | memoryview) -> int:
        view = memoryview(data).cast("B")
        self._digest.update(view)
        self._file.write(view)
        self.size += len(view)
        self._progress(len(view))
        return len(view)

    def tell(self) -> int:
        return self.size

    def flush(self) -> None:
        self._file.flush()

    def writable(self) -> bool:
        return True

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


class ArtifactWriter:
    """Where a format writes the files of an artifact.

    Args:
        folder: An empty folder on the file system of the blobs.
        progress: Told of bytes as they are written.
    """

    def __init__(self, folder: Path, progress: Progress = no_progress) -> None:
        self._folder = folder
        self._progress = progress
        self._staged: list[StagedFile] = []
        self._unhashed: list[tuple[str, Path]] = []
        self.empty_folders: list[str] = []

    @contextmanager
    def open(self, name: str) -> Iterator[_HashingWriter]:
        """Give a file object for writing a file of this name once, from its start to its end."""
        path = self._new_path()
        with durable.disk_errors(path), path.open("xb") as file:
            writer = _HashingWriter(file, self._progress)
            yield writer
            file.flush()
        self._add(name, path, writer.hexdigest(), writer.size)

    def path(self, name: str, suffix: str = "") -> Path:
        """Return a path at which a library shall write the file of this name."""
        path = self._new_path(suffix)
        self._unhashed.append((name, path))
        return path

    def copy(self, name: str, source: int, *, executable: bool = False) -> None:
        """Copy an open file under this name."""
        path = self._new_path()
        with durable.disk_errors(path):
            target = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                sha256, size = copy_hashed(source, target, self._progress)
            finally:
                os.close(target)
        self._add(name, path, sha256, size, executable=executable)

    def finish(self) -> list[StagedFile]:
        """Hash what libraries wrote by themselves and return all files, sorted by path."""
        for name, path in self._unhashed:
            sha256, size = hash_file(path, self._progress)
            self._add(name, path, sha256, size)
        self._unhashed.clear()
        return sorted(self._staged, key=lambda staged: staged.entry.path)

    def _add(
        self, name: str, path: Path, sha256: str, size: int, *, executable: bool = False
    ) -> None:
        entry = FileEntry(path=name, sha256=sha256, size_bytes=size, executable=executable)
        self._staged.append(StagedFile(entry, path))

    def _new_path(self, suffix: str = "") -> Path:
        return self._folder / f"{len(self._staged) + len(self._unhashed)}{suffix}"
