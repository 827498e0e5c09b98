"""The immutable description of a version's files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from modelkeep.errors import IntegrityError

_DIGEST = re.compile(r"[0-9a-f]{64}|")
FOLDER = "folder"
"""The format of folders that are kept as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """One file of an artifact.

    Attributes:
        path: Its name in the artifact, relative, with `/` between folders.
        sha256: Digest of its bytes, hexadecimal.
        size_bytes: How many bytes it has.
        root_blake3: The chunk it begins with, hexadecimal: the file itself where it is one chunk,
            else its recipe; empty where it is not stored.
        executable: Whether its owner may execute it.
    """

    path: str
    sha256: str
    size_bytes: int
    root_blake3: str = ""
    executable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The files of an artifact and the format that reads them.

    Attributes:
        format: Name of the format plug-in.
        files: Sorted by path.
        empty_folders: Folders without a file in or below them, sorted.
    """

    format: str
    files: tuple[FileEntry, ...] = ()
    empty_folders: tuple[str, ...] = ()

    @property
    def size_bytes(self) -> int:
        """Size of all files together."""
        return sum(file.size_bytes for file in self.files)

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder, also one of a single file, and not one file by itself."""
        return self.format == FOLDER or len(self.files) != 1

    @property
    def checksum(self) -> str:
        """SHA-256 of the artifact, hexadecimal.

        Of a single file it is that of its bytes; of a folder, that of the lines that
        `sha256sum` prints for them sorted by path: digest, two spaces, path, newline.
        """
        if not self.is_folder:
            return self.files[0].sha256
        lines = "".join(f"{file.sha256}  {file.path}\n" for file in self.files)
        return hashlib.sha256(lines.encode()).hexdigest()

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON values."""
        files = [
            {
                "path": file.path,
                "sha256": file.sha256,
                "size_bytes": file.size_bytes,
                "root_blake3": file.root_blake3,
            }
            | ({"executable": True} if file.executable else {})
            for file in self.files
        ]
        return {"format": self.format, "files": files, "empty_folders": list(self.empty_folders)}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any], *, source: str) -> Manifest:
        """Undo `to_plain`.

        Raises:
            IntegrityError: A path in it would lead out of the folder it is loaded to.
        """
        files = tuple(
            FileEntry(
                path=_inside(entry["path"], source),
                sha256=str(entry["sha256"]),
                size_bytes=int(entry["size_bytes"]),
                root_blake3=_digest(entry["root_blake3"], source),
                executable=bool(entry.get("executable", False)),
            )
            for entry in plain["files"]
        )
        folders = tuple(_inside(path, source) for path in plain["empty_folders"])
        return cls(format=str(plain["format"]), files=files, empty_folders=folders)


def _inside(path: str, source: str) -> str:
    pure = PurePosixPath(path)
    if pure.is_absolute() or not pure.parts or ".." in pure.parts or "\0" in path or "\\" in path:
        raise IntegrityError(source, detail=f"the path {path!r} in it leads out of the artifact")
    return path


def _digest(text: str, source: str) -> str:
    if not _DIGEST.fullmatch(text):
        raise IntegrityError(source, detail=f"{text!r} in it is not a digest")
    return text
