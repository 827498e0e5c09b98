"""Which models a transaction changes, for who listens on other machines."""

from __future__ import annotations

from sqlalchemy import Connection

OPTION = "modelkeep_changed"
"""The execution option that has the set of them, of a connection that writes."""


def note(connection: Connection, model_id: str) -> None:
    """Let who listens know of a model once the transaction is committed.

    Args:
        connection: In the transaction.
        model_id: The model that is another one from then on.
    """
    changed: set[str] | None = connection.get_execution_options().get(OPTION)
    if changed is not None:
        changed.add(model_id)
