"""Cleanup: retention with its reasons, old backups, and what crashes left."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from modelkeep.errors import ModelNotFoundError
from modelkeep.storage.artifact_saver import ModelToSave


def numbers(mk) -> list[str]:
    return [version.version_number for version in mk.versions.get_versions("m", limit=None)]


def test_a_dry_run_says_what_and_why_and_removes_nothing(open_registry, clock) -> None:
    mk = open_registry(max_versions_per_model=3, retention_days=30)
    for n in range(5):
        mk.versions.create_version("m", {"n": n})
        clock.advance(days=20)
    report = mk.versions.cleanup_old_versions(dry_run=True)
    assert [(item.version.version_number, item.reason) for item in report.expired] == [
        ("1.0.0", "beyond the newest 3, older than 30 days"),
        ("1.0.1", "beyond the newest 3, older than 30 days"),
        ("1.0.2", "older than 30 days"),
        ("1.0.3", "older than 30 days"),
    ]
    assert len(numbers(mk)) == 5
    done = mk.versions.cleanup_old_versions()
    assert [item.reason for item in done.expired] == [item.reason for item in report.expired]
    assert numbers(mk) == ["1.0.4"]
    assert mk.versions.restore_version("m@1.0.2").version_number == "1.0.2"
    assert mk.scrubber.verify().problems == []


def test_what_is_needed_stays(open_registry) -> None:
    mk = open_registry(max_versions_per_model=1)
    for n in range(7):
        mk.versions.create_version("m", {"n": n}, tags=["keep"] if n == 1 else [])
    opened = mk.versions.create_version("m", status="training")
    for number in ("1.0.2", "1.0.3"):
        mk.deployments.deploy_version(f"m@{number}", "production")
    mk.deployments.deploy_version("m@1.0.4", "staging")
    mk.versions.create_version("m", {"n": 9})
    mk.versions.cleanup_old_versions()
    # 1.0.2 is what production would roll back to.
    kept = ["1.0.8", opened.version_number, "1.0.4", "1.0.3", "1.0.2", "1.0.1"]
    assert numbers(mk) == kept
    mk.deployments.rollback_deployment("m")


def test_only_the_model_that_was_named(open_registry) -> None:
    mk = open_registry(max_versions_per_model=1)
    for model in ("m", "other"):
        for n in range(3):
            mk.versions.create_version(model, {"n": n})
    mk.versions.cleanup_old_versions("m")
    assert len(mk.versions.get_versions("other")) == 3
    assert len(numbers(mk)) == 1
    with pytest.raises(ModelNotFoundError):
        mk.versions.cleanup_old_versions("ghost")


def test_one_damaged_version_does_not_keep_the_others(open_registry, tmp_path: Path) -> None:
    mk = open_registry(max_versions_per_model=1)
    versions = [mk.versions.create_version("m", {"n": n}) for n in range(4)]
    (pack,) = mk.storage.packs_of(versions[1])
    (tmp_path / "registry" / pack).chmod(0o600)
    (tmp_path / "registry" / pack).write_bytes(b"damaged")
    report = mk.versions.cleanup_old_versions()
    assert numbers(mk) == ["1.0.3", "1.0.1"]
    assert len(report.failures) == 1
    assert report.failures[0].startswith("m@1.0.1: ")


def test_backups_made_before_a_removal_go_after_their_time(open_registry, clock, tmp_path) -> None:
    mk = open_registry(backup_retention_days=10)
    first, second = (mk.versions.create_version("m", {"n": n}) for n in range(2))
    asked_for = mk.versions.backup_version(first.version_id)
    clock.advance(hours=1)
    gone = mk.versions.delete_version(first.version_id)
    clock.advance(days=9)
    assert mk.versions.cleanup_old_versions().expired_backups == []
    clock.advance(days=2)
    assert mk.versions.cleanup_old_versions(dry_run=True).expired_backups == [gone.backup_path]
    assert mk.versions.cleanup_old_versions().expired_backups == [gone.backup_path]
    left = [path.name for path in (tmp_path / "backups/m").iterdir()]
    assert left == [asked_for.name]
    assert mk.versions.cleanup_old_versions().expired_backups == []
    assert mk.versions.restore_version(first.version_id).version_number == "1.0.0"
    assert numbers(mk) == ["1.0.1", "1.0.0"]
    assert second.version_number == "1.0.1"


def test_leftovers_of_crashes_go_and_nothing_else(mk, tmp_path: Path) -> None:
    root = tmp_path / "registry"
    version = mk.versions.create_version("m", {"a": 1})
    (root / "tmp/half").mkdir()
    (root / "tmp/half/0").write_bytes(b"half a model")
    (root / "blobs/ab").mkdir(exist_ok=True)
    (root / f"blobs/ab/{'ab' * 32}").write_bytes(b"never acknowledged")
    (tmp_path / "backups").mkdir()
    owner = hashlib.sha256(os.fsencode(root)).hexdigest()[:16]
    (tmp_path / f"backups/.partial-{owner}-1").mkdir()
    for dry_run in (True, False):
        left = mk.versions.cleanup_old_versions(dry_run=dry_run).leftovers
        assert left.staged == ["half", f".partial-{owner}-1"]
        assert left.packs == ["ab" * 32]
        assert left.freed_bytes == len(b"half a model") + len(b"never acknowledged")
    left = mk.versions.cleanup_old_versions().leftovers
    assert (left.staged, left.packs, left.freed_bytes) == ([], [], 0)
    assert mk.versions.load_model(version.version_id) == {"a": 1}


def test_leftovers_wait_while_others_write(mk, tmp_path: Path) -> None:
    (tmp_path / "registry/tmp/being-written").write_bytes(b"x")
    mk.versions.create_version("m", {"a": 1})
    with mk.storage.save_model_data(ModelToSave(data={"b": 1})):
        report = mk.versions.cleanup_old_versions()
    assert report.leftovers.postponed
    assert (tmp_path / "registry/tmp/being-written").exists()
    assert not mk.versions.cleanup_old_versions().leftovers.postponed
