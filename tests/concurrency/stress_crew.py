"""Tasks for test_writers_and_collector, run as those of crew.py are: `stress_crew.py SPEC.json`.

Every artifact follows from a few numbers, so that whoever knows those can tell its bytes.
"""

import json
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import crew
import numpy as np
from safetensors.numpy import load, save

from modelkeep.errors import ModelkeepError, NothingToRollBackError

KIB = 1024
STAGES = ("production", "staging")


def block(name):
    """Plain bytes that belong to a name."""
    rng = random.Random(f"block {name}")
    return rng.randbytes(rng.choice([60, 150, 260]) * KIB)


BLOCKS = [block(n) for n in range(16)]
TENSORS = [np.random.default_rng(n).normal(size=(3, 80_000)).astype("float32") for n in range(3)]


def content_of(seed):
    """Return the format and the bytes of an artifact: blocks, or tensors, much like others."""
    rng = random.Random(f"content {seed}")
    if rng.random() < 0.5:
        some = rng.sample(BLOCKS, rng.randint(2, 6))
        some.insert(rng.randrange(len(some)), rng.randbytes(rng.choice([0, 100, 40 * KIB])))
        return "file", b"".join(some)
    tensor = rng.choice(TENSORS).copy()
    for _ in range(rng.randint(0, 3)):
        row, at = rng.randrange(3), rng.randrange(70_000)
        tensor[row, at : at + 500] += np.float32(rng.uniform(0, 1e-3))
    return "safetensors", save({"w": tensor, "b": tensor[0, : rng.randint(1, 9)].copy()})


class Writer:
    """Creates, loads, deploys and deletes versions of a model of its own."""

    def __init__(self, job, services, folder):
        self.job, self.services, self.folder = job, services, folder
        self.rng = random.Random(job["seed"])
        self.own, self.formats, self.active, self.done = {}, {}, {}, Counter()

    def create(self):
        seed = self.rng.randrange(10**12) if self.rng.random() < 0.6 else self.rng.randrange(40)
        format_name, content = content_of(seed)
        path = self.folder / "new"
        path.write_bytes(content)
        alike = [each for each in self.own if self.formats[each] == format_name]
        parent = self.rng.choice([None, *alike[-3:]])
        made = self.services.versions.create_version(
            self.job["name"], path, format=format_name, parent_version=parent
        )
        self.own[made.version_id] = seed
        self.formats[made.version_id] = format_name
        self.done["created"] += 1

    def load(self):
        if not self.own:
            return
        version_id, seed = self.rng.choice(list(self.own.items()))
        self.check(version_id, *content_of(seed))
        self.done["loaded"] += 1

    def check(self, version_id, format_name, content):
        if format_name == "safetensors":
            found, wanted = self.services.versions.load_model(version_id), load(content)
            assert found.keys() == wanted.keys()
            assert all(found[name].tobytes() == wanted[name].tobytes() for name in wanted)
        else:
            out = self.services.versions.load_model(version_id, destination=self.folder / "out")
            assert out.read_bytes() == content

    def look(self):
        """Load what others made; only what they removed meanwhile may fail."""
        models = self.services.versions.get_models()
        model = self.rng.choice(models or [self.job["name"]])
        for version in self.services.versions.get_versions(model, limit=3) if models else ():
            try:
                place = self.folder / "other"
                self.services.versions.load_model(version.version_id, destination=place)
            except ModelkeepError:
                if self.services.versions.find_removed_version(version.version_id) is None:
                    raise
                self.done["gone"] += 1
            else:
                assert self.services.storage.calculate_checksum(place) == version.checksum
                self.done["others"] += 1

    def deploy(self):
        stage = self.rng.choice(STAGES)
        choice = [each for each in self.own if each != self.active.get(stage)]
        if choice:
            chosen = self.rng.choice(choice)
            self.services.deployments.deploy_version(chosen, stage)
            self.active[stage] = chosen
            self.done["deployed"] += 1

    def roll_back(self):
        stage = self.rng.choice(STAGES)
        if stage not in self.active:
            return
        try:
            back = self.services.deployments.rollback_deployment(self.job["name"], stage)
        except NothingToRollBackError:
            return
        assert back.version_id in self.own
        self.active[stage] = back.version_id
        self.done["rolled back"] += 1

    def delete(self):
        choice = [each for each in self.own if each not in self.active.values()]
        for version_id in self.rng.sample(choice, max(0, len(choice) - self.rng.randint(2, 10))):
            self.services.versions.delete_version(version_id, backup=self.rng.random() < 0.05)
            del self.own[version_id]
            self.done["deleted"] += 1


MOST_TIMES, LEAST_DELETED = 10, 20
STEPS = ("create", "load", "look", "deploy", "roll_back", "delete")
WEIGHTS = (6, 3, 2, 2, 1, 3)


def goes_on(began, job, *, enough):
    """Whether there is time left, or on a slow machine, for long, not enough was done."""
    spent = time.monotonic() - began
    return spent < job["seconds"] or (not enough and spent < MOST_TIMES * job["seconds"])


def produce(job):
    began = time.monotonic()
    with crew.connect(job) as services, tempfile.TemporaryDirectory() as folder:
        writer = Writer(job, services, Path(folder))
        while goes_on(began, job, enough=writer.done["deleted"] >= LEAST_DELETED):
            getattr(writer, writer.rng.choices(STEPS, WEIGHTS)[0])()
        return {"own": writer.own, "active": writer.active, **writer.done}


def gc(services):
    report = services.compactor.collect()
    return {"packs": report.packs, "freed_bytes": report.freed_bytes}


def cleanup(services):
    report = services.versions.cleanup_old_versions()
    assert report.expired == report.failures == []
    return {"leftovers": len(report.leftovers.packs), "postponed": report.leftovers.postponed}


def repack(services, *, best=False):
    return {"chunks": services.versions.repack(best=best).chunks}


def repack_best(services):
    return repack(services, best=True)


def turn(services):
    """Repack differences that were loaded often: the writers may have none of them at that time."""
    versions = services.versions
    made = []
    for step in range(3):
        tensor = TENSORS[0] + np.float32(1e-4 * step)
        parent = made[-1] if made else None
        made.append(
            versions.create_version("turned", save({"w": tensor}), parent_version=parent).version_id
        )
    for _ in range(5):
        found = versions.load_model(made[-1])
    services.loads.flush()
    report = repack(services)
    assert bytes(found) == save({"w": TENSORS[0] + np.float32(2e-4)})
    for version_id in reversed(made):
        versions.delete_version(version_id, backup=False)
    return report


UPKEEP = (gc, turn, gc, repack, gc, gc, repack, gc, repack_best, gc, cleanup)
"""What is done in turns beside the writers; what is added here has to keep every version."""


def upkeep(job):
    began, done = time.monotonic(), Counter()
    with crew.connect(job) as services:
        while goes_on(began, job, enough=done["gc: packs"] > 0):
            for call in UPKEEP:
                for key, value in call(services).items():
                    done[f"{call.__name__}: {key}"] += value
                done[call.__name__] += 1
    return done


crew.TASKS |= {"produce": produce, "upkeep": upkeep}

if __name__ == "__main__":
    crew.main(json.loads(Path(sys.argv[1]).read_text()))
