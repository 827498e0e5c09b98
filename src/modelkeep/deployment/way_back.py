"""Where a rollback goes: along the chain of events that put versions in a stage."""

from __future__ import annotations

from sqlalchemy import Connection

from modelkeep.catalogue import events, versions
from modelkeep.catalogue.events import Event
from modelkeep.catalogue.pointers import StagePointer
from modelkeep.errors import NothingToRollBackError
from modelkeep.management.lifecycle import DEPLOYABLE
from modelkeep.models import ModelVersion


def find_previous(connection: Connection, current: StagePointer) -> tuple[ModelVersion, Event]:
    """Return the version that the stage served before, and the event that put it there.

    Removed and failed versions are passed over.

    Raises:
        NothingToRollBackError: There is none.
    """
    event = _before(connection, current.event_id)
    while event is not None:
        version = _served_by(connection, event)
        if version is not None and version.status in DEPLOYABLE:
            return version, event
        event = _before(connection, event.event_id)
    raise _refusal(current, "it served no earlier version that is still there")


def find_target(
    connection: Connection, current: StagePointer, wanted: ModelVersion
) -> tuple[ModelVersion, Event]:
    """Return a version that the stage served before, and the event that put it there.

    The nearest on the way back is taken, else the last in all of the stage's history.

    Raises:
        NothingToRollBackError: It cannot be gone back to.
    """
    if wanted.model_id != current.model_id:
        raise _refusal(
            current, f"version {wanted.version_id} belongs to the model {wanted.model_id!r}"
        )
    if wanted.version_id == current.version_id:
        raise _refusal(current, f"version {wanted.version_id} is what it serves now")
    if wanted.status not in DEPLOYABLE:
        raise _refusal(current, f"version {wanted.version_id} is {wanted.status.value}")
    event = _before(connection, current.event_id)
    while event is not None:
        if event.after.get("version_id") == wanted.version_id:
            return wanted, event
        event = _before(connection, event.event_id)
    for past in events.of_stage(connection, current.model_id, current.stage):
        if past.after.get("version_id") == wanted.version_id:
            return wanted, past
    raise _refusal(current, f"version {wanted.version_id} never served there; deploy it instead")


def _before(connection: Connection, event_id: int) -> Event | None:
    event = events.find(connection, event_id)
    return events.find(connection, event.returns_to) if event else None


def _served_by(connection: Connection, event: Event) -> ModelVersion | None:
    version_id = str(event.after.get("version_id", ""))
    return versions.find(connection, version_id) if version_id else None


def _refusal(current: StagePointer, reason: str) -> NothingToRollBackError:
    return NothingToRollBackError(current.model_id, current.stage.value, reason)
