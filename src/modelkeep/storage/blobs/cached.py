"""A cache of what was read from an object store, shared by the processes of a machine.

It keeps blocks of blobs, which never change, as files: the bytes and behind them the BLAKE3 of
these and of their name. A file is written under another name and renamed, so it is there whole or
not at all; one whose digest does not hold is removed and fetched again. What was not used longest
goes first.
"""

from __future__ import annotations

import logging
import os
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import BinaryIO

from modelkeep.storage.blobs.base import BlobInfo, Blobs

_LOG = logging.getLogger("modelkeep")
_BLOCK_BYTES = 4 << 20
_DIGEST_BYTES = 32
_SLACK = 16  # a part of the room is made free at once, so that the folder is seldom listed


class CachedBlobs:
    """Blobs that are read through a folder of this machine.

    Args:
        blobs: Where they are.
        folder: For the blocks; made when it is missing.
        most_bytes: How much room blocks may take; each further process that writes at the same
            time may add a sixteenth. With less than a block nothing is cached.
    """

    def __init__(self, blobs: Blobs, folder: Path, most_bytes: int) -> None:
        self._blobs = blobs
        self._folder = folder
        self._most_bytes = most_bytes
        self._slack_bytes = max(most_bytes // _SLACK, _BLOCK_BYTES)
        self._unseen_bytes = self._slack_bytes
        self._guard = threading.Lock()
        self._loading: dict[str, Future[bytes]] = {}
        self._is_told = False

    def put(self, name: str, staged: Path) -> bool:
        """Keep a complete file; it is not put in the cache, since few read what they just wrote."""
        is_new = self._blobs.put(name, staged)
        if is_new:
            # It may have taken the place of a damaged one.
            self.forget(name)
        return is_new

    def exists(self, name: str) -> bool:
        """Whether the blob is there."""
        return self._blobs.exists(name)

    def list(self) -> Iterator[BlobInfo]:
        """Give every blob that is there, in the order of names."""
        return self._blobs.list()

    def delete(self, name: str) -> int:
        """Remove the blob, and what the cache has of it."""
        freed = self._blobs.delete(name)
        self.forget(name)
        return freed

    def forget(self, name: str) -> None:
        """Remove what the cache has of a blob, such as bytes that were damaged when they came."""
        for path in self._folder.glob(f"{name[:2]}/{name}-*"):
            with suppress(OSError):
                path.unlink()

    def get(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Open the blob for reading from its start, past the cache: that is how it is verified."""
        return self._blobs.get(name)

    def range(self, name: str, offset: int, length: int) -> bytes:
        """Return so many bytes from there on, fewer at the end of the blob."""
        if self._most_bytes < _BLOCK_BYTES or length <= 0:
            return self._blobs.range(name, offset, length)
        first, last = offset // _BLOCK_BYTES, (offset + length - 1) // _BLOCK_BYTES
        parts = []
        for number in range(first, last + 1):
            block = self._block(name, number)
            begin = number * _BLOCK_BYTES
            parts.append(block[max(0, offset - begin) : offset + length - begin])
            if len(block) < _BLOCK_BYTES:
                break
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _block(self, name: str, number: int) -> bytes:
        key = f"{name}-{number}"
        with self._guard:
            loading = self._loading.get(key)
            if loading is None:
                own = self._loading[key] = Future[bytes]()
        if loading is not None:
            # Of the threads that want it, one asks.
            return loading.result()
        try:
            block = self._load(name, number)
        except BaseException as error:
            own.set_exception(error)
            raise
        else:
            own.set_result(block)
            return block
        finally:
            with self._guard:
                del self._loading[key]

    def _load(self, name: str, number: int) -> bytes:
        path = self._folder / name[:2] / f"{name}-{number}"
        block = self._kept(path)
        if block is None:
            block = self._blobs.range(name, number * _BLOCK_BYTES, _BLOCK_BYTES)
            self._keep(path, block)
        return block

    def _kept(self, path: Path) -> bytes | None:
        try:
            content = path.read_bytes()
        except OSError:
            return None
        block, digest = content[:-_DIGEST_BYTES], content[-_DIGEST_BYTES:]
        if _digest(path.name, block) == digest:
            with suppress(OSError):
                os.utime(path)
            return block
        _LOG.warning("a damaged block of the cache is fetched again: %s", path)
        with suppress(OSError):
            path.unlink()
        return None

    def _keep(self, path: Path, block: bytes) -> None:
        partial = path.with_name(f".{uuid.uuid4().hex}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with partial.open("xb") as file:
                file.write(block)
                file.write(_digest(path.name, block))
            os.replace(partial, path)
        except OSError as error:
            with suppress(OSError):
                partial.unlink()
            if not self._is_told:
                self._is_told = True
                _LOG.warning("nothing is cached in %s: %s", self._folder, error)
            return
        with self._guard:
            self._unseen_bytes += len(block)
            is_due = self._unseen_bytes >= self._slack_bytes
            if is_due:
                self._unseen_bytes = 0
        if is_due:
            self._make_room()

    def _make_room(self) -> None:
        """Remove what was not used longest; other processes may do the same at once."""
        found: list[tuple[float, int, Path]] = []
        # This finds also what processes left that ended while they were writing.
        for path in self._folder.glob("??/*"):
            with suppress(OSError):
                state = path.stat()
                found.append((state.st_mtime, state.st_size, path))
        taken = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if taken <= self._most_bytes - self._slack_bytes:
                return
            with suppress(OSError):
                path.unlink()
            taken -= size


def _digest(name: str, block: bytes) -> bytes:
    from blake3 import blake3

    return blake3(block).update(name.encode()).digest()
