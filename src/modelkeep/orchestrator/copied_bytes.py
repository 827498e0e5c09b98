"""Chunks from one store to another in the form they are stored in, each pack verified first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping

from modelkeep.catalogue import chunks
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.chunks import ChunkKind, StoredChunk, at_depth
from modelkeep.errors import IntegrityError
from modelkeep.storage.blobs import Blobs
from modelkeep.storage.hashing import Progress
from modelkeep.storage.upload import Upload

_KEPT_BYTES = 192 << 20


class VerifiedPacks:
    """Packs in memory whose BLAKE3 held when they were read; those used last are kept.

    Args:
        blobs: Where they are.

    Attributes:
        reading: The pack that was asked for last.
    """

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self.reading = b""

    def stored(self, chunk: StoredChunk) -> memoryview:
        """Return a chunk as its pack holds it.

        Raises:
            IntegrityError: The pack is missing or damaged.
        """
        self.reading = chunk.pack
        if chunk.pack not in self._kept:
            self._kept[chunk.pack] = self._read(chunk.pack)
            while len(self._kept) > 1 and sum(map(len, self._kept.values())) > _KEPT_BYTES:
                self._kept.popitem(last=False)
        self._kept.move_to_end(chunk.pack)
        content = memoryview(self._kept[chunk.pack])
        return content[chunk.offset_bytes : chunk.offset_bytes + chunk.stored_bytes]

    def _read(self, pack: bytes) -> bytes:
        from blake3 import blake3

        with self._blobs.get(pack.hex()) as stream:
            content = stream.read()
        actual = blake3(content).hexdigest()
        if actual != pack.hex():
            raise IntegrityError(
                f"pack {pack.hex()}", expected=pack.hex(), actual=actual, algorithm="blake3"
            )
        return content


def missing_bytes(source: Catalogue, target: Catalogue, roots: Iterable[bytes]) -> int:
    """Return how many stored bytes of these chunks, and of what they need, the target lacks."""
    with source.read() as connection:
        needed = chunks.needed_by(connection, roots)
    with target.read() as connection:
        here = chunks.find(connection, needed)
    return sum(each.stored_bytes for name, each in needed.items() if name not in here)


def add_missing(
    upload: Upload,
    source: Catalogue,
    packs: VerifiedPacks,
    roots: Iterable[bytes],
    *,
    progress: Progress,
) -> int:
    """Put chunks that the target lacks in an upload, and rely on those that it has.

    Args:
        upload: Of the target.
        source: Tells where the chunks are.
        packs: Of the source.
        roots: The chunks; what they need is taken along.
        progress: Told of stored bytes.

    Returns:
        How many stored bytes were added.

    Raises:
        IntegrityError: A chunk is not known in the source, or its pack is missing or damaged.
    """
    missing, there = _compared(upload, source, roots)
    placed = _placed(missing, there)
    size = 0
    for chunk in sorted(missing.values(), key=lambda each: (each.pack, each.offset_bytes)):
        is_recipe = chunk.kind is ChunkKind.RECIPE
        upload.add(
            chunk.chunk,
            (packs.stored(chunk),),
            raw_bytes=chunk.raw_bytes,
            kind=chunk.kind,
            bases=() if is_recipe else [placed[need] for need in chunk.needs],
            needs=chunk.needs if is_recipe else (),
        )
        size += chunk.stored_bytes
        progress(chunk.stored_bytes)
    return size


def _compared(
    upload: Upload, source: Catalogue, roots: Iterable[bytes]
) -> tuple[dict[bytes, StoredChunk], dict[bytes, StoredChunk]]:
    """Return what the target lacks as the source has it, and what it has and will be needed."""
    missing: dict[bytes, StoredChunk] = {}
    there: dict[bytes, StoredChunk] = {}
    waiting = set(roots)
    while waiting:
        here = upload.find(waiting)
        with source.read() as connection:
            known = chunks.find(connection, waiting)
        needed: set[bytes] = set()
        for name in waiting:
            found, wanted = here.get(name), known.get(name)
            if found is not None and not _needs_more(wanted, found):
                upload.share(found)
                there[name] = found
            elif wanted is None:
                detail = "no pack is known to hold it"
                raise IntegrityError(f"chunk {name.hex()}", detail=detail)
            else:
                missing[name] = wanted
                needed.update(wanted.needs)
        waiting = needed - missing.keys() - there.keys()
    return missing, there


def _needs_more(wanted: StoredChunk | None, found: StoredChunk) -> bool:
    """Whether the target has the bytes only as those of a file, but needs them as a recipe."""
    return wanted is not None and wanted.kind > found.kind is ChunkKind.DATA


def _placed(
    missing: Mapping[bytes, StoredChunk], there: Mapping[bytes, StoredChunk]
) -> dict[bytes, StoredChunk]:
    """Return all chunks as deep as they will be in the target."""
    placed = dict(there)
    waiting = sorted(missing.values(), key=lambda each: (each.kind, each.depth))
    while waiting:
        left = []
        for chunk in waiting:
            if placed.keys() >= set(chunk.needs):
                placed[chunk.chunk] = at_depth(chunk, [placed[need] for need in chunk.needs])
            else:
                left.append(chunk)
        if len(left) == len(waiting):
            detail = f"it and {len(left) - 1} others need one another"
            raise IntegrityError(f"chunk {left[0].chunk.hex()}", detail=detail)
        waiting = left
    return placed
