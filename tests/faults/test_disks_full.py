"""Disks that fill: that of this machine beside an object store, and those of PostgreSQL."""

from __future__ import annotations

import os
import random
import runpy
import shutil
import tempfile
from pathlib import Path

import psycopg
import pytest

from modelkeep.errors import StorageFullError, StorageUnavailableError

SERVERS = Path(__file__).parents[1] / "servers"
small_disk = runpy.run_path(str(SERVERS / "small_disk.py"))["small_disk"]
PostgresServer = runpy.run_path(str(SERVERS / "postgres.py"))["PostgresServer"]
MB = 1 << 20
LARGE = random.Random(5).randbytes(12 * MB)


def state(mk):
    return {
        "versions": mk.versions.get_versions("m", limit=None),
        "next": mk.versions.generate_version_number("m"),
        "history": mk.deployments.get_deployment_history("m"),
    }


@pytest.mark.parametrize("room", [0, MB, 8 * MB])
def test_no_room_for_what_is_being_written(connect, tmp_path, room):
    with small_disk(tmp_path / "disk", 64 * MB) as disk, connect(work_path=disk.folder) as mk:
        mk.versions.create_version("m", {"n": 0})
        kept = mk.versions.create_version("m", LARGE[::-1])
        before = state(mk)
        with disk.room(room):
            with pytest.raises(StorageFullError, match="no room") as told:
                mk.versions.create_version("m", LARGE)
            assert str(disk.folder) in told.value.path
            # The cache takes what room there is; what was asked for comes all the same.
            assert mk.versions.load_model(kept.version_id) == LARGE[::-1]
        assert state(mk) == before
        report = mk.versions.cleanup_old_versions()
        assert (report.leftovers.packs, report.leftovers.staged) == ([], [])
        assert mk.versions.create_version("m", LARGE).version_number == before["next"]
        assert mk.versions.load_model("m@latest") == LARGE
        assert mk.scrubber.verify().problems == []


@pytest.fixture
def public_folder():
    """A folder that the user of the server reaches, as the folders of tests cannot be."""
    with tempfile.TemporaryDirectory(prefix="modelkeep-disk-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


def fill_up(mk):
    """Create until there is no room; return what was acknowledged, and the error."""
    made = []
    while True:
        facts = {"configuration": {"filler": "x" * 20_000, "n": len(made)}}
        try:
            made.append(mk.versions.create_version("m", {"n": len(made)}, metadata=facts))
        except StorageUnavailableError as error:
            return made, error
        assert len(made) < 2000


def test_no_room_for_the_tables(connect, postgres, public_folder):
    with small_disk(public_folder / "disk", 64 * MB) as disk:
        home = disk.folder / "tables"
        home.mkdir()
        if os.geteuid() == 0:
            shutil.chown(home, "postgres", "postgres")
        with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
            admin.execute(f"CREATE TABLESPACE small LOCATION '{home}'")
            admin.execute("CREATE DATABASE small_one TABLESPACE small")
            try:
                check_full_tables(connect, postgres.url("small_one"), disk)
            finally:
                admin.execute("DROP DATABASE small_one WITH (FORCE)")
                admin.execute("DROP TABLESPACE small")


def check_full_tables(connect, url, disk):
    with connect(catalogue_url=url, max_versions_per_model=5000) as mk:
        first = mk.versions.create_version("m", {"n": -1})
        with disk.room(256 << 10):
            made, error = fill_up(mk)
            assert isinstance(error, StorageFullError)
            assert "could not be written" in str(error)
            assert "No space left" in str(error)
            # What is there can be read.
            found = mk.versions.get_versions("m", limit=None)
            assert {each.version_id for each in found} == {
                each.version_id for each in (first, *made)
            }
            assert mk.versions.load_model(first.version_id) == {"n": -1}
        go_on(mk, made)


def test_no_room_for_the_log_of_the_database(connect, public_folder):
    """Without room for its log PostgreSQL ends; with room it starts and has all it said."""
    with small_disk(public_folder / "disk", 160 * MB) as disk:
        server = PostgresServer(disk.folder / "data")
        server.start()
        try:
            check_full_log(connect, server, disk)
        finally:
            server.kill()


def check_full_log(connect, server, disk):
    places = {"catalogue_url": server.new_database(), "max_versions_per_model": 5000}
    with connect(**places, busy_timeout_seconds=2.0) as mk:
        first = mk.versions.create_version("m", {"n": -1})
        with disk.room(0):
            # The log has segments of 16 MB that are there already.
            with psycopg.connect(server.url("postgres"), autocommit=True) as admin:
                admin.execute("SELECT pg_switch_wal()")
            made, error = fill_up(mk)
            assert isinstance(error, StorageUnavailableError), error
        server.bring_back()
        assert mk.versions.load_model(first.version_id) == {"n": -1}
        go_on(mk, made)


def go_on(mk, made):
    """All that was acknowledged is there, and nothing else; and there is room again."""
    found = [each.version_id for each in mk.versions.get_versions("m", limit=None)][::-1]
    assert found[1:] == [each.version_id for each in made]
    assert len(mk.versions.cleanup_old_versions().leftovers.packs) <= 1
    later = mk.versions.create_version("m", {"later": True})
    assert later.version_number == f"1.0.{len(found)}"
    assert mk.versions.load_model(later.version_id) == {"later": True}
    assert mk.scrubber.verify().problems == []
