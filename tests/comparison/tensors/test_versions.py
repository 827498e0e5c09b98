"""The tensors of stored versions, in every kind of file; nothing in a file is executed."""

from __future__ import annotations

import pickle
import shutil
import warnings
import zipfile

import numpy as np
import onnx
import pytest
import torch
from safetensors.numpy import save_file

from modelkeep.comparison.tensors import compare_tensors
from modelkeep.errors import IntegrityError

RANDOM = np.random.default_rng(21)


def whole(source, entry):
    """A tensor, read in uneven steps."""
    step = max(1, entry.elements // 3)
    parts = [
        source.read(entry.file, entry.name, at, min(step, entry.elements - at))
        for at in range(0, entry.elements, step)
    ]
    return np.concatenate(parts).reshape(entry.shape) if parts else np.empty(entry.shape)


def listed(source):
    return {entry.name: entry for entry in source.list_tensors()}


def changed(tensors):
    return {
        name: tensor + 1 if tensor.dtype.is_floating_point else tensor
        for name, tensor in tensors.items()
    }


STATE = {
    "w": torch.arange(24.0).reshape(4, 6),
    "half": torch.linspace(-1, 1, 9).to(torch.bfloat16),
    "small": torch.linspace(-1, 1, 9).to(torch.float8_e4m3fn),
    "count": torch.tensor(7),
    "flags": torch.tensor([True, False]),
    "none": torch.ones(0, 3),
}


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "model"
    made.mkdir()
    return made


def test_torch(version_tensors, folder) -> None:
    big = torch.randn(700, 300)
    state = {**STATE, "turned": big.T, "part": big[10:20, 5:9], "skipped": big[::7], "tied": big}
    torch.save({"model": state, "epoch": 3, "steps": [big, None]}, folder / "m.pt")
    source = version_tensors(folder)
    entries = listed(source)
    assert list(entries) == [*(f"model.{name}" for name in state), "steps.0"]
    kinds = {name: entries[f"model.{name}"].dtype for name in STATE}
    assert list(kinds.values()) == [
        "float32", "bfloat16", "float8_e4m3fn", "int64", "bool", "float32",
    ]  # fmt: skip
    for name, tensor in state.items():
        entry = entries[f"model.{name}"]
        assert entry.shape == tuple(tensor.shape)
        assert entry.size_bytes == tensor.numel() * tensor.element_size()
        found = whole(source, entry).astype(np.float64)
        np.testing.assert_array_equal(found, tensor.double().numpy())


def test_a_pickled_module(version_tensors, folder) -> None:
    module = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4))
    torch.save(module, folder / "m.pth")
    entries = listed(version_tensors(folder))
    assert sorted(entries) == sorted(module.state_dict())


def test_a_hostile_pickle_does_not_run(version_tensors, folder, tmp_path) -> None:
    class Hostile:
        def __reduce__(self):
            return exec, (f"open({str(tmp_path / 'ran')!r}, 'w')",)

    torch.save({"w": torch.ones(3), "x": Hostile(), Key(): 1}, folder / "m.pt")
    source = version_tensors(folder)
    assert list(listed(source)) == ["w"]
    assert not (tmp_path / "ran").exists()
    with pytest.raises(pickle.UnpicklingError):
        torch.load(folder / "m.pt")


class Key:
    """A key that is no name."""


@pytest.mark.parametrize("opcode", [b"cos\nsystem\n(S'x'\ntR", b"(S'x'\nios\nsystem\n"])
def test_old_opcodes_do_not_run(version_tensors, folder, opcode, monkeypatch) -> None:
    monkeypatch.setattr("os.system", lambda command: pytest.fail("it ran"))
    with zipfile.ZipFile(folder / "m.pt", "w") as archive:
        archive.writestr("m/data.pkl", opcode + b".")
        archive.writestr("m/byteorder", "little")
    source = version_tensors(folder)
    assert listed(source) == {}
    assert len(source.notes) == (1 if b"i" in opcode[:8] else 0)


def test_a_torch_archive_that_lies(version_tensors, folder, tmp_path) -> None:
    torch.save({"w": torch.ones(1000), "v": torch.ones(1).expand(10)}, tmp_path / "m.pt")
    source = version_tensors(shutil.copy(tmp_path / "m.pt", folder / "m.pt"))
    assert list(listed(source)) == ["w"]
    assert source.notes == ["v (m.pt): it repeats its numbers by strides of nought"]
    with zipfile.ZipFile(tmp_path / "m.pt") as old, zipfile.ZipFile(folder / "m.pt", "w") as new:
        for info in old.infolist():
            content = old.read(info)
            new.writestr(info, content[:100] if info.filename.endswith("/0") else content)
    with pytest.raises(IntegrityError, match="beyond its storage"):
        version_tensors(folder / "m.pt").list_tensors()


