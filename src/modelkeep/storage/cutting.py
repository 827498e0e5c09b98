"""Files to pieces: tensors every MiB, plain bytes by content, read once in batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from modelkeep.errors import InvalidArtifactError
from modelkeep.storage.chunking import TENSOR_PIECE_BYTES, ContentChunker, Region

_BATCH_BYTES = 4 << 20


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


class Buffers:
    """Memory for pieces of tensors, used again: fresh pages cost as much as reading into them."""

    def __init__(self) -> None:
        self._free: list[bytearray] = []

    def take(self, length: int) -> memoryview:
        """Return memory of this length."""
        if length == TENSOR_PIECE_BYTES and self._free:
            return memoryview(self._free.pop())
        return memoryview(bytearray(length))

    def give_back(self, pieces: Sequence[Piece]) -> None:
        """Take the memory of pieces back that nobody looks at any more."""
        for piece in pieces:
            buffer = piece.raw.obj
            if isinstance(buffer, bytearray) and len(buffer) == TENSOR_PIECE_BYTES:
                self._free.append(buffer)


def batches(
    source: BinaryIO, regions: Sequence[Region], path: str, buffers: Buffers
) -> Iterator[list[Piece]]:
    """Give the pieces of a file in batches of some MiB, in their order.

    Args:
        source: The file, at its start.
        regions: What it is, in its order, without gaps.
        path: How it is named in errors.
        buffers: Where memory for tensors is taken from.

    Raises:
        InvalidArtifactError: It grew or was cut short meanwhile.
    """
    batch: list[Piece] = []
    size = 0
    seen: dict[tuple[str, int], int] = {}
    for region in regions:
        shape = region.element, region.length
        turn = seen[shape] = seen.get(shape, -1) + 1
        cut = (
            _tensor_pieces(source, region, path, buffers)
            if region.element
            else _plain_pieces(source, region, path)
        )
        for raw, offset in cut:
            batch.append(Piece(raw, offset, region, turn))
            size += len(raw)
            if size >= _BATCH_BYTES:
                yield batch
                batch, size = [], 0
    if source.read(1):
        raise InvalidArtifactError(path, "it grew while it was read; is it being written to?")
    if batch:
        yield batch


def _tensor_pieces(
    source: BinaryIO, region: Region, path: str, buffers: Buffers
) -> Iterator[tuple[memoryview, int]]:
    for place in range(0, region.length, TENSOR_PIECE_BYTES):
        view = buffers.take(min(TENSOR_PIECE_BYTES, region.length - place))
        _fill(view, source, path)
        yield view, region.offset + place


def _plain_pieces(source: BinaryIO, region: Region, path: str) -> Iterator[tuple[memoryview, int]]:
    chunker = ContentChunker()
    offset, left = region.offset, region.length
    tail = b""
    while left or tail:
        length = min(_BATCH_BYTES, left)
        window = memoryview(bytearray(len(tail) + length))
        window[: len(tail)] = tail
        _fill(window[len(tail) :], source, path)
        left -= length
        start = 0
        for end in chunker.cuts(window, final=not left):
            yield window[start:end], offset + start
            start = end
        offset += start
        tail = bytes(window[start:])


def _fill(view: memoryview, source: BinaryIO, path: str) -> None:
    done = 0
    while done < len(view):
        count: int = source.readinto(view[done:])  # type: ignore[attr-defined]
        if not count:
            raise InvalidArtifactError(
                path, "it was cut short while it was read; is it being written to?"
            )
        done += count
