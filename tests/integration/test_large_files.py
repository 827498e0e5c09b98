"""Files of many batches: nothing of one gets into another, and memory is used again safely."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

MIB = 1 << 20


def stored(mk) -> int:
    return sum(path.stat().st_size for path in Path(mk.config.storage_path).glob("blobs/*/*"))


def text(generator: random.Random, size: int) -> bytes:
    words = [generator.randbytes(generator.randint(2, 9)).hex() for _ in range(500)]
    return " ".join(generator.choices(words, k=size // 4)).encode()[:size]


def mixed(seed: int) -> bytes:
    """Return random bytes and text in turns, some shorter than what is looked at together."""
    generator = random.Random(seed)
    parts = []
    for size in (9 * MIB, 3 * MIB, 700_000, 100_000, 5 * MIB + 17, 20_000, 12 * MIB, 1):
        parts += [generator.randbytes(size), text(generator, size // 2)]
    return b"".join(parts)


@pytest.mark.parametrize("compress", [True, False])
def test_a_file_of_random_bytes_and_text_comes_back(open_registry, tmp_path, compress) -> None:
    mk = open_registry(compression_enabled=compress)
    first, second = mixed(1), mixed(2)[: 20 * MIB] + mixed(1)[5 * MIB :]
    for n, content in enumerate((first, second)):
        (tmp_path / f"{n}.bin").write_bytes(content)
        mk.versions.create_version("m", tmp_path / f"{n}.bin", bump="patch")
    for n, content in enumerate((first, second)):
        out = mk.versions.load_model(f"m@1.0.{n}", destination=tmp_path / f"out{n}")
        assert out.read_bytes() == content
    assert mk.scrubber.verify().problems == []


def test_text_between_random_bytes_is_coded_all_the_same(mk, tmp_path) -> None:
    """A short look decides that bytes are random; it must not be taken for those beside them."""
    generator = random.Random(5)
    content = b"".join(
        part for _ in range(8) for part in (generator.randbytes(MIB), text(generator, 2 * MIB))
    )
    (tmp_path / "m.bin").write_bytes(content)
    mk.versions.create_version("m", tmp_path / "m.bin")
    assert stored(mk) < 8 * MIB + 0.6 * 16 * MIB


def test_tensors_beside_plain_bytes_come_back(mk, tmp_path) -> None:
    generator = np.random.default_rng(4)
    sizes = [3, 400_000, 1_048_576, 2_500_001, 70, 900_000]
    tensors = {
        f"t{n}.{turn}": generator.standard_normal(size).astype("f4")
        for n, size in enumerate(sizes)
        for turn in range(3)
    }
    for n, change in enumerate((0.0, 1e-4)):
        changed = {name: value * np.float32(1 + change) for name, value in tensors.items()}
        save_file(changed, tmp_path / f"{n}.safetensors")
        mk.versions.create_version("m", tmp_path / f"{n}.safetensors")
        out = mk.versions.load_model(f"m@1.0.{n}", destination=tmp_path / f"out{n}")
        assert out.read_bytes() == (tmp_path / f"{n}.safetensors").read_bytes()
    assert mk.scrubber.verify().problems == []
