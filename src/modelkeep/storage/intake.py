"""Taking in a file or a folder of files from the user's disk, as it is.

Links are followed as long as they stay inside the folder; a link that leads out, a loop, or
anything that is no file (socket, pipe, device) is refused before a byte is kept.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from modelkeep.errors import InvalidArtifactError
from modelkeep.storage.staging import ArtifactWriter


@dataclass(frozen=True, slots=True)
class Listing:
    """What is below a folder: files with their names in the artifact, and empty folders."""

    files: list[tuple[Path, str]]
    empty_folders: list[str]


def files_of(source: Path) -> Listing:
    """Return the file, or all files below the folder, that `source` names.

    Raises:
        InvalidArtifactError: It is not there, cannot be read, or holds something that is no file.
    """
    listing = Listing([], [])
    if source.is_dir():
        _walk(source, source.resolve(), "", (), listing)
    else:
        listing.files.append((source, source.name))
    for path, name in listing.files:
        _check_regular(path)
        _check_name(Path(name))
    listing.empty_folders.sort()
    return listing


def take_in(source: Path, writer: ArtifactWriter, *, name: str = "") -> None:
    """Add a file, or all files of a folder, to an artifact; they are read later.

    Args:
        source: The file or folder.
        writer: Of the artifact.
        name: What a single file is called in the artifact; empty for its own name.

    Raises:
        InvalidArtifactError: It is not there, cannot be read, or holds something that is no file.
    """
    listing = files_of(source)
    for path, own_name in listing.files:
        _adopt(path, name or own_name, writer)
    writer.empty_folders.extend(listing.empty_folders)


def total_bytes(source: Path) -> int:
    """Return the size of a file, or of all files below a folder; 0 for what is not there."""
    if not source.is_dir():
        return source.stat().st_size if source.exists() else 0
    return sum(path.stat().st_size for path in source.rglob("*") if path.is_file())


def _walk(folder: Path, root: Path, prefix: str, above: tuple[Path, ...], listing: Listing) -> None:
    real = folder.resolve()
    if real in above:
        raise InvalidArtifactError(str(folder), "it is a link in a loop")
    try:
        names = sorted(entry.name for entry in os.scandir(folder))
    except OSError as error:
        raise InvalidArtifactError(str(folder), f"it cannot be read ({error.strerror})") from error
    for name in names:
        path = folder / name
        _check_name(path)
        if path.is_symlink():
            _check_link(path, root)
        if path.is_dir():
            _walk(path, root, f"{prefix}{name}/", (*above, real), listing)
        else:
            listing.files.append((path, f"{prefix}{name}"))
    if not names and prefix:
        listing.empty_folders.append(prefix.rstrip("/"))


def _check_name(path: Path) -> None:
    try:
        path.name.encode()
    except UnicodeEncodeError as error:
        raise InvalidArtifactError(
            ascii(str(path)), "its name is not Unicode, so it could not be written down"
        ) from error
    if "\\" in path.name:
        raise InvalidArtifactError(str(path), "its name has a backslash")


def _check_link(path: Path, root: Path) -> None:
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise InvalidArtifactError(str(path), "it is a link in a loop or to nothing") from error
    if not target.is_relative_to(root):
        raise InvalidArtifactError(
            str(path), f"it is a link out of the folder, to {target}; copy the file in its place"
        )


def _check_regular(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        raise InvalidArtifactError(str(path), "there is no such file or folder") from error
    except (OSError, ValueError) as error:
        raise InvalidArtifactError(str(path), f"it cannot be read ({error})") from error
    if not stat.S_ISREG(mode):
        kinds = {stat.S_IFSOCK: "socket", stat.S_IFIFO: "pipe", stat.S_IFBLK: "device"}
        kind = kinds.get(stat.S_IFMT(mode), "device")
        raise InvalidArtifactError(str(path), f"it is a {kind}; only files and folders can be kept")


def _adopt(path: Path, name: str, writer: ArtifactWriter) -> None:
    try:
        source = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise InvalidArtifactError(str(path), f"it cannot be read ({error.strerror})") from error
    try:
        executable = bool(os.fstat(source).st_mode & stat.S_IXUSR)
    finally:
        os.close(source)
    writer.adopt(name, path, executable=executable)
