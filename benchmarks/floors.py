"""Floors: what the operating system takes for the work that cannot be left out."""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from pathlib import Path


def write_synced(folder: Path, content: bytes, count: int) -> None:
    """Write and sync so many new files, one after the other."""
    for _ in range(count):
        handle = os.open(folder / uuid.uuid4().hex, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        try:
            os.write(handle, content)
            os.fsync(handle)
        finally:
            os.close(handle)


def copy_and_hash(source: Path, target: Path) -> str:
    """Copy a file as the standard library does, then hash the copy."""
    shutil.copyfile(source, target)
    with target.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy_hash_and_sync(source: Path, target: Path) -> str:
    """Copy a file, then hash the copy, then sync it."""
    sha256 = copy_and_hash(source, target)
    handle = os.open(target, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return sha256
