"""Runs tasks in forked processes that begin in the same instant: `crew.py SPEC.json`.

A spec has a `folder` for results and `jobs`, each with the name of a `task` below and what that
takes. Every process writes what its task returned, or the error it raised, to a file of its own.
"""

import json
import os
import random
import signal
import sys
import time
import traceback
from pathlib import Path

import modelkeep
from modelkeep.catalogue.migrations import upgrade  # noqa: F401 - so that no process imports it
from modelkeep.errors import (
    ConflictError,
    ModelkeepError,
    NoActiveDeploymentError,
    NothingToRollBackError,
    VersionNotFoundError,
)

SHARED = [{"shared": place, "text": "x" * 2000} for place in range(4)]
# A process that outlives its test by whatever accident ends by itself.
LONGEST_LIFE_SECONDS = 500


def connect(job):
    settings = {**job["place"], "busy_timeout_seconds": 300.0, **job.get("settings", {})}
    place = settings.pop("storage_path")
    return modelkeep.connect(place, actor=job.get("name", "crew"), **settings)


def create(job):
    """Create versions one after the other; the registry is opened in the common instant."""
    with connect(job) as services:
        made = [
            services.versions.create_version("m", {"by": job["name"], "turn": turn})
            for turn in range(job["times"])
        ]
        return [(version.version_id, version.version_number) for version in made]


def deploy(job):
    """Deploy versions in turn, and look each time at how many are active."""
    done, active = [], []
    with connect(job) as services:
        for version_id in job["versions"]:
            deployment = services.deployments.deploy_version(version_id, "production")
            done.append((deployment.event_id, deployment.version_id))
            listed = services.versions.get_versions("m", limit=None)
            active.append(sum(version.is_active for version in listed))
    return {"done": done, "active": active}


def change_stage(job):
    """Deploy and roll back by chance; tell when each began, when it ended, and what it did."""
    rng, done = random.Random(job["seed"]), []
    with connect(job) as services:
        for _ in range(job["times"]):
            began = time.monotonic()
            try:
                if rng.random() < 0.3:
                    made = services.deployments.rollback_deployment("m", "production")
                else:
                    chosen = rng.choice(job["versions"])
                    made = services.deployments.deploy_version(chosen, "production")
            except (ConflictError, NoActiveDeploymentError, NothingToRollBackError):
                # It serves that one already, nothing serves yet, or nothing did before.
                continue
            done.append((began, time.monotonic(), made.event_id, made.version_id))
    return done


def watch(job):
    """Look what serves; tell when each look began, when it ended, and what was seen."""
    seen = []
    with connect(job) as services:
        for _ in range(job["times"]):
            began = time.monotonic()
            active = services.deployments.find_active_deployment("m", "production")
            seen.append((began, time.monotonic(), active.version_id if active else None))
            time.sleep(0.005)
    return seen


def roll_back(job):
    done = []
    with connect(job) as services:
        for _ in range(job["times"]):
            deployment = services.deployments.rollback_deployment("m", "production")
            done.append((deployment.event_id, deployment.version_id))
    return done


def write(job):
    """Create versions of own and of shared bytes, and delete own ones, until time is up."""
    rng, own, count = random.Random(job["seed"]), [], 0
    end = time.monotonic() + job["seconds"]
    with connect(job) as services:
        while time.monotonic() < end:
            content = rng.choice(SHARED) if rng.random() < 0.6 else {"own": rng.randrange(10**9)}
            if rng.random() < 0.2:
                opened = services.versions.create_version(job["name"], status="training")
                made = services.versions.finish_version(opened.version_id, content)
            else:
                made = services.versions.create_version(job["name"], content)
            own.append((made.version_id, content))
            count += 1
            while len(own) > job["keep"]:
                version_id, _ = own.pop(rng.randrange(len(own)))
                services.versions.delete_version(version_id, backup=rng.random() < 0.3)
        return {"count": count, "left": own}


def collect(job):
    """Remove leftovers over and over; there are none of crashes, only of those who work."""
    end, rounds, postponed = time.monotonic() + job["seconds"], 0, 0
    with connect(job) as services:
        while time.monotonic() < end:
            report = services.versions.cleanup_old_versions()
            assert report.expired == report.failures == []
            rounds += 1
            postponed += report.leftovers.postponed
            # Let the writers have their turn, on a machine with one core too.
            time.sleep(0.002)
    return {"rounds": rounds, "postponed": postponed}


def read(job):
    """Load what is listed; only what was removed meanwhile may fail to load."""
    rng = random.Random(job["seed"])
    end, loaded, removed = time.monotonic() + job["seconds"], 0, 0
    with connect(job) as services:
        while time.monotonic() < end:
            for model in services.versions.get_models():
                for version in services.versions.get_versions(model, status="ready"):
                    try:
                        model_data = services.versions.load_model(version.version_id)
                    except ModelkeepError:
                        if services.versions.find_removed_version(version.version_id) is None:
                            raise
                        removed += 1
                    else:
                        assert "own" in model_data or model_data in SHARED
                        loaded += 1
            time.sleep(rng.random() * 0.01)
    return {"loaded": loaded, "removed": removed}


def delete_all(job):
    """Delete the versions that others delete too; return those that this process removed."""
    done = []
    with connect(job) as services:
        for version_id in job["versions"]:
            try:
                services.versions.delete_version(version_id)
                done.append(version_id)
            except VersionNotFoundError:
                continue
    return done


TASKS = {
    each.__name__: each
    for each in (create, deploy, change_stage, watch, roll_back, write, collect, read)
}
TASKS["delete_all"] = delete_all


def work(job, result, ready, start):
    signal.alarm(LONGEST_LIFE_SECONDS)
    os.write(ready, b".")
    # Ends for all at once, when the process that forked closes its end.
    os.read(start, 1)
    try:
        found = {"result": TASKS[job["task"]](job)}
    except BaseException:
        found = {"error": traceback.format_exc()}
    result.write_text(json.dumps(found))


def main(spec):
    ready_reading, ready = os.pipe()
    start, start_writing = os.pipe()
    children = []
    for place, job in enumerate(spec["jobs"]):
        pid = os.fork()
        if pid == 0:
            os.close(start_writing)
            work(job, Path(spec["folder"]) / f"{place}.json", ready, start)
            os._exit(0)
        children.append(pid)
    waiting = len(children)
    while waiting:
        waiting -= len(os.read(ready_reading, waiting))
    os.close(start_writing)
    for pid in children:
        os.waitpid(pid, 0)


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()))
