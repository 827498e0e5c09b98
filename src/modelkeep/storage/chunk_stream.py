"""A stored file as a stream, for readers of headers: chunks are read when they are wanted."""

from __future__ import annotations

import io
from bisect import bisect_right
from functools import lru_cache
from typing import Any

from modelkeep.storage.chunk_reader import ChunkReader
from modelkeep.storage.range_reader import read_range
from modelkeep.storage.recipes import Recipe

_PARTS_HELD = 2


class ChunkStream(io.RawIOBase):
    """The stream.

    Args:
        reader: Gives the chunks.
        recipe: How the file is put together.
    """

    def __init__(self, reader: ChunkReader, recipe: Recipe) -> None:
        self._recipe = recipe
        self._position = 0
        # Headers are read in many small steps, mostly in the same chunk.
        self._part = lru_cache(_PARTS_HELD)(
            lambda index: read_range(
                reader, recipe, recipe.parts[index].offset, recipe.parts[index].length
            )
        )

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move."""
        base = {
            io.SEEK_SET: 0,
            io.SEEK_CUR: self._position,
            io.SEEK_END: self._recipe.size_bytes,
        }[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Read."""
        # Filled over the borders of chunks: `zipfile` takes a short piece for the end of the file.
        into = memoryview(buffer).cast("B")
        parts, done = self._recipe.parts, 0
        while done < len(into) and self._position < self._recipe.size_bytes:
            index = bisect_right(parts, self._position, key=lambda part: part.offset) - 1
            start = self._position - parts[index].offset
            piece = self._part(index)[start : start + len(into) - done]
            into[done : done + len(piece)] = piece
            done += len(piece)
            self._position += len(piece)
        return done

    def close(self) -> None:
        """Let go of the chunks that are held."""
        self._part.cache_clear()
        super().close()
