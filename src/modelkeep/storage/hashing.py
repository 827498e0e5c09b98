"""Digests of files with bounded memory: SHA-256 for what people verify, BLAKE3 for packs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Protocol

Progress = Callable[[int], None]
"""Called with the number of bytes that were done since the last call."""

_PIECE = 1 << 20


class Digest(Protocol):
    """What the hash objects of `hashlib` and `blake3` have in common."""

    def update(self, data: memoryview, /) -> object:
        """Take more bytes in."""
        ...

    def digest(self) -> bytes:
        """Return the digest of what was taken in."""
        ...

    def hexdigest(self) -> str:
        """Return it in hexadecimal."""
        ...


def no_progress(_done_bytes: int) -> None:
    """Ignore progress."""


def new_digest(algorithm: str) -> Digest:
    """Return a hash object of "sha256" or "blake3"."""
    if algorithm == "blake3":
        from blake3 import blake3

        return blake3()
    return hashlib.new(algorithm)


def hash_stream(
    stream: BinaryIO, progress: Progress = no_progress, *, algorithm: str = "sha256"
) -> tuple[str, int]:
    """Return the digest (hexadecimal) of what is left in the stream, and its length in bytes."""
    digest, size = new_digest(algorithm), 0
    buffer = memoryview(bytearray(_PIECE))
    while count := stream.readinto(buffer):  # type: ignore[attr-defined]
        digest.update(buffer[:count])
        size += count
        progress(count)
    return digest.hexdigest(), size


def hash_file(
    path: Path, progress: Progress = no_progress, *, algorithm: str = "sha256"
) -> tuple[str, int]:
    """Return the digest (hexadecimal) of a file, and its length in bytes."""
    with path.open("rb", buffering=0) as file:
        return hash_stream(file, progress, algorithm=algorithm)
