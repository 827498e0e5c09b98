"""Which version each stage serves now: one row for each stage that serves."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from modelkeep.catalogue import rows
from modelkeep.catalogue.tables import EVENTS, STAGE_POINTERS
from modelkeep.models import DeploymentStage


@dataclass(frozen=True, slots=True, kw_only=True)
class StagePointer:
    """A stage of a model with the version it serves and the event that put it there."""

    model_id: str
    stage: DeploymentStage
    version_id: str
    event_id: int


def find(connection: Connection, model_id: str, stage: DeploymentStage) -> StagePointer | None:
    """Return what the stage serves, or None."""
    row = rows.find(connection, STAGE_POINTERS, model_id=model_id, stage=stage.value)
    return None if row is None else _to_pointer(row)


def move(connection: Connection, pointer: StagePointer) -> None:
    """Make the stage serve this version, and no other."""
    row = {
        "model_id": pointer.model_id,
        "stage": pointer.stage.value,
        "version_id": pointer.version_id,
        "event_id": pointer.event_id,
    }
    clear(connection, pointer.model_id, pointer.stage)
    rows.insert(connection, STAGE_POINTERS, row)


def clear(connection: Connection, model_id: str, stage: DeploymentStage) -> None:
    """Make the stage serve nothing."""
    table = STAGE_POINTERS.c
    connection.execute(
        delete(STAGE_POINTERS).where(table.model_id == model_id, table.stage == stage.value)
    )


def of_version(connection: Connection, version_id: str) -> list[StagePointer]:
    """Return the stages that serve this version."""
    query = select(STAGE_POINTERS).where(STAGE_POINTERS.c.version_id == version_id)
    return [_to_pointer(dict(row)) for row in connection.execute(query).mappings()]


def all_active(connection: Connection, model_id: str | None = None) -> list[StagePointer]:
    """Return every stage that serves, of one model or of all, by model and stage."""
    query = select(STAGE_POINTERS).order_by(STAGE_POINTERS.c.model_id, STAGE_POINTERS.c.stage)
    if model_id is not None:
        query = query.where(STAGE_POINTERS.c.model_id == model_id)
    return [_to_pointer(dict(row)) for row in connection.execute(query).mappings()]


def rollback_targets(connection: Connection, model_id: str) -> set[str]:
    """Return the ids of the versions that the active stages of a model would roll back to."""
    here, there = EVENTS.alias("here"), EVENTS.alias("there")
    query = (
        select(there.c.version_id)
        .join_from(STAGE_POINTERS, here, here.c.event_id == STAGE_POINTERS.c.event_id)
        .join(there, there.c.event_id == here.c.returns_to)
        .where(STAGE_POINTERS.c.model_id == model_id)
    )
    return set(connection.execute(query).scalars())


def _to_pointer(row: dict[str, object]) -> StagePointer:
    return StagePointer(
        model_id=str(row["model_id"]),
        stage=DeploymentStage(row["stage"]),
        version_id=str(row["version_id"]),
        event_id=int(str(row["event_id"])),
    )
