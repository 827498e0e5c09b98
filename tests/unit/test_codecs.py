"""Which codec is chosen, what its bytes are, what a decoder refuses, and use by many threads."""

from __future__ import annotations

import struct
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from modelkeep.errors import IntegrityError, InvalidInputError, NewerFormatError
from modelkeep.storage.codecs import MAX_BASE_BYTES, MAX_RAW_BYTES, Encoded, decode, encode
from modelkeep.storage.codecs import zstd as frames

zstd = frames.zstd
P = zstd.CompressionParameter


def bf16(seed: int, count: int = 1 << 17, scale: float = 0.05) -> np.ndarray:
    values = (np.random.default_rng(seed).standard_normal(count) * scale).astype(np.float32)
    return (values.view("<u4") >> 16).astype("<u2")


def fp32(seed: int, count: int = 1 << 17, scale: float = 0.05) -> np.ndarray:
    return (np.random.default_rng(seed).standard_normal(count) * scale).astype("<f4")


def code(raw: np.ndarray, element: str, base: np.ndarray | None = None) -> Encoded:
    return encode(
        memoryview(raw.tobytes()),
        element=element,
        base=None if base is None else memoryview(base.tobytes()),
    )


def decoded(stored: bytes, raw_bytes: int, base: bytes | None = None) -> bytes:
    into = bytearray(raw_bytes)
    decode(
        memoryview(stored),
        raw_bytes=raw_bytes,
        into=memoryview(into),
        base=None if base is None else memoryview(base),
    )
    return bytes(into)


def refused(stored: bytes, raw_bytes: int, base: bytes | None = None) -> str:
    with pytest.raises(IntegrityError) as caught:
        decoded(stored, raw_bytes, base)
    return caught.value.detail


class TestChoice:
    def test_without_compression_the_bytes_follow_a_zero(self) -> None:
        raw = bytes(1000)
        encoded = encode(memoryview(raw), element="F32", base=memoryview(raw), compress=False)
        assert encoded.stored == b"\0" + raw
        assert encoded.stored_bytes == 1001
        assert not encoded.uses_base

    def test_an_empty_chunk_is_one_byte(self) -> None:
        assert encode(memoryview(b""), element="F32").stored == b"\0"
        assert decoded(b"\0", 0) == b""

    def test_noise_is_kept_raw(self) -> None:
        noise = np.frombuffer(np.random.default_rng(0).bytes(100_000), np.uint8)
        for element in ("", "F32", "BF16", "U8", "I64"):
            assert code(noise, element).stored == b"\0" + noise.tobytes()

    def test_floats_without_a_base_become_planes(self) -> None:
        encoded = code(bf16(0), "BF16")
        assert encoded.stored[0] == 2
        assert len(encoded.stored) < 0.68 * (1 << 18)
        assert len(code(fp32(0), "F32").stored) < 0.84 * (1 << 19)

    def test_an_equal_base_costs_next_to_nothing(self) -> None:
        for element in ("BF16", "F32", "I8", "F64"):
            encoded = code(fp32(0), element, fp32(0))
            assert encoded.uses_base
            assert len(encoded.stored) < 60

    def test_a_near_base_is_used_and_a_far_one_is_not(self) -> None:
        child = fp32(0) + fp32(1, scale=1e-4)
        assert code(child, "F32", fp32(0)).stored[0] == 3
        assert code(child, "F32", fp32(2)).stored[0] == 2
        assert code(child, "F32", fp32(0)[1:]).stored[0] == 2

    def test_rare_small_differences_cost_less_than_a_bit_each(self) -> None:
        child = bf16(0)
        child[np.random.default_rng(1).random(len(child)) < 0.05] += 1
        assert len(code(child, "BF16", bf16(0)).stored) < 0.37 / 16 * child.nbytes

    def test_bytes_with_a_base_of_another_size_use_it_as_prefix(self) -> None:
        base = np.random.default_rng(0).bytes(300_000)
        raw = base[1000:150_000] + b"new" + base[200_000:]
        encoded = encode(memoryview(raw), element="", base=memoryview(base))
        assert encoded.stored[0] == 4
        assert len(encoded.stored) < 500
        assert decoded(encoded.stored, len(raw), base) == raw

    def test_repeated_elements_are_found(self) -> None:
        tiled = np.tile(fp32(0, 1000), 100)
        assert len(code(tiled, "F32").stored) < 6000

    def test_booleans_take_less_than_a_bit(self) -> None:
        some = (np.random.default_rng(0).random(1 << 17) < 0.02).astype(np.uint8)
        assert len(code(some, "BOOL").stored) < 0.2 / 8 * some.nbytes

    def test_a_chunk_has_a_largest_size(self) -> None:
        with pytest.raises(InvalidInputError, match=f"{MAX_RAW_BYTES + 1} bytes"):
            encode(memoryview(bytes(MAX_RAW_BYTES + 1)), element="F32")

    def test_the_largest_chunk_and_a_base_too_large(self) -> None:
        raw = bytes(MAX_RAW_BYTES)
        for element in ("", "F32"):
            encoded = encode(
                memoryview(raw), element=element, base=memoryview(bytes(MAX_BASE_BYTES + 1))
            )
            assert not encoded.uses_base
            assert decoded(encoded.stored, len(raw)) == raw


