"""Chunks to files: decoded on all cores, each verified, straight to its place."""

from __future__ import annotations

import hashlib
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from modelkeep.catalogue.chunks import ChunkKind, StoredChunk
from modelkeep.errors import IntegrityError
from modelkeep.storage import recipes
from modelkeep.storage.chunk_reader import ChunkReader
from modelkeep.storage.chunking import Region
from modelkeep.storage.hashing import Progress, no_progress
from modelkeep.storage.manifest import FileEntry
from modelkeep.storage.parallel import worker_count
from modelkeep.storage.recipes import Part, Recipe

_AT_WORK = 8
_SERIAL_BYTES = 1 << 20
_RUN_BYTES = 1 << 20


class Assembler:
    """Puts files together from their chunks.

    Args:
        reader: Gives the chunks.
    """

    def __init__(self, reader: ChunkReader) -> None:
        self._reader = reader

    def recipe_of(self, entry: FileEntry) -> Recipe:
        """Return how a file is put together; one that is a single chunk, too.

        Raises:
            IntegrityError: Its recipe is missing, damaged, or that of another file.
        """
        root = bytes.fromhex(entry.root_blake3)
        try:
            row = self._reader.locate([root])[root]
        except IntegrityError as error:
            raise IntegrityError(entry.path, detail=error.message) from error
        if row.kind is not ChunkKind.RECIPE:
            recipe = _whole(root, entry.sha256, row.raw_bytes)
        else:
            content = bytes(self._reader.read(root))
            if hashlib.sha256(content).hexdigest() == entry.sha256:
                # The file itself has the bytes of a recipe.
                return _whole(root, entry.sha256, row.raw_bytes)
            recipe = recipes.decode(content, source=f"recipe of {entry.path}")
        if (recipe.sha256, recipe.size_bytes) != (entry.sha256, entry.size_bytes):
            raise IntegrityError(
                entry.path, detail=f"what is stored is another file, of {recipe.size_bytes} bytes"
            )
        return recipe

    def read(self, entry: FileEntry, progress: Progress = no_progress) -> memoryview:
        """Return the bytes of a file, writable.

        Raises:
            IntegrityError: Something of it is missing or damaged.
        """
        import numpy as np

        recipe = self.recipe_of(entry)
        # Not a bytearray, which would be filled with zeros first, on one core.
        view = np.empty(recipe.size_bytes, np.uint8).data

        def place(run: _Parts, located: Mapping[bytes, StoredChunk]) -> None:
            into = view[run[0].offset : run[-1].offset + run[-1].length]
            self._reader.read_run([part.chunk for part in run], located, into)

        self._each_run(recipe, place, progress)
        return view

    def stream(self, entry: FileEntry, take: Callable[[memoryview], object]) -> None:
        """Give the bytes of a file piece by piece, in their order.

        Raises:
            IntegrityError: Something of it is missing or damaged.
        """
        recipe = self.recipe_of(entry)
        located = self._reader.locate(part.chunk for part in recipe.parts)
        for part in recipe.parts:
            raw = memoryview(bytearray(part.length))
            self._reader.read_into(part.chunk, located, raw)
            take(raw)

    def write(self, entry: FileEntry, handle: int, progress: Progress = no_progress) -> None:
        """Write the bytes of a file to an open, empty one.

        Raises:
            IntegrityError: Something of it is missing or damaged; what was written is no use.
            OSError: It cannot be written.
        """
        recipe = self.recipe_of(entry)
        scratch = threading.local()

        def place(run: _Parts, located: Mapping[bytes, StoredChunk]) -> None:
            length = _length(run)
            buffer = getattr(scratch, "buffer", None)
            if buffer is None or len(buffer) < length:
                buffer = scratch.buffer = bytearray(max(length, 2 * _RUN_BYTES))
            into = memoryview(buffer)[:length]
            self._reader.read_run([part.chunk for part in run], located, into)
            offset = run[0].offset
            while into:
                count = os.pwrite(handle, into, offset)
                into, offset = into[count:], offset + count

        self._each_run(recipe, place, progress)

    def _each_run(
        self,
        recipe: Recipe,
        place: Callable[[_Parts, Mapping[bytes, StoredChunk]], None],
        progress: Progress,
    ) -> None:
        located = self._reader.locate(part.chunk for part in recipe.parts)
        if recipe.size_bytes <= _SERIAL_BYTES:
            for run in _runs(recipe.parts):
                place(run, located)
                progress(_length(run))
            return
        with ThreadPoolExecutor(worker_count()) as pool:
            running: deque[tuple[_Parts, Future[None]]] = deque()
            try:
                for run in _runs(recipe.parts):
                    running.append((run, pool.submit(place, run, located)))
                    if len(running) > _AT_WORK:
                        _take_first(running, progress)
                while running:
                    _take_first(running, progress)
            finally:
                for _, future in running:
                    future.cancel()


_Parts = Sequence[Part]


def _runs(parts: _Parts) -> Iterator[_Parts]:
    """Give the parts of a file in stretches of about a MiB, each worth a task of its own."""
    run: list[Part] = []
    size = 0
    for part in parts:
        if run and size + part.length > _RUN_BYTES:
            yield run
            run, size = [], 0
        run.append(part)
        size += part.length
    if run:
        yield run


def _length(run: _Parts) -> int:
    return sum(part.length for part in run)


def _whole(root: bytes, sha256: str, size: int) -> Recipe:
    """Return the recipe of a file that is one chunk."""
    regions = (Region(0, size, "", ""),)
    return Recipe(sha256=sha256, size_bytes=size, parts=(Part(root, 0, size),), regions=regions)


def _take_first(running: deque[tuple[_Parts, Future[None]]], progress: Progress) -> None:
    run, future = running.popleft()
    future.result()
    progress(_length(run))
