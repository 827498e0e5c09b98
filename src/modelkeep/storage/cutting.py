"""Files to pieces: tensors every MiB, plain bytes by content, read once in batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from modelkeep.errors import InvalidArtifactError
from modelkeep.storage.chunking import TENSOR_PIECE_BYTES, ContentChunker, Region

_BATCH_BYTES = 4 << 20
_WINDOW_BYTES = 2 << 20
"""Of plain bytes that are cut at once; there is at least one cut in them."""


@dataclass(frozen=True, slots=True)
class Piece:
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
class Batch:
    """Some MiB of a file.

    Attributes:
        pieces: Its cuts, in their order. All pieces in one buffer are in one batch.
        spans: The bytes of the file that were read for it, in as few parts as they are.
    """

    pieces: list[Piece]
    spans: list[memoryview]


class Buffers:
    """Memory for pieces, used again: fresh pages cost as much as reading into them."""

    def __init__(self) -> None:
        self._free: dict[int, list[bytearray]] = {TENSOR_PIECE_BYTES: [], _WINDOW_BYTES: []}

    def take(self, length: int) -> memoryview:
        """Return memory of this length."""
        free = self._free.get(length)
        return memoryview(free.pop() if free else bytearray(length))

    def give_back(self, pieces: Sequence[Piece]) -> None:
        """Take the memory of all pieces of a batch back that nobody looks at any more."""
        for buffer in {id(piece.raw.obj): piece.raw.obj for piece in pieces}.values():
            if isinstance(buffer, bytearray) and len(buffer) in self._free:
                self._free[len(buffer)].append(buffer)


def batches(
    source: BinaryIO, regions: Sequence[Region], path: str, buffers: Buffers
) -> Iterator[Batch]:
    """Give the pieces of a file in batches of some MiB, in their order.

    Args:
        source: The file, at its start.
        regions: What it is, in its order, without gaps.
        path: How it is named in errors.
        buffers: Where memory is taken from.

    Raises:
        InvalidArtifactError: It grew or was cut short meanwhile.
    """
    batch = Batch([], [])
    size = 0
    seen: dict[tuple[str, int], int] = {}
    for region in regions:
        shape = region.element, region.length
        turn = seen[shape] = seen.get(shape, -1) + 1
        cut = _tensor_pieces if region.element else _plain_pieces
        for read, pieces in cut(source, region, turn, path, buffers):
            batch.spans.append(read)
            batch.pieces.extend(pieces)
            size += len(read)
            if size >= _BATCH_BYTES:
                yield batch
                batch, size = Batch([], []), 0
    if source.read(1):
        raise InvalidArtifactError(path, "it grew while it was read; is it being written to?")
    if batch.spans:
        yield batch


_Cuts = Iterator[tuple[memoryview, list[Piece]]]
"""What was read, and the pieces that end with it."""


def _tensor_pieces(
    source: BinaryIO, region: Region, turn: int, path: str, buffers: Buffers
) -> _Cuts:
    for place in range(0, region.length, TENSOR_PIECE_BYTES):
        view = buffers.take(min(TENSOR_PIECE_BYTES, region.length - place))
        _fill(view, source, path)
        yield view, [Piece(view, region.offset + place, region, turn)]


def _plain_pieces(
    source: BinaryIO, region: Region, turn: int, path: str, buffers: Buffers
) -> _Cuts:
    chunker = ContentChunker()
    offset, left = region.offset, region.length
    tail = b""
    while left:
        window = buffers.take(min(_WINDOW_BYTES, len(tail) + left))
        window[: len(tail)] = tail
        read = window[len(tail) :]
        _fill(read, source, path)
        left -= len(read)
        ends = chunker.cuts(window, final=not left)
        starts = [0, *ends[:-1]]
        yield (
            read,
            [
                Piece(window[start:end], offset + start, region, turn)
                for start, end in zip(starts, ends, strict=True)
            ],
        )
        offset += ends[-1]
        tail = bytes(window[ends[-1] :])


def _fill(view: memoryview, source: BinaryIO, path: str) -> None:
    done = 0
    while done < len(view):
        count: int = source.readinto(view[done:])  # type: ignore[attr-defined]
        if not count:
            raise InvalidArtifactError(
                path, "it was cut short while it was read; is it being written to?"
            )
        done += count
