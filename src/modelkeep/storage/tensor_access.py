"""One tensor of a stored file without the rest: of its chunks, those that overlap it are read."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

import numpy as np

from modelkeep.errors import InvalidInputError, NotFoundError
from modelkeep.storage.assembling import Assembler
from modelkeep.storage.chunk_reader import ChunkReader
from modelkeep.storage.chunk_stream import ChunkStream
from modelkeep.storage.formats.array_headers import ArrayPlace
from modelkeep.storage.formats.tensor_files import index_of
from modelkeep.storage.formats.tensor_places import PackedPlace, StridedPlace
from modelkeep.storage.manifest import FileEntry, Manifest
from modelkeep.storage.ordered_copy import OrderedCopy
from modelkeep.storage.range_reader import ChunkSpan, RangeReader, read_range

SUFFIXES = (".safetensors", ".npy", ".npz", ".pt", ".pth", ".onnx")
"""How files are called that may have tensors which can be reached one by one."""

_PIECE_BYTES = 4 << 20
_COPIES_HELD = 2


class TensorFile:
    """The tensors of one file of a version; a context manager.

    Args:
        entry: The file: safetensors, npy, npz, ONNX, or what torch.save wrote.
        assembler: Tells how it is put together.
        reader: Gives its chunks.

    Raises:
        IntegrityError: What is stored is damaged, or its header does not hold together.
        InvalidInputError: The file is of another kind.
        UntrustedModelError: It is torch's, and has steps that no pickle of torch has.
    """

    def __init__(self, entry: FileEntry, assembler: Assembler, reader: ChunkReader) -> None:
        self._reader = reader
        self._recipe = assembler.recipe_of(entry)
        self._stream = ChunkStream(reader, self._recipe)
        self._arrays = index_of(
            self._stream,  # type: ignore[arg-type]
            entry.size_bytes,
            entry.path,
        )
        self._ranges = RangeReader(reader, self._recipe)
        self._lock = threading.RLock()
        self._copies: OrderedDict[str, OrderedCopy] = OrderedDict()

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
            with self._lock:
                return self._arrays.decompressed(name)
        return place.over(read_range(self._reader, self._recipe, place.offset, place.length), 0)

    def left_out(self) -> dict[str, str]:
        """Return the tensors that are there but cannot be reached, by name, and why."""
        return dict(self._arrays.left_out)

    def size_bytes(self, name: str) -> int:
        """Return how many bytes the numbers of a tensor take; 4-bit numbers take a half.

        Raises:
            NotFoundError: There is none of this name.
        """
        place = self._place(name)
        if isinstance(place, PackedPlace):
            return place.length
        return math.prod(place.shape) * place.dtype.itemsize

    def read(self, name: str, start: int, count: int) -> np.ndarray[Any, Any]:
        """Return some elements of a tensor, flat, in C order; many threads may read.

        A tensor that is compressed, or lies in another order, is put in order first: in memory,
        or in a temporary file if it is large.

        Args:
            name: Of the tensor.
            start: The first element, from 0.
            count: How many.

        Raises:
            NotFoundError: There is no tensor of this name.
            InvalidInputError: It has no such elements.
            IntegrityError: A chunk of it is missing or damaged.
        """
        place = self._place(name)
        elements = math.prod(place.shape)
        if start < 0 or count < 0 or start + count > elements:
            raise InvalidInputError(f"no {count} elements at {start} of {name!r}, of {elements}")
        if not _is_in_order(place):
            return self._copy(name, place).read(start, count)
        if isinstance(place, PackedPlace):
            begin, end = start // 2, (start + count + 1) // 2
            packed = np.frombuffer(self._ranges.read(place.offset + begin, end - begin), np.uint8)
            return place.unpacked(packed)[start % 2 :][:count]
        width = place.dtype.itemsize
        raw = self._ranges.read(place.offset + start * width, count * width)
        return np.ndarray(count, place.dtype, buffer=raw)

    def spans(self, name: str, start: int, count: int) -> tuple[ChunkSpan, ...] | None:
        """Return the chunks that some elements are in: where these are equal, the bits are.

        Returns:
            None where the elements do not lie in the file one after another, as whole bytes.

        Raises:
            NotFoundError: There is no tensor of this name.
        """
        place = self._place(name)
        if not _is_in_order(place) or (isinstance(place, PackedPlace) and start % 2):
            return None
        if isinstance(place, PackedPlace):
            return self._ranges.spans(place.offset + start // 2, (count + 1) // 2)
        width = place.dtype.itemsize
        return self._ranges.spans(place.offset + start * width, count * width)

    def close(self) -> None:
        """Let go of what is held in memory."""
        self._copies.clear()
        self._stream.close()

    def _copy(self, name: str, place: ArrayPlace) -> OrderedCopy:
        with self._lock:
            if name not in self._copies:
                self._copies[name] = self._put_in_order(name, place)
                if len(self._copies) > _COPIES_HELD:
                    self._copies.popitem(last=False)
            self._copies.move_to_end(name)
            return self._copies[name]

    def _put_in_order(self, name: str, place: ArrayPlace) -> OrderedCopy:
        in_file = place.offset >= 0
        return OrderedCopy.from_pieces(
            place, self._pieces(place) if in_file else self._arrays.pieces(name)
        )

    def _pieces(self, place: ArrayPlace) -> Iterator[memoryview]:
        for start in range(0, place.length, _PIECE_BYTES):
            length = min(_PIECE_BYTES, place.length - start)
            yield self._ranges.read(place.offset + start, length)

    def _place(self, name: str) -> ArrayPlace:
        try:
            # A header may be read now, from the one stream that there is.
            with self._lock:
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
        fitting = [name for name in entries if name.endswith(SUFFIXES)]
        if len(fitting) != 1:
            raise InvalidInputError(
                f"{len(fitting)} files of the version may have tensors "
                f"({', '.join(fitting[:5]) or 'none ends in ' + ', '.join(SUFFIXES)}): name one"
            )
        file = fitting[0]
    if file not in entries:
        raise InvalidInputError(
            f"no file {file!r} in the version; there are {', '.join(list(entries)[:5])}"
        )
    return TensorFile(entries[file], assembler, reader)


def _is_in_order(place: ArrayPlace) -> bool:
    """Whether the elements of a tensor follow one another in the file, in C order."""
    return place.offset >= 0 and not place.fortran and not isinstance(place, StridedPlace)
