"""One tensor without the rest: equal to a full load, from a small share of the stored bytes."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from modelkeep.errors import IntegrityError, InvalidInputError, NotFoundError
from modelkeep.storage.assembling import Assembler
from modelkeep.storage.chunk_reader import ChunkReader
from modelkeep.storage.tensor_access import open_tensors, read_range

RANDOM = np.random.default_rng(13)


class CountingBlobs:
    """Counts the stored bytes that are read."""

    def __init__(self, blobs) -> None:
        self._blobs = blobs
        self.read = 0

    def __getattr__(self, name):
        return getattr(self._blobs, name)

    def range(self, sha256, offset, length):
        self.read += length
        return self._blobs.range(sha256, offset, length)


class Access:
    def __init__(self, mk) -> None:
        self.mk = mk
        self.blobs = CountingBlobs(mk.storage._blobs)
        self.reader = ChunkReader(catalogue=mk.catalogue, blobs=self.blobs)
        self.assembler = Assembler(self.reader)

    def manifest(self, model, **arguments):
        version = self.mk.versions.create_version("m", model, **arguments)
        return self.mk.versions.get_manifest(version.version_id)

    def open(self, model, *, file="", **arguments):
        manifest = self.manifest(model, **arguments)
        return open_tensors(manifest, self.assembler, self.reader, file=file)


@pytest.fixture
def access(mk) -> Access:
    return Access(mk)


def test_a_small_tensor_of_a_large_file(access, mk) -> None:
    state = {f"layer.{number}": torch.randn(256, 1024) for number in range(40)}
    state["bias"] = torch.randn(128)
    with access.open(state) as tensors:
        opened = access.blobs.read
        assert tensors.names() == sorted(state)
        assert tensors.shape("layer.3") == (256, 1024)
        assert tensors.dtype("layer.3") == "float32"
        assert access.blobs.read == opened
        found = tensors.get("bias")
        assert (found == state["bias"].numpy()).all()
        stored = mk.storage.calculate_storage_usage().stored_bytes
        assert stored > 30 << 20
        assert access.blobs.read < stored / 10
        before = access.blobs.read
        found = tensors.get("layer.17")
        assert (found == state["layer.17"].numpy()).all()
        assert found.flags.writeable
        assert found.flags.aligned
        assert access.blobs.read - before < stored / 15


def test_a_large_tensor_is_put_together(access) -> None:
    state = {"small": torch.randn(3), "large": torch.randn(1500, 2000), "z": torch.ones(2)}
    with access.open(state) as tensors:
        for name, tensor in state.items():
            assert (tensors.get(name) == tensor.numpy()).all()


def test_against_a_parent(access, mk) -> None:
    parent = {"w": torch.randn(512, 1024), "b": torch.randn(9)}
    first = mk.versions.create_version("m", parent)
    child = {"w": parent["w"] + 1e-4, "b": parent["b"]}
    with access.open(child, parent_version=first.version_id) as tensors:
        assert (tensors.get("w") == child["w"].numpy()).all()
        assert (tensors.get("b") == child["b"].numpy()).all()


def test_kinds_and_shapes(access) -> None:
    state = {
        "bf16": torch.randn(4, 2).to(torch.bfloat16),
        "fp8": torch.randn(4).to(torch.float8_e4m3fn),
        "scalar": torch.tensor(2.5),
        "empty": torch.ones(0, 3),
        "flags": torch.tensor([True, False]),
    }
    with access.open(state) as tensors:
        kinds = {name: tensors.dtype(name) for name in tensors.names()}
        assert kinds == {
            "bf16": "bfloat16",
            "empty": "float32",
            "flags": "bool",
            "fp8": "float8_e4m3fn",
            "scalar": "float32",
        }
        assert tensors.get("bf16").astype("f4").tolist() == state["bf16"].float().tolist()
        assert tensors.get("fp8").astype("f4").tolist() == state["fp8"].float().tolist()
        assert (tensors.get("scalar").shape, tensors.get("scalar")[()]) == ((), 2.5)
        assert tensors.get("empty").shape == (0, 3)
        assert tensors.get("flags").tolist() == [True, False]


def test_npy(access) -> None:
    array = np.asfortranarray(RANDOM.normal(size=(700, 300)))
    with access.open(array) as tensors:
        assert tensors.names() == ["array"]
        assert (tensors.shape("array"), tensors.dtype("array")) == ((700, 300), "float64")
        found = tensors.get("array")
        assert (found == array).all()
        assert found.flags.f_contiguous


def test_npz(access, tmp_path, mk) -> None:
    arrays = {f"a{number}": RANDOM.normal(size=(256, 1024)) for number in range(8)}
    arrays["small"] = np.arange(5)
    with access.open(arrays) as tensors:
        before = access.blobs.read
        assert (tensors.get("a3") == arrays["a3"]).all()
        stored = mk.storage.calculate_storage_usage().stored_bytes
        assert access.blobs.read - before < stored / 3
        assert tensors.names() == list(arrays)
        assert tensors.get("small").tolist() == [0, 1, 2, 3, 4]
    np.savez_compressed(tmp_path / "c.npz", **arrays)
    with access.open(tmp_path / "c.npz", format="numpy") as tensors:
        assert tensors.shape("a5") == (256, 1024)
        assert (tensors.get("a5") == arrays["a5"]).all()


def test_a_header_that_is_longer_than_a_chunk(access, tmp_path) -> None:
    header = {
        f"{'name' * 30}.{number}": {
            "dtype": "U8",
            "shape": [1],
            "data_offsets": [number, number + 1],
        }
        for number in range(15_000)
    }
    text = json.dumps(header).encode()
    content = len(text).to_bytes(8, "little") + text + RANDOM.bytes(15_000)
    (tmp_path / "m.safetensors").write_bytes(content)
    assert len(text) > 2 << 20
    with access.open(tmp_path / "m.safetensors") as tensors:
        name = f"{'name' * 30}.14000"
        assert tensors.get(name)[0] == content[-1000]


def test_which_file_of_a_folder(access, tmp_path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    np.save(folder / "a.npy", np.arange(3))
    (folder / "notes.txt").write_text("x" * 20)
    manifest = access.manifest(folder)
    arguments = (manifest, access.assembler, access.reader)
    assert open_tensors(*arguments).get("array").tolist() == [0, 1, 2]
    with pytest.raises(InvalidInputError, match="no file 'b.npy'"):
        open_tensors(*arguments, file="b.npy")
    with pytest.raises(InvalidInputError, match="another kind"):
        open_tensors(*arguments, file="notes.txt")
    np.save(folder / "b.npy", np.arange(4))
    manifest = access.manifest(folder)
    with pytest.raises(InvalidInputError, match=r"2 files .*a.npy, b.npy.*: name one"):
        open_tensors(manifest, access.assembler, access.reader)
    found = open_tensors(manifest, access.assembler, access.reader, file="b.npy")
    assert found.get("array").tolist() == [0, 1, 2, 3]


def test_names_that_are_not_there(access) -> None:
    with access.open({"w": torch.ones(3)}) as tensors:
        for ask in (tensors.get, tensors.shape, tensors.dtype):
            with pytest.raises(NotFoundError, match="no tensor 'v'"):
                ask("v")


def test_damage_is_found(access, mk, tmp_path) -> None:
    manifest = access.manifest({"a": torch.randn(512, 1024), "b": torch.randn(512, 1024)})
    recipe = access.assembler.recipe_of(manifest.files[0])
    row = access.reader.locate([recipe.parts[-1].chunk])[recipe.parts[-1].chunk]
    path = mk.storage._blobs.path(row.pack.hex())
    path.chmod(0o644)
    with path.open("r+b") as file:
        file.seek(row.offset_bytes + row.stored_bytes // 2)
        byte = file.read(1)[0]
        file.seek(-1, 1)
        file.write(bytes([byte ^ 1]))
    with open_tensors(manifest, access.assembler, access.reader) as tensors:
        tensors.get("a")
        with pytest.raises(IntegrityError):
            tensors.get("b")


def test_every_range(access, tmp_path) -> None:
    content = RANDOM.bytes(300_000)
    (tmp_path / "m.bin").write_bytes(content)
    manifest = access.manifest(tmp_path / "m.bin")
    recipe = access.assembler.recipe_of(manifest.files[0])
    borders = {part.offset for part in recipe.parts} | {0, 1, 150_000, 300_000}
    places = sorted(place for border in borders for place in (border - 1, border, border + 1))
    places = [place for place in places if 0 <= place <= 300_000]
    for begin in places:
        for end in places:
            if begin <= end:
                found = read_range(access.reader, recipe, begin, end - begin)
                assert found == content[begin:end]
    for offset, length in ((-1, 5), (0, 300_001), (300_001, 0), (5, -1)):
        with pytest.raises(InvalidInputError):
            read_range(access.reader, recipe, offset, length)
