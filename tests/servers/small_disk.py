"""A small file system of its own, filled by a file that leaves as much room as is asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_PIECE = 64 << 10


class SmallDisk:
    """A mounted file system.

    Args:
        folder: Where it is mounted.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    @contextmanager
    def room(self, size_bytes: int) -> Iterator[None]:
        """Leave so much room in the block."""
        self.fill(size_bytes)
        try:
            yield
        finally:
            self._ballast.unlink()

    def fill(self, size_bytes: int) -> None:
        """Leave so much room, or take what others gave back meanwhile."""
        with self._ballast.open("ab", buffering=0) as file:
            while (free := self.free_bytes - size_bytes) > 0:
                file.write(b"\0" * min(free, _PIECE))

    @property
    def free_bytes(self) -> int:
        found = os.statvfs(self.folder)
        return found.f_bavail * found.f_frsize


@contextmanager
def small_disk(folder: Path, size_bytes: int) -> Iterator[SmallDisk]:
    """Mount a file system in the memory."""
    folder.mkdir(exist_ok=True)
    options = ["-t", "tmpfs", "-o", f"size={size_bytes},mode=755", "modelkeep-test"]
    mount = ["mount", *options, str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
