"""Codes chunks that are there anew: what is loaded most in full, the rest as small as it gets.

A version that came late is a difference to one before, which may be one itself. To make it the
quickest to read, its chains are turned around: its own chunk is stored in full, and the one that it
was a difference to becomes a difference to it, and so on down to the one that was full. That takes
about as much room as before. Bytes first, rows second: the new forms are durable in a new pack when
one transaction lets all chunks of a batch be found there, as far as they are still what they were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelkeep.catalogue import chunks
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.chunks import ChunkKind, StoredChunk, at_depth
from modelkeep.errors import IntegrityError
from modelkeep.storage import recipes
from modelkeep.storage.blobs import Blobs
from modelkeep.storage.chains import Chains
from modelkeep.storage.chunk_reader import ChunkReader
from modelkeep.storage.hashing import Progress, no_progress
from modelkeep.storage.layout import StoreLayout
from modelkeep.storage.locks import StoreLock
from modelkeep.storage.upload import MOST_DEPTH, Upload, uploading

if TYPE_CHECKING:
    from modelkeep.storage.codecs import Encoded

_BATCH_BYTES = 32 << 20
_MOST_GROWTH = 1.1
_LEAST_GAIN = 0.99


@dataclass(frozen=True, slots=True, kw_only=True)
class RepackReport:
    """What a repack did.

    Attributes:
        chunks: How many chunks have another stored form now.
        before_bytes: How long their stored forms were.
        after_bytes: How long they are.
    """

    chunks: int
    before_bytes: int
    after_bytes: int

    def __add__(self, other: RepackReport) -> RepackReport:
        return RepackReport(
            chunks=self.chunks + other.chunks,
            before_bytes=self.before_bytes + other.before_bytes,
            after_bytes=self.after_bytes + other.after_bytes,
        )


_NOTHING = RepackReport(chunks=0, before_bytes=0, after_bytes=0)


@dataclass(frozen=True, slots=True)
class _Change:
    """Chunks that get other stored forms together, or keep theirs together.

    Attributes:
        old: As they are, in the order in which each may need those before it.
        bases: What each is to be a difference to.
        encoded: Their new stored forms.
    """

    old: Sequence[StoredChunk]
    bases: Sequence[Sequence[StoredChunk]]
    encoded: Sequence[Encoded]

    @property
    def before_bytes(self) -> int:
        """How long the old forms are."""
        return sum(each.stored_bytes for each in self.old)

    @property
    def after_bytes(self) -> int:
        """How long the new forms are."""
        return sum(each.stored_bytes for each in self.encoded)


class Repacker:
    """Gives chunks other stored forms, of the same content.

    Args:
        layout: Paths of the storage folder.
        blobs: Where the packs go.
        reader: Gives the chunks.
        lock: Tells those who look for leftovers that something is being written.
        catalogue: Tells what is a difference to what.
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

    def bring_forward(
        self,
        version_ids: Iterable[str],
        *,
        stopped: Callable[[], bool],
        progress: Progress = no_progress,
    ) -> RepackReport:
        """Store the tensors of versions in full, and what they were differences to as differences.

        A chain stays as it is where turning it would cost room, or make another one too deep; so
        do plain bytes, whose base is a stretch of several chunks.

        Args:
            version_ids: The first is served first where two have chunks in common.
            stopped: Asked before each version; True ends early.
            progress: Told of raw bytes.
        """
        used: set[bytes] = set()
        total = _NOTHING
        for version_id in version_ids:
            if stopped():
                break
            needed = self._needed(version_id)
            elements = self._elements(version_id, needed.values())
            deep = [name for name in elements if name in needed and needed[name].depth]
            if not deep:
                continue
            above = self._chains()
            changes = (
                change
                for name in deep
                if (change := self._turned(name, needed, elements, used, above)) is not None
            )
            total += self._apply(changes, above, progress)
        return total

    def code_best(
        self,
        version_ids: Iterable[str],
        *,
        stopped: Callable[[], bool],
        progress: Progress = no_progress,
    ) -> RepackReport:
        """Code the chunks of versions with what takes its time, and keep what comes out smaller.

        Args:
            version_ids: Of the versions.
            stopped: Asked before each version; True ends early.
            progress: Told of raw bytes.
        """
        seen: set[bytes] = set()
        total = _NOTHING
        for version_id in version_ids:
            if stopped():
                break
            needed, above = self._needed(version_id), self._chains()
            elements = self._elements(version_id, needed.values())
            fresh = [name for name in elements if name in needed and name not in seen]
            seen.update(fresh)
            changes = (
                change
                for name in fresh
                if (change := self._best(needed[name], needed, elements[name])) is not None
            )
            total += self._apply(changes, above, progress)
        return total

    def _needed(self, version_id: str) -> dict[bytes, StoredChunk]:
        with self._catalogue.read() as connection:
            return chunks.needed_by(connection, chunks.roots_of(connection, version_id))

    def _chains(self) -> Chains:
        with self._catalogue.read() as connection:
            return Chains(chunks.differences(connection))

    def _elements(self, version_id: str, needed: Iterable[StoredChunk]) -> dict[bytes, str]:
        """Return the dtype of each part of a version's files, by chunk, in the order of files."""
        found: dict[bytes, str] = {}
        for row in needed:
            if row.kind is not ChunkKind.RECIPE:
                continue
            try:
                recipe = recipes.decode(bytes(self._reader.read(row.chunk)), source="a recipe")
            except IntegrityError:
                if self._needed(version_id):
                    raise
                # The version was removed meanwhile.
                return {}
            regions = iter(recipe.regions)
            region = next(regions, None)
            for part in recipe.parts:
                while region is not None and part.offset >= region.offset + region.length:
                    region = next(regions, None)
                found.setdefault(part.chunk, "" if region is None else region.element)
        return found

    def _turned(
        self,
        name: bytes,
        needed: Mapping[bytes, StoredChunk],
        elements: Mapping[bytes, str],
        used: set[bytes],
        above: Chains,
    ) -> _Change | None:
        """Return a chain turned around, as far as may be; None where it should stay as it is."""
        chain = [needed[name]]
        while chain[-1].depth:
            if len(chain[-1].needs) != 1 or len(chain) > MOST_DEPTH:
                return None
            chain.append(needed[chain[-1].needs[0]])
        names = {each.chunk for each in chain}
        if names & used or (names - {name}) & elements.keys() or len(names) != len(chain):
            return None
        while len(chain) > 1 and above.height_if_turned(chain) > MOST_DEPTH:
            # Then the one below it is to be the full one, and it stays a difference to that.
            chain = chain[1:]
        if len(chain) == 1:
            return None
        change = self._coded_backwards(chain, elements[name])
        if change is None or change.after_bytes > _MOST_GROWTH * change.before_bytes:
            return None
        used |= names
        return change

    def _coded_backwards(self, chain: Sequence[StoredChunk], element: str) -> _Change | None:
        from modelkeep.storage.codecs import encode

        located = {each.chunk: each for each in chain}
        encoded: list[Encoded] = []
        before: memoryview | None = None
        for each in chain:
            raw = memoryview(bytearray(each.raw_bytes))
            try:
                self._reader.read_into(each.chunk, located, raw)
            except IntegrityError:
                # `verify` tells of it, and mends it; here there is nothing to be made of it.
                return None
            coded = encode(raw, element=element, base=before)
            if coded.uses_base != (before is not None):
                return None
            encoded.append(coded)
            before = raw
        bases = [(), *((each,) for each in chain[:-1])]
        return _Change(chain, bases, encoded)

    def _best(
        self, chunk: StoredChunk, needed: Mapping[bytes, StoredChunk], element: str
    ) -> _Change | None:
        from modelkeep.storage.codecs import encode

        raw = memoryview(bytearray(chunk.raw_bytes))
        try:
            self._reader.read_into(chunk.chunk, needed, raw)
            parts = [bytearray(needed[need].raw_bytes) for need in chunk.needs]
            for need, part in zip(chunk.needs, parts, strict=True):
                self._reader.read_into(need, needed, memoryview(part))
        except IntegrityError:
            return None
        base = memoryview(b"".join(parts)) if parts else None
        coded = encode(raw, element=element, base=base, best=True)
        if coded.stored_bytes > _LEAST_GAIN * chunk.stored_bytes:
            return None
        bases = [needed[need] for need in chunk.needs] if coded.uses_base else []
        return _Change([chunk], [bases], [coded])

    def _apply(self, changes: Iterable[_Change], above: Chains, progress: Progress) -> RepackReport:
        total = _NOTHING
        for batch in _batches(changes):
            if self._switch(batch, above):
                total += RepackReport(
                    chunks=sum(len(change.old) for change in batch),
                    before_bytes=sum(change.before_bytes for change in batch),
                    after_bytes=sum(change.after_bytes for change in batch),
                )
            progress(sum(each.raw_bytes for change in batch for each in change.old))
        return total

    def _switch(self, batch: Sequence[_Change], above: Chains) -> bool:
        """Let chunks be found in their new forms; not if one of them is not what it was."""
        old = {each.chunk: each for change in batch for each in change.old}
        with uploading(
            catalogue=self._catalogue, blobs=self._blobs, layout=self._layout, lock=self._lock
        ) as upload:
            for change in batch:
                _add(upload, change)
            upload.flush()
            upload.keep_ahead()
            with self._catalogue.write() as connection:
                here = chunks.find(connection, old)
                if here != old:
                    return False
                upload.attach(connection, {})
                depths = {name: deep for each in batch for name, deep in _depths(each).items()}
                chunks.set_depths(connection, above.depths_above(depths))
                gone = chunks.remove_empty_packs(connection, {each.pack for each in old.values()})
                upload.settle()
        for pack in gone:
            self._blobs.delete(pack.hex())
        return True


