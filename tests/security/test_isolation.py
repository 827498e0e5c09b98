"""A model in a process of its own: it answers, has limits, and reaches no network and no files."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

from modelkeep.errors import (
    ClosedError,
    IntegrityError,
    InvalidInputError,
    IsolatedModelError,
)
from modelkeep.storage.trust import isolated_wire, isolation
from modelkeep.storage.trust.isolation import Limits, NotIsolatedWarning

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text() | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers(-9, 9), inner, max_size=3)
    ),
    max_leaves=12,
)


@pytest.fixture
def prober(mk, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    from isolation_prober import Prober

    version = mk.versions.create_version("p", Prober(), format="pickle")
    limits = Limits(seconds=5, memory_bytes=2 << 30)
    with mk.versions.load_model(version.version_id, isolate=limits, trust="unsafe") as model:
        yield model


def test_bubblewrap_is_here() -> None:
    """So that the rest proves what it says."""
    assert shutil.which("bwrap")


def test_an_estimator_predicts_there_as_here(mk) -> None:
    data, target = load_iris(return_X_y=True)
    here = LogisticRegression(max_iter=300).fit(data, target)
    version = mk.versions.create_version("iris", here)
    with mk.versions.load_model(version.version_id, isolate=True) as there:
        assert there.is_sandboxed
        assert there.type_name.endswith("LogisticRegression")
        assert (there.predict(data) == here.predict(data)).all()
        assert np.array_equal(there.call("predict_proba", data), here.predict_proba(data))
        assert there.call("classes_").tolist() == [0, 1, 2]
        folder = there._folder
    assert not folder.exists()
    with pytest.raises(ClosedError):
        there.predict(data)


def test_it_reaches_no_network(prober) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(IsolatedModelError):
        prober.call("reach", server.getsockname()[1])


def test_it_reads_and_writes_no_files_of_ours(prober, tmp_path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("mine")
    with pytest.raises(IsolatedModelError, match="FileNotFoundError"):
        prober.call("read", str(secret))
    with pytest.raises(IsolatedModelError, match="Error"):
        prober.call("write", str(tmp_path / "new"))
    assert not (tmp_path / "new").exists()
    with pytest.raises(IsolatedModelError, match="Read-only"):
        prober.call("write", f"{os.__file__}.new")


def test_it_has_nothing_of_the_environment(prober) -> None:
    given = {"HOME", "LC_CTYPE", "PATH", "PWD", "PYTHONPATH"}
    assert set(prober.call("seen")) & set(os.environ) <= given
    assert set(os.environ) - given


def test_memory_is_limited(prober) -> None:
    with pytest.raises(IsolatedModelError, match="MemoryError"):
        prober.call("eat", 3 << 30)
    assert prober.call("eat", 1000) == 1000


def test_time_is_limited(mk, prober) -> None:
    with pytest.raises(IsolatedModelError, match="longer than 5"):
        prober.call("spin")
    with pytest.raises(ClosedError):
        prober.call("eat", 1)


def test_a_crash_is_told(prober) -> None:
    with pytest.raises(IsolatedModelError, match="died"):
        prober.call("die")


def test_what_it_raises_is_told_and_it_goes_on(prober) -> None:
    with pytest.raises(IsolatedModelError, match="ValueError: no such class"):
        prober.call("fail")
    with pytest.raises(IsolatedModelError, match="does not go"):
        prober.call("give")
    with pytest.raises(IsolatedModelError, match="not for callers"):
        prober.call("__reduce__")
    assert prober.call("shout") == 7
    with pytest.raises(InvalidInputError, match="object does not go"):
        prober.call("eat", object())
    assert prober.call("eat", 5) == 5


def test_without_bubblewrap_it_says_so(mk, monkeypatch) -> None:
    monkeypatch.setattr(isolation.shutil, "which", lambda _name: None)
    version = mk.versions.create_version("m", {"a": 1})
    with pytest.warns(NotIsolatedWarning, match="bubblewrap"):
        model = mk.versions.load_model(version.version_id, isolate=True)
    with model:
        assert not model.is_sandboxed
        assert model.call("get", "a") == 1


@given(VALUES)
def test_values_go_over_as_they_are(value) -> None:
    back = isolated_wire.decode(isolated_wire.encode(value))
    assert repr(back) == repr(value)


@pytest.mark.parametrize("kind", ["?", "i1", "u8", "f2", "f4", "c8", "S3", "U3", "M8[s]"])
def test_arrays_go_over_as_they_are(kind) -> None:
    array = np.zeros((3, 2), kind)
    back = isolated_wire.decode(isolated_wire.encode({"x": [array]}))["x"][0]
    assert (back.dtype, back.shape, back.tobytes()) == (array.dtype, (3, 2), array.tobytes())


@given(st.binary(max_size=200))
def test_no_other_bytes_are_taken_for_a_frame(frame) -> None:
    try:
        isolated_wire.decode(frame)
    except IntegrityError:
        return
    assert frame
