"""Reads what is still sound in a damaged catalogue, row by row."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Table

from modelkeep.catalogue import rows
from modelkeep.catalogue.alert_tables import ALERT_RULES
from modelkeep.catalogue.tables import (
    EVENTS,
    EXPERIMENTS,
    MODEL_POLICIES,
    MODELS,
    REMOVED_VERSIONS,
    ROLLOUTS,
    ROUTING_TABLES,
    VERSION_CARDS,
    VERSION_FILES,
    VERSION_SIGNATURES,
    VERSIONS,
)

_TABLES = (
    MODELS,
    VERSIONS,
    VERSION_FILES,
    REMOVED_VERSIONS,
    MODEL_POLICIES,
    ROUTING_TABLES,
    ROLLOUTS,
    EXPERIMENTS,
    ALERT_RULES,
    VERSION_CARDS,
    VERSION_SIGNATURES,
    EVENTS,
)


@dataclass(frozen=True, slots=True)
class Salvage:
    """Rows of a damaged catalogue.

    Attributes:
        rows: Sound rows by name of their table.
        complete: Whether every row of every table could be read and was sound.
    """

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    complete: bool = False

    def of(self, table: Table) -> list[dict[str, Any]]:
        """Return the sound rows of a table."""
        return self.rows.get(table.name, [])


def read_sound_rows(path: Path) -> Salvage:
    """Return all rows that can still be read and whose digest holds; a missing file has none."""
    if not path.is_file():
        return Salvage()
    found: dict[str, list[dict[str, Any]]] = {}
    complete = True
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        connection.text_factory = bytes
        for table in _TABLES:
            read, whole = _read_table(connection, table)
            sound = [row for row in read if _is_sound(table, row)]
            found[table.name] = sound
            complete = complete and whole and len(sound) == len(read)
    return Salvage(found, complete)


def _read_table(connection: sqlite3.Connection, table: Table) -> tuple[list[dict[str, Any]], bool]:
    """Read from the front, and after a broken page from the back up to it."""
    by_key: dict[tuple[Any, ...], dict[str, Any]] = {}
    broken = False
    for order in ("ASC", "DESC"):
        try:
            for row in connection.execute(f"SELECT * FROM {table.name} ORDER BY rowid {order}"):  # noqa: S608
                plain = _plain(table, row)
                if plain is None:
                    broken = True
                else:
                    by_key[tuple(plain[c.name] for c in table.primary_key)] = plain
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            broken = True
        if not broken:
            break
    return list(by_key.values()), not broken


def _plain(table: Table, row: sqlite3.Row) -> dict[str, Any] | None:
    plain: dict[str, Any] = {}
    for column in table.columns:
        try:
            value = row[column.name]
            value = value.decode() if isinstance(value, bytes) else value
        except (IndexError, UnicodeDecodeError):
            return None
        plain[column.name] = bool(value) if isinstance(column.type, Boolean) else value
    return plain


def _is_sound(table: Table, row: dict[str, Any]) -> bool:
    return "row_blake2b" not in table.c or rows.is_sound(table, row)
