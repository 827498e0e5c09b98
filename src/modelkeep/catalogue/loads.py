"""How often versions were loaded: what a repack makes the quickest to read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update

from modelkeep import canonical
from modelkeep.catalogue.statements import Prepared
from modelkeep.catalogue.tables import MODELS, STAGE_POINTERS, VERSION_LOADS, VERSIONS
from modelkeep.models import DeploymentStage

_COUNT = Prepared(
    update(VERSION_LOADS)
    .where(VERSION_LOADS.c.version_id == bindparam("key"))
    .values(loads=VERSION_LOADS.c.loads + bindparam("more"), last_loaded_at=bindparam("loaded_at"))
)


def add(connection: Connection, counts: Mapping[str, int], now: datetime) -> None:
    """Count loads of versions; those of versions that are gone are forgotten.

    Args:
        connection: In a transaction.
        counts: How many by version.
        now: When the last of them was, about.
    """
    at = canonical.to_microseconds(now)
    here = select(VERSIONS.c.version_id).where(VERSIONS.c.version_id.in_(list(counts)))
    known = select(VERSION_LOADS.c.version_id)
    new = connection.execute(here.where(VERSIONS.c.version_id.not_in(known))).scalars().all()
    if new:
        values = [{"version_id": each, "loads": 0, "last_loaded_at": at} for each in new]
        connection.execute(VERSION_LOADS.insert(), values)
    _COUNT.run(
        connection,
        [{"key": key, "more": count, "loaded_at": at} for key, count in counts.items()],
    )


def of_version(connection: Connection, version_id: str) -> int:
    """Return how often a version was loaded."""
    query = select(VERSION_LOADS.c.loads).where(VERSION_LOADS.c.version_id == version_id)
    return int(connection.execute(query).scalar_one_or_none() or 0)


def with_artifacts(connection: Connection, model_id: str | None = None) -> list[str]:
    """Return all versions that have an artifact, or those of a model, the oldest first."""
    query = select(VERSIONS.c.version_id).where(VERSIONS.c.format != "")
    if model_id is not None:
        query = query.where(VERSIONS.c.model_id == model_id)
    return list(connection.execute(query.order_by(VERSIONS.c.version_id)).scalars())


def favourites(connection: Connection, model_id: str | None = None) -> list[str]:
    """Return of each model the version that is likely to be loaded next.

    That is the one that was loaded most; of several, the one that serves production; or else the
    newest.

    Args:
        connection: Of the catalogue.
        model_id: Only of this model.
    """
    loads = func.coalesce(VERSION_LOADS.c.loads, 0)
    serves = func.coalesce(func.length(STAGE_POINTERS.c.stage), 0)
    of_production = (STAGE_POINTERS.c.version_id == VERSIONS.c.version_id) & (
        STAGE_POINTERS.c.stage == DeploymentStage.PRODUCTION.value
    )
    best = (
        select(VERSIONS.c.version_id)
        .join(VERSION_LOADS, VERSION_LOADS.c.version_id == VERSIONS.c.version_id, isouter=True)
        .join(STAGE_POINTERS, of_production, isouter=True)
        .where(VERSIONS.c.model_id == bindparam("model"), VERSIONS.c.format != "")
        .order_by(loads.desc(), serves.desc(), VERSIONS.c.ordinal.desc())
        .limit(1)
    )
    models = select(MODELS.c.model_id).order_by(MODELS.c.model_id)
    if model_id is not None:
        models = models.where(MODELS.c.model_id == model_id)
    found = (
        connection.execute(best, {"model": each}).scalar_one_or_none()
        for each in connection.execute(models).scalars().all()
    )
    return [each for each in found if each is not None]
