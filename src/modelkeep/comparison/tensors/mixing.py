"""Bits mixed so that sums of them tell them apart.

The mixer is the finaliser of SplitMix64 (Steele, Lea and Flood, Fast splittable pseudorandom number
generators, OOPSLA 2014, https://doi.org/10.1145/2714064.2660195).
"""

from __future__ import annotations

from functools import cache

import numpy as np

from modelkeep.comparison.tensors.numbers import Array, words

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_WIDEST_TABLE = 2


def mix(bits: Array) -> Array:
    """Mix unsigned 64-bit integers in place, each to one that tells nothing of it."""
    bits += _GOLDEN
    bits ^= bits >> np.uint64(30)
    bits *= _FIRST
    bits ^= bits >> np.uint64(27)
    bits *= _SECOND
    bits ^= bits >> np.uint64(31)
    return bits


def mixed_bits(values: Array) -> Array:
    """Return the bits of elements of at most 8 bytes, mixed, in the same shape."""
    width = values.dtype.itemsize
    if width <= _WIDEST_TABLE:
        return np.asarray(_table(width)[values.view(f"u{width}")])
    bits = words(values)
    assert bits is not None, "only kinds that have a fingerprint come here"
    return mix(bits)


@cache
def _table(width: int) -> Array:
    return mix(np.arange(1 << (8 * width), dtype=np.uint64))
