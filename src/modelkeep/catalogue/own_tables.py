"""Tables in a database beside the catalogue, made when they are first used."""

from __future__ import annotations

from contextlib import AbstractContextManager

from sqlalchemy import Connection, MetaData, inspect

from modelkeep.catalogue.catalogue import Catalogue


class OwnTables:
    """A database whose tables are made at the first transaction: most registries never need them.

    Args:
        database: Where they are.
        tables: What there must be.
    """

    def __init__(self, database: Catalogue, tables: MetaData) -> None:
        self._database = database
        self._tables = tables
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

    def write(self) -> AbstractContextManager[Connection]:
        """Give a connection whose changes are all kept when the block ends, or none."""
        self._make()
        return self._database.write()

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    def _make(self) -> None:
        if not self._are_made:
            with self._database.write() as connection:
                self._tables.create_all(connection)
            self._are_made = True
