"""Ranges of a stored file: of its chunks, those that overlap them are decoded and verified."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from modelkeep.errors import InvalidInputError
from modelkeep.storage.chunk_reader import ChunkReader
from modelkeep.storage.parallel import worker_count
from modelkeep.storage.recipes import Part, Recipe

_CACHED_BYTES = 8 << 20
_SERIAL_BYTES = 1 << 20

ChunkSpan = tuple[bytes, int, int]
"""A chunk by its name, and from where to where in it."""


class RangeReader:
    """Reads many ranges, each on the thread that asks; chunks that they share are decoded once.

    Args:
        reader: Gives the chunks.
        recipe: How the file is put together.
        cached_bytes: How much is kept of chunks that a range had only a part of.
    """

    def __init__(
        self, reader: ChunkReader, recipe: Recipe, cached_bytes: int = _CACHED_BYTES
    ) -> None:
        self._reader = reader
        self._recipe = recipe
        self._located = reader.locate(part.chunk for part in recipe.parts)
        self._lock = threading.Lock()
        self._cache: OrderedDict[int, memoryview] = OrderedDict()
        self._cached_bytes = cached_bytes

    def read(self, offset: int, length: int) -> memoryview:
        """Return bytes of the file, writable; every chunk they come from is verified.

        Raises:
            InvalidInputError: They are not all within the file.
            IntegrityError: A chunk is missing or damaged.
        """
        view = np.empty(length, np.uint8).data
        for part in self._parts(offset, length):
            begin, stop = max(offset, part.offset), min(offset + length, part.offset + part.length)
            into = view[begin - offset : stop - offset]
            if len(into) == part.length:
                self._reader.read_into(part.chunk, self._located, into)
            else:
                into[:] = self._whole(part)[begin - part.offset : stop - part.offset]
        return view

    def spans(self, offset: int, length: int) -> tuple[ChunkSpan, ...]:
        """Return what a range consists of: ranges of equal spans have equal bytes.

        Raises:
            InvalidInputError: It is not all within the file.
        """
        end = offset + length
        return tuple(
            (
                part.chunk,
                max(offset, part.offset) - part.offset,
                min(end, part.offset + part.length) - part.offset,
            )
            for part in self._parts(offset, length)
        )

    def _parts(self, offset: int, length: int) -> list[Part]:
        end = offset + length
        found = _overlapping(self._recipe, offset, end)
        # A chunk of no bytes overlaps nothing.
        return [part for part in found if part.offset < end and part.offset + part.length > offset]

    def _whole(self, part: Part) -> memoryview:
        with self._lock:
            if part.offset in self._cache:
                self._cache.move_to_end(part.offset)
                return self._cache[part.offset]
        raw = memoryview(bytearray(part.length))
        self._reader.read_into(part.chunk, self._located, raw)
        with self._lock:
            self._cache[part.offset] = raw
            while len(self._cache) > 1 and sum(map(len, self._cache.values())) > self._cached_bytes:
                self._cache.popitem(last=False)
        return raw


def read_range(reader: ChunkReader, recipe: Recipe, offset: int, length: int) -> memoryview:
    """Return bytes of a file, writable; only the chunks that overlap them are read, each verified.

    Raises:
        InvalidInputError: They are not all within the file.
        IntegrityError: A chunk is missing or damaged.
    """
    end = offset + length
    parts = _overlapping(recipe, offset, end)
    # Not a bytearray, which would be filled with zeros first, on one core.
    view = np.empty(length, np.uint8).data
    located = reader.locate(part.chunk for part in parts)

    def place(part: Part) -> None:
        begin, stop = max(offset, part.offset), min(end, part.offset + part.length)
        if stop <= begin:
            return
        into = view[begin - offset : stop - offset]
        if len(into) == part.length:
            reader.read_into(part.chunk, located, into)
            return
        raw = memoryview(bytearray(part.length))
        reader.read_into(part.chunk, located, raw)
        into[:] = raw[begin - part.offset : stop - part.offset]

    if length <= _SERIAL_BYTES:
        for part in parts:
            place(part)
    else:
        with ThreadPoolExecutor(worker_count()) as pool:
            list(pool.map(place, parts))
    return view


def _overlapping(recipe: Recipe, offset: int, end: int) -> tuple[Part, ...]:
    if offset < 0 or end < offset or end > recipe.size_bytes:
        raise InvalidInputError(f"no {end - offset} bytes at {offset} of {recipe.size_bytes}")
    first = max(0, bisect_right(recipe.parts, offset, key=lambda part: part.offset) - 1)
    last = bisect_right(recipe.parts, end - 1, key=lambda part: part.offset)
    return recipe.parts[first:last] if end > offset else ()
