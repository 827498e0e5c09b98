"""Real models of each format: stored, verified, and equal when they come back."""

from __future__ import annotations

import subprocess
import sys
from collections import OrderedDict
from pathlib import Path

import lightgbm
import numpy as np
import onnx
import pytest
import torch
import xgboost
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from modelkeep.errors import (
    InvalidArtifactError,
    InvalidInputError,
    UnknownChoiceError,
    UnserialisableModelError,
)

RANDOM = np.random.default_rng(7)
X = RANDOM.normal(size=(200, 5))
Y = (X[:, 0] + X[:, 1] > 0).astype(int)


def kept(mk, model, **arguments):
    """Store a model, and return its format and what comes back."""
    version = mk.versions.create_version("m", model, **arguments)
    manifest = mk.versions.get_manifest(version.version_id)
    return manifest.format, mk.versions.load_model(version.version_id)


def test_scikit_learn(mk) -> None:
    model = make_pipeline(StandardScaler(), RandomForestClassifier(20, random_state=1)).fit(X, Y)
    format_name, loaded = kept(mk, model)
    assert format_name == "joblib"
    assert (loaded.predict_proba(X) == model.predict_proba(X)).all()


@pytest.mark.parametrize("make", [xgboost.XGBClassifier, xgboost.XGBRegressor])
def test_xgboost_estimators(mk, make) -> None:
    model = make(n_estimators=10, max_depth=3, n_jobs=1).fit(X, Y)
    format_name, loaded = kept(mk, model)
    assert format_name == "xgboost"
    assert type(loaded) is make
    assert loaded.get_params()["max_depth"] == 3
    assert (loaded.predict(X) == model.predict(X)).all()


def test_xgboost_booster(mk) -> None:
    data = xgboost.DMatrix(X, Y)
    model = xgboost.train({"nthread": 1, "objective": "binary:logistic"}, data, 10)
    format_name, loaded = kept(mk, model)
    assert (format_name, type(loaded)) == ("xgboost", xgboost.Booster)
    assert (loaded.predict(data) == model.predict(data)).all()


def test_lightgbm(mk) -> None:
    data = lightgbm.Dataset(X, Y)
    settings = {"objective": "binary", "verbose": -1, "num_threads": 1}
    model = lightgbm.train(settings, data, 10)
    format_name, loaded = kept(mk, model)
    assert format_name == "lightgbm"
    assert (loaded.predict(X) == model.predict(X)).all()


def test_lightgbm_estimators_are_left_to_joblib(mk) -> None:
    model = lightgbm.LGBMClassifier(n_estimators=5, verbose=-1, n_jobs=1).fit(X, Y)
    format_name, loaded = kept(mk, model)
    assert format_name == "joblib"
    assert (loaded.booster_.predict(X) == model.booster_.predict(X)).all()


def test_torch_state_dict(mk) -> None:
    network = torch.nn.Sequential(torch.nn.Linear(5, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1))
    state = network.state_dict()
    format_name, loaded = kept(mk, state)
    assert format_name == "safetensors"
    assert {k: v.dtype for k, v in loaded.items()} == {k: v.dtype for k, v in state.items()}
    assert all(torch.equal(loaded[name], state[name]) for name in state)


def test_torch_bfloat16_and_shared_and_sliced_tensors(mk) -> None:
    base = torch.arange(12, dtype=torch.bfloat16).reshape(3, 4)
    state = OrderedDict(whole=base, same=base, column=base[:, 1], part=base[1:])
    format_name, loaded = kept(mk, state)
    assert format_name == "safetensors"
    assert all(torch.equal(loaded[name], state[name]) for name in state)


def test_a_torch_checkpoint_is_an_archive_of_torch(mk) -> None:
    network = torch.nn.Linear(5, 1)
    optimiser = torch.optim.Adam(network.parameters())
    network(torch.ones(3, 5)).sum().backward()
    optimiser.step()
    checkpoint = {
        "model": network.state_dict(),
        "optimizer": optimiser.state_dict(),
        "epoch": 3,
        "loss": torch.tensor(0.5),
    }
    format_name, loaded = kept(mk, checkpoint)
    assert format_name == "torch"
    assert (loaded["epoch"], loaded["loss"].item()) == (3, 0.5)
    assert torch.equal(loaded["model"]["weight"], network.weight)
    optimiser.load_state_dict(loaded["optimizer"])


