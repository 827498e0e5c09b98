"""An artifact on its way out: verified first, then handed to a format or copied to a place."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import IO, BinaryIO

from modelkeep.errors import IntegrityError, InvalidInputError
from modelkeep.storage import durable
from modelkeep.storage.blobs import Blobs
from modelkeep.storage.blobs.base import LocalPaths
from modelkeep.storage.hashing import Progress, copy_hashed, hash_stream, no_progress
from modelkeep.storage.manifest import FileEntry, Manifest


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
    """The files of an artifact for a format to read; every digest was verified before.

    Args:
        manifest: What there is.
        blobs: Where the bytes are.
        folder: An empty folder, for stores whose blobs are not files of this machine.
    """

    def __init__(self, manifest: Manifest, blobs: Blobs, folder: Path) -> None:
        self._entries = {file.path: file for file in manifest.files}
        self._blobs = blobs
        self._folder = folder
        self._open: list[IO[bytes]] = []

    def names(self) -> list[str]:
        """Return the names of the files, sorted."""
        return sorted(self._entries)

    def verify(self, progress: Progress = no_progress) -> None:
        """Hash every file.

        Raises:
            IntegrityError: One is not what was stored.
        """
        for entry in self._entries.values():
            with self._blobs.get(entry.sha256) as stream:
                actual, _ = hash_stream(stream, progress)
            check_digest(entry, actual, self._blobs)

    def open(self, name: str) -> _YieldingReader:
        """Open a file for reading; it is closed when the load ends."""
        stream = self.path(name).open("rb")
        self._open.append(stream)
        return _YieldingReader(stream)

    def read(self, name: str) -> bytes:
        """Return all bytes of a file."""
        return self.path(name).read_bytes()

    def path(self, name: str, suffix: str = "") -> Path:
        """Return a path at which a library can read the file; it must not be written.

        Args:
            name: The file's name in the artifact.
            suffix: How the path must end, for libraries that look at that.
        """
        sha256 = self._entries[name].sha256
        target = self._folder / f"{sha256}{suffix}"
        if isinstance(self._blobs, LocalPaths):
            blob = self._blobs.path(sha256).absolute()
            if not suffix:
                return blob
            if not target.is_symlink():
                target.symlink_to(blob)
        elif not target.exists():
            with self._blobs.get(sha256) as stream, target.open("wb") as file:
                shutil.copyfileobj(stream, file, 1 << 20)
        return target

    def close(self) -> None:
        """Close what was opened."""
        for stream in self._open:
            stream.close()


def check_digest(entry: FileEntry, actual: str, blobs: Blobs) -> None:
    """Hold a digest that was just computed against the manifest.

    Raises:
        IntegrityError: They differ.
    """
    if actual != entry.sha256:
        where = blobs.path(entry.sha256) if isinstance(blobs, LocalPaths) else entry.sha256
        raise IntegrityError(
            f"{entry.path} ({where})", expected_sha256=entry.sha256, actual_sha256=actual
        )


def export(
    manifest: Manifest, blobs: Blobs, destination: Path, progress: Progress = no_progress
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
                export_file(manifest.files[0], blobs, partial, progress)
                os.replace(partial, target)
            finally:
                partial.unlink(missing_ok=True)
        return target
    return _export_folder(manifest, blobs, destination, progress)


def _export_folder(manifest: Manifest, blobs: Blobs, destination: Path, progress: Progress) -> Path:
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
                export_file(entry, blobs, target, progress)
            partial.mkdir(parents=True, exist_ok=True)
            os.replace(partial, destination)
        finally:
            if partial.exists():
                shutil.rmtree(partial)
    return destination


def export_file(entry: FileEntry, blobs: Blobs, target: Path, progress: Progress) -> None:
    """Copy one file of an artifact to a path, then hold its digest against the manifest.

    Raises:
        IntegrityError: It is not what was stored; what was copied is left at the path.
    """
    mode = 0o755 if entry.executable else 0o644
    handle = os.open(target, os.O_RDWR | os.O_CREAT | os.O_TRUNC, mode)
    try:
        with blobs.get(entry.sha256) as stream:
            actual, _ = copy_hashed(stream.fileno(), handle, progress)
    finally:
        os.close(handle)
    check_digest(entry, actual, blobs)
