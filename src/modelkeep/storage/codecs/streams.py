"""One stream of bytes in a chunk of planes: kept raw, as a constant, or entropy-coded.

Layout of a stream of `size` bytes (its reader knows the size):

    u8   mode: 0 raw, 1 constant, 2 zstd
    u32  length of what follows, lowest byte first
    ...  mode 0: the bytes, length = size
         mode 1: one byte, length = 1; the stream is that byte, size times (size may be 0)
         mode 2: one zstd frame (RFC 8878) that declares the content size `size`

The frames of mode 2 are written with parameters that only entropy-code, for what looks like
independent symbols, or that also find long repetitions; any zstd reader reads both.
"""

from __future__ import annotations

import numpy as np

from modelkeep.storage.codecs import zstd
from modelkeep.storage.codecs.damage import Cursor, damaged, u32
from modelkeep.storage.codecs.elements import Octets
from modelkeep.storage.codecs.estimate import INCOMPRESSIBLE, Outlook, foresee, sample

_RAW, _CONSTANT, _ZSTD = range(3)
_RULING = 0.5
_CLEAR = 1.05
_TRIAL_BYTES = 16 << 10
_TRIAL_WINDOWS = 32

Parts = list[bytes | memoryview]


def write(octets: Octets, parts: Parts) -> None:
    """Append a stream to the parts of a chunk.

    Args:
        octets: The stream.
        parts: What is appended to; may keep a view of the octets.
    """
    mode, payload = _code(octets)
    parts += (bytes([mode]) + u32(len(payload)), payload)


def read(cursor: Cursor, size: int) -> Octets:
    """Return the next stream; a raw one is a view of the stored bytes.

    Args:
        cursor: Stands at its mode.
        size: How many bytes it has.

    Raises:
        IntegrityError: It has not that size, or is malformed.
    """
    mode, length = cursor.byte(), cursor.u32()
    payload = cursor.take(length)
    if mode == _RAW and length == size:
        return np.frombuffer(payload, np.uint8)
    if mode == _CONSTANT and length == 1:
        return np.full(size, payload[0], np.uint8)
    if mode == _ZSTD:
        return np.frombuffer(zstd.decompress(payload, size), np.uint8)
    raise damaged(f"stream of mode {mode} and {length} bytes where {size} belong")


def _code(octets: Octets) -> tuple[int, bytes | memoryview]:
    if not octets.size:
        return _CONSTANT, b"\0"
    raw = octets.data
    outlook = foresee(octets)
    if outlook.commonest == 1 and (octets == octets[0]).all():
        return _CONSTANT, bytes(raw[:1])
    if outlook.entropy > INCOMPRESSIBLE:
        return _RAW, raw
    coded = _compress(octets, outlook)
    return (_ZSTD, coded) if len(coded) < len(raw) else (_RAW, raw)


def _compress(octets: Octets, outlook: Outlook) -> bytes:
    # Huffman spends a bit at least, so where one symbol rules, matches may do better
    if not outlook.runs and outlook.commonest < _RULING:
        return zstd.compress_literals(octets)
    if len(octets) <= _TRIAL_BYTES:
        return min(zstd.compress_runs(octets), zstd.compress_literals(octets), key=len)
    trial = sample(octets, _TRIAL_BYTES, _TRIAL_WINDOWS)
    ratio = len(zstd.compress_runs(trial)) / len(zstd.compress_literals(trial))
    if ratio > (_CLEAR if outlook.runs else 1):
        return zstd.compress_literals(octets)
    runs = zstd.compress_runs(octets)
    if ratio < 1 / _CLEAR:
        return runs
    return min(runs, zstd.compress_literals(octets), key=len)
