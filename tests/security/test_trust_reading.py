"""The inspection, the limits, and what may be imported by whom."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from modelkeep.errors import IntegrityError, UntrustedModelError
from modelkeep.storage.trust.allow_list import AllowList
from modelkeep.storage.trust.inspecting import inspect_pickle
from modelkeep.storage.trust.joblib_reader import load_joblib
from modelkeep.storage.trust.limits import Limits
from modelkeep.storage.trust.loader import load
from modelkeep.storage.trust.torch_reader import load_torch


def _load(content: bytes, **limits: int) -> Any:
    return load(memoryview(content), source="m", allow=AllowList(), limits=Limits(**limits))


@pytest.mark.parametrize(
    ("made", "limits", "told"),
    [
        (list(range(100)), {"opcodes": 50}, "steps"),
        ([str(each) for each in range(300_000)], {"memo": 1000}, "remembers"),
        ([[[[[[[]]]]]]], {"depth": 5}, "deeper"),
        (np.zeros(1000), {"array_bytes": 7999}, "arrays take more"),
    ],
)
def test_limits_are_told(made: Any, limits: dict[str, int], told: str) -> None:
    content = pickle.dumps(made, 4)
    with pytest.raises(IntegrityError, match=told):
        _load(content, **limits)
    _load(content)


def test_decompressing_is_bounded() -> None:
    content = zlib.compress(pickle.dumps(b"\0" * (1 << 20), 4))
    limits = Limits(decompressed_bytes=1 << 19)
    with pytest.raises(IntegrityError, match="grows to more"):
        load_joblib(memoryview(content), allow=AllowList(), limits=limits)


def test_reading_a_file_maps_it_from_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "m"
    path.write_bytes(b"head" + pickle.dumps([1, 2], 4))
    with path.open("rb") as file:
        file.seek(4)
        assert load(file, source="m", allow=AllowList()) == [1, 2]


def test_kinds_are_told_by_content(tmp_path: Path) -> None:
    import io

    import joblib
    import torch

    archive, arrays = io.BytesIO(), io.BytesIO()
    torch.save({"a": torch.ones(2)}, archive)
    np.savez(arrays, a=np.ones(2))
    packed = io.BytesIO()
    joblib.dump([np.ones(3)], packed, compress=3)
    whole = io.BytesIO()
    joblib.dump([np.ones((3, 2))], whole)
    header = json.dumps({}).encode()
    contents = {
        "pickle": pickle.dumps([1], 4), "pickle (text)": pickle.dumps([1], 0),
        "torch": archive.getvalue(), "npz": arrays.getvalue(), "joblib (zlib)": packed.getvalue(),
        "joblib": whole.getvalue(), "hdf5": b"\x89HDF\r\n",
        "safetensors": len(header).to_bytes(8, "little") + header + b" ",
        "npy": b"\x93NUMPY\1\0", "unknown": b"\xff\xfe hello",
        "gguf": b"GGUF\3",
    }  # fmt: skip
    for kind, content in contents.items():
        path = tmp_path / "x"
        path.write_bytes(content)
        found = inspect_pickle(path)
        assert (found.kind, found.size) == (kind, len(content))
    assert found.verdict == "not a pickle"


def test_the_inspection_tells_names_uses_arrays_and_steps(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(pickle.dumps({"a": np.zeros((3, 4), "f4"), "b": complex}, 4))
    found = inspect_pickle(path)
    assert found.verdict == "allowed"
    assert found.protocol == 4
    assert found.arrays == (((3, 4), "<f4"),)
    assert dict(found.opcodes)["REDUCE"] == 2
    uses = {each.name: each.uses for each in found.imports}
    assert uses["numpy._core.multiarray._reconstruct"] == ("called",)
    assert uses["builtins.complex"] == ("value",)
    path.write_bytes(pickle.dumps(subprocess.run, 4))
    found = inspect_pickle(path)
    assert found.verdict == "asks for more"
    assert [(each.name, each.is_allowed) for each in found.imports] == [("subprocess.run", False)]
    path.write_bytes(pickle.dumps([1, "a"], 4))
    assert inspect_pickle(path).verdict == "data only"
    path.write_bytes(pickle.dumps([1, "a"], 4)[:-3])
    assert inspect_pickle(path).verdict == "malformed"


def test_looking_loads_no_library_and_the_room_imports_none() -> None:
    code = (
        "import sys, pickle, tempfile, pathlib\n"
        "from modelkeep.storage.trust.inspecting import inspect_pickle\n"
        "from modelkeep.storage.trust import joblib_reader, torch_reader, loader\n"
        "from modelkeep.storage.trust.allow_list import AllowList\n"
        "AllowList().entry('sklearn.svm._classes', 'SVC')\n"
        "path = pathlib.Path(tempfile.mkdtemp(), 'x')\n"
        "path.write_bytes(b'\\x80\\x04csklearn.svm._classes\\nSVC\\n)\\x81.')\n"
        "print(inspect_pickle(path).verdict)\n"
        "heavy = {'numpy', 'sklearn', 'torch', 'pandas', 'scipy', 'joblib', 'xgboost'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.splitlines() == ["allowed", "[]"], done.stderr


def test_files_of_torch_that_are_no_archives(tmp_path: Path) -> None:
    import torch

    path = tmp_path / "x.pt"
    torch.save({"a": torch.ones(2)}, path, _use_new_zipfile_serialization=False)
    with pytest.raises(UntrustedModelError, match="legacy format"):
        load_torch(path, allow=AllowList())
    assert inspect_pickle(path).kind == "torch (legacy)"
    module = torch.nn.Linear(2, 1)
    torch.save(module, path)
    with pytest.raises(UntrustedModelError) as caught:
        load_torch(path, allow=AllowList())
    assert caught.value.asked_for == ("torch.nn.modules.linear.Linear",)
    names = ["torch.nn.modules.linear.Linear"]
    found = load_torch(path, allow=AllowList().with_names(names))
    assert torch.equal(found(torch.ones(2)), module(torch.ones(2)))
