"""Compressed files, grown within a bound: a bomb is told before it takes the memory."""

from __future__ import annotations

import bz2
import importlib
import lzma
import zlib
from typing import Any, Final, Protocol

from modelkeep.errors import IntegrityError, UntrustedModelError
from modelkeep.storage.trust.limits import Limits

_PIECE: Final = 1 << 20
_ALWAYS: Final = 64 << 20
# A window of this size is more than the highest level of xz takes.
_LZMA_MEMORY: Final = 256 << 20
_MAGIC: Final = (
    (b"\x1f\x8b\x08", "gzip"), (b"BZh", "bz2"), (b"\xfd7zXZ\x00", "xz"), (b"\x5d\x00", "lzma"),
    (b"\x04\x22\x4d\x18", "lz4"), (b"\x78\x01", "zlib"), (b"\x78\x5e", "zlib"),
    (b"\x78\x9c", "zlib"), (b"\x78\xda", "zlib"),
)  # fmt: skip


class _Stream(Protocol):
    def grow(self, data: bytes, most: int) -> bytes: ...
    def is_over(self) -> bool: ...
    def waits(self) -> bool: ...


class _Zlib:
    def __init__(self, bits: int) -> None:
        self._inner = zlib.decompressobj(bits)
        self._tail = b""

    def grow(self, data: bytes, most: int) -> bytes:
        made = self._inner.decompress(self._inner.unconsumed_tail + data, most)
        self._tail = self._inner.unused_data
        return made

    def is_over(self) -> bool:
        return self._inner.eof and not self._tail

    def waits(self) -> bool:
        return bool(self._inner.unconsumed_tail)


class _Standard:
    """What bz2, lzma and lz4 share: `max_length` and `needs_input`."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def grow(self, data: bytes, most: int) -> bytes:
        made: bytes = self._inner.decompress(data, most)
        return made

    def is_over(self) -> bool:
        return bool(self._inner.eof) and not self._inner.unused_data

    def waits(self) -> bool:
        return not self._inner.eof and not self._inner.needs_input


def compression_of(content: memoryview) -> str:
    """Return how a content is compressed; empty if it is not."""
    head = bytes(content[:8])
    return next((name for magic, name in _MAGIC if head.startswith(magic)), "")


def decompressed(content: memoryview, form: str, *, source: str, limits: Limits) -> memoryview:
    """Return a content as it was before it was compressed.

    Raises:
        IntegrityError: It is damaged, or grows beyond the limits.
        UntrustedModelError: It needs a library that is not installed.
    """
    most = min(limits.decompressed_bytes, max(_ALWAYS, limits.expansion * len(content)))
    stream = _stream(form, source)
    grown = bytearray()
    at = 0
    try:
        while at < len(content) or stream.waits():
            data = b"" if stream.waits() else bytes(content[at : at + _PIECE])
            at += len(data)
            grown += stream.grow(data, _PIECE)
            if len(grown) > most:
                break
    except Exception as error:
        raise IntegrityError(source, detail=f"its {form} stream is damaged: {error}") from error
    if len(grown) > most:
        raise IntegrityError(source, detail=f"it grows to more than {most} bytes")
    if not stream.is_over():
        raise IntegrityError(source, detail=f"its {form} stream ends too early or too late")
    return memoryview(grown)


def _stream(form: str, source: str) -> _Stream:
    if form == "zlib":
        return _Zlib(15)
    if form == "gzip":
        return _Zlib(31)
    if form == "bz2":
        return _Standard(bz2.BZ2Decompressor())
    if form == "lz4":
        try:
            frames = importlib.import_module("lz4.frame")
        except ImportError as error:
            raise UntrustedModelError(source, reason="it needs lz4, not installed") from error
        return _Standard(frames.LZ4FrameDecompressor())
    kind = lzma.FORMAT_XZ if form == "xz" else lzma.FORMAT_ALONE
    return _Standard(lzma.LZMADecompressor(kind, memlimit=_LZMA_MEMORY))
