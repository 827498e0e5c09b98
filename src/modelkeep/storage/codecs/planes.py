"""Numbers as byte planes, and their small upper part as symbols (codecs 2 and 3).

Layout, after the codec byte (2 without a base, 3 with one), for `raw_bytes` of content:

    u8   kind: width is 1 << (kind & 3) bytes; kind & 4, with codec 2 only: the coded numbers are
         rotated, else zigzag (see `elements`); no other bit is set
    u8   planes: how many byte planes are stored, 0 to width
    u8   bits: of a symbol, 1, 2 or 4; 0 if and only if planes = width
         `planes` streams of n = raw_bytes // width bytes each (see `streams` for their layout):
         byte i of all coded numbers, i = 0 (the lowest) first
    and if planes < width, for v = coded number >> (8 * planes):
         a stream of ceil(n * bits / 8) bytes: the symbols min(v, 2^bits - 1), packed as
         `symbols` describes
    u32  m: how many of the symbols are 2^bits - 1
         if m > 0: `width - planes` streams of m bytes each: the byte planes, lowest first, of
         v - (2^bits - 1) for these numbers in their order
    ...  the last raw_bytes mod width bytes of the content, as they are; the end

With codec 5, the coded numbers do not stand in their own order but in that of a stable sort by the
top byte of the base's numbers, shifted left by one: of floats, their exponents. How much a weight
moves goes with how large it is, so neighbours are alike then, and each block of zstd has its own
table of frequencies.

`elements` says what the coded numbers of the elements are. Byte planes are ZipNN's (arXiv
2411.05239); the symbols serve differences, most of which are zero or a few units.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from modelkeep.storage.codecs import elements, streams, symbols
from modelkeep.storage.codecs.damage import Cursor, damaged, u32
from modelkeep.storage.codecs.elements import UNSIGNED, Element, Numbers, Octets
from modelkeep.storage.codecs.estimate import sample
from modelkeep.storage.codecs.scratch import empty

_ROTATED = 4
_TRUTH = np.dtype(np.bool_)
_MOST_ESCAPES = 0.15
_SYMBOL_BITS = (1, 2, 4)


def encode(
    raw: memoryview,
    base: memoryview | None,
    element: Element,
    codec: int,
    *,
    ordered: bool = False,
) -> bytes:
    """Return the stored form of a chunk.

    Args:
        raw: Its content.
        base: As many bytes, or None.
        element: The kind of its elements.
        codec: The byte to begin with.
        ordered: Whether differences stand in the order of the base's exponents.
    """
    rotated, width = element.rotates and base is None, element.width
    numbers = elements.view(raw, width)
    from_base = None if base is None else elements.view(base, width)
    coded = elements.rotate(numbers) if rotated else elements.differ(numbers, from_base)
    if ordered and from_base is not None:
        coded = coded[_order(from_base)]
    planes, bits = (width, 0) if rotated else _choose(sample(coded))
    kind = width.bit_length() - 1 | (_ROTATED if rotated else 0)
    parts: streams.Parts = [bytes([codec, kind, planes, bits])]
    _write_planes(coded, planes, parts)
    if bits:
        _write_symbols(coded, planes, bits, parts)
    parts.append(raw[len(coded) * width :])
    return b"".join(parts)


def decode(
    cursor: Cursor, into: memoryview, base: memoryview | None, *, ordered: bool = False
) -> None:
    """Write the content of a chunk.

    Args:
        cursor: Stands after the codec byte.
        into: As many bytes as the content has.
        base: What the encoder was given, as many bytes.
        ordered: As the encoder was told.

    Raises:
        IntegrityError: The stored form is malformed.
    """
    kind, planes, bits = cursor.take(3)
    width, rotated = 1 << (kind & 3), bool(kind & _ROTATED)
    if (
        kind & ~7
        or (rotated and base is not None)
        or planes > width
        or (bits not in _SYMBOL_BITS if planes < width else bits)
    ):
        raise damaged(f"numbers of kind {kind} in {planes} planes and symbols of {bits} bits")
    numbers = elements.view(into, width)
    count = len(numbers)
    lower = _read_planes(cursor, planes, count)
    upper = _read_symbols(cursor, width - planes, bits, count) if bits else None
    tail = cursor.take(len(into) - count * width)
    if cursor.left:
        raise damaged(f"{cursor.left} bytes after its end")
    coded = _assemble(lower, upper, width)
    if ordered and base is not None:
        placed = empty(count, coded.dtype)
        placed[_order(elements.view(base, width))] = coded
        coded = placed
    if rotated:
        elements.rotate_back(coded, numbers)
    else:
        elements.add_back(coded, None if base is None else elements.view(base, width), numbers)
    into[count * width :] = tail


def _order(base: Numbers) -> npt.NDArray[np.intp]:
    """Return the stable order of numbers by the top byte of each shifted left by a bit."""
    keys = np.left_shift(base, 1, out=empty(len(base), base.dtype))
    keys >>= 8 * (base.dtype.itemsize - 1)
    return np.argsort(_lowest_bytes(keys), kind="stable")


def _choose(coded: Numbers) -> tuple[int, int]:
    """Return how many byte planes to store, and the bits of the symbols above them."""
    for planes in range(coded.dtype.itemsize):
        upper = coded >> (8 * planes)
        for bits in _SYMBOL_BITS:
            if np.count_nonzero(upper >= (1 << bits) - 1) <= _MOST_ESCAPES * len(upper):
                return planes, bits
    return coded.dtype.itemsize, 0


def _write_planes(numbers: Numbers, planes: int, parts: streams.Parts) -> None:
    shifted = empty(len(numbers), numbers.dtype)
    for plane in range(planes):
        np.right_shift(numbers, 8 * plane, out=shifted)
        streams.write(_lowest_bytes(shifted if plane else numbers), parts)


def _lowest_bytes(numbers: Numbers) -> Octets:
    octets = empty(len(numbers), UNSIGNED[1])
    np.copyto(octets, numbers, casting="unsafe")  # seven times as fast as a copy with a stride
    return octets


def _read_planes(cursor: Cursor, planes: int, count: int) -> list[Octets]:
    return [streams.read(cursor, count) for _ in range(planes)]


def _assemble(planes: list[Octets], upper: Numbers | None, width: int) -> Numbers:
    """Return numbers from their byte planes, lowest first, and what stands above those."""
    above = [] if upper is None else [(len(planes), upper)]
    pieces: list[tuple[int, Numbers]] = [*enumerate(planes), *above]
    place, piece = pieces.pop()
    numbers, moved = (empty(len(piece), UNSIGNED[width]) for _ in range(2))
    np.copyto(numbers, piece)
    numbers <<= 8 * place
    for place, piece in pieces:
        np.copyto(moved, piece)
        moved <<= 8 * place
        numbers |= moved
    return numbers


def _write_symbols(coded: Numbers, planes: int, bits: int, parts: streams.Parts) -> None:
    count, width = len(coded), coded.dtype.itemsize - planes
    shifted = np.right_shift(coded, 8 * planes, out=empty(count, coded.dtype))
    upper = empty(count, _narrow(width))
    np.copyto(upper, shifted, casting="unsafe")
    top = (1 << bits) - 1
    where = _positions(np.greater_equal(upper, top, out=empty(count, _TRUTH)))
    small = _lowest_bytes(upper)
    small[where] = top
    streams.write(symbols.pack(small, bits), parts)
    parts.append(u32(len(where)))
    if len(where):
        escapes = upper[where]
        escapes -= top
        _write_planes(escapes, width, parts)


def _read_symbols(cursor: Cursor, width: int, bits: int, count: int) -> Numbers:
    top = (1 << bits) - 1
    packed = streams.read(cursor, symbols.packed_size(count, bits))
    small = symbols.unpack(packed, bits, count)
    where = _positions(np.equal(small, top, out=empty(count, _TRUTH)))
    if cursor.u32() != len(where):
        raise damaged("the number of its large differences does not add up")
    upper = empty(count, _narrow(width))
    np.copyto(upper, small)
    if len(where):
        planes = _read_planes(cursor, width, len(where))
        escapes = _assemble(planes, None, upper.dtype.itemsize)
        escapes += top
        upper[where] = escapes
    return upper


def _positions(truth: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """Return where an array is true."""
    count, found = len(truth), np.count_nonzero(truth)
    if not 0.04 * count < found <= 0.1 * count:
        return np.flatnonzero(truth)
    # up to a tenth numpy takes a path with a branch for each, which such shares mispredict most;
    # a tail of truths leads it to the other, up to three times as fast
    padded = empty(count + count // 8, _TRUTH)
    padded[:count], padded[count:] = truth, True
    return np.flatnonzero(padded)[:found]


def _narrow(width: int) -> np.dtype[np.unsignedinteger]:
    """Return the smallest type that holds numbers of this many bytes."""
    return UNSIGNED[1 << (width - 1).bit_length()]
