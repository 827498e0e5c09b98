"""Alert rules: their rows, and the events about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, delete, select

from modelkeep.catalogue import events, rows
from modelkeep.catalogue.alert_tables import ALERT_RULES
from modelkeep.catalogue.events import Event
from modelkeep.catalogue.tables import EVENTS
from modelkeep.errors import DamagedCatalogueError


def insert(connection: Connection, row: Mapping[str, Any]) -> None:
    """Add a rule."""
    rows.insert(connection, ALERT_RULES, row)


def find(connection: Connection, rule_id: str) -> dict[str, Any] | None:
    """Return the row of a rule, or None."""
    return rows.find(connection, ALERT_RULES, rule_id=rule_id)


def find_named(connection: Connection, model_id: str, name: str) -> dict[str, Any] | None:
    """Return the row of the rule of a model that has this name, or None."""
    return rows.find(connection, ALERT_RULES, model_id=model_id, name=name)


def change(
    connection: Connection, row: Mapping[str, Any], changes: Mapping[str, Any]
) -> dict[str, Any]:
    """Write changed columns of a row that was read in this transaction; return the new row."""
    return rows.change(connection, ALERT_RULES, row, changes)


def remove(connection: Connection, rule_id: str) -> None:
    """Remove a rule; the events about it stay."""
    connection.execute(delete(ALERT_RULES).where(ALERT_RULES.c.rule_id == rule_id))


def all_rules(connection: Connection, model_id: str | None = None) -> list[dict[str, Any]]:
    """Return the rules of a model or of all, by model and name."""
    query = select(ALERT_RULES).order_by(ALERT_RULES.c.model_id, ALERT_RULES.c.name)
    if model_id is not None:
        query = query.where(ALERT_RULES.c.model_id == model_id)
    return [dict(row) for row in connection.execute(query).mappings()]


def events_of(
    connection: Connection, model_id: str, kinds: Iterable[str], *, since: int
) -> list[Event]:
    """Return what happened to a model since then, the oldest first.

    Args:
        connection: In a transaction.
        model_id: The model.
        kinds: Only events of these kinds.
        since: Microseconds since 1970.
    """
    query = select(EVENTS.c.event_id).where(
        EVENTS.c.kind.in_(list(kinds)), EVENTS.c.model_id == model_id, EVENTS.c.at >= since
    )
    found = []
    for event_id in connection.execute(query.order_by(EVENTS.c.event_id)).scalars():
        event = events.find(connection, event_id)
        if event is None:
            raise DamagedCatalogueError(f"event {event_id!r}", "an index names it, it is not there")
        found.append(event)
    return found
