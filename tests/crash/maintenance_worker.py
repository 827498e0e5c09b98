"""Uploads to a registry, or keeps it up, in children and kills them: for test_maintenance_kill.

The process that is started imports everything once. For each line that it reads, a task in JSON, it
forks a child that does one kind of work over and over, lets it do that some times, kills it some
time after it began once more, and writes a line: what the child had said it began and had done.
"""

import hashlib
import json
import os
import random
import signal
import statistics
import sys
import tempfile
import time
import traceback
from pathlib import Path

import numpy as np
from safetensors.numpy import load, save

import modelkeep
from modelkeep.catalogue.migrations import upgrade  # noqa: F401 - so that no child imports it
from modelkeep.clock import SystemClock
from modelkeep.storage.blobs import LocalBlobs
from modelkeep.storage.layout import StoreLayout
from modelkeep.storage.registry_backup import RegistryBackup

KIB = 1024
MOST = {"net": 5, "plain": 3, "small": 14, "pair": 2}
SNAPSHOTS = 3
SETTINGS = {"max_versions_per_model": 1000, "busy_timeout_seconds": 60.0}


def connect(registry):
    return modelkeep.connect(registry, backup_path=f"{registry}-backups", **SETTINGS)


class Work:
    """What a child does, and tells on a pipe."""

    def __init__(self, task, services, folder, pipe):
        self.task, self.services, self.folder, self.pipe = task, services, folder, pipe
        self.rng = random.Random(task["seed"])

    def tell(self, **record):
        os.write(self.pipe, json.dumps(record).encode() + b"\n")

    def step(self, kind, call, **known):
        """Begin, call, acknowledge."""
        self.tell(begin=kind, **known)
        started = time.perf_counter()
        done = call()
        self.tell(done=kind, seconds=time.perf_counter() - started, **known, **done)

    def listed(self, model):
        found = self.services.versions.get_models()
        return (
            list(self.services.versions.get_versions(model, limit=None)) if model in found else []
        )

    def bytes_of(self, version):
        out = self.services.versions.load_model(
            version.version_id, destination=self.folder / "earlier"
        )
        return out.read_bytes()

    def create(self, model, content, parent=None):
        """Keep bytes as a version, and delete the oldest ones where there are many then."""
        path = self.folder / "new"
        path.write_bytes(content)

        def call():
            made = self.services.versions.create_version(
                model,
                path,
                format="file" if model in ("plain", "small") else "safetensors",
                parent_version=None if parent is None else parent.version_id,
            )
            return {"id": made.version_id}

        self.step("upload", call, sha256=hashlib.sha256(content).hexdigest())
        for version in self.listed(model)[MOST[model] :]:
            self.delete(version)

    def delete(self, version):
        def call():
            self.services.versions.delete_version(version.version_id, backup=False)
            return {}

        self.step("delete", call, id=version.version_id)

    def create_tensors(self, model="net"):
        """Tensors that differ little from those of the newest version, or new ones."""
        newest = next(iter(self.listed(model)), None)
        if newest is None or self.rng.random() < 0.1:
            generator = np.random.default_rng(self.rng.randrange(10**9))
            tensors = {"w": generator.normal(size=(150, 1000)).astype("float32")}
        else:
            tensors = load(self.bytes_of(newest))
            rows = self.rng.randrange(150), self.rng.randrange(1, 60)
            tensors["w"][rows[0] :: rows[1]] += np.float32(1e-5)
        self.create(model, save(tensors), parent=newest)

    def create_plain(self):
        """Bytes of which some are those of the newest version."""
        earlier = b"".join(self.bytes_of(each) for each in self.listed("plain")[:1])
        start = self.rng.randrange(len(earlier) + 1)
        kept = earlier[start : start + 300 * KIB]
        self.create("plain", kept + self.rng.randbytes(self.rng.randint(300, 1200) * KIB))

    def create_small(self):
        self.create("small", self.rng.randbytes(self.rng.randint(1, 2000)))

    def make_garbage(self):
        """Leave a pack in which most is dead, and small ones."""
        large = self.rng.randbytes(2500 * KIB)
        self.create("plain", large)
        [version, *_] = self.listed("plain")
        self.create("plain", large[: 200 * KIB] + self.rng.randbytes(3000))
        self.delete(version)
        self.create_small()


def upload(work):
    work.rng.choice([work.create_tensors, work.create_tensors, work.create_plain])()


def gc(work):
    work.make_garbage()

    def call():
        return {"packs": work.services.compactor.collect().packs}

    work.step("gc", call)


def repack(work):
    """Make of two new versions the later one the full one; at times code all anew as well."""
    for version in work.listed("pair"):
        work.delete(version)
    while len(work.listed("pair")) < 2:
        work.create_tensors("pair")
    for _ in range(2):
        # The first one was loaded once, for the second to be made of it.
        work.bytes_of(work.listed("pair")[0])
    best = work.rng.random() < 0.3
    work.step("repack", lambda: {"chunks": work.services.versions.repack(best=best).chunks})


def backup(work):
    work.create_plain()
    work.create_small()
    layout = StoreLayout(Path(work.task["registry"]))
    backups = RegistryBackup(
        layout=layout,
        blobs=LocalBlobs(layout.blobs),
        catalogue=work.services.catalogue,
        clock=SystemClock(),
    )
    folder = Path(work.task["backup"])
    work.step("backup", lambda: {"snapshot": backups.backup(folder).snapshot})
    work.step("prune", lambda: {"gone": backups.prune(folder, keep=SNAPSHOTS).snapshots})


KINDS = {each.__name__: each for each in (upload, gc, repack, backup)}
"""What can be killed: each prepares, if it must, and takes a `step` that has its own name."""


def run_child(task, pipe):
    with tempfile.TemporaryDirectory(dir=task["scratch"]) as folder:
        with connect(task["registry"]) as services:
            work = Work(task, services, Path(folder), pipe)
            while True:
                if work.rng.random() < 0.3:
                    upload(work)
                KINDS[task["kind"]](work)


def perform(task, seconds):
    """Fork a child and kill it in what it was to do; return what it said."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reading)
            run_child(task, writing)
        except BaseException:
            text = traceback.format_exc()[-3000:]
            os.write(writing, json.dumps({"error": text}).encode() + b"\n")
        finally:
            os._exit(1)
    os.close(writing)
    log, left = [], task["after"] if seconds else 1
    with os.fdopen(reading) as pipe:
        for line in pipe:
            log.append(json.loads(line))
            if log[-1].get("begin") == task["kind"]:
                left -= 1
                if left < 0:
                    break
        time.sleep(task["part"] * statistics.median(seconds[-9:] or [0]))
        os.kill(pid, signal.SIGKILL)
        # What was said in full was said before the kill.
        log += [json.loads(line) for line in pipe if line.endswith("\n")]
    os.waitpid(pid, 0)
    seconds += [each["seconds"] for each in log if each.get("done") == task["kind"]]
    return log


def warm_up():
    """Do everything once, so that no child imports a module."""
    with tempfile.TemporaryDirectory() as folder:
        task = {"registry": f"{folder}/registry", "backup": f"{folder}/backup", "seed": 0}
        out = os.open(os.devnull, os.O_WRONLY)
        with connect(task["registry"]) as services:
            for work in KINDS.values():
                for _ in range(3):
                    work(Work(task, services, Path(folder), out))
        os.close(out)


def main():
    warm_up()
    seconds = {kind: [] for kind in KINDS}
    for line in sys.stdin:
        task = json.loads(line)
        print(json.dumps(perform(task, seconds[task["kind"]])), flush=True)


if __name__ == "__main__":
    main()
