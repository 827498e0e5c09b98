"""All that was tracked of one model, as it is copied from one registry to another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, select

from modelkeep.catalogue.tracked_tables import (
    BUCKETS,
    COPIES,
    PREDICTIONS,
    REFERENCES,
)

Row = tuple[Table, dict[str, Any]]
_AT_ONCE = 500


def rows_of(connection: Connection, model_id: str, version_ids: Sequence[str]) -> Iterator[Row]:
    """Give all that was tracked of a model, table by table in the order of keys.

    Args:
        connection: To read with.
        model_id: The model.
        version_ids: Of all its versions, also of those that were removed.
    """
    for table, mine in _mine(model_id, version_ids):
        query = select(table).where(mine).order_by(*table.primary_key)
        for row in connection.execute(query.execution_options(yield_per=_AT_ONCE)).mappings():
            yield table, dict(row)


def is_own(connection: Connection, model_id: str, version_ids: Sequence[str]) -> bool:
    """Whether anything was tracked here that no copy has brought."""
    here = _Digest()
    for table, row in rows_of(connection, model_id, version_ids):
        here.add(table, row)
    query = select(COPIES.c.rows_blake2b).where(COPIES.c.model_id == model_id)
    brought = connection.execute(query).scalar_one_or_none()
    return here.rows > 0 and (brought is None or bytes(brought) != here.digest())


def replace_rows(
    connection: Connection, model_id: str, version_ids: Sequence[str], rows: Iterable[Row]
) -> int:
    """Put what was tracked elsewhere in place of what is here; return how many rows there are.

    Args:
        connection: In a transaction that writes.
        model_id: The model.
        version_ids: Of all its versions, also of those that were removed.
        rows: What `rows_of` gives there.
    """
    for table, mine in _mine(model_id, version_ids):
        connection.execute(delete(table).where(mine))
    brought = _Digest()
    rest = iter(rows)
    while batch := list(islice(rest, _AT_ONCE)):
        by_table: dict[Table, list[dict[str, Any]]] = {}
        for table, row in batch:
            brought.add(table, row)
            by_table.setdefault(table, []).append(row)
        for table, some in by_table.items():
            connection.execute(table.insert(), some)
    connection.execute(delete(COPIES).where(COPIES.c.model_id == model_id))
    values = {"model_id": model_id, "rows_blake2b": brought.digest()}
    connection.execute(COPIES.insert(), values)
    return brought.rows


class _Digest:
    """BLAKE2b over rows, the same for the same rows in any database."""

    def __init__(self) -> None:
        self.rows = 0
        self._hash = blake2b(digest_size=16)

    def add(self, table: Table, row: dict[str, Any]) -> None:
        """Take a row."""
        self.rows += 1
        self._hash.update(repr((table.name, sorted(row.items()))).encode())

    def digest(self) -> bytes:
        """Return the digest of the rows so far."""
        return self._hash.digest()


def _mine(model_id: str, version_ids: Sequence[str]) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Give conditions that each find some of the rows of a model, in a fixed order."""
    yield BUCKETS, BUCKETS.c.model_id == model_id
    ordered = sorted(version_ids)
    for table in (REFERENCES, PREDICTIONS):
        for at in range(0, len(ordered), _AT_ONCE):
            yield table, table.c.version_id.in_(ordered[at : at + _AT_ONCE])
