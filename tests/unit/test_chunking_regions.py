"""Which stretches of safetensors, npy and npz files are numbers, and that the rest is plain."""

from __future__ import annotations

import io
import json

import ml_dtypes
import numpy as np
import pytest
import safetensors.numpy
import safetensors.torch
import torch

from modelkeep.storage.chunking import TENSOR_PIECE_BYTES, Region, regions_of


def regions(data: bytes) -> list[Region]:
    return regions_of(io.BytesIO(data), len(data))


def plain(data: bytes) -> list[Region]:
    return [Region(0, len(data), "", "")]


def tensors(data: bytes) -> dict[str, tuple[str, bytes]]:
    return {
        region.name: (region.element, data[region.offset : region.end])
        for region in regions(data)
        if region.element
    }


def npy(array: np.ndarray, version: tuple[int, int] | None = None) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, version)
    return buffer.getvalue()


def header_of(entries: object, body: bytes = b"", pad: bytes = b"") -> bytes:
    header = json.dumps(entries).encode() + pad
    return len(header).to_bytes(8, "little") + header + body


def test_an_empty_file_has_no_regions() -> None:
    assert regions(b"") == []


@pytest.mark.parametrize("data", [b"x", b"PK\x03\x04", b"\x93NUMPY", b"\x08\x07", bytes(100_000)])
def test_what_is_not_known_is_plain(data: bytes) -> None:
    assert regions(data) == plain(data)


@pytest.mark.parametrize(
    ("dtype", "element"),
    [
        (torch.float64, "F64"),
        (torch.float32, "F32"),
        (torch.float16, "F16"),
        (torch.bfloat16, "BF16"),
        (torch.float8_e4m3fn, "F8_E4M3"),
        (torch.float8_e5m2, "F8_E5M2"),
        (torch.int64, "I64"),
        (torch.int32, "I32"),
        (torch.int16, "I16"),
        (torch.int8, "I8"),
        (torch.uint8, "U8"),
        (torch.bool, "BOOL"),
    ],
)
def test_safetensors_of_each_dtype(dtype: torch.dtype, element: str) -> None:
    weight = torch.randn(200, 500).to(dtype)
    data = safetensors.torch.save({"layer.weight": weight}, {"format": "pt", "dtype": "mixed"})
    head, numbers = regions(data)
    assert (head.offset, head.element, head.name) == (0, "", "")
    assert (numbers.element, numbers.name) == (element, "layer.weight")
    assert data[numbers.offset :] == weight.view(torch.uint8).numpy().tobytes()


def test_safetensors_by_numpy_with_several_tensors() -> None:
    data = safetensors.numpy.save(
        {"a": np.arange(50_000.0), "b": np.arange(60_000, dtype="u4"), "empty": np.zeros((0, 3))}
    )
    assert {name: found[0] for name, found in tensors(data).items()} == {"a": "F64", "b": "U32"}


def test_small_neighbours_of_one_kind_are_one_region() -> None:
    data = safetensors.torch.save({f"w{n:03}": torch.randn(4000) for n in range(100)})
    head, first, second = regions(data)
    assert (head.element, first.name, second.name) == ("", "w000", "w065")
    assert first.length == 65 * 16_000 <= TENSOR_PIECE_BYTES < first.length + 16_000
    assert (first.element, second.length) == ("F32", 35 * 16_000)


def test_small_neighbours_of_two_kinds_and_large_ones_stay_apart() -> None:
    data = safetensors.torch.save(
        {
            "a": torch.zeros(3000),
            "b": torch.zeros(40_000),
            "c": torch.zeros(3000),
            "d": torch.zeros(3000, dtype=torch.float16),
        }
    )
    assert [region.name for region in regions(data)] == ["", "a", "b", "c", "d"]


def test_a_dtype_that_is_not_known_is_plain() -> None:
    entries = {
        "scale": {"dtype": "F8_E8M0", "shape": [9000], "data_offsets": [0, 9000]},
        "w": {"dtype": "F32", "shape": [3000], "data_offsets": [9000, 21_000]},
    }
    head, numbers = regions(header_of(entries, bytes(21_000)))
    assert (head.element, numbers.name, numbers.length) == ("", "w", 12_000)


def entry(begin: object, end: object, shape: object = (3000,), dtype: object = "F32") -> object:
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


@pytest.mark.parametrize(
    "data",
    [
        header_of({"w": entry(0, 12_000)}, bytes(11_999)),
        header_of({"w": entry(0, 12_001)}, bytes(20_000)),
        header_of({"w": entry(-8, 11_992)}, bytes(20_000)),
        header_of({"w": entry(12_000, 0)}, bytes(20_000)),
        header_of({"w": entry(0, 2**70)}, bytes(20_000)),
        header_of({"w": entry(0, 12_000), "v": entry(11_996, 23_996)}, bytes(30_000)),
        header_of({"w": entry(0, 12_000, [2**40] * 9000)}, bytes(20_000)),
        header_of({"w": entry(0, 12_000, "3000")}, bytes(20_000)),
        header_of({"w": entry(0, 12_000, dtype=7)}, bytes(20_000)),
        header_of({"w": {"dtype": "F32", "shape": [3000]}}, bytes(20_000)),
        header_of({"w": [0, 12_000]}, bytes(20_000)),
        header_of({"w": entry(0, 12_000)}, bytes(20_000), pad=b"\x00"),
        header_of({"w": entry(0, 12_000)}, bytes(20_000), pad=b"}"),
        (2**63).to_bytes(8, "little") + b"{}" + bytes(20_000),
        (20_000).to_bytes(8, "little") + b'{"a":' * 4000,
        (8_000_000).to_bytes(8, "little") + b'{"a":{},' * 1_000_000,
        (10).to_bytes(8, "little") + b'{"\xff\xfe":{}}' + bytes(20_000),
    ],
)
def test_a_malformed_safetensors_file_is_plain(data: bytes) -> None:
    assert regions(data) == plain(data)


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
@pytest.mark.parametrize(
    ("dtype", "element"),
    [("<f8", "F64"), ("<f4", "F32"), ("<f2", "F16"), ("<i8", "I64"), ("u1", "U8"), ("?", "BOOL")],
)
def test_npy(version: tuple[int, int], dtype: str, element: str) -> None:
    array = np.arange(30_000).reshape(100, 300).astype(dtype)
    data = npy(array, version)
    head, numbers = regions(data)
    assert (head.element, numbers.element) == ("", element)
    assert data[numbers.offset :] == array.tobytes()


