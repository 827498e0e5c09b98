"""Whether a transaction was committed whose answer was lost: its last event is there, or it is not.

Where a connection breaks between COMMIT and its answer, only the database knows what became of it.
The event is looked for in the turn of a writer: by then the transaction is over either way. The
number of a transaction would tell less, since a database that crashed may give it a second time.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine

from modelkeep.catalogue import rows
from modelkeep.catalogue.tables import EVENTS

_KEY = "modelkeep_last_event"
_FIRST_WAIT_SECONDS, _MOST_WAIT_SECONDS = 0.05, 1.0


@dataclass(frozen=True, slots=True)
class Mark:
    """What there is after a transaction if it was committed.

    Attributes:
        event_id: Of an event.
        row: Its other columns, without their digest.
    """

    event_id: int
    row: Mapping[str, Any]


def begin(connection: Connection) -> None:
    """Forget the marks of earlier transactions of this connection."""
    connection.info.pop(_KEY, None)


def leave_mark(connection: Connection, event_id: int, row: Mapping[str, Any]) -> None:
    """Remember an event that this transaction has recorded."""
    connection.info[_KEY] = Mark(event_id, row)


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
                return _is_there(connection, mark)
        except errors:
            if time.monotonic() + wait > deadline:
                return None
        time.sleep(wait)
        wait = min(2 * wait, _MOST_WAIT_SECONDS)


def _is_there(connection: Connection, mark: Mark) -> bool:
    found = rows.find(connection, EVENTS, event_id=mark.event_id)
    # After a crash of the database another event may have the number.
    return found is not None and found["row_blake2b"] == rows.row_digest(EVENTS, mark.row)
