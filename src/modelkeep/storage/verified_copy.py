"""Copies whose bytes are held against the digest they must have."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from modelkeep.errors import IntegrityError
from modelkeep.storage.blobs import Blobs
from modelkeep.storage.blobs.base import LocalPaths
from modelkeep.storage.hashing import Progress, new_digest

_PIECE = 1 << 20


def copy_verified(
    source: BinaryIO,
    target: Path,
    *,
    digest: str,
    algorithm: str,
    where: str,
    progress: Progress,
) -> int:
    """Copy what is left of a stream to a new file, not synced yet; return its length.

    Args:
        source: Read to its end.
        target: The file; it must not exist. It is gone again when this raises.
        digest: What the bytes must digest to, hexadecimal.
        algorithm: By what, "sha256" or "blake3".
        where: How the source is named in errors.
        progress: Told of bytes.

    Raises:
        IntegrityError: The bytes are others.
    """
    actual, size = new_digest(algorithm), 0
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        while piece := source.read(_PIECE):
            actual.update(memoryview(piece))
            size += len(piece)
            view = memoryview(piece)
            while view:
                view = view[os.write(handle, view) :]
            progress(len(piece))
        _compare(where, algorithm, digest, actual.hexdigest())
    except BaseException:
        target.unlink()
        raise
    finally:
        os.close(handle)
    return size


def _compare(where: str, algorithm: str, expected: str, actual: str) -> None:
    if actual != expected:
        raise IntegrityError(where, expected=expected, actual=actual, algorithm=algorithm)


def copy_pack(name: str, source: Blobs, target: Blobs, *, staging: Path, progress: Progress) -> int:
    """Copy a pack; it is whole and durable in the target when this returns.

    Args:
        name: Its BLAKE3.
        source: Where it is.
        target: Where it goes.
        staging: A new name on the file system of the target.
        progress: Told of bytes.

    Returns:
        Its length.

    Raises:
        IntegrityError: It is missing or damaged where it is.
        StorageUnavailableError: It could not be kept.
    """
    where = str(source.path(name)) if isinstance(source, LocalPaths) else f"pack {name}"
    with source.get(name) as stream:
        size = copy_verified(
            stream, staging, digest=name, algorithm="blake3", where=where, progress=progress
        )
    target.put(name, staging)
    return size
