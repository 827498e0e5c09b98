"""Arrays and tensors in zip archives: npz from numpy, the archives of `torch.save`.

Only entries that are stored as they are (method 0) can hold them. The directory at the archive's
end says where an entry begins; its own header there says where its bytes begin, and both are held
against the file (APPNOTE.TXT 4.3 at https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from modelkeep.storage.chunking import npy_files, torch_files
from modelkeep.storage.chunking.bounded_file import BoundedFile, MalformedFileError
from modelkeep.storage.chunking.region import LONE_TENSOR_BYTES, MAX_REGIONS, Region

MAGIC = b"PK\x03\x04"
_END = struct.Struct("<4s4H2LH")
_END_MAGIC = b"PK\x05\x06"
_LOCATOR = struct.Struct("<4sLQL")
_LOCATOR_MAGIC = b"PK\x06\x07"
_END64 = struct.Struct("<4sQ2H2L4Q")
_END64_MAGIC = b"PK\x06\x06"
_ENTRY = struct.Struct("<4s6H3L5H2L")
_ENTRY_MAGIC = b"PK\x01\x02"
_LOCAL = struct.Struct("<4s5H3L2H")
_LONGEST_COMMENT = 0xFFFF
_IN_EXTRA = 0xFFFFFFFF
_ZIP64 = 1
_ENCRYPTED = 1


@dataclass(frozen=True, slots=True)
class _StoredEntry:
    name: str
    header_offset: int
    length: int


def tensors_of(file: BoundedFile) -> list[Region]:
    """Return the arrays of a npz, or the tensors of a torch archive.

    Raises:
        MalformedFileError: The archive does not hold together.
    """
    directory_start, directory = _directory(file)
    entries = [entry for entry in _entries(directory) if entry is not None]
    prefix = torch_files.prefix_of([entry.name for entry in entries])
    if prefix is None:
        return [
            array
            for entry in entries
            # A smaller one would be merged into the plain bytes beside it anyway.
            if entry.length >= LONE_TENSOR_BYTES
            for array in _array(file, entry, directory_start)
        ]
    # Of entries with one name, readers take the last.
    places = {
        entry.name: (entry.header_offset, entry.length)
        for entry in entries
        if entry.name.startswith(prefix)
    }

    def place(name: str) -> tuple[int, int] | None:
        if name not in places:
            return None
        header_offset, length = places[name]
        return _data_offset(file, header_offset, length, directory_start), length

    return torch_files.tensors_of(file, prefix, places, place)


def _array(file: BoundedFile, entry: _StoredEntry, limit: int) -> list[Region]:
    start = _data_offset(file, entry.header_offset, entry.length, limit)
    return npy_files.array_in(file, start, start + entry.length, entry.name.removesuffix(".npy"))


def _data_offset(file: BoundedFile, header_offset: int, length: int, limit: int) -> int:
    fields = _LOCAL.unpack(file.read(header_offset, _LOCAL.size))
    magic, method, name_length, extra_length = fields[0], fields[3], fields[9], fields[10]
    start: int = header_offset + _LOCAL.size + name_length + extra_length
    if magic != MAGIC or method != 0 or start + length > limit:
        raise MalformedFileError("an entry is not where the directory has it")
    return start


def _directory(file: BoundedFile) -> tuple[int, bytes]:
    tail_start = max(0, file.size - _END.size - _LONGEST_COMMENT)
    tail = file.read(tail_start, file.size - tail_start)
    found = tail.rfind(_END_MAGIC)
    if found < 0 or found + _END.size > len(tail):
        raise MalformedFileError("a zip archive without its end")
    end_offset = tail_start + found
    count, length, start = _END.unpack_from(tail, found)[4:7]
    if found >= _LOCATOR.size and tail.startswith(_LOCATOR_MAGIC, found - _LOCATOR.size):
        end_offset = _LOCATOR.unpack_from(tail, found - _LOCATOR.size)[2]
        magic, *_, count, length, start = _END64.unpack(file.read(end_offset, _END64.size))
        if magic != _END64_MAGIC:
            raise MalformedFileError("a zip64 archive without its end")
    if count > MAX_REGIONS or start + length > end_offset:
        raise MalformedFileError("a directory that does not fit")
    return start, file.read(start, length)


def _entries(directory: bytes) -> Iterator[_StoredEntry | None]:
    position, count = 0, 0
    while position < len(directory):
        count += 1
        fields = _ENTRY.unpack_from(directory, position)
        magic, flags, method = fields[0], fields[3], fields[4]
        name_length, extra_length, comment_length = fields[10:13]
        name_start = position + _ENTRY.size
        extra_start = name_start + name_length
        position = extra_start + extra_length + comment_length
        if magic != _ENTRY_MAGIC or position > len(directory) or count > MAX_REGIONS:
            raise MalformedFileError("a directory that does not hold together")
        if method or flags & _ENCRYPTED:
            yield None
            continue
        name = directory[name_start:extra_start].decode("utf-8", "replace")
        extra = directory[extra_start : extra_start + extra_length]
        length, packed, offset = _wide((fields[9], fields[8], fields[16]), extra)
        if length != packed:
            raise MalformedFileError(f"{name!r} is stored in another length than its own")
        yield _StoredEntry(name, offset, length)


def _wide(narrow: tuple[int, int, int], extra: bytes) -> tuple[int, int, int]:
    # The order in the zip64 field: length, packed length, offset; only those that did not fit.
    wide = list(narrow)
    missing = [index for index, value in enumerate(narrow) if value == _IN_EXTRA]
    position = 0
    while missing and position + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, position)
        position += 4
        if kind == _ZIP64:
            values = struct.unpack_from(f"<{len(missing)}Q", extra, position)
            for index, value in zip(missing, values, strict=True):
                wide[index] = value
            break
        position += length
    return wide[0], wide[1], wide[2]
