"""Entries of a zip file that are stored as they are, each checked before it is used.

One reading of the archive decides: names that lead out of it, entries that share bytes, that are
compressed or encrypted, or whose local header says other than the directory, are refused.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from modelkeep.errors import IntegrityError
from modelkeep.storage.trust.viewing import ViewReader

_LOCAL: Final = struct.Struct("<4sHHHHHIIIHH")
_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """Where the bytes of an entry are."""

    name: str
    offset: int
    size: int
    checksum: int

    def bytes_of(self, view: memoryview, source: str) -> memoryview:
        """Return its bytes, once their checksum holds.

        Raises:
            IntegrityError: It does not.
        """
        found = view[self.offset : self.offset + self.size]
        if zlib.crc32(found) != self.checksum:
            raise IntegrityError(source, detail=f"the checksum of {self.name!r} does not hold")
        return found


def stored_entries(view: memoryview, source: str) -> dict[str, StoredEntry]:
    """Return the entries of an archive by name.

    Raises:
        IntegrityError: It is not a sound archive of stored entries.
    """
    try:
        with zipfile.ZipFile(ViewReader(view)) as archive:
            listed = archive.infolist()
        entries = [_entry(view, each, source) for each in listed]
    except IntegrityError:
        raise
    except Exception as error:
        raise IntegrityError(source, detail=f"not a sound archive: {error}") from error
    by_name = {each.name: each for each in entries}
    spans = sorted((each.offset, each.offset + each.size) for each in entries)
    apart = all(one[1] <= other[0] for one, other in pairwise(spans))
    if len(by_name) != len(entries) or not apart or bytes(view[:4]) != b"PK\x03\x04":
        raise IntegrityError(source, detail="an archive whose entries share names or bytes")
    return by_name


def _entry(view: memoryview, info: zipfile.ZipInfo, source: str) -> StoredEntry:
    name = info.orig_filename
    parts = name.split("/")
    if name.startswith("/") or "\\" in name or "\0" in name or ":" in parts[0] or ".." in parts:
        raise IntegrityError(source, detail=f"an entry outside of the archive: {name[:80]!r}")
    if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size:
        raise IntegrityError(source, detail=f"the entry {name[:80]!r} is compressed")
    if info.flag_bits & _ENCRYPTED:
        raise IntegrityError(source, detail=f"the entry {name[:80]!r} is encrypted")
    start = info.header_offset
    head = view[start : start + _LOCAL.size]
    magic, _, flags, method, *_, name_size, extra_size = _LOCAL.unpack(head)
    begin = start + _LOCAL.size
    local = bytes(view[begin : begin + name_size])
    if (
        magic != b"PK\x03\x04"
        or method
        or flags & _ENCRYPTED
        or local != name.encode("utf-8" if flags & 0x800 else "cp437")
    ):
        raise IntegrityError(source, detail=f"the entry {name[:80]!r} has another header")
    offset = begin + name_size + extra_size
    if offset + info.file_size > len(view):
        raise IntegrityError(source, detail=f"the entry {name[:80]!r} ends beyond the archive")
    return StoredEntry(name, offset, info.file_size, info.CRC)
