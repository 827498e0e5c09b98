"""DeploymentManager: puts versions in stages, takes them out, and goes back.

What a stage serves is one row, moved in the transaction that writes the event about it. Each event
that puts a version in a stage also names the event that a rollback returns to, so the way back is
a chain that a deployment makes longer and a rollback shorter.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from modelkeep.canonical import plain_value
from modelkeep.catalogue import events, pointers, registrations, rollouts, versions
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.pointers import StagePointer
from modelkeep.deployment import way_back
from modelkeep.deployment.history import DeploymentHistory
from modelkeep.deployment.records import Deployment, DeploymentEvent
from modelkeep.deployment.rollout import Rollouts
from modelkeep.deployment.rollouts.errors import SplitInUseError
from modelkeep.deployment.rollouts.plan import CanaryPlan
from modelkeep.deployment.rollouts.records import Rollout
from modelkeep.deployment.stages import Stages
from modelkeep.errors import (
    FeatureDisabledError,
    ModelNotFoundError,
    NoActiveDeploymentError,
    NotDeployableError,
    StageChangedError,
)
from modelkeep.management.lifecycle import stage_named
from modelkeep.models import DeploymentStage, ModelVersion, ModelVersioningConfig

PROMOTIONS: dict[DeploymentStage, tuple[DeploymentStage, ...]] = {
    DeploymentStage.DEVELOPMENT: (
        DeploymentStage.STAGING,
        DeploymentStage.CANARY,
        DeploymentStage.PRODUCTION,
    ),
    DeploymentStage.STAGING: (DeploymentStage.CANARY, DeploymentStage.PRODUCTION),
    DeploymentStage.CANARY: (DeploymentStage.PRODUCTION,),
    DeploymentStage.PRODUCTION: (),
    DeploymentStage.ROLLBACK: (),
}
"""From which stage a version may be promoted to which."""


_SPLIT = (DeploymentStage.PRODUCTION, DeploymentStage.CANARY)


class DeploymentManager(DeploymentHistory):
    """Stages of models and what they serve.

    Args:
        catalogue: What is known.
        config: Which features are on.
        stages: Moves the stage pointers.
        rollouts: Tries versions on a share of the units.
    """

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        config: ModelVersioningConfig,
        stages: Stages,
        rollouts: Rollouts,
    ) -> None:
        super().__init__(catalogue=catalogue)
        self._config = config
        self._stages = stages
        self._rollouts = rollouts

    def deploy_version(
        self,
        version: str,
        stage: DeploymentStage | str,
        deployment_config: Mapping[str, Any] | None = None,
        *,
        reason: str = "",
    ) -> Deployment:
        """Make a stage serve a version, in place of what it served.

        A version that serves the stage already stays; its `deployment_config` is replaced.

        Args:
            version: A reference.
            stage: Any but ROLLBACK.
            deployment_config: JSON values for the serving side; kept with the version. For CANARY
                a plan, which has `steps`, starts a rollout.
            reason: For the record.

        Raises:
            NotDeployableError: The version is in TRAINING or FAILED, or the stage serves nothing.
            SignatureError: It is not signed as the policy of its model asks.
            UntrustedModelError: Its rank is too low for PRODUCTION of its model.
            FeatureDisabledError: Canary deployments are switched off.
        """
        target = self._open_stage(stage, version)
        if target is DeploymentStage.CANARY and "steps" in (deployment_config or {}):
            started = self._rollouts.start(version, deployment_config or {}, reason=reason)
            return self.get_active_deployment(started.model_id, target)
        settings = None if deployment_config is None else _settings(deployment_config)
        with self._catalogue.write() as connection:
            found = versions.get(connection, version)
            self._refuse_second_canary(connection, found, target)
            deployment = self._stages.deploy(connection, found, target, settings, reason)
            self._end_rollout(connection, deployment)
            return deployment

    def _open_stage(self, stage: DeploymentStage | str, version: str) -> DeploymentStage:
        target = stage_named(stage)
        if target is DeploymentStage.ROLLBACK:
            raise NotDeployableError(
                version, target.value, "it marks what was rolled back and serves nothing"
            )
        if target is DeploymentStage.CANARY and not self._config.enable_canary_deployments:
            raise FeatureDisabledError("the stage canary", "enable_canary_deployments")
        return target

    def rollback_deployment(
        self,
        model_id: str,
        stage: DeploymentStage | str = DeploymentStage.PRODUCTION,
        target_version: str | None = None,
        *,
        serving: str | None = None,
        reason: str = "",
    ) -> Deployment:
        """Make a stage serve again what it served before; a second rollback goes one further back.

        The version that is taken out becomes DEPRECATED with the stage ROLLBACK, unless another
        stage still serves it: then it stays DEPLOYED.

        Args:
            model_id: The model.
            stage: The stage.
            target_version: A reference to a version that the stage served before; None for the
                previous one. Removed and failed versions are passed over.
            serving: Only if the stage serves the version with this id; None for whichever.
            reason: For the record.

        Returns:
            What the stage serves now.

        Raises:
            FeatureDisabledError: Rollbacks are switched off.
            NoActiveDeploymentError: The stage serves nothing.
            NothingToRollBackError: There is nothing earlier, or the target never served here.
            StageChangedError: The stage serves another version than `serving`.
        """
        where = stage_named(stage)
        if not self._config.enable_rollback:
            raise FeatureDisabledError("rollback", "enable_rollback")
        with self._catalogue.write() as connection:
            old = self._pointer(connection, model_id, where)
            if serving is not None and old.version_id != serving:
                raise StageChangedError(model_id, where.value, serving, old.version_id)
            if target_version is None:
                version, event = way_back.find_previous(connection, old)
            else:
                wanted = versions.get(connection, target_version)
                version, event = way_back.find_target(connection, old, wanted)
            deployment = self._stages.serve(
                connection,
                events.ROLLED_BACK,
                version,
                where,
                old=old,
                settings=dict(event.after.get("deployment_config", {})),
                returns_to=event.returns_to,
                reason=reason,
            )
            self._end_rollout(connection, deployment)
            return deployment

    @staticmethod
    def _pointer(connection: Connection, model_id: str, stage: DeploymentStage) -> StagePointer:
        pointer = pointers.find(connection, model_id, stage)
        if pointer is None:
            if not registrations.is_known(connection, model_id):
                raise ModelNotFoundError(model_id)
            raise NoActiveDeploymentError(model_id, stage.value)
        return pointer

    def promote_version(
        self,
        version: str,
        from_stage: DeploymentStage | str,
        to_stage: DeploymentStage | str,
        *,
        reason: str = "",
    ) -> Deployment:
        """Move a version on to a later stage, in one transaction; the earlier one is emptied.

        Args:
            version: A reference.
            from_stage: Where it serves now; DEVELOPMENT also for one that never served.
            to_stage: A later stage; `PROMOTIONS` says which.
            reason: For the record.

        Raises:
            NotDeployableError: It is not in the first stage, or the way is not allowed.
        """
        source, target = stage_named(from_stage), self._open_stage(to_stage, version)
        if target not in PROMOTIONS[source]:
            onward = ", ".join(stage.value for stage in PROMOTIONS[source]) or "nowhere"
            raise NotDeployableError(
                version, target.value, f"from {source.value} one is promoted to {onward}"
            )
        with self._catalogue.write() as connection:
            found = versions.get(connection, version)
            pointer = pointers.find(connection, found.model_id, source)
            serves = pointer is not None and pointer.version_id == found.version_id
            fresh = source is DeploymentStage.DEVELOPMENT is found.deployment_stage
            if not serves and not fresh:
                raise NotDeployableError(
                    found.version_id,
                    target.value,
                    f"it does not serve {source.value}; it was last in "
                    f"{found.deployment_stage.value}",
                )
            self._refuse_second_canary(connection, found, target)
            deployment = self._stages.deploy(connection, found, target, None, reason)
            self._end_rollout(connection, deployment)
            # The end of a rollout may have emptied it already.
            pointer = pointers.find(connection, found.model_id, source)
            if pointer is not None and serves:
                self._stages.empty(connection, pointer, f"promoted to {target.value}")
            return deployment

    def deactivate_deployment(
        self, model_id: str, stage: DeploymentStage | str, *, reason: str = ""
    ) -> DeploymentEvent:
        """Make a stage serve nothing.

        Raises:
            NoActiveDeploymentError: It serves nothing already.
        """
        where = stage_named(stage)
        with self._catalogue.write() as connection:
            pointer = self._pointer(connection, model_id, where)
            event = self._stages.empty(connection, pointer, reason)
            if where in _SPLIT:
                self._rollouts.endings.interrupt(
                    connection, model_id, serving=None, reason=f"{where.value} was emptied by hand"
                )
            return event

    def _refuse_second_canary(
        self, connection: Connection, version: ModelVersion, stage: DeploymentStage
    ) -> None:
        """Refuse to put another version in the place of a canary that a rollout is trying."""
        tried = rollouts.find_open(connection, version.model_id)
        if (
            stage is DeploymentStage.CANARY
            and tried is not None
            and tried["version_id"] != version.version_id
        ):
            raise SplitInUseError(version.model_id, tried["rollout_id"], tried["state"])

    def _end_rollout(self, connection: Connection, deployment: Deployment) -> None:
        """End a rollout whose stable version was replaced: its evidence is about another one."""
        stage = deployment.stage
        if stage is DeploymentStage.CANARY and self._is_tried(connection, deployment):
            return
        if stage in _SPLIT:
            self._rollouts.endings.interrupt(
                connection,
                deployment.model_id,
                serving=deployment.version_id if stage is DeploymentStage.PRODUCTION else None,
                reason=f"{stage.value} was changed by hand to {deployment.version_number}",
            )

    @staticmethod
    def _is_tried(connection: Connection, deployment: Deployment) -> bool:
        tried = rollouts.find_open(connection, deployment.model_id)
        return tried is not None and tried["version_id"] == deployment.version_id

    def start_canary(
        self,
        model_id: str,
        version: str,
        plan: CanaryPlan | Mapping[str, Any] | Path | str,
        *,
        reason: str = "",
    ) -> Rollout:
        """Try a version on a growing share of the units; see `Rollouts.start`."""
        return self._rollouts.start(version, plan, model_id=model_id, reason=reason)


def _settings(deployment_config: Mapping[str, Any]) -> dict[str, Any]:
    settings: dict[str, Any] = plain_value(dict(deployment_config), "deployment_config")
    return settings
