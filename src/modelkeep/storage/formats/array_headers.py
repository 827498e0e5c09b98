"""Headers of safetensors and npy files, from which the places of arrays follow.

They are bounded in size, held against the file, and nothing in them is executed. safetensors:
https://github.com/huggingface/safetensors#format; npy:
https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.
"""

from __future__ import annotations

import ast
import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

import msgspec
import numpy as np

from modelkeep.errors import InvalidInputError
from modelkeep.storage.chunking import npy_files
from modelkeep.storage.chunking.bounded_file import BoundedFile, MalformedFileError
from modelkeep.storage.chunking.region import MAX_HEADER_BYTES, MAX_REGIONS
from modelkeep.storage.formats import number_kinds

_LENGTH_BYTES = 8
_MOST_DIMENSIONS = 64
_LONGEST_NPY_HEADER = 10_000  # what numpy itself reads without being told to trust the file
_NPY_LENGTHS = {1: "<H", 2: "<I", 3: "<I"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrayPlace:
    """An array in a file.

    Attributes:
        kind: Name of its numbers, as numpy and torch have it: `float32`, `bfloat16`.
        dtype: The same for numpy; unsigned integers with the same bits where numpy lacks it.
        shape: Its shape.
        offset: Where its bytes begin in the file; -1 where they are compressed.
        fortran: Whether the first axis runs fastest.
    """

    kind: str
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    offset: int
    fortran: bool = False

    @property
    def length(self) -> int:
        """How many bytes it has."""
        return math.prod(self.shape) * self.dtype.itemsize

    def over(self, buffer: Any, offset: int | None = None) -> np.ndarray[Any, Any]:
        """Return the array over bytes that hold it; it is writable where they are.

        Args:
            buffer: The file's bytes, or others.
            offset: Where the array begins in them; None for its offset in the file.
        """
        return np.ndarray(
            self.shape,
            self.dtype,
            buffer=buffer,
            offset=self.offset if offset is None else offset,
            order="F" if self.fortran else "C",
        )


def refuse(source: str, what: str) -> NoReturn:
    """Say that a file is none whose arrays can be reached.

    Raises:
        InvalidInputError: Always.
    """
    raise InvalidInputError(
        f"the arrays of {source} cannot be reached one by one: {what}; "
        "files that can are safetensors, npy and npz, without Python objects"
    )


class _Entry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    # `__metadata__` is read as one too, and may use these words for strings of its own.
    dtype: str = ""
    shape: tuple[int, ...] | str = ()
    data_offsets: tuple[int, int] | str = (0, 0)
    format: str = ""


def safetensors_header(file: BoundedFile) -> tuple[dict[str, ArrayPlace], str]:
    """Return the tensors by name, sorted, and what the file says they are: `pt`, `np`, or "".

    Raises:
        MalformedFileError: The header does not hold together.
        InvalidInputError: A tensor is of a kind that is not known here.
    """
    length = int.from_bytes(file.read(0, _LENGTH_BYTES), "little")
    if length > MAX_HEADER_BYTES:
        raise MalformedFileError(f"a header of {length} bytes")
    entries = _decoded(file.read(_LENGTH_BYTES, length))
    metadata = entries.pop("__metadata__", None)
    start = _LENGTH_BYTES + length
    end = 0
    for name, entry in sorted(entries.items(), key=lambda item: item[1].data_offsets):
        # As the library wants it: one after another, none left out, nothing over.
        if entry.data_offsets[0] != end:
            raise MalformedFileError(f"{name!r} does not begin where the one before it ends")
        end = entry.data_offsets[1]
    if start + end != file.size:
        raise MalformedFileError(f"{start + end} bytes are told of, not {file.size}")
    places = {name: _tensor(name, entry, start) for name, entry in sorted(entries.items())}
    return places, metadata.format if metadata else ""


def _decoded(header: bytes) -> dict[str, Any]:
    # What decoding may take in memory is known before: it makes nothing else than these.
    if header.count(b"{") > MAX_REGIONS + 2 or header.count(b",") > 16 * MAX_REGIONS:
        raise MalformedFileError("too many tensors")
    entries = msgspec.json.decode(header, type=dict[str, _Entry])
    for name, entry in entries.items():
        texts = isinstance(entry.shape, str) or isinstance(entry.data_offsets, str)
        if name != "__metadata__" and (texts or not entry.dtype):
            raise MalformedFileError(f"{name!r} has no kind, shape or place")
    return entries


def _tensor(name: str, entry: Any, start: int) -> ArrayPlace:
    kind = number_kinds.OF_SAFETENSORS.get(entry.dtype)
    if kind is None:
        raise InvalidInputError(
            f"tensor {name!r} holds numbers of the kind {entry.dtype}; "
            f"known are {', '.join(number_kinds.OF_SAFETENSORS)}"
        )
    begin, end = entry.data_offsets
    place = ArrayPlace(
        kind=kind,
        dtype=number_kinds.numpy_dtype(kind),
        shape=entry.shape,
        offset=start + begin,
    )
    if len(entry.shape) > _MOST_DIMENSIONS or min(entry.shape, default=0) < 0:
        raise MalformedFileError(f"{name!r} has the shape {entry.shape}")
    if place.length != end - begin:
        raise MalformedFileError(f"{name!r} has a shape of another length")
    return place


def npy_header(read: Callable[[int], bytes], source: str) -> ArrayPlace:
    """Return the array that follows a header, its offset still to be told.

    Args:
        read: Gives so many of the next bytes.
        source: How the file is named in errors.

    Raises:
        MalformedFileError: The header does not hold together.
        InvalidInputError: The array holds Python objects.
    """
    prefix = read(len(npy_files.MAGIC) + 2)
    if not prefix.startswith(npy_files.MAGIC) or prefix[-2] not in _NPY_LENGTHS:
        raise MalformedFileError("no npy file of a known version")
    form = _NPY_LENGTHS[prefix[-2]]
    (length,) = struct.unpack(form, read(struct.calcsize(form)))
    if length > _LONGEST_NPY_HEADER:
        raise MalformedFileError(f"a header of {length} bytes")
    text = read(length).decode("utf-8" if prefix[-2] == max(_NPY_LENGTHS) else "latin1")
    try:
        header = ast.literal_eval(text)
        dtype = np.lib.format.descr_to_dtype(header["descr"])
        shape, fortran = header["shape"], header["fortran_order"]
        sound = len(shape) <= _MOST_DIMENSIONS and all(type(each) is int for each in shape)
    except (ValueError, SyntaxError, TypeError, LookupError, RecursionError, MemoryError) as error:
        raise MalformedFileError(f"a header that is none ({error})") from error
    if not sound or type(fortran) is not bool or min(shape, default=0) < 0 or dtype.subdtype:
        raise MalformedFileError("a header with another shape or type than an array has")
    if dtype.hasobject:
        refuse(source, "it holds Python objects")
    return ArrayPlace(kind=str(dtype), dtype=dtype, shape=tuple(shape), offset=-1, fortran=fortran)
