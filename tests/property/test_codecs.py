"""Chunks through the codecs and back, on raw bit patterns of every dtype."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from modelkeep.errors import IntegrityError, NewerFormatError
from modelkeep.storage.codecs import decode, encode

WIDTHS = {
    "F64": 8, "F32": 4, "F16": 2, "BF16": 2, "F8_E4M3": 1, "F8_E5M2": 1,
    "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U64": 8, "U32": 4, "U16": 2, "U8": 1, "BOOL": 1,
    "": 1, "C64": 8, "F4": 1,
}  # fmt: skip
ELEMENTS = st.sampled_from(sorted(WIDTHS))
MOST_BEST_BYTES = 20_000
SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.one_of(st.integers(0, 40), st.integers(0, 9000), st.sampled_from([65536, 70001, 200003]))
KINDS = st.sampled_from(
    ["noise", "weights", "special", "zeros", "constant", "sparse", "steps", "rows"]
)


def round_trip(raw: bytes, element: str, base: bytes | None = None) -> bytes:
    """Go both ways, also with the codecs that take their time; return the quick stored form."""
    quick = round_trip_once(raw, element, base, best=False)
    if len(raw) <= MOST_BEST_BYTES:
        assert len(round_trip_once(raw, element, base, best=True)) <= len(raw) + 1
    return quick


def round_trip_once(raw: bytes, element: str, base: bytes | None, *, best: bool) -> bytes:
    encoded = encode(
        memoryview(raw),
        element=element,
        base=None if base is None else memoryview(base),
        best=best,
    )
    into = bytearray(len(raw))
    needed = memoryview(base) if encoded.uses_base and base is not None else None
    decode(memoryview(encoded.stored), raw_bytes=len(raw), into=memoryview(into), base=needed)
    assert into == raw
    assert len(encoded.stored) <= len(raw) + 1
    assert encoded.uses_base == (encoded.stored[0] in (3, 4, 5))
    return encoded.stored


def special_bits(width: int) -> list[int]:
    """Zeros, infinities, NaN payloads and subnormals of every layout of that width."""
    bits = 8 * width
    top = 1 << (bits - 1)
    found = {0, 1, 2, top, top | 1, top - 1, 2**bits - 1, 2**bits - 2}
    for mantissa in {1: (2, 3), 2: (7, 10), 4: (23,), 8: (52,)}[width]:
        infinity = (top - 1) >> mantissa << mantissa
        for value in (infinity, infinity | 1, infinity | 1 << (mantissa - 1), infinity - 1,
                      (1 << mantissa) - 1, 1 << mantissa):  # fmt: skip
            found |= {value, value | top}
    return sorted(found)


def pattern(kind: str, size: int, width: int, seed: int) -> bytes:
    rng = np.random.default_rng(seed)
    count = size // width + 1
    dtype = f"<u{width}"
    if kind == "noise":
        return rng.bytes(size)
    if kind == "weights":
        values = (rng.standard_normal(count) * 0.03).astype(np.float32)
        octets = values.view(np.uint8).reshape(-1, 4)
        octets = octets[:, -width:] if width <= 4 else np.tile(octets, 2)
    elif kind == "special":
        octets = rng.choice(np.array(special_bits(width), dtype=np.uint64), count).astype(dtype)
    elif kind == "zeros":
        octets = np.zeros(count, dtype)
    elif kind == "constant":
        octets = np.full(count, int.from_bytes(rng.bytes(width), "little"), dtype)
    elif kind == "sparse":
        octets = np.where(rng.random(count) < 0.03, rng.integers(0, 256, count), 0).astype(dtype)
    elif kind == "steps":
        octets = np.cumsum(rng.integers(0, 3, count)).astype(dtype)
    else:
        octets = np.tile(rng.integers(0, 256, 97), count // 97 + 1)[:count].astype(dtype)
    return octets.tobytes()[:size]


def changed(raw: bytes, width: int, seed: int, share: float) -> bytes:
    """The same elements, a share of them moved by a few units (modulo 2^bits)."""
    rng = np.random.default_rng(seed)
    count = len(raw) // width
    numbers = np.frombuffer(raw, f"<u{width}", count).copy()
    moves = rng.geometric(0.2, count).astype(numbers.dtype)
    numbers = np.where(rng.random(count) < share, numbers + moves, numbers)
    return numbers.astype(f"<u{width}").tobytes() + raw[count * width :]


@given(ELEMENTS, KINDS, SIZES, SEEDS)
@settings(max_examples=300, deadline=None)
def test_every_chunk_comes_back_to_the_bit(element: str, kind: str, size: int, seed: int) -> None:
    round_trip(pattern(kind, size, WIDTHS[element], seed), element)


@given(ELEMENTS, KINDS, SIZES, SEEDS, st.sampled_from([0.0, 0.001, 0.05, 0.3, 1.0]))
@settings(max_examples=300, deadline=None)
def test_every_chunk_comes_back_from_its_base(
    element: str, kind: str, size: int, seed: int, share: float
) -> None:
    base = pattern(kind, size, WIDTHS[element], seed)
    round_trip(changed(base, WIDTHS[element], seed + 1, share), element, base)


@given(ELEMENTS, st.binary(max_size=200), st.binary(max_size=200))
@example("F32", b"", b"")
@example("BF16", b"\x00\x80\x01", b"\x00\x00\x01")
@settings(deadline=None)
def test_any_base_will_do(element: str, raw: bytes, base: bytes) -> None:
    round_trip(raw, element, base)


@pytest.mark.parametrize("element", [name for name in WIDTHS if name not in ("C64", "F4", "")])
def test_special_values_differ_from_each_other_exactly(element: str) -> None:
    width = WIDTHS[element]
    special = np.array(special_bits(width), dtype=np.uint64).astype(f"<u{width}")
    every = np.repeat(special, len(special)).tobytes()
    other = np.tile(special, len(special)).tobytes()
    round_trip(every, element, other)
    round_trip(other, element, every)
    round_trip(every, element)
    # large enough for the difference to win
    large = np.tile(special, 2000)
    stored = round_trip(changed(large.tobytes(), width, 3, 0.02), element, large.tobytes())
    assert stored[0] in (2, 3, 1)


@pytest.mark.parametrize("element", ["F32", "BF16", "F16", "I32", "I8", "F64"])
@given(KINDS, KINDS, st.sampled_from([3000, 65536, 262147]), SEEDS)
@settings(max_examples=25, deadline=None)
def test_a_wrong_base_makes_nothing_noticeably_larger(
    element: str, kind: str, other: str, size: int, seed: int
) -> None:
    raw = pattern(kind, size, WIDTHS[element], seed)
    alone = len(round_trip(raw, element))
    wrong = pattern(other, size, WIDTHS[element], seed + 1)
    assert len(round_trip(raw, element, wrong)) <= 1.01 * alone + 16


@given(ELEMENTS, KINDS, st.integers(1, 3000), SEEDS, st.booleans(), st.data())
@settings(max_examples=400, deadline=None)
def test_damage_is_an_error_of_ours_and_nothing_else(
    element: str, kind: str, size: int, seed: int, based: bool, data: st.DataObject
) -> None:
    raw = pattern(kind, size, WIDTHS[element], seed)
    base = changed(raw, WIDTHS[element], seed, 0.2) if based else None
    encoded = encode(memoryview(raw), element=element, base=memoryview(base) if base else None)
    stored = bytearray(encoded.stored)
    if data.draw(st.booleans(), label="cut"):
        del stored[data.draw(st.integers(0, len(stored) - 1), label="from") :]
    else:
        for _ in range(data.draw(st.integers(1, 3), label="flips")):
            # the headers at the front are hit as often as all the rest
            last = data.draw(st.sampled_from([min(30, len(stored)), len(stored)]), label="last")
            stored[data.draw(st.integers(0, last - 1), label="at")] ^= data.draw(
                st.integers(1, 255), label="bits"
            )
    decode_or_refuse(bytes(stored), len(raw), base if encoded.uses_base else None)


@given(st.integers(0, 5), st.binary(max_size=300), st.integers(0, 400))
@settings(max_examples=300, deadline=None)
def test_garbage_is_refused(codec: int, garbage: bytes, raw_bytes: int) -> None:
    stored = bytes([codec]) + garbage
    decode_or_refuse(stored, raw_bytes, bytes(raw_bytes))
    decode_or_refuse(stored, raw_bytes, None)


@given(
    st.sampled_from([2, 3]), st.integers(0, 7), st.integers(0, 8), st.sampled_from([0, 1, 2, 4]),
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 40)), max_size=9), st.integers(0, 60),
)  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_well_formed_nonsense_is_refused(
    codec: int, kind: int, planes: int, bits: int, streams: list[tuple[int, int]], raw_bytes: int
) -> None:
    body = b"".join(
        bytes([mode]) + length.to_bytes(4, "little") + bytes(length) for mode, length in streams
    )
    decode_or_refuse(bytes([codec, kind, planes, bits]) + body, raw_bytes, bytes(raw_bytes))


def decode_or_refuse(stored: bytes, raw_bytes: int, base: bytes | None) -> None:
    into = bytearray(raw_bytes)
    given_base = None if base is None else memoryview(base)
    with contextlib.suppress(IntegrityError, NewerFormatError):
        decode(memoryview(stored), raw_bytes=raw_bytes, into=memoryview(into), base=given_base)
    assert len(into) == raw_bytes
