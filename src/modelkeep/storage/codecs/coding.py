"""Chunk to stored form and back: the smallest of the codecs that suit its elements.

A stored chunk begins with a byte that names its codec; whoever reads it knows `raw_bytes`, the
size of the content, and the base if there is one:

    0  raw: the content
    1  zstd: one frame (RFC 8878) that declares raw_bytes as its content size
    2  byte planes (see `planes`)
    3  byte planes of the difference to a base of raw_bytes bytes (see `planes`)
    4  zstd after a prefix: one frame as in 1, whose matches may reach into the base, given to the
       decoder as a raw-content prefix (ZSTD_DCtx_refPrefix)
    5  as 3, the differences in the order of the base's exponents (see `planes`)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from modelkeep.errors import InvalidInputError, NewerFormatError
from modelkeep.storage.codecs import elements, planes, zstd
from modelkeep.storage.codecs.damage import Cursor, damaged
from modelkeep.storage.codecs.elements import Element
from modelkeep.storage.codecs.estimate import foresee_planes, repeats, sample
from modelkeep.storage.codecs.scratch import begin

MAX_RAW_BYTES = 16 << 20
"""The largest chunk of numbers."""

MAX_PLAIN_BYTES = 256 << 20
"""The largest chunk of plain bytes: recipes of very large files are one chunk too."""

MAX_BASE_BYTES = 64 << 20
"""The largest base."""

RAW, ZSTD, PLANES, DIFFERENCE, ZSTD_AFTER, SORTED = range(6)
_WITH_BASE = {DIFFERENCE, ZSTD_AFTER, SORTED}
_NUMBERS = {PLANES, DIFFERENCE, SORTED}
_CLEAR = 0.95
_SAMPLE = 2048
_MUCH_SMALLER = 0.25
_LOOKED_AT_BYTES = 1024
_WINDOWS = 8
_LEAST_WINDOWS = 2
_RANDOM = 0.995


@dataclass(frozen=True, slots=True)
class Encoded:
    """A coded chunk.

    Attributes:
        parts: The stored form, one after another; its first byte names the codec. Of a chunk
            that is kept raw they are a view of the chunk, not a copy.
        uses_base: Whether decoding needs the base.
    """

    parts: tuple[bytes | memoryview, ...]
    uses_base: bool

    @property
    def stored_bytes(self) -> int:
        """How long the stored form is."""
        return sum(len(part) for part in self.parts)

    @property
    def stored(self) -> bytes:
        """The stored form in one piece."""
        return b"".join(self.parts)


def encode(
    raw: memoryview,
    *,
    element: str,
    base: memoryview | None = None,
    compress: bool = True,
    best: bool = False,
) -> Encoded:
    """Return the stored form of a chunk; it takes at most one byte more than the chunk.

    Args:
        raw: The chunk, of at most `MAX_RAW_BYTES`, or `MAX_PLAIN_BYTES` of plain bytes.
        element: Its dtype as safetensors names it; "" or an unknown name for plain bytes.
        base: What it probably resembles. Elements use it if it has as many bytes, plain bytes
            if it has at most `MAX_BASE_BYTES`.
        compress: Whether to do more than mark the bytes as raw.
        best: Whether to try what takes several times as long.

    Raises:
        InvalidInputError: The chunk is too large.
    """
    most = MAX_RAW_BYTES if element else MAX_PLAIN_BYTES
    if raw.nbytes > most:
        raise InvalidInputError(f"a chunk has {raw.nbytes} bytes; at most {most} are coded")
    smallest = None
    raw = _octets(raw)
    if compress and raw.nbytes:
        base = None if base is None else _octets(base)
        begin()
        kind = elements.find_element(element)
        if kind is None or len(raw) < kind.width:
            smallest = _code_bytes(raw, base, best)
        else:
            smallest = _code_elements(raw, base, kind, best)
    if smallest is None or len(smallest) > raw.nbytes:
        return Encoded((bytes([RAW]), raw), uses_base=False)
    return Encoded((smallest,), uses_base=smallest[0] in _WITH_BASE)


def looks_random(raws: Sequence[memoryview]) -> bool:
    """Whether all bytes are as frequent in windows of each chunk: they were compressed already."""
    windows = max(_LEAST_WINDOWS, _WINDOWS // len(raws))
    looked_at = []
    for raw in raws:
        if len(raw) < _LOOKED_AT_BYTES * windows * 2:
            return False
        step = len(raw) // windows
        looked_at += [raw[at : at + _LOOKED_AT_BYTES] for at in range(0, step * windows, step)]
    octets = np.frombuffer(b"".join(looked_at), np.uint8)
    return len(zstd.compress_literals(octets)) > _RANDOM * len(octets)


def decode(
    stored: memoryview, *, raw_bytes: int, into: memoryview, base: memoryview | None = None
) -> None:
    """Write the content of a stored chunk; needs memory in proportion to its size only.

    Args:
        stored: The stored form.
        raw_bytes: The size of the content.
        into: Where it goes; writable, of that size. Arbitrary after an error.
        base: The base that `encode` was given, if the stored form uses it.

    Raises:
        IntegrityError: The stored form is malformed, or the base is not the one it needs.
        NewerFormatError: A codec that this release does not know.
    """
    stored, into = _octets(stored), _octets(into)
    base = None if base is None else _octets(base)
    cursor = Cursor(stored)
    codec = cursor.byte()
    if codec > SORTED:
        raise NewerFormatError("a stored chunk", f"codec {codec}", f"codec {SORTED}")
    if into.nbytes != raw_bytes:
        raise damaged(f"{into.nbytes} bytes of room for {raw_bytes} of content")
    if codec in _WITH_BASE:
        if base is None or (codec in _NUMBERS and base.nbytes != raw_bytes):
            raise damaged(f"base of {base.nbytes if base else 'no'} bytes for {raw_bytes}")
    else:
        base = None
    if codec in _NUMBERS:
        begin()
        planes.decode(cursor, into, base, ordered=codec == SORTED)
        return
    payload = cursor.take(cursor.left)
    if codec != RAW:
        payload = memoryview(zstd.decompress(payload, raw_bytes, base))
    if len(payload) != raw_bytes:
        raise damaged(f"{len(payload)} bytes where {raw_bytes} belong")
    into[:] = payload


def _octets(view: memoryview) -> memoryview:
    return view.cast("B") if view.nbytes else memoryview(bytearray())  # no empty view is cast


def _code_bytes(raw: memoryview, base: memoryview | None, best: bool) -> bytes | None:
    candidates = []
    if base is not None and zstd.SMALLEST_PREFIX <= len(base) <= MAX_BASE_BYTES:
        candidates.append(bytes([ZSTD_AFTER]) + zstd.compress_after(raw, base, best=best))
        if not best and len(candidates[0]) < _MUCH_SMALLER * len(raw):
            return candidates[0]
    if looks_random([raw]):
        # Most large files that are no tensors are compressed already.
        return candidates[0] if candidates else None
    candidates.append(bytes([ZSTD]) + zstd.compress(raw, best=best))
    return min(candidates, key=len)


def _code_elements(raw: memoryview, base: memoryview | None, element: Element, best: bool) -> bytes:
    def code(codec: int) -> bytes:
        begin()
        if codec == ZSTD:
            return bytes([ZSTD]) + zstd.compress(raw, best=best)
        from_base = base if codec in _WITH_BASE else None
        return planes.encode(raw, from_base, element, codec, ordered=codec == SORTED)

    if base is not None and len(base) != len(raw):
        base = None
    expected: dict[int, float] = {}
    found = repeats(raw)
    if base is not None or not element.rotates:
        expected[PLANES], runs = _foresee(raw, None, element)
        found = found or runs
    if base is not None:
        expected[DIFFERENCE] = _foresee(raw, base, element)[0]
    favoured = min(expected, key=expected.__getitem__, default=PLANES)
    smallest = code(favoured)
    for codec, size in expected.items():
        # the sample saw a clear case, and coding bore it out
        if codec != favoured and (found or size * _CLEAR < max(expected[favoured], len(smallest))):
            smallest = min(smallest, code(codec), key=len)
    if best and smallest[0] == DIFFERENCE:
        smallest = min(smallest, code(SORTED), key=len)
    return min(smallest, code(ZSTD), key=len) if found else smallest


def _foresee(raw: memoryview, base: memoryview | None, element: Element) -> tuple[float, bool]:
    """Return about how many bytes planes will take, and whether zstd may find more."""
    numbers = elements.view(raw, element.width)
    some = sample(numbers, _SAMPLE)
    if base is None:
        coded = elements.rotate(some) if element.rotates else elements.differ(some, None)
    else:
        coded = elements.differ(some, sample(elements.view(base, element.width), _SAMPLE))
    bits, runs = foresee_planes(coded)
    return bits * len(numbers) / 8, runs
