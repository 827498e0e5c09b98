"""Packs that let their readers wait, and packs that are damaged."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from modelkeep.orchestrator.services import Services

_PATIENCE_SECONDS = 240.0


@contextmanager
def stuck(pack: Path) -> Iterator[Callable[[], int]]:
    """Let whoever reads a pack wait for ever; the function that it gives returns who does.

    From then on others find the pack as it was.
    """
    aside = pack.with_name(f"{pack.name}.aside")
    pack.rename(aside)
    os.mkfifo(pack)
    # As long as somebody might write to it, readers wait.
    held = os.open(pack, os.O_RDWR)

    def reader() -> int:
        found = _reader_of(pack)
        aside.replace(pack)
        return found

    try:
        yield reader
    finally:
        if aside.exists():
            aside.replace(pack)
        os.close(held)


def _reader_of(pipe: Path) -> int:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for process in Path("/proc").glob("[0-9]*"):
            if int(process.name) != os.getpid() and _has_open(process, pipe):
                return int(process.name)
        time.sleep(0.02)
    raise AssertionError("nobody reads the pack")


def _has_open(process: Path, file: Path) -> bool:
    try:
        return any(os.readlink(each) == str(file) for each in (process / "fd").iterdir())
    except OSError:
        # It has ended, or belongs to somebody else.
        return False


def biggest_pack(mk: Services) -> Path:
    packs = Path(mk.config.storage_path).glob("blobs/*/*")
    return max(packs, key=lambda path: (path.stat().st_size, path.name))


def flip(path: Path) -> None:
    """Damage the byte in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)
