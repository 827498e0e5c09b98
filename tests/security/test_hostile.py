"""Each hostile file is told as what it is, in little time and memory, and nothing runs."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import hostile

from modelkeep.errors import IntegrityError, UntrustedModelError
from modelkeep.storage.trust.allow_list import AllowList
from modelkeep.storage.trust.inspecting import inspect_pickle
from modelkeep.storage.trust.loader import load

CHILD = Path(__file__).parent / "loading_child.py"
SECONDS = 2.0


@pytest.fixture(scope="module")
def marker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile") / "marker"


def test_every_hostile_file_is_refused_quickly_and_runs_nothing(marker: Path) -> None:
    given = list(hostile.files(marker))
    assert len(given) >= 200
    (marker.parent / "given").write_bytes(pickle.dumps(given))
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, str(CHILD), str(marker.parent / "given")],
        capture_output=True, text=True, timeout=300, cwd=marker.parent, env=environment,
    )  # fmt: skip
    told = [each.split("\t") for each in done.stdout.splitlines()]
    assert done.returncode == 0, (told[-1:], done.stderr[-2000:])
    assert [name for name, _, _ in told] == [name for name, _ in given]
    expected = {"UntrustedModelError", "IntegrityError"}
    assert [(name, outcome) for name, outcome, _ in told if outcome not in expected] == []
    assert [(name, took) for name, _, took in told if float(took) > SECONDS] == []
    assert sorted(path.name for path in marker.parent.iterdir()) == ["given"]


def test_the_inspection_tells_what_would_run_without_running_it(marker: Path) -> None:
    path = marker.parent / "looked-at"
    kinds = {}
    for name, content in hostile.files(marker):
        path.write_bytes(content)
        found = inspect_pickle(path)
        kinds.setdefault(found.verdict, []).append(name)
        if name.startswith("call-") and "newobj" not in name:
            assert found.imports, name
    assert not marker.exists()
    assert not [name for name in kinds.get("data only", []) if name.startswith("call-")]
    assert {"asks for more", "malformed"} <= set(kinds)
    runs = [name for name in kinds.get("allowed", []) if "os." in name or "subprocess" in name]
    assert runs == []


def test_all_names_are_told_at_once() -> None:
    content = hostile.whole(
        b"(" + hostile.call("os", "system", "x") + hostile.call("builtins", "eval", "y")
        + hostile.call("sys", "exit") + b"t"
    )  # fmt: skip
    with pytest.raises(UntrustedModelError) as caught:
        load(memoryview(content), source="m", allow=AllowList())
    assert caught.value.asked_for == ("os.system", "builtins.eval", "sys.exit")
    assert caught.value.source == "m"


def test_what_the_user_names_is_trusted_and_nothing_beside_it() -> None:
    allow = AllowList().with_names(["fractions.*", "os.getcwd"])
    assert load(memoryview(hostile.whole(hostile.call("os", "getcwd"))), source="m", allow=allow)
    for module, qualified in [("os", "system"), ("fractions", "math"), ("fractions", "re"),
                              ("fractions", "Decimal"), ("fractions", "os.system")]:  # fmt: skip
        content = hostile.whole(hostile.call(module, qualified, "x"))
        with pytest.raises(UntrustedModelError):
            load(memoryview(content), source="m", allow=allow)


@pytest.mark.parametrize("name", ["*", "os", "a b.c", ".x", "x.", "os.system()", ""])
def test_trust_is_given_to_names_only(name: str) -> None:
    with pytest.raises(ValueError, match="is not 'module.Name'"):
        AllowList().with_names([name])


class Own:
    """A class of the user's, with a state of its own."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __getstate__(self) -> dict[str, int]:
        return {"kept": self.value}

    def __setstate__(self, state: dict[str, int]) -> None:
        self.value = state["kept"]


class Plain:
    pass


def test_a_trusted_class_is_filled_by_its_own_means(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "own_package", sys.modules[__name__])
    plain = Plain()
    plain.inner = [Own(3)]
    for kind in (Own, Plain):
        monkeypatch.setattr(kind, "__module__", "own_package")
    content = pickle.dumps(plain)
    with pytest.raises(UntrustedModelError) as caught:
        load(memoryview(content), source="m", allow=AllowList())
    assert set(caught.value.asked_for) == {"own_package.Plain", "own_package.Own"}
    allow = AllowList().with_names(["own_package.Plain", "own_package.*"])
    assert load(memoryview(content), source="m", allow=allow).inner[0].value == 3


def test_cut_short_anywhere_a_pickle_is_damaged() -> None:
    content = pickle.dumps([{"a": 1, "b": [1.5, None, "x" * 400]}, b"y" * 70_000], 5)
    for end in [*range(200), *range(200, len(content), 311), len(content) - 1]:
        with pytest.raises(IntegrityError):
            load(memoryview(content[:end]), source="m", allow=AllowList())
