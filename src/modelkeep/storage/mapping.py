"""Arrays and tensors over a mapped file: nothing is read until it is used, and nothing twice."""

from __future__ import annotations

import mmap
import os
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from modelkeep.errors import InvalidInputError
from modelkeep.storage.cache import MaterialisedCache
from modelkeep.storage.formats.array_files import LONE_ARRAY, NPY, ArrayFile
from modelkeep.storage.formats.base import installed
from modelkeep.storage.formats.in_place import tensor_over
from modelkeep.storage.hashing import Progress, no_progress
from modelkeep.storage.manifest import Manifest

MAPPABLE = ("safetensors", "numpy", "file")
"""Formats whose files may hold arrays that can be mapped; of a plain file its bytes tell."""


def load_mapped(
    manifest: Manifest, cache: MaterialisedCache, progress: Progress = no_progress
) -> Any:
    """Return the arrays of an artifact, mapped from the cache.

    Raises:
        IntegrityError: What is stored is missing or damaged.
        InvalidInputError: It holds no arrays that can be mapped.
        StorageUnavailableError: The cache cannot be written.
    """
    check_mappable(manifest.format)
    entry = manifest.files[0]
    with cache.open(entry, progress) as file:
        return _arrays_in(file, entry.path)


def map_arrays(path: Path, format_name: str) -> Any:
    """Return the arrays in a file without reading them.

    Arrays of numpy are read-only. Kinds that numpy lacks (bfloat16, float8) are those of
    `ml_dtypes` where that is installed, else unsigned integers with the same bits. A safetensors
    file that says it was written by torch gives torch's tensors, where torch is installed; these
    can be written to, which changes neither the file nor what others see.

    Entries of a npz file may begin anywhere, so their arrays need not be aligned; compressed ones
    are decompressed to memory.

    Args:
        path: The file; it must not become shorter while an array of it is used.
        format_name: Name of its format.

    Returns:
        A dict of arrays by name; of a npy file, its array.

    Raises:
        IntegrityError: A header does not hold together.
        InvalidInputError: The format, or the file, has no arrays that can be mapped.
        OSError: The file cannot be read.
    """
    check_mappable(format_name)
    with path.open("rb") as file:
        return _arrays_in(file, str(path))


def check_mappable(format_name: str) -> None:
    """Refuse a format whose objects cannot be mapped.

    Raises:
        InvalidInputError: It is such a format.
    """
    if format_name not in MAPPABLE:
        raise InvalidInputError(
            f"the format {format_name!r} cannot be mapped; "
            f"those that can are {', '.join(MAPPABLE)}: load it without mmap"
        )


def _arrays_in(file: BinaryIO, source: str) -> Any:
    size = os.fstat(file.fileno()).st_size
    found = ArrayFile(file, size, source)
    if found.framework == "pt" and installed("torch"):
        # torch warns of memory that it may not write; this copies a page when it is written to.
        private = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_COPY)
        places = {name: found.place(name) for name in found.names()}
        return {name: tensor_over(place, private, place.offset) for name, place in places.items()}
    shared = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)
    if found.form == NPY:
        return found.place(LONE_ARRAY).over(shared)
    return {name: _array(found, name, shared) for name in found.names()}


def _array(found: ArrayFile, name: str, mapped: mmap.mmap) -> np.ndarray[Any, Any]:
    place = found.place(name)
    if place.offset >= 0:
        return place.over(mapped)
    array = found.decompressed(name)
    array.flags.writeable = False
    return array
