"""Arrays over the decoded bytes: the same as the libraries' own readers give, without a copy."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import safetensors
import safetensors.numpy
import torch
from safetensors.torch import load_file, save_file

from modelkeep.errors import IntegrityError, InvalidInputError
from modelkeep.storage.formats import in_place
from modelkeep.storage.formats.array_files import ArrayFile

TORCH_KINDS = [
    "bool",
    "uint8",
    "int8",
    "int16",
    "uint16",
    "int32",
    "uint32",
    "int64",
    "uint64",
    "float16",
    "bfloat16",
    "float32",
    "float64",
    "complex64",
    "float8_e4m3fn",
    "float8_e5m2",
    "float8_e8m0fnu",
    "float8_e4m3fnuz",
    "float8_e5m2fnuz",
]
RANDOM = np.random.default_rng(5)


class Files:
    """Stands for an ArtifactReader of one file; remembers whether its path was asked for."""

    def __init__(self, path: Path, *, as_view: bool = True) -> None:
        self.file = path
        self.as_view = as_view
        self.fell_back = False

    def names(self) -> list[str]:
        return [self.file.name]

    def buffer(self, name: str) -> bytearray | memoryview:
        content = bytearray(self.file.read_bytes())
        return memoryview(content) if self.as_view else content

    def path(self, name: str) -> Path:
        self.fell_back = True
        return self.file


def of_kind(kind: str, count: int) -> torch.Tensor:
    raw = torch.from_numpy(
        RANDOM.integers(0, 2 if kind == "bool" else 256, 8 * count + 8, np.uint8)
    )
    return raw.view(getattr(torch, kind))[:count].clone()


def bits(tensor: torch.Tensor) -> bytes:
    return tensor.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()


def same_tensors(found: dict, expected: dict) -> None:
    assert list(found) == sorted(expected)
    for name, tensor in expected.items():
        assert (found[name].dtype, found[name].shape) == (tensor.dtype, tensor.shape)
        assert bits(found[name]) == bits(tensor)


def same_array(found: np.ndarray, expected: np.ndarray) -> None:
    assert type(found) is np.ndarray
    assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
    assert found.tobytes() == expected.tobytes()
    assert found.flags.f_contiguous == expected.flags.f_contiguous
    assert found.flags.writeable
    assert found.flags.aligned


def test_torch_tensors_of_all_kinds(tmp_path) -> None:
    tensors = {f"{kind}.vector": of_kind(kind, 7) for kind in TORCH_KINDS}
    tensors |= {f"{kind}.matrix": of_kind(kind, 6).reshape(2, 3) for kind in TORCH_KINDS}
    tensors |= {f"{kind}.scalar": of_kind(kind, 1).reshape(()) for kind in TORCH_KINDS}
    tensors |= {f"{kind}.empty": of_kind(kind, 0).reshape(0, 3) for kind in TORCH_KINDS}
    save_file(tensors, tmp_path / "m", metadata={"format": "pt"})
    files = Files(tmp_path / "m")
    found = in_place.read_safetensors(files)
    assert not files.fell_back
    same_tensors(found, load_file(tmp_path / "m"))
    found["float32.matrix"].add_(1)
    assert found["float32.vector"].untyped_storage().nbytes() == 28


def test_numpy_arrays_of_all_kinds(tmp_path) -> None:
    kinds = ["bool", "u1", "i1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "c8"]
    arrays = {}
    for kind in kinds:
        arrays[f"{kind}.matrix"] = RANDOM.integers(0, 2, (3, 4)).astype(kind)
        arrays[f"{kind}.scalar"] = np.ones((), kind)
        arrays[f"{kind}.empty"] = np.ones((2, 0), kind)
    safetensors.numpy.save_file(arrays, tmp_path / "m", metadata={"format": "np"})
    files = Files(tmp_path / "m")
    found = in_place.read_safetensors(files)
    assert not files.fell_back
    with safetensors.safe_open(tmp_path / "m", "np") as theirs:
        assert list(found) == list(theirs.keys())
        for name, array in found.items():
            same_array(array, theirs.get_tensor(name))
    bases = {id(found[f"{kind}.matrix"].base) for kind in kinds}
    assert len(bases) == 1


def test_bfloat16_as_arrays(tmp_path, monkeypatch) -> None:
    tensors = {"a": of_kind("bfloat16", 4), "b": of_kind("float8_e5m2", 4)}
    save_file(tensors, tmp_path / "m", metadata={"format": "np"})
    found = in_place.read_safetensors(Files(tmp_path / "m"))
    assert [str(array.dtype) for array in found.values()] == ["bfloat16", "float8_e5m2"]
    assert found["a"].tobytes() == bits(tensors["a"])
    # Bits are not handed out for the numbers: the library decides, as it always did.
    monkeypatch.setattr(in_place.number_kinds, "is_exact", lambda kind: False)
    files = Files(tmp_path / "m")
    with pytest.raises((TypeError, AttributeError)):
        in_place.read_safetensors(files)
    assert files.fell_back


def raw_safetensors(header: dict | bytes, data: bytes) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


@pytest.mark.parametrize("spaces", range(9))
def test_headers_that_were_not_padded(tmp_path, spaces) -> None:
    data = RANDOM.bytes(24)
    header = {"x": {"dtype": "F64", "shape": [3], "data_offsets": [0, 24]}}
    (tmp_path / "m").write_bytes(raw_safetensors(json.dumps(header).encode() + b" " * spaces, data))
    files = Files(tmp_path / "m")
    found = in_place.read_safetensors(files)["x"]
    assert not files.fell_back
    assert (found.tobytes(), found.flags.aligned) == (data, True)


def test_tensors_that_are_not_aligned(tmp_path) -> None:
    data = RANDOM.bytes(11)
    header = {
        "__metadata__": {"format": "pt", "shape": "round"},
        "flags": {"dtype": "BOOL", "shape": [3], "data_offsets": [0, 3]},
        "x": {"dtype": "F32", "shape": [2], "data_offsets": [3, 11]},
    }
    (tmp_path / "m").write_bytes(raw_safetensors(header, b"\0\1\0" + data[3:]))
    found = in_place.read_safetensors(Files(tmp_path / "m"))
    assert bits(found["x"]) == data[3:]
    assert found["x"].data_ptr() % 4 == 0


ENTRY = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
MALFORMED = {
    "no length": b"\x01",
    "long header": (1 << 40).to_bytes(8, "little") + b"{}",
    "no JSON": raw_safetensors(b"{ ", b""),
    "left over": raw_safetensors({"x": ENTRY}, bytes(9)),
    "too short": raw_safetensors({"x": ENTRY}, bytes(7)),
    "hole": raw_safetensors({"x": {**ENTRY, "data_offsets": [4, 12]}}, bytes(12)),
    "shared": raw_safetensors({"x": ENTRY, "y": ENTRY}, bytes(8)),
    "shape": raw_safetensors({"x": {**ENTRY, "shape": [3]}}, bytes(8)),
    "negative": raw_safetensors({"x": {**ENTRY, "shape": [-1, -2]}}, bytes(8)),
    "words": raw_safetensors({"x": {**ENTRY, "shape": "2"}}, bytes(8)),
    "backwards": raw_safetensors({"x": {**ENTRY, "data_offsets": [8, 0]}}, bytes(8)),
    "nothing told": raw_safetensors({"x": {}}, b""),
}


@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED)
def test_malformed_safetensors_are_left_to_the_library(tmp_path, content) -> None:
    (tmp_path / "m").write_bytes(content)
    with pytest.raises((IntegrityError, InvalidInputError)):
        ArrayFile(io.BytesIO(content), len(content), "m")
    files = Files(tmp_path / "m")
    with pytest.raises(safetensors.SafetensorError):
        in_place.read_safetensors(files)
    assert files.fell_back


def test_packed_kinds_are_left_to_the_library(tmp_path) -> None:
    packed = torch.arange(8, dtype=torch.uint8).view(torch.float4_e2m1fn_x2)
    save_file({"x": packed}, tmp_path / "m", metadata={"format": "pt"})
    files = Files(tmp_path / "m")
    found = in_place.read_safetensors(files)
    assert found["x"].dtype == torch.float4_e2m1fn_x2
    assert files.fell_back


ARRAYS = {
    "matrix": RANDOM.normal(size=(5, 7)),
    "fortran": np.asfortranarray(RANDOM.normal(size=(5, 7)).astype("f4")),
    "scalar": np.array(2.5),
    "empty": np.ones((0, 4), "i2"),
    "big_endian": np.arange(5, dtype=">i4"),
    "structured": np.array([(1, 2.5, "ab")], [("a", "i4"), ("b", "f8"), ("ç", "U3")]),
    "text": np.array(["a", "bcd"]),
    "no_text": np.array(["", ""]),
    "time": np.array(["2024-05-01", "NaT"], "M8[D]"),
    "wide": np.arange(3, dtype=np.longdouble),
    "complex": np.array([1 + 2j]),
    "flags": np.array([True, False, True]),
}


@pytest.mark.filterwarnings("ignore:Stored array in format 3.0")
@pytest.mark.parametrize("name", ARRAYS)
def test_npy(tmp_path, name) -> None:
    np.save(tmp_path / "a.npy", ARRAYS[name])
    files = Files(tmp_path / "a.npy")
    found = in_place.read_numpy(files)
    assert not files.fell_back
    same_array(found, np.load(tmp_path / "a.npy"))


@pytest.mark.filterwarnings("ignore:Stored array in format 3.0")
@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_npz(tmp_path, save) -> None:
    save(tmp_path / "a.npz", **ARRAYS)
    files = Files(tmp_path / "a.npz")
    found = in_place.read_numpy(files)
    assert not files.fell_back
    with np.load(tmp_path / "a.npz") as theirs:
        assert list(found) == theirs.files
        for name in theirs.files:
            same_array(found[name], theirs[name])


@pytest.mark.parametrize("as_view", [True, False])
def test_no_second_copy_of_a_npz(tmp_path, as_view) -> None:
    np.savez(tmp_path / "a.npz", x=np.zeros(1 << 16), abc=np.ones(1 << 16))
    found = in_place.read_numpy(Files(tmp_path / "a.npz", as_view=as_view))
    assert isinstance(found["x"].base, bytearray)
    assert found["x"].base is found["abc"].base


def test_objects_and_broken_arrays_are_left_to_numpy(tmp_path) -> None:
    np.save(tmp_path / "objects.npy", np.array([{}, 1], dtype=object))
    np.save(tmp_path / "short.npy", np.ones(9))
    (tmp_path / "short.npy").write_bytes((tmp_path / "short.npy").read_bytes()[:-1])
    (tmp_path / "code.npy").write_bytes(b"\x93NUMPY\x01\0\x76\0" + b"__import__('os')".ljust(118))
    for path in tmp_path.iterdir():
        files = Files(path)
        with pytest.raises(ValueError):
            in_place.read_numpy(files)
        assert files.fell_back


def test_entries_that_share_bytes_are_left_to_numpy(tmp_path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, x=np.arange(4.0), y=np.arange(4.0))
    with zipfile.ZipFile(path) as archive:
        first, second = archive.infolist()
    content = path.read_bytes()
    offset = second.header_offset.to_bytes(4, "little")
    assert content.count(offset) >= 1
    at = content.rindex(b"PK\x01\x02") + 42
    assert content[at : at + 4] == offset
    path.write_bytes(content[:at] + first.header_offset.to_bytes(4, "little") + content[at + 4 :])
    files = Files(path)
    with pytest.raises(zipfile.BadZipFile):
        in_place.read_numpy(files)["y"]
    assert files.fell_back


def test_damage_is_not_taken_for_a_malformed_file(tmp_path) -> None:
    class Damaged(Files):
        def buffer(self, name: str) -> bytearray:
            raise IntegrityError("chunk 00")

    files = Damaged(tmp_path / "m")
    for read in (in_place.read_safetensors, in_place.read_numpy):
        with pytest.raises(IntegrityError, match="chunk 00"):
            read(files)
    assert not files.fell_back