@pytest.mark.parametrize(
    "dtype", ["float64", "float32", "float16", "int64", "int8", "uint16", "bool"]
)
def test_arrays_by_name(mk, dtype) -> None:
    arrays = {"a": (RANDOM.normal(size=(3, 4)) * 10).astype(dtype), "b": np.array([1], dtype).T}
    format_name, loaded = kept(mk, arrays)
    assert format_name == "safetensors"
    assert loaded.keys() == arrays.keys()
    for name, array in arrays.items():
        assert loaded[name].dtype == array.dtype
        assert (loaded[name] == array).all()


def test_arrays_with_nan_payloads_and_signed_zero_to_the_bit(mk) -> None:
    array = np.array([0x7FF8_0000_DEAD_BEEF, 0x8000_0000_0000_0000, 1], np.uint64).view(np.float64)
    for model in ({"a": array}, array):
        _, loaded = kept(mk, model)
        back = loaded["a"] if isinstance(loaded, dict) else loaded
        assert (back.view(np.uint64) == array.view(np.uint64)).all()


def test_one_array_and_text_arrays_are_numpy(mk) -> None:
    for model in (np.arange(6).reshape(2, 3), np.asfortranarray(X), np.array(["a", "bc"])):
        format_name, loaded = kept(mk, model)
        assert format_name == "numpy"
        assert loaded.dtype == model.dtype
        assert (loaded == model).all()
    format_name, loaded = kept(mk, {"words": np.array(["a"]), "numbers": np.arange(3)})
    assert format_name == "numpy"
    assert loaded["words"].tolist() == ["a"]


def test_object_arrays_are_pickled_not_numpy(mk) -> None:
    format_name, loaded = kept(mk, np.array([{"a": 1}, None], dtype=object))
    assert format_name == "pickle"
    assert loaded.tolist() == [{"a": 1}, None]
    with pytest.raises(UnserialisableModelError, match="numpy"):
        mk.versions.create_version("m", np.array([{}], dtype=object), format="numpy")


def test_onnx(mk) -> None:
    node = onnx.helper.make_node("Relu", ["x"], ["y"])
    values = [
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [None, 3])
        for name in ("x", "y")
    ]
    graph = onnx.helper.make_graph([node], "g", [values[0]], [values[1]])
    model = onnx.helper.make_model(graph)
    format_name, loaded = kept(mk, model)
    assert format_name == "onnx"
    assert loaded.SerializeToString() == model.SerializeToString()


@pytest.mark.parametrize(
    "model", [{"a": [1, 2.5, None, True, "ü"]}, [], {}, [{"deep": [[[]]]}], {"n": 2**80}]
)
def test_plain_values_are_json(mk, model) -> None:
    assert kept(mk, model) == ("json", model)


@pytest.mark.parametrize(
    "model", [(1, 2), {1: "a"}, {"a": float("inf")}, {1, 2}, b"bytes", None, 5, {"a": (1,)}]
)
def test_what_json_would_change_is_pickled(mk, model) -> None:
    if model is None:
        assert kept(mk, model, format="pickle") == ("pickle", None)
    else:
        assert kept(mk, model) == ("pickle", model)


def test_a_file_is_kept_as_it_is(mk, tmp_path: Path) -> None:
    source = tmp_path / "weights.bin"
    source.write_bytes(bytes(range(256)) * 5000)
    source.chmod(0o755)
    version = mk.versions.create_version("m", source)
    assert mk.versions.get_manifest(version.version_id).format == "file"
    target = mk.versions.load_model(version.version_id, destination=tmp_path / "out/copy.bin")
    assert target.read_bytes() == source.read_bytes()
    assert target.stat().st_mode & 0o111
    into = mk.versions.load_model("m@latest", destination=tmp_path / "out")
    assert into == tmp_path / "out/weights.bin"
    assert version.checksum == mk.storage.calculate_checksum(source)
    with pytest.raises(InvalidInputError, match=r"weights\.bin as it is; give a destination"):
        mk.versions.load_model(version.version_id)


