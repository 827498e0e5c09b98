"""Small symbols of 1, 2 or 4 bits, several packed in a byte.

Entropy coding of bytes by Huffman spends at least a bit on each; where most numbers are 0, a byte
of several of them is what should be coded. With `bits` a symbol, symbol i stands in byte
`i // (8 / bits)`, shifted left by `bits * (i mod (8 / bits))`; what is left over is zero.
"""

from __future__ import annotations

import numpy as np

from modelkeep.storage.codecs.elements import Octets
from modelkeep.storage.codecs.scratch import empty

_BYTE_BITS = 8
_OCTET = np.dtype(np.uint8)
_PAIR = np.dtype("<u2")


def packed_size(count: int, bits: int) -> int:
    """Return the bytes that a number of symbols takes."""
    return -(-count * bits // 8)


def pack(symbols: Octets, bits: int) -> Octets:
    """Return symbols packed.

    Args:
        symbols: One a byte, each less than 2^bits.
        bits: 1, 2 or 4.
    """
    if bits == 1:
        return np.packbits(symbols, bitorder="little")
    if missing := -len(symbols) % (_BYTE_BITS // bits):
        symbols = np.concatenate([symbols, np.zeros(missing, np.uint8)])
    while bits < _BYTE_BITS:
        pairs = symbols.view(_PAIR)
        shifted = np.right_shift(pairs, _BYTE_BITS - bits, out=empty(len(pairs), _PAIR))
        shifted |= pairs
        symbols = empty(len(pairs), _OCTET)
        np.copyto(symbols, shifted, casting="unsafe")
        bits *= 2
    return symbols


def unpack(packed: Octets, bits: int, count: int) -> Octets:
    """Return symbols one a byte, the inverse of `pack`.

    Args:
        packed: Symbols as `pack` returns them.
        bits: 1, 2 or 4.
        count: How many there are.
    """
    if bits == 1:
        return np.unpackbits(packed, count=count, bitorder="little")
    for half in (4, 2):
        if half >= bits:
            pairs, shifted = empty(len(packed), _PAIR), empty(len(packed), _PAIR)
            np.copyto(pairs, packed)
            np.left_shift(pairs, _BYTE_BITS - half, out=shifted)
            pairs |= shifted
            pairs &= ((1 << half) - 1) * 0x0101
            packed = pairs.view(_OCTET)
    return packed[:count]
