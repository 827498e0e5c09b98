"""Cuts by content: where they are, and which library makes them."""

from __future__ import annotations

import hashlib
import importlib
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from modelkeep.errors import MissingLibraryError
from modelkeep.storage.chunking import ContentChunker, content

KIB = 1024


@pytest.fixture
def anew() -> Iterator[None]:
    content._native.cache_clear()
    yield
    content._native.cache_clear()


def test_the_cuts_of_a_known_stream_are_those_of_the_format() -> None:
    stream = hashlib.shake_128(b"modelkeep").digest(1024 * KIB)
    assert ContentChunker().cuts(memoryview(stream), final=True) == KNOWN_CUTS


def test_short_data_is_one_chunk_once_it_is_final() -> None:
    chunker = ContentChunker()
    assert chunker.cuts(memoryview(b""), final=True) == []
    assert chunker.cuts(memoryview(b""), final=False) == []
    assert chunker.cuts(memoryview(b"abc"), final=True) == [3]
    assert chunker.cuts(memoryview(b"abc"), final=False) == []
    assert chunker.cuts(memoryview(bytes(16 * KIB)), final=True) == [16 * KIB]
    assert chunker.cuts(memoryview(bytes(16 * KIB)), final=False) == []
    assert chunker.cuts(memoryview(bytes(16 * KIB + 1)), final=False) == []


def test_data_without_content_is_cut_at_the_maximum() -> None:
    chunker = ContentChunker()
    zeros = memoryview(bytes(513 * KIB))
    assert chunker.cuts(zeros, final=True) == [256 * KIB, 512 * KIB, 513 * KIB]
    assert chunker.cuts(zeros, final=False) == [256 * KIB, 512 * KIB]
    assert chunker.cuts(zeros[: 256 * KIB], final=False) == [256 * KIB]
    assert chunker.cuts(zeros[: 256 * KIB - 1], final=False) == []


def test_the_buffer_is_free_again_after_the_call() -> None:
    buffer = bytearray(300 * KIB)
    ContentChunker().cuts(memoryview(buffer), final=True)
    buffer.extend(b"x")


@pytest.mark.usefixtures("anew")
def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyfastcdc", None)
    with pytest.raises(MissingLibraryError, match="pip install pyfastcdc") as caught:
        ContentChunker()
    assert caught.value.library == "pyfastcdc"


@pytest.mark.usefixtures("anew")
def test_the_fall_back_in_pure_python_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = importlib.import_module("pyfastcdc.py.fastcdc").FastCDC
    monkeypatch.setitem(sys.modules, "pyfastcdc", SimpleNamespace(FastCDC=slow))
    with pytest.raises(MissingLibraryError, match="compiled, not in pure Python"):
        ContentChunker()


KNOWN_CUTS = [
    106137,
    156020,
    205521,
    275376,
    349217,
    407541,
    459250,
    526376,
    592997,
    644133,
    743098,
    825662,
    891523,
    916796,
    970378,
    1024173,
    1048576,
]
