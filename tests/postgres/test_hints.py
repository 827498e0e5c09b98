"""Hints of changes: they spare a wait, and nothing rests on them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import psycopg
import pytest

import modelkeep
from modelkeep.catalogue import changed
from modelkeep.catalogue.dialects import postgresql
from modelkeep.clock import SystemClock
from modelkeep.deployment.router import Router
from modelkeep.deployment.routing.catalogue_tables import CatalogueTables

WATCHER = Path(__file__).with_name("hint_watcher.py")
# Far below the 30 s of a look without a hint, far above what a busy machine takes for one.
SOON_SECONDS = 10
LISTENING = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
)


@pytest.fixture
def url(postgres):
    made = postgres.new_database()
    yield made
    postgres.drop_database(made)


@pytest.fixture
def connect(url, tmp_path):
    opened = []

    def connect_it():
        services = modelkeep.connect(
            tmp_path / "r", backup_path=tmp_path / "b", catalogue_url=url, actor="ada"
        )
        opened.append(services)
        return services

    yield connect_it
    for services in opened:
        services.close()


@pytest.fixture
def ask(url):
    with psycopg.connect(url, autocommit=True) as connection:
        yield lambda query, *values: [row[0] for row in connection.execute(query, values or None)]


@pytest.fixture
def versions(connect):
    """The ids of three versions; the first one serves."""
    mk = connect()
    made = [mk.versions.create_version("m", {"n": n}).version_id for n in range(3)]
    mk.deployments.deploy_version(made[0], "production")
    return made


@pytest.fixture
def open_router():
    """Opens routers that look once in 30 s while hints are heard."""
    opened = []

    def open_it(mk, *, poll_seconds):
        source = CatalogueTables(catalogue=mk.catalogue, changes=mk.traffic._changes())
        router = Router(
            model_id="m",
            source=source,
            copy_path=None,
            clock=SystemClock(),
            poll_seconds=poll_seconds,
            hints=mk.catalogue.hints,
            heard_poll_seconds=30,
        )
        opened.append(router)
        return router

    yield open_it
    for router in opened:
        router.close()


def test_a_router_in_another_process_sees_a_deployment_long_before_it_looks(
    connect, versions, url, tmp_path
):
    command = [sys.executable, str(WATCHER), url, str(tmp_path)]
    watcher = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1
    )
    deployer = connect()
    try:
        assert watcher.stdout.readline().strip() == versions[0]
        for version_id in (versions[1], versions[2], versions[0]):
            deployer.deployments.deploy_version(version_id, "production")
            committed = time.monotonic()
            assert watcher.stdout.readline().strip() == version_id
            assert time.monotonic() - committed < SOON_SECONDS
    finally:
        watcher.kill()
        watcher.communicate()


def test_a_lost_connection_costs_only_the_hints_and_comes_back(
    connect, versions, ask, open_router, eventually, caplog
):
    here, there = connect(), connect()
    router = open_router(here, poll_seconds=0.05)
    eventually(here.catalogue.hints.are_heard)
    there.deployments.deploy_version(versions[1], "production")
    eventually(lambda: router.choose("u").version_id == versions[1], SOON_SECONDS)

    (listening,) = ask(LISTENING)
    ask("SELECT pg_terminate_backend(%s)", listening)
    there.deployments.deploy_version(versions[2], "production")
    eventually(lambda: router.choose("u").version_id == versions[2], SOON_SECONDS)
    assert router.last_error is None

    eventually(lambda: ask(LISTENING) not in ([], [listening]), 20)
    eventually(here.catalogue.hints.are_heard, 20)
    there.deployments.deploy_version(versions[0], "production")
    eventually(lambda: router.choose("u").version_id == versions[0], SOON_SECONDS)
    told = [record.getMessage() for record in caplog.records if "hints" in record.getMessage()]
    assert len(told) == 2
    assert "are not heard, all goes on without" in told[0]
    assert told[1] == "hints of changes in the catalogue are heard again"


def test_what_is_changed_while_nobody_listens_is_seen_once_someone_does(
    connect, versions, ask, open_router, eventually
):
    """The look that comes with a new connection, since nobody was told."""
    here, there = connect(), connect()
    router = open_router(here, poll_seconds=30)
    eventually(here.catalogue.hints.are_heard)
    there.deployments.deploy_version(versions[1], "production")
    eventually(lambda: router.choose("u").version_id == versions[1], SOON_SECONDS)
    for serves in (versions[2], versions[0]):
        with there.catalogue.write():
            # Nothing can be committed until the block ends.
            deploying = threading.Thread(
                target=there.deployments.deploy_version, args=(serves, "production")
            )
            deploying.start()
            (listening,) = ask(LISTENING)
            ask("SELECT pg_terminate_backend(%s)", listening)
        deploying.join()
        eventually(lambda serves=serves: router.choose("u").version_id == serves, SOON_SECONDS)
        eventually(here.catalogue.hints.are_heard, SOON_SECONDS)


def test_nothing_listens_before_a_router_does_nor_after_the_end(
    connect, versions, ask, open_router, eventually
):
    mk = connect()
    assert ask(LISTENING) == []
    routers = [open_router(mk, poll_seconds=0.05) for _ in range(3)]
    eventually(mk.catalogue.hints.are_heard)
    assert len(ask(LISTENING)) == 1
    for router in routers:
        router.close()
    mk.close()
    eventually(lambda: ask(LISTENING) == [])
    assert not mk.catalogue.hints.are_heard()
    names = [thread.name for thread in threading.enumerate()]
    assert "modelkeep-hints" not in names


def test_a_registry_that_is_dropped_without_a_word_takes_its_connection_along(
    url, tmp_path, versions, ask, eventually
):
    code = (
        "import gc, sys, time, threading, modelkeep\n"
        "url, folder = sys.argv[1:]\n"
        "mk = modelkeep.connect(f'{folder}/r', backup_path=f'{folder}/b', catalogue_url=url)\n"
        "while not mk.catalogue.hints.are_heard(): time.sleep(0.01)\n"
        "del mk\n"
        "gc.collect()\n"
        "last = time.monotonic() + 10\n"
        "while 'modelkeep-hints' in [each.name for each in threading.enumerate()]:\n"
        "    assert time.monotonic() < last\n"
        "    time.sleep(0.01)\n"
        "print('gone', flush=True)\n"
        "sys.stdin.read()\n"
    )
    command = [sys.executable, "-W", "ignore", "-c", code, url, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    child = subprocess.Popen(command, **pipes, text=True)
    try:
        assert child.stdout.readline() == "gone\n", child.stderr.read()
        eventually(lambda: ask(LISTENING) == [])
    finally:
        child.communicate()
    assert child.returncode == 0


def test_after_a_fork_parent_and_child_listen_each_for_itself(
    connect, versions, ask, open_router, eventually
):
    here, there = connect(), connect()
    router = open_router(here, poll_seconds=0.05)
    eventually(here.catalogue.hints.are_heard)
    to_parent, to_child = os.pipe(), os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        status = 1
        try:
            eventually(here.catalogue.hints.are_heard, SOON_SECONDS)
            os.write(to_parent[1], b"r")
            os.read(to_child[0], 1)
            eventually(lambda: router.choose("u").version_id == versions[1], SOON_SECONDS)
            router.close()
            here.catalogue.hints.close()
            os.write(to_parent[1], b"s")
            os.read(to_child[0], 1)
            status = 0
        finally:
            os._exit(status)
    os.close(to_parent[1])
    try:
        assert os.read(to_parent[0], 1) == b"r"
        assert len(ask(LISTENING)) == 2
        there.deployments.deploy_version(versions[1], "production")
        eventually(lambda: router.choose("u").version_id == versions[1], SOON_SECONDS)
        os.write(to_child[1], b"g")
        assert os.read(to_parent[0], 1) == b"s"
        eventually(lambda: len(ask(LISTENING)) == 1)
        # The end of the child takes nothing from the parent.
        os.write(to_child[1], b"g")
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        pid = 0
        assert here.catalogue.hints.are_heard()
        there.deployments.deploy_version(versions[2], "production")
        eventually(lambda: router.choose("u").version_id == versions[2], SOON_SECONDS)
    finally:
        if pid:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        for handle in (to_parent[0], *to_child):
            os.close(handle)


class UndoneError(Exception):
    pass


def undo(catalogue):
    with catalogue.write() as connection:
        changed.note(connection, "noted")
        # As `write` does when its block has ended.
        postgresql.announce(connection, ["announced"])
        raise UndoneError


def test_what_is_rolled_back_is_not_told(connect, versions, url):
    mk = connect()
    with psycopg.connect(url, autocommit=True) as listening:
        listening.execute("LISTEN modelkeep_changes")
        with pytest.raises(UndoneError):
            undo(mk.catalogue)
        mk.deployments.deploy_version(versions[1], "production")
        mk.versions.create_version("other", {"n": 1})
        told = [each.payload for each in listening.notifies(timeout=5, stop_after=2)]
    assert told == ["m", "other"]
