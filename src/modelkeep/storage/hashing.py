"""SHA-256 of files, alone or while they are copied, with bounded memory."""

from __future__ import annotations

import errno
import hashlib
import os
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

Progress = Callable[[int], None]
"""Called with the number of bytes that were done since the last call."""

_PIECE = 1 << 20
_COPY_PIECE = 8 << 20
# What the kernel says of file systems, pairs of them, and pipes that it cannot copy by itself.
_NOT_SUPPORTED = (errno.ENOSYS, errno.EXDEV, errno.EINVAL, errno.EOPNOTSUPP, errno.EBADF)


def no_progress(_done_bytes: int) -> None:
    """Ignore progress."""


def hash_stream(stream: BinaryIO, progress: Progress = no_progress) -> tuple[str, int]:
    """Return the SHA-256 (hexadecimal) of what is left in the stream, and its length in bytes."""
    digest, size = hashlib.sha256(), 0
    buffer = memoryview(bytearray(_PIECE))
    while count := stream.readinto(buffer):  # type: ignore[attr-defined]
        digest.update(buffer[:count])
        size += count
        progress(count)
    return digest.hexdigest(), size


def hash_file(path: Path, progress: Progress = no_progress) -> tuple[str, int]:
    """Return the SHA-256 (hexadecimal) of a file, and its length in bytes."""
    with path.open("rb", buffering=0) as file:
        return hash_stream(file, progress)


def copy_hashed(source: int, target: int, progress: Progress = no_progress) -> tuple[str, int]:
    """Copy one open file to another inside the kernel, and hash what arrived.

    The digest is taken from the copy, so it is that of the stored bytes also when someone writes
    to the source meanwhile. Copying and hashing run at the same time, on two cores where there
    are two.

    Args:
        source: Descriptor to read from its current position to its end.
        target: Descriptor of an empty file, open for reading and writing.
        progress: Told of bytes as they are hashed.

    Returns:
        The SHA-256 (hexadecimal) and the number of bytes.
    """
    done: queue.SimpleQueue[int] = queue.SimpleQueue()
    follower = _Follower(target, done, progress)
    thread = threading.Thread(target=follower.run, name="modelkeep-hash", daemon=True)
    started = False
    size = 0
    try:
        while count := _copy_piece(source, target):
            size += count
            done.put(count)
            if not started and size > _PIECE:
                thread.start()
                started = True
    finally:
        done.put(0)
        if started:
            thread.join()
    if not started:
        follower.run()
    return follower.result()


def _copy_piece(source: int, target: int) -> int:
    try:
        return os.copy_file_range(source, target, _COPY_PIECE)
    except OSError as error:
        if error.errno not in _NOT_SUPPORTED:
            raise
    piece = os.read(source, _PIECE)
    view = memoryview(piece)
    while view:
        view = view[os.write(target, view) :]
    return len(piece)


class _Follower:
    """Hashes a file as far as another thread has written it."""

    def __init__(self, handle: int, done: queue.SimpleQueue[int], progress: Progress) -> None:
        self._handle = handle
        self._done = done
        self._progress = progress
        self._digest = hashlib.sha256()
        self._size = 0
        self._failure: BaseException | None = None

    def run(self) -> None:
        try:
            while count := self._done.get():
                self._take(count)
        except BaseException as error:  # noqa: BLE001 - carried to the thread that asked
            self._failure = error

    def _take(self, count: int) -> None:
        end = self._size + count
        while self._size < end:
            piece = os.pread(self._handle, min(_PIECE, end - self._size), self._size)
            if not piece:
                raise OSError(f"the copy is shorter than the {end} bytes written to it")
            self._digest.update(piece)
            self._size += len(piece)
            self._progress(len(piece))

    def result(self) -> tuple[str, int]:
        if self._failure is not None:
            raise self._failure
        return self._digest.hexdigest(), self._size
