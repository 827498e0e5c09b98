"""SIGKILL at each commit of a rollout, and the lease that lets exactly one process move rollouts.

After each kill the rollout is in one of its states, exactly one version serves production, and the
driver of another process goes on to an end.
"""

import itertools
import json
import os
import runpy
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from modelkeep.catalogue import events, leases
from modelkeep.deployment.rollouts import splits
from modelkeep.deployment.rollouts.states import SPLITTING, RolloutState
from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator import wiring
from modelkeep.testing.clock import ManualClock

S = RolloutState
CHILD = Path(__file__).with_name("rollout_child.py")
connect = runpy.run_path(str(CHILD))["connect"]

# The state after each commit; the first one of a driver is that of the lease.
STATES = {
    "good": ["pending", "running", "running", "running", "promoting", "promoted"],
    "bad": ["pending", "running", "running", "aborting", "aborted"],
    "by_hand": ["pending", "running", "paused", "running", "promoting", "promoted"],
    "aborted": ["pending", "running", "aborting", "aborted"],
    "replaced": ["pending", "running", "aborted"],
}
CASES = [
    (scenario, commit, when)
    for scenario, states in STATES.items()
    for commit in range(1, len(states) + 1)
    for when in ("before", "after")
    # How a rollout starts is the same in all of them.
    if scenario == "good" or commit > 2
]


def write_spec(path, **spec):
    path.write_text(json.dumps(spec))
    return [sys.executable, str(CHILD), str(path)]


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """The folder of each case after its process was killed, and the ids of the versions."""
    root = tmp_path_factory.mktemp("kills")
    with connect(root / "template", "setup") as services:
        made = [services.versions.create_version("m", {"n": n}).version_id for n in range(3)]
        services.deployments.deploy_version(made[0], "production")
    jobs = []
    for number, (scenario, commit, when) in enumerate(CASES):
        folder = root / str(number)
        shutil.copytree(root / "template", folder)
        jobs.append(
            {"folder": str(folder), "scenario": scenario, "commit": commit, "when": when}
            | {"canary": made[1]}
        )
    command = write_spec(
        root / "spec.json", mode="kill", jobs=jobs, result=str(root / "result.json")
    )
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    ended = json.loads((root / "result.json").read_text())
    assert ended == [signal.SIGKILL] * len(jobs), done.stderr
    return [job["folder"] for job in jobs], made


def open_later(folder):
    """Open a registry as a process does that comes when the lease of the killed one is over."""
    clock = ManualClock(datetime.now(UTC) + timedelta(minutes=10))
    config = ModelVersioningConfig(
        storage_path=f"{folder}/r", backup_path=f"{folder}/b", actor="later"
    )
    return wiring.open_services(config, clock=clock), clock


def check_agreement(services, versions):
    """Hold pointers, versions, table and the state of the rollout against one another."""
    production = services.deployments.get_active_deployment("m").version_id
    canary = services.deployments.find_active_deployment("m", "canary")
    active = [v.version_id for v in services.versions.get_versions("m") if v.is_active]
    wanted = {production} | ({canary.version_id} if canary else set())
    assert len(active) == len(wanted)
    assert set(active) == wanted
    with services.catalogue.read() as connection:
        table = splits.current(connection, "m")
    assert table.arms[0].version_id == production
    found = services.rollouts.list_rollouts("m")
    if not found or found[0].state not in SPLITTING:
        assert (len(table.arms), table.claims, table.split_id) == (1, (), "")
    else:
        assert table.split_id == found[0].rollout_id
        assert table.arms[1].weight == found[0].weight
        assert canary.version_id == versions[1]
    return production


def go_on(services, clock):
    """Let the driver work, with traffic, until the rollout has ended; return it."""
    for turn in range(1, 12):
        clock.advance(seconds=1)
        services.driver.look()
        assert services.driver.last_errors == {}
        found = services.rollouts.get("m")
        if not found.is_open:
            return found
        if found.state is S.PAUSED:
            services.rollouts.resume("m")
        with services.router("m") as router:
            choices = router.choose_batch(np.arange(10**6 * turn, 10**6 * turn + 10_000))
            rates = np.array((0.05, 0.04))[choices.arm_index]
            success = np.random.default_rng(turn).random(10_000) >= rates
            router.record_batch(choices, success=success)
    raise AssertionError(f"the rollout did not end: {services.rollouts.get('m')}")


@pytest.mark.parametrize("number", range(len(CASES)), ids=["-".join(map(str, c)) for c in CASES])
def test_a_kill_leaves_a_state_that_another_process_goes_on_from(killed, number):
    (scenario, commit, when), (folders, versions) = CASES[number], killed
    services, clock = open_later(folders[number])
    with services:
        expected = ["none", *STATES[scenario]][commit - (when == "before")]
        found = services.rollouts.list_rollouts("m")
        assert [each.state.value for each in found] == ([] if expected == "none" else [expected])
        production = check_agreement(services, versions)
        replaced = scenario == "replaced" and expected == "aborted"
        new = {"promoted": versions[1]}.get(expected, versions[0])
        assert production == (versions[2] if replaced else new)
        if expected == "none":
            assert services.driver.look() == 0
            return
        ended = go_on(services, clock) if found[0].is_open else found[0]
        # The evidence of the bad canary was there before the driver of the child looked.
        stopped = scenario == "bad" or expected in ("aborting", "aborted")
        # An abort that was asked for is done by who looks next.
        stopped |= (scenario, commit) == ("aborted", 3)
        assert ended.state is (S.ABORTED if stopped else S.PROMOTED), ended.reason
        check_agreement(services, versions)
        told = events_of(services, ended)
        for before, event in itertools.pairwise(told):
            assert event.before["state"] == before.after["state"]
        assert told[-1].after["state"] == ended.state.value


