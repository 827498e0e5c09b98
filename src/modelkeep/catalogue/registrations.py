"""Models by name, with what they have counted: places of versions, and highest numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from modelkeep import canonical
from modelkeep.catalogue import rows
from modelkeep.catalogue.tables import MODELS, VERSIONS
from modelkeep.errors import ModelNameConflictError


def find(connection: Connection, model_id: str) -> dict[str, Any] | None:
    """Return the row of a model, or None.

    Raises:
        ModelNameConflictError: There is one whose name differs only by case.
    """
    row = rows.find(connection, MODELS, name_key=model_id.casefold())
    if row is not None and row["model_id"] != model_id:
        raise ModelNameConflictError(model_id, row["model_id"])
    return row


def register(connection: Connection, model_id: str, now: datetime) -> tuple[dict[str, Any], bool]:
    """Return the row of a model and whether it was made known just now.

    Raises:
        ModelNameConflictError: There is one whose name differs only by case.
    """
    row = find(connection, model_id)
    if row is not None:
        return row, False
    new = {
        "model_id": model_id,
        "name_key": model_id.casefold(),
        "created_at": canonical.to_microseconds(now),
        "last_ordinal": 0,
        "last_numbers": "{}",
    }
    rows.insert(connection, MODELS, new)
    return new, True


def is_known(connection: Connection, model_id: str) -> bool:
    """Whether there is a model of this name."""
    return rows.find(connection, MODELS, model_id=model_id) is not None


def last_number(row: Mapping[str, Any] | None, strategy: str) -> str | None:
    """Return the highest number a model ever gave under a strategy; None if it gave none."""
    if row is None:
        return None
    numbers: dict[str, str] = canonical.decode(row["last_numbers"])
    return numbers.get(strategy)


def count(
    connection: Connection, row: Mapping[str, Any], *, ordinal: int, numbers: Mapping[str, str]
) -> None:
    """Keep what was given to a version, so that it is never given again.

    Args:
        connection: In the transaction in which the row was read.
        row: Of the model.
        ordinal: The place of the version.
        numbers: The highest number by strategy, where one was given.
    """
    merged = canonical.decode(row["last_numbers"]) | dict(numbers)
    changes = {
        "last_ordinal": max(ordinal, row["last_ordinal"]),
        "last_numbers": canonical.encode_text(merged),
    }
    rows.change(connection, MODELS, row, changes)


def free_ordinal(connection: Connection, row: Mapping[str, Any], wanted: int) -> int:
    """Return this place in the order of a model's versions, or the next one if it is taken."""
    taken = rows.find(connection, VERSIONS, model_id=row["model_id"], ordinal=wanted)
    return wanted if taken is None else int(row["last_ordinal"]) + 1


def names(connection: Connection) -> list[str]:
    """Return all models by name."""
    return list(connection.execute(select(MODELS.c.model_id).order_by(MODELS.c.model_id)).scalars())
