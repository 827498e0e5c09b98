"""What `metadata.json` of the former service may say, and what becomes of it."""

from __future__ import annotations

import hashlib
import itertools
import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelkeep.management.legacy_folder import read_folder
from modelkeep.models import DeploymentStage, ModelStatus, ModelVersion

PLACES = itertools.count()


def write(folder: Path, place: str, model: object = None, **fields: Any) -> Path:
    """Write a version; fields given as ... are left out of its metadata."""
    path = folder / place
    path.mkdir(parents=True)
    content = pickle.dumps({"weights": place} if model is None else model)
    (path / "model.pkl").write_bytes(content)
    plain = {
        "version_id": path.name,
        "model_id": path.parent.name,
        "version_number": "1.0.0",
        "status": "ready",
        "checksum": hashlib.sha256(content).hexdigest(),
        "created_at": "2025-12-01T10:00:00",
    } | fields
    kept = {name: value for name, value in plain.items() if value is not ...}
    (path / "metadata.json").write_text(json.dumps(kept))
    return path


@pytest.fixture
def old(tmp_path: Path) -> Path:
    (tmp_path / "old").mkdir()
    return tmp_path / "old"


def test_missing_fields_have_defaults(mk, old) -> None:
    write(old, "m/a", version_id=..., model_id=..., status=..., checksum=...)
    assert mk.legacy.import_folder(old).imported == ["a"]
    version = mk.versions.get_version("a")
    assert (version.model_id, version.status) == ("m", ModelStatus.READY)
    assert version.deployment_stage is DeploymentStage.DEVELOPMENT
    assert version.updated_at == version.created_at
    assert (version.tags, version.metrics, version.configuration) == ([], {}, {})
    assert (version.created_by, version.description, version.parent_version) == ("", "", None)


def test_metrics_that_are_no_numbers_and_nan_in_the_configuration_are_kept(mk, old) -> None:
    write(
        old,
        "m/a",
        metrics={"auc": 1, "low": float("-inf"), "missing": None, "matrix": [[1, 2]]},
        configuration={"missing": float("nan"), "lr": 0.1},
    )
    report = mk.legacy.import_folder(old)
    version = mk.versions.get_version("a")
    assert version.metrics == {"auc": 1.0, "low": float("-inf")}
    assert version.configuration == {
        "missing": "NaN",
        "lr": 0.1,
        "legacy_extra": {"metrics": {"missing": None, "matrix": [[1, 2]]}},
    }
    assert report.notes == [
        "m/a: metric 'missing' is no number; kept under legacy_extra",
        "m/a: metric 'matrix' is no number; kept under legacy_extra",
    ]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"version_id": "b"}, "version_id is 'b', but its folder is 'a'"),
        ({"model_id": 7}, "model_id is 7, but its folder is 'm'"),
        ({"version_number": ...}, "version number None cannot be given"),
        ({"version_number": "production"}, "version number 'production' cannot be given"),
        ({"version_number": " 1.0.0"}, "version number ' 1.0.0' cannot be given"),
        ({"version_number": "9" * 129}, "it must have 1 to 128 printable characters"),
        ({"status": "archived"}, "unknown status 'archived'; one of training, ready"),
        ({"deployment_stage": "moon"}, "unknown stage 'moon'; one of development"),
        ({"created_at": ...}, "created_at is missing"),
        ({"created_at": 1700000000}, "created_at is 1700000000; it must be a time like"),
        ({"updated_at": "0001-01-01T00:00:00+14:00"}, "it must be a time like"),
        ({"is_active": "yes"}, "is_active is 'yes'; it must be a bool"),
        ({"tags": "a,b"}, "tags is 'a,b'; it must be a list"),
        ({"dependencies": {"numpy": 2}}, "metadata at dependencies.numpy"),
        ({"configuration": {"seed": 2**70}}, "does not fit 64 bits"),
        ({"configuration": {"legacy_extra": 1}, "team": "x"}, "it is given twice"),
        ({"parent_version": "../up"}, "version_id '../up' is not valid"),
        ({"description": "a\0b"}, "has a NUL character"),
        ({"description": "\ud800"}, "is not Unicode text"),
        ({"other": {"\ud800": 1}}, "is not Unicode"),
        ({"metrics": {"\ud800": 1}}, "is not Unicode"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_the_reason(mk, old, fields, reason) -> None:
    write(old, "m/a", **fields)
    report = mk.legacy.import_folder(old)
    assert report.imported == []
    assert reason in report.refused["m/a"]


def test_metadata_that_is_no_object_is_refused(mk, old) -> None:
    texts = {"list": b"[]", "deep": b"[" * 200_000, "latin": b'{"a": "\xff"}', "empty": b""}
    for name, text in texts.items():
        (write(old, f"m/{name}") / "metadata.json").write_bytes(text)
    report = mk.legacy.import_folder(old)
    assert sorted(report.refused) == [f"m/{name}" for name in sorted(texts)]
    assert all("it is not" in reason for reason in report.refused.values())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(), each, max_size=3),
    max_leaves=8,
)
FIELDS = [*ModelVersion.__dataclass_fields__, "legacy_extra", "other"]


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(fields=st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=6))
def test_whatever_metadata_says_the_import_ends(mk, tmp_path_factory, fields) -> None:
    folder = tmp_path_factory.mktemp("old")
    # A place of its own each time: an id and a number are known for ever.
    write(folder, f"m{next(PLACES)}/a{next(PLACES)}", **{"checksum": "", **fields})
    refused: dict[str, str] = {}
    found = read_folder(folder, ignored=(), refused=refused)
    assert len(found) + len(refused) == 1
    report = mk.legacy.import_folder(folder)
    assert len(report.imported) + len(report.refused) == 1
    if report.imported:
        mk.versions.load_model(report.imported[0])
        assert mk.scrubber.verify().problems == []
        mk.versions.delete_version(report.imported[0], force=True, backup=False)
