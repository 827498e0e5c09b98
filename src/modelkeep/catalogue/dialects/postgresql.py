"""PostgreSQL: how a connection is set up, how writers take turns, and what its errors mean.

Writers take turns, as they do with SQLite: each transaction that writes first takes an advisory
lock of its room (https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS)
that the database gives back when the transaction or its connection ends. All that it then reads
is what the one before it has committed (READ COMMITTED takes a snapshot for each statement), so
numbers, stages, references and leases need no further locks, nothing can deadlock, and nothing has
to be tried again. Readers wait for nobody: each transaction sees one snapshot (REPEATABLE READ).
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from modelkeep.catalogue.dialects.forks import start_anew_after_fork
from modelkeep.errors import (
    DamagedCatalogueError,
    InvalidSettingError,
    MissingExtraError,
    ModelkeepError,
    StorageFullError,
    StorageReadOnlyError,
    StorageUnavailableError,
    without_password,
)

_FULL = ("53100", "58030")  # disk_full, io_error
_READ_ONLY = ("25006", "42501")  # read_only_sql_transaction, insufficient_privilege
_DAMAGED = ("42P01", "42703", "XX001", "XX002", "22021")  # no table, no column, corrupted
# "mk" and a number for each room, so that who records never waits for who deploys.
_LOCKS = {"catalogue": 0x6D6B01, "evidence": 0x6D6B02, "tracking": 0x6D6B03}
CHANNEL = "modelkeep_changes"
"""On which the ids of changed models are sent."""
_POOL = 8
_QUIET_SECONDS, _PROBE_SECONDS, _PROBES = 10, 5, 3
_LOST_MILLISECONDS = 25_000
"""As long as it takes by the probes, and less than a writer waits by default."""
_IDLE = 0  # of libpq's PQtransactionStatus


def open_engine(
    url: str, *, room: str, busy_timeout_seconds: float, durable: bool = True
) -> Engine:
    """Return an engine on this database; nothing is opened yet.

    Args:
        url: Of SQLAlchemy, beginning with `postgresql`; psycopg 3 is used.
        room: Which tables are written through it: `catalogue`, `evidence` or `tracking`.
        busy_timeout_seconds: How long a writer waits for another, and anyone for a connection.
        durable: Whether each commit waits for the disk; without, the end of the server may take
            the last commits with it.

    Raises:
        InvalidSettingError: The URL cannot be used.
        MissingExtraError: psycopg is not installed.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        expected = "postgresql://user:password@host/database"
        raise InvalidSettingError("catalogue_url", without_password(url), expected) from None
    try:
        import psycopg  # noqa: F401 - looked for here, where it can be told
    except ImportError as error:
        raise MissingExtraError("PostgreSQL", "psycopg", "postgresql") from error
    engine = create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_size=_POOL,
        max_overflow=_POOL,
        pool_timeout=busy_timeout_seconds,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 10,
            "application_name": "modelkeep",
            # A server that is away is noticed, also by who waits for an answer.
            "keepalives_idle": _QUIET_SECONDS,
            "keepalives_interval": _PROBE_SECONDS,
            "keepalives_count": _PROBES,
            # The same where it was sent something: then there are no probes.
            "tcp_user_timeout": _LOST_MILLISECONDS,
        },
    )
    lock = _LOCKS[room]
    settings = {
        "lock_timeout": round(busy_timeout_seconds * 1000),
        "idle_in_transaction_session_timeout": "'10min'",
        # To start workers takes longer than a page that is read along an index.
        "max_parallel_workers_per_gather": 0,
        # So the server notices a machine that is away, and takes its locks back.
        "tcp_keepalives_idle": _QUIET_SECONDS,
        "tcp_keepalives_interval": _PROBE_SECONDS,
        "tcp_keepalives_count": _PROBES,
        "tcp_user_timeout": _LOST_MILLISECONDS,
    }
    if not durable:
        settings["synchronous_commit"] = "off"

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        connection.autocommit = True
        # In one go: each would take its way there and back.
        connection.execute("; ".join(f"SET {name} = {value}" for name, value in settings.items()))
        connection.autocommit = False

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # Straight to the driver: through SQLAlchemy it would begin another transaction.
        driver: Any = connection.connection.driver_connection
        if connection.get_execution_options().get("modelkeep_writes", False):
            driver.execute("SELECT pg_advisory_xact_lock(%s)", (lock,))
        elif driver.info.transaction_status == _IDLE:
            driver.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

    start_anew_after_fork(engine)
    return engine


