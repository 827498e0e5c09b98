"""Routers in several processes: after a fork, and eight that see a new revision."""

import json
import os
import subprocess
import sys
import time
import warnings
from pathlib import Path

import pytest

from modelkeep.deployment.routing.table import POINTS

WATCHER = Path(__file__).with_name("watcher.py")
PROCESSES = 8


def test_a_router_works_and_looks_on_in_a_child_of_a_fork(
    sqlite, database, open_router, eventually
):
    sqlite.publish(database, sqlite.table_of())
    router = open_router()
    closed = open_router()
    closed.close()
    expected = [router.choose(unit) for unit in range(50)]
    # As if a thread of the parent were in the middle of a look when it forks.
    with router._looking, router._swapping:
        to_parent, to_child = os.pipe(), os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
    if pid == 0:
        status = 1
        try:
            same = [router.choose(unit) for unit in range(50)] == expected
            os.write(to_parent[1], b"r")
            os.read(to_child[0], 1)
            last = time.monotonic() + 5
            while router.table.revision != 2 and time.monotonic() < last:
                time.sleep(0.005)
            stays_closed = not closed._poller._thread.is_alive()
            found = {"same": same, "revision": router.table.revision, "closed": stays_closed}
            os.write(to_parent[1], json.dumps(found).encode())
            router.close()
            status = 0
        finally:
            os._exit(status)
    os.close(to_parent[1])
    assert os.read(to_parent[0], 1) == b"r"
    sqlite.publish(database, sqlite.table_of(revision=2))
    os.write(to_child[1], b"g")
    found = json.loads(os.read(to_parent[0], 1000))
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert found == {"same": True, "revision": 2, "closed": True}
    eventually(lambda: router.table.revision == 2)
    for handle in (to_parent[0], *to_child):
        os.close(handle)


def test_a_router_of_a_registry_looks_on_in_a_child_with_what_is_its_own(mk, eventually):
    first, second = [mk.versions.create_version("m", {"n": n}).version_id for n in range(2)]
    mk.deployments.deploy_version(first, "production")
    router = mk.router("m")
    router.refresh()
    counter = router._source._changes
    # As if a thread of the parent were asking its connection when it forks.
    with counter._lock, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        of_parent = counter._connection
        pid = os.fork()
    if pid == 0:
        status = 1
        try:
            eventually(lambda: router.choose("u").version_id == second, 20)
            status = 0 if counter._connection is not of_parent else 2
        finally:
            os._exit(status)
    mk.deployments.deploy_version(second, "production")
    eventually(lambda: router.choose("u").version_id == second)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


@pytest.mark.parametrize("journal_mode", ["wal"])
def test_eight_processes_see_a_new_revision(sqlite, tmp_path, journal_mode):
    """Loosely bounded, for machines that are busy; `benchmarks.routing` tells the figure."""
    database = tmp_path / "many.sqlite"
    sqlite.make(database, journal_mode=journal_mode)
    sqlite.publish(database, sqlite.table_of())
    command = [sys.executable, str(WATCHER), str(database), str(tmp_path / "m.table"), "2"]
    crew = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(PROCESSES)
    ]
    try:
        assert [process.stdout.readline() for process in crew] == ["ready\n"] * PROCESSES
        sqlite.publish(database, sqlite.table_of([(0, POINTS, 1)], weights=(1.0,), revision=2))
        committed = time.monotonic()
        told = [process.communicate(timeout=60) for process in crew]
    finally:
        for process in crew:
            process.kill()
            process.wait()
    assert [process.returncode for process in crew] == [0] * PROCESSES, told
    answers = [out.split() for out, _ in told]
    assert [arm for _, arm in answers] == ["1"] * PROCESSES
    assert max(float(at) for at, _ in answers) - committed < 2.0
