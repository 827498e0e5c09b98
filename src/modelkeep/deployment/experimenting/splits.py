"""The routing tables of an experiment: written with the row that they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from modelkeep.deployment.experimenting.records import Experiment
from modelkeep.deployment.rollouts import splits
from modelkeep.deployment.routing.claims import claims_for
from modelkeep.deployment.routing.table import Arm, RoutingTable
from modelkeep.errors import DamagedCatalogueError


def begin(connection: Connection, experiment: Experiment, *, revision: int) -> None:
    """Split the units by the shares of the plan, with a salt that no other split has.

    Args:
        connection: In a transaction that writes.
        experiment: The new experiment.
        revision: The event that this belongs to.
    """
    planned = experiment.plan.arms
    table = RoutingTable(
        model_id=experiment.model_id,
        revision=revision,
        split_id=experiment.experiment_id,
        salt=splits.new_salt(),
        arms=tuple(
            Arm(name=arm.name, version_id=arm.version_id, weight=arm.share) for arm in planned
        ),
        claims=claims_for((), [arm.share for arm in planned[1:]]),
    )
    splits.write(connection, table)


def reshare(
    connection: Connection, experiment: Experiment, shares: Sequence[float], *, revision: int
) -> None:
    """Give the arms other shares, moving as few units as possible.

    Args:
        connection: In a transaction that writes.
        experiment: One that runs.
        shares: Of each arm, the control first.
        revision: The event that this belongs to.

    Raises:
        DamagedCatalogueError: The table of the model is of another split.
    """
    before = splits.find(connection, experiment.model_id)
    if before is None or before.split_id != experiment.experiment_id:
        place = f"the routing table of {experiment.model_id!r}"
        raise DamagedCatalogueError(place, f"it is not that of {experiment.experiment_id}")
    arms = [replace(arm, weight=share) for arm, share in zip(before.arms, shares, strict=True)]
    claims = claims_for(before.claims, list(shares[1:]))
    splits.write(connection, replace(before, revision=revision, arms=tuple(arms), claims=claims))
