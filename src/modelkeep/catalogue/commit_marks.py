"""Marks by which a writer finds its commit again whose answer was lost, where there are no events.

Each connection has one row, with the number of its last transaction. Without it, what is recorded
behind would be written a second time after such a commit, and count twice.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    MetaData,
    String,
    Table,
    delete,
    func,
    select,
    update,
)

from modelkeep.catalogue import outcomes

_TABLE, _WRITER = "modelkeep_marks", "modelkeep_writer"
_KEPT = timedelta(days=1)


def add_table(name: str, metadata: MetaData) -> None:
    """Let the transactions of a database leave marks, in a table of this name."""
    metadata.info[_TABLE] = Table(
        name,
        metadata,
        Column("writer", String(32), primary_key=True),
        Column("turn", BigInteger, nullable=False),
        Column("written_at", DateTime(timezone=True), nullable=False),
    )


@dataclass(frozen=True, slots=True)
class TurnMark:
    """The last transaction of a connection.

    Attributes:
        table: Where the marks are.
        writer: The connection that left it.
        turn: The number of the transaction.
    """

    table: Table
    writer: str
    turn: int

    def is_there(self, connection: Connection) -> bool:
        """Whether the transaction was committed; its connection broke, so it made no other."""
        mine = self.table.c.writer == self.writer
        return connection.execute(select(self.table.c.turn).where(mine)).scalar() == self.turn


def leave(connection: Connection, metadata: MetaData) -> None:
    """Leave a mark in a transaction, where there is a table for it and answers may be lost."""
    table: Table | None = metadata.info.get(_TABLE)
    if table is None or connection.dialect.name != "postgresql":
        return
    writer, turn = connection.info.get(_WRITER) or (uuid.uuid4().hex, 0)
    if turn == 0:
        old = table.c.written_at < func.now() - _KEPT
        connection.execute(delete(table).where(old))
    mark = TurnMark(table, writer, turn + 1)
    connection.info[_WRITER] = mark.writer, mark.turn
    values = {"turn": mark.turn, "written_at": func.now()}
    mine = update(table).where(table.c.writer == mark.writer).values(values)
    if not connection.execute(mine).rowcount:
        connection.execute(table.insert().values(writer=mark.writer, **values))
    outcomes.leave_mark(connection, mark)
