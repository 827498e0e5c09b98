"""What the stages serve and served, read from pointers and events."""

from __future__ import annotations

from datetime import datetime

from modelkeep.catalogue import events, pointers, registrations
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.statistics import deployment_counts
from modelkeep.deployment.records import (
    Deployment,
    DeploymentEvent,
    DeploymentStatistics,
    to_deployment,
    to_deployment_event,
)
from modelkeep.errors import InvalidInputError, ModelNotFoundError, NoActiveDeploymentError
from modelkeep.management.lifecycle import stage_named
from modelkeep.models import DeploymentStage


class DeploymentHistory:
    """The part of DeploymentManager that only reads.

    Args:
        catalogue: What is known.
    """

    def __init__(self, *, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def get_active_deployment(
        self, model_id: str, stage: DeploymentStage | str = DeploymentStage.PRODUCTION
    ) -> Deployment:
        """Return what a stage serves.

        Raises:
            NoActiveDeploymentError: It serves nothing.
        """
        found = self.find_active_deployment(model_id, stage)
        if found is None:
            raise NoActiveDeploymentError(model_id, stage_named(stage).value)
        return found

    def find_active_deployment(
        self, model_id: str, stage: DeploymentStage | str = DeploymentStage.PRODUCTION
    ) -> Deployment | None:
        """Return what a stage serves, or None."""
        where = stage_named(stage)
        with self._catalogue.read() as connection:
            pointer = pointers.find(connection, model_id, where)
            event = events.find(connection, pointer.event_id) if pointer else None
        return to_deployment(event) if event else None

    def get_all_active_deployments(self, model_id: str | None = None) -> list[Deployment]:
        """Return what all stages serve, of one model or of all, by model and stage."""
        with self._catalogue.read() as connection:
            found = pointers.all_active(connection, model_id)
            served = [events.find(connection, pointer.event_id) for pointer in found]
        return [to_deployment(event) for event in served if event is not None]

    def get_deployment_at(
        self, model_id: str, stage: DeploymentStage | str, when: datetime
    ) -> Deployment:
        """Return what a stage served at a moment.

        Args:
            model_id: The model.
            stage: The stage.
            when: The moment, an aware time.

        Raises:
            InvalidInputError: The time is naive.
            NoActiveDeploymentError: It served nothing then.
        """
        where = stage_named(stage)
        if when.tzinfo is None:
            raise InvalidInputError(
                f"when is {when.isoformat()} without a time zone; give an aware time, e.g. in UTC"
            )
        with self._catalogue.read() as connection:
            last = events.of_stage(connection, model_id, where, until=when, limit=1)
        if not last or not last[0].after.get("version_id"):
            raise NoActiveDeploymentError(model_id, where.value, when.isoformat())
        return to_deployment(last[0])

    def get_deployment_history(
        self, model_id: str, stage: DeploymentStage | str | None = None, limit: int | None = None
    ) -> list[DeploymentEvent]:
        """Return what changed the stages of a model, newest first.

        Args:
            model_id: The model.
            stage: Only of this stage; None for all.
            limit: At most so many; None for all.

        Raises:
            ModelNotFoundError: There is no such model.
        """
        where = None if stage is None else stage_named(stage)
        if limit is not None and limit < 1:
            raise InvalidInputError(f"limit is {limit}; it must be 1 or more, or None for all")
        with self._catalogue.read() as connection:
            if not registrations.is_known(connection, model_id):
                raise ModelNotFoundError(model_id)
            found = events.of_stage(connection, model_id, where, limit=limit)
        return [to_deployment_event(event) for event in found]

    def get_deployment_statistics(self, model_id: str | None = None) -> DeploymentStatistics:
        """Return how often the stages of a model, or of all, were changed."""
        with self._catalogue.read() as connection:
            counts = deployment_counts(connection, model_id)
        by_stage: dict[str, dict[str, int]] = {}
        names = dict(
            zip(events.DEPLOYMENT_KINDS, ("deployments", "rollbacks", "deactivations"), strict=True)
        )
        for (kind, stage), count in sorted(counts.items()):
            empty = dict.fromkeys(names.values(), 0)
            by_stage.setdefault(stage, empty)[names[kind]] = count
        totals = {name: sum(each[name] for each in by_stage.values()) for name in names.values()}
        return DeploymentStatistics(
            **totals, by_stage=by_stage, active=self.get_all_active_deployments(model_id)
        )
