"""A reader written from the docstrings alone, in plain Python, reads what the encoder writes."""

from __future__ import annotations

import numpy as np
import pytest

from modelkeep.storage.codecs import encode
from modelkeep.storage.codecs.zstd import zstd


class Reader:
    def __init__(self, stored: bytes) -> None:
        self.rest = stored

    def take(self, count: int) -> bytes:
        taken, self.rest = self.rest[:count], self.rest[count:]
        assert len(taken) == count
        return taken

    def number(self) -> int:
        return int.from_bytes(self.take(4), "little")

    def stream(self, size: int) -> bytes:
        mode = self.take(1)[0]
        payload = self.take(self.number())
        return [payload, payload * size, payload and mode == 2 and zstd.decompress(payload)][mode]

    def planes(self, width: int, count: int) -> list[int]:
        planes = [self.stream(count) for _ in range(width)]
        assert all(len(plane) == count for plane in planes)
        return [sum(p[i] << 8 * place for place, p in enumerate(planes)) for i in range(count)]


def read(stored: bytes, raw_bytes: int, base: bytes) -> bytes:
    codec, rest = stored[0], stored[1:]
    if codec == 0:
        return rest
    if codec == 1:
        return zstd.decompress(rest)
    if codec == 4:
        return zstd.decompress(rest, zstd.ZstdDict(base, is_raw=True).as_prefix)
    reader = Reader(rest)
    kind, planes, bits = reader.take(3)
    width = 1 << (kind & 3)
    count = raw_bytes // width
    coded = reader.planes(planes, count)
    if planes < width:
        per, top = 8 // bits, (1 << bits) - 1
        packed = reader.stream(-(-count * bits // 8))
        upper = [packed[i // per] >> bits * (i % per) & top for i in range(count)]
        where = [i for i in range(count) if upper[i] == top]
        assert reader.number() == len(where)
        escapes = reader.planes(width - planes, len(where)) if where else []
        for i, escape in zip(where, escapes, strict=True):
            upper[i] += escape
        coded = [low + (high << 8 * planes) for low, high in zip(coded, upper, strict=True)]
    numbers = [int.from_bytes(base[i * width :][:width], "little") for i in range(count)]
    elements = [
        element(number, before if codec == 3 else 0, 8 * width, rotated=bool(kind & 4))
        for number, before in zip(coded, numbers, strict=True)
    ]
    assert len(reader.rest) == raw_bytes % width
    return b"".join(e.to_bytes(width, "little") for e in elements) + reader.rest


def element(coded: int, base: int, bits: int, *, rotated: bool) -> int:
    if rotated:
        return coded >> 1 | (coded & 1) << bits - 1
    return base + (coded >> 1 ^ -(coded & 1)) & (1 << bits) - 1


@pytest.mark.parametrize("element_name", ["F64", "F32", "BF16", "F8_E4M3", "I64", "I16", "U8", ""])
@pytest.mark.parametrize("move", ["none", "rare", "small", "large", "other"])
@pytest.mark.parametrize("size", [0, 5, 2003, 16_003])
def test_the_layout_is_as_it_is_written_down(element_name: str, move: str, size: int) -> None:
    rng = np.random.default_rng(size)
    base = (rng.standard_normal(size // 4 + 1) * 0.05).astype("<f4")
    scale = {"none": 0.0, "rare": 1e-6, "small": 1e-4, "large": 1e-2, "other": 1.0}[move]
    child = base + (rng.standard_normal(len(base)) * scale).astype("<f4")
    if move == "rare":
        child = np.where(rng.random(len(base)) < 0.02, child, base)
    raw, parent = child.tobytes()[:size], base.tobytes()[:size]
    for given in (parent, None):
        view = None if given is None else memoryview(given)
        stored = encode(memoryview(raw), element=element_name, base=view).stored
        assert read(stored, size, parent) == raw
