"""Reads chunks: finds them by the catalogue, decodes them over their bases, and verifies each."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise

from modelkeep.catalogue import chunks
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.chunks import ChunkKind, StoredChunk
from modelkeep.errors import IntegrityError, ModelkeepError, NewerFormatError
from modelkeep.storage.blobs import Blobs
from modelkeep.storage.blobs.base import LocalCopies, LocalPaths
from modelkeep.storage.hashing import hash_stream

_BASE_CACHE_BYTES = 16 << 20
_MOST_RAW_BYTES = 256 << 20
_MOST_REWRITES = 3
# Writers go four deep; what is deeper is damage.
_MOST_DEPTH = 64


class ChunkReader:
    """Gives raw chunks; what it gives has the digest it was asked for.

    Args:
        catalogue: Tells where chunks are.
        blobs: Where the packs are.
    """

    def __init__(self, *, catalogue: Catalogue, blobs: Blobs) -> None:
        self._catalogue = catalogue
        self._blobs = blobs
        self._bases: OrderedDict[bytes, bytearray] = OrderedDict()
        self._bases_bytes = 0
        self._lock = threading.Lock()

    def locate(self, names: Iterable[bytes]) -> dict[bytes, StoredChunk]:
        """Return where chunks are, with all that reading them needs.

        Raises:
            IntegrityError: One is not known.
        """
        wanted = dict.fromkeys(names)
        found: dict[bytes, StoredChunk] = {}
        with self._catalogue.read() as connection:
            while wanted:
                rows = chunks.find(connection, wanted)
                for name in wanted:
                    if name not in rows:
                        detail = "no pack is known to hold it"
                        raise IntegrityError(f"chunk {name.hex()}", detail=detail)
                found |= rows
                needed = dict.fromkeys(
                    need
                    for row in rows.values()
                    if row.kind is not ChunkKind.RECIPE
                    for need in row.needs
                )
                wanted = {name: None for name in needed if name not in found}
        return found

    def read(self, name: bytes) -> bytearray:
        """Return a raw chunk.

        Raises:
            IntegrityError: It is missing or damaged.
        """
        located = self.locate([name])
        raw = _room(located[name])
        self.read_into(name, located, memoryview(raw))
        return raw

    def is_sound(self, name: bytes) -> bool:
        """Whether a chunk can be read as it was stored."""
        try:
            self.read(name)
        except IntegrityError:
            return False
        return True

    def read_at(self, chunk: StoredChunk) -> bytearray:
        """Return a chunk that needs no other, from where the index of a pack says it is.

        Raises:
            IntegrityError: It is damaged.
        """
        raw = _room(chunk)
        self._read_located(chunk.chunk, {chunk.chunk: chunk}, memoryview(raw))
        return raw

    def read_into(
        self, name: bytes, located: Mapping[bytes, StoredChunk], into: memoryview
    ) -> None:
        """Decode a chunk to its place; may be called from many threads.

        Args:
            name: Of the chunk.
            located: What `locate` returned for it.
            into: Of the length of the raw chunk.

        Raises:
            IntegrityError: It is missing or damaged.
        """
        for _ in range(_MOST_REWRITES):
            try:
                return self._read_located(name, located, into)
            except IntegrityError:
                # The pack may have been rewritten since it was looked up.
                again = self.locate([name])
                if all(again[each] == located.get(each) for each in again):
                    if not isinstance(self._blobs, LocalCopies):
                        raise
                    # Another machine may have repaired what was damaged when it was fetched.
                    for pack in {row.pack.hex() for row in again.values()}:
                        self._blobs.forget(pack)
                    break
                located = again
        return self._read_located(name, located, into)

    def read_run(
        self,
        names: Sequence[bytes],
        located: Mapping[bytes, StoredChunk],
        into: memoryview,
    ) -> None:
        """Decode chunks one after another; those that lie so in one pack are fetched together.

        Args:
            names: Of the chunks.
            located: What `locate` returned for them.
            into: Of the length of all raw chunks.

        Raises:
            IntegrityError: One is missing or damaged.
        """
        rows = [located[name] for name in names]
        stored: bytes | None = None
        if _lie_together(rows):
            size = sum(row.stored_bytes for row in rows)
            # What is missing or cut short is told, or looked for elsewhere, chunk by chunk.
            with suppress(IntegrityError):
                stored = self._blobs.range(rows[0].pack.hex(), rows[0].offset_bytes, size)
        at = taken = 0
        for row in rows:
            target = into[at : at + row.raw_bytes]
            at += row.raw_bytes
            own = None
            if stored is not None:
                own = memoryview(stored)[taken : taken + row.stored_bytes]
                taken += row.stored_bytes
            self._decode(row, located, target, own)

    def _decode(
        self,
        row: StoredChunk,
        located: Mapping[bytes, StoredChunk],
        into: memoryview,
        stored: memoryview | None,
    ) -> None:
        if stored is not None:
            try:
                return self._decode_stored(row, located, into, stored)
            except IntegrityError:
                # It may have moved meanwhile.
                pass
        return self.read_into(row.chunk, located, into)

    def _read_located(
        self,
        name: bytes,
        located: Mapping[bytes, StoredChunk],
        into: memoryview,
        depth: int = 0,
    ) -> None:
        row = located[name]
        if row.raw_bytes != len(into):
            detail = f"it has {row.raw_bytes} bytes, not {len(into)}"
            raise IntegrityError(f"chunk {name.hex()}", detail=detail)
        stored = self._blobs.range(row.pack.hex(), row.offset_bytes, row.stored_bytes)
        self._decode_stored(row, located, into, memoryview(stored), depth)

    def _decode_stored(
        self,
        row: StoredChunk,
        located: Mapping[bytes, StoredChunk],
        into: memoryview,
        stored: memoryview,
        depth: int = 0,
    ) -> None:
        from blake3 import blake3

        from modelkeep.storage import codecs

        base = self._base_of(row, located, depth)
        try:
            codecs.decode(stored, raw_bytes=row.raw_bytes, into=into, base=base)
        except NewerFormatError as error:
            # A later release says so in a sound pack; in another one a bit may have flipped.
            damage = self._damaged(row, str(error))
            if damage.expected:
                raise damage from error
            raise
        except ModelkeepError as error:
            raise self._damaged(row, str(error)) from error
        if blake3(into).digest() != row.chunk:
            raise self._damaged(row, "its BLAKE3 does not hold")

    def _base_of(
        self, row: StoredChunk, located: Mapping[bytes, StoredChunk], depth: int
    ) -> memoryview | None:
        if not row.needs or row.kind is ChunkKind.RECIPE:
            return None
        if depth > _MOST_DEPTH:
            raise IntegrityError(f"chunk {row.chunk.hex()}", detail="it has no end of bases")
        parts = [self._base(need, located, depth) for need in row.needs]
        return memoryview(parts[0] if len(parts) == 1 else b"".join(parts))

    def _base(self, name: bytes, located: Mapping[bytes, StoredChunk], depth: int) -> bytearray:
        with self._lock:
            if name in self._bases:
                self._bases.move_to_end(name)
                return self._bases[name]
        raw = _room(located[name])
        size = len(raw)
        self._read_located(name, located, memoryview(raw), depth + 1)
        with self._lock:
            if name not in self._bases:
                self._bases[name] = raw
                self._bases_bytes += size
            while self._bases_bytes > _BASE_CACHE_BYTES:
                _, old = self._bases.popitem(last=False)
                self._bases_bytes -= len(old)
        return raw

    def _damaged(self, row: StoredChunk, detail: str) -> IntegrityError:
        """Return an error that says whether the pack is what was stored."""
        name = row.pack.hex()
        where = str(self._blobs.path(name)) if isinstance(self._blobs, LocalPaths) else name
        try:
            with self._blobs.get(name) as stream:
                actual, _ = hash_stream(stream, algorithm="blake3")
        except (ModelkeepError, OSError):
            actual = "nothing"
        if actual != name:
            return IntegrityError(where, expected=name, actual=actual, algorithm="blake3")
        return IntegrityError(f"chunk {row.chunk.hex()} in {where}", detail=detail)


def _lie_together(rows: Sequence[StoredChunk]) -> bool:
    """Whether stored chunks follow one another in one pack."""
    return len(rows) > 1 and all(
        before.pack == row.pack and before.offset_bytes + before.stored_bytes == row.offset_bytes
        for before, row in pairwise(rows)
    )


def _room(row: StoredChunk) -> bytearray:
    """Return memory for a raw chunk, if the size that is said of it can be."""
    if not 0 <= row.raw_bytes <= _MOST_RAW_BYTES:
        detail = f"it claims to have {row.raw_bytes} bytes"
        raise IntegrityError(f"chunk {row.chunk.hex()}", detail=detail)
    return bytearray(row.raw_bytes)
