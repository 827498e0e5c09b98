"""What folders of the former service may hold besides the usual; and imports that were cut off."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import pickle
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from modelkeep.errors import InvalidArtifactError, StorageFullError
from modelkeep.models import ModelStatus
from modelkeep.orchestrator import wiring

ACTIVE = {"status": "deployed", "deployment_stage": "production", "is_active": True}


def write(folder: Path, place: str, model: object = None, **fields: Any) -> Path:
    """Write a version with few fields."""
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
    (path / "metadata.json").write_text(json.dumps(plain))
    return path


@pytest.fixture
def old(tmp_path: Path) -> Path:
    (tmp_path / "old").mkdir()
    return tmp_path / "old"


def test_names_that_differ_by_case_and_ids_of_two_models_collide(mk, old) -> None:
    write(old, "Churn/a")
    write(old, "churn/b", created_at="2025-12-02T10:00:00")
    write(old, "other/a", created_at="2025-12-03T10:00:00", **ACTIVE)
    report = mk.legacy.import_folder(old)
    assert report.imported == ["a"]
    assert "differs only by case from the existing 'Churn'" in report.refused["churn/b"]
    assert "another version has the id a: of model Churn" in report.refused["other/a"]
    assert mk.deployments.get_all_active_deployments() == []
    assert mk.versions.get_models() == ["Churn"]


def test_versions_come_in_the_order_of_their_creation(mk, old) -> None:
    for name, day in (("a", 3), ("b", 1), ("c", 2)):
        write(old, f"m/{name}", version_number=f"1.0.{day}", created_at=f"2025-12-0{day}T00:00:00")
    assert mk.legacy.import_folder(old).imported == ["b", "c", "a"]
    assert [each.version_id for each in mk.versions.get_versions("m")] == ["a", "c", "b"]


def test_a_number_removed_here_is_not_taken_again(mk, old) -> None:
    made = mk.versions.create_version("m", {"w": 1})
    mk.versions.delete_version(made.version_id)
    write(old, "m/a")
    report = mk.legacy.import_folder(old)
    assert "has the number 1.0.0 already" in report.refused["m/a"]


def test_links_are_followed_only_to_files_inside(mk, old, tmp_path) -> None:
    shared = write(old, "m/a")
    (shared / "model.pkl").rename(old / "weights.bin")
    (shared / "model.pkl").symlink_to(old / "weights.bin")
    outside = write(tmp_path / "elsewhere", "n/b")
    (old / "m" / "latest").symlink_to(shared)
    (old / "n").symlink_to(outside.parent)
    lost = write(old, "m/lost", version_number="1.0.1")
    (lost / "metadata.json").unlink()
    (lost / "metadata.json").symlink_to(lost / "nowhere")
    stolen = write(old, "m/stolen", version_number="1.0.2")
    (stolen / "metadata.json").rename(tmp_path / "metadata.json")
    (stolen / "metadata.json").symlink_to(tmp_path / "metadata.json")
    report = mk.legacy.import_folder(old)
    assert report.imported == ["a"]
    assert mk.versions.load_model("a") == {"weights": "m/a"}
    reasons = {
        "m/latest": "it is a link",
        "n": "it is a link",
        "m/lost": "a link in a loop or to nothing",
        "m/stolen": "a link out of the folder",
    }
    assert report.refused.keys() == reasons.keys()
    assert all(reason in report.refused[place] for place, reason in reasons.items())


def test_what_is_no_file_is_never_opened(mk, old) -> None:
    for name, number in (("model.pkl", "1.0.0"), ("metadata.json", "1.0.1")):
        path = write(old, f"m/{number}", version_number=number) / name
        path.unlink()
        os.mkfifo(path)
    report = mk.legacy.import_folder(old)
    assert report.imported == []
    assert all("it is not a file" in reason for reason in report.refused.values())
    assert len(report.refused) == 2


def test_stray_files_and_hidden_folders_are_no_versions(mk, old) -> None:
    place = write(old, "m/a")
    (place / "notes.txt").write_text("kept by hand")
    (old / "README").write_text("hello")
    (old / "m" / "index.json").write_text("{}")
    (old / ".git" / "hooks").mkdir(parents=True)
    report = mk.legacy.import_folder(old)
    assert (report.imported, report.refused) == (["a"], {})
    assert report.notes == ["m/a: left behind: 'notes.txt'"]


def test_names_that_are_not_unicode_are_refused(mk, old) -> None:
    os.mkdir(os.fsencode(old) + b"/m\xff")
    os.mkdir(os.fsencode(old) + b"/m\xff/v\xfe")
    report = mk.legacy.import_folder(old)
    assert list(report.refused) == ["m\\udcff/v\\udcfe"]
    json.dumps(report.refused).encode()


def test_the_registry_may_lie_in_the_folder_itself(open_registry, old) -> None:
    write(old, "m/a")
    mk = open_registry(storage_path=str(old))
    assert mk.legacy.import_folder(old).imported == ["a"]
    again = mk.legacy.import_folder(old)
    assert (again.known, again.refused) == (["a"], {})
    assert mk.scrubber.verify().problems == []


def test_a_deployed_version_serves_rather_than_one_deprecated_later(mk, old) -> None:
    write(old, "m/a", **ACTIVE | {"status": "deprecated", "updated_at": "2025-12-30T00:00:00"})
    write(old, "m/b", version_number="1.0.1", **ACTIVE)
    report = mk.legacy.import_folder(old)
    assert mk.deployments.get_active_deployment("m").version_id == "b"
    first = mk.versions.get_version("a")
    assert (first.status, first.is_active) == (ModelStatus.DEPRECATED, False)
    assert report.notes == [
        "m/a: it said it was active and is not: version b serves production instead"
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "deployed", "deployment_stage": "rollback", "is_active": True},
        {"status": "failed", "deployment_stage": "production", "is_active": True},
        {"status": "training", "deployment_stage": "staging", "is_active": True},
    ],
)
def test_what_cannot_serve_is_not_active(mk, old, fields) -> None:
    write(old, "m/a", **fields)
    report = mk.legacy.import_folder(old)
    version = mk.versions.get_version("a")
    assert not version.is_active
    assert version.deployment_stage.value == fields["deployment_stage"]
    assert version.status.value == fields["status"].replace("deployed", "ready")
    assert mk.deployments.get_all_active_deployments() == []
    assert any("it said it was active and is not" in note for note in report.notes)


def test_a_stage_with_a_history_here_is_left_alone(mk, old) -> None:
    own = mk.versions.create_version("m", {"w": 1}, number="3.0.0")
    mk.deployments.deploy_version(own.version_id, "production")
    write(old, "m/a", **ACTIVE)
    report = mk.legacy.import_folder(old)
    assert mk.deployments.get_active_deployment("m").version_id == own.version_id
    assert mk.versions.get_version("a").status is ModelStatus.READY
    assert any("production of m has a history here" in note for note in report.notes)


def test_an_import_does_not_undo_what_was_done_since(mk, old) -> None:
    write(old, "m/a", **ACTIVE)
    mk.legacy.import_folder(old)
    mk.deployments.deactivate_deployment("m", "production")
    mk.versions.update_tags("a", add=["seen"])
    before = mk.versions.get_version("a")
    assert mk.legacy.import_folder(old).known == ["a"]
    assert mk.versions.get_version("a") == before
    mk.versions.delete_version("a")
    gone = mk.legacy.import_folder(old)
    assert (gone.known, mk.versions.find_removed_version("a") is not None) == (["a"], True)
    assert "it was removed here (deleted) and stays so" in gone.notes[0]


def test_other_bytes_under_a_known_id_are_refused(mk, old) -> None:
    place = write(old, "m/a")
    mk.legacy.import_folder(old)
    (place / "model.pkl").write_bytes(pickle.dumps("other"))
    report = mk.legacy.import_folder(old)
    assert (report.known, mk.versions.load_model("a")) == ([], {"weights": "m/a"})
    assert "another version has the id a" in report.refused["m/a"]


def test_an_interrupted_import_is_finished_by_the_next(mk, old, monkeypatch) -> None:
    write(old, "m/a", **ACTIVE)
    write(old, "m/b", version_number="1.0.1", created_at="2025-12-02T00:00:00")
    save = type(mk.storage).save_model_data

    def full(self, model, **options):
        if model.data.parent.name == "b":
            raise StorageFullError(str(model.data), "there is no room for the bytes")
        return save(self, model, **options)

    with monkeypatch.context() as patch:
        patch.setattr(type(mk.storage), "save_model_data", full)
        with pytest.raises(StorageFullError):
            mk.legacy.import_folder(old)
    assert mk.deployments.find_active_deployment("m") is None
    report = mk.legacy.import_folder(old)
    assert (report.imported, report.known, report.refused) == (["b"], ["a"], {})
    assert mk.deployments.get_active_deployment("m").version_id == "a"
    assert mk.scrubber.verify().problems == []


def test_a_failed_row_leaves_neither_bytes_nor_document(mk, old, monkeypatch) -> None:
    write(old, "m/a")

    def fail(*_arguments, **_options):
        raise StorageFullError("catalogue", "there is no room for the bytes")

    with monkeypatch.context() as patch:
        patch.setattr(type(mk.legacy), "_insert_row", fail)
        with pytest.raises(StorageFullError):
            mk.legacy.import_folder(old)
    leftovers = mk.versions.cleanup_old_versions(dry_run=True).leftovers
    assert (leftovers.packs, leftovers.staged) == ([], [])
    assert mk.versions.get_models() == []


def test_the_history_begins_with_what_was_active(mk, old, clock) -> None:
    write(old, "m/a", updated_at="2025-12-10T00:00:00", **ACTIVE)
    mk.legacy.import_folder(old)
    (event,) = mk.deployments.get_deployment_history("m")
    assert (event.kind, event.at) == ("deployed", datetime(2025, 12, 10, tzinfo=UTC))
    assert (event.version_id, event.previous_version_id) == ("a", None)
    then = mk.deployments.get_deployment_at("m", "production", datetime(2025, 12, 20, tzinfo=UTC))
    assert then.version_id == "a"
    newer = mk.versions.create_version("m", {"w": 2})
    mk.deployments.deploy_version(newer.version_id, "production")
    assert mk.deployments.rollback_deployment("m").version_id == "a"


def test_imports_are_read_back_from_their_documents(mk, old, open_registry) -> None:
    write(old, "m/a", tags=["x"], **ACTIVE)
    write(old, "m/b", version_number="1.0.1", status="failed")
    mk.legacy.import_folder(old)
    before = {each.version_id: each for each in mk.versions.get_versions("m")}
    config = mk.config
    mk.close()
    wiring.rebuild_catalogue(config)
    rebuilt = open_registry()
    assert {each.version_id: each for each in rebuilt.versions.get_versions("m")} == before
    assert rebuilt.scrubber.verify().problems == []


def test_retention_that_would_remove_imports_is_told(open_registry, old, clock) -> None:
    mk = open_registry(max_versions_per_model=2)
    for day in range(1, 5):
        day_before = clock.now() - timedelta(days=10 - day)
        write(old, f"m/v{day}", version_number=str(day), created_at=day_before.isoformat())
    (note,) = mk.legacy.import_folder(old).notes
    assert "model m: the next cleanup removes 2 imported versions" in note
    assert len(mk.versions.cleanup_old_versions(dry_run=True).expired) == 2
    assert mk.legacy.import_folder(old).notes == []


def test_progress_counts_every_byte_once(mk, old) -> None:
    write(old, "m/a", model=b"x" * 100_000)
    size = (old / "m/a/model.pkl").stat().st_size
    for _ in range(2):
        counts: list[int] = []
        mk.legacy.import_folder(old, progress=counts.append)
        assert sum(counts) == size


def test_what_cannot_be_read_is_refused(mk, old, monkeypatch) -> None:
    write(old, "m/a")

    def fail(_path):
        raise PermissionError(errno.EACCES, "Permission denied")

    # A mode would not do: root reads everything.
    monkeypatch.setattr("modelkeep.management.legacy_folder.hash_file", fail)
    reason = mk.legacy.import_folder(old).refused["m/a"]
    assert reason.endswith("cannot be kept: it cannot be read (Permission denied)")


def test_a_file_is_no_folder(mk, old) -> None:
    (old / "file").write_text("")
    with pytest.raises(InvalidArtifactError, match="there is no such folder"):
        mk.legacy.import_folder(old / "file")