def test_a_text_is_taken_as_a_path(mk, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("content")
    version = mk.versions.create_version("m", str(tmp_path / "a.txt"))
    assert version.size_bytes == 7
    with pytest.raises(InvalidArtifactError, match=r"missing\.bin.*no such file"):
        mk.versions.create_version("m", str(tmp_path / "missing.bin"))


def make_folder(root: Path) -> Path:
    folder = root / "bert"
    (folder / "onnx").mkdir(parents=True)
    (folder / "empty/inner").mkdir(parents=True)
    (folder / "config.json").write_text('{"layers": 2}')
    (folder / "model.safetensors").write_bytes(bytes(range(256)) * 100)
    (folder / "onnx/ünïcode name.onnx").write_bytes(b"")
    (folder / "tokenizer.json").symlink_to("config.json")
    (folder / "run.sh").write_text("#!/bin/sh\n")
    (folder / "run.sh").chmod(0o755)
    return folder


def tree(folder: Path) -> dict[str, object]:
    return {
        str(path.relative_to(folder)): (path.read_bytes(), bool(path.stat().st_mode & 0o100))
        if path.is_file()
        else "folder"
        for path in sorted(folder.rglob("*"))
    }


def test_a_folder_is_kept_as_it_is(mk, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    version = mk.versions.create_version("bert", folder)
    target = mk.versions.load_model(version.version_id, destination=tmp_path / "restored")
    assert tree(target) == tree(folder)
    assert version.checksum == mk.storage.calculate_checksum(folder)
    assert version.size_bytes == sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    with pytest.raises(InvalidInputError, match="new or empty one"):
        mk.versions.load_model(version.version_id, destination=tmp_path / "restored")


def test_the_checksum_of_a_folder_is_what_sha256sum_says(mk, tmp_path: Path) -> None:
    folder = tmp_path / "f"
    (folder / "b").mkdir(parents=True)
    for name in ("z.txt", "b/a.txt", "a.txt"):
        (folder / name).write_text(name)
    listed = subprocess.run(
        "LC_ALL=C find . -type f | sed 's,^./,,' | LC_ALL=C sort | xargs sha256sum | sha256sum",
        shell=True, cwd=folder, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert mk.versions.create_version("m", folder).checksum == listed.stdout.split()[0]


def test_a_folder_of_one_file_stays_a_folder(mk, tmp_path: Path) -> None:
    folder = tmp_path / "f"
    folder.mkdir()
    (folder / "only.bin").write_bytes(b"x")
    version = mk.versions.create_version("m", folder)
    target = mk.versions.load_model(version.version_id, destination=tmp_path / "out")
    assert tree(target) == tree(folder)
    assert version.checksum == mk.storage.calculate_checksum(folder)
    assert version.checksum != mk.storage.calculate_checksum(folder / "only.bin")


def test_a_format_of_one_file_takes_no_folder_and_the_other_way_round(mk, tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    (tmp_path / "f/a.onnx").write_bytes(b"x")
    for path, format_name in (("f", "onnx"), ("f", "file"), ("f/a.onnx", "folder")):
        with pytest.raises(InvalidArtifactError, match=f"the format '{format_name}'"):
            mk.versions.create_version("m", tmp_path / path, format=format_name)
    assert mk.versions.get_models() == []


def test_a_file_can_be_said_to_have_a_format(mk, tmp_path: Path) -> None:
    np.save(tmp_path / "weights.npy", X)
    version = mk.versions.create_version("m", tmp_path / "weights.npy", format="numpy")
    assert (mk.versions.load_model(version.version_id) == X).all()


def test_an_unknown_format_is_told_with_those_there_are(mk) -> None:
    with pytest.raises(UnknownChoiceError, match="'h5'.*joblib.*safetensors"):
        mk.versions.create_version("m", {"a": 1}, format="h5")


@pytest.mark.parametrize("format_name", ["auto", "pickle", "json", "safetensors", "xgboost"])
def test_an_object_that_cannot_be_written_is_told(mk, format_name) -> None:
    with pytest.raises(UnserialisableModelError) as caught:
        mk.versions.create_version("m", lambda: 1, format=format_name)
    assert "function cannot be written as" in str(caught.value)
    assert mk.versions.get_models() == []
    assert mk.scrubber.on_disk_bytes() == 0


def test_a_third_party_format_is_found_by_its_entry_point(tmp_path: Path) -> None:
    package = tmp_path / "their_format-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: their-format\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text("[modelkeep.formats]\nupper = their_format:Upper\n")
    (tmp_path / "their_format.py").write_text(
        "from modelkeep.storage.formats.base import Format\n"
        "class Upper(Format):\n"
        "    name, file_name, priority = 'upper', 'text.txt', 500\n"
        "    def accepts(self, model): return isinstance(model, bytes)\n"
        "    def write(self, model, files):\n"
        "        with files.open(self.file_name) as file: file.write(model.upper())\n"
        "    def read(self, files): return files.read(self.file_name)\n"
    )
    program = (
        "import modelkeep\n"
        "mk = modelkeep.connect('r')\n"
        "v = mk.versions.create_version('m', b'hello')\n"
        "assert mk.versions.get_manifest(v.version_id).format == 'upper'\n"
        "assert mk.versions.load_model('m@latest') == b'HELLO'\n"
    )
    subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, check=True, env={"PYTHONPATH": str(tmp_path)}
    )
