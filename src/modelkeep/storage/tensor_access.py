"""One tensor of a stored file without the rest: of its chunks, those that overlap it are read."""

from __future__ import annotations

import io
from bisect import bisect_right
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from types import TracebackType
from typing import Any, Self

import numpy as np

from modelkeep.errors import InvalidInputError, NotFoundError
from modelkeep.storage.assembling import Assembler
from modelkeep.storage.chunk_reader import ChunkReader
from modelkeep.storage.formats.array_files import ArrayFile
from modelkeep.storage.formats.array_headers import ArrayPlace
from modelkeep.storage.manifest import FileEntry, Manifest
from modelkeep.storage.parallel import worker_count
from modelkeep.storage.recipes import Part, Recipe

_SUFFIXES = (".safetensors", ".npy", ".npz")
_SERIAL_BYTES = 1 << 20
_PARTS_HELD = 2


class TensorFile:
    """The tensors of one file of a version; a context manager.

    Args:
        entry: The file: safetensors, npy or npz.
        assembler: Tells how it is put together.
        reader: Gives its chunks.

    Raises:
        IntegrityError: What is stored is damaged, or its header does not hold together.
        InvalidInputError: The file is of another kind.
    """

    def __init__(self, entry: FileEntry, assembler: Assembler, reader: ChunkReader) -> None:
        self._reader = reader
        self._recipe = assembler.recipe_of(entry)
        self._stream = _ChunkStream(reader, self._recipe)
        self._arrays = ArrayFile(
            self._stream,  # type: ignore[arg-type]
            entry.size_bytes,
            entry.path,
        )

    def names(self) -> list[str]:
        """Return the names of the tensors; that of a npy file is called `array`."""
        return self._arrays.names()

    def shape(self, name: str) -> tuple[int, ...]:
        """Return the shape of a tensor.

        Raises:
            NotFoundError: There is none of this name.
        """
        return self._place(name).shape

    def dtype(self, name: str) -> str:
        """Return the kind of a tensor's numbers as numpy and torch name it, such as `bfloat16`.

        Raises:
            NotFoundError: There is none of this name.
        """
        return self._place(name).kind

    def get(self, name: str) -> np.ndarray[Any, Any]:
        """Return a tensor, read and verified now, for the caller to keep.

        Kinds that numpy lacks (bfloat16, float8) are those of `ml_dtypes` where that is installed,
        else unsigned integers with the same bits; `dtype` tells them apart.

        Raises:
            NotFoundError: There is none of this name.
            IntegrityError: A chunk of it is missing or damaged.
        """
        place = self._place(name)
        if place.offset < 0:
            return self._arrays.decompressed(name)
        return place.over(read_range(self._reader, self._recipe, place.offset, place.length), 0)

    def close(self) -> None:
        """Let go of what is held in memory."""
        self._stream.close()

    def _place(self, name: str) -> ArrayPlace:
        try:
            return self._arrays.place(name)
        except KeyError:
            raise NotFoundError(
                f"no tensor {name!r} in {self._arrays.source}; `names()` lists its "
                f"{len(self.names())}"
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_tensors(
    manifest: Manifest, assembler: Assembler, reader: ChunkReader, *, file: str = ""
) -> TensorFile:
    """Open a file of an artifact whose tensors are wanted one by one.

    Args:
        manifest: Of the artifact.
        assembler: Tells how files are put together.
        reader: Gives chunks.
        file: Its name in the artifact; may be left out where there is one that can be it.

    Raises:
        InvalidInputError: There is no such file, or several could be meant, or it has no tensors.
        IntegrityError: What is stored is damaged.
    """
    entries = {entry.path: entry for entry in manifest.files}
    if not file and len(entries) == 1:
        file = next(iter(entries))
    elif not file:
        fitting = [name for name in entries if name.endswith(_SUFFIXES)]
        if len(fitting) != 1:
            raise InvalidInputError(
                f"{len(fitting)} files of the version may have tensors "
                f"({', '.join(fitting[:5]) or 'none ends in ' + ', '.join(_SUFFIXES)}): name one"
            )
        file = fitting[0]
    if file not in entries:
        raise InvalidInputError(
            f"no file {file!r} in the version; there are {', '.join(list(entries)[:5])}"
        )
    return TensorFile(entries[file], assembler, reader)


def read_range(reader: ChunkReader, recipe: Recipe, offset: int, length: int) -> memoryview:
    """Return bytes of a file, writable; only the chunks that overlap them are read, each verified.

    Raises:
        InvalidInputError: They are not all within the file.
        IntegrityError: A chunk is missing or damaged.
    """
    end = offset + length
    if offset < 0 or length < 0 or end > recipe.size_bytes:
        raise InvalidInputError(f"no {length} bytes at {offset} of {recipe.size_bytes}")
    # Not a bytearray, which would be filled with zeros first, on one core.
    view = np.empty(length, np.uint8).data
    first = max(0, bisect_right(recipe.parts, offset, key=lambda part: part.offset) - 1)
    last = bisect_right(recipe.parts, end - 1, key=lambda part: part.offset)
    parts = recipe.parts[first:last] if length else ()
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


class _ChunkStream(io.RawIOBase):
    """A stored file as a stream, for headers: chunks are read when they are wanted."""

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
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {
            io.SEEK_SET: 0,
            io.SEEK_CUR: self._position,
            io.SEEK_END: self._recipe.size_bytes,
        }[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
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
        self._part.cache_clear()
        super().close()
