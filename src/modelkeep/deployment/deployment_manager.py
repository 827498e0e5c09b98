"""DeploymentManager: puts versions in stages, takes them out, and goes back.

What a stage serves is one row, moved in the transaction that writes the event about it. Each event
that puts a version in a stage also names the event that a rollback returns to, so the way back is
a chain that a deployment makes longer and a rollback shorter.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from modelkeep.canonical import plain_value
from modelkeep.catalogue import events, pointers, registrations, versions
from modelkeep.catalogue.pointers import StagePointer
from modelkeep.deployment import way_back
from modelkeep.deployment.history import DeploymentHistory
from modelkeep.deployment.records import (
    Deployment,
    DeploymentEvent,
    to_deployment,
    to_deployment_event,
)
from modelkeep.errors import (
    FeatureDisabledError,
    ModelNotFoundError,
    NoActiveDeploymentError,
    NotDeployableError,
)
from modelkeep.management.lifecycle import DEPLOYABLE, stage_named
from modelkeep.models import DeploymentStage, ModelStatus, ModelVersion

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


class DeploymentManager(DeploymentHistory):
    """Stages of models and what they serve; `DeploymentHistory` has the arguments."""

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
            deployment_config: JSON values for the serving side; kept with the version.
            reason: For the record.

        Raises:
            NotDeployableError: The version is in TRAINING or FAILED, or the stage serves nothing.
            SignatureError: It is not signed as the policy of its model asks.
            UntrustedModelError: Its rank is too low for PRODUCTION of its model.
            FeatureDisabledError: Canary deployments are switched off.
        """
        target = self._open_stage(stage, version)
        settings = None if deployment_config is None else _settings(deployment_config)
        with self._catalogue.write() as connection:
            found = versions.get(connection, version)
            return self._deploy(connection, found, target, settings, reason)

    def _open_stage(self, stage: DeploymentStage | str, version: str) -> DeploymentStage:
        target = stage_named(stage)
        if target is DeploymentStage.ROLLBACK:
            raise NotDeployableError(
                version, target.value, "it marks what was rolled back and serves nothing"
            )
        if target is DeploymentStage.CANARY and not self._config.enable_canary_deployments:
            raise FeatureDisabledError("the stage canary", "enable_canary_deployments")
        return target

    def _deploy(
        self,
        connection: Connection,
        version: ModelVersion,
        stage: DeploymentStage,
        settings: dict[str, Any] | None,
        reason: str,
    ) -> Deployment:
        if version.status not in DEPLOYABLE:
            raise NotDeployableError(
                version.version_id,
                stage.value,
                f"its status is {version.status.value}; ready, deployed and deprecated ones can be",
            )
        self._check(connection, version, stage)
        old = pointers.find(connection, version.model_id, stage)
        returns_to = old.event_id if old else None
        if old is not None and old.version_id == version.version_id:
            current = events.find(connection, old.event_id)
            returns_to = current.returns_to if current else None
        return self._serve(
            connection,
            events.DEPLOYED,
            version,
            stage,
            old=old,
            settings=version.deployment_config if settings is None else settings,
            returns_to=returns_to,
            reason=reason,
        )

    def _serve(
        self,
        connection: Connection,
        kind: str,
        version: ModelVersion,
        stage: DeploymentStage,
        *,
        old: StagePointer | None,
        settings: dict[str, Any],
        returns_to: int | None,
        reason: str,
    ) -> Deployment:
        """Write the event, move the pointer, and change both versions to match."""
        after = {
            "version_id": version.version_id,
            "version_number": version.version_number,
            "deployment_config": settings,
        }
        event_id = self._journal.record(
            connection,
            kind,
            version.model_id,
            version.version_id,
            stage=stage.value,
            before=_served(connection, old),
            after=after | ({"reason": reason} if reason else {}),
            returns_to=returns_to,
            at=self._moment(connection, version.model_id, stage),
        )
        pointers.move(
            connection,
            StagePointer(
                model_id=version.model_id,
                stage=stage,
                version_id=version.version_id,
                event_id=event_id,
            ),
        )
        versions.update(
            connection,
            versions.get_row(connection, version.version_id),
            status=ModelStatus.DEPLOYED,
            deployment_stage=stage,
            deployment_config=settings,
            is_active=True,
            updated_at=self._journal.clock.now(),
        )
        if old is not None and old.version_id != version.version_id:
            self._leave(connection, old.version_id, rolled_back=kind == events.ROLLED_BACK)
        event = events.find(connection, event_id)
        assert event is not None
        return to_deployment(event)

    def _leave(self, connection: Connection, version_id: str, *, rolled_back: bool) -> None:
        """Note on a version that a stage does not serve it any more; others may still do."""
        serves = bool(pointers.of_version(connection, version_id))
        fields: dict[str, Any] = {"is_active": serves, "updated_at": self._journal.clock.now()}
        if not serves:
            fields["status"] = ModelStatus.DEPRECATED if rolled_back else ModelStatus.READY
        if rolled_back:
            fields["deployment_stage"] = DeploymentStage.ROLLBACK
        versions.update(connection, versions.get_row(connection, version_id), **fields)

    def _moment(self, connection: Connection, model_id: str, stage: DeploymentStage) -> datetime:
        """Return the time, or just after the stage's last event when the clock went back."""
        now = self._journal.clock.now()
        last = events.of_stage(connection, model_id, stage, limit=1)
        return max(now, last[0].at + timedelta(microseconds=1)) if last else now

    def rollback_deployment(
        self,
        model_id: str,
        stage: DeploymentStage | str = DeploymentStage.PRODUCTION,
        target_version: str | None = None,
        *,
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
            reason: For the record.

        Returns:
            What the stage serves now.

        Raises:
            FeatureDisabledError: Rollbacks are switched off.
            NoActiveDeploymentError: The stage serves nothing.
            NothingToRollBackError: There is nothing earlier, or the target never served here.
        """
        where = stage_named(stage)
        if not self._config.enable_rollback:
            raise FeatureDisabledError("rollback", "enable_rollback")
        with self._catalogue.write() as connection:
            old = self._pointer(connection, model_id, where)
            if target_version is None:
                version, event = way_back.find_previous(connection, old)
            else:
                wanted = versions.get(connection, target_version)
                version, event = way_back.find_target(connection, old, wanted)
            return self._serve(
                connection,
                events.ROLLED_BACK,
                version,
                where,
                old=old,
                settings=dict(event.after.get("deployment_config", {})),
                returns_to=event.returns_to,
                reason=reason,
            )

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
            deployment = self._deploy(connection, found, target, None, reason)
            if pointer is not None and serves:
                self._empty(connection, pointer, f"promoted to {target.value}")
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
            return self._empty(connection, self._pointer(connection, model_id, where), reason)

    def _empty(self, connection: Connection, pointer: StagePointer, reason: str) -> DeploymentEvent:
        event_id = self._journal.record(
            connection,
            events.DEACTIVATED,
            pointer.model_id,
            pointer.version_id,
            stage=pointer.stage.value,
            before=_served(connection, pointer),
            after={"version_id": "", "version_number": "", "reason": reason},
            at=self._moment(connection, pointer.model_id, pointer.stage),
        )
        pointers.clear(connection, pointer.model_id, pointer.stage)
        self._leave(connection, pointer.version_id, rolled_back=False)
        event = events.find(connection, event_id)
        assert event is not None
        return to_deployment_event(event)


def _settings(deployment_config: Mapping[str, Any]) -> dict[str, Any]:
    settings: dict[str, Any] = plain_value(dict(deployment_config), "deployment_config")
    return settings


def _served(connection: Connection, pointer: StagePointer | None) -> dict[str, Any]:
    """Return what an event says about what the stage served before it."""
    if pointer is None:
        return {"version_id": "", "version_number": ""}
    version = versions.find(connection, pointer.version_id)
    number = version.version_number if version else ""
    return {"version_id": pointer.version_id, "version_number": number}
