"""What the deployment service tells: what serves now, and what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from modelkeep.catalogue.events import Event
from modelkeep.models import DeploymentStage


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A stage of a model and the version it serves, or served.

    Attributes:
        model_id: The model.
        stage: The stage.
        version_id: What it serves.
        version_number: The number of that.
        deployed_at: Since when, aware UTC.
        deployed_by: Who put it there.
        deployment_config: What was given for the serving side.
        event_id: The event that put it there.
    """

    model_id: str
    stage: DeploymentStage
    version_id: str
    version_number: str
    deployed_at: datetime
    deployed_by: str
    deployment_config: dict[str, Any]
    event_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentEvent:
    """Something that changed what a stage serves.

    Attributes:
        event_id: Grows with time.
        kind: deployed, rolled_back or deactivated.
        at: When, aware UTC.
        actor: Who did it.
        model_id: The model.
        stage: The stage.
        version_id: What it serves from then on; None for nothing.
        version_number: The number of that; None for nothing.
        previous_version_id: What it served before; None for nothing.
        previous_version_number: The number of that; None for nothing.
        reason: Why, where someone said so.
    """

    event_id: int
    kind: str
    at: datetime
    actor: str
    model_id: str
    stage: DeploymentStage
    version_id: str | None
    version_number: str | None
    previous_version_id: str | None
    previous_version_number: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentStatistics:
    """How often stages of a model, or of all, were changed.

    Attributes:
        deployments: How many times a version was put in a stage.
        rollbacks: How many times a stage was rolled back.
        deactivations: How many times a stage was emptied.
        by_stage: The same three, by stage; stages that never served are left out.
        active: What serves now.
    """

    deployments: int
    rollbacks: int
    deactivations: int
    by_stage: dict[str, dict[str, int]]
    active: list[Deployment]


def to_deployment(event: Event) -> Deployment:
    """Return what a stage serves since an event that put a version there."""
    return Deployment(
        model_id=event.model_id,
        stage=DeploymentStage(event.stage),
        version_id=str(event.after["version_id"]),
        version_number=str(event.after["version_number"]),
        deployed_at=event.at,
        deployed_by=event.actor,
        deployment_config=dict(event.after.get("deployment_config", {})),
        event_id=event.event_id,
    )


def to_deployment_event(event: Event) -> DeploymentEvent:
    """Return an event of the catalogue as people see it."""
    return DeploymentEvent(
        event_id=event.event_id,
        kind=event.kind,
        at=event.at,
        actor=event.actor,
        model_id=event.model_id,
        stage=DeploymentStage(event.stage),
        version_id=event.after.get("version_id") or None,
        version_number=event.after.get("version_number") or None,
        previous_version_id=event.before.get("version_id") or None,
        previous_version_number=event.before.get("version_number") or None,
        reason=str(event.after.get("reason", "")),
    )
