"""Moves of stage pointers: each in the transaction that writes the event about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from modelkeep.catalogue import events, pointers, versions
from modelkeep.catalogue.pointers import StagePointer
from modelkeep.deployment.records import (
    Deployment,
    DeploymentEvent,
    to_deployment,
    to_deployment_event,
)
from modelkeep.errors import NotDeployableError
from modelkeep.management.journal import Journal
from modelkeep.management.lifecycle import DEPLOYABLE
from modelkeep.models import DeploymentStage, ModelStatus, ModelVersion

DeploymentCheck = Callable[[Connection, ModelVersion, DeploymentStage], None]
"""Refuses, in the transaction that deploys, what the policy of a model does not allow."""


class Stages:
    """Puts versions in stages and takes them out, in a transaction of the caller.

    Args:
        journal: Writes the events.
        check: Refuses what the policy of a model does not allow.
    """

    def __init__(self, *, journal: Journal, check: DeploymentCheck) -> None:
        self._journal = journal
        self._check = check

    def deploy(
        self,
        connection: Connection,
        version: ModelVersion,
        stage: DeploymentStage,
        settings: dict[str, Any] | None,
        reason: str,
    ) -> Deployment:
        """Make a stage serve a version.

        Raises:
            NotDeployableError: Its status does not allow that.
            ModelkeepError: The policy of the model does not.
        """
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
        return self.serve(
            connection,
            events.DEPLOYED,
            version,
            stage,
            old=old,
            settings=version.deployment_config if settings is None else settings,
            returns_to=returns_to,
            reason=reason,
        )

    def serve(
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

    def empty(self, connection: Connection, pointer: StagePointer, reason: str) -> DeploymentEvent:
        """Make a stage serve nothing."""
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


def _served(connection: Connection, pointer: StagePointer | None) -> dict[str, Any]:
    """Return what an event says about what the stage served before it."""
    if pointer is None:
        return {"version_id": "", "version_number": ""}
    version = versions.find(connection, pointer.version_id)
    number = version.version_number if version else ""
    return {"version_id": pointer.version_id, "version_number": number}
