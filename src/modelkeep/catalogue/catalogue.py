"""The catalogue: one database, read and written in transactions."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine

from modelkeep.catalogue import changed, outcomes, revisions
from modelkeep.catalogue.after_commit import waiting
from modelkeep.catalogue.dialects import sqlite
from modelkeep.catalogue.dialects.base import Dialect, Hints, NoHints
from modelkeep.catalogue.tables import METADATA
from modelkeep.errors import UnknownOutcomeError

# The newest migration; `tests/contract/test_migrations.py` holds it against the folder.
HEAD = "0001"
_KNOWN = ("0001",)
_REVISION_TABLE = "alembic_version"


class Catalogue:
    """A database whose transactions raise the errors of Modelkeep.

    Args:
        engine: Where the tables are, or will be after `migrate`.
        path: Of SQLite the file; of other databases no file.
        name: How it is called in errors; the path if it is left out.
        dialect: What its errors mean, and how it is checked.
        hints: Tell of changes by others; closed with it.
        look_up_seconds: How long the database is asked what became of a commit whose answer was
            lost.
    """

    def __init__(
        self,
        *,
        engine: Engine,
        path: Path,
        name: str = "",
        dialect: Dialect = sqlite,
        hints: Hints | None = None,
        look_up_seconds: float = 0.0,
    ) -> None:
        self._engine = engine
        self._dialect = dialect
        self._look_up_seconds = look_up_seconds
        self._fence = threading.local()
        self.path = path
        self.hints: Hints = NoHints() if hints is None else hints
        self.name = name or str(path)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one consistent state and changes nothing."""
        with self.translated(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection whose changes are all kept when the block ends, or none.

        Raises:
            UnknownOutcomeError: The connection broke at the commit, and what became of it could
                not be found out.
            StorageUnavailableError: Nothing was kept.
        """
        is_whole, mark, after = False, None, list[Callable[[], None]]()
        model_ids: set[str] = set()
        options = {"modelkeep_writes": True, changed.OPTION: model_ids}
        with self.translated():
            try:
                with (
                    self._engine.connect().execution_options(**options) as connection,
                    connection.begin(),
                ):
                    outcomes.begin(connection)
                    check: Callable[[Connection], None] | None = getattr(self._fence, "check", None)
                    if check is not None:
                        check(connection)
                    yield connection
                    self._dialect.announce(connection, model_ids)
                    mark, after = outcomes.mark_of(connection), waiting(connection)
                    is_whole = True
            except self._dialect.DRIVER_ERRORS as error:
                if not is_whole or not self._dialect.is_unanswered(error):
                    raise
                self._look_up(mark, error)
                for call in after:
                    call()

    def _look_up(self, mark: outcomes.Mark | None, error: Exception) -> None:
        """Return if a transaction was committed though the answer was lost, else raise."""
        kept = (
            None
            if mark is None
            else outcomes.was_kept(
                self._engine,
                mark,
                errors=self._dialect.DRIVER_ERRORS,
                wait_seconds=self._look_up_seconds,
            )
        )
        if kept is None:
            raise UnknownOutcomeError(self.name) from error
        if not kept:
            raise error

    @contextmanager
    def fenced(self, check: Callable[[Connection], None]) -> Iterator[None]:
        """Begin each transaction that this thread writes in the block with a check.

        Args:
            check: Raises where this process may not change anything any more, as one that was
                paused while its lease went to another.
        """
        self._fence.check = check
        try:
            yield
        finally:
            del self._fence.check

    def give_way(self) -> None:
        """Let others write, between two transactions of work that takes many of them."""
        time.sleep(self._dialect.TURN_SECONDS)

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn what the driver raises into errors of Modelkeep."""
        try:
            yield
        except self._dialect.DRIVER_ERRORS as error:
            raise self._dialect.translate(error, self.name) from error

    def schema_revision(self) -> str:
        """Return the migration the database is at; empty when it has no tables yet."""
        with self.read() as connection:
            return revisions.found_in(connection, _REVISION_TABLE)

    def migrate(self) -> None:
        """Bring the tables to the newest schema, in one transaction.

        Raises:
            NewerFormatError: A later release wrote the database.
            DamagedCatalogueError: It is not a catalogue.
        """
        revision = self.schema_revision()
        if revision == HEAD:
            return
        revisions.check_known(revision, _KNOWN, self.name)
        # Alembic takes a quarter of a second to import and is needed only here.
        from modelkeep.catalogue.migrations import upgrade

        with self.write() as connection:
            # Looked at again: a process of a later release may have been faster.
            revision = revisions.found_in(connection, _REVISION_TABLE)
            revisions.check_known(revision, _KNOWN, str(self.path))
            upgrade.to_head(connection)

    def integrity_problems(self) -> list[tuple[str, list[str]]]:
        """Return what is wrong with the file of the database, with the versions it touches."""
        tables = METADATA.tables.values()
        names = [
            name for table in tables for name in (table.name, *(i.name for i in table.indexes))
        ]
        with self.read() as connection:
            return self._dialect.integrity_problems(connection, self.name, map(str, names))

    def close(self) -> None:
        """Close all connections."""
        self.hints.close()
        self._engine.dispose()
