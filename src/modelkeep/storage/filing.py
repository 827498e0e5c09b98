"""Files to chunks: cut, named, looked up, coded on all cores, and added to an upload in order.

A file is read once, in batches. Of each batch the pieces are named, then looked up together, and
those that the store does not have are coded; up to `_BATCHES_AT_WORK` batches are at work at once,
which bounds the memory whatever the size of the file.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from modelkeep.catalogue.chunks import ChunkKind, StoredChunk
from modelkeep.errors import IntegrityError, InvalidArtifactError
from modelkeep.storage import recipes
from modelkeep.storage.chunk_reader import ChunkReader
from modelkeep.storage.chunking import Region
from modelkeep.storage.hashing import Progress, no_progress
from modelkeep.storage.likeness import Likeness
from modelkeep.storage.recipes import Part, Recipe
from modelkeep.storage.upload import Upload

ONE_CHUNK_BYTES = 64 << 10
"""Files up to this are one chunk."""
_BATCH_BYTES = 4 << 20
_BATCHES_AT_WORK = 4
_MOST_SPAN_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class FiledFile:
    """A file that is chunks now.

    Attributes:
        sha256: Its digest, hexadecimal.
        size_bytes: How many bytes it has.
        root: The chunk it begins with: itself, or its recipe.
    """

    sha256: str
    size_bytes: int
    root: bytes


@dataclass(frozen=True, slots=True)
class _Piece:
    """A cut of a file.

    Attributes:
        raw: Its bytes.
        offset: Where it begins in the file.
        region: What it is a piece of.
        turn: How many regions of the same dtype and length come before that one.
    """

    raw: memoryview
    offset: int
    region: Region
    turn: int


@dataclass(frozen=True, slots=True)
class _Coded:
    """A new chunk as a codec left it; of a known one only the name counts."""

    name: bytes
    raw_bytes: int
    stored: bytes | None = None
    bases: Sequence[StoredChunk] = ()


class Filer:
    """Stores files as chunks of an upload.

    Args:
        upload: Takes the chunks.
        reader: Gives the bytes that differences are made to.
        compress: Whether stored bytes are coded.
        check_shared: Whether chunks that are there already are read, and stored again if damaged.
    """

    def __init__(
        self, *, upload: Upload, reader: ChunkReader, compress: bool, check_shared: bool = False
    ) -> None:
        self._upload = upload
        self._reader = reader
        self._compress = compress
        self._check_shared = check_shared
        self._claimed: set[bytes] = set()

    def store(
        self,
        source: Path | bytes,
        *,
        like: Likeness | None = None,
        progress: Progress = no_progress,
    ) -> FiledFile:
        """Store a file.

        Args:
            source: The path of the file, or its bytes.
            like: An earlier file that it may be like.
            progress: Told of bytes.

        Raises:
            InvalidArtifactError: It changed while it was read.
            OSError: It cannot be read.
        """
        if isinstance(source, bytes):
            if len(source) <= ONE_CHUNK_BYTES:
                return self._store_small(source, like, progress)
            return self._store_large(io.BytesIO(source), len(source), Path(), like, progress)
        try:
            file = source.open("rb", buffering=0)
        except OSError as error:
            raise InvalidArtifactError(
                str(source), f"it cannot be read ({error.strerror})"
            ) from error
        with file:
            size = os.fstat(file.fileno()).st_size
            if size <= ONE_CHUNK_BYTES:
                return self._store_small(file.read(), like, progress)
            return self._store_large(file, size, source, like, progress)

    def _store_small(self, content: bytes, like: Likeness | None, progress: Progress) -> FiledFile:
        region = Region(0, len(content), "", "")
        piece = _Piece(memoryview(content), 0, region, 0)
        name = _name(piece.raw)
        window = []
        if like is not None and like.size_bytes <= 16 * ONE_CHUNK_BYTES:
            window = like.window(after=None, before=None, place=0.0, length=len(content))
        known = self._sharable([name], [piece])
        if name in known:
            self._upload.share(known[name])
        else:
            self._add(self._code([piece], [name], window))
        progress(len(content))
        return FiledFile(hashlib.sha256(content).hexdigest(), len(content), name)

    def _store_large(
        self,
        source: BinaryIO,
        size: int,
        path: Path,
        like: Likeness | None,
        progress: Progress,
    ) -> FiledFile:
        from modelkeep.storage.chunking import regions_of

        regions = tuple(regions_of(source, size))
        source.seek(0)
        digest = hashlib.sha256()
        parts: list[Part] = []
        workers = max(2, min(4, os.cpu_count() or 2))
        with ThreadPoolExecutor(1) as hasher, ThreadPoolExecutor(workers) as pool:
            run = _Run(self, pool, like, size)
            hashed: Future[None] | None = None
            for batch in _batches(source, regions, path):
                for piece in batch:
                    hashed = hasher.submit(digest.update, piece.raw)
                run.push(batch)
                progress(sum(len(piece.raw) for piece in batch))
            run.finish()
            if hashed is not None:
                hashed.result()
        offset = 0
        for coded in run.parts:
            parts.append(Part(coded.name, offset, coded.raw_bytes))
            offset += coded.raw_bytes
        recipe = Recipe(
            sha256=digest.hexdigest(), size_bytes=size, parts=tuple(parts), regions=regions
        )
        return FiledFile(recipe.sha256, size, self._store_recipe(recipe))

    def _store_recipe(self, recipe: Recipe) -> bytes:
        if len(recipe.parts) == 1:
            return recipe.parts[0].chunk
        from modelkeep.storage import codecs

        content = recipes.encode(recipe)
        name = _name(memoryview(content))
        known = self._upload.find([name])
        sound = name in known and (not self._check_shared or self._reader.is_sound(name))
        if sound:
            self._upload.share(known[name])
        else:
            encoded = codecs.encode(memoryview(content), element="", compress=self._compress)
            self._upload.add(
                name,
                encoded.stored,
                raw_bytes=len(content),
                kind=ChunkKind.RECIPE,
                needs=[part.chunk for part in recipe.parts],
                replace=name in known,
            )
        return name

    def _sharable(
        self, names: Sequence[bytes], pieces: Sequence[_Piece]
    ) -> dict[bytes, StoredChunk]:
        """Return those of the chunks that the store has, and has whole where that is asked."""
        known = self._upload.find(names)
        if not self._check_shared:
            return known
        for name, piece in dict(zip(names, pieces, strict=True)).items():
            if name in known and not self._reader.is_sound(name):
                self._mend(name, piece)
        return self._upload.find(names)

    def _mend(self, name: bytes, piece: _Piece) -> None:
        from modelkeep.storage import codecs

        element = piece.region.element
        encoded = codecs.encode(piece.raw, element=element, compress=self._compress)
        self._upload.add(name, encoded.stored, raw_bytes=len(piece.raw), replace=True)

    def _add(self, coded: Sequence[_Coded]) -> None:
        for each in coded:
            if each.stored is not None:
                self._upload.add(each.name, each.stored, raw_bytes=each.raw_bytes, bases=each.bases)

    def _code(
        self,
        pieces: Sequence[_Piece],
        names: Sequence[bytes],
        bases: Sequence[StoredChunk],
    ) -> list[_Coded]:
        """Code pieces that lie next to one another, as one chunk where a base makes that pay."""
        from modelkeep.storage import codecs

        element = pieces[0].region.element
        base = self._bytes_of(bases) if self._compress else None
        if base is not None:
            raw = _joined(pieces)
            name = names[0] if len(pieces) == 1 else _name(raw)
            encoded = codecs.encode(raw, element=element, base=base)
            if encoded.uses_base:
                return [_Coded(name, len(raw), encoded.stored, bases)]
            if len(pieces) == 1:
                return [_Coded(name, len(raw), encoded.stored)]
        return [
            _Coded(
                name,
                len(piece.raw),
                codecs.encode(piece.raw, element=element, compress=self._compress).stored,
            )
            for piece, name in zip(pieces, names, strict=True)
        ]

    def _bytes_of(self, chunks: Sequence[StoredChunk]) -> memoryview | None:
        """Return the bytes of chunks one after another; None where they cannot be had."""
        try:
            parts = [self._reader.read(chunk.chunk) for chunk in chunks]
        except IntegrityError:
            # Damaged or removed meanwhile: then there is nothing to be a difference to.
            return None
        if not parts:
            return None
        return memoryview(parts[0] if len(parts) == 1 else b"".join(parts))


class _Run:
    """One file on its way through the pool."""

    def __init__(
        self, filer: Filer, pool: ThreadPoolExecutor, like: Likeness | None, size: int
    ) -> None:
        self.parts: list[_Coded] = []
        self._filer = filer
        self._pool = pool
        self._like = like
        self._size = size
        self._naming: deque[tuple[list[_Piece], Future[list[bytes]]]] = deque()
        self._coding: deque[list[Future[list[_Coded]] | _Coded]] = deque()
        self._anchor: int | None = None

    def push(self, batch: list[_Piece]) -> None:
        """Take a batch on; waits for earlier ones while too many are at work."""
        self._naming.append((batch, self._pool.submit(_names, batch)))
        if len(self._naming) > 1:
            self._look_up()
        while len(self._coding) > _BATCHES_AT_WORK:
            self._collect()

    def finish(self) -> None:
        """Wait for all batches."""
        while self._naming:
            self._look_up()
        while self._coding:
            self._collect()

    def _look_up(self) -> None:
        pieces, naming = self._naming.popleft()
        names = naming.result()
        filer = self._filer
        known = filer._sharable(names, pieces)  # noqa: SLF001 - one idea in two classes
        entries: list[Future[list[_Coded]] | _Coded] = []
        run: list[int] = []
        for at, (piece, name) in enumerate(zip(pieces, names, strict=True)):
            here = name in known or name in filer._claimed  # noqa: SLF001
            if run and (here or not self._joins(pieces, run, piece)):
                self._begin(entries, pieces, names, run, at)
                run = []
            if not here:
                if self._like is None or piece.region.element:
                    # Others may be coded together with their neighbours, under another name.
                    filer._claimed.add(name)  # noqa: SLF001
                run.append(at)
                continue
            if name in known:
                filer._upload.share(known[name])  # noqa: SLF001
            entries.append(_Coded(name, len(piece.raw)))
            if self._like is not None:
                position = self._like.position(name)
                self._anchor = position if position is not None else self._anchor
        if run:
            self._begin(entries, pieces, names, run, len(pieces))
        self._coding.append(entries)

    def _joins(self, pieces: list[_Piece], run: list[int], piece: _Piece) -> bool:
        """Whether a piece may be coded together with those before it."""
        if self._like is None or piece.region.element or pieces[run[-1]].region is not piece.region:
            return False
        size = sum(len(pieces[at].raw) for at in run)
        return size + len(piece.raw) <= _MOST_SPAN_BYTES

    def _begin(
        self,
        entries: list[Future[list[_Coded]] | _Coded],
        pieces: list[_Piece],
        names: list[bytes],
        run: list[int],
        end: int,
    ) -> None:
        chosen, chosen_names = [pieces[at] for at in run], [names[at] for at in run]
        bases = self._bases(chosen, names[end] if end < len(names) else None)
        code = self._filer._code  # noqa: SLF001
        entries.append(self._pool.submit(code, chosen, chosen_names, bases))

    def _bases(self, pieces: list[_Piece], following: bytes | None) -> list[StoredChunk]:
        like, first = self._like, pieces[0]
        if like is None:
            return []
        region = first.region
        if region.element:
            return like.tensor_piece(
                name=region.name,
                element=region.element,
                tensor_bytes=region.length,
                place=first.offset - region.offset,
                length=len(first.raw),
                turn=first.turn,
            )
        return like.window(
            after=self._anchor,
            before=None if following is None else like.position(following),
            place=first.offset / self._size,
            length=sum(len(piece.raw) for piece in pieces),
        )

    def _collect(self) -> None:
        for entry in self._coding.popleft():
            coded = [entry] if isinstance(entry, _Coded) else entry.result()
            self._filer._add(coded)  # noqa: SLF001
            self.parts += coded


def _name(raw: memoryview) -> bytes:
    from blake3 import blake3

    return blake3(raw).digest()


def _names(pieces: Sequence[_Piece]) -> list[bytes]:
    return [_name(piece.raw) for piece in pieces]


def _joined(pieces: Sequence[_Piece]) -> memoryview:
    if len(pieces) == 1:
        return pieces[0].raw
    return memoryview(b"".join(piece.raw for piece in pieces))


def _batches(source: BinaryIO, regions: Sequence[Region], path: Path) -> Iterator[list[_Piece]]:
    """Give the pieces of a file in batches of some MiB, in their order."""
    batch: list[_Piece] = []
    size = 0
    seen: dict[tuple[str, int], int] = {}
    for region in regions:
        shape = region.element, region.length
        turn = seen[shape] = seen.get(shape, -1) + 1
        cut = _tensor_pieces if region.element else _plain_pieces
        for raw, offset in cut(source, region, path):
            batch.append(_Piece(raw, offset, region, turn))
            size += len(raw)
            if size >= _BATCH_BYTES:
                yield batch
                batch, size = [], 0
    if source.read(1):
        raise InvalidArtifactError(str(path), "it grew while it was read; is it being written to?")
    if batch:
        yield batch


def _tensor_pieces(
    source: BinaryIO, region: Region, path: Path
) -> Iterator[tuple[memoryview, int]]:
    from modelkeep.storage.chunking import TENSOR_PIECE_BYTES

    for place in range(0, region.length, TENSOR_PIECE_BYTES):
        length = min(TENSOR_PIECE_BYTES, region.length - place)
        yield _read(source, length, path), region.offset + place


def _plain_pieces(source: BinaryIO, region: Region, path: Path) -> Iterator[tuple[memoryview, int]]:
    from modelkeep.storage.chunking import ContentChunker

    chunker = ContentChunker()
    offset, left = region.offset, region.length
    tail = b""
    while left or tail:
        length = min(_BATCH_BYTES, left)
        read = _read(source, length, path)
        left -= length
        window = memoryview(tail + bytes(read)) if tail else read
        start = 0
        for end in chunker.cuts(window, final=not left):
            yield window[start:end], offset + start
            start = end
        offset += start
        tail = bytes(window[start:])


def _read(source: BinaryIO, length: int, path: Path) -> memoryview:
    buffer = bytearray(length)
    view = memoryview(buffer)
    done = 0
    while done < length:
        count: int = source.readinto(view[done:])  # type: ignore[attr-defined]
        if not count:
            raise InvalidArtifactError(
                str(path), "it was cut short while it was read; is it being written to?"
            )
        done += count
    return view
