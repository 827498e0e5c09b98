"""What is of PostgreSQL alone: the lock of writers, the first start, a server that goes away."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

import modelkeep
from modelkeep.clock import SystemClock
from modelkeep.errors import InvalidSettingError, StorageUnavailableError
from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator import wiring

CREATE = """
import sys
import modelkeep

url, folder, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
with modelkeep.connect(f"{folder}/r", backup_path=f"{folder}/b", catalogue_url=url) as mk:
    for number in range(count):
        print(mk.versions.create_version("m", {"n": number}).version_number)
"""


@pytest.fixture
def url(postgres):
    made = postgres.new_database()
    yield made
    postgres.drop_database(made)


@pytest.fixture
def mk(url, tmp_path):
    folder = tmp_path
    with modelkeep.connect(folder / "r", backup_path=folder / "b", catalogue_url=url) as services:
        yield services


def test_processes_that_start_and_create_at_once_give_every_number_once(url, tmp_path):
    command = [sys.executable, "-c", CREATE, url, str(tmp_path), "10"]
    children = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(8)
    ]
    told = [child.communicate(timeout=120) for child in children]
    assert [child.returncode for child in children] == [0] * 8, told
    numbers = [line for out, _ in told for line in out.split()]
    assert len(set(numbers)) == len(numbers) == 80
    with modelkeep.connect(tmp_path / "r", backup_path=tmp_path / "b", catalogue_url=url) as mk:
        assert len(mk.versions.get_versions("m", limit=None)) == 80
        assert mk.scrubber.verify().problems == []


def test_a_writer_that_lost_its_lock_commits_nothing(mk, url):
    lock = mk.storage._lock
    with lock.writing() as held:
        with mk.catalogue.write() as connection:
            held.check(connection)
        with psycopg.connect(url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", (held._session,))
            # The collector gets its turn, since the lock went with the session.
            with lock.alone(wait_seconds=10) as acquired:
                assert acquired
        with (
            pytest.raises(StorageUnavailableError, match="lost"),
            mk.catalogue.write() as connection,
        ):
            held.check(connection)


def test_another_session_that_got_the_number_of_a_lost_one_does_not_stand_for_it(mk, url):
    lock = mk.storage._lock
    with lock.writing() as lost, psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (lost._session,))
        # A server that starts anew in a container gives the same numbers again.
        with lock.writing() as later:
            lost._session = later._session
            with mk.catalogue.write() as connection:
                later.check(connection)
            with (
                pytest.raises(StorageUnavailableError, match="lost"),
                mk.catalogue.write() as connection,
            ):
                lost.check(connection)


def test_the_collector_waits_for_writers_and_they_for_it(mk):
    lock = mk.storage._lock
    with lock.writing(), lock.writing(), lock.alone(wait_seconds=0) as acquired:
        assert not acquired
    with lock.alone(wait_seconds=0) as acquired:
        assert acquired
        entered = threading.Event()

        def write():
            with lock.writing():
                entered.set()

        writer = threading.Thread(target=write)
        writer.start()
        assert not entered.wait(0.3)
    assert entered.wait(10)
    writer.join()


def waiting(url):
    """How many sessions wait for a lock."""
    with psycopg.connect(url, autocommit=True) as other:
        query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        return other.execute(query).fetchone()[0]


def test_a_writer_that_waits_comes_before_the_next_turn_of_the_collector(mk, url):
    lock = mk.storage._lock
    entered, leave = threading.Event(), threading.Event()

    def write():
        with lock.writing():
            entered.set()
            leave.wait(60)

    writer = threading.Thread(target=write)
    with lock.alone(wait_seconds=10) as acquired:
        assert acquired
        writer.start()
        while not waiting(url):
            time.sleep(0.01)
    try:
        with lock.alone(wait_seconds=0) as acquired:
            assert not acquired
        assert entered.wait(60)
    finally:
        leave.set()
        writer.join()
    with lock.alone(wait_seconds=10) as acquired:
        assert acquired


def test_a_writer_says_so_when_the_collector_does_not_end(url, tmp_path):
    with modelkeep.connect(
        tmp_path / "r", backup_path=tmp_path / "b", catalogue_url=url, busy_timeout_seconds=0.3
    ) as mk:
        with mk.storage._lock.alone(wait_seconds=0) as acquired:
            assert acquired
            with pytest.raises(StorageUnavailableError, match=r"removed for over 0\.3 s"):
                mk.versions.create_version("m", {"n": 1})
        assert mk.versions.create_version("m", {"n": 1}).version_number == "1.0.0"


def test_a_server_that_was_killed_is_told_and_what_was_acknowledged_is_there(mk, postgres, url):
    made = [mk.versions.create_version("m", {"n": n}).version_id for n in range(5)]
    postgres.kill()
    try:
        with pytest.raises(StorageUnavailableError, match="did not answer") as told:
            mk.versions.create_version("m", {"n": 5})
        assert str(told.value).startswith(url)
    finally:
        postgres.start()
    assert [each.version_id for each in mk.versions.get_versions("m", limit=None)][::-1] == made
    assert mk.versions.create_version("m", {"n": 6}).version_number == "1.0.5"
    assert mk.scrubber.verify().problems == []


def test_a_machine_that_vanished_is_noticed_before_writers_give_up_waiting(mk):
    """Its session holds the lock of writers until then."""
    shown = ("tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count")
    with mk.catalogue.read() as connection:
        # The server answers these by what the socket is set to.
        idle, interval, count = (
            int(connection.exec_driver_sql(f"SHOW {name}").scalar_one()) for name in shown
        )
        lost = connection.exec_driver_sql("SHOW tcp_user_timeout").scalar_one()
    assert 0 < idle + interval * count < mk.config.busy_timeout_seconds
    assert lost == "25000"


@pytest.mark.parametrize(
    "bad", ["mysql://me:secret@h/x", "postgresql://me:secret@host:port/x", "postgres"]
)
def test_a_url_that_cannot_be_used_is_told_without_its_password(tmp_path, bad):
    with pytest.raises(InvalidSettingError, match="catalogue_url") as told:
        modelkeep.connect(tmp_path / "r", backup_path=tmp_path / "b", catalogue_url=bad)
    assert "secret" not in str(told.value)


def test_what_is_for_sqlite_says_so(mk, tmp_path):
    mk.versions.create_version("m", {"n": 1})
    with pytest.raises(InvalidSettingError, match="PostgreSQL has backups of its own"):
        mk.registry_backup.backup(tmp_path / "backup")
    with pytest.raises(InvalidSettingError, match="PostgreSQL has backups of its own"):
        wiring.rebuild_catalogue(mk.config)


def test_leases_hold_whatever_the_clocks_of_the_machines_say(url, tmp_path, monkeypatch):
    """The time of leases is that of the server, so a clock that is wrong takes none away."""
    config = ModelVersioningConfig(
        storage_path=f"{tmp_path}/registry", catalogue_url=url, cleanup_interval_seconds=0.01
    )
    looks = []
    with wiring.open_services(config) as right, wiring.open_services(config) as wrong:
        right.versions.create_version("m", {"n": 1})
        real = right.versions.apply_retention

        def meanwhile(model_id, **arguments):
            with monkeypatch.context() as patch:
                late = datetime.now(UTC) + timedelta(minutes=10)
                patch.setattr(SystemClock, "now", lambda _self: late)
                looks.append(wrong.upkeep.look())
            return real(model_id, **arguments)

        right.versions.apply_retention = meanwhile
        for each in (right, wrong):
            each.upkeep.look()
        time.sleep(0.05)
        assert right.upkeep.look()
        assert looks == [False]


def test_a_router_sees_a_deployment_and_a_rollback_where_there_never_was_a_rollout(mk, eventually):
    first, second = [mk.versions.create_version("m", {"n": n}).version_id for n in range(2)]
    mk.deployments.deploy_version(first, "production")
    router = mk.router("m")
    mk.deployments.deploy_version(second, "production")
    eventually(lambda: router.choose("u").version_id == second)
    mk.deployments.rollback_deployment("m", "production")
    eventually(lambda: router.choose("u").version_id == first)


FORKING = """
import os, sys
import modelkeep

url, folder = sys.argv[1:]
mk = modelkeep.connect(f"{folder}/r", backup_path=f"{folder}/b", catalogue_url=url)
mk.versions.create_version("m", {"n": 0})
child = os.fork()
for number in range(20):
    mk.versions.create_version("m", {"n": number, "in": "child" if child == 0 else "parent"})
if child == 0:
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
assert len(mk.versions.get_versions("m", limit=None)) == 41
mk.close()
"""


def test_a_forked_process_has_connections_of_its_own(url, tmp_path):
    command = [sys.executable, "-W", "ignore", "-c", FORKING, url, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
