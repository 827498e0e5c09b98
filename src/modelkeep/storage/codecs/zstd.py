"""Zstandard frames (RFC 8878): the one library there is, three ways to write, one way to read.

The standard library has zstd from Python 3.14 on; before that `backports.zstd` is the same code.
Every frame written here is one frame that declares its content size. A reader believes neither
that size nor the window until both fit what it expects, so it needs no more memory than that.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping

from modelkeep.storage.codecs.damage import damaged
from modelkeep.storage.codecs.elements import Octets

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_Parameter = zstd.CompressionParameter
SMALLEST_PREFIX = 8
"""The fewest bytes that zstd takes as a prefix."""

_MAGIC = b"\x28\xb5\x2f\xfd"
_SINGLE_SEGMENT = 0x20
_SMALLEST_WINDOW_LOG = 10
_LARGEST_WINDOW_LOG = 27
_LITERAL_COMPRESSION_MODE = 1002
_ORDINARY_LEVEL = 3
_BEST_LEVEL = 19

_ENTROPY: dict[int, int] = {
    _Parameter.strategy: zstd.Strategy.fast,
    _Parameter.window_log: 17,
    _Parameter.hash_log: 6,
    _Parameter.chain_log: 6,
    _Parameter.search_log: 1,
    _Parameter.min_match: 7,
}


def _literal_parameters() -> Mapping[int, int]:
    # Steps so wide that no match is looked for; Huffman is then off unless asked for by
    # ZSTD_c_literalCompressionMode, which zstd calls experimental: probed, not relied on.
    wanted = {**_ENTROPY, _Parameter.target_length: 1 << 17, _LITERAL_COMPRESSION_MODE: 1}
    probe = bytes(range(16)) * 64
    try:
        coded = zstd.compress(probe, options=wanted)
        return wanted if zstd.decompress(coded) == probe else _ENTROPY
    except (zstd.ZstdError, ValueError, TypeError):
        return _ENTROPY


_LITERALS = _literal_parameters()


class _Own(threading.local):
    """Compressors of one thread: making one anew for each stream would cost as much again."""

    def __init__(self) -> None:
        self.runs = zstd.ZstdCompressor(options=_ENTROPY)
        self.literals = zstd.ZstdCompressor(options=_LITERALS)


_own = _Own()


def compress(raw: memoryview, *, best: bool = False) -> bytes:
    """Return one ordinary frame: of level 3, or of level 19."""
    return zstd.compress(raw, level=_BEST_LEVEL if best else _ORDINARY_LEVEL)


def compress_runs(raw: Octets) -> bytes:
    """Return one frame that codes symbols by frequency and finds long repetitions only."""
    return _own.runs.compress(raw.data, zstd.ZstdCompressor.FLUSH_FRAME)


def compress_literals(raw: Octets) -> bytes:
    """Return one frame that codes symbols by their frequency and looks for nothing else."""
    return _own.literals.compress(raw.data, zstd.ZstdCompressor.FLUSH_FRAME)


def compress_after(raw: memoryview, prefix: memoryview, *, best: bool = False) -> bytes:
    """Return one frame (level 3) whose matches may reach back into a prefix.

    Args:
        raw: The content.
        prefix: The bytes thought to stand before it.
        best: Whether level 19 is worth its time.
    """
    options: dict[int, int] = {
        _Parameter.compression_level: _BEST_LEVEL if best else _ORDINARY_LEVEL,
        _Parameter.window_log: _covering(len(raw) + len(prefix)),
        _Parameter.enable_long_distance_matching: 1,
    }
    dictionary = zstd.ZstdDict(prefix, is_raw=True).as_prefix
    return zstd.compress(raw, options=options, zstd_dict=dictionary)


def decompress(frame: memoryview, size: int, prefix: memoryview | None = None) -> bytes:
    """Return the content of one frame of known size.

    Args:
        frame: The frame, nothing before or after it.
        size: How many bytes it must hold.
        prefix: What `compress_after` was given, if it was.

    Raises:
        IntegrityError: The frame is damaged, holds another size, or wants a larger window than
            its content and the prefix can fill.
    """
    reach = _covering(size + (len(prefix) if prefix is not None else 0))
    _check_header(frame, size, 1 << reach)
    if prefix is not None and len(prefix) < SMALLEST_PREFIX:
        raise damaged(f"no prefix is as short as {len(prefix)} bytes")
    dictionary = zstd.ZstdDict(prefix, is_raw=True).as_prefix if prefix is not None else None
    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: reach}
    decompressor = zstd.ZstdDecompressor(dictionary, options)
    try:
        content = decompressor.decompress(frame, max_length=size + 1)
    except (zstd.ZstdError, EOFError) as error:
        raise damaged(f"zstd frame: {error}") from error
    if not decompressor.eof or decompressor.unused_data or len(content) != size:
        raise damaged(f"zstd frame does not hold just {size} bytes")
    return content


def _covering(size: int) -> int:
    return min(max((size - 1).bit_length(), _SMALLEST_WINDOW_LOG), _LARGEST_WINDOW_LOG)


def _check_header(frame: memoryview, size: int, largest_window: int) -> None:
    """Refuse a frame by its header (RFC 8878, 3.1.1.1) before anything is allocated for it."""
    if len(frame) < len(_MAGIC) + 2 or frame[:4] != _MAGIC:
        raise damaged("no zstd frame where one should be")
    try:
        declared = zstd.get_frame_info(frame).decompressed_size
    except zstd.ZstdError as error:
        raise damaged(f"zstd frame: {error}") from error
    if declared != size:
        raise damaged(f"zstd frame declares {declared} bytes where {size} belong")
    if not frame[4] & _SINGLE_SEGMENT:  # with it the window is the content
        exponent, mantissa = frame[5] >> 3, frame[5] & 7
        window = (1 << (_SMALLEST_WINDOW_LOG + exponent)) * (8 + mantissa) // 8
        if window > largest_window:
            raise damaged(f"zstd frame wants a window of {window} bytes for {size}")
