"""Seals rows anew, for migrations that change the columns of a table whose rows have a digest."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Column, Connection, MetaData, Table, select, update

from modelkeep.catalogue import rows


def reseal(
    connection: Connection, name: str, *, before: Sequence[str], after: Sequence[str]
) -> None:
    """Give the rows of a table digests over their new columns.

    A row whose digest did not hold before gets none that holds: it was damaged, and must be found.

    Args:
        connection: Of the migration, once the table has all columns of both.
        name: Of the table.
        before: The columns that were sealed, in their order, with `row_blake2b`.
        after: Those that are from now on, in the order of the code.
    """
    here = Table(name, MetaData(), autoload_with=connection)
    old, new = _in_order(here, before), _in_order(here, after)
    key = list(here.primary_key)
    for found in connection.execute(select(here)).mappings().all():
        row = {column.name: found[column] for column in here.c}
        if rows.is_sound(old, {each: row[each] for each in before}):
            own = [column == row[column.name] for column in key]
            digest = rows.row_digest(new, row)
            connection.execute(update(here).where(*own).values(row_blake2b=digest))


def _in_order(table: Table, names: Sequence[str]) -> Table:
    return Table(table.name, MetaData(), *(Column(name, table.c[name].type) for name in names))
