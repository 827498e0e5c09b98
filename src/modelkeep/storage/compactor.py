"""Keeps packs few and full: merges small ones, rewrites those that are half dead or damaged.

A chunk that nothing needs is forgotten with the last thing that needed it, and its pack is deleted
when nothing else is in it. What remains here are dead bytes in packs
that are still needed. Live chunks are copied, as they are stored, to a new pack; once that is
durable, transactions let them be found there, some at a time, as far as they are still found where
they were; after the last commit the old packs are deleted. A reader that had looked them up before
looks again.
Writers are never waited for: the catalogue decides, and a writer whose chunk is gone begins anew.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from modelkeep.catalogue import chunks
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.chunks import Pack, StoredChunk
from modelkeep.errors import IntegrityError, StorageUnavailableError
from modelkeep.storage import durable
from modelkeep.storage.blobs import Blobs
from modelkeep.storage.chunk_reader import ChunkReader
from modelkeep.storage.forgetting import forget_empty_packs, forget_unneeded
from modelkeep.storage.hashing import Progress, hash_stream, no_progress
from modelkeep.storage.layout import StoreLayout
from modelkeep.storage.locks import HeldLock, StoreLock
from modelkeep.storage.packs import PACK_BYTES, FinishedPack, PackBuilder

_LOG = logging.getLogger("modelkeep")
_SMALL_BYTES = 1 << 20
_MANY_SMALL = 256
_ONE_IN = 32
_LEAST_GAIN_BYTES = 4096
_DEAD_SHARE = 0.5
_MOVED_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactionReport:
    """What a collection of garbage did, or would do.

    Attributes:
        dry_run: Whether nothing was changed.
        chunks: How many chunks nothing needed.
        packs: How many packs are deleted, or rewritten.
        freed_bytes: How much room that gives back.
    """

    dry_run: bool
    chunks: int
    packs: int
    freed_bytes: int


class Compactor:
    """Gives back the room of what nothing needs.

    Args:
        layout: Paths of the storage folder.
        blobs: Where the packs are.
        reader: Tells which chunks of a damaged pack are whole.
        lock: Tells those who look for leftovers that something is being written.
        catalogue: Tells what is alive.
    """

    def __init__(
        self,
        *,
        layout: StoreLayout,
        blobs: Blobs,
        reader: ChunkReader,
        lock: StoreLock,
        catalogue: Catalogue,
    ) -> None:
        self._layout = layout
        self._blobs = blobs
        self._reader = reader
        self._lock = lock
        self._catalogue = catalogue

    def collect(
        self,
        *,
        dry_run: bool = False,
        dead_share: float = _DEAD_SHARE,
        progress: Progress = no_progress,
    ) -> CompactionReport:
        """Delete what is dead, rewrite packs that are half dead, and merge small ones.

        Args:
            dead_share: How much of a pack must be dead for it to be rewritten, 0 to 1.
            dry_run: Only say what would go.
            progress: Told of the bytes of packs that are rewritten.
        """
        if dry_run:
            return self._foretell(dead_share)
        forgotten = forget_unneeded(self._catalogue, self._blobs)
        with self._catalogue.read() as connection:
            everything = chunks.packs(connection)
        empty = [each.pack for each in everything if not each.live_bytes]
        swept = forget_empty_packs(self._catalogue, self._blobs, empty)
        groups = _groups((each for each in everything if each.live_bytes), dead_share)
        freed = sum(self._rewrite([pack.pack for pack in group], progress) for group in groups)
        return CompactionReport(
            dry_run=False,
            chunks=forgotten.chunks,
            packs=forgotten.packs + swept.packs + sum(map(len, groups)),
            freed_bytes=forgotten.freed_bytes + swept.freed_bytes + freed,
        )

    def _foretell(self, dead_share: float) -> CompactionReport:
        with self._catalogue.read() as connection:
            dead, _ = chunks.unneeded_bytes(connection)
            everything = chunks.packs(connection)
        chosen = [pack for group in _groups(everything, dead_share) for pack in group]
        return CompactionReport(
            dry_run=True, chunks=dead, packs=len(chosen), freed_bytes=sum(map(_dead, chosen))
        )

    def merge_small_packs(self, hint: str) -> None:
        """Merge small packs when there are many, looking only once in a while.

        It follows a creation that is done, so what hinders it is left to the next call.

        Args:
            hint: A text that differs from one call to the next; it decides whether this is the
                call that looks, so that processes of one call each look as well.
        """
        if hashlib.blake2b(hint.encode(), digest_size=2).digest()[0] % _ONE_IN:
            return
        try:
            with self._catalogue.read() as connection:
                most = _MANY_SMALL * 2
                found = chunks.small_packs(connection, below_bytes=_SMALL_BYTES, limit=most)
            if len(found) >= _MANY_SMALL:
                self._rewrite(found, no_progress)
        except StorageUnavailableError as error:
            _LOG.warning("small packs are merged another time: %s", error)

    def renew_damaged(self, packs: Iterable[bytes]) -> None:
        """Move what is whole in damaged packs to new ones; what is not stays where it is."""
        for pack in packs:
            if not self._is_sound(pack):
                self._rewrite([pack], no_progress, damaged=True)

    def _is_sound(self, pack: bytes) -> bool:
        try:
            with self._blobs.get(pack.hex()) as stream:
                return hash_stream(stream, algorithm="blake3")[0] == pack.hex()
        except IntegrityError:
            return False

    def _rewrite(self, old: Sequence[bytes], progress: Progress, *, damaged: bool = False) -> int:
        """Copy the live chunks of packs to one new pack; return how many bytes that freed."""
        with self._lock.writing() as held, durable.disk_errors(self._layout.staging):
            path = self._layout.staging_path()
            builder = PackBuilder(path)
            try:
                moved: list[StoredChunk] = []
                for pack in old:
                    moved += self._copy(pack, builder, progress, damaged=damaged)
                finished = builder.finish() if moved else None
                if finished is not None:
                    self._blobs.put(finished.pack.hex(), finished.write())
            finally:
                builder.close()
                path.unlink(missing_ok=True)
            if finished is not None:
                self._switch(held, moved, finished)
        among = [*old, finished.pack] if finished is not None else list(old)
        freed = forget_empty_packs(self._catalogue, self._blobs, among).freed_bytes
        # Others may have deleted some of the old packs first.
        return max(0, freed - (finished.size_bytes if finished is not None else 0))

    def _copy(
        self, pack: bytes, builder: PackBuilder, progress: Progress, *, damaged: bool
    ) -> list[StoredChunk]:
        try:
            with self._blobs.get(pack.hex()) as stream:
                content = memoryview(stream.read())
        except IntegrityError:
            # Missing: another process rewrote it meanwhile, or `verify` tells of it.
            return []
        progress(len(content))
        from blake3 import blake3

        if not damaged and blake3(content).digest() != pack:
            return []
        with self._catalogue.read() as connection:
            alive = chunks.chunks_of_pack(connection, pack)
        if damaged:
            alive = [chunk for chunk in alive if self._reader.is_sound(chunk.chunk)]
        for chunk in alive:
            start = chunk.offset_bytes
            builder.add(chunk, (content[start : start + chunk.stored_bytes],))
        return alive

    def _switch(self, held: HeldLock, moved: Sequence[StoredChunk], new: FinishedPack) -> None:
        """Let chunks be found in the new pack, some at a time, as far as they are where they were.

        A crash in between leaves both packs, each with what is found there.
        """
        placed = list(zip(moved, new.chunks, strict=True))
        for at in range(0, len(placed), _MOVED_AT_ONCE):
            batch = placed[at : at + _MOVED_AT_ONCE]
            if at:
                self._catalogue.give_way()
            with self._catalogue.write() as connection:
                held.check(connection)
                if at == 0:
                    chunks.insert_packs(connection, {new.pack: new.size_bytes})
                elif not chunks.is_known_pack(connection, new.pack):
                    # Nothing that was moved was still needed, and another took it for empty.
                    return
                chunks.move(connection, ((was, new.pack, now.offset_bytes) for was, now in batch))


def _groups(packs: Iterable[Pack], dead_share: float) -> list[list[Pack]]:
    """Return the packs that are worth rewriting, those together that fit in one."""
    worth = [
        pack
        for pack in packs
        if pack.stored_bytes < _SMALL_BYTES or _dead(pack) > dead_share * pack.stored_bytes
    ]
    groups: list[list[Pack]] = []
    size = PACK_BYTES
    for pack in sorted(worth, key=lambda each: (each.live_bytes, each.pack)):
        if size + pack.live_bytes > PACK_BYTES:
            groups.append([])
            size = 0
        groups[-1].append(pack)
        size += pack.live_bytes
    return [group for group in groups if _gains(group, dead_share)]


def _dead(pack: Pack) -> int:
    return pack.stored_bytes - pack.live_bytes


def _gains(group: Sequence[Pack], dead_share: float) -> bool:
    """Whether a rewrite makes packs fewer by far, or gives back room that counts."""
    dead = sum(map(_dead, group))
    size = sum(pack.stored_bytes for pack in group)
    many = len(group) >= _MANY_SMALL // 16
    return many or dead > max(dead_share * size, _LEAST_GAIN_BYTES)
