"""The tensors in what torch.save wrote, reached one by one; nothing in the file is executed.

The archive is described in `chunking.torch_files`; older files, which are one pickle after
another, are refused.
"""

from __future__ import annotations

import math
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np

from modelkeep.storage.chunking.bounded_file import BoundedFile, MalformedFileError
from modelkeep.storage.chunking.region import MAX_REGIONS
from modelkeep.storage.chunking.torch_files import prefix_of
from modelkeep.storage.formats import number_kinds
from modelkeep.storage.formats.array_files import data_start, sound
from modelkeep.storage.formats.array_headers import ArrayPlace, refuse
from modelkeep.storage.formats.tensor_places import StridedPlace
from modelkeep.storage.formats.torch_names import OtherTensor, TensorNote, tensors_in

_LONGEST_PICKLE = 32 << 20
_ENCRYPTED = 1
_KINDS = frozenset(number_kinds.OF_SAFETENSORS.values()) | {"complex128"}


class TorchTensors:
    """The tensors of a torch archive.

    Args:
        file: Seekable, open for reading; its position is moved.
        size: What it holds, in bytes.
        source: How it is named in errors.

    Attributes:
        left_out: Tensors that cannot be reached, and why.

    Raises:
        IntegrityError: The archive or its pickle does not hold together.
        InvalidInputError: It is an archive of other things, or of another byte order.
        UntrustedModelError: Its pickle has steps that none of torch has.
    """

    def __init__(self, file: BinaryIO, size: int, source: str) -> None:
        self.source = source
        self.left_out: dict[str, str] = {}
        self._places: dict[str, ArrayPlace] = {}
        self._file = BoundedFile(file, size)
        self._starts: dict[str, int] = {}
        with sound(source):
            archive = zipfile.ZipFile(file)
            infos = archive.infolist()
            self._entries = {info.filename: info for info in infos}
            if len(infos) != len(self._entries) or len(infos) > MAX_REGIONS:
                raise MalformedFileError("too many entries, or two of one name")
            prefix = prefix_of(self._entries)
            if prefix is None:
                refuse(source, "it is an archive of other things")
            if self._content(archive, f"{prefix}byteorder", b"little") != b"little":
                refuse(source, "its numbers are written with the high byte first")
            pickle = self._content(archive, f"{prefix}data.pkl")
            for name, note in tensors_in(memoryview(pickle), source).items():
                if isinstance(note, OtherTensor):
                    self.left_out[name] = note.why
                else:
                    self._add(name, note, f"{prefix}data/{note.storage.key}")

    def names(self) -> list[str]:
        """Return the names of the tensors, in the order of the pickle."""
        return list(self._places)

    def place(self, name: str) -> ArrayPlace:
        """Return where a tensor is.

        Raises:
            KeyError: There is none of this name.
        """
        return self._places[name]

    def decompressed(self, name: str) -> np.ndarray[Any, Any]:
        """Return none: no tensor here has the offset -1."""
        raise KeyError(name)

    def pieces(self, name: str) -> Iterator[bytes]:
        """Give none, likewise."""
        raise KeyError(name)

    def _content(self, archive: zipfile.ZipFile, name: str, default: bytes = b"") -> bytes:
        info = self._entries.get(name)
        if info is None:
            return default
        if info.flag_bits & _ENCRYPTED or info.file_size > _LONGEST_PICKLE:
            raise MalformedFileError(f"{name!r} is encrypted, or of {info.file_size} bytes")
        return archive.read(info)

    def _add(self, name: str, note: TensorNote, entry: str) -> None:
        if note.kind not in _KINDS:
            self.left_out[name] = f"its numbers are of the kind {note.kind or 'unknown'!s}"
            return
        info = self._entries.get(entry)
        if info is None:
            raise MalformedFileError(f"no entry {entry!r} for {name!r}")
        if info.compress_type != zipfile.ZIP_STORED:
            self.left_out[name] = "it is compressed"
            return
        place = _place(note)
        width = place.dtype.itemsize
        if note.offset * width + place.length > info.file_size:
            raise MalformedFileError(f"{name!r} goes beyond its storage")
        if math.prod(note.shape) * width > max(info.file_size, width):
            self.left_out[name] = "it repeats its numbers by strides of nought"
            return
        if entry not in self._starts:
            self._starts[entry] = data_start(self._file, info)
        self._places[name] = _place(note, self._starts[entry] + note.offset * width)


def _place(note: TensorNote, offset: int = 0) -> ArrayPlace:
    dtype = number_kinds.numpy_dtype(note.kind)
    if _is_in_order(note):
        return ArrayPlace(kind=note.kind, dtype=dtype, shape=note.shape, offset=offset)
    return StridedPlace(
        kind=note.kind, dtype=dtype, shape=note.shape, offset=offset, strides=note.strides
    )


def _is_in_order(note: TensorNote) -> bool:
    """Whether the elements follow one another in C order; of one element, steps are nothing."""
    expected = 1
    for length, step in zip(reversed(note.shape), reversed(note.strides), strict=True):
        if length > 1 and step != expected:
            return False
        expected *= length
    return True
