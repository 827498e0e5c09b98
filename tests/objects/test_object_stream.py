"""The stream of an object reads as a file does, in few requests."""

from __future__ import annotations

import io
import os
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelkeep.storage.blobs.object_stream import ObjectStream

_MIB = 1 << 20


def _opened(content):
    asked = []

    def fetch(offset, length):
        asked.append((offset, length))
        assert 0 < length <= 8 * _MIB
        assert offset + length <= len(content)
        return content[offset : offset + length]

    return ObjectStream(fetch, len(content)), asked


_STEPS = st.one_of(
    st.tuples(st.just("read"), st.integers(0, 200_000)),
    st.tuples(st.just("set"), st.integers(0, 500_000)),
    st.tuples(st.just("end"), st.integers(-300_000, 1000)),
    st.tuples(st.just("all"), st.just(0)),
)


@given(size=st.integers(0, 400_000), steps=st.lists(_STEPS, max_size=12))
def test_it_reads_as_a_file_does(size, steps):
    content = random.Random(size).randbytes(size)
    stream, _ = _opened(content)
    like = io.BytesIO(content)
    for kind, count in steps:
        if kind == "read":
            assert stream.read(count) == like.read(count)
        elif kind == "all":
            assert stream.read() == like.read()
        elif kind == "set":
            assert stream.seek(count) == like.seek(count)
        elif size + count >= 0:
            assert stream.seek(count, os.SEEK_END) == like.seek(count, os.SEEK_END)
        assert stream.tell() == like.tell()


def test_all_of_it_takes_few_requests_and_its_end_takes_little():
    content = random.Random(0).randbytes(64 * _MIB)
    stream, asked = _opened(content)
    assert stream.read() == content
    assert len(asked) == 8
    stream, asked = _opened(content)
    while stream.readinto(bytearray(_MIB)):
        pass
    assert len(asked) <= 14
    stream, asked = _opened(content)
    stream.read(8)
    stream.seek(len(content) - 56)
    stream.read(56)
    stream.seek(len(content) - 5000)
    stream.read(4944)
    assert sum(length for _, length in asked) < 256 << 10


def test_a_place_before_the_start_is_refused():
    stream, _ = _opened(b"abc")
    with pytest.raises(ValueError, match="negative position -1"):
        stream.seek(-4, os.SEEK_END)
