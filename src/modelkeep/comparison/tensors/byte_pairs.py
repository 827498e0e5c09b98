"""Sums over tensors whose elements have a byte each: over how often each pair of values occurs."""

from __future__ import annotations

import numpy as np

from modelkeep.comparison.tensors.numbers import Array, widened

_VALUES = 256


def counted_pairs(
    values1: Array, values2: Array, kind1: str, kind2: str
) -> tuple[Array, Array, Array, Array]:
    """Return the pairs of values that occur in two tensors, and how often.

    Args:
        values1: Flat, of a byte an element, as `TensorSource.read` gives them; likewise values2.
        values2: Of the same length.
        kind1: Kind of values1.
        kind2: Kind of values2.

    Returns:
        For each pair its first and its second value as float64, whether their bits differ, and
        how many elements have it.
    """
    pairs = values1.view(np.uint8).astype(np.uint16)
    pairs <<= 8
    pairs |= values2.view(np.uint8)
    counts = np.bincount(pairs, minlength=_VALUES**2)
    found = np.flatnonzero(counts)
    bits1, bits2 = (found // _VALUES).astype(np.uint8), (found % _VALUES).astype(np.uint8)
    return (
        widened(bits1.view(values1.dtype), kind1),
        widened(bits2.view(values2.dtype), kind2),
        bits1 != bits2,
        counts[found],
    )
