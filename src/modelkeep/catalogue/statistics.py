"""Counts and sizes, computed by the database from its indices."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from modelkeep.catalogue import pointers, versions
from modelkeep.catalogue.pointers import StagePointer
from modelkeep.catalogue.tables import EVENTS, MODELS, REMOVED_VERSIONS, VERSIONS
from modelkeep.models import ModelVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryStatistics:
    """What there is of one model, or of all.

    Attributes:
        models: How many models.
        versions: How many versions that are there.
        removed_versions: How many that were removed.
        by_status: Versions by status; statuses without a version are left out.
        size_bytes: Size of all artifacts, each counted whole.
        latest: The newest version, of one model that has one.
        active: What the stages serve.
    """

    models: int
    versions: int
    removed_versions: int
    by_status: dict[str, int]
    size_bytes: int
    latest: ModelVersion | None
    active: list[StagePointer]


def registry_statistics(connection: Connection, model_id: str | None) -> RegistryStatistics:
    """Count a model, or all."""
    counted = select(VERSIONS.c.status, func.count(), func.sum(VERSIONS.c.size_bytes))
    gone = select(func.count()).select_from(REMOVED_VERSIONS)
    models = 1
    if model_id is not None:
        counted = counted.where(VERSIONS.c.model_id == model_id)
        gone = gone.where(REMOVED_VERSIONS.c.model_id == model_id)
    else:
        models = connection.execute(select(func.count()).select_from(MODELS)).scalar_one()
    rows = connection.execute(counted.group_by(VERSIONS.c.status)).all()
    return RegistryStatistics(
        models=models,
        versions=sum(row[1] for row in rows),
        removed_versions=connection.execute(gone).scalar_one(),
        by_status={row[0]: row[1] for row in sorted(rows)},
        size_bytes=sum(int(row[2]) for row in rows),
        latest=versions.find_latest(connection, model_id) if model_id is not None else None,
        active=pointers.all_active(connection, model_id),
    )


def deployment_counts(connection: Connection, model_id: str | None) -> dict[tuple[str, str], int]:
    """Return how many deployment events there were, by kind and stage."""
    query = select(EVENTS.c.kind, EVENTS.c.stage, func.count()).where(EVENTS.c.stage != "")
    if model_id is not None:
        query = query.where(EVENTS.c.model_id == model_id)
    rows = connection.execute(query.group_by(EVENTS.c.kind, EVENTS.c.stage)).all()
    return {(row[0], row[1]): row[2] for row in rows}
