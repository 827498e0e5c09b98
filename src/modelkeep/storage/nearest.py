"""Which of several earlier files a new one differs least from, by a sample of its bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from modelkeep.errors import IntegrityError
from modelkeep.storage.chunk_reader import ChunkReader
from modelkeep.storage.chunking import TENSOR_PIECE_BYTES, Region, regions_of
from modelkeep.storage.likeness import Likeness

_SAMPLES = 4
_SAMPLE_BYTES = 64 << 10


def choose_nearest(
    candidates: Sequence[Likeness], source: Path | bytes, reader: ChunkReader
) -> Likeness | None:
    """Return the candidate to which the sampled pieces differ least, in coded bytes.

    Pieces of tensors are looked at; a file without any is like the first candidate.

    Args:
        candidates: The likeliest first.
        source: The new file: its path, or its bytes.
        reader: Gives the chunks of the candidates.

    Raises:
        OSError: The file cannot be read.
    """
    if len(candidates) < 2:  # noqa: PLR2004 - there is nothing to choose
        return candidates[0] if candidates else None
    with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        samples = _samples(file, regions_of(file, size))
    if not samples:
        return candidates[0]
    return min(candidates, key=lambda candidate: _cost(candidate, samples, reader))


def _samples(file: BinaryIO, regions: Sequence[Region]) -> list[tuple[Region, int, bytes]]:
    """Return pieces of the largest tensors: region, its turn, and the first bytes of it."""
    turns: dict[tuple[str, int], int] = {}
    found: list[tuple[Region, int]] = []
    for region in regions:
        shape = region.element, region.length
        turn = turns[shape] = turns.get(shape, -1) + 1
        if region.element:
            found.append((region, turn))
    found.sort(key=lambda each: -each[0].length)
    samples = []
    for region, turn in found[:_SAMPLES]:
        file.seek(region.offset)
        samples.append((region, turn, file.read(min(_SAMPLE_BYTES, region.length))))
    return samples


def _cost(
    candidate: Likeness, samples: Sequence[tuple[Region, int, bytes]], reader: ChunkReader
) -> int:
    from modelkeep.storage import codecs

    total = 0
    for region, turn, raw in samples:
        bases = candidate.tensor_piece(
            name=region.name,
            element=region.element,
            tensor_bytes=region.length,
            place=0,
            length=min(TENSOR_PIECE_BYTES, region.length),
            turn=turn,
        )
        base = None
        if bases:
            content = bytearray(bases[0].raw_bytes)
            try:
                reader.read_into(bases[0].chunk, candidate.located, memoryview(content))
                base = memoryview(content)[: len(raw)]
            except IntegrityError:
                # Damaged or removed meanwhile: then it is like nothing.
                base = None
        encoded = codecs.encode(memoryview(raw), element=region.element, base=base)
        total += encoded.stored_bytes
    return total
