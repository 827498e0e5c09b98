"""Rows with a digest of their own: how they are sealed, changed and checked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, Select, Table, Update, bindparam, select, update

from modelkeep import canonical

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
    return bool(row["row_blake2b"] == row_digest(table, row))


# Built once for each set of columns: building a statement costs as much as running it.
@cache
def _select_by(table: Table, names: tuple[str, ...]) -> Select[Any]:
    return select(table).where(*(table.c[name] == bindparam(name) for name in names))


@cache
def _change_of(table: Table, names: tuple[str, ...]) -> Update:
    key = (column == bindparam(f"old_{column.name}") for column in table.primary_key)
    return update(table).where(*key).values({name: bindparam(name) for name in names})


@cache
def insert_into(table: Table) -> Insert:
    """Return the statement that inserts whole rows."""
    return table.insert()


def insert(connection: Connection, table: Table, row: Mapping[str, Any]) -> int | None:
    """Insert the row with its digest and return the generated key, where the table has one."""
    result = connection.execute(insert_into(table), sealed(table, row))
    key = result.inserted_primary_key
    return int(key[0]) if key is not None and table.name == "events" else None


def change(
    connection: Connection, table: Table, row: Mapping[str, Any], changes: Mapping[str, Any]
) -> dict[str, Any]:
    """Write changed columns of a row that was read in this transaction; return the new row."""
    new = sealed(table, {**row, **changes})
    values = {f"old_{column.name}": row[column.name] for column in table.primary_key}
    names = (*sorted(changes), "row_blake2b")
    connection.execute(_change_of(table, names), values | {name: new[name] for name in names})
    return new


def find(connection: Connection, table: Table, **key: Any) -> dict[str, Any] | None:
    """Return the one row with this key as a dict, or None."""
    row = connection.execute(_select_by(table, tuple(key)), key).mappings().one_or_none()
    return None if row is None else dict(row)
