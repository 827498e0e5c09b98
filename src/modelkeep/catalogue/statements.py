"""Statements that are run most: compiled once for a database, and run straight at its driver.

SQLAlchemy's own execution costs several times what SQLite takes for a row by its key. What it
would convert on the way needs no conversion here: texts, whole numbers, bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.sql import ClauseElement


class Prepared:
    """One statement.

    Args:
        statement: With named parameters; of an insert, its columns.
    """

    def __init__(self, statement: Executable) -> None:
        assert isinstance(statement, ClauseElement)
        self._statement = statement
        self._compiled: dict[Dialect, _Text] = {}

    def run(self, connection: Connection, values: Sequence[Mapping[str, Any]]) -> None:
        """Run it once for each set of values."""
        text = self._text(connection)
        cursor = connection.connection.cursor()
        try:
            if len(values) == 1:
                cursor.execute(text.sql, text.bind(values[0]))
            else:
                cursor.executemany(text.sql, [text.bind(each) for each in values])
        finally:
            cursor.close()

    def all(self, connection: Connection, values: Mapping[str, Any]) -> list[Sequence[Any]]:
        """Run it and return all rows."""
        text = self._text(connection)
        cursor = connection.connection.cursor()
        try:
            cursor.execute(text.sql, text.bind(values))
            return list(cursor.fetchall())
        finally:
            cursor.close()

    def one(self, connection: Connection, values: Mapping[str, Any]) -> Sequence[Any] | None:
        """Run it and return its first row, or None."""
        found = self.all(connection, values)
        return found[0] if found else None

    def _text(self, connection: Connection) -> _Text:
        dialect = connection.dialect
        found = self._compiled.get(dialect)
        if found is None:
            compiled: Any = self._statement.compile(dialect=dialect)
            order = tuple(compiled.positiontup) if compiled.positional else None
            # What the statement itself brings, such as a limit.
            own = {name: value for name, value in compiled.params.items() if value is not None}
            found = self._compiled[dialect] = _Text(str(compiled), order, own)
        return found


@dataclass(frozen=True, slots=True)
class _Text:
    """A statement as one driver takes it."""

    sql: str
    order: tuple[str, ...] | None
    own: Mapping[str, Any]

    def bind(self, values: Mapping[str, Any]) -> Any:
        if self.order is None:
            return {**self.own, **values}
        if not self.own:
            return tuple([values[name] for name in self.order])
        return tuple([values[n] if n in values else self.own[n] for n in self.order])
