"""Rollouts, and the routing tables that they and experiments make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from modelkeep import canonical
from modelkeep.catalogue import changed, rows
from modelkeep.catalogue.tables import ROLLOUTS, ROUTING_TABLES


def insert(connection: Connection, row: Mapping[str, Any]) -> None:
    """Add a rollout."""
    rows.insert(connection, ROLLOUTS, row)


def find(connection: Connection, rollout_id: str) -> dict[str, Any] | None:
    """Return the row of a rollout, or None."""
    return rows.find(connection, ROLLOUTS, rollout_id=rollout_id)


def find_open(connection: Connection, model_id: str) -> dict[str, Any] | None:
    """Return the row of the rollout that splits the units of a model now, or None."""
    return rows.find(connection, ROLLOUTS, open_model_id=model_id)


def change(
    connection: Connection, row: Mapping[str, Any], changes: Mapping[str, Any]
) -> dict[str, Any]:
    """Write changed columns of a row that was read in this transaction; return the new row."""
    return rows.change(connection, ROLLOUTS, row, changes)


def of_model(connection: Connection, model_id: str, *, limit: int | None) -> list[dict[str, Any]]:
    """Return the rollouts of a model, the newest first."""
    query = select(ROLLOUTS).where(ROLLOUTS.c.model_id == model_id)
    query = query.order_by(ROLLOUTS.c.created_at.desc(), ROLLOUTS.c.rollout_id.desc()).limit(limit)
    return [dict(row) for row in connection.execute(query).mappings()]


def all_open(connection: Connection) -> list[str]:
    """Return the ids of all rollouts that are not at their end, the oldest first."""
    query = select(ROLLOUTS.c.rollout_id).where(ROLLOUTS.c.open_model_id.is_not(None))
    return list(connection.execute(query.order_by(ROLLOUTS.c.created_at)).scalars())


def updated_since(connection: Connection, since: int) -> list[dict[str, Any]]:
    """Return the rollouts that are open or were changed since then, microseconds since 1970."""
    recent = ROLLOUTS.c.open_model_id.is_not(None) | (ROLLOUTS.c.updated_at >= since)
    query = select(ROLLOUTS).where(recent).order_by(ROLLOUTS.c.created_at)
    return [dict(row) for row in connection.execute(query).mappings()]


def find_table(connection: Connection, model_id: str) -> str | None:
    """Return the text of the routing table of a model, or None where there never was one."""
    row = rows.find(connection, ROUTING_TABLES, model_id=model_id)
    return None if row is None else str(row["routing_table"])


def is_routed(connection: Connection, model_id: str, version_id: str) -> bool:
    """Whether an arm beside the stable one of a model is this version."""
    text = find_table(connection, model_id)
    arms = [] if text is None else canonical.decode(text)["arms"]
    return any(arm["version_id"] == version_id for arm in arms[1:])


def set_table(connection: Connection, model_id: str, revision: int, text: str) -> None:
    """Let a model have this routing table, in place of the one that it had."""
    row = rows.find(connection, ROUTING_TABLES, model_id=model_id)
    values = {"revision": revision, "routing_table": text}
    if row is None:
        rows.insert(connection, ROUTING_TABLES, {"model_id": model_id, **values})
    else:
        rows.change(connection, ROUTING_TABLES, row, values)
    changed.note(connection, model_id)
