"""Folders of the former service: taken in as they are, nothing unpickled, one bad one alone."""

from __future__ import annotations

import hashlib
import json
import math
import os
import pickle
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sklearn.linear_model import LogisticRegression

from modelkeep.errors import InvalidArtifactError, UntrustedModelError
from modelkeep.models import DeploymentStage, ModelStatus

MODEL = LogisticRegression().fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1])


def write(folder: Path, version_id: str, model: object = MODEL, **fields: object) -> Path:
    """Write a version as the former service did."""
    place = folder / str(fields.get("model_id", "churn")) / version_id
    place.mkdir(parents=True)
    content = model if isinstance(model, bytes) else pickle.dumps(model)
    if model is not None:
        (place / "model.pkl").write_bytes(content)
    plain = {
        "version_id": version_id,
        "model_id": "churn",
        "version_number": "1.0.0",
        "status": "ready",
        "deployment_stage": "development",
        "model_path": str(place / "model.pkl"),
        "metadata_path": str(place / "metadata.json"),
        "checksum": hashlib.sha256(content).hexdigest(),
        "created_at": "2024-03-01T10:00:00",
        "updated_at": "2024-03-01T10:00:00",
        "created_by": "old_service",
        "description": "",
        "tags": [],
        "metrics": {},
        "dependencies": {},
        "configuration": {},
        "deployment_config": {},
        "parent_version": None,
        "size_bytes": len(content),
        "is_active": False,
    }
    (place / "metadata.json").write_text(json.dumps({**plain, **fields}))
    return place


@pytest.fixture
def old(tmp_path: Path) -> Path:
    (tmp_path / "old").mkdir()
    return tmp_path / "old"


def test_ids_numbers_stages_and_times_stay(mk, old) -> None:
    write(old, "churn_v1", metrics={"auc": 0.8, "loss": math.nan}, tags=["b", "a"])
    write(
        old,
        "churn_v2",
        version_number="1.4.0",
        status="ModelStatus.DEPLOYED",
        deployment_stage="PRODUCTION",
        is_active=True,
        parent_version="churn_v1",
        created_at="2024-03-02T12:00:00+02:00",
        updated_at="2024-03-05T00:00:00Z",
        deployment_config={"replicas": 2},
    )
    report = mk.legacy.import_folder(old)
    assert (report.imported, report.refused) == (["churn_v1", "churn_v2"], {})
    first, second = mk.versions.get_version("churn_v1"), mk.versions.get_version("churn@1.4.0")
    assert first.created_at == datetime(2024, 3, 1, 10, tzinfo=UTC)
    assert (first.created_by, first.tags, first.metrics["auc"]) == ("old_service", ["a", "b"], 0.8)
    assert math.isnan(first.metrics["loss"])
    assert second.created_at == datetime(2024, 3, 2, 10, tzinfo=UTC)
    assert (second.version_id, second.parent_version) == ("churn_v2", "churn_v1")
    assert (second.status, second.is_active) == (ModelStatus.DEPLOYED, True)
    assert second.deployment_stage is DeploymentStage.PRODUCTION
    active = mk.deployments.get_active_deployment("churn", "production")
    assert (active.version_id, active.deployment_config) == ("churn_v2", {"replicas": 2})
    assert active.deployed_at == datetime(2024, 3, 5, tzinfo=UTC)
    loaded = mk.versions.load_model("churn@production")
    assert (loaded.coef_ == MODEL.coef_).all()
    assert mk.versions.create_version("churn", {"a": 1}).version_number == "1.4.1"
    assert mk.scrubber.verify().problems == []


def test_nothing_is_unpickled(mk, old, tmp_path) -> None:
    marker = tmp_path / "marker"

    class Evil:
        def __reduce__(self) -> tuple:
            return os.mkdir, (str(marker),)

    write(old, "evil", model=Evil())
    report = mk.legacy.import_folder(old)
    mk.scrubber.verify()
    mk.versions.load_model("evil", destination=tmp_path / "evil.pkl")
    assert report.imported == ["evil"]
    assert not marker.exists()
    with pytest.raises(UntrustedModelError, match=r"posix\.mkdir"):
        mk.versions.load_model("evil")
    assert not marker.exists()
    # The bait is a real one: whoever trusts the version runs it.
    mk.versions.load_model("evil", trust="unsafe")
    assert marker.exists()


