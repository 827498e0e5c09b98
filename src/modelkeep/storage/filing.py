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
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from modelkeep.catalogue.chunks import ChunkKind, StoredChunk
from modelkeep.errors import InvalidArtifactError
from modelkeep.storage import recipes
from modelkeep.storage.chunk_reader import ChunkReader
from modelkeep.storage.chunking import Region, regions_of, tile
from modelkeep.storage.coder import CodedChunk, Coder, name_of, names_of
from modelkeep.storage.cutting import Buffers, Piece, batches
from modelkeep.storage.hashing import Progress, no_progress
from modelkeep.storage.likeness import Likeness
from modelkeep.storage.parallel import worker_count
from modelkeep.storage.recipes import Part, Recipe
from modelkeep.storage.upload import Upload

ONE_CHUNK_BYTES = 64 << 10
"""Files up to this are one chunk."""
_BATCHES_AT_WORK = 2
_MOST_SPAN_BYTES = 4 << 20
"""Plain bytes that may be one difference together."""
_MOST_TASK_BYTES = 1 << 20
"""Plain bytes without a base that one thread codes in one go."""


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
        self._coder = Coder(reader=reader, compress=compress)
        self._check_shared = check_shared

    def store(
        self,
        source: Path | bytes,
        *,
        tensors: Sequence[Region] = (),
        like: Likeness | None = None,
        progress: Progress = no_progress,
    ) -> FiledFile:
        """Store a file.

        Args:
            source: The path of the file, or its bytes.
            tensors: Where there are numbers in it; empty to look for a header that says so.
            like: An earlier file that it may be like.
            progress: Told of bytes.

        Raises:
            InvalidArtifactError: It cannot be read, or changed while it was.
        """
        if isinstance(source, bytes):
            if len(source) <= ONE_CHUNK_BYTES:
                return self._store_small(source, like, progress)
            regions = _regions(io.BytesIO(source), len(source), tensors)
            run = _Task("the model", len(source), regions, like, progress)
            return self._store_large(io.BytesIO(source), run)
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
            run = _Task(str(source), size, _regions(file, size, tensors), like, progress)
            return self._store_large(file, run)

    def _store_small(self, content: bytes, like: Likeness | None, progress: Progress) -> FiledFile:
        piece = Piece(memoryview(content), 0, Region(0, len(content), "", ""), 0)
        name = name_of(piece.raw)
        # Whether the store has it is looked up when the upload is attached, which is cheaper.
        known = self.sharable([name], [piece], {}) if self._check_shared or like is not None else {}
        if name in known:
            self._upload.share(known[name])
        else:
            window: Sequence[StoredChunk] = []
            if like is not None and like.size_bytes <= 16 * ONE_CHUNK_BYTES:
                window = like.window(after=None, before=None, place=0.0, length=len(content))
            located = {} if like is None else like.located
            self.add(self._coder.code([piece], [name], window, located))
        progress(len(content))
        return FiledFile(hashlib.sha256(content).hexdigest(), len(content), name)

    def _store_large(self, source: BinaryIO, task: _Task) -> FiledFile:
        source.seek(0)
        digest = hashlib.sha256()
        with ThreadPoolExecutor(1) as hasher, ThreadPoolExecutor(worker_count()) as pool:
            run = _Run(self, self._coder, pool, task)
            for batch in batches(source, task.regions, task.path, run.buffers):
                run.push(batch.pieces, hasher.submit(_update, digest, batch.spans))
                task.progress(sum(len(span) for span in batch.spans))
            run.finish()
        recipe = Recipe(
            sha256=digest.hexdigest(),
            size_bytes=task.size_bytes,
            parts=tuple(run.parts),
            regions=task.regions,
        )
        return FiledFile(recipe.sha256, task.size_bytes, self._store_recipe(recipe))

    def _store_recipe(self, recipe: Recipe) -> bytes:
        if len(recipe.parts) == 1:
            return recipe.parts[0].chunk
        content = memoryview(recipes.encode(recipe))
        name = name_of(content)
        known = self._upload.find([name])
        there = name in known and known[name].kind is ChunkKind.RECIPE
        if there and (not self._check_shared or self._reader.is_sound(name)):
            self._upload.share(known[name])
            return name
        self._upload.add(
            name,
            self._coder.encode(content).parts,
            raw_bytes=len(content),
            kind=ChunkKind.RECIPE,
            needs=[part.chunk for part in recipe.parts],
            replace=name in known,
        )
        return name

    def sharable(
        self,
        names: Sequence[bytes],
        pieces: Sequence[Piece],
        located: Mapping[bytes, StoredChunk],
    ) -> dict[bytes, StoredChunk]:
        """Return those of the chunks that the store has, and has whole where that is asked.

        Args:
            names: Of the chunks.
            pieces: Their bytes.
            located: Chunks that were looked up already; `Upload.attach` looks at all again.
        """
        known = {name: located[name] for name in names if name in located}
        known |= self._upload.find(name for name in names if name not in known)
        if not self._check_shared:
            return known
        for name, piece in dict(zip(names, pieces, strict=True)).items():
            if name in known and not self._reader.is_sound(name):
                stored = self._coder.encode(piece.raw, piece.region.element).parts
                self._upload.add(name, stored, raw_bytes=len(piece.raw), replace=True)
        return self._upload.find(names)

    def share(self, chunk: StoredChunk) -> None:
        """Rely on a chunk that the store has."""
        self._upload.share(chunk)

    def add(self, coded: Sequence[CodedChunk]) -> None:
        """Add chunks that the store does not have."""
        for each in coded:
            if each.encoded is not None:
                parts = each.encoded.parts
                self._upload.add(each.name, parts, raw_bytes=each.raw_bytes, bases=each.bases)

    def flush(self) -> None:
        """Look no more at the memory of pieces that were added."""
        self._upload.flush()


