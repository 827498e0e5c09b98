"""The moves of a rollout: state, event, routing table and stage pointers, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from modelkeep import canonical
from modelkeep.catalogue import pointers, rollouts
from modelkeep.deployment.rollouts import splits
from modelkeep.deployment.rollouts.errors import IllegalRolloutMoveError
from modelkeep.deployment.rollouts.records import Progress, progress_text, to_rollout
from modelkeep.deployment.rollouts.states import TERMINAL, TRANSITIONS, RolloutState
from modelkeep.deployment.stages import Stages
from modelkeep.management.journal import Journal
from modelkeep.models import DeploymentStage

_CANARY = DeploymentStage.CANARY
_S = RolloutState


class RolloutMoves:
    """Writes what belongs to a change of state, in a transaction of the caller.

    Args:
        journal: Writes the events.
        stages: Moves the stage pointers.
    """

    def __init__(self, *, journal: Journal, stages: Stages) -> None:
        self._journal = journal
        self._stages = stages

    def enter_step(
        self,
        connection: Connection,
        row: Mapping[str, Any],
        step: int,
        progress: Progress,
        reason: str,
    ) -> dict[str, Any]:
        """Begin a step: give the canary its share."""
        progress = replace(progress, reason=reason, step_started_at=self.now(), at_gate=False)
        row, event_id = self.moved(connection, row, _S.RUNNING, progress, step=step)
        rollout = to_rollout(row)
        splits.split_canary(
            connection,
            rollout.model_id,
            split_id=rollout.rollout_id,
            revision=event_id,
            stable=rollout.stable_version_id,
            canary=rollout.version_id,
            weight=rollout.weight,
            shadow=rollout.plan.shadow,
        )
        return row

    def end(
        self,
        connection: Connection,
        row: Mapping[str, Any],
        state: RolloutState,
        reason: str,
        verdict: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Give all units to what production serves, and empty the stage of the canary."""
        progress = replace(to_rollout(row).progress, reason=reason)
        if verdict is not None:
            progress = replace(progress, verdict=verdict)
        changed, event_id = self.moved(connection, row, state, progress)
        splits.end(connection, changed["model_id"], revision=event_id)
        pointer = pointers.find(connection, changed["model_id"], _CANARY)
        if pointer is not None and pointer.version_id == changed["version_id"]:
            self._stages.empty(connection, pointer, reason)
        return changed

    def move(
        self,
        connection: Connection,
        row: Mapping[str, Any],
        state: RolloutState,
        progress: Progress,
    ) -> dict[str, Any]:
        """Write the state and the event about it; return the new row.

        Raises:
            IllegalRolloutMoveError: One does not follow the other.
        """
        return self.moved(connection, row, state, progress)[0]

    def moved(
        self,
        connection: Connection,
        row: Mapping[str, Any],
        state: RolloutState,
        progress: Progress,
        *,
        step: int | None = None,
    ) -> tuple[dict[str, Any], int]:
        """Write the state and the event about it; return the new row and the id of the event."""
        before = RolloutState(row["state"])
        if state not in TRANSITIONS[before]:
            advice = (
                "it serves production; `modelkeep rollback` brings back the version before"
                if before is _S.PROMOTED
                else "start a new rollout"
                if before in TERMINAL
                else ""
            )
            raise IllegalRolloutMoveError(row["rollout_id"], before.value, state.value, advice)
        now = self.now()
        changes = {
            "state": state.value,
            "step": row["step"] if step is None else step,
            "progress": progress_text(replace(progress, since=now)),
            "updated_at": now,
        }
        if state in TERMINAL:
            changes["open_model_id"] = None
        changed = rollouts.change(connection, row, changes)
        facts = {"reason": progress.reason, "verdict": progress.verdict, "step": changes["step"]}
        return changed, self.tell(connection, changed, state, facts, before)

    def tell(
        self,
        connection: Connection,
        row: Mapping[str, Any],
        state: RolloutState,
        facts: Mapping[str, Any],
        before: RolloutState | None = None,
    ) -> int:
        """Write the event about a state; return its id."""
        return self._journal.record(
            connection,
            f"rollout_{state.value}",
            row["model_id"],
            row["version_id"],
            before={"state": before.value} if before else {},
            after={"rollout_id": row["rollout_id"], "state": state.value, **facts},
        )

    def now(self) -> int:
        """Return the time in microseconds since 1970."""
        return canonical.to_microseconds(self._journal.clock.now())