class ChangeCounter:
    """A value that is another one after each change of who serves whom.

    Each change of a stage, and each removal, has its event; a routing table has its revision.

    Args:
        engine: Of the catalogue.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def version(self) -> object:
        """Return a value that is another one once something has happened.

        Raises:
            DBAPIError: The database does not answer.
        """
        with self._engine.connect() as connection:
            row = connection.exec_driver_sql(
                "SELECT (SELECT max(event_id) FROM events), count(*), sum(revision) "
                "FROM routing_tables"
            ).one()
            return tuple(row)

    def close(self) -> None:
        """Do nothing: the connections are those of the engine."""


class ServerClock:
    """The clock of the database server: one for all machines, whatever their own ones say.

    Args:
        engine: Of the catalogue.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def now(self) -> datetime:
        """Return the current time, aware, in UTC.

        Raises:
            ModelkeepError: The database does not answer.
        """
        try:
            with self._engine.connect() as connection:
                found: datetime = connection.exec_driver_sql(
                    "SELECT clock_timestamp()"
                ).scalar_one()
        except DRIVER_ERRORS as error:
            name = self._engine.url.render_as_string(hide_password=True)
            raise translate(error, name) from error
        return found.astimezone(UTC)


DRIVER_ERRORS: tuple[type[Exception], ...] = (DBAPIError, PoolTimeout)
"""What the driver raises; its own errors come out of connections that SQLAlchemy only lends."""
with suppress(ImportError):
    import psycopg

    DRIVER_ERRORS = (*DRIVER_ERRORS, psycopg.Error)


TURN_SECONDS = 0.0
"""Who waits for the lock is given it in the order of asking."""


def translate(error: Exception, name: str) -> ModelkeepError:
    """Return the error of ours that a driver error stands for."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    text = " ".join(str(cause).split())
    state = getattr(cause, "sqlstate", None) or ""
    if state in _FULL:
        return StorageFullError(name, f"the catalogue could not be written ({text})")
    if state in _READ_ONLY:
        return StorageReadOnlyError(name, f"the catalogue cannot be written ({text})")
    if state in _DAMAGED:
        return DamagedCatalogueError(name, f"the database says: {text}")
    return StorageUnavailableError(name, f"the catalogue did not answer ({text})")


def announce(connection: Connection, model_ids: Iterable[str]) -> None:
    """Send the ids of changed models to who listens; the server does so when it commits.

    Args:
        connection: In the transaction.
        model_ids: Which.
    """
    for model_id in sorted(model_ids):
        connection.exec_driver_sql("SELECT pg_notify(%s, %s)", (CHANNEL, model_id))


def is_unanswered(error: Exception) -> bool:
    """Whether the connection broke, so that a commit may have been made all the same."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


def integrity_problems(
    connection: Connection, name: str, names: Iterable[str]
) -> list[tuple[str, list[str]]]:
    """Return which tables and indexes are missing; PostgreSQL checks its pages as it reads them.

    Args:
        connection: To read with.
        name: How the database is called.
        names: Of the tables and indexes that there must be.
    """
    looked = inspect(connection)
    tables = looked.get_table_names()
    here = {*tables, *(str(each["name"]) for table in tables for each in looked.get_indexes(table))}
    missing = sorted(set(names) - here)
    return [(f"the table or index {each} is missing in {name}", []) for each in missing]
