"""What a tensor has in it, in one pass: by this tensors find each other under other names.

The order-free fingerprint is the sum of its elements' bits and that of their squares, modulo 2^64.
It is cheap, and tells which tensors may have the same elements in another order; `permutations`
tells whether they do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from blake3 import blake3

from modelkeep.comparison.tensors.blocks import spans_of
from modelkeep.comparison.tensors.numbers import Array, is_number, widened, width_of, words
from modelkeep.comparison.tensors.source import TensorEntry, TensorSource

_STEP = 1 << 16
_SAMPLED = 4096
_MODULUS = 1 << 64

Print = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Content:
    """What is in a tensor.

    Attributes:
        digest: BLAKE3 of its elements in C order.
        elements: Order-free fingerprint; None of kinds that have none.
        sample: Some of its numbers, of length 1 as a vector, at places that depend only on how
            many it has; zeros where it has no numbers.
    """

    digest: bytes
    elements: Print | None
    sample: Array


def content_of(source: TensorSource, entry: TensorEntry, block_bytes: int) -> Content:
    """Read a tensor once and return what is in it.

    Raises:
        IntegrityError: It is missing or damaged.
    """
    digest = blake3()
    first = second = 0
    has_print = True
    # An odd step, so that the places do not all lie in one column.
    step = max(1, entry.elements // _SAMPLED) | 1
    sampled = []
    for start, count in spans_of(entry, width_of(entry.dtype), block_bytes):
        values = source.read(entry.file, entry.name, start, count)
        digest.update(np.ascontiguousarray(values).view(np.uint8).data)
        if is_number(entry.dtype):
            sampled.append(widened(values[-start % step :: step], entry.dtype))
        for at in range(0, count, _STEP):
            bits = words(values[at : at + _STEP])
            if bits is None:
                has_print = False
                break
            part = print_of(bits)
            first, second = (first + part[0]) % _MODULUS, (second + part[1]) % _MODULUS
    return Content(
        digest=digest.digest(),
        elements=(first, second) if has_print else None,
        sample=_unit(np.concatenate(sampled)) if sampled else np.zeros(1),
    )


def print_of(bits: Array) -> Print:
    """Return the order-free fingerprint of elements, two sums modulo 2^64.

    Args:
        bits: The elements as unsigned 64-bit integers.
    """
    return int(bits.sum(dtype=np.uint64)), int(np.dot(bits, bits))


def _unit(sample: Array) -> Array:
    values = np.abs(sample) if sample.dtype.kind == "c" else sample
    values = np.where(np.isfinite(values), values, 0.0)
    # Scaled first, as squares may be beyond float64.
    greatest = float(np.abs(values).max(initial=0.0))
    if not greatest:
        return np.zeros(len(values), np.float32)
    values = values / greatest
    return np.asarray(values / np.linalg.norm(values), np.float32)
