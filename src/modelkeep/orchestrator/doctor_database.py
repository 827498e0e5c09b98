"""What can be told of the catalogue: PostgreSQL or SQLite, its version, rights and durability."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from modelkeep import canonical
from modelkeep.catalogue.catalogue import HEAD
from modelkeep.clock import Clock
from modelkeep.orchestrator.doctor_check import Check, bad, clock_check, ok, seconds, warn

_CONNECT_SECONDS = 5
_STATEMENT = "5s"
_OLDEST_POSTGRESQL = 130_000
_OLDEST_SQLITE = (3, 35, 0)
_BUSY_SECONDS = 3.0
_KEY = 0x6D6B1D
_LEASES = "SELECT name, holder, expires_at FROM leases WHERE holder <> '' ORDER BY name"

Ask = Callable[[str], list[tuple[Any, ...]]]


def examine_sqlite(path: Path, clock: Clock) -> Iterator[Check]:
    """Look at a file of SQLite; nothing in it is changed.

    Args:
        path: The file.
        clock: Of this machine.
    """
    version = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        advice = "use a Python that is built with SQLite 3.35 or later"
        yield bad("database: version", f"SQLite {version} is older than 3.35", advice)
    else:
        yield ok("database: version", f"SQLite {version}")
    if not path.exists():
        advice = "nothing, if the registry is new; else `modelkeep rebuild` makes it anew"
        yield warn("database", f"the catalogue {path} is not there; made at first use", advice)
        return
    try:
        yield from _examine_file(path, clock)
    except sqlite3.Error as error:
        advice = "run `modelkeep verify`; `modelkeep rebuild` makes a damaged catalogue anew"
        yield bad("database", f"the catalogue {path} cannot be read ({error})", advice)


def _examine_file(path: Path, clock: Clock) -> Iterator[Check]:
    uri = f"{path.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS)) as connection:
        connection.isolation_level = None

        def ask(query: str) -> list[tuple[Any, ...]]:
            return connection.execute(query).fetchall()

        [(mode,)] = ask("PRAGMA journal_mode")
        yield ok("database", f"the catalogue {path} can be opened")
        yield _sqlite_rights(connection, path)
        if mode == "wal":
            sentence = "the journal is a WAL, and each commit is synced (synchronous=FULL)"
            yield ok("database: durability", sentence)
        else:
            yield warn(
                "database: durability",
                f"the journal mode of {path} is {mode}, not WAL",
                "open the registry once where it can be written, which sets it; a file system "
                "without shared memory cannot have it: move the registry to a local disk",
            )
        there = ask("SELECT 1 FROM sqlite_schema WHERE name = 'alembic_version'")
        yield from _tables(ask, bool(there), clock)


def _sqlite_rights(connection: sqlite3.Connection, path: Path) -> Check:
    name = "database: rights"
    if not os.access(path, os.W_OK):
        advice = f"give the user of this process the right to write {path} and its folder"
        return bad(name, f"{path} cannot be written by this user", advice)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("CREATE TABLE doctor_probe (n INTEGER)")
        connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            sentence = f"another process has been writing {path} for {_BUSY_SECONDS:g} s"
            return warn(name, sentence, "look which one it is, if that goes on")
        advice = f"make {path}, its -wal and -shm files and its folder writable"
        return bad(name, f"{path} cannot be written ({error})", advice)
    return ok(name, "a table was made and taken back")


def examine_postgresql(url: str, clock: Clock) -> Iterator[Check]:
    """Look at a database of PostgreSQL; what is made there is taken back.

    Args:
        url: Of SQLAlchemy, beginning with `postgresql`.
        clock: Of this machine.
    """
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        import psycopg
    except ImportError:
        advice = 'pip install "modelkeep[postgresql]"'
        yield bad("database: library", "PostgreSQL needs psycopg, which is missing", advice)
        return
    yield ok("database: library", f"psycopg {psycopg.__version__} is installed")
    try:
        plain = make_url(url).set(drivername="postgresql")
    except (ArgumentError, ValueError):
        # What the error says has the URL in it.
        advice = "write it as postgresql://user:password@host:5432/database"
        yield bad("database", "catalogue_url cannot be read as a URL", advice)
        return
    shown = plain.render_as_string(hide_password=True)
    try:
        connected = psycopg.connect(
            plain.render_as_string(hide_password=False),
            autocommit=True,
            connect_timeout=_CONNECT_SECONDS,
            application_name="modelkeep doctor",
            options=f"-c statement_timeout={_STATEMENT} -c lock_timeout={_STATEMENT}",
        )
    except psycopg.Error as error:
        yield bad("database", f"{shown} does not answer ({error})", _connect_advice(str(error)))
        return
    with closing(connected):

        def ask(query: str) -> list[tuple[Any, ...]]:
            return list(connected.execute(query).fetchall())

        try:
            yield ok("database", f"{shown} answers")
            yield from _examine_server(ask, clock)
        except psycopg.Error as error:
            advice = "look at the log of the server, and at the rights of the user"
            yield bad("database", f"{shown} answered with an error ({error})", advice)


def _connect_advice(text: str) -> str:
    if "does not exist" in text:
        return "make the database or the role, or correct the name in catalogue_url"
    if "password" in text or "authentication" in text or "pg_hba" in text:
        return "correct user and password in catalogue_url, or the rules in pg_hba.conf"
    return "look whether the server runs, at host and port in catalogue_url, and at firewalls"


def _examine_server(ask: Ask, clock: Clock) -> Iterator[Check]:
    [(number, version, encoding)] = ask(
        "SELECT current_setting('server_version_num')::int, current_setting('server_version'), "
        "current_setting('server_encoding')"
    )
    if number < _OLDEST_POSTGRESQL:
        sentence = f"PostgreSQL {version} is older than 13"
        yield bad("database: version", sentence, "upgrade the server to 13 or later")
    else:
        yield ok("database: version", f"PostgreSQL {version}")
    if encoding != "UTF8":
        advice = "make a database with ENCODING 'UTF8'"
        yield bad("database: encoding", f"the database is encoded in {encoding}", advice)
    yield _server_clock(ask, clock)
    yield _server_rights(ask)
    yield from _durability(ask)
    [(there,)] = ask("SELECT to_regclass('alembic_version') IS NOT NULL")
    yield from _tables(ask, bool(there), clock)


def _server_clock(ask: Ask, clock: Clock) -> Check:
    before = clock.now()
    [(theirs,)] = ask("SELECT clock_timestamp()")
    assert isinstance(theirs, datetime)
    middle = before + (clock.now() - before) / 2
    return clock_check("database: clock", "the database", (theirs - middle).total_seconds())


def _server_rights(ask: Ask) -> Check:
    name = "database: rights"
    [(standby, read_only, may_create)] = ask(
        "SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on', "
        "coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)"
    )
    if standby or read_only:
        why = "is a standby" if standby else "has default_transaction_read_only"
        return bad(name, f"the server {why}, so it cannot be written", "name the primary")
    if not may_create:
        advice = "GRANT CREATE, USAGE ON SCHEMA public TO the user of catalogue_url"
        return bad(name, "the user may not make tables in the current schema", advice)
    [(locked,)] = ask(f"SELECT pg_try_advisory_lock({_KEY})")
    if locked:
        ask(f"SELECT pg_advisory_unlock({_KEY})")
    return ok(name, "the user may make tables, and an advisory lock was taken and given back")


def _durability(ask: Ask) -> Iterator[Check]:
    settings = ask(
        "SELECT name, setting FROM pg_settings "
        "WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')"
    )
    found = {str(name): str(value) for name, value in settings}
    for name in ("fsync", "full_page_writes"):
        if found[name] == "on":
            yield ok(f"database: {name}", f"{name} is on")
        else:
            yield bad(
                f"database: {name}",
                f"{name} is off: a power loss of the server may destroy the whole database",
                f"set {name} = on in postgresql.conf and reload",
            )
    commit = found["synchronous_commit"]
    if commit == "off":
        yield warn(
            "database: synchronous_commit",
            "synchronous_commit is off: the end of the server may take the last commits with it",
            "set synchronous_commit = on for this database or user",
        )
    else:
        yield ok("database: synchronous_commit", f"synchronous_commit is {commit}")


def _tables(ask: Ask, there: bool, clock: Clock) -> Iterator[Check]:
    name = "database: schema"
    if not there:
        advice = "nothing, if it is new; else look whether catalogue_url names the right database"
        yield warn(name, "there are no tables yet; they are made at first use", advice)
        return
    revision = str(next(iter(ask("SELECT version_num FROM alembic_version")), ("(none)",))[0])
    if revision == HEAD:
        yield ok(name, f"the tables are at revision {revision}, the newest")
    elif revision.isdigit() and revision < HEAD:
        advice = "nothing: the next command that opens the registry brings them up to date"
        yield warn(name, f"the tables are at revision {revision}, before {HEAD}", advice)
        return
    else:
        advice = "upgrade modelkeep; if no later release was here, run `modelkeep rebuild`"
        yield bad(name, f"the tables are at revision {revision}, not known here", advice)
        return
    yield _leases(ask, clock)


def _leases(ask: Ask, clock: Clock) -> Check:
    now = canonical.to_microseconds(clock.now())
    held = ask(_LEASES)
    over = [(lease, (now - until) / 1e6) for lease, _, until in held if until < now]
    if not over:
        return ok("leases", f"{len(held)} leases are held, none ran out")
    told = ", ".join(f"{lease} {seconds(ago)} ago" for lease, ago in over)
    return warn(
        "leases",
        f"leases ran out: {told}",
        "start a process that serves or runs in the background, if none does; the next one takes "
        "them over by itself",
    )
