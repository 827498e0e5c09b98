"""Models by name, their counters, and the highest number each has given."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from modelkeep import canonical
from modelkeep.catalogue import rows
from modelkeep.catalogue.tables import MODELS, NUMBER_MARKS, VERSIONS
from modelkeep.errors import ModelNameConflictError


def register(connection: Connection, model_id: str, now: datetime) -> bool:
    """Make the model known; return whether it is new.

    Raises:
        ModelNameConflictError: There is one whose name differs only by case.
    """
    key = model_id.casefold()
    row = rows.find(connection, MODELS, name_key=key)
    if row is None:
        new = {"model_id": model_id, "name_key": key, "last_ordinal": 0}
        rows.insert(connection, MODELS, new | {"created_at": canonical.to_microseconds(now)})
        return True
    if row["model_id"] != model_id:
        raise ModelNameConflictError(model_id, row["model_id"])
    return False


def check_name(connection: Connection, model_id: str) -> None:
    """Refuse early what `register` would refuse.

    Raises:
        ModelNameConflictError: There is a model whose name differs only by case.
    """
    row = rows.find(connection, MODELS, name_key=model_id.casefold())
    if row is not None and row["model_id"] != model_id:
        raise ModelNameConflictError(model_id, row["model_id"])


def is_known(connection: Connection, model_id: str) -> bool:
    """Whether there is a model of this name."""
    return rows.find(connection, MODELS, model_id=model_id) is not None


def next_ordinal(connection: Connection, model_id: str) -> int:
    """Take the next place in the order of a model's versions; it is never taken twice."""
    row = rows.find(connection, MODELS, model_id=model_id)
    assert row is not None
    ordinal = int(row["last_ordinal"]) + 1
    rows.change(connection, MODELS, row, {"last_ordinal": ordinal})
    return ordinal


def claim_ordinal(connection: Connection, model_id: str, wanted: int) -> int:
    """Take this place in the order of a model's versions, or the next one if it is taken."""
    if rows.find(connection, VERSIONS, model_id=model_id, ordinal=wanted) is not None:
        return next_ordinal(connection, model_id)
    row = rows.find(connection, MODELS, model_id=model_id)
    assert row is not None
    if wanted > row["last_ordinal"]:
        rows.change(connection, MODELS, row, {"last_ordinal": wanted})
    return wanted


def names(connection: Connection) -> list[str]:
    """Return all models by name."""
    return list(connection.execute(select(MODELS.c.model_id).order_by(MODELS.c.model_id)).scalars())


def last_number(connection: Connection, model_id: str, strategy: str) -> str | None:
    """Return the highest number the model ever gave under a strategy, or None."""
    row = rows.find(connection, NUMBER_MARKS, model_id=model_id, strategy=strategy)
    return None if row is None else str(row["last_number"])


def mark_number(connection: Connection, model_id: str, strategy: str, number: str) -> None:
    """Keep this as the highest number given under a strategy."""
    row = rows.find(connection, NUMBER_MARKS, model_id=model_id, strategy=strategy)
    if row is None:
        new = {"model_id": model_id, "strategy": strategy, "last_number": number}
        rows.insert(connection, NUMBER_MARKS, new)
    else:
        rows.change(connection, NUMBER_MARKS, row, {"last_number": number})