def test_a_torch_archive_with_a_broken_pickle(version_tensors, folder) -> None:
    with zipfile.ZipFile(folder / "m.pt", "w") as archive:
        archive.writestr("m/data.pkl", b"\x80\x02}q\x00(X\x01\x00\x00")
    with pytest.raises(IntegrityError, match=r"m\.pt is damaged"):
        version_tensors(folder).list_tensors()


def test_torch_legacy_is_noted(version_tensors, folder) -> None:
    torch.save({"w": torch.ones(3)}, folder / "m.pt", _use_new_zipfile_serialization=False)
    source = version_tensors(folder)
    assert source.list_tensors() == []
    assert "legacy format" in source.notes[0]


def tensor_of(name, kind, numbers, *, raw=True):
    if raw:
        array = np.asarray(numbers)
        return onnx.helper.make_tensor(name, kind, array.shape, array.tobytes(), raw=True)
    return onnx.helper.make_tensor(name, kind, np.shape(numbers), np.ravel(numbers).tolist())


def onnx_model(*tensors, constants=()):
    nodes = [
        onnx.helper.make_node("Constant", [], [name], value=value) for name, value in constants
    ]
    return onnx.helper.make_model(onnx.helper.make_graph(nodes, "g", [], [], list(tensors)))


def test_onnx(version_tensors, folder) -> None:
    kinds = onnx.TensorProto
    weight = RANDOM.normal(size=(300, 40)).astype(np.float32)
    whole_numbers = np.array([[3, -4, 1 << 40], [0, 1, -1]])
    expected = {
        "raw": weight,
        "floats": weight[:5],
        "doubles": weight[:5].astype(np.float64),
        "longs": whole_numbers,
        "bytes": np.array([-3, 4], np.int8),
        "halves": np.array([1.5, -2], np.float16),
        "flags": np.array([True, False]),
        "scalar": np.float32(2.5),
        "none": np.zeros((0, 3), np.float32),
        "nibbles": np.array([[-8, 7, 3], [1, -1, 0], [5, 6, -7]], np.int8),
        "constant": np.array([2.5, 3.5], np.float32),
    }
    packed = np.array([0x78, 0x13, 0x0F, 0x65, 0x09], np.uint8)
    nibbles = kinds(name="nibbles", data_type=kinds.INT4, dims=[3, 3], raw_data=packed.tobytes())
    model = onnx_model(
        tensor_of("raw", kinds.FLOAT, weight),
        tensor_of("floats", kinds.FLOAT, weight[:5], raw=False),
        tensor_of("doubles", kinds.DOUBLE, weight[:5], raw=False),
        tensor_of("longs", kinds.INT64, whole_numbers, raw=False),
        tensor_of("bytes", kinds.INT8, [-3, 4], raw=False),
        tensor_of("halves", kinds.FLOAT16, [1.5, -2], raw=False),
        tensor_of("flags", kinds.BOOL, [True, False], raw=False),
        tensor_of("scalar", kinds.FLOAT, np.float32(2.5)),
        tensor_of("none", kinds.FLOAT, np.zeros((0, 3), np.float32)),
        nibbles,
        constants=[("constant", tensor_of("", kinds.FLOAT, np.float32([2.5, 3.5])))],
    )
    model.graph.initializer.append(
        onnx.TensorProto(name="far", data_type=kinds.FLOAT, dims=[2], data_location=1)
    )
    model.graph.initializer.append(onnx.helper.make_tensor("texts", kinds.STRING, [1], [b"x"]))
    onnx.save(model, folder / "m.onnx", save_as_external_data=False)
    source = version_tensors(folder)
    entries = listed(source)
    assert entries.keys() == expected.keys()
    for name, array in expected.items():
        assert entries[name].dtype == ("int4" if name == "nibbles" else str(array.dtype)), name
        np.testing.assert_array_equal(whole(source, entries[name]), array, name)
    assert entries["nibbles"].size_bytes == 5
    assert [source.read("m.onnx", "nibbles", at, 1)[0] for at in (1, 8)] == [7, -7]
    assert source.notes == [
        "far (m.onnx): its numbers are kept in another file",
        "texts (m.onnx): its data type 8 is no number of a known kind",
    ]


def test_onnx_that_lies(version_tensors, folder) -> None:
    kinds = onnx.TensorProto
    tensor = kinds(name="w", data_type=kinds.FLOAT, dims=[1 << 40], raw_data=b"1234")
    (folder / "m.onnx").write_bytes(onnx_model(tensor).SerializeToString())
    with pytest.raises(IntegrityError, match="shape of another length"):
        version_tensors(folder).list_tensors()


def test_npy_in_fortran_order_and_npz(version_tensors, folder) -> None:
    turned = np.asfortranarray(np.arange(12).reshape(3, 4))
    arrays = {"a": RANDOM.normal(size=(30, 20)), "b": turned}
    np.save(folder / "a.npy", np.asfortranarray(arrays["a"]))
    np.savez(folder / "b.npz", **arrays)
    np.savez_compressed(folder / "c.npz", **arrays)
    source = version_tensors(folder)
    entries = source.list_tensors()
    assert [(entry.file, entry.name) for entry in entries] == [
        ("a.npy", "array"), ("b.npz", "a"), ("b.npz", "b"), ("c.npz", "a"), ("c.npz", "b"),
    ]  # fmt: skip
    for entry in entries:
        name = "a" if entry.file == "a.npy" else entry.name
        np.testing.assert_array_equal(whole(source, entry), arrays[name])


