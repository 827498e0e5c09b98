"""Numbers of every kind as float64 to calculate with, and as bits to tell apart.

The 8-bit floats are those of https://arxiv.org/abs/2209.05433 (e4m3fn, e5m2), their forms without
negative zero of https://arxiv.org/abs/2206.02915 (fnuz), and e8m0 and e2m1 are those of the OCP
Microscaling Formats (MX) Specification, version 1.0.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

# Bits of the exponent, bits of the fraction, bias, and which bits are no numbers.
_SMALL_FLOATS: dict[str, tuple[int, int, int, str]] = {
    "float8_e4m3fn": (4, 3, 7, "all ones"),
    "float8_e5m2": (5, 2, 15, "like float16"),
    "float8_e4m3fnuz": (4, 3, 8, "negative zero"),
    "float8_e5m2fnuz": (5, 2, 16, "negative zero"),
    "float4_e2m1fn": (2, 1, 1, "none"),
}
_SCALES = "float8_e8m0fnu"
_SCALE_BIAS, _SCALE_NAN = 127, 255
_BFLOAT16 = "bfloat16"
_WHOLE_BYTES = frozenset({"int4", "uint4"})
_WORD = 8


def is_number(kind: str) -> bool:
    """Whether elements of a kind are numbers, so that there is more to say than same or not."""
    if kind in _SMALL_FLOATS or kind in _WHOLE_BYTES or kind in {_SCALES, _BFLOAT16}:
        return True
    try:
        return np.dtype(kind).kind in "biufc"
    except TypeError:
        return False


def width_of(kind: str) -> int:
    """Return the bytes that an element takes in memory as it is read."""
    if kind == _BFLOAT16:
        return 2
    if kind in _SMALL_FLOATS or kind in _WHOLE_BYTES or kind == _SCALES:
        return 1
    try:
        return np.dtype(kind).itemsize
    except TypeError:
        return _WORD


def is_looked_up(kind: str) -> bool:
    """Whether elements of a kind have a byte each and are widened by a table."""
    return kind in _SMALL_FLOATS or kind == _SCALES


def widened(values: Array, kind: str) -> Array:
    """Return numbers as float64, or as complex128 if they are complex.

    Args:
        values: Flat, as `TensorSource.read` gives them.
        kind: Their kind, one of which `is_number` holds.
    """
    if kind == _BFLOAT16:
        # It is the upper half of a float32.
        values = (values.view(np.uint16).astype(np.uint32) << 16).view(np.float32)
    if is_looked_up(kind):
        found: Array = _table(kind)[values.view(np.uint8)]
        return found
    # Some bits that are NaN make numpy warn of them.
    with np.errstate(invalid="ignore"):
        return values.astype(np.complex128 if values.dtype.kind == "c" else np.float64)


def differ(values1: Array, values2: Array) -> Array:
    """Return where the bits of two arrays of one kind differ, flat."""
    width = values1.dtype.itemsize
    if width in (1, 2, 4, 8):
        unsigned = np.dtype(f"u{width}")
        return np.asarray(values1.view(unsigned) != values2.view(unsigned))
    if not width:
        return np.zeros(len(values1), np.bool_)
    rows1 = values1.view(np.uint8).reshape(-1, width)
    return np.asarray((rows1 != values2.view(np.uint8).reshape(-1, width)).any(axis=1))


def words(values: Array) -> Array | None:
    """Return the bits of elements as unsigned 64-bit integers; None of kinds wider than that."""
    width = values.dtype.itemsize
    if width not in (1, 2, 4, 8):
        return None
    return np.asarray(values.view(f"u{width}").astype(np.uint64))


@cache
def _table(kind: str) -> Array:
    values: Array
    bits = np.arange(256)
    if kind == _SCALES:
        values = np.exp2(bits.astype(np.float64) - _SCALE_BIAS)
        values[_SCALE_NAN] = np.nan
        return values
    exponent_bits, fraction_bits, bias, special = _SMALL_FLOATS[kind]
    sign = 1 << (exponent_bits + fraction_bits)
    magnitude = bits & (sign - 1)
    exponent, fraction = magnitude >> fraction_bits, magnitude & ((1 << fraction_bits) - 1)
    significand = np.where(exponent > 0, 1.0, 0.0) + fraction / (1 << fraction_bits)
    values = np.ldexp(significand, np.maximum(exponent, 1) - bias)
    if special == "all ones":
        values[magnitude == sign - 1] = np.nan
    elif special == "like float16":
        highest = exponent == (1 << exponent_bits) - 1
        values[highest] = np.where(fraction[highest] == 0, np.inf, np.nan)
    values = np.where(bits & sign, -values, values)
    if special == "negative zero":
        values[bits == sign] = np.nan
    return values
