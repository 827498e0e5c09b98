"""The routing tables of a model: written with the state they belong to, read by routers."""

from __future__ import annotations

import secrets
from dataclasses import replace

from sqlalchemy import Connection

from modelkeep.catalogue import pointers, rollouts, versions
from modelkeep.catalogue.pointers import StagePointer
from modelkeep.deployment.routing.claims import claims_for
from modelkeep.deployment.routing.table import CANARY, STABLE, Arm, RoutingTable
from modelkeep.errors import NoActiveDeploymentError
from modelkeep.models import DeploymentStage


def new_salt() -> str:
    """Return a salt that no other split has."""
    return secrets.token_hex(16)


def find(connection: Connection, model_id: str) -> RoutingTable | None:
    """Return the table of a model as it was written, or None where there never was one."""
    text = rollouts.find_table(connection, model_id)
    return None if text is None else RoutingTable.from_json(text)


def current(connection: Connection, model_id: str) -> RoutingTable:
    """Return who serves whom now.

    The stable arm is whatever production serves at this moment: a rollback needs no new table.

    Raises:
        NoActiveDeploymentError: Production serves nothing.
    """
    production = pointers.find(connection, model_id, DeploymentStage.PRODUCTION)
    if production is None:
        raise NoActiveDeploymentError(model_id, DeploymentStage.PRODUCTION.value)
    table = find(connection, model_id)
    if table is None:
        return _alone(production, revision=production.event_id)
    revision = max(table.revision, production.event_id)
    if any(versions.find(connection, arm.version_id) is None for arm in table.arms[1:]):
        # A version that was removed by force serves nobody any more.
        return _alone(production, revision=revision)
    arms = (replace(table.arms[0], version_id=production.version_id), *table.arms[1:])
    return replace(table, revision=revision, arms=arms)


def _alone(production: StagePointer, *, revision: int) -> RoutingTable:
    stable = Arm(name=STABLE, version_id=production.version_id, weight=1.0)
    return RoutingTable(model_id=production.model_id, revision=revision, arms=(stable,))


def write(connection: Connection, table: RoutingTable) -> None:
    """Let a model be split by this table from now on."""
    rollouts.set_table(connection, table.model_id, table.revision, table.to_json())


def split_canary(
    connection: Connection,
    model_id: str,
    *,
    split_id: str,
    revision: int,
    stable: str,
    canary: str,
    weight: float,
    shadow: bool,
) -> None:
    """Give a canary its share; a greater share only takes units from stable.

    Args:
        connection: In a transaction that writes.
        model_id: The model.
        split_id: The rollout.
        revision: The event that this belongs to.
        stable: Version of the stable arm.
        canary: Version of the canary.
        weight: Its share.
        shadow: Whether it is called beside stable and not served.
    """
    before = find(connection, model_id)
    goes_on = before is not None and before.split_id == split_id
    claims = claims_for(before.claims if before is not None and goes_on else (), [weight])
    salt = before.salt if before is not None and goes_on else new_salt()
    write(
        connection,
        RoutingTable(
            model_id=model_id,
            revision=revision,
            split_id=split_id,
            salt=salt,
            arms=(
                Arm(name=STABLE, version_id=stable, weight=1.0 - weight),
                Arm(name=CANARY, version_id=canary, weight=weight),
            ),
            claims=claims,
            overrides=before.overrides if before is not None and goes_on else {},
            shadow=1 if shadow else None,
        ),
    )


def end(connection: Connection, model_id: str, *, revision: int) -> None:
    """Give all units to stable."""
    table = find(connection, model_id)
    if table is not None:
        stable = replace(table.arms[0], name=STABLE, weight=1.0)
        write(connection, RoutingTable(model_id=model_id, revision=revision, arms=(stable,)))
