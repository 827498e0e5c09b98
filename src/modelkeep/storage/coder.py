"""Pieces of a file to chunks in their stored form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelkeep.catalogue.chunks import StoredChunk
from modelkeep.errors import IntegrityError
from modelkeep.storage.chunk_reader import ChunkReader
from modelkeep.storage.cutting import Piece

if TYPE_CHECKING:
    from modelkeep.storage.codecs import Encoded


@dataclass(frozen=True, slots=True)
class CodedChunk:
    """A chunk of a file; of one that the store has only name and length count.

    Attributes:
        name: BLAKE3 of its raw bytes.
        raw_bytes: How many they are.
        encoded: What a codec made of them; None where the store has it.
        bases: What that is a difference to.
    """

    name: bytes
    raw_bytes: int
    encoded: Encoded | None = None
    bases: Sequence[StoredChunk] = ()


class Coder:
    """Codes chunks; may be used by many threads.

    Args:
        reader: Gives the bytes that differences are made to.
        compress: Whether stored bytes are coded at all.
    """

    def __init__(self, *, reader: ChunkReader, compress: bool) -> None:
        self._reader = reader
        self._compress = compress

    def encode(self, raw: memoryview, element: str = "") -> Encoded:
        """Return the stored form of a chunk by itself."""
        from modelkeep.storage import codecs

        return codecs.encode(raw, element=element, compress=self._compress)

    def code(
        self,
        pieces: Sequence[Piece],
        names: Sequence[bytes],
        bases: Sequence[StoredChunk],
        located: Mapping[bytes, StoredChunk],
    ) -> list[CodedChunk]:
        """Code pieces that lie next to one another, as one chunk where a base makes that pay.

        Args:
            pieces: Of one region.
            names: Of the pieces.
            bases: What they may be like, one after another; empty for nothing.
            located: Where the bases are, and what reading them needs.
        """
        from modelkeep.storage import codecs

        element = pieces[0].region.element
        base = self._bytes_of(bases, located) if self._compress else None
        if base is not None:
            raw = _joined(pieces)
            name = names[0] if len(pieces) == 1 else name_of(raw)
            encoded = codecs.encode(raw, element=element, base=base)
            if encoded.uses_base:
                return [CodedChunk(name, len(raw), encoded, bases)]
            if len(pieces) == 1:
                return [CodedChunk(name, len(raw), encoded)]
        return [
            CodedChunk(name, len(piece.raw), self.encode(piece.raw, element))
            for piece, name in zip(pieces, names, strict=True)
        ]

    def keep_raw(self, pieces: Sequence[Piece], names: Sequence[bytes]) -> list[CodedChunk] | None:
        """Return plain pieces as they are where one look at all says that coding gains nothing.

        It takes less time than to hand them to another thread; None where coding may gain.
        """
        from modelkeep.storage import codecs

        if self._compress and not codecs.looks_random([piece.raw for piece in pieces]):
            return None
        return [
            CodedChunk(name, len(piece.raw), codecs.encode(piece.raw, element="", compress=False))
            for piece, name in zip(pieces, names, strict=True)
        ]

    def _bytes_of(
        self, chunks: Sequence[StoredChunk], located: Mapping[bytes, StoredChunk]
    ) -> memoryview | None:
        """Return the bytes of chunks one after another; None where they cannot be had."""
        if not chunks:
            return None
        joined = memoryview(bytearray(sum(chunk.raw_bytes for chunk in chunks)))
        at = 0
        try:
            for chunk in chunks:
                into = joined[at : at + chunk.raw_bytes]
                self._reader.read_into(chunk.chunk, located, into)
                at += chunk.raw_bytes
        except IntegrityError:
            # Damaged or removed meanwhile: then there is nothing to be a difference to.
            return None
        return joined


def name_of(raw: memoryview) -> bytes:
    """Return the name of a chunk, BLAKE3."""
    from blake3 import blake3

    return blake3(raw).digest()


def names_of(pieces: Sequence[Piece]) -> list[bytes]:
    """Return the names of pieces as chunks of their own."""
    return [name_of(piece.raw) for piece in pieces]


def _joined(pieces: Sequence[Piece]) -> memoryview:
    if len(pieces) == 1:
        return pieces[0].raw
    return memoryview(b"".join(piece.raw for piece in pieces))
