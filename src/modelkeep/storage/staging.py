"""An artifact on its way in: its files, in memory, in the staging folder, or where they lie."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from modelkeep.storage import durable
from modelkeep.storage.chunking import Region

_IN_MEMORY_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedFile:
    """A complete file that is to be kept.

    Attributes:
        name: What it is called in the artifact.
        source: Where its bytes are: a file, or the bytes themselves.
        executable: Whether its owner may execute it.
        tensors: Where there are numbers in it, where the format knows.
    """

    name: str
    source: Path | bytes
    executable: bool = False
    tensors: tuple[Region, ...] = ()


class StagingWriter:
    """A file object that stays in memory while it is small.

    It is Python on purpose: a pickler in C calls it for each frame of 64 KiB, which gives other
    threads their turn.
    """

    def __init__(self, new_path: Callable[[], Path]) -> None:
        self._new_path = new_path
        self._parts: list[bytes] = []
        self._file: IO[bytes] | None = None
        self._path: Path | None = None
        self._size = 0
        self.tensors: list[Region] = []

    def write(self, data: bytes | memoryview) -> int:
        """Append bytes."""
        view = memoryview(data).cast("B")
        self._size += len(view)
        if self._file is None and self._size > _IN_MEMORY_BYTES:
            self._path = self._new_path()
            self._file = self._path.open("xb")
            self._file.writelines(self._parts)
            self._parts.clear()
        if self._file is None:
            self._parts.append(bytes(view))
        else:
            self._file.write(view)
        return len(view)

    def mark(self, length: int, element: str) -> None:
        """Say that the last so many bytes were numbers of this kind, as in `chunking.Region`."""
        name = f"array {len(self.tensors)}"
        self.tensors.append(Region(self._size - length, length, element, name))

    def tell(self) -> int:
        """Return how many bytes were written."""
        return self._size

    def flush(self) -> None:
        """Do nothing that a reader could see before `finish`."""
        if self._file is not None:
            self._file.flush()

    def writable(self) -> bool:
        """Whether it can be written."""
        return True

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._file is not None:
            self._file.close()

    def finish(self) -> Path | bytes:
        """Return the bytes, or the path of the file that has them."""
        self.close()
        return b"".join(self._parts) if self._path is None else self._path


class ArtifactWriter:
    """Where a format writes the files of an artifact.

    Args:
        new_folder: Makes an empty folder; asked only for what does not stay in memory.
    """

    def __init__(self, new_folder: Callable[[], Path]) -> None:
        self._new_folder = new_folder
        self._folder: Path | None = None
        self._staged: list[StagedFile] = []
        self._count = 0
        self.empty_folders: list[str] = []

    @contextmanager
    def open(self, name: str) -> Iterator[StagingWriter]:
        """Give a file object for writing a file of this name once, from its start to its end."""
        writer = StagingWriter(self._new_path)
        try:
            yield writer
            source = writer.finish()
            self._staged.append(StagedFile(name=name, source=source, tensors=tuple(writer.tensors)))
        finally:
            writer.close()

    def path(self, name: str, suffix: str = "") -> Path:
        """Return a path at which a library shall write the file of this name."""
        path = self._new_path(suffix)
        self._staged.append(StagedFile(name=name, source=path))
        return path

    def adopt(self, name: str, source: Path, *, executable: bool = False) -> None:
        """Take a file from where it lies; it is read later, and left there."""
        self._staged.append(StagedFile(name=name, source=source, executable=executable))

    def finish(self) -> list[StagedFile]:
        """Return all files, sorted by name."""
        return sorted(self._staged, key=lambda staged: staged.name)

    def _new_path(self, suffix: str = "") -> Path:
        if self._folder is None:
            with durable.disk_errors(Path()):
                self._folder = self._new_folder()
        self._count += 1
        return self._folder / f"{self._count}{suffix}"
