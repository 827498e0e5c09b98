"""A backup that is killed leaves the last complete snapshot restorable and the registry untouched.

Between the kills the registry goes on: versions come and go, packs are merged and rewritten. After
each kill the newest snapshot is restored and held against the registry as it was when that snapshot
was taken; at the end so is every snapshot that was kept.
"""

import contextlib
import hashlib
import json
import random
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import modelkeep
from modelkeep.catalogue.tables import METADATA
from modelkeep.storage.backup_folder import BackupFolder
from modelkeep.storage.registry_restore import restore_registry

WORKER = Path(__file__).with_name("backup_worker.py")
KILLS = 60
RESTORE_KILLS = 15
KEEP = 4


class Worker:
    """A process that does tasks in children, and kills those."""

    def __init__(self, cwd):
        self.process = subprocess.Popen(
            [sys.executable, str(WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=cwd,
        )

    def do(self, **task):
        self.process.stdin.write(json.dumps(task) + "\n")
        self.process.stdin.flush()
        told = json.loads(self.process.stdout.readline())
        assert "error" not in told, told["error"]
        return told


@pytest.fixture
def worker(tmp_path):
    made = Worker(tmp_path)
    yield made
    made.process.stdin.close()
    assert made.process.wait(60) == 0
    made.process.stdout.close()


def rows_of(registry):
    """The digest of every row of every table."""
    digest = hashlib.sha256()
    with contextlib.closing(sqlite3.connect(registry / "catalogue.sqlite")) as connection:
        for table in [*METADATA.tables, "alembic_version", "sqlite_sequence"]:
            rows = sorted(connection.execute(f"select * from {table}"), key=repr)
            digest.update(repr((table, rows)).encode())
    return digest.hexdigest()


def files_of(registry):
    """Every file but what connections use among themselves."""
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in registry.rglob("*")
        if path.is_file() and path.suffix not in (".sqlite", ".sqlite-shm", ".sqlite-wal")
    }


def change(services, rng):
    """Let a registry go on."""
    for _ in range(rng.randint(1, 6)):
        services.versions.create_version(
            "m", rng.randbytes(rng.choice([500, 20_000, 400_000])), tags=["keep"]
        )
    found = services.versions.get_versions("m", limit=None)
    for version in rng.sample(found, max(0, len(found) - 25)):
        if not version.is_active:
            services.versions.delete_version(version.version_id, backup=False)
    newest = services.versions.get_versions("m")[0]
    services.deployments.deploy_version(newest.version_id, "production")
    services.versions.cleanup_old_versions()


def check(backup, name, wanted, scratch):
    restore_registry(backup, scratch, snapshot=name)
    with modelkeep.connect(scratch) as services:
        assert services.scrubber.verify().problems == []
    assert rows_of(scratch) == wanted
    shutil.rmtree(scratch)


def test_the_last_complete_snapshot_is_always_restorable(worker, tmp_path):
    registry, backup = tmp_path / "registry", tmp_path / "backup"
    rng = random.Random(20260202)
    task = {"task": "back_up", "registry": str(registry), "folder": str(backup)}
    known, usual, killed, half = {}, 0.3, 0, 0
    with modelkeep.connect(registry) as services:
        while killed < KILLS:
            change(services, rng)
            wanted, files = rows_of(registry), files_of(registry)
            before, left = set(BackupFolder(backup).names()), set(backup.glob("tmp/*"))
            # Anywhere at all, or while something is half made.
            if rng.random() < 0.5:
                when = {"kill_after": rng.uniform(0, 1.1) * usual}
            else:
                when = {"kill_after": rng.uniform(0, 0.02), "kill_amid": str(backup / "tmp")}
            told = worker.do(**task, keep=KEEP, **when)
            assert files_of(registry) == files
            assert rows_of(registry) == wanted
            killed += "killed" in told
            names = BackupFolder(backup).names()
            new = set(names) - before
            if "done" in told:
                assert told["done"] in new
                assert len(names) <= KEEP
            half += "killed" in told and not new and not left >= set(backup.glob("tmp/*"))
            known |= dict.fromkeys(new, wanted)
            assert len(new) <= 1
            if names:
                check(backup, names[-1], known[names[-1]], tmp_path / "scratch")
            if killed % 10 == 0:
                usual = worker.do(**task, keep=None, kill_after=None)["after"]
                [last] = set(BackupFolder(backup).names()) - set(names)
                known[last] = wanted
        done = worker.do(**task, keep=None, kill_after=None)["done"]
        known[done] = rows_of(registry)
        assert list((backup / "tmp").iterdir()) == []
        for name in BackupFolder(backup).names():
            check(backup, name, known[name], tmp_path / "scratch")
        assert services.scrubber.verify().problems == []
    # The kills hit what they were meant to hit: backups half made.
    # The kills hit what they were meant to hit: backups half made.
    assert half > KILLS // 6


def test_a_killed_restore_leaves_nothing_that_looks_like_a_registry(worker, tmp_path):
    registry, backup, into = tmp_path / "registry", tmp_path / "backup", tmp_path / "into"
    rng = random.Random(20260203)
    with modelkeep.connect(registry) as services:
        for _ in range(6):
            change(services, rng)
    task = {"registry": str(registry), "folder": str(backup)}
    worker.do(task="back_up", **task, keep=None, kill_after=None)
    usual = worker.do(task="restore", **task, into=str(into), kill_after=None)["after"]
    shutil.rmtree(into)
    before, wanted, killed = files_of(backup), rows_of(registry), 0
    while killed < RESTORE_KILLS:
        told = worker.do(
            task="restore", **task, into=str(into), kill_after=rng.uniform(0, 1.1) * usual
        )
        killed += "killed" in told
        if into.exists():
            assert rows_of(into) == wanted
            with modelkeep.connect(into) as services:
                assert services.scrubber.verify().problems == []
            shutil.rmtree(into)
        assert files_of(backup) == before
        assert len([p for p in tmp_path.iterdir() if "restoring" in p.name]) <= 1
    restore_registry(backup, into)
    assert rows_of(into) == wanted
    assert [p for p in tmp_path.iterdir() if "restoring" in p.name] == []