@dataclass(frozen=True, slots=True)
class _Task:
    """A large file that is to be stored.

    Attributes:
        path: How it is named in errors.
        size_bytes: How many bytes it has.
        regions: What they are.
        like: An earlier file that it may be like.
        progress: Told of bytes.
    """

    path: str
    size_bytes: int
    regions: tuple[Region, ...]
    like: Likeness | None
    progress: Progress


@dataclass(frozen=True, slots=True)
class _Batch:
    """Pieces that go through the pool together, and whether they are hashed."""

    pieces: list[Piece]
    hashed: Future[None]


_Entry = Future[list[CodedChunk]] | CodedChunk


class _Run:
    """One large file on its way through the pool."""

    def __init__(
        self,
        filer: Filer,
        coder: Coder,
        pool: ThreadPoolExecutor,
        task: _Task,
    ) -> None:
        self.parts: list[Part] = []
        self.buffers = Buffers()
        self._end = 0
        self._filer = filer
        self._coder = coder
        self._pool = pool
        self._like = task.like
        self._located = {} if task.like is None else task.like.located
        self._size = task.size_bytes
        self._naming: deque[tuple[_Batch, Callable[[], list[bytes]]]] = deque()
        self._coding: deque[tuple[_Batch, list[_Entry]]] = deque()
        self._claimed: set[bytes] = set()
        self._anchor: int | None = None

    def push(self, pieces: list[Piece], hashed: Future[None]) -> None:
        """Take a batch on; waits for earlier ones while too many are at work."""
        batch = _Batch(pieces, hashed)
        if any(piece.region.element for piece in pieces):
            self._naming.append((batch, self._pool.submit(names_of, pieces).result))
        else:
            # Small pieces: handing the interpreter over and back would take longer than naming.
            names = names_of(pieces)
            self._naming.append((batch, lambda: names))
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
        batch, naming = self._naming.popleft()
        pieces = batch.pieces
        names = naming()
        known = self._filer.sharable(names, pieces, self._located)
        entries: list[_Entry] = []
        run = 0
        run_bytes = 0
        for at, (piece, name) in enumerate(zip(pieces, names, strict=True)):
            here = name in known or name in self._claimed
            if run < at and (here or not self._joins(pieces[at - 1], run_bytes, piece)):
                self._begin(entries, pieces, names, slice(run, at))
                run, run_bytes = at, 0
            if here:
                entries.append(self._shared(name, piece, known.get(name)))
                run = at + 1
                continue
            if self._like is None or piece.region.element:
                # Others may be coded together with their neighbours, under another name.
                self._claimed.add(name)
            run_bytes += len(piece.raw)
        if run < len(pieces):
            self._begin(entries, pieces, names, slice(run, len(pieces)))
        self._coding.append((batch, entries))

    def _shared(self, name: bytes, piece: Piece, known: StoredChunk | None) -> CodedChunk:
        if known is not None:
            self._filer.share(known)
        position = None if self._like is None else self._like.position(name)
        self._anchor = self._anchor if position is None else position
        return CodedChunk(name, len(piece.raw))

    def _joins(self, before: Piece, run_bytes: int, piece: Piece) -> bool:
        """Whether a piece is coded in one go with those before it."""
        if piece.region.element or before.region is not piece.region:
            return False
        most = _MOST_TASK_BYTES if self._like is None else _MOST_SPAN_BYTES
        return run_bytes + len(piece.raw) <= most

    def _begin(
        self,
        entries: list[_Entry],
        pieces: Sequence[Piece],
        names: Sequence[bytes],
        run: slice,
    ) -> None:
        following = names[run.stop] if run.stop < len(names) else None
        chosen, named = pieces[run], names[run]
        bases = self._bases(chosen, following)
        if not bases and not chosen[0].region.element:
            raw = self._coder.keep_raw(chosen, named)
            if raw is not None:
                entries.extend(raw)
                return
        entries.append(self._pool.submit(self._coder.code, chosen, named, bases, self._located))

    def _bases(self, pieces: Sequence[Piece], following: bytes | None) -> list[StoredChunk]:
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
        batch, entries = self._coding.popleft()
        for entry in entries:
            coded = [entry] if isinstance(entry, CodedChunk) else entry.result()
            self._filer.add(coded)
            for each in coded:
                self.parts.append(Part(each.name, self._end, each.raw_bytes))
                self._end += each.raw_bytes
        batch.hashed.result()
        self._filer.flush()
        self.buffers.give_back(batch.pieces)


def _regions(source: BinaryIO, size: int, tensors: Sequence[Region]) -> tuple[Region, ...]:
    return tuple(tile(list(tensors), size) if tensors else regions_of(source, size))


def _update(digest: hashlib._Hash, spans: Sequence[memoryview]) -> None:
    for span in spans:
        digest.update(span)
