"""Arrays over a mapped file: equal to those read, unchangeable, and nothing read before its use."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import safetensors.numpy
import torch
from safetensors.torch import save_file

from modelkeep.errors import IntegrityError, InvalidInputError
from modelkeep.storage.cache import MaterialisedCache
from modelkeep.storage.formats import number_kinds
from modelkeep.storage.mapping import load_mapped, map_arrays

RANDOM = np.random.default_rng(11)


def same(found: np.ndarray, expected: np.ndarray) -> None:
    assert type(found) is np.ndarray
    assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
    assert found.tobytes() == expected.tobytes()
    assert not found.flags.writeable


def test_safetensors_of_arrays(tmp_path) -> None:
    arrays = {
        "w": RANDOM.normal(size=(40, 30)).astype("f4"),
        "scalar": np.array(3, "i8"),
        "empty": np.ones((0, 3), "f2"),
        "flags": np.array([True, False]),
    }
    safetensors.numpy.save_file(arrays, tmp_path / "m.safetensors", metadata={"format": "np"})
    found = map_arrays(tmp_path / "m.safetensors", "safetensors")
    assert list(found) == sorted(arrays)
    for name, array in arrays.items():
        same(found[name], array)
    with pytest.raises(ValueError, match="read-only"):
        found["w"][0] = 1


def test_kinds_that_numpy_lacks(tmp_path, monkeypatch) -> None:
    tensors = {
        "b": torch.randn(5).to(torch.bfloat16),
        "f": torch.randn(6).to(torch.float8_e4m3fn),
    }
    save_file(tensors, tmp_path / "m")
    found = map_arrays(tmp_path / "m", "safetensors")
    assert [str(array.dtype) for array in found.values()] == ["bfloat16", "float8_e4m3fn"]
    assert (found["b"].astype("f4") == tensors["b"].float().numpy()).all()
    number_kinds.numpy_dtype.cache_clear()
    monkeypatch.setattr(number_kinds, "installed", lambda name: False)
    found = map_arrays(tmp_path / "m", "safetensors")
    number_kinds.numpy_dtype.cache_clear()
    same(found["b"], tensors["b"].view(torch.uint16).numpy())
    same(found["f"], tensors["f"].view(torch.uint8).numpy())


def test_safetensors_of_torch(tmp_path) -> None:
    tensors = {
        "w": torch.randn(20, 30),
        "b": torch.randn(5).to(torch.bfloat16),
        "f": torch.randn(6).to(torch.float8_e5m2),
        "scalar": torch.tensor(3),
        "empty": torch.ones(0, 3),
    }
    path = tmp_path / "m.safetensors"
    save_file(tensors, path, metadata={"format": "pt"})
    path.chmod(0o444)
    before = path.read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = map_arrays(path, "safetensors")
    for name, tensor in tensors.items():
        assert (found[name].dtype, found[name].shape) == (tensor.dtype, tensor.shape)
        assert torch.equal(
            found[name].reshape(-1).view(torch.uint8), tensor.reshape(-1).view(torch.uint8)
        )
    found["w"].zero_()
    assert path.read_bytes() == before
    assert torch.equal(map_arrays(path, "safetensors")["w"], tensors["w"])


@pytest.mark.parametrize(
    "array",
    [
        RANDOM.normal(size=(4, 5)),
        np.asfortranarray(RANDOM.normal(size=(4, 5))),
        np.array(2.5),
        np.ones((0, 2)),
        np.array([(1, 2.0)], [("a", "i4"), ("b", "f8")]),
    ],
)
def test_npy(tmp_path, array) -> None:
    np.save(tmp_path / "a.npy", array)
    found = map_arrays(tmp_path / "a.npy", "numpy")
    same(found, np.load(tmp_path / "a.npy", mmap_mode="r"))
    assert found.flags.f_contiguous == array.flags.f_contiguous


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_npz(tmp_path, save) -> None:
    arrays = {"x": RANDOM.normal(size=(4, 5)), "some_name": np.arange(9), "s": np.array(1)}
    save(tmp_path / "a.npz", **arrays)
    found = map_arrays(tmp_path / "a.npz", "numpy")
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        same(found[name], array)


def test_what_cannot_be_mapped(tmp_path) -> None:
    (tmp_path / "m.json").write_text("{}")
    for format_name in ("json", "pickle", "folder"):
        with pytest.raises(InvalidInputError, match="safetensors, numpy, file"):
            map_arrays(tmp_path / "m.json", format_name)
    with pytest.raises(InvalidInputError, match="safetensors, npy and npz"):
        map_arrays(tmp_path / "m.json", "file")
    np.save(tmp_path / "o.npy", np.array([{}], dtype=object))
    with pytest.raises(InvalidInputError, match="Python objects"):
        map_arrays(tmp_path / "o.npy", "numpy")
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(InvalidInputError):
        map_arrays(tmp_path / "empty", "numpy")
    np.save(tmp_path / "a.npy", np.ones(100))
    (tmp_path / "a.npy").write_bytes((tmp_path / "a.npy").read_bytes()[:-1])
    with pytest.raises(IntegrityError, match="longer than its file"):
        map_arrays(tmp_path / "a.npy", "numpy")


def test_from_the_registry_through_the_cache(mk, tmp_path) -> None:
    state = {"w": torch.randn(400, 1000), "b": torch.randn(7).to(torch.bfloat16)}
    version = mk.versions.create_version("m", state)
    manifest = mk.versions.get_manifest(version.version_id)
    assembler = mk.storage._assembler
    cache = MaterialisedCache(tmp_path / "cache", 100 << 20, assembler)
    first = load_mapped(manifest, cache)
    # From here on the stored bytes are not needed.
    cache._assembler = None
    second = load_mapped(manifest, cache)
    cache.clear()
    for found in (first, second):
        assert all(torch.equal(found[name], tensor) for name, tensor in state.items())
    other = mk.versions.create_version("m", {"a": 1}, format="json")
    with pytest.raises(InvalidInputError):
        load_mapped(mk.versions.get_manifest(other.version_id), cache)
