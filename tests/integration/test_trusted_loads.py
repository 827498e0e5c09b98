"""What a load may run: one's own work as it is, the work of others as far as it is trusted."""

from __future__ import annotations

import gzip
import json
import pickle
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from typer.testing import CliRunner

from modelkeep.cli.main import app
from modelkeep.errors import InvalidSettingError, UntrustedModelError
from modelkeep.management.parts import FindingWarning
from modelkeep.provenance import keys
from modelkeep.provenance.model_policy import ModelPolicy
from modelkeep.provenance.own_key import default_folder
from modelkeep.provenance.pinned import PinnedTrust
from modelkeep.storage.formats.base import Rank

RAN: list[str] = []


class Mine:
    """A model of a class of one's own, which notes that its code ran."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __setstate__(self, state: dict) -> None:
        RAN.append("setstate")
        self.__dict__.update(state)


NAME = f"{Mine.__module__}.Mine"


@pytest.fixture
def elsewhere(monkeypatch, tmp_path):
    """Go on as another installation, whose key is another one."""

    def go(name: str = "other") -> Path:
        folder = tmp_path / name
        monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
        return default_folder({"XDG_CONFIG_HOME": str(folder)}, tmp_path)

    return go


@pytest.fixture(autouse=True)
def nothing_ran() -> None:
    RAN.clear()


def test_own_work_loads_as_it_is_and_that_of_others_does_not(open_registry, elsewhere) -> None:
    elsewhere("home")
    mk = open_registry()
    version = mk.versions.create_version("m", Mine(7), format="pickle")
    assert mk.versions.load_model("m@latest").value == 7
    assert RAN == ["setstate"]
    elsewhere("other")
    with pytest.raises(UntrustedModelError) as caught:
        open_registry().versions.load_model("m@latest")
    assert caught.value.asked_for == (NAME,)
    assert "ada" in caught.value.origin
    for way in (f"trust=[{NAME!r}]", "pinned key", "trust='unsafe'"):
        assert way in str(caught.value)
    assert RAN == ["setstate"]
    elsewhere("home")
    assert open_registry().versions.load_model(version.version_id).value == 7


def test_a_seal_holds_for_its_version_alone(open_registry, elsewhere) -> None:
    elsewhere("home")
    mk = open_registry()
    mk.versions.create_version("m", Mine(1), format="pickle")
    seal = mk.storage.load_version_metadata(mk.versions.get_version("m@latest")).seal
    assert len(seal) == 64
    other = mk.versions.create_version("m", Mine(2), format="pickle")
    document = mk.storage.load_version_metadata(other)
    assert document.seal != seal


def test_a_torch_checkpoint_of_others_loads_under_the_allow_list(open_registry, elsewhere) -> None:
    good = {"model": {"w": torch.arange(4.0)}, "epoch": 2}
    open_registry().versions.create_version("good", good)
    open_registry().versions.create_version("bad", {**good, "extra": Mine(1)}, format="torch")
    elsewhere()
    mk = open_registry()
    loaded = mk.versions.load_model("good@latest")
    assert torch.equal(loaded["model"]["w"], torch.arange(4.0))
    with pytest.raises(UntrustedModelError) as caught:
        mk.versions.load_model("bad@latest")
    assert caught.value.asked_for == (NAME,)
    assert RAN == []
    assert mk.versions.load_model("bad@latest", trust=[NAME])["extra"].value == 1


@pytest.mark.parametrize("how", ["call", "config", "package"])
def test_names_that_are_trusted_load(open_registry, elsewhere, how) -> None:
    open_registry().versions.create_version("m", Mine(7), format="pickle")
    elsewhere()
    names = [f"{Mine.__module__}.*"] if how == "package" else [NAME]
    mk = open_registry(trusted_names=names) if how == "config" else open_registry()
    loaded = mk.versions.load_model("m@latest", trust=None if how == "config" else names)
    assert loaded.value == 7


def test_unsafe_is_for_one_call_and_is_recorded(open_registry, elsewhere) -> None:
    version = open_registry().versions.create_version("m", Mine(7), format="pickle")
    elsewhere()
    mk = open_registry()
    assert mk.versions.load_model("m@latest", trust="unsafe").value == 7
    (event,) = [e for e in mk.versions.get_events(version.version_id) if "unsafe" in e.kind]
    assert event.actor == "ada"
    with pytest.raises(UntrustedModelError):
        mk.versions.load_model("m@latest")
    for wrong in ("all", ["unsafe"], [3], "mypackage.M"):
        with pytest.raises(InvalidSettingError):
            mk.versions.load_model("m@latest", trust=wrong)
    with pytest.raises(InvalidSettingError):
        open_registry(trusted_names=["unsafe"])


def test_a_pinned_signature_stands_for_trust(open_registry, elsewhere) -> None:
    private, public = keys.generate_key()
    mk = open_registry()
    mk.versions.create_version("m", Mine(7), format="pickle")
    mk.versions.sign_version("m@1.0.0", private)
    home = elsewhere()
    with pytest.raises(UntrustedModelError):
        open_registry().versions.load_model("m@1.0.0")
    PinnedTrust(home).pin(public)
    assert open_registry().versions.load_model("m@1.0.0").value == 7


def test_files_from_elsewhere_are_never_own_work(mk, tmp_path) -> None:
    path = tmp_path / "m.pkl"
    path.write_bytes(pickle.dumps(Mine(7)))
    with pytest.warns(FindingWarning, match="Mine"):
        mk.versions.create_version("m", path, format="pickle")
    with pytest.raises(UntrustedModelError):
        mk.versions.load_model("m@latest")
    path.write_bytes(pickle.dumps(OrderedDict(a=np.arange(3))))
    mk.versions.create_version("m", path, format="pickle")
    assert list(mk.versions.load_model("m@latest")["a"]) == [0, 1, 2]


def test_a_policy_refuses_files_that_ask_for_more(mk, tmp_path) -> None:
    mk.versions.create_version("m", {"a": 1})
    mk.versions.set_policy("m", ModelPolicy(on_finding="refuse"))
    path = tmp_path / "m.pkl"
    path.write_bytes(pickle.dumps(Mine(7)))
    for kind in ("pickle", "file"):
        with pytest.raises(UntrustedModelError, match="refuses such versions"):
            mk.versions.create_version("m", path, format=kind)
    opened = mk.versions.create_version("m", status="training")
    with pytest.raises(UntrustedModelError, match="refuses such versions"):
        mk.versions.finish_version(opened.version_id, path, format="pickle")
    assert mk.versions.get_version(opened.version_id).status.value == "training"
    assert len(mk.versions.get_versions("m")) == 2
    assert mk.scrubber.verify().problems == []


def test_production_may_refuse_what_asks_for_more_than_the_allow_list(mk) -> None:
    mk.versions.create_version("m", Mine(1), format="pickle")
    mk.versions.create_version("m", {"a": {1}}, format="pickle")
    mk.versions.set_policy("m", ModelPolicy(production_rank=Rank.ALLOW_LIST))
    with pytest.raises(UntrustedModelError, match="its rank is pickle"):
        mk.deployments.deploy_version("m@1.0.0", "production")
    mk.deployments.deploy_version("m@1.0.1", "production")


def test_the_safest_format_that_keeps_an_estimator_is_taken(mk, open_registry, elsewhere) -> None:
    data, target = load_iris(return_X_y=True)
    models = {
        "skops": LogisticRegression(max_iter=300).fit(data, target),
        "joblib": RandomForestClassifier(5, random_state=0).fit(data, target),
    }
    for kind, model in models.items():
        mk.versions.create_version(kind, model)
        assert mk.versions.get_manifest(f"{kind}@latest").format == kind
    elsewhere()
    other = open_registry()
    for kind, model in models.items():
        loaded = other.versions.load_model(f"{kind}@latest")
        assert (loaded.predict(data) == model.predict(data)).all()


def test_a_version_is_converted_to_a_safer_one(mk) -> None:
    data, target = load_iris(return_X_y=True)
    model = LogisticRegression(max_iter=300).fit(data, target)
    old = mk.versions.create_version(
        "m", model, metadata={"accuracy": 0.9}, tags=["x"], format="pickle"
    )
    new = mk.versions.convert_version("m@latest")
    assert (new.parent_version, new.metrics, new.tags) == (old.version_id, {"accuracy": 0.9}, ["x"])
    assert mk.versions.get_manifest(new.version_id).format == "skops"
    assert (mk.versions.load_model("m@latest").coef_ == model.coef_).all()


def test_the_command_line_inspects_without_loading(mk, tmp_path) -> None:
    path = tmp_path / "m.pkl"
    path.write_bytes(pickle.dumps(Mine(7)))
    result = CliRunner().invoke(app, ["inspect", str(path)])
    assert result.exit_code == 0, result.output
    assert "asks for more" in result.output
    assert NAME in result.output
    mk.versions.create_version("m", {"a": {1}}, format="pickle")
    place = ["--storage", mk.config.storage_path]
    result = CliRunner().invoke(app, [*place, "inspect", "m@latest", "--json"])
    assert result.exit_code == 0, result.output
    (found,) = json.loads(result.output).values()
    assert found["verdict"] in ("allowed", "data only")
    result = CliRunner().invoke(app, [*place, "convert", "m@latest", "--format", "json"])
    assert "cannot be written as json" in str(result.exception)
    assert RAN == []


def test_a_large_compressed_file_is_not_grown_to_look_into_it(mk, tmp_path) -> None:
    path = tmp_path / "m.gz"
    path.write_bytes(gzip.compress(np.random.default_rng(1).bytes(3 << 20)))
    version = mk.versions.create_version("m", path)
    finding = mk.storage.load_version_metadata(version).finding
    assert finding == {"files": {"m.gz": "compressed, not looked into"}, "asks_for": []}
    small = tmp_path / "small.gz"
    small.write_bytes(gzip.compress(pickle.dumps(Mine(7))))
    with pytest.warns(FindingWarning, match="Mine"):
        mk.versions.create_version("m", small)


def test_a_folder_of_other_files_has_no_finding(mk, tmp_path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text('{"layers": 2}')
    (folder / "notes.txt").write_text("words")
    np.save(folder / "weights.npy", np.zeros(3))
    version = mk.versions.create_version("m", folder)
    assert mk.storage.load_version_metadata(version).finding == {}
    (folder / "model.pkl").write_bytes(pickle.dumps({"a": 1}))
    version = mk.versions.create_version("m", folder)
    assert mk.storage.load_version_metadata(version).finding.get("asks_for", []) == []


def test_a_policy_that_refuses_looks_at_own_objects_too(mk) -> None:
    mk.versions.create_version("m", {"a": 1})
    mk.versions.set_policy("m", ModelPolicy(on_finding="refuse"))
    with pytest.raises(UntrustedModelError, match="refuses such versions"):
        mk.versions.create_version("m", Mine(7), format="pickle")
    assert mk.versions.create_version("m", {"a": {1}}, format="pickle").version_number == "1.0.1"


def test_a_plug_in_that_says_nothing_of_its_rank_is_not_trusted(mk, monkeypatch) -> None:
    mk.versions.create_version("m", {"a": 1}, format="json")
    monkeypatch.setattr("modelkeep.storage.formats.json_values.JsonFormat.rank", Rank.PICKLE)
    assert mk.versions.load_model("m@latest") == {"a": 1}
    document = mk.storage.load_version_metadata(mk.versions.get_version("m@latest"))
    with pytest.raises(UntrustedModelError, match="may run anything"):
        mk.storage.load_model_data(document.manifest)
