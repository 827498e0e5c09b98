"""Real models load under the default allow-list, with nobody's leave, and say the same."""

from __future__ import annotations

import io
import pickle
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

import benign
from sameness import assert_same

from modelkeep.storage.trust.allow_list import AllowList
from modelkeep.storage.trust.inspecting import inspect_pickle
from modelkeep.storage.trust.joblib_reader import load_joblib
from modelkeep.storage.trust.loader import load
from modelkeep.storage.trust.torch_reader import load_torch

ALLOW = AllowList()
FAMILIES = ["plain", "arrays", "frames", "estimators", "boosters"]
PROTOCOLS = (2, 4, 5)


@pytest.fixture(scope="module", autouse=True)
def _quiet() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _families() -> dict[str, dict[str, benign.Case]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {family: getattr(benign, family)() for family in FAMILIES}


@pytest.fixture(scope="module")
def families() -> dict[str, dict[str, benign.Case]]:
    return _families()


def _check(case: benign.Case, found: Any, wanted: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert_same(case.answers(found), case.answers(wanted))


@pytest.mark.parametrize("family", FAMILIES)
def test_pickles_of_every_protocol_load_and_answer_the_same(
    families: dict[str, dict[str, benign.Case]], family: str
) -> None:
    failures = []
    for name, case in families[family].items():
        for protocol in PROTOCOLS:
            content = pickle.dumps(case.made, protocol)
            try:
                found = load(memoryview(content), source=name, allow=ALLOW)
                _check(case, found, pickle.loads(content))
            except Exception as error:
                failures.append(f"{name} protocol {protocol}: {error!s:.200}")
    assert not failures, "\n".join(failures)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("compress", [0, 3])
def test_joblib_files_load_and_answer_the_same(
    families: dict[str, dict[str, benign.Case]], family: str, compress: int
) -> None:
    failures = []
    for name, case in families[family].items():
        content = benign.joblibbed(case, compress)
        try:
            found = load_joblib(memoryview(content), allow=ALLOW)
            _check(case, found, pickle.loads(pickle.dumps(case.made)))
        except Exception as error:
            failures.append(f"{name}: {error!s:.200}")
    assert not failures, "\n".join(failures)


@pytest.mark.parametrize("form", ["zlib", "gzip", "bz2", "lzma", "xz"])
def test_every_compression_of_joblib_is_read(form: str) -> None:
    case = benign.Case({"a": benign.X, "o": np.array(["x", None], object)}, lambda m: m)
    found = load_joblib(memoryview(benign.joblibbed(case, (form, 3))), allow=ALLOW)
    _check(case, found, case.made)


def test_there_are_more_than_a_hundred_models(
    families: dict[str, dict[str, benign.Case]],
) -> None:
    assert len(families["estimators"]) + len(families["boosters"]) >= 100


def test_torch_archives_load_with_the_same_tensors() -> None:
    import torch

    for name, case in benign.tensors().items():
        file = io.BytesIO()
        torch.save(case.made, file)
        found = load_torch(memoryview(file.getvalue()), allow=ALLOW, source=name)
        file.seek(0)
        _check(case, found, torch.load(file, weights_only=False))


def test_a_state_dict_goes_back_into_its_module(tmp_path: Path) -> None:
    import torch

    net = torch.nn.Linear(3, 2)
    torch.save(net.state_dict(), tmp_path / "net.pt")
    again = torch.nn.Linear(3, 2)
    again.load_state_dict(load_torch(tmp_path / "net.pt", allow=ALLOW))
    assert torch.equal(again(torch.ones(3)), net(torch.ones(3)))


def test_buffers_beside_the_stream_are_used_without_a_copy() -> None:
    array = np.arange(1000.0)
    buffers: list[pickle.PickleBuffer] = []
    content = pickle.dumps([array, array], 5, buffer_callback=buffers.append)
    found = load(memoryview(content), source="x", allow=ALLOW, buffers=buffers)
    assert np.shares_memory(found[0], array)
    assert found[0] is found[1]


def test_distributions_of_scipy_are_taken_from_scipy_and_not_from_the_file() -> None:
    from scipy.stats import loguniform
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import RandomizedSearchCV

    search = RandomizedSearchCV(
        LogisticRegression(),
        {"C": loguniform(0.1, 1)},
        n_iter=2,
        random_state=0,
    ).fit(benign.X, benign.Y)
    found = load(memoryview(pickle.dumps(search)), source="x", allow=ALLOW)
    assert_same(found.predict(benign.X), search.predict(benign.X))
    assert 0.1 <= found.param_distributions["C"].rvs(random_state=0) <= 1


def test_time_zones_by_name_are_read() -> None:
    import datetime as dt
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("UTC")
    moment = dt.datetime(2020, 1, 1, tzinfo=zone)
    for protocol in PROTOCOLS:
        assert load(memoryview(pickle.dumps(moment, protocol)), source="x", allow=ALLOW) == moment


@pytest.mark.parametrize("family", FAMILIES)
def test_the_inspection_says_allowed_and_imports_nothing(
    families: dict[str, dict[str, benign.Case]], family: str, tmp_path: Path
) -> None:
    path = tmp_path / "model"
    wrong = []
    for name, case in families[family].items():
        for content in (pickle.dumps(case.made, 4), benign.joblibbed(case)):
            path.write_bytes(content)
            found = inspect_pickle(path)
            if found.verdict not in {"data only", "allowed"}:
                wrong.append(f"{name}: {found.verdict} {found.detail:.100}")
    assert not wrong, "\n".join(wrong)