def test_npy_in_fortran_order_is_numbers_all_the_same() -> None:
    assert tensors(npy(np.asfortranarray(np.ones((90, 100)))))["array"][0] == "F64"


@pytest.mark.parametrize(
    "array",
    [
        np.arange(9000, dtype=">f4"),
        np.array([{"a": 1}] * 9000, dtype=object),
        np.zeros(9000, dtype=[("a", "<f4"), ("b", "<i4")]),
        np.zeros(9000, dtype="<c8"),
        np.zeros(9000, dtype="<U4"),
        np.zeros(9000, dtype="<M8[s]"),
        np.zeros(9000, dtype=ml_dtypes.bfloat16),
        np.zeros(0),
        np.float64(3.0),
    ],
)
def test_npy_of_other_things_is_plain(array: np.ndarray) -> None:
    data = npy(np.asarray(array))
    assert regions(data) == plain(data)


def test_a_malformed_npy_file_is_plain() -> None:
    data = npy(np.arange(3000.0))
    for broken in (
        data[:-1],
        data.replace(b"(3000,)", b"(9999,)"),
        data.replace(b"(3000,)", b"(-300,)"),
        data.replace(b"'<f8'", b"'<f9'"),
        data.replace(b"'descr'", b"'other'"),
        data[:8] + b"\xff\xff" + data[10:],
        data[:6] + b"\x09" + data[7:],
        data[:6] + b"\x02\x00\xff\xff\xff\xff" + data[12:],
    ):
        assert broken != data
        assert regions(broken) == plain(broken)


def test_npz() -> None:
    buffer = io.BytesIO()
    weights = np.random.default_rng(0).random((100, 90), dtype="f4")
    np.savez(buffer, weights=weights, counts=np.arange(3000), few=np.arange(3), text=np.array("x"))
    found = tensors(buffer.getvalue())
    assert found == {
        "weights": ("F32", weights.tobytes()),
        "counts": ("I64", np.arange(3000).tobytes()),
    }


def test_a_compressed_npz_is_plain() -> None:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, weights=np.random.default_rng(0).random(9000))
    assert regions(buffer.getvalue()) == plain(buffer.getvalue())


def test_a_malformed_npz_is_plain() -> None:
    buffer = io.BytesIO()
    np.savez(buffer, a=np.arange(3000), b=np.arange(4000))
    data = buffer.getvalue()
    end, directory = data.rindex(b"PK\x05\x06"), data.index(b"PK\x01\x02")
    for broken in (
        data[:-30],
        data[100:],
        data[:end] + b"PK\x05\x06" + b"\xff" * 18,
        data[: directory + 24] + b"\xff\xff\xff\x7f" + data[directory + 28 :],
        data[: directory + 42] + b"\xff\xff\xff\x7f" + data[directory + 46 :],
        data[:4] + b"\xff" * 26 + data[30:],
        data[:directory] + data[end:],
    ):
        assert regions(broken) == plain(broken)


def test_zip64_sizes_and_ends_are_read() -> None:
    import zipfile

    array = npy(np.arange(3000.0))
    buffer = io.BytesIO()
    limit = zipfile.ZIP64_LIMIT
    zipfile.ZIP64_LIMIT = 100
    try:
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("first.npy", array)
            archive.writestr("second.npy", array)
    finally:
        zipfile.ZIP64_LIMIT = limit
    assert b"PK\x06\x06" in buffer.getvalue()
    assert list(tensors(buffer.getvalue())) == ["first", "second"]


def test_only_headers_are_read() -> None:
    class Counting(io.BytesIO):
        count = 0

        def read(self, size: int | None = -1, /) -> bytes:
            found = super().read(size)
            self.count += len(found)
            return found

    data = safetensors.torch.save({"w": torch.zeros(5_000_000)})
    file = Counting(data)
    assert len(regions_of(file, len(data))) == 2
    assert file.count < 40_000


def test_an_unbuffered_file_that_gives_less_than_asked() -> None:
    class Trickle(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 0, 7))

    data = safetensors.torch.save({"w": torch.zeros(5000), "v": torch.zeros(50_000)})
    assert regions_of(Trickle(data), len(data)) == regions(data)


def test_a_file_that_cannot_be_read_is_an_error() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        regions_of(Broken(b"x" * 100), 100)


def test_a_file_that_became_shorter_is_plain() -> None:
    data = safetensors.torch.save({"w": torch.zeros(5000)})
    assert regions_of(io.BytesIO(data[:30]), len(data)) == plain(data)
