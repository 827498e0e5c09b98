"""Does something once a transaction is committed, and never if it is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, event

_KEY = "modelkeep_after_commit"


def after_commit(connection: Connection, call: Callable[[], None]) -> None:
    """Call something when the connection is given back, if its transaction was committed.

    SQLAlchemy tells of a commit before the database has made it, which may still fail. So what
    waits is forgotten where a transaction is rolled back or its commit fails; what is left when
    the connection goes back to the pool was committed. Savepoints are not told apart.

    Args:
        connection: In the transaction, which is the last one before it is given back.
        call: Must not raise: what it follows is done.
    """
    _listen(connection.engine)
    connection.info.setdefault(_KEY, []).append(call)


def waiting(connection: Connection) -> list[Callable[[], None]]:
    """Return what is to be called once this transaction is committed."""
    return list(connection.info.get(_KEY, ()))


def _listen(engine: Engine) -> None:
    # Looked at each time: the pool is another one after `dispose`.
    for name, listener in _LISTENERS.items():
        if not event.contains(engine, name, listener):
            event.listen(engine, name, listener)


def _forget(connection: Connection) -> None:
    connection.info.pop(_KEY, None)


def _forget_if_commit_failed(context: ExceptionContext) -> None:
    # A commit has no statement; one that fails is not told as a rollback.
    if context.statement is None and context.connection is not None:
        _forget(context.connection)


def _call(_driver_connection: Any, record: Any) -> None:
    for call in record.info.pop(_KEY, ()):
        call()


_LISTENERS: dict[str, Callable[..., None]] = {
    "rollback": _forget,
    "handle_error": _forget_if_commit_failed,
    "checkin": _call,
}
