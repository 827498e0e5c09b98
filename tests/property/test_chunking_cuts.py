"""Cuts by content depend on the content alone."""

from __future__ import annotations

import hashlib
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from modelkeep.storage.chunking import ContentChunker

MIB = 1 << 20
STREAM = hashlib.shake_128(b"stream").digest(MIB) + bytes(600_000) + b"text, " * 100_000
WHOLE = ContentChunker().cuts(memoryview(STREAM), final=True)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 700_000), min_size=1, max_size=40), st.integers(0, len(STREAM)))
def test_cuts_do_not_depend_on_the_split_into_calls(pieces: list[int], length: int) -> None:
    chunker = ContentChunker()
    stream = memoryview(STREAM)[:length]
    ends: list[int] = []
    start = given_up_to = 0
    for piece in [*pieces, length]:
        given_up_to = min(length, given_up_to + piece)
        found = chunker.cuts(stream[start:given_up_to], final=given_up_to == length)
        ends += [start + end for end in found]
        start = ends[-1] if ends else 0
        if given_up_to == length:
            break
    assert ends == chunker.cuts(stream, final=True)
    if length == len(STREAM):
        assert ends == WHOLE


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=40_000), st.integers(1, 40), st.booleans())
def test_chunks_cover_the_data_within_their_bounds(seed: bytes, times: int, final: bool) -> None:
    data = seed * times
    ends = ContentChunker().cuts(memoryview(data), final=final)
    lengths = [end - start for start, end in zip([0, *ends], ends, strict=False)]
    assert all(16_384 <= length <= 262_144 for length in (lengths[:-1] if final else lengths))
    assert all(0 < length <= 262_144 for length in lengths)
    if final:
        assert sum(lengths) == len(data)
    else:
        assert len(data) - sum(lengths) < 262_144


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32), st.binary(min_size=1, max_size=300))
def test_an_insertion_leaves_most_chunks_as_they_were(seed: int, inserted: bytes) -> None:
    data = random.Random(seed).randbytes(4 * MIB)
    longer = data[: 2 * MIB] + inserted + data[2 * MIB :]
    before, after = chunks(data), chunks(longer)
    assert len(before & after) >= len(before) - 6
    assert len(after) > 40


def chunks(data: bytes) -> set[bytes]:
    ends = ContentChunker().cuts(memoryview(data), final=True)
    return {data[start:end] for start, end in zip([0, *ends], ends, strict=False)}
