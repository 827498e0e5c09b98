"""What folders take on disk."""

from __future__ import annotations

from pathlib import Path

_BLOCK = 512
_DATABASE = "catalogue.sqlite"


def used(folder: Path, *, database: bool = False) -> int:
    """Return the bytes of all files below a folder.

    Args:
        folder: Of a registry, or of a peer.
        database: Whether the catalogue counts.
    """
    return sum(path.stat().st_size for path in _files(folder, database=database))


def allocated(folder: Path) -> int:
    """Return the bytes of the blocks that the file system keeps for them, without the catalogue."""
    return sum(path.stat().st_blocks * _BLOCK for path in _files(folder, database=False))


def _files(folder: Path, *, database: bool) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and (database or not path.name.startswith(_DATABASE))
    ]