def _add(upload: Upload, change: _Change) -> None:
    renewed: dict[bytes, StoredChunk] = {}
    for chunk, bases, encoded in zip(change.old, change.bases, change.encoded, strict=True):
        upload.add(
            chunk.chunk,
            encoded.parts,
            raw_bytes=chunk.raw_bytes,
            kind=chunk.kind,
            bases=[renewed.get(base.chunk, base) for base in bases],
            replace=True,
        )
        renewed[chunk.chunk] = upload.find([chunk.chunk])[chunk.chunk]


def _depths(change: _Change) -> dict[bytes, tuple[int, int]]:
    """Return how deep the chunks of a change will be, and how long their chains."""
    found: dict[bytes, StoredChunk] = {}
    for chunk, bases, encoded in zip(change.old, change.bases, change.encoded, strict=True):
        below = [found.get(base.chunk, base) for base in bases]
        new = chunk._replace(stored_bytes=encoded.stored_bytes)
        found[chunk.chunk] = at_depth(new, below)
    return {name: (each.depth, each.chain_bytes) for name, each in found.items()}


def _batches(changes: Iterable[_Change]) -> Iterator[list[_Change]]:
    batch: list[_Change] = []
    size = 0
    for change in changes:
        batch.append(change)
        size += sum(each.raw_bytes for each in change.old)
        if size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