def test_importing_twice_changes_nothing(mk, old) -> None:
    write(old, "a", status="deployed", deployment_stage="staging", is_active=True)
    mk.legacy.import_folder(old)
    before = mk.versions.get_version("a"), mk.deployments.get_deployment_history("churn")
    again = mk.legacy.import_folder(old)
    assert (again.imported, again.known, again.refused) == ([], ["a"], {})
    assert (mk.versions.get_version("a"), mk.deployments.get_deployment_history("churn")) == before


def test_one_bad_version_does_not_keep_the_others_out(mk, old) -> None:
    write(old, "good", version_number="1.0.9")
    write(old, "damaged", version_number="1.0.1", checksum="0" * 64)
    write(old, "twice", version_number="1.0.9", created_at="2025-01-01T00:00:00")
    write(old, "no file", version_number="1.0.2")
    write(old, "gone", model=None, version_number="1.0.3")
    write(old, "when", version_number="1.0.4", created_at="yesterday")
    (old / "churn/broken").mkdir()
    (old / "churn/broken/metadata.json").write_text("{")
    link = write(old, "link", version_number="1.0.5")
    (link / "model.pkl").unlink()
    (link / "model.pkl").symlink_to("/etc/hostname")
    report = mk.legacy.import_folder(old)
    assert report.imported == ["good"]
    words = {
        "churn/damaged": "is damaged",
        "churn/twice": "has the number 1.0.9 already",
        "churn/no file": "version_id 'no file' is not valid",
        "churn/gone": "there is no model.pkl",
        "churn/when": "created_at is 'yesterday'",
        "churn/broken": "it is not JSON",
        "churn/link": "a link out of the folder",
    }
    assert report.refused.keys() == words.keys()
    for place, reason in words.items():
        assert reason in report.refused[place]
    assert mk.scrubber.verify().problems == []
    assert mk.versions.cleanup_old_versions(dry_run=True).leftovers.packs == []


def test_of_two_that_claim_a_stage_the_last_updated_serves(mk, old) -> None:
    claims = {"status": "deployed", "deployment_stage": "production", "is_active": True}
    write(old, "early", updated_at="2024-05-01T00:00:00", **claims)
    write(old, "late", version_number="1.0.1", updated_at="2024-06-01T00:00:00", **claims)
    write(old, "idle", version_number="1.0.2", status="deployed", deployment_stage="staging")
    report = mk.legacy.import_folder(old)
    assert mk.deployments.get_active_deployment("churn").version_id == "late"
    for version_id in ("early", "idle"):
        version = mk.versions.get_version(version_id)
        assert (version.status, version.is_active) == (ModelStatus.READY, False)
        assert any(f"churn/{version_id}" in note for note in report.notes)


def test_other_checksums_and_unknown_fields_are_kept(mk, old) -> None:
    digest = hashlib.md5(pickle.dumps(MODEL)).hexdigest()
    write(old, "a", checksum=digest, owner="team", status="training", model_id="churn")
    report = mk.legacy.import_folder(old)
    version = mk.versions.get_version("a")
    assert version.checksum == hashlib.sha256(pickle.dumps(MODEL)).hexdigest()
    assert version.configuration == {"legacy_checksum": digest, "legacy_extra": {"owner": "team"}}
    assert any("md5" in note for note in report.notes)


def test_a_version_in_training_without_a_file_stays_in_training(mk, old) -> None:
    write(old, "a", model=None, status="training", checksum="")
    mk.legacy.import_folder(old)
    assert mk.versions.finish_version("a", {"w": 1}).status is ModelStatus.READY
    assert mk.scrubber.verify().problems == []


def test_numbers_of_no_strategy_are_kept(mk, old) -> None:
    write(old, "a", version_number="v7-final")
    mk.legacy.import_folder(old)
    assert mk.versions.get_version("churn@v7-final").version_id == "a"
    assert mk.versions.create_version("churn", {"a": 1}).version_number == "1.0.0"


def test_a_missing_folder_is_told(mk, tmp_path) -> None:
    with pytest.raises(InvalidArtifactError, match="there is no such folder"):
        mk.legacy.import_folder(tmp_path / "nowhere")
