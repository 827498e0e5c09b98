"""Whether a transaction was committed whose answer was lost: its last mark is there, or it is not.

Where a connection breaks between COMMIT and its answer, only the database knows what became of it.
The mark is looked for in the turn of a writer: by then the transaction is over either way. In the
catalogue it is an event, elsewhere a row of its own. The number of a transaction would tell less,
since a database that crashed may give it a second time.
"""

from __future__ import annotations

import time
from typing import Protocol

from sqlalchemy import Connection, Engine

_KEY = "modelkeep_last_mark"
_FIRST_WAIT_SECONDS, _MOST_WAIT_SECONDS = 0.05, 1.0


class Mark(Protocol):
    """What there is after a transaction if it was committed, and else is not."""

    def is_there(self, connection: Connection) -> bool:
        """Whether it is there."""
        ...


def begin(connection: Connection) -> None:
    """Forget the marks of earlier transactions of this connection."""
    connection.info.pop(_KEY, None)


def leave_mark(connection: Connection, mark: Mark) -> None:
    """Remember what this transaction has left behind."""
    connection.info[_KEY] = mark


def mark_of(connection: Connection) -> Mark | None:
    """Return the last mark of this transaction; None where it left none."""
    mark: Mark | None = connection.info.get(_KEY)
    return mark


def was_kept(
    engine: Engine, mark: Mark, *, errors: tuple[type[Exception], ...], wait_seconds: float
) -> bool | None:
    """Return whether a transaction was committed; None if the database did not say so in time.

    Args:
        engine: Of the database.
        mark: Of the transaction.
        errors: What the driver raises.
        wait_seconds: How long the database is asked again after its first failure.
    """
    deadline, wait = time.monotonic() + wait_seconds, _FIRST_WAIT_SECONDS
    while True:
        try:
            with (
                engine.connect().execution_options(modelkeep_writes=True) as connection,
                connection.begin(),
            ):
                return mark.is_there(connection)
        except errors:
            if time.monotonic() + wait > deadline:
                return None
        time.sleep(wait)
        wait = min(2 * wait, _MOST_WAIT_SECONDS)
