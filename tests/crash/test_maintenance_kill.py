"""What was acknowledged outlives SIGKILL in uploads of many chunks and in the upkeep of packs.

test_sigkill kills the whole life of small versions. Here the artifacts are of several hundred KB to
2 MB, differences to their parents among them, and the kills hit uploads, the collection of garbage
(packs that are merged and rewritten), repacking, and backups of the registry. After each kill a new
connection finds every acknowledged version with its bytes, nothing half-made, and no damage; and
garbage can be collected. MODELKEEP_KILLS=10 does ten times as many kills.
"""

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import modelkeep
from modelkeep.storage.backup_folder import BackupFolder
from modelkeep.storage.registry_restore import restore_registry

WORKER = Path(__file__).with_name("maintenance_worker.py")
TIMES = float(os.environ.get("MODELKEEP_KILLS", "1"))
KILLS = {"upload": 40, "gc": 40, "repack": 15, "backup": 10}
CLEANED_EACH = 10
RESTORED_EACH = 8
SETTINGS = {"max_versions_per_model": 1000, "busy_timeout_seconds": 60.0}


class Killed:
    """A registry whose users are killed, and what they had acknowledged."""

    def __init__(self, folder):
        self.folder = folder
        self.registry, self.backup = folder / "registry", folder / "backup"
        self.versions, self.snapshots, self.pending = {}, {}, {}
        self.hit, self.left_behind, self.found_after_all = Counter(), Counter(), Counter()
        self.rewritten = 0
        self.process = subprocess.Popen(
            [sys.executable, str(WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,
        )

    def connect(self):
        return modelkeep.connect(self.registry, backup_path=f"{self.registry}-backups", **SETTINGS)

    def kill(self, kind, rng):
        """Let a child do a kind of work and kill it in that; take in what it had said."""
        scratch = self.folder / "scratch"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        places = {"registry": self.registry, "backup": self.backup, "scratch": scratch}
        after = rng.randrange(2) if kind == "upload" else int(rng.random() < 0.1)
        when = {"after": after, "part": rng.uniform(0, 1.1)}
        task = {"kind": kind, "seed": rng.random(), **when, **places}
        self.process.stdin.write(json.dumps(task, default=str) + "\n")
        self.process.stdin.flush()
        self.pending = {}
        for record in json.loads(self.process.stdout.readline()):
            assert "error" not in record, record["error"]
            self.pending = record if "begin" in record else {}
            self.take(record)
        doing = self.pending.get("begin", "")
        self.hit[doing] += 1
        return doing

    def take(self, record):
        done = record.get("done")
        if done == "upload":
            self.versions[record["id"]] = record["sha256"]
        elif done == "delete":
            del self.versions[record["id"]]
        elif done == "backup":
            self.snapshots[record["snapshot"]] = dict(self.versions)
        elif done == "prune":
            for name in record["gone"]:
                del self.snapshots[name]
        self.rewritten += record.get("packs", 0) + record.get("chunks", 0)

    def check(self):
        """A new connection finds all that was acknowledged; of the rest all or nothing."""
        doing = self.pending.get("begin", "")
        with self.connect() as services:
            self.left_behind[doing] += bool(self.strays(services))
            there = {version.version_id: version.checksum for version in listed(services)}
            self.settle(doing, there)
            assert there == self.versions
            assert services.scrubber.verify().problems == []
            services.compactor.collect()
            self.check_content(services, self.versions)

    def settle(self, doing, there):
        """Let what was going on count as done, if it is; it may be either."""
        for version_id in there.keys() - self.versions.keys():
            assert doing == "upload", f"{doing} left the version {version_id}"
            assert there[version_id] == self.pending["sha256"]
            self.versions[version_id] = there[version_id]
            self.found_after_all["upload"] += 1
        if doing == "delete" and self.pending["id"] not in there:
            del self.versions[self.pending["id"]]
            self.found_after_all["delete"] += 1

    def check_content(self, services, versions):
        out = self.folder / "out"
        for version_id, sha256 in versions.items():
            services.versions.load_model(version_id, destination=out)
            assert hashlib.sha256(out.read_bytes()).hexdigest() == sha256, version_id

    def strays(self, services):
        """Return files that no version needs: what is being written, or never counted."""
        needed = {p for each in listed(services) for p in services.storage.packs_of(each)}
        packs = {p.relative_to(self.registry).as_posix() for p in self.registry.glob("blobs/*/*")}
        assert needed <= packs
        return [*(packs - needed), *(self.registry / "tmp").iterdir()]

    def check_cleanup(self):
        """What the kills left goes, and nothing else."""
        with self.connect() as services:
            report = services.versions.cleanup_old_versions()
            assert not report.leftovers.postponed
            assert (report.expired, report.failures) == ([], [])
            assert self.strays(services) == []
            assert services.scrubber.verify().problems == []
            self.check_content(services, self.versions)

    def settle_backup(self):
        """Let a snapshot count that was not acknowledged; see that no other went."""
        if not self.backup.exists():
            return
        doing = self.pending.get("begin", "")
        self.left_behind[doing] += any(self.backup.glob("tmp/*"))
        names = BackupFolder(self.backup).names()
        for name in set(names) - self.snapshots.keys():
            assert doing == "backup", f"{doing} left the snapshot {name}"
            self.snapshots[name] = dict(self.versions)
            self.found_after_all["backup"] += 1
        for name in self.snapshots.keys() - set(names):
            assert doing == "prune", f"{doing} took the snapshot {name}"
            assert name < names[0]
            del self.snapshots[name]

    def check_backup(self, names):
        """Snapshots give back the registry as it was."""
        for name in names:
            place = self.folder / "restored"
            restore_registry(self.backup, place, snapshot=name)
            with modelkeep.connect(place) as services:
                found = {version.version_id: version.checksum for version in listed(services)}
                assert found == self.snapshots[name]
                assert services.scrubber.verify().problems == []
                self.check_content(services, found)
            shutil.rmtree(place)

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(60) == 0
        self.process.stdout.close()


def listed(services):
    models = services.versions.get_models()
    return [v for model in models for v in services.versions.get_versions(model, limit=None)]


@pytest.fixture
def killed(tmp_path):
    made = Killed(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize("kind", KILLS)
def test_what_was_acknowledged_outlives_a_kill(killed, kind):
    rng = random.Random(f"20260301 {kind}")
    wanted = max(1, round(KILLS[kind] * TIMES))
    while killed.hit[kind] < wanted:
        killed.kill(kind, rng)
        killed.check()
        killed.settle_backup()
        kills = killed.hit.total()
        if kills % CLEANED_EACH == 0:
            killed.check_cleanup()
        if kills % RESTORED_EACH == 0:
            killed.check_backup(sorted(killed.snapshots)[-1:])
    killed.check_cleanup()
    killed.check_backup(killed.snapshots)
    told = f"{kind}: killed in {dict(killed.hit)}, leftovers {dict(killed.left_behind)}"
    sys.stderr.write(f"\n{told}, done unacknowledged {dict(killed.found_after_all)}\n")
    assert len(killed.versions) > 3
    assert killed.rewritten > 0 or kind in ("upload", "backup")
    # The kills hit what they were meant to hit: something half-made.
    assert killed.left_behind[kind] > wanted // 10
