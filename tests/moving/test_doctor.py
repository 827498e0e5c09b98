"""Examinations of good and bad configurations: what is wrong is told, and no password is."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import uuid
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelkeep.catalogue import leases
from modelkeep.clock import SystemClock
from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator.doctor import examine
from modelkeep.orchestrator.doctor_check import Redaction, clock_check
from modelkeep.orchestrator.doctor_storage import file_system_of
from modelkeep.testing.clock import ManualClock

SECRET = "s3cr3t-passw0rd"


def looked(settings, clock=None):
    """Return the findings by name."""
    found = {check.name: check for check in examine(ModelVersioningConfig(**settings), clock=clock)}
    for check in found.values():
        assert SECRET not in repr(check)
        assert bool(check.advice) == (check.state != "ok"), check
    return found


def states(found, state):
    return {name for name, check in found.items() if check.state == state}


def tree(folder: Path) -> set[str]:
    return {str(path) for path in folder.rglob("*")}


def test_a_registry_in_a_folder_is_sound(folder, open_at) -> None:
    settings = folder("a")
    open_at(settings).versions.create_version("m", {"n": 1})
    before = tree(Path(settings["storage_path"]))
    found = looked(settings)
    assert states(found, "bad") == set()
    assert states(found, "warn") <= {"registry: room", "registry: file system"}
    assert {"registry", "registry: rights", "registry: format", "database: rights",
            "database: durability", "database: schema", "leases"} <= found.keys()  # fmt: skip
    assert tree(Path(settings["storage_path"])) == before


def test_a_registry_that_is_not_there_yet_is_not_made(folder, tmp_path) -> None:
    found = looked(folder("a"))
    assert {"registry", "database"} <= states(found, "warn")
    assert states(found, "bad") == set()
    assert tree(tmp_path) == set()


def test_what_is_wrong_with_a_folder_is_told(folder, open_at, tmp_path) -> None:
    settings = folder("a")
    services = open_at(settings)
    root = Path(settings["storage_path"])
    (root / "format.json").chmod(0o644)
    (root / "format.json").write_text('{"modelkeep_store": 99}')
    (root / "doctor").write_text("in the way")
    with services.catalogue.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    found = looked(settings)
    assert states(found, "bad") == {"registry: rights", "registry: format", "database: schema"}
    assert "upgrade" in found["registry: format"].advice
    (root / "format.json").write_text("{")
    assert looked(settings)["registry: format"].state == "bad"
    services.close()
    (root / "catalogue.sqlite").write_bytes(b"no database at all" * 100)
    assert "rebuild" in looked(settings)["database"].advice
    (tmp_path / "file").write_text("x")
    assert states(looked({"storage_path": f"{tmp_path}/file/a"}), "bad") == {"registry"}


def test_a_catalogue_that_another_process_writes_is_told(folder, open_at, monkeypatch) -> None:
    monkeypatch.setattr("modelkeep.orchestrator.doctor_database._BUSY_SECONDS", 0.05)
    services = open_at(folder("a"))
    with services.catalogue.write():
        found = looked(folder("a"))
    assert states(found, "warn") - {"registry: room", "registry: file system"} == {
        "database: rights"
    }
    with services.catalogue.read() as connection:
        connection.exec_driver_sql("SELECT 1")
    services.close()
    path = Path(folder("a")["storage_path"]) / "catalogue.sqlite"
    shutil.copy(path, path.with_suffix(".copy"))
    script = (
        "import sqlite3,sys; sqlite3.connect(sys.argv[1]).execute('PRAGMA journal_mode=DELETE')"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=True)
    assert looked(folder("a"))["database: durability"].state == "warn"


def test_leases_that_ran_out_are_told(folder, open_at, clock) -> None:
    services = open_at(folder("a"))
    with services.catalogue.write() as connection:
        leases.acquire(connection, "rollouts", "me", now=clock.now(), seconds=60)
    assert looked(folder("a"), clock)["leases"].state == "ok"
    clock.advance(hours=5)
    told = looked(folder("a"), clock)["leases"]
    assert told.state == "warn"
    assert "rollouts 5 hours ago" in told.sentence


def test_postgresql_and_an_object_store_are_examined(remote, open_at) -> None:
    new = looked(remote)
    assert {"database: schema", "work_path"} <= states(new, "warn")
    open_at(remote).versions.create_version("m", {"n": 1})
    found = looked(remote)
    # The server of the tests does not sync; no other should be so.
    assert states(found, "bad") == {"database: fsync", "database: full_page_writes"}
    good = {"bucket", "bucket: rights", "bucket: clock", "bucket: conditional writes", "database",
            "database: version", "database: clock", "database: rights", "database: schema",
            "database: synchronous_commit", "leases"}  # fmt: skip
    assert good <= states(found, "ok")
    import obstore
    from obstore.store import from_url

    store = from_url(remote["storage_path"], client_options={"allow_http": True})
    assert [each for page in obstore.list(store, prefix="doctor") for each in page] == []
    ahead = ManualClock(SystemClock().now() + timedelta(minutes=10))
    skewed = looked(remote, ahead)
    assert {"bucket: clock", "database: clock"} <= states(skewed, "warn")
    assert "10 minutes behind" in skewed["database: clock"].sentence


def test_what_a_user_of_postgresql_may_not_do_is_told(postgres, folder) -> None:
    url = postgres.new_database()
    name = f"reader_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN")
        connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        connection.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        connection.execute(f"ALTER ROLE {name} SET synchronous_commit = off")
    other = url.replace("tester@", f"{name}:{SECRET}@")
    found = looked({**folder("a"), "catalogue_url": other})
    assert "may not make tables" in found["database: rights"].sentence
    assert found["database: synchronous_commit"].state == "warn"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"ALTER ROLE {name} SET default_transaction_read_only = on")
    assert "cannot be written" in looked({"catalogue_url": other})["database: rights"].sentence
    missing = looked({"catalogue_url": other.rsplit("/", 1)[0] + "/nothing"})["database"]
    assert missing.state == "bad"
    assert "make the database" in missing.advice
    postgres.drop_database(url)
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(f"DROP ROLE {name}")


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_what_is_away_is_told_and_nobody_waits_for_it(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    settings = {
        "storage_path": "s3://tests/away",
        "catalogue_url": f"postgresql://me:{SECRET}@127.0.0.1:{closed_port()}/x",
        "work_path": f"{tmp_path}/work",
    }
    found = looked(settings)
    assert states(found, "bad") == {"bucket", "database"}
    assert "server runs" in found["database"].advice
    assert "AWS_ENDPOINT_URL" in found["bucket"].advice


def test_what_never_answers_is_left_behind(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("modelkeep.orchestrator.doctor._MOST_SECONDS", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"postgresql://me:{SECRET}@127.0.0.1:{silent.getsockname()[1]}/x"
        found = looked({"storage_path": f"{tmp_path}/a", "catalogue_url": url})
        assert "did not answer within" in found["database"].sentence


def test_rights_and_names_of_buckets_are_told(seaweed, monkeypatch, tmp_path) -> None:
    base = {"catalogue_url": f"sqlite:///{tmp_path}/c.sqlite", "work_path": f"{tmp_path}/work"}
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    told = looked({**base, "storage_path": "s3://tests/x"})["bucket"]
    assert told.state == "bad"
    assert "AWS_ACCESS_KEY_ID" in told.advice
    assert looked({**base, "storage_path": "s3://"})["bucket"].state == "bad"
    assert looked({**base, "storage_path": "ftp://host/x"})["bucket"].state == "bad"


def test_settings_that_do_not_fit_are_told() -> None:
    for url, said in (
        (f"mysql://me:{SECRET}@host/x", "'mysql'"),
        ("", "only bytes"),
        (f"postgresql://me:{SECRET}@host:port/x", "cannot be read as a URL"),
    ):
        found = looked({"storage_path": "s3://", "catalogue_url": url})
        assert said in found["database"].sentence


def test_the_kind_of_a_file_system_is_that_of_the_nearest_mount(tmp_path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "1 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        f"2 1 0:5 / {tmp_path} rw shared:3 - nfs4 server:/x rw\n"
        f"3 2 0:6 / {tmp_path}/a\\040b rw - fuse.sshfs x rw\n"
    )
    (tmp_path / "a b" / "c").mkdir(parents=True)
    assert file_system_of(tmp_path / "a b" / "c", mounts) == "fuse.sshfs"
    assert file_system_of(tmp_path, mounts) == "nfs4"
    assert file_system_of(Path("/"), mounts) == "ext4"
    assert file_system_of(tmp_path, tmp_path / "none") == ""


def test_a_network_file_system_and_a_full_disk_are_told(folder, monkeypatch, tmp_path) -> None:
    (tmp_path / "mountinfo").write_text("1 1 8:1 / / rw - nfs4 server:/ rw\n")
    here = "modelkeep.orchestrator.doctor_storage"
    monkeypatch.setattr(f"{here}._MOUNTS", tmp_path / "mountinfo")
    monkeypatch.setattr(f"{here}._HARDLY_ANY_BYTES", 1 << 62)
    found = looked(folder("a"))
    assert "(nfs4)" in found["registry: file system"].sentence
    assert found["registry: file system"].state == "warn"
    assert found["registry: room"].state == "bad"


@given(st.text("abcXYZ019-._~!$()*,;:", min_size=8), st.sampled_from(["@", "'", "/", ""]))
def test_passwords_are_in_no_text(word, more) -> None:
    password = f"{word}{more}"
    url = f"postgresql://me:{password}@host/db?sslpassword=abcdefgh"
    hidden = Redaction(ModelVersioningConfig(catalogue_url=url))
    told = hidden.text(f"cannot reach {url}, password {password}, password=abcdefgh")
    assert password not in told
    assert "abcdefgh" not in told
    assert "cannot reach postgresql://me:***@host/db" in told


@pytest.mark.parametrize(("seconds", "state"), [(5.0, "ok"), (-5.0, "ok"), (5.1, "warn"),
                                                (-7200.0, "warn")])  # fmt: skip
def test_clocks_may_differ_by_five_seconds(seconds, state) -> None:
    check = clock_check("clock", "the database", seconds)
    assert check.state == state
    assert ("behind" in check.sentence) == (seconds < 0)


def test_the_command_ends_with_7_where_something_is_bad(folder, open_at, tmp_path) -> None:
    open_at(folder("a"))
    environment = {**os.environ, "MODELKEEP_STORAGE_PATH": "a"}

    def run(*words, code=0, **more):
        command = [sys.executable, "-W", "error", "-m", "modelkeep.cli", "doctor", *words]
        done = subprocess.run(command, cwd=tmp_path, env={**environment, **more},
                              capture_output=True, text=True, timeout=60)  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        assert SECRET not in done.stdout + done.stderr
        return done.stdout

    assert "ok   database: schema" in run()
    assert json.loads(run("--json"))["sound"] is True
    said = run(code=7, MODELKEEP_CATALOGUE_URL=f"mysql://me:{SECRET}@host/x")
    assert "BAD  database: catalogue_url begins with 'mysql'" in said
    assert "-> set it to postgresql://" in said
