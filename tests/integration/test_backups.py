"""Backups: readable without Modelkeep, and enough to bring a version back."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from modelkeep.errors import BackupNotFoundError, IntegrityError, VersionExistsError
from modelkeep.models import DeploymentStage, ModelStatus


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = tmp_path / "model"
    (source / "onnx").mkdir(parents=True)
    (source / "empty").mkdir()
    (source / "config.json").write_text("{}")
    (source / "onnx/weights file.bin").write_bytes(bytes(1000))
    return source


def test_a_person_with_sha256sum_can_check_it(mk, folder) -> None:
    version = mk.versions.create_version("m", folder, metadata={"accuracy": 0.9}, tags=["x"])
    backup = mk.versions.backup_version(version.version_id)
    checked = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=backup, check=True, capture_output=True, text=True
    )
    assert checked.stdout.count(": OK") == 4
    assert (backup / "files/onnx/weights file.bin").read_bytes() == bytes(1000)
    assert (backup / "files/empty").is_dir()
    told = json.loads((backup / "version.json").read_text())["version"]
    assert (told["version_number"], told["metrics"], told["tags"]) == (
        "1.0.0",
        {"accuracy": 0.9},
        ["x"],
    )
    assert f"modelkeep restore {version.version_id}" in (backup / "README.txt").read_text()


def test_a_removed_version_comes_back_as_it_was(mk, folder, clock) -> None:
    first = mk.versions.create_version("m", folder)
    version = mk.versions.create_version("m", folder, description="old words")
    newest = mk.versions.create_version("m", {"a": 1})
    mk.versions.update_description(version.version_id, "new words")
    mk.deployments.deploy_version(version.version_id, "production")
    mk.deployments.deploy_version(newest.version_id, "production")
    before = mk.versions.get_version(version.version_id)
    gone = mk.versions.delete_version(version.version_id, reason="not needed")
    assert (gone.reason, gone.removed_by, gone.removed_at) == ("not needed", "ada", clock.now())
    assert mk.versions.find_removed_version(version.version_id) == gone
    clock.advance(days=1)
    back = mk.versions.restore_version(version.version_id)
    assert back == mk.versions.get_version("m@1.0.1")
    for field in ("version_id", "version_number", "created_at", "description", "checksum"):
        assert getattr(back, field) == getattr(before, field)
    assert (back.status, back.is_active) == (ModelStatus.READY, False)
    assert [v.version_id for v in mk.versions.get_versions("m")] == [
        newest.version_id,
        version.version_id,
        first.version_id,
    ]
    assert mk.versions.find_removed_version(version.version_id) is None
    assert mk.deployments.rollback_deployment("m").version_id == version.version_id
    assert mk.scrubber.verify().problems == []


def test_a_deployed_version_removed_by_force_comes_back_ready(mk) -> None:
    version = mk.versions.create_version("m", {"a": 1})
    mk.deployments.deploy_version(version.version_id, DeploymentStage.PRODUCTION)
    mk.versions.delete_version(version.version_id, force=True)
    assert mk.versions.restore_version("m@1.0.0").status is ModelStatus.READY
    assert mk.deployments.find_active_deployment("m") is None


def test_a_backup_brings_a_version_to_another_registry(mk, folder, open_registry, tmp_path) -> None:
    version = mk.versions.create_version("m", folder, number="3.0.0")
    backup = mk.versions.backup_version(version.version_id)
    shutil.move(backup, tmp_path / "carried")
    other = open_registry(storage_path=f"{tmp_path}/other", backup_path=f"{tmp_path}/other-b")
    back = other.versions.restore_version(tmp_path / "carried")
    assert (back.version_id, back.version_number) == (version.version_id, "3.0.0")
    assert other.versions.create_version("m", {"a": 1}).version_number == "3.0.1"
    out = other.versions.load_model("m@3.0.0", destination=tmp_path / "out")
    assert (out / "onnx/weights file.bin").read_bytes() == bytes(1000)
    assert (out / "empty").is_dir()
    assert other.scrubber.verify().problems == []


def test_a_number_that_another_version_has_is_told(mk, open_registry, tmp_path) -> None:
    backup = mk.versions.backup_version(mk.versions.create_version("m", {"a": 1}).version_id)
    other = open_registry(storage_path=f"{tmp_path}/other")
    other.versions.create_version("m", {"b": 1})
    with pytest.raises(VersionExistsError, match=r"'m' already has the version '1\.0\.0'"):
        other.versions.restore_version(backup)
    assert other.versions.load_model("m@1.0.0") == {"b": 1}


@pytest.mark.parametrize("name", ["files/model.json", "version.json"])
def test_a_damaged_backup_is_told_and_nothing_of_it_used(mk, name) -> None:
    version = mk.versions.create_version("m", {"a": 1})
    backup = mk.versions.backup_version(version.version_id)
    mk.versions.delete_version(version.version_id, backup=False)
    path = backup / name
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b"1", b"2", 1))
    with pytest.raises(IntegrityError, match=path.name):
        mk.versions.restore_version(backup)
    assert mk.versions.get_versions("m") == []
    assert mk.versions.cleanup_old_versions().leftovers.packs == []


def test_no_backup_is_told(mk, tmp_path) -> None:
    version = mk.versions.create_version("m", {"a": 1})
    mk.versions.delete_version(version.version_id, backup=False)
    for source in (version.version_id, "m@1.0.0", "m@9.9.9", tmp_path):
        with pytest.raises(BackupNotFoundError, match="no backup of"):
            mk.versions.restore_version(source)


def test_without_backups_nothing_is_written(open_registry, tmp_path) -> None:
    mk = open_registry(backup_enabled=False)
    version = mk.versions.create_version("m", {"a": 1})
    assert mk.versions.delete_version(version.version_id).backup_path == ""
    assert not (tmp_path / "backups").exists()
