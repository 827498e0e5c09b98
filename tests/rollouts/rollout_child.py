"""Processes that move rollouts and end in the middle of it: `rollout_child.py SPEC.json`.

`kill` forks a process for each job that ends itself by SIGKILL at a commit of the catalogue;
`drive` runs the driver of one registry until its standard input ends, or stops itself at a write.
"""

import json
import os
import signal
import sys
import time
import traceback
from contextlib import contextmanager
from pathlib import Path

import numpy as np

import modelkeep
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.migrations import upgrade  # noqa: F401 - so that no process imports it
from modelkeep.deployment.evidence.recorder import Recorder  # noqa: F401 - the same
from modelkeep.deployment.rollouts import splits

STEPS = [{"weight": w, "min_duration_seconds": 0, "min_units": 100} for w in (0.3, 0.6)]
PLAN = {"steps": STEPS, "metrics": ["errors"]}
LONGEST_LIFE_SECONDS = 60
AT_A_TIME = 4


def connect(folder, actor):
    return modelkeep.connect(
        f"{folder}/r", backup_path=f"{folder}/b", actor=actor, busy_timeout_seconds=60.0
    )


def at_write(number, do, when):
    """Do something at the write of the catalogue with this number: begun, before or after."""
    real, count = Catalogue.write, 0

    @contextmanager
    def write(self):
        nonlocal count
        if not self.path.name.startswith("catalogue"):
            with real(self) as connection:
                yield connection
            return
        count += 1
        mine = count
        if mine == number and when == "begun":
            do()
        with real(self) as connection:
            yield connection
            if mine == number and when == "before":
                do()
        if mine == number and when == "after":
            do()

    Catalogue.write = write


def end_by(kind):
    """Send this process a signal, and do nothing until it is there: that may take a moment."""
    os.kill(os.getpid(), kind)
    time.sleep(0.5)


def visit(services, first, errors):
    router = services.router("m")
    choices = router.choose_batch(np.arange(first, first + 10_000))
    rng = np.random.default_rng(first)
    success = rng.random(10_000) >= np.array(errors)[choices.arm_index]
    router.record_batch(choices, success=success)
    router.close()


def good(services, rollout_id):
    for turn in range(2):
        visit(services, 10_000 * turn, (0.05, 0.04))
        services.driver.look()
    time.sleep(0.3)
    services.driver.look()


def bad(services, rollout_id):
    visit(services, 0, (0.02, 0.2))
    services.driver.look()


def by_hand(services, rollout_id):
    services.rollouts.pause(rollout_id)
    services.rollouts.resume(rollout_id)
    services.rollouts.promote(rollout_id)


def aborted(services, rollout_id):
    services.rollouts.abort(rollout_id)


def replaced(services, rollout_id):
    third = services.versions.get_versions("m", limit=None)
    chosen = next(each.version_id for each in third if each.version_number == "1.0.2")
    services.deployments.deploy_version(chosen, "production")


SCENARIOS = {each.__name__: each for each in (good, bad, by_hand, aborted, replaced)}


def run(job):
    signal.alarm(LONGEST_LIFE_SECONDS)
    services = connect(job["folder"], "child")
    # Who is in which arm is the same in every run.
    splits.new_salt = lambda: "20260131"
    at_write(job["commit"], lambda: end_by(signal.SIGKILL), job["when"])
    rollout = services.deployments.start_canary("m", job["canary"], PLAN)
    SCENARIOS[job["scenario"]](services, rollout.rollout_id)


def kill(spec):
    """Run each job in a process of its own, a few at a time; keep the signals they ended by."""
    ended = []
    for first in range(0, len(spec["jobs"]), AT_A_TIME):
        ended += [wait(pid) for pid in [fork(job) for job in spec["jobs"][first:][:AT_A_TIME]]]
    Path(spec["result"]).write_text(json.dumps(ended))


def fork(job):
    pid = os.fork()
    if pid == 0:
        try:
            run(job)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    return pid


def wait(pid):
    status = os.waitpid(pid, 0)[1]
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def drive(spec):
    signal.alarm(LONGEST_LIFE_SECONDS)
    with connect(spec["folder"], spec["actor"]) as services:
        if spec.get("stop_at"):
            at_write(spec["stop_at"], lambda: end_by(signal.SIGSTOP), "begun")
        services.driver.start()
        print("ready", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    wanted = json.loads(Path(sys.argv[1]).read_text())
    {"kill": kill, "drive": drive}[wanted["mode"]](wanted)
