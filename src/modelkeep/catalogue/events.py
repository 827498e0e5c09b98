"""What happened: one row for every change of state, written in the transaction that makes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec import DecodeError
from sqlalchemy import Connection, select

from modelkeep import canonical
from modelkeep.catalogue import changed, outcomes, rows
from modelkeep.catalogue.tables import EVENTS
from modelkeep.errors import DamagedCatalogueError
from modelkeep.models import DeploymentStage

# Kinds that say what a stage serves from then on; `after.version_id` names it, empty for nothing.
DEPLOYED = "deployed"
ROLLED_BACK = "rolled_back"
DEACTIVATED = "deactivated"
DEPLOYMENT_KINDS = (DEPLOYED, ROLLED_BACK, DEACTIVATED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened.

    Attributes:
        event_id: Grows with time; 0 before it is written.
        at: When, aware UTC.
        actor: Who did it.
        kind: What, in the past tense.
        model_id: The model it happened to.
        version_id: The version it happened to; empty where it is about a model.
        stage: The stage that serves otherwise from then on; empty where none does.
        before: What was, as far as it changed.
        after: What is since then.
        returns_to: The event whose version a rollback of this one brings back.
    """

    event_id: int = 0
    at: datetime
    actor: str
    kind: str
    model_id: str
    version_id: str = ""
    stage: str = ""
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    returns_to: int | None = None


@dataclass(frozen=True, slots=True)
class _Recorded:
    """An event as the mark of its transaction.

    Attributes:
        event_id: Of it.
        row: Its other columns, without their digest.
    """

    event_id: int
    row: Mapping[str, Any]

    def is_there(self, connection: Connection) -> bool:
        """Whether the event is there."""
        found = rows.find(connection, EVENTS, event_id=self.event_id)
        # After a crash of the database another event may have the number.
        return found is not None and found["row_blake2b"] == rows.row_digest(EVENTS, self.row)


def append(connection: Connection, event: Event) -> int:
    """Write the event and return its id."""
    row = {
        "at": canonical.to_microseconds(event.at),
        "actor": event.actor,
        "kind": event.kind,
        "model_id": event.model_id,
        "version_id": event.version_id,
        "stage": event.stage,
        "before": canonical.encode_text(event.before),
        "after": canonical.encode_text(event.after),
        "returns_to": event.returns_to,
    }
    event_id = rows.insert(connection, EVENTS, row)
    assert event_id is not None
    changed.note(connection, event.model_id)
    outcomes.leave_mark(connection, _Recorded(event_id, row))
    return event_id


def find(connection: Connection, event_id: int | None) -> Event | None:
    """Return the event with this id, or None."""
    if event_id is None:
        return None
    row = rows.find(connection, EVENTS, event_id=event_id)
    return None if row is None else _to_event(row)


def of_stage(
    connection: Connection,
    model_id: str,
    stage: DeploymentStage | None = None,
    *,
    until: datetime | None = None,
    limit: int | None = None,
) -> list[Event]:
    """Return the deployment events of a model, newest first.

    Args:
        connection: In a transaction.
        model_id: Whose.
        stage: Only of this stage; None for all.
        until: Only what happened then or before, aware UTC.
        limit: At most so many.
    """
    stages = [stage.value] if stage else [each.value for each in DeploymentStage]
    query = select(EVENTS).where(EVENTS.c.model_id == model_id, EVENTS.c.stage.in_(stages))
    if until is not None:
        query = query.where(EVENTS.c.at <= canonical.to_microseconds(until))
    query = query.order_by(EVENTS.c.event_id.desc()).limit(limit)
    return [_to_event(dict(row)) for row in connection.execute(query).mappings()]


def of_version(connection: Connection, version_id: str) -> list[Event]:
    """Return what happened to a version, oldest first."""
    query = select(EVENTS).where(EVENTS.c.version_id == version_id).order_by(EVENTS.c.event_id)
    return [_to_event(dict(row)) for row in connection.execute(query).mappings()]


def _to_event(row: Mapping[str, Any]) -> Event:
    try:
        return _event_of(row)
    except (TypeError, ValueError, OverflowError, DecodeError) as error:
        raise DamagedCatalogueError(
            f"event {row['event_id']!r}", f"a value in it cannot be read ({error!r})"
        ) from error


def _event_of(row: Mapping[str, Any]) -> Event:
    return Event(
        event_id=row["event_id"],
        at=canonical.from_microseconds(row["at"]),
        actor=row["actor"],
        kind=row["kind"],
        model_id=row["model_id"],
        version_id=row["version_id"],
        stage=row["stage"],
        before=canonical.decode(row["before"]),
        after=canonical.decode(row["after"]),
        returns_to=row["returns_to"],
    )
