"""A cache of what was read from an object store, shared by the processes of a machine.

It keeps blocks of blobs, which never change, as files: the bytes and behind them their BLAKE3. A
file is written under another name and renamed, so it is there whole or not at all; one whose digest
does not hold is removed and fetched again. What was not used longest goes first.
"""

from __future__ import annotations

import io
import logging
import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from modelkeep.storage.blobs.base import BlobInfo, Blobs

_LOG = logging.getLogger("modelkeep")
_BLOCK_BYTES = 4 << 20
_DIGEST_BYTES = 32
_CHECKED_EACH = 32  # puts between two looks at how much room is taken


class CachedBlobs:
    """Blobs that are read through a folder of this machine.

    Args:
        blobs: Where they are.
        folder: For the blocks; made when it is missing.
        most_bytes: How much room blocks may take; 0 for no cache.
    """

    def __init__(self, blobs: Blobs, folder: Path, most_bytes: int) -> None:
        self._blobs = blobs
        self._folder = folder
        self._most_bytes = most_bytes
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()
        self._puts = 0
        self._is_told = False

    def put(self, name: str, staged: Path) -> bool:
        """Keep a complete file; it is not put in the cache, since few read what they just wrote."""
        return self._blobs.put(name, staged)

    def exists(self, name: str) -> bool:
        """Whether the blob is there."""
        return self._blobs.exists(name)

    def list(self) -> Iterator[BlobInfo]:
        """Give every blob that is there, in the order of names."""
        return self._blobs.list()

    def delete(self, name: str) -> int:
        """Remove the blob, and what the cache has of it."""
        freed = self._blobs.delete(name)
        for path in self._folder.glob(f"{name[:2]}/{name}-*"):
            with suppress(OSError):
                path.unlink()
        return freed

    @contextmanager
    def get(self, name: str) -> Iterator[BinaryIO]:
        """Open the blob for reading from its start; who reads it whole checks it, so not cached."""
        with self._blobs.get(name) as stream:
            yield stream

    def range(self, name: str, offset: int, length: int) -> bytes:
        """Return so many bytes from there on, fewer at the end of the blob."""
        if not self._most_bytes or length <= 0:
            return self._blobs.range(name, offset, length)
        first, last = offset // _BLOCK_BYTES, (offset + length - 1) // _BLOCK_BYTES
        out = io.BytesIO()
        for number in range(first, last + 1):
            block = self._block(name, number)
            start = max(0, offset - number * _BLOCK_BYTES)
            stop = min(len(block), offset + length - number * _BLOCK_BYTES)
            out.write(block[start:stop])
            if len(block) < _BLOCK_BYTES:
                break
        return out.getvalue()

    def _block(self, name: str, number: int) -> bytes:
        path = self._folder / name[:2] / f"{name}-{number}"
        found = self._kept(path)
        if found is not None:
            return found
        with self._guard:
            lock = self._locks.setdefault(path.name, threading.Lock())
        try:
            # Of the threads that want it, one asks.
            with lock:
                found = self._kept(path)
                if found is None:
                    found = self._blobs.range(name, number * _BLOCK_BYTES, _BLOCK_BYTES)
                    self._keep(path, found)
        finally:
            with self._guard:
                self._locks.pop(path.name, None)
        return found

    def _kept(self, path: Path) -> bytes | None:
        from blake3 import blake3

        try:
            content = path.read_bytes()
        except OSError:
            return None
        block, digest = content[:-_DIGEST_BYTES], content[-_DIGEST_BYTES:]
        if len(content) >= _DIGEST_BYTES and blake3(block).digest() == digest:
            with suppress(OSError):
                os.utime(path)
            return block
        _LOG.warning("a damaged block of the cache is fetched again: %s", path)
        with suppress(OSError):
            path.unlink()
        return None

    def _keep(self, path: Path, block: bytes) -> None:
        from blake3 import blake3

        partial = path.with_name(f".{uuid.uuid4().hex}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with partial.open("xb") as file:
                file.write(block)
                file.write(blake3(block).digest())
            os.replace(partial, path)
        except OSError as error:
            with suppress(OSError):
                partial.unlink()
            if not self._is_told:
                self._is_told = True
                _LOG.warning("nothing is cached in %s: %s", self._folder, error)
            return
        self._puts += 1
        if self._puts % _CHECKED_EACH == 1:
            self._make_room()

    def _make_room(self) -> None:
        """Remove what was not used longest; other processes may do the same at once."""
        found: list[tuple[float, int, Path]] = []
        for path in self._folder.glob("??/*"):
            with suppress(OSError):
                state: Any = path.stat()
                found.append((state.st_mtime, state.st_size, path))
        taken = sum(size for _, size, _ in found)
        for _, size, path in sorted(found, key=lambda each: each[0]):
            if taken <= self._most_bytes:
                return
            with suppress(OSError):
                path.unlink()
            taken -= size