def test_large_copies_are_in_files(version_tensors, folder, monkeypatch) -> None:
    monkeypatch.setattr("modelkeep.storage.ordered_copy.IN_MEMORY_BYTES", 1000)
    array = RANDOM.normal(size=(300, 200))
    np.save(folder / "a.npy", np.asfortranarray(array))
    np.savez_compressed(folder / "b.npz", array=array)
    torch.save({"array": torch.from_numpy(array).clone().T}, folder / "c.pt")
    source = version_tensors(folder)
    expected = {"a.npy": array, "b.npz": array, "c.pt": array.T}
    for entry in source.list_tensors():
        np.testing.assert_array_equal(whole(source, entry), expected[entry.file])


def test_objects_are_noted(version_tensors, folder) -> None:
    with warnings.catch_warnings():
        np.save(folder / "a.npy", np.array([{}, None]), allow_pickle=True)
    (folder / "b.bin").write_bytes(b"x" * 50)
    source = version_tensors(folder)
    assert source.list_tensors() == []
    assert [note.split(" cannot")[0] for note in source.notes] == [
        "the arrays of a.npy", "the arrays of b.bin",
    ]  # fmt: skip
    found = compare_tensors(source, source)
    assert [note.split(":")[0] for note in found["notes"]] == ["version1"] * 2 + ["version2"] * 2


def test_a_fine_tuned_version(version_tensors) -> None:
    state = {f"{number}.weight": torch.randn(300, 900) for number in range(5)}
    state["0.bias"] = torch.zeros(9)
    tuned = {**state, "4.weight": state["4.weight"] + 0.001}
    found = compare_tensors(version_tensors(state), version_tensors(tuned))
    assert found["counts"] == {"same": 5, "changed": 1}
    before = torch.cat([each.ravel().double() for each in state.values()])
    expected = (tuned["4.weight"].double() - state["4.weight"].double()).norm() / before.norm()
    assert found["relative_norm"] == pytest.approx(float(expected), rel=1e-9)


class Counting:
    """Counts the elements that are read."""

    def __init__(self, source) -> None:
        self.source, self.elements = source, 0

    def __getattr__(self, name):
        return getattr(self.source, name)

    def read(self, file, name, start, count):
        self.elements += count
        return self.source.read(file, name, start, count)


def test_shared_chunks_are_not_read(version_tensors) -> None:
    state = {f"{number}.weight": torch.randn(600, 900) for number in range(4)}
    renamed = {f"body.{name}": tensor for name, tensor in state.items()}
    first = version_tensors(state)
    for model, verdict in ((dict(state), "same"), (renamed, "renamed")):
        sources = Counting(first), Counting(version_tensors(model))
        found = compare_tensors(*sources)
        assert found["counts"] == {verdict: 4}
        assert {change["cosine"] for change in found["tensors"]} == {1.0}
        assert sources[0].elements == 0
        assert sources[1].elements <= 4 * (64 << 10) // 4


def test_kinds_of_files_between_versions(version_tensors, folder) -> None:
    save_file({"w": STATE["w"].numpy()}, folder / "m.safetensors")
    first = version_tensors(folder / "m.safetensors")
    torch.save({"w": STATE["w"]}, folder / "m.pt")
    (change,) = compare_tensors(first, version_tensors(folder / "m.pt"))["tensors"]
    assert (change["verdict"], change["detail"]) == ("same", "it was in m.safetensors")


def test_many_files(version_tensors, folder) -> None:
    arrays = {f"{number}.npy": RANDOM.normal(size=50) for number in range(9)}
    for name, array in arrays.items():
        np.save(folder / name, array)
    first = version_tensors(folder)
    for name, array in arrays.items():
        np.save(folder / name, array * 1.5)
    found = compare_tensors(first, version_tensors(folder))
    assert found["counts"] == {"changed": 9}
    assert found["relative_norm"] == pytest.approx(0.5)


def test_damage_is_told(version_tensors, mk) -> None:
    state = {name: torch.randn(600, 900) for name in "abc"}
    first, second = version_tensors(state), version_tensors(changed(state))
    second.list_tensors()
    for row in second.identity("model.safetensors", "b", 0, 540_000)[1:2]:
        located = mk.storage._reader.locate([row[0]])[row[0]]
        path = mk.storage._blobs.path(located.pack.hex())
        path.chmod(0o644)
        with path.open("r+b") as file:
            file.seek(located.offset_bytes + located.stored_bytes // 2)
            byte = file.read(1)[0]
            file.seek(-1, 1)
            file.write(bytes([byte ^ 1]))
    with pytest.raises(IntegrityError):
        compare_tensors(first, second)
