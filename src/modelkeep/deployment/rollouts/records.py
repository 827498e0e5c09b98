"""A rollout as people and programs see it, and as its row keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from modelkeep import canonical
from modelkeep.deployment.rollouts.plan import CanaryPlan
from modelkeep.deployment.rollouts.states import SPLITTING, TERMINAL, RolloutState
from modelkeep.errors import DamagedCatalogueError


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What a rollout remembers from look to look.

    Attributes:
        reason: Why it is in its state.
        since: Since when it is in its state, microseconds since 1970.
        step_started_at: When its step began, microseconds since 1970.
        decide_by: When it becomes inconclusive without a decision, microseconds since 1970.
        canary_units_before: How many units the canary had served when the step began.
        told_before: How many observations of each metric the canary had then.
        at_gate: Whether it pauses because its step asks for someone to go on.
        verdict: The last of the judge, as JSON values; empty before the first.
    """

    reason: str = ""
    since: int = 0
    step_started_at: int = 0
    decide_by: int = 0
    canary_units_before: int = 0
    told_before: dict[str, int] = field(default_factory=dict)
    at_gate: bool = False
    verdict: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """One try of a version on a growing share of the units.

    Attributes:
        rollout_id: Of this try; another try of the same version has another.
        model_id: The model.
        version_id: The canary.
        stable_version_id: What served production when it began.
        state: Where it stands.
        step: The number of the step it is in, from 0.
        weight: The share of the units that the canary gets now.
        plan: What was agreed.
        reason: Why it is in its state, in words.
        created_at: When it was started, aware UTC.
        updated_at: When its state or its verdict last changed, aware UTC.
        progress: What it remembers.
    """

    rollout_id: str
    model_id: str
    version_id: str
    stable_version_id: str
    state: RolloutState
    step: int
    weight: float
    plan: CanaryPlan
    reason: str
    created_at: datetime
    updated_at: datetime
    progress: Progress

    @property
    def is_open(self) -> bool:
        """Whether it is not at its end."""
        return self.state not in TERMINAL

    @property
    def verdict(self) -> dict[str, Any]:
        """The last verdict as JSON values; empty before the first."""
        return self.progress.verdict


def to_rollout(row: Mapping[str, Any]) -> Rollout:
    """Return a rollout from its row.

    Raises:
        DamagedCatalogueError: The row cannot be read.
    """
    try:
        plan = msgspec.json.decode(row["plan"], type=CanaryPlan)
        progress = msgspec.json.decode(row["progress"], type=Progress)
        state = RolloutState(row["state"])
        return Rollout(
            rollout_id=row["rollout_id"],
            model_id=row["model_id"],
            version_id=row["version_id"],
            stable_version_id=row["stable_version_id"],
            state=state,
            step=row["step"],
            weight=plan.steps[row["step"]].weight if state in SPLITTING else 0.0,
            plan=plan,
            reason=progress.reason,
            created_at=canonical.from_microseconds(row["created_at"]),
            updated_at=canonical.from_microseconds(row["updated_at"]),
            progress=progress,
        )
    except (ValueError, TypeError, IndexError) as error:
        raise DamagedCatalogueError(f"rollout {row['rollout_id']!r}", str(error)) from error


def progress_text(progress: Progress) -> str:
    """Return progress as it is kept."""
    return canonical.encode_text(msgspec.to_builtins(progress))
