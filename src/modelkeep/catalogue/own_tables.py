"""Tables in a database beside the catalogue, made when they are first used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect

from modelkeep.catalogue import commit_marks, revisions
from modelkeep.catalogue.catalogue import Catalogue

# The revisions of each room, the newest last; `tests/contract/test_migrations.py` holds them
# against the folders.
KNOWN = {"evidence": ("0001",), "tracking": ("0001",)}


class OwnTables:
    """A database whose tables are made at the first transaction: most registries never need them.

    Args:
        database: Where they are.
        tables: What there must be; its `info` names the room, which has revisions of its own.
    """

    def __init__(self, database: Catalogue, tables: MetaData) -> None:
        self._database = database
        self._tables = tables
        self._room = str(tables.info["room"])
        self._are_made = False

    def exist(self) -> bool:
        """Whether they were ever made; nothing is made where they were not."""
        is_file = not str(self._database.path).startswith("postgresql")
        if is_file and not self._database.path.is_file():
            return False
        with self._database.read() as connection:
            return all(map(inspect(connection).has_table, self._tables.tables))

    def read(self) -> AbstractContextManager[Connection]:
        """Give a connection that sees one consistent state and changes nothing."""
        self._make()
        return self._database.read()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection whose changes are all kept when the block ends, or none."""
        self._make()
        with self._database.write() as connection:
            yield connection
            commit_marks.leave(connection, self._tables)

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    def _make(self) -> None:
        if self._are_made:
            return
        known, table = KNOWN[self._room], f"{self._room}_revision"
        place = str(self._database.path)
        with self._database.read() as connection:
            revision = revisions.found_in(connection, table)
        if revision != known[-1]:
            with self._database.write() as connection:
                # Looked at again: another process may have been faster.
                revision = revisions.found_in(connection, table)
                revisions.check_known(revision, known, place)
                if not revision:
                    self._create(connection, table, known[-1])
                elif revision != known[-1]:
                    # Alembic takes a quarter of a second to import and is needed only here.
                    from modelkeep.catalogue.migrations import upgrade

                    upgrade.to_head(connection, self._room)
        self._are_made = True

    def _create(self, connection: Connection, name: str, revision: str) -> None:
        """Make the newest tables at once, as the migrations would."""
        self._tables.create_all(connection)
        # As Alembic has it.
        column = Column("version_num", String(32), primary_key=True)
        table = Table(name, MetaData(), column)
        table.create(connection)
        connection.execute(table.insert(), {"version_num": revision})
