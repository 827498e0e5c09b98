"""What starts, changes and ends an experiment, in a transaction of the caller.

Each is one event, the routing table that belongs to it, and the row of the experiment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from modelkeep import canonical
from modelkeep.catalogue import experiments, pointers, registrations, rollouts, versions
from modelkeep.catalogue.pointers import StagePointer
from modelkeep.deployment.experimenting import splits
from modelkeep.deployment.experimenting.errors import (
    ExperimentNotFoundError,
    IllegalExperimentMoveError,
)
from modelkeep.deployment.experimenting.plan import ExperimentPlan
from modelkeep.deployment.experimenting.records import (
    Experiment,
    ExperimentProgress,
    ExperimentState,
    to_experiment,
    to_text,
)
from modelkeep.deployment.rollouts.errors import InvalidPlanError, SplitInUseError
from modelkeep.deployment.rollouts.splits import end as end_split
from modelkeep.deployment.stages import DeploymentCheck
from modelkeep.errors import ModelNotFoundError, NoActiveDeploymentError, NotDeployableError
from modelkeep.identifiers import VersionIds
from modelkeep.management.journal import Journal
from modelkeep.management.lifecycle import DEPLOYABLE
from modelkeep.models import DeploymentStage

STARTED, REALLOCATED, STOPPED = "experiment_started", "experiment_reallocated", "experiment_stopped"
_PRODUCTION = DeploymentStage.PRODUCTION


class ExperimentMoves:
    """Moves of experiments.

    Args:
        journal: Writes the events.
        check: Refuses what the policy of a model does not allow to serve production.
        ids: Makes the ids of experiments.
    """

    def __init__(self, *, journal: Journal, check: DeploymentCheck, ids: VersionIds) -> None:
        self._journal = journal
        self._check = check
        self._ids = ids

    def free_production(self, connection: Connection, model_id: str) -> StagePointer:
        """Return what production of a model serves, if nothing splits its units.

        Raises:
            ModelNotFoundError: There is no such model.
            SplitInUseError: A rollout or an experiment splits them.
            NoActiveDeploymentError: It serves nothing.
        """
        if not registrations.is_known(connection, model_id):
            raise ModelNotFoundError(model_id)
        rollout = rollouts.find_open(connection, model_id)
        if rollout is not None:
            raise SplitInUseError(model_id, rollout["rollout_id"], rollout["state"])
        other = experiments.find_open(connection, model_id)
        if other is not None:
            raise SplitInUseError(model_id, other["experiment_id"], other["state"])
        production = pointers.find(connection, model_id, _PRODUCTION)
        if production is None:
            raise NoActiveDeploymentError(model_id, _PRODUCTION.value)
        return production

    def usable(
        self, connection: Connection, name: str, reference: str, production: StagePointer
    ) -> str:
        """Return the id of the version of an arm, if it may serve.

        Args:
            connection: In a transaction.
            name: Of the arm, for errors.
            reference: Of the version.
            production: What the control is.

        Raises:
            InvalidPlanError: It is the control, or of another model.
            NotDeployableError: Its status does not allow it to serve.
            VersionNotFoundError: There is no such version.
        """
        version = versions.get(connection, reference)
        if version.model_id != production.model_id:
            rule = f"a version of {production.model_id!r}, it is one of {version.model_id!r}"
            raise InvalidPlanError(f"the version of arm {name!r}", reference, rule)
        if version.version_id == production.version_id:
            rule = "another than the one that production serves, which is the control"
            raise InvalidPlanError(f"the version of arm {name!r}", reference, rule)
        if version.status not in DEPLOYABLE:
            raise NotDeployableError(
                version.version_id,
                "an experiment",
                f"its status is {version.status.value}; ready, deployed and deprecated ones can be",
            )
        self._check(connection, version, _PRODUCTION)
        return version.version_id

    def begin(
        self, connection: Connection, model_id: str, plan: ExperimentPlan, reason: str
    ) -> Experiment:
        """Write a new experiment down and split the units.

        Args:
            connection: In a transaction that writes.
            model_id: Whose units are free.
            plan: With versions that may serve.
            reason: For the record.
        """
        now = self._journal.clock.now()
        experiment_id = self._ids.new(now)
        shares = {arm.name: arm.share for arm in plan.arms}
        arms = {arm.name: arm.version_id for arm in plan.arms}
        after = {"experiment_id": experiment_id, "arms": arms, "shares": shares, "reason": reason}
        event_id = self._journal.record(connection, STARTED, model_id, after=after)
        progress = ExperimentProgress(started_event=event_id, shares=tuple(shares.values()))
        row = {
            "experiment_id": experiment_id,
            "model_id": model_id,
            "open_model_id": model_id,
            "state": ExperimentState.RUNNING.value,
            "plan": to_text(plan),
            "progress": to_text(progress),
            "created_at": canonical.to_microseconds(now),
            "updated_at": canonical.to_microseconds(now),
        }
        experiments.insert(connection, row)
        experiment = to_experiment(row)
        splits.begin(connection, experiment, revision=event_id)
        return experiment

    def reshare(
        self,
        connection: Connection,
        experiment: Experiment,
        shares: Sequence[float],
        probabilities: Sequence[float],
    ) -> Experiment:
        """Give the arms of an experiment other shares.

        Args:
            connection: In a transaction that writes.
            experiment: One that runs, read in it.
            shares: Of each arm, the control first.
            probabilities: Of each to be the best, for the record.
        """
        experiment_id, arms = experiment.experiment_id, experiment.arms
        event_id = self._journal.record(
            connection,
            REALLOCATED,
            experiment.model_id,
            before={"experiment_id": experiment_id, "shares": experiment.shares},
            after={
                "experiment_id": experiment_id,
                "shares": dict(zip(arms, shares, strict=True)),
                "probabilities": dict(zip(arms, probabilities, strict=True)),
            },
        )
        splits.reshare(connection, experiment, shares, revision=event_id)
        progress = replace(experiment.progress, shares=tuple(shares))
        return self._change(connection, experiment_id, progress=to_text(progress))

    def end(
        self,
        connection: Connection,
        experiment: Experiment,
        state: ExperimentState,
        reason: str,
        winner: str | None,
    ) -> Experiment:
        """Give all units to the control and write down how the experiment ended.

        Args:
            connection: In a transaction that writes.
            experiment: One that runs, read in it.
            state: Where it stands from now on.
            reason: For the record.
            winner: The arm that someone names, for the record.
        """
        experiment_id = experiment.experiment_id
        after = {"experiment_id": experiment_id, "state": state.value, "reason": reason}
        event_id = self._journal.record(
            connection,
            STOPPED,
            experiment.model_id,
            before={"experiment_id": experiment_id, "state": experiment.state.value},
            after=after | ({"winner": winner} if winner is not None else {}),
        )
        end_split(connection, experiment.model_id, revision=event_id)
        progress = replace(experiment.progress, reason=reason, winner=winner, ended_event=event_id)
        changes = {"open_model_id": None, "state": state.value, "progress": to_text(progress)}
        return self._change(connection, experiment_id, **changes)

    def _change(self, connection: Connection, experiment_id: str, **changes: Any) -> Experiment:
        row = experiments.find(connection, experiment_id)
        assert row is not None
        changes["updated_at"] = canonical.to_microseconds(self._journal.clock.now())
        return to_experiment(experiments.change(connection, row, changes))


def get_experiment(connection: Connection, experiment_id: str) -> Experiment:
    """Return an experiment.

    Raises:
        ExperimentNotFoundError: There is none.
    """
    row = experiments.find(connection, experiment_id)
    if row is None:
        raise ExperimentNotFoundError(experiment_id)
    return to_experiment(row)


def open_experiment(connection: Connection, experiment_id: str, wanted: str) -> Experiment:
    """Return an experiment that runs.

    Args:
        connection: In a transaction.
        experiment_id: Which.
        wanted: What it is to become, for the error.

    Raises:
        ExperimentNotFoundError: There is none.
        IllegalExperimentMoveError: It has ended.
    """
    experiment = get_experiment(connection, experiment_id)
    if not experiment.is_open:
        reason = f"it is {experiment.state.value}; start a new one"
        raise IllegalExperimentMoveError(experiment_id, wanted, reason)
    return experiment
