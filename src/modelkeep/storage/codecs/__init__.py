"""Chunks to stored bytes and back: zstd, byte planes, difference to a base.

`coding` chooses among the codecs and documents the byte that names each; `planes`, `streams`,
`symbols` and `elements` document the layout of those that know what the bytes are.
"""

from modelkeep.storage.codecs.coding import (
    MAX_BASE_BYTES,
    MAX_RAW_BYTES,
    Encoded,
    decode,
    encode,
    looks_random,
)

__all__ = ["MAX_BASE_BYTES", "MAX_RAW_BYTES", "Encoded", "decode", "encode", "looks_random"]
