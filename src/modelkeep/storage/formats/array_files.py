"""The arrays of a safetensors, npy or npz file, reached one by one by what its headers say."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, BinaryIO

import msgspec
import numpy as np

from modelkeep.errors import IntegrityError, ModelkeepError
from modelkeep.storage.chunking import npy_files, zip_files
from modelkeep.storage.chunking.bounded_file import BoundedFile, MalformedFileError
from modelkeep.storage.chunking.region import MAX_REGIONS
from modelkeep.storage.formats.array_headers import (
    ArrayPlace,
    npy_header,
    refuse,
    safetensors_header,
)

SAFETENSORS, NPY, NPZ = "safetensors", "npy", "npz"
LONE_ARRAY = "array"
"""What the array of a npy file is called."""

_HEAD_BYTES = 9
_PIECE_BYTES = 4 << 20
_LOCAL = struct.Struct("<4s5H3L2H")
_ENCRYPTED = 1
_MALFORMED = (
    ValueError,
    msgspec.MsgspecError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OverflowError,
    NotImplementedError,
)


@contextmanager
def sound(source: str) -> Iterator[None]:
    """Say of what a reader stumbles over in this block that the file is damaged.

    Raises:
        IntegrityError: Something in it does not hold together.
    """
    try:
        yield
    except ModelkeepError:
        raise
    except _MALFORMED as error:
        detail = f"its header does not hold together ({error}), and may have been stored so"
        raise IntegrityError(source, detail=detail) from error


def data_start(file: BoundedFile, info: zipfile.ZipInfo) -> int:
    """Return where the bytes of an uncompressed entry of a zip archive begin.

    Raises:
        MalformedFileError: It is encrypted, not where the directory has it, or not all there.
    """
    if info.flag_bits & _ENCRYPTED:
        raise MalformedFileError(f"{info.filename!r} is encrypted")
    fields = _LOCAL.unpack(file.read(info.header_offset, _LOCAL.size))
    if fields[0] != zip_files.MAGIC or info.compress_size != info.file_size:
        raise MalformedFileError(f"{info.filename!r} is not where the directory has it")
    start: int = info.header_offset + _LOCAL.size + fields[9] + fields[10]
    if start + info.file_size > file.size:
        raise MalformedFileError(f"{info.filename!r} goes beyond the end of the file")
    return start


class ArrayFile:
    """The arrays of one file.

    Args:
        file: Seekable, open for reading; its position is moved. Stays the caller's to close.
        size: What it is taken to hold, in bytes.
        source: How it is named in errors.

    Attributes:
        form: `safetensors`, `npy` or `npz`.
        framework: What the header of a safetensors file says its tensors are: `pt`, `np`, or "".
        left_out: None are.

    Raises:
        IntegrityError: A header does not hold together.
        InvalidInputError: It is of another kind.
    """

    def __init__(self, file: BinaryIO, size: int, source: str) -> None:
        self.source = source
        self.framework = ""
        self.left_out: dict[str, str] = {}
        self._file = BoundedFile(file, size)
        self._places: dict[str, ArrayPlace] = {}
        self._entries: dict[str, zipfile.ZipInfo] = {}
        with sound(source):
            head = self._file.read(0, min(_HEAD_BYTES, size))
            if head.startswith(npy_files.MAGIC):
                self.form = NPY
                self._places = {LONE_ARRAY: self._stored_npy(0, size)}
            elif head.startswith(zip_files.MAGIC):
                self.form = NPZ
                self._zip = zipfile.ZipFile(file)
                self._entries = self._arrays_of_zip()
            elif head.endswith(b"{"):
                self.form = SAFETENSORS
                self._places, self.framework = safetensors_header(self._file)
            else:
                refuse(source, "it is of another kind")

    def names(self) -> list[str]:
        """Return the names of the arrays, as the library of the form has them in order."""
        return list(self._entries or self._places)

    def place(self, name: str) -> ArrayPlace:
        """Return where an array is; in a npz, its header is read when it is first asked for.

        Raises:
            KeyError: There is none of this name.
            IntegrityError: Its header does not hold together.
        """
        if name not in self._places:
            with sound(self.source):
                self._places[name] = self._place_in_zip(self._entries[name])
        return self._places[name]

    def decompressed(self, name: str) -> np.ndarray[Any, Any]:
        """Return an array of a npz that is compressed there, by numpy's own reader."""
        with sound(self.source), self._zip.open(self._entries[name]) as stream:
            found: np.ndarray[Any, Any] = np.lib.format.read_array(stream, allow_pickle=False)
            return found

    def pieces(self, name: str) -> Iterator[bytes]:
        """Give the bytes of an array of a npz that is compressed there, a few at a time."""
        missing = self.place(name).length
        with sound(self.source), self._zip.open(self._entries[name]) as stream:
            npy_header(stream.read, self.source)
            while missing:
                piece = stream.read(min(_PIECE_BYTES, missing))
                if not piece:
                    raise MalformedFileError("an array that is shorter than its shape")
                missing -= len(piece)
                yield piece

    def are_apart(self) -> bool:
        """Whether no two entries of a npz share bytes, as they do in none that numpy wrote."""
        end = 0
        for name, entry in sorted(self._entries.items(), key=lambda item: item[1].header_offset):
            if entry.header_offset < end:
                return False
            start = self.place(name).offset
            end = max(start, entry.header_offset + _LOCAL.size) + (
                entry.compress_size if start < 0 else self.place(name).length
            )
        return end <= self._file.size

    def _stored_npy(self, start: int, end: int) -> ArrayPlace:
        position = start

        def read(length: int) -> bytes:
            nonlocal position
            position += length
            if position > end:
                raise MalformedFileError("an array that ends in its header")
            return self._file.read(position - length, length)

        place = npy_header(read, self.source)
        if place.length > end - position:
            raise MalformedFileError("an array that is longer than its file")
        return replace(place, offset=position)

    def _arrays_of_zip(self) -> dict[str, zipfile.ZipInfo]:
        infos = self._zip.infolist()
        entries = {info.filename.removesuffix(".npy"): info for info in infos}
        if len(entries) > MAX_REGIONS or len(entries) != len(infos):
            raise MalformedFileError("too many arrays, or two of one name")
        if not all(info.filename.endswith(".npy") for info in infos):
            refuse(self.source, "it is an archive of other things")
        return entries

    def _place_in_zip(self, info: zipfile.ZipInfo) -> ArrayPlace:
        if info.flag_bits & _ENCRYPTED:
            raise MalformedFileError(f"{info.filename!r} is encrypted")
        if info.compress_type != zipfile.ZIP_STORED:
            with self._zip.open(info) as stream:
                place = npy_header(stream.read, self.source)
            if place.length > info.file_size:
                raise MalformedFileError(f"{info.filename!r} is longer than its entry")
            return place
        start = data_start(self._file, info)
        return self._stored_npy(start, start + info.file_size)


class ViewFile(io.RawIOBase):
    """Bytes in memory as a file, without a copy of them (`io.BytesIO` copies a bytearray)."""

    def __init__(self, view: memoryview) -> None:
        self._view = view
        self._position = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: len(self._view)}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Read."""
        piece = self._view[self._position : self._position + len(buffer)]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)
