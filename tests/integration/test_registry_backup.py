"""Backups of a whole registry: all comes back, in a new place, or it is said what is wrong."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import sqlite3
import threading
from pathlib import Path

import numpy as np
import pytest

from modelkeep.catalogue.tables import METADATA
from modelkeep.errors import (
    IntegrityError,
    InvalidInputError,
    NewerFormatError,
    NotFoundError,
    StorageFullError,
    StorageUnavailableError,
)
from modelkeep.storage.blobs import LocalBlobs
from modelkeep.storage.layout import StoreLayout
from modelkeep.storage.locks import FileLock
from modelkeep.storage.registry_backup import RegistryBackup
from modelkeep.storage.registry_restore import find_snapshot, restore_registry


def backups_of(services, clock, blobs=None):
    layout = StoreLayout(Path(services.config.storage_path))
    blobs = blobs or LocalBlobs(layout.blobs)
    return RegistryBackup(layout=layout, blobs=blobs, catalogue=services.catalogue, clock=clock)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backup"


@pytest.fixture
def backups(mk, clock) -> RegistryBackup:
    return backups_of(mk, clock)


def rows_of(catalogue: Path) -> dict[str, list[tuple]]:
    """Every row of every table."""
    tables = [*METADATA.tables, "alembic_version", "sqlite_sequence"]
    with contextlib.closing(sqlite3.connect(catalogue)) as connection:
        return {t: sorted(connection.execute(f"select * from {t}"), key=repr) for t in tables}


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def listed(services):
    models = services.versions.get_models()
    return [v for model in models for v in services.versions.get_versions(model, limit=None)]


def told(services):
    """All that the services tell of a registry, the models themselves among it."""
    versions = listed(services)
    return {
        "versions": versions,
        "models": {
            v.version_id: repr(services.versions.load_model(v.version_id))
            for v in versions
            if v.status.value != "training"
        },
        "events": {v.version_id: services.versions.get_events(v.version_id) for v in versions},
        "history": {
            model: services.deployments.get_deployment_history(model)
            for model in services.versions.get_models()
        },
        "usage": services.storage.calculate_storage_usage(),
    }


def fill(mk, clock) -> None:
    """A registry with all that one can have: shared bytes, differences, stages, removed ones."""
    weights = np.random.default_rng(0).normal(size=300_000).astype("float32")
    first = mk.versions.create_version("net", weights, format="numpy", tags=["base", "keep"])
    tuned = mk.versions.create_version(
        "net",
        weights + np.float32(1e-6),
        format="numpy",
        parent_version=first.version_id,
        metadata={"accuracy": 0.9, "dataset": "v3"},
    )
    for n in range(5):
        clock.advance(hours=1)
        version = mk.versions.create_version("small", {"n": n // 2}, metadata={"loss": n / 10})
        mk.deployments.deploy_version(version.version_id, "production")
    mk.deployments.rollback_deployment("small", "production", reason="too slow")
    mk.deployments.deploy_version(tuned.version_id, "staging")
    mk.versions.create_version("net", status="training")
    gone = mk.versions.create_version("small", {"n": 99})
    mk.versions.delete_version(gone.version_id)
    mk.versions.update_description(first.version_id, "the first")


def check_restored(services, restored_path: Path, open_registry, wanted, wanted_rows) -> None:
    restored = open_registry(storage_path=str(restored_path))
    assert restored.scrubber.verify().problems == []
    assert told(restored) == wanted
    restored.catalogue.close()
    assert rows_of(restored_path / "catalogue.sqlite") == wanted_rows


def test_everything_comes_back(mk, backups, folder, clock, tmp_path, open_registry) -> None:
    fill(mk, clock)
    done = backups.backup(folder)
    registry = tmp_path / "registry"
    wanted, rows = told(mk), rows_of(registry / "catalogue.sqlite")
    assert all(rows[name] for name in ("versions", "events", "removed_versions", "chunks"))
    mk.close()
    files = files_of(registry)
    shutil.rmtree(registry)
    report = restore_registry(folder, tmp_path / "deep/er/new")
    assert (report.snapshot, report.versions) == (done.snapshot, len(wanted["versions"]))
    new = files_of(report.path)
    assert {n: b for n, b in new.items() if n.startswith("blobs/")} == {
        n: b for n, b in files.items() if n.startswith("blobs/")
    }
    assert new["format.json"] == files["format.json"]
    assert new.keys() == {n for n in files if not n.endswith(("-wal", "-shm"))}
    check_restored(mk, report.path, open_registry, wanted, rows)
    modes = {p.stat().st_mode & 0o777 for p in (report.path / "blobs").rglob("*") if p.is_file()}
    assert modes == {0o444}


def test_a_restored_registry_goes_on(mk, backups, folder, clock, tmp_path, open_registry) -> None:
    fill(mk, clock)
    backups.backup(folder)
    restore_registry(folder, tmp_path / "new")
    new = open_registry(storage_path=str(tmp_path / "new"))
    assert new.versions.create_version("small", {"n": 7}).version_number == "1.0.6"
    new.deployments.rollback_deployment("small", "production")
    new.versions.delete_version("net@1.0.1", force=True)
    new.versions.cleanup_old_versions()
    assert new.scrubber.verify().problems == []
    again = backups_of(new, clock).backup(folder)
    assert again.packs_present > 0
    with pytest.raises(InvalidInputError, match="holds backups of .* and of .*; name a snapshot"):
        find_snapshot(folder)
    assert find_snapshot(folder, again.snapshot).storage_path == str(tmp_path / "new")


def test_only_what_is_new_is_copied(mk, backups, folder, clock) -> None:
    fill(mk, clock)
    done: list[int] = []
    missing = backups.missing_bytes(folder)
    first = backups.backup(folder, progress=done.append)
    assert sum(done) == missing > 1_000_000
    assert (first.packs_present, first.packs_copied) == (0, len(list(folder.glob("blobs/*/*"))))
    assert first.copied_bytes == first.stored_bytes > missing
    before = {path: path.stat() for path in folder.glob("blobs/*/*")}
    done.clear()
    second = backups.backup(folder, progress=done.append)
    assert (second.packs_copied, sum(done)) == (0, 0)
    assert second.snapshot > first.snapshot
    mk.versions.create_version("net", b"new" * 10_000)
    third = backups.backup(folder)
    assert third.packs_copied == 1
    assert {path: path.stat() for path in before} == before
    assert {path.stat().st_nlink for path in folder.glob("blobs/*/*")} == {1}
    assert list((folder / "tmp").iterdir()) == []


def test_any_moment_can_be_restored(mk, backups, folder, clock, tmp_path, open_registry) -> None:
    moments = []
    for n in range(3):
        mk.versions.create_version("m", {"n": n})
        name = backups.backup(folder).snapshot
        moments.append((name, told(mk), rows_of(tmp_path / "registry/catalogue.sqlite")))
    mk.versions.delete_version("m@1.0.0", backup=False)
    mk.versions.cleanup_old_versions()
    for name, wanted, rows in moments:
        restore_registry(folder, tmp_path / name, snapshot=name)
        check_restored(mk, tmp_path / name, open_registry, wanted, rows)


def test_names_follow_one_another_whatever_the_clock_does(mk, backups, folder, clock) -> None:
    names = [backups.backup(folder).snapshot for _ in range(2)]
    clock.advance(days=-1)
    names.append(backups.backup(folder).snapshot)
    clock.advance(days=2)
    names.append(backups.backup(folder).snapshot)
    assert names == sorted(set(names))
    assert names[0] == "20260101T000000000000Z"
    assert names[2] == "20260101T000000000002Z"


def test_prune_keeps_what_kept_snapshots_need(
    mk, backups, folder, clock, tmp_path, open_registry
) -> None:
    other = open_registry(storage_path=str(tmp_path / "other"))
    other.versions.create_version("o", b"other" * 1000)
    foreign = backups_of(other, clock).backup(folder)
    names = []
    for n in range(4):
        mk.versions.create_version("m", random.Random(n).randbytes(50_000))
        names.append(backups.backup(folder).snapshot)
    mk.versions.delete_version("m@1.0.0", backup=False)
    mk.versions.cleanup_old_versions()
    names.append(backups.backup(folder).snapshot)
    assert backups.prune(folder, keep=5).snapshots == []
    removed = backups.prune(folder, keep=1)
    assert removed.snapshots == names[:-1]
    assert removed.packs >= 1
    assert removed.freed_bytes > 50_000
    for name, services in ((names[-1], mk), (foreign.snapshot, other)):
        restore_registry(folder, tmp_path / name, snapshot=name)
        path = Path(services.config.storage_path)
        rows = rows_of(path / "catalogue.sqlite")
        check_restored(mk, tmp_path / name, open_registry, told(services), rows)
    for keep in (0, -1):
        with pytest.raises(InvalidInputError, match="must be 1 or more"):
            backups.prune(folder, keep=keep)


def test_prune_removes_nothing_while_it_cannot_tell(mk, backups, folder) -> None:
    for n in range(3):
        mk.versions.create_version("m", {"n": n})
        name = backups.backup(folder).snapshot
    path = folder / "snapshots" / name / "snapshot.json"
    (folder / "snapshots" / name).rename(folder / "snapshots/golden")
    assert find_snapshot(folder, "golden").versions == 3
    assert len(backups.prune(folder, keep=1).snapshots) == 1
    (folder / "snapshots/golden").rename(path.parent)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b'"versions":3', b'"versions":2'))
    before = files_of(folder)
    with pytest.raises(IntegrityError, match="it was changed"):
        backups.prune(folder, keep=1)
    assert files_of(folder) == before


def test_prune_waits_for_nobody_for_long(mk, backups, folder) -> None:
    backups.backup(folder)
    with FileLock(folder / "lock").writing():
        backups.backup(folder)
        with pytest.raises(StorageUnavailableError, match="stay until next time"):
            backups.prune(folder, keep=1)


class BlobsWithATurn(LocalBlobs):
    """Lets something happen each time before a pack is opened."""

    def __init__(self, root, turn):
        super().__init__(root)
        self.turn = turn

    @contextlib.contextmanager
    def get(self, sha256):
        self.turn()
        with super().get(sha256) as stream:
            yield stream


def test_versions_go_and_packs_are_merged_meanwhile(
    mk, folder, clock, tmp_path, open_registry
) -> None:
    for n in range(40):
        mk.versions.create_version("m", random.Random(n).randbytes(3000), tags=["keep"])
    doomed = [v.version_id for v in listed(mk)[::3]]

    def turn() -> None:
        if doomed:
            mk.versions.delete_version(doomed.pop(), backup=False)
            mk.versions.cleanup_old_versions()

    blobs = BlobsWithATurn(tmp_path / "registry/blobs", turn)
    report = backups_of(mk, clock, blobs).backup(folder)
    assert report.versions == len(listed(mk))
    assert not doomed
    restore_registry(folder, tmp_path / "new")
    rows = rows_of(tmp_path / "registry/catalogue.sqlite")
    check_restored(mk, tmp_path / "new", open_registry, told(mk), rows)


def test_it_gives_up_when_packs_always_go(mk, folder, clock, tmp_path) -> None:
    versions = [mk.versions.create_version("m", {"n": -1}).version_id]
    turns = []

    def turn() -> None:
        turns.append(1)
        versions.append(mk.versions.create_version("m", os.urandom(2000)).version_id)
        mk.versions.delete_version(versions.pop(0), backup=False)

    backups = backups_of(mk, clock, BlobsWithATurn(tmp_path / "registry/blobs", turn))
    with pytest.raises(StorageUnavailableError, match="20 times; try again"):
        backups.backup(folder)
    assert len(turns) == 20
    with pytest.raises(NotFoundError, match="no snapshot that is complete"):
        find_snapshot(folder)


@pytest.mark.parametrize("harm", ["missing", "flipped"])
def test_a_damaged_registry_adds_no_snapshot(mk, backups, folder, tmp_path, harm) -> None:
    mk.versions.create_version("m", {"n": 1})
    good = backups.backup(folder).snapshot
    mk.versions.create_version("m", random.Random(1).randbytes(5000))
    old = {path.name for path in folder.glob("blobs/*/*")}
    [new] = [p for p in tmp_path.glob("registry/blobs/*/*") if p.name not in old]
    content = bytearray(new.read_bytes())
    new.unlink()
    if harm == "flipped":
        content[len(content) // 2] ^= 1
        new.write_bytes(content)
    with pytest.raises(IntegrityError) as caught:
        backups.backup(folder)
    assert caught.value.path == str(new)
    assert find_snapshot(folder).name == good
    assert {path.name for path in folder.glob("blobs/*/*")} == old
    assert list((folder / "tmp").iterdir()) == []


def test_a_damaged_catalogue_adds_no_snapshot(mk, backups, folder, tmp_path, clock) -> None:
    fill(mk, clock)
    good = backups.backup(folder).snapshot
    mk.close()
    path = tmp_path / "registry/catalogue.sqlite"
    content = bytearray(path.read_bytes())
    for page in range(3, len(content) // 4096, 3):
        content[page * 4096 : page * 4096 + 64] = bytes(64)
    path.write_bytes(content)
    with pytest.raises(IntegrityError, match="the database says") as caught:
        backups.backup(folder)
    assert caught.value.path == str(path)
    assert find_snapshot(folder).name == good


def failure_of(call) -> str:
    try:
        call()
    except (IntegrityError, NewerFormatError) as error:
        return str(error)
    return ""


def test_a_flipped_bit_in_any_file_of_the_backup_is_found(
    mk, backups, folder, tmp_path, clock
) -> None:
    fill(mk, clock)
    backups.backup(folder)
    chance = random.Random(7)
    rows = rows_of(tmp_path / "registry/catalogue.sqlite")
    for path in [p for p in folder.rglob("*") if p.is_file() and p.name != "lock"]:
        content = path.read_bytes()
        path.chmod(0o600)
        for bit in chance.sample(range(len(content) * 8), 8 if len(content) < 10_000 else 2):
            harmed = bytearray(content)
            harmed[bit // 8] ^= 1 << bit % 8
            path.write_bytes(harmed)
            said = failure_of(lambda: restore_registry(folder, tmp_path / "new"))
            if said:
                assert str(path) in said or path.name == "modelkeep-backup.json"
                assert not (tmp_path / "new").exists()
            else:
                # White space, and a format that is earlier than the first.
                assert path.suffix == ".json"
                assert rows_of(tmp_path / "new/catalogue.sqlite") == rows
                shutil.rmtree(tmp_path / "new")
        path.write_bytes(content)
    assert [p for p in tmp_path.iterdir() if "restoring" in p.name] == []


def test_a_pack_of_the_wrong_length_is_copied_again(mk, backups, folder, tmp_path) -> None:
    mk.versions.create_version("m", {"n": 1})
    backups.backup(folder)
    [pack] = folder.glob("blobs/*/*")
    pack.chmod(0o600)
    pack.write_bytes(pack.read_bytes()[:-1])
    assert backups.backup(folder).packs_copied == 1
    restore_registry(folder, tmp_path / "new")


def test_a_restore_wants_an_empty_place(mk, backups, folder, tmp_path) -> None:
    mk.versions.create_version("m", {"n": 1})
    backups.backup(folder)
    (tmp_path / "full").mkdir()
    (tmp_path / "full/file").write_text("mine")
    before = files_of(tmp_path)
    for place in (tmp_path / "full", tmp_path / "full/file", tmp_path / "registry"):
        with pytest.raises(InvalidInputError, match="is not empty"):
            restore_registry(folder, place)
    with pytest.raises(InvalidInputError, match="in the folder with the backups"):
        restore_registry(folder, folder / "new")
    with pytest.raises(InvalidInputError, match="no folder with backups"):
        restore_registry(tmp_path / "full", tmp_path / "new")
    with pytest.raises(InvalidInputError, match="no folder with backups"):
        restore_registry(tmp_path / "missing", tmp_path / "new")
    with pytest.raises(NotFoundError, match="no snapshot 'x' in .*; the newest is 2026"):
        restore_registry(folder, tmp_path / "new", snapshot="x")
    assert files_of(tmp_path) == before
    (tmp_path / "empty").mkdir()
    done: list[int] = []
    report = restore_registry(folder, tmp_path / "empty", progress=done.append)
    assert sum(done) == report.stored_bytes == find_snapshot(folder).stored_bytes


def test_an_interrupted_restore_leaves_nothing(mk, backups, folder, tmp_path) -> None:
    mk.versions.create_version("m", {"n": 1})
    backups.backup(folder)

    def interrupt(_done: int) -> None:
        raise KeyboardInterrupt

    def fill_disk(_done: int) -> None:
        raise OSError(28, "no space", str(tmp_path))

    before = files_of(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        restore_registry(folder, tmp_path / "new", progress=interrupt)
    with pytest.raises(StorageFullError):
        restore_registry(folder, tmp_path / "new", progress=fill_disk)
    assert files_of(tmp_path) == before
    mk.versions.create_version("m", {"n": 2})
    with pytest.raises(StorageFullError):
        backups.backup(folder, progress=fill_disk)
    assert {p.name for p in tmp_path.iterdir()} == {"registry", "backup"}
    assert list((folder / "tmp").iterdir()) == []
    assert find_snapshot(folder).versions == 1


def test_what_a_killed_restore_left_goes_with_the_next(mk, backups, folder, tmp_path) -> None:
    backups.backup(folder)
    for name in (".new.restoring-dead", ".new.restoring-alive", ".newer.restoring-x"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("")
    with FileLock(tmp_path / ".new.restoring-alive/lock").writing():
        restore_registry(folder, tmp_path / "new")
    left = {p.name for p in tmp_path.iterdir() if "restoring" in p.name}
    assert left == {".new.restoring-alive", ".newer.restoring-x"}


def test_a_folder_of_something_else_is_not_taken(mk, backups, tmp_path) -> None:
    (tmp_path / "mine/tmp").mkdir(parents=True)
    (tmp_path / "mine/tmp/file").write_text("mine")
    with pytest.raises(InvalidInputError, match=r"holds other things \(tmp\)"):
        backups.backup(tmp_path / "mine")
    with pytest.raises(InvalidInputError, match="no folder with backups"):
        backups.prune(tmp_path / "mine", keep=1)
    for place in ("registry", "registry/tmp/x", "."):
        with pytest.raises(InvalidInputError, match="must not lie in one another"):
            backups.backup(tmp_path / place)
    with pytest.raises(StorageUnavailableError):
        backups.backup(tmp_path / "mine/tmp/file")
    assert (tmp_path / "mine/tmp/file").read_text() == "mine"


def test_a_later_release_is_told(mk, backups, folder, tmp_path) -> None:
    backups.backup(folder)
    path = folder / "modelkeep-backup.json"
    path.chmod(0o600)
    path.write_text(json.dumps({"modelkeep_backup": 2}))
    for call in (lambda: backups.backup(folder), lambda: restore_registry(folder, tmp_path / "n")):
        with pytest.raises(NewerFormatError, match="has format 2, this release reads up to 1"):
            call()


def test_what_died_before_its_format_was_written_is_taken_up(mk, backups, folder) -> None:
    folder.mkdir()
    (folder / ".modelkeep-backup-dead").write_text("{")
    backups.backup(folder)
    (folder / "tmp/dead").mkdir()
    (folder / "tmp/dead/catalogue.sqlite").write_text("half")
    (folder / "snapshots/29990101T000000000000Z").mkdir()
    backups.backup(folder)
    assert list((folder / "tmp").iterdir()) == []
    assert find_snapshot(folder).name < "2999"
    backups.prune(folder, keep=1)
    assert not (folder / ".modelkeep-backup-dead").exists()


def test_backups_at_once_while_others_write(mk, folder, clock, tmp_path, open_registry) -> None:
    stop = threading.Event()
    errors: list[BaseException] = []
    made: list[str] = []

    def guarded(work):
        def run():
            try:
                work()
            except BaseException as error:
                errors.append(error)

        return threading.Thread(target=run)

    def write() -> None:
        services = open_registry()
        for n in range(10_000):
            if stop.is_set():
                return
            services.versions.create_version("m", random.Random(n).randbytes(2000))
            if n % 5 == 4:
                services.versions.delete_version(listed(services)[-1].version_id, backup=False)
            if n % 20 == 19:
                services.versions.cleanup_old_versions()

    def back_up() -> None:
        services = open_registry()
        for _ in range(6):
            made.append(backups_of(services, clock).backup(folder).snapshot)

    writer = guarded(write)
    writer.start()
    crew = [guarded(back_up) for _ in range(2)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    stop.set()
    writer.join()
    assert errors == []
    assert len(set(made)) == 12
    for name in made[::3]:
        restore_registry(folder, tmp_path / name, snapshot=name)
        restored = open_registry(storage_path=str(tmp_path / name))
        assert restored.scrubber.verify().problems == []
