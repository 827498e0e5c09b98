"""Rows with a digest of their own: how they are sealed, changed and checked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Boolean, Connection, Table, bindparam, select, update

from modelkeep import canonical
from modelkeep.catalogue.statements import Prepared

_UNSEALED = frozenset(("row_blake2b", "event_id"))


def row_digest(table: Table, row: Mapping[str, Any]) -> str:
    """Return BLAKE2b (128 bit, hexadecimal) over the canonical JSON of the row's columns.

    The digest itself is left out, and so is the id of an event, which the database gives.
    """
    names = [
        c.name for c in table.columns if c.name not in _UNSEALED or _is_reference(table, c.name)
    ]
    values = [row[name] for name in names]
    return hashlib.blake2b(canonical.encode(values), digest_size=16).hexdigest()


def _is_reference(table: Table, name: str) -> bool:
    return name == "event_id" and table.name != "events"


def sealed(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row with its digest."""
    return {**row, "row_blake2b": row_digest(table, row)}


def is_sound(table: Table, row: Mapping[str, Any]) -> bool:
    """Whether the row's digest is that of its columns."""
    # No sealed table has bytes: a text whose type was damaged may have the same digest.
    texts = not any(isinstance(value, bytes) for value in row.values())
    return texts and bool(row["row_blake2b"] == row_digest(table, row))


# Built once for each set of columns: building a statement costs as much as running it.
@cache
def _select_by(table: Table, names: tuple[str, ...]) -> Prepared:
    return Prepared(select(table).where(*(table.c[name] == bindparam(name) for name in names)))


@cache
def _change_of(table: Table, names: tuple[str, ...]) -> Prepared:
    key = (column == bindparam(f"old_{column.name}") for column in table.primary_key)
    return Prepared(update(table).where(*key).values({name: bindparam(name) for name in names}))


@cache
def _insert_into(table: Table) -> Prepared:
    given = [column for column in table.c if column is not table.autoincrement_column]
    statement = table.insert().values({each.name: bindparam(each.name) for each in given})
    if table.autoincrement_column is not None:
        return Prepared(statement.returning(table.autoincrement_column))
    return Prepared(statement)


def insert_all(connection: Connection, table: Table, values: Sequence[Mapping[str, Any]]) -> None:
    """Insert whole rows, of a table whose rows have no digest."""
    if values:
        _insert_into(table).run(connection, values)


def insert(connection: Connection, table: Table, row: Mapping[str, Any]) -> int | None:
    """Insert the row with its digest and return the generated key, where the table has one."""
    statement = _insert_into(table)
    if table.autoincrement_column is None:
        statement.run(connection, [sealed(table, row)])
        return None
    key = statement.one(connection, sealed(table, row))
    assert key is not None
    return int(key[0])


def change(
    connection: Connection, table: Table, row: Mapping[str, Any], changes: Mapping[str, Any]
) -> dict[str, Any]:
    """Write changed columns of a row that was read in this transaction; return the new row."""
    new = sealed(table, {**row, **changes})
    values = {f"old_{column.name}": row[column.name] for column in table.primary_key}
    names = (*sorted(changes), "row_blake2b")
    _change_of(table, names).run(connection, [values | {name: new[name] for name in names}])
    return new


def find(connection: Connection, table: Table, **key: Any) -> dict[str, Any] | None:
    """Return the one row with this key as a dict, or None."""
    row = _select_by(table, tuple(key)).one(connection, key)
    return None if row is None else to_plain(table, row)


def to_plain(table: Table, row: Sequence[Any]) -> dict[str, Any]:
    """Return a row of all columns by name; SQLite has no booleans of its own."""
    return {
        column.name: bool(value) if isinstance(column.type, Boolean) else value
        for column, value in zip(table.c, row, strict=True)
    }