class TestRefusal:
    def test_a_codec_of_a_later_release(self) -> None:
        with pytest.raises(NewerFormatError, match="has format codec 6, .* up to codec 5"):
            decoded(b"\x06", 0)

    def test_nothing_at_all(self) -> None:
        assert "1 bytes wanted" in refused(b"", 0)

    def test_raw_bytes_of_another_number(self) -> None:
        assert refused(b"\0abc", 2) == "3 bytes where 2 belong"

    def test_a_missing_base_and_one_of_another_length(self) -> None:
        stored = code(fp32(0), "F32", fp32(0)).stored
        assert "base of no bytes" in refused(stored, 1 << 19)
        assert "base of 4 bytes" in refused(stored, 1 << 19, b"abcd")
        assert "base of no bytes" in refused(b"\x04", 10)

    def test_another_prefix_is_refused_or_told_by_its_digest(self) -> None:
        base = np.random.default_rng(0).bytes(5000)
        stored = encode(memoryview(base), element="", base=memoryview(base)).stored
        assert "zstd frame" in refused(stored, 5000, base[:100])
        assert "no prefix" in refused(stored, 5000, b"short")

    @pytest.mark.parametrize("declared", [0, 9_999, 10_001, 1 << 40])
    def test_a_frame_of_another_size(self, declared: int) -> None:
        header = b"\x28\xb5\x2f\xfd\xe0" + struct.pack("<Q", declared)
        assert "where 10000 belong" in refused(b"\x01" + header + bytes(100), 10_000)

    def test_a_frame_that_does_not_say_its_size(self) -> None:
        frame = zstd.compress(bytes(10_000), options={P.content_size_flag: 0})
        assert "declares None bytes" in refused(b"\x01" + frame, 10_000)

    def test_a_frame_with_a_window_beyond_its_content(self) -> None:
        header = b"\x28\xb5\x2f\xfd\x80" + bytes([17 << 3]) + struct.pack("<I", 10_000)
        assert "window of 134217728" in refused(b"\x01" + header + bytes(20), 10_000)

    def test_bytes_after_a_frame_and_a_frame_cut_short(self) -> None:
        stored = encode(memoryview(bytes(10_000)), element="").stored
        assert "does not hold just" in refused(stored + b"x", 10_000)
        assert "does not hold just" in refused(stored + stored[1:], 10_000)
        assert "zstd frame" in refused(stored[:-1], 10_000)

    def test_bytes_after_planes(self) -> None:
        assert refused(code(bf16(0), "BF16").stored + b"x", 1 << 18) == "1 bytes after its end"

    def test_large_sizes_in_headers_cost_no_memory(self) -> None:
        stored = [
            b"\x01\x28\xb5\x2f\xfd\xe0" + struct.pack("<Q", 1 << 40) + bytes(100),
            b"\x02\x06\x04\x00\x01" + struct.pack("<I", 0xFFFFFFFF) + bytes(100),
            b"\x02\x06\x00\x01\x01\x01\0\0\0\0" + struct.pack("<I", 0xFFFFFFFF) + bytes(100),
        ]
        refused(b"", 0)
        tracemalloc.start()
        for one in stored:
            refused(one, 4000)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 200_000


def test_four_threads_code_at_once() -> None:
    pairs = [(fp32(seed) + fp32(seed + 100, scale=1e-4), fp32(seed)) for seed in range(4)]
    alone = [code(child, "F32", base) for child, base in pairs]

    def work(number: int) -> None:
        child, base = pairs[number % 4]
        for _ in range(10):
            encoded = code(child, "F32", base)
            assert encoded == alone[number % 4]
            assert decoded(encoded.stored, child.nbytes, base.tobytes()) == child.tobytes()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(8)))


def test_views_of_other_types_and_alignments_are_read_as_bytes() -> None:
    raw = fp32(0)
    shifted = memoryview(b"x" + raw.tobytes())[1:]
    encoded = encode(memoryview(raw), element="F32", base=shifted)
    into = np.zeros_like(raw)
    decode(memoryview(encoded.stored), raw_bytes=raw.nbytes, into=memoryview(into), base=shifted)
    assert (into == raw).all()
    room = bytearray(raw.nbytes + 1)
    decode(
        memoryview(encoded.stored),
        raw_bytes=raw.nbytes,
        into=memoryview(room)[1:],
        base=memoryview(raw),
    )
    assert room[1:] == raw.tobytes()


def test_parameters_that_zstd_does_not_know_are_done_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(frames, "_LITERAL_COMPRESSION_MODE", 999_999)
    assert frames._literal_parameters() == frames._ENTROPY
