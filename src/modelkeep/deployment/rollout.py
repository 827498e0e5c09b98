"""Rollouts: a version is tried on a growing share of the units, and promoted or taken back.

Each change of state is one transaction with the event about it, the routing table and the stage
pointers that belong to it. So a process may end anywhere: the rollout is in one of its states, and
whoever looks next goes on from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from modelkeep import canonical
from modelkeep.catalogue import experiments, pointers, registrations, rollouts, versions
from modelkeep.catalogue.abort_requests import AbortRequests
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.deployment.rollouts import splits
from modelkeep.deployment.rollouts.changes import Change, Check
from modelkeep.deployment.rollouts.endings import Endings
from modelkeep.deployment.rollouts.errors import (
    IllegalRolloutMoveError,
    RolloutNotFoundError,
    SplitInUseError,
)
from modelkeep.deployment.rollouts.moves import RolloutMoves
from modelkeep.deployment.rollouts.plan import CanaryPlan, plan_of
from modelkeep.deployment.rollouts.records import Progress, Rollout, progress_text, to_rollout
from modelkeep.deployment.rollouts.states import RolloutState
from modelkeep.deployment.stages import DeploymentCheck, Stages
from modelkeep.errors import (
    FeatureDisabledError,
    InvalidInputError,
    ModelNotFoundError,
    NoActiveDeploymentError,
    NotDeployableError,
)
from modelkeep.identifiers import VersionIds
from modelkeep.management.journal import Journal
from modelkeep.models import DeploymentStage, ModelVersioningConfig

_PRODUCTION, _CANARY = DeploymentStage.PRODUCTION, DeploymentStage.CANARY
_S = RolloutState


class Rollouts:
    """Starts, moves and ends rollouts; what the judge says is brought here as well.

    Args:
        catalogue: What is known.
        config: Whether canaries are allowed.
        journal: Writes the events.
        stages: Moves the stage pointers.
        check: Refuses what the policy of a model does not allow.
        ids: Makes the ids of rollouts.
        requests: Aborts that were asked for.

    Attributes:
        endings: Ends rollouts; for what moves them on.
    """

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        config: ModelVersioningConfig,
        journal: Journal,
        stages: Stages,
        check: DeploymentCheck,
        ids: VersionIds,
        requests: AbortRequests,
    ) -> None:
        self._catalogue = catalogue
        self._config = config
        self._journal = journal
        self._stages = stages
        self._moves = RolloutMoves(journal=journal, stages=stages)
        self._check = check
        self._ids = ids
        self.endings = Endings(
            catalogue=catalogue, moves=self._moves, stages=stages, requests=requests
        )

    def start(
        self,
        version: str,
        plan: CanaryPlan | Mapping[str, Any] | Path | str,
        *,
        model_id: str = "",
        reason: str = "",
    ) -> Rollout:
        """Try a version on a share of the units of its model.

        Args:
            version: A reference.
            plan: What `plan_of` takes.
            model_id: The model it must be of; empty for whichever it is of.
            reason: For the record.

        Raises:
            InvalidPlanError: The plan cannot be followed.
            SplitInUseError: A rollout or an experiment splits the units already.
            NoActiveDeploymentError: Production serves nothing that it could be held against.
            NotDeployableError: It serves production already, or its status does not allow it.
            FeatureDisabledError: Canary deployments are switched off.
        """
        if not self._config.enable_canary_deployments:
            raise FeatureDisabledError("a canary", "enable_canary_deployments")
        agreed = plan_of(plan)
        with self._catalogue.write() as connection:
            rollout_id = self._insert(connection, version, agreed, model_id, reason)
        return self.begin(rollout_id)

    def _insert(
        self, connection: Connection, reference: str, plan: CanaryPlan, model_id: str, reason: str
    ) -> str:
        version = versions.get(connection, reference)
        if model_id and version.model_id != model_id:
            raise InvalidInputError(
                f"version {reference!r} is of the model {version.model_id!r}, not {model_id!r}"
            )
        stable = pointers.find(connection, version.model_id, _PRODUCTION)
        if stable is None:
            raise NoActiveDeploymentError(version.model_id, _PRODUCTION.value)
        if stable.version_id == version.version_id:
            raise NotDeployableError(
                version.version_id, _CANARY.value, "it serves production already"
            )
        self._refuse_second(connection, version.model_id)
        # What production would refuse at the end is refused before anyone is served.
        self._check(connection, version, _PRODUCTION)
        self._stages.deploy(connection, version, _CANARY, None, reason or "rollout")
        now = self._journal.clock.now()
        rollout_id = f"rollout-{self._ids.new(now)}"
        at = canonical.to_microseconds(now)
        row = {
            "rollout_id": rollout_id,
            "model_id": version.model_id,
            "open_model_id": version.model_id,
            "version_id": version.version_id,
            "stable_version_id": stable.version_id,
            "state": _S.PENDING.value,
            "step": 0,
            "plan": canonical.encode_text(plan.to_mapping()),
            "progress": progress_text(Progress(reason=reason, since=at)),
            "created_at": at,
            "updated_at": at,
        }
        rollouts.insert(connection, row)
        self._moves.tell(connection, row, _S.PENDING, {"reason": reason, "plan": plan.to_mapping()})
        return rollout_id

    def _refuse_second(self, connection: Connection, model_id: str) -> None:
        row = rollouts.find_open(connection, model_id)
        if row is not None and row["state"] == _S.ABORTING.value:
            # All its units are on stable; only the last line was not written.
            self._moves.move(connection, row, _S.ABORTED, to_rollout(row).progress)
            row = None
        if row is not None:
            raise SplitInUseError(model_id, row["rollout_id"], row["state"])
        test = experiments.find_open(connection, model_id)
        if test is not None:
            raise SplitInUseError(model_id, test["experiment_id"], test["state"])

    def get(self, name: str) -> Rollout:
        """Return a rollout by its id, or the newest of a model by the name of that.

        Raises:
            RolloutNotFoundError: There is none.
        """
        with self._catalogue.read() as connection:
            return to_rollout(self._row(connection, name))

    def list_rollouts(self, model_id: str, *, limit: int | None = None) -> list[Rollout]:
        """Return the rollouts of a model, the newest first.

        Raises:
            ModelNotFoundError: There is no such model.
        """
        with self._catalogue.read() as connection:
            if not registrations.is_known(connection, model_id):
                raise ModelNotFoundError(model_id)
            return [to_rollout(row) for row in rollouts.of_model(connection, model_id, limit=limit)]

    def list_open(self) -> list[str]:
        """Return the ids of all rollouts that are not at their end."""
        with self._catalogue.read() as connection:
            return rollouts.all_open(connection)

    @staticmethod
    def _row(connection: Connection, name: str) -> dict[str, Any]:
        row = rollouts.find(connection, name)
        if row is None:
            newest = rollouts.of_model(connection, name, limit=1)
            if not newest:
                detail = "no model has this name" if not name.startswith("rollout-") else ""
                if registrations.is_known(connection, name):
                    detail = "the model had no canary yet"
                raise RolloutNotFoundError(name, detail)
            row = newest[0]
        return row

    def begin(self, rollout_id: str) -> Rollout:
        """Give the canary the share of the first step, if it does not have it yet."""
        with self._catalogue.write() as connection:
            row = self._row(connection, rollout_id)
            if row["state"] == _S.PENDING.value:
                progress = self._with_deadline(to_rollout(row))
                row = self._moves.enter_step(connection, row, 0, progress, "started")
            return to_rollout(row)

    def _with_deadline(self, rollout: Rollout) -> Progress:
        left = int(rollout.plan.deadline_seconds * 1_000_000)
        return replace(rollout.progress, decide_by=self._moves.now() + left)

    def pause(self, name: str, *, reason: str = "") -> Rollout:
        """Keep the share as it is until someone resumes; harm still aborts.

        Raises:
            IllegalRolloutMoveError: It is at its end, or on its way there.
        """
        with self._catalogue.write() as connection:
            row = self._row(connection, name)
            progress = replace(to_rollout(row).progress, reason=reason or "paused", at_gate=False)
            return to_rollout(self._moves.move(connection, row, _S.PAUSED, progress))

    def resume(self, name: str, *, reason: str = "") -> Rollout:
        """Go on: from a gate to the next step, else with the step anew.

        Raises:
            IllegalRolloutMoveError: It neither pauses nor is inconclusive.
        """
        with self._catalogue.write() as connection:
            row = self._row(connection, name)
            found = to_rollout(row)
            if found.state not in (_S.PAUSED, _S.INCONCLUSIVE):
                raise IllegalRolloutMoveError(found.rollout_id, found.state.value, "running again")
            reason = reason or "resumed"
            progress = self._with_deadline(found)
            if not found.progress.at_gate:
                return to_rollout(
                    self._moves.enter_step(connection, row, found.step, progress, reason)
                )
            if found.step + 1 < len(found.plan.steps):
                row = self._moves.enter_step(connection, row, found.step + 1, progress, reason)
                return to_rollout(row)
            row = self._moves.move(connection, row, _S.PROMOTING, replace(progress, reason=reason))
        return self.endings.settle(row["rollout_id"])

    def promote(self, name: str, *, reason: str = "") -> Rollout:
        """Let the canary serve production, whatever the judge has found; an abort meanwhile wins.

        Raises:
            IllegalRolloutMoveError: It does not run, or was aborted meanwhile.
        """
        with self._catalogue.write() as connection:
            row = self._row(connection, name)
            reason = reason or f"promoted by {self._journal.actor}"
            progress = replace(to_rollout(row).progress, reason=reason)
            row = self._moves.move(connection, row, _S.PROMOTING, progress)
        return self.endings.settle(row["rollout_id"])

    def abort(self, name: str, *, reason: str = "", checked: Check | None = None) -> Rollout:
        """Put all units back on stable, in one transaction; then write down that it has ended.

        Args:
            name: Id of the rollout, or the model.
            reason: For the record.
            checked: Asked in the transaction; raises where this process may not act any more.

        Raises:
            IllegalRolloutMoveError: It has ended.
        """
        with self._catalogue.read() as connection:
            rollout_id = self._row(connection, name)["rollout_id"]
        reason = reason or f"aborted by {self._journal.actor}"
        return self.endings.abort(rollout_id, reason=reason, checked=checked)

    def apply(self, rollout_id: str, change: Change, *, checked: Check) -> Rollout:
        """Make a change that was worked out from a rollout, if that is still as it was.

        Args:
            rollout_id: Which.
            change: What to do in the transaction.
            checked: As of `abort`.

        Returns:
            The rollout as it is then; unchanged where it was not as expected any more.
        """
        with self._catalogue.write() as connection:
            checked(connection)
            row = self._row(connection, rollout_id)
            found = to_rollout(row)
            if (found.state, found.step, found.progress.since) != change.expects:
                return found
            if change.state is _S.RUNNING:
                row = self._moves.enter_step(
                    connection, row, change.step, change.progress, change.progress.reason
                )
            elif change.state is None:
                values = {
                    "progress": progress_text(change.progress),
                    "updated_at": self._moves.now(),
                }
                row = rollouts.change(connection, row, values)
            elif change.state is _S.ABORTING:
                self._moves.end(
                    connection, row, change.state, change.progress.reason, change.progress.verdict
                )
                row = self._row(connection, rollout_id)
            else:
                row = self._moves.move(connection, row, change.state, change.progress)
            return to_rollout(row)

    def set_override(self, model_id: str, unit: str, arm: str | None) -> None:
        """Let a unit always get an arm, for testers; what it does is no evidence.

        Args:
            model_id: The model.
            unit: The unit.
            arm: `stable`, `canary` or the name of another arm; None to take the override back.

        Raises:
            RolloutNotFoundError: Nothing splits the units of the model.
            InvalidInputError: There is no such arm.
        """
        with self._catalogue.write() as connection:
            table = splits.find(connection, model_id)
            if table is None or not table.split_id:
                raise RolloutNotFoundError(model_id, "nothing splits its units now")
            names = [each.name for each in table.arms]
            if arm is not None and arm not in names:
                raise InvalidInputError(f"no arm {arm!r}; there are {', '.join(names)}")
            overrides = {key: value for key, value in table.overrides.items() if key != unit}
            if arm is not None:
                overrides[unit] = names.index(arm)
            event_id = self._journal.record(
                connection, "override_set", model_id, after={"unit": unit, "arm": arm or ""}
            )
            splits.write(connection, replace(table, overrides=overrides, revision=event_id))
