"""Tells what each byte of a SQLite file is, after https://www.sqlite.org/fileformat2.html.

For test_flipped_bits: bytes that nothing reads may change without harm, all others may not.
"""

import contextlib
import sqlite3
import struct
from itertools import pairwise

_HEADER = {
    0: "magic",
    16: "page size",
    18: "write version",
    19: "read version",
    20: "reserved space",
    21: "payload fractions",
    24: "change counter",
    28: "size in pages",
    32: "first free page",
    36: "number of free pages",
    40: "schema cookie",
    44: "schema format",
    48: "cache size",
    52: "largest root",
    56: "encoding",
    60: "user version",
    64: "incremental vacuum",
    68: "application id",
    72: "reserved",
    92: "version valid for",
    96: "library version",
    100: "",
}
_TABLE_INSIDE, _TABLE_LEAF, _INDEX_INSIDE, _INDEX_LEAF = 5, 13, 2, 10
SPARE = "spare"


class Places:
    """Maps a database; `names[offset]` is what the byte at an offset is."""

    def __init__(self, path):
        self.content = path.read_bytes()
        [self.page_bytes] = struct.unpack_from(">H", self.content, 16)
        self.names = [SPARE] * len(self.content)
        with contextlib.closing(sqlite3.connect(path)) as connection:
            roots = dict(connection.execute("SELECT rootpage, name FROM sqlite_schema"))
        for page, name in {1: "sqlite_schema", **roots}.items():
            self._tree(page, name)
        for start, end in pairwise(_HEADER):
            self._mark(start, end, f"header: {_HEADER[start]}")
        self._free_list(*struct.unpack_from(">I", self.content, 32))

    def where(self, *names):
        """Return the offsets of all bytes that are one of these."""
        return [offset for offset, name in enumerate(self.names) if name in names]

    def _mark(self, start, end, name):
        self.names[start:end] = [name] * (end - start)

    def _tree(self, page, name):
        base = (page - 1) * self.page_bytes
        at = base + (100 if page == 1 else 0)
        kind, _, count, _, _ = struct.unpack_from(">BHHHB", self.content, at)
        inside = kind in (_TABLE_INSIDE, _INDEX_INSIDE)
        first = at + (12 if inside else 8)
        self._mark(at, first + 2 * count, name)
        for offset in struct.unpack_from(f">{count}H", self.content, first):
            self._cell(base + offset, kind, name)
        if inside:
            self._tree(*struct.unpack_from(">I", self.content, at + 8), name)
        self._free_blocks(base, at, name)

    def _free_blocks(self, base, at, name):
        """A free block begins with the next one and its own length, which are checked."""
        [block] = struct.unpack_from(">H", self.content, at + 1)
        while block:
            self._mark(base + block, base + block + 4, name)
            [block] = struct.unpack_from(">H", self.content, base + block)

    def _cell(self, start, kind, name):
        at = start
        if kind in (_TABLE_INSIDE, _INDEX_INSIDE):
            self._tree(*struct.unpack_from(">I", self.content, at), name)
            at += 4
        length, at = self._varint(at)
        if kind == _TABLE_INSIDE:
            self._mark(start, at, name)
            return
        if kind == _TABLE_LEAF:
            _, at = self._varint(at)
        here = self._local_bytes(length, kind)
        self._mark(start, at + here + (4 if here < length else 0), name)
        if here < length:
            self._overflow(at + here, length - here, name)

    def _local_bytes(self, length, kind):
        usable = self.page_bytes
        least = (usable - 12) * 32 // 255 - 23
        most = usable - 35 if kind == _TABLE_LEAF else (usable - 12) * 64 // 255 - 23
        if length <= most:
            return length
        some = least + (length - least) % (usable - 4)
        return some if some <= most else least

    def _overflow(self, pointer, left, name):
        [page] = struct.unpack_from(">I", self.content, pointer)
        while page:
            base = (page - 1) * self.page_bytes
            used = min(left, self.page_bytes - 4)
            self._mark(base, base + 4 + used, name)
            left -= used
            [page] = struct.unpack_from(">I", self.content, base)

    def _free_list(self, trunk):
        while trunk:
            base = (trunk - 1) * self.page_bytes
            following, count = struct.unpack_from(">II", self.content, base)
            self._mark(base, base + 8 + 4 * count, "free list")
            trunk = following

    def _varint(self, at):
        value = 0
        for n in range(8):
            byte = self.content[at + n]
            value = value << 7 | byte & 127
            if byte < 128:
                return value, at + n + 1
        return value << 8 | self.content[at + 8], at + 9