def events_of(services, rollout):
    with services.catalogue.read() as connection:
        found = events.of_version(connection, rollout.version_id)
    return [each for each in found if each.after.get("rollout_id") == rollout.rollout_id]


# The lease.

# Inconclusive at the first look: nothing is recorded of it.
SILENT = {
    "steps": [{"weight": 0.5, "min_duration_seconds": 0, "min_units": 0}],
    "metrics": ["errors"],
}


class Drivers:
    """Processes that drive the rollouts of one registry, and this one, which only starts them."""

    def __init__(self, folder):
        self.folder = folder
        self.services = connect(folder, "starter")
        self.versions = {}
        self.processes = {}

    def add_model(self, model):
        made = [self.services.versions.create_version(model, {"n": n}) for n in range(2)]
        self.services.deployments.deploy_version(made[0].version_id, "production")
        self.versions[model] = made[1].version_id

    def begin(self, actor, **more):
        spec = self.folder / f"{actor}.json"
        command = write_spec(spec, mode="drive", folder=str(self.folder), actor=actor, **more)
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.processes[actor] = process
        assert process.stdout.readline() == b"ready\n", process.stderr.read()
        return process

    def start(self, model):
        return self.services.deployments.start_canary(model, self.versions[model], SILENT)

    def movers(self, rollout):
        """Return who moved a rollout, but for who started it."""
        told = events_of(self.services, rollout)
        return [event.actor for event in told if event.actor != "starter"]

    def wait_for(self, holds, seconds):
        """Wait until something holds; return how long that took."""
        started = time.monotonic()
        while not holds():
            assert time.monotonic() - started < seconds, "it did not come to hold in time"
            time.sleep(0.05)
        return time.monotonic() - started

    def close(self):
        self.services.close()
        for process in self.processes.values():
            if process.poll() is None:
                process.kill()
            process.communicate()


@pytest.fixture
def drivers(tmp_path):
    made = Drivers(tmp_path)
    for number in range(6):
        made.add_model(f"m{number}")
    yield made
    made.close()


def test_a_lease_is_taken_only_when_it_is_over_and_its_token_grows(mk, clock):
    def take(holder):
        return leases.acquire(connection, "work", holder, now=clock.now(), seconds=5)

    with mk.catalogue.write() as connection:
        assert [take("one"), take("two"), take("one")] == [1, None, 1]
        clock.advance(seconds=4)
        assert [take("one"), take("two")] == [1, None]
        clock.advance(seconds=5)
        assert [take("two"), take("one")] == [2, None]
        assert not leases.is_held(connection, "work", 1)
        assert leases.is_held(connection, "work", 2)
        leases.release(connection, "work", "one")
        assert take("one") is None
        leases.release(connection, "work", "two")
        assert take("one") == 3


def test_exactly_one_process_drives_and_another_goes_on_when_it_is_killed(drivers):
    for actor in ("one", "two"):
        drivers.begin(actor)
    started = [drivers.start(f"m{number}") for number in range(4)]
    drivers.wait_for(lambda: all(drivers.movers(each) for each in started), 15)
    movers = [drivers.movers(each) for each in started]
    [holder] = {actor for actors in movers for actor in actors}
    # Each was moved once: by one look of one process.
    assert [len(actors) for actors in movers] == [1] * 4
    assert {drivers.services.rollouts.get(r.rollout_id).state for r in started} == {S.INCONCLUSIVE}
    drivers.processes[holder].send_signal(signal.SIGKILL)
    drivers.processes[holder].wait()
    late = [drivers.start(f"m{number}") for number in (4, 5)]
    took = drivers.wait_for(lambda: all(drivers.movers(each) for each in late), 15)
    assert took <= 10
    [other] = {"one", "two"} - {holder}
    assert [drivers.movers(each) for each in late] == [[other], [other]]


def test_a_driver_that_slept_longer_than_its_lease_changes_nothing(drivers):
    # Its first write takes the lease; the second would write down what it has found.
    slept = drivers.begin("slept", stop_at=2)
    rollout = drivers.start("m0")
    os.waitid(os.P_PID, slept.pid, os.WSTOPPED | os.WNOWAIT)
    assert drivers.movers(rollout) == []
    # Meanwhile there is evidence, not enough for the last step: who looks now waits.
    with drivers.services.router("m0") as router:
        choices = router.choose_batch(np.arange(40))
        router.record_batch(choices, success=np.ones(40, bool))
    drivers.begin("awake")

    def verdict():
        return drivers.services.rollouts.get(rollout.rollout_id).verdict

    drivers.wait_for(verdict, 15)
    seen = drivers.services.rollouts.get(rollout.rollout_id)
    assert (seen.state, seen.verdict["decision"]) == (S.RUNNING, "wait")
    slept.send_signal(signal.SIGCONT)
    # So long that it would have looked again, too.
    time.sleep(2.5)
    assert slept.poll() is None
    found = drivers.services.rollouts.get(rollout.rollout_id)
    assert found == seen
    assert drivers.movers(rollout) == []
    # And the one that has the lease goes on.
    other = drivers.start("m1")
    drivers.wait_for(lambda: drivers.movers(other), 15)
    assert drivers.movers(other) == ["awake"]
