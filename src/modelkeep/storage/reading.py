"""An artifact on its way out: put together and verified, then handed to a format or to a place."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO, BinaryIO

from modelkeep.errors import InvalidInputError
from modelkeep.storage import durable
from modelkeep.storage.assembling import Assembler
from modelkeep.storage.hashing import Progress, no_progress
from modelkeep.storage.manifest import FileEntry, Manifest
from modelkeep.storage.trust.granted import ALLOW_LIST, Trust

# What is larger is read from a file: the object itself is to be all that takes memory.
_IN_MEMORY_BYTES = 32 << 20


class _YieldingReader:
    """A file object in Python, so that an unpickler in C gives other threads their turn."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)

    def readinto(self, buffer: bytearray | memoryview) -> int:
        count: int = self._file.readinto(buffer)  # type: ignore[attr-defined]
        return count

    def readline(self, size: int = -1) -> bytes:
        return self._file.readline(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


class ArtifactReader:
    """The files of an artifact for a format to read; each is verified before a byte of it is given.

    Args:
        manifest: What there is.
        assembler: Puts files together.
        folder: An empty folder, for libraries that want a path.
        progress: Told of bytes.
        trust: What the files may run.

    Attributes:
        trust: As given.
    """

    def __init__(
        self,
        manifest: Manifest,
        assembler: Assembler,
        folder: Path,
        progress: Progress = no_progress,
        trust: Trust = ALLOW_LIST,
    ) -> None:
        self.trust = trust
        self._entries = {file.path: file for file in manifest.files}
        self._assembler = assembler
        self._folder = folder
        self._progress = progress
        self._open: list[IO[bytes]] = []
        self._made = 0

    def names(self) -> list[str]:
        """Return the names of the files, sorted."""
        return sorted(self._entries)

    def open(self, name: str) -> _YieldingReader:
        """Open a file for reading; it is closed when the load ends."""
        stream: BinaryIO
        if self._entries[name].size_bytes <= _IN_MEMORY_BYTES:
            stream = io.BytesIO(self.buffer(name))
        else:
            stream = self.path(name).open("rb")
        self._open.append(stream)
        return _YieldingReader(stream)

    def read(self, name: str) -> bytes:
        """Return all bytes of a file."""
        return bytes(self.buffer(name))

    def buffer(self, name: str) -> memoryview:
        """Return all bytes of a file, writable, for the caller to keep."""
        return self._assembler.read(self._entries[name], self._progress)

    def path(self, name: str, suffix: str = "") -> Path:
        """Return a path at which a library can read the file, until the load ends.

        Args:
            name: The file's name in the artifact.
            suffix: How the path must end, for libraries that look at that.
        """
        self._made += 1
        target = self._folder / f"{self._made}{suffix}"
        export_file(self._entries[name], self._assembler, target, self._progress)
        return target

    def close(self) -> None:
        """Close what was opened."""
        for stream in self._open:
            stream.close()


class FolderReader(ArtifactReader):
    """The files of an artifact that stand in a folder already, exported and verified.

    Args:
        folder: Where they are.
        trust: What they may run.
    """

    def __init__(self, folder: Path, trust: Trust) -> None:
        self.trust = trust
        self._root = folder
        self._open = []

    def names(self) -> list[str]:
        """Return the names of the files, sorted."""
        files = (path for path in self._root.rglob("*") if path.is_file())
        return sorted(path.relative_to(self._root).as_posix() for path in files)

    def open(self, name: str) -> _YieldingReader:
        """Open a file for reading; it is closed when the load ends."""
        stream = (self._root / name).open("rb")
        self._open.append(stream)
        return _YieldingReader(stream)

    def buffer(self, name: str) -> memoryview:
        """Return all bytes of a file, writable, for the caller to keep."""
        return memoryview(bytearray((self._root / name).read_bytes()))

    def path(self, name: str, suffix: str = "") -> Path:
        """Return a path at which a library can read the file."""
        path = self._root / name
        if path.name.endswith(suffix):
            return path
        linked = Path(tempfile.mkdtemp()) / f"model{suffix}"
        linked.symlink_to(path)
        return linked


def export(
    manifest: Manifest, assembler: Assembler, destination: Path, progress: Progress = no_progress
) -> Path:
    """Copy an artifact to a place, verified; nothing stands there under its name before that.

    A single file goes to `destination`, or into it where that is a folder; several go to a folder
    `destination` that must not exist yet or be empty.

    Returns:
        The file or folder that was written.

    Raises:
        InvalidInputError: There is something at the destination.
        IntegrityError: A file is not what was stored.
    """
    if not manifest.is_folder:
        target = destination / manifest.files[0].path if destination.is_dir() else destination
        with durable.disk_errors(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
            try:
                export_file(manifest.files[0], assembler, partial, progress)
                os.replace(partial, target)
            finally:
                partial.unlink(missing_ok=True)
        return target
    return _export_folder(manifest, assembler, destination, progress)


def _export_folder(
    manifest: Manifest, assembler: Assembler, destination: Path, progress: Progress
) -> Path:
    if destination.exists() and (not destination.is_dir() or any(destination.iterdir())):
        raise InvalidInputError(
            f"destination {destination} is there already; a folder is loaded to a new or empty one"
        )
    partial = destination.with_name(f".{destination.name}.{os.getpid()}.partial")
    with durable.disk_errors(destination):
        try:
            for folder in manifest.empty_folders:
                (partial / folder).mkdir(parents=True, exist_ok=True)
            for entry in manifest.files:
                target = partial / entry.path
                target.parent.mkdir(parents=True, exist_ok=True)
                export_file(entry, assembler, target, progress)
            partial.mkdir(parents=True, exist_ok=True)
            os.replace(partial, destination)
        finally:
            if partial.exists():
                shutil.rmtree(partial)
    return destination


def export_file(
    entry: FileEntry, assembler: Assembler, target: Path, progress: Progress = no_progress
) -> None:
    """Write one file of an artifact to a path, verified.

    Raises:
        IntegrityError: It is not what was stored; what was written is left at the path.
    """
    mode = 0o755 if entry.executable else 0o644
    handle = os.open(target, os.O_RDWR | os.O_CREAT | os.O_TRUNC, mode)
    try:
        assembler.write(entry, handle, progress)
    finally:
        os.close(handle)
