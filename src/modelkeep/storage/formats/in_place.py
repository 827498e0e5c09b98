"""Arrays and tensors made directly over the decoded bytes of a file: nothing is copied again.

All arrays of a file share one buffer, which lives as long as any of them. A file whose headers do
not hold together, or that holds kinds which are not known here, is left to its library's reader.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np

from modelkeep.errors import IntegrityError, InvalidInputError
from modelkeep.storage.formats import number_kinds
from modelkeep.storage.formats.array_files import (
    LONE_ARRAY,
    NPY,
    NPZ,
    SAFETENSORS,
    ArrayFile,
    ViewFile,
)
from modelkeep.storage.formats.array_headers import ArrayPlace
from modelkeep.storage.formats.base import installed
from modelkeep.storage.reading import ArtifactReader

_Bytes = bytearray | memoryview
_WIDEST = 8


def read_safetensors(files: ArtifactReader) -> Any:
    """Return the tensors of a safetensors file by name: torch's where it says so, else arrays."""
    name = files.names()[0]
    # What is raised while the bytes are fetched is damage, and not this file's own fault.
    buffer = files.buffer(name)
    with suppress(IntegrityError, InvalidInputError):
        return _tensors_over(buffer, name)
    del buffer
    return _safetensors_by_library(files, name)


def read_numpy(files: ArtifactReader) -> Any:
    """Return the array of a npy file, or the dict of arrays of a npz file."""
    name = files.names()[0]
    buffer = files.buffer(name)
    with suppress(IntegrityError, InvalidInputError):
        return _arrays_over(buffer, name)
    del buffer
    return _numpy_by_library(files, name)


def tensor_over(place: ArrayPlace, buffer: Any, offset: int) -> Any:
    """Return a torch tensor over bytes that hold it, which must be writable.

    Raises:
        InvalidInputError: This release of torch has no such numbers.
    """
    import torch

    dtype = number_kinds.torch_dtype(place.kind)
    if dtype is None:
        raise InvalidInputError(f"torch {torch.__version__} has no {place.kind}")
    if not place.length:
        return torch.empty(place.shape, dtype=dtype)
    count = place.length // place.dtype.itemsize
    tensor = torch.frombuffer(buffer, dtype=dtype, count=count, offset=offset)
    return tensor.reshape(place.shape)


def _tensors_over(buffer: _Bytes, name: str) -> dict[str, Any]:
    found = _array_file(buffer, name)
    if found.form != SAFETENSORS:
        raise InvalidInputError(f"{name} is a {found.form} file")
    places = {key: found.place(key) for key in found.names()}
    start = min((place.offset for place in places.values()), default=len(buffer))
    # The writers of old did not pad the header. What precedes the numbers has been read.
    back = start - _moved(buffer, start, len(buffer) - start, _WIDEST)
    if found.framework == "pt" and installed("torch"):
        tensors = {
            key: tensor_over(place, buffer, place.offset - back) for key, place in places.items()
        }
        return {
            key: tensor.clone() if tensor.data_ptr() % min(_WIDEST, tensor.itemsize) else tensor
            for key, tensor in tensors.items()
        }
    for key, place in places.items():
        if not number_kinds.is_exact(place.kind):
            raise InvalidInputError(f"numpy has no {place.kind}, which {key!r} is of")
    return {key: _aligned(place.over(buffer, place.offset - back)) for key, place in places.items()}


def _arrays_over(buffer: _Bytes, name: str) -> Any:
    found = _array_file(buffer, name)
    if found.form == NPY:
        return _array_over(buffer, found.place(LONE_ARRAY))
    if found.form != NPZ or not found.are_apart():
        raise InvalidInputError(f"{name} is not a npz file, or its entries share bytes")
    # All headers are read, and what is compressed, before anything moves.
    places = {key: found.place(key) for key in found.names()}
    packed = {key: found.decompressed(key) for key, place in places.items() if place.offset < 0}
    return {
        key: packed[key] if key in packed else _array_over(buffer, place)
        for key, place in places.items()
    }


def _array_file(buffer: _Bytes, name: str) -> ArrayFile:
    view = memoryview(buffer)
    return ArrayFile(ViewFile(view), len(buffer), name)  # type: ignore[arg-type]


def _array_over(buffer: _Bytes, place: ArrayPlace) -> np.ndarray[Any, Any]:
    # Entries of a zip begin anywhere. The header before the array is longer than any alignment.
    offset = _moved(buffer, place.offset, place.length, place.dtype.alignment)
    return _aligned(place.over(buffer, offset))


def _moved(buffer: _Bytes, offset: int, length: int, alignment: int) -> int:
    """Move bytes back to where numbers of this alignment may lie; return where that is."""
    address = np.frombuffer(buffer, np.uint8).ctypes.data + offset if length else 0
    back = address % alignment
    if not back or back > offset:
        return offset
    view = memoryview(buffer)
    view[offset - back : offset - back + length] = view[offset : offset + length]
    return offset - back


def _aligned(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return array if array.flags.aligned else array.copy(order="K")


def _safetensors_by_library(files: ArtifactReader, name: str) -> dict[str, Any]:
    from safetensors import safe_open

    path = files.path(name)
    with safe_open(path, framework="np") as found:
        metadata = found.metadata() or {}
    framework = "pt" if metadata.get("format") == "pt" and installed("torch") else "np"
    with safe_open(path, framework=framework) as found:
        return {key: found.get_tensor(key) for key in found.keys()}  # noqa: SIM118


def _numpy_by_library(files: ArtifactReader, name: str) -> Any:
    with files.path(name).open("rb") as file:
        found = np.load(file, allow_pickle=False)
        if isinstance(found, np.ndarray):
            return found
        with found:
            return {key: found[key] for key in found.files}
