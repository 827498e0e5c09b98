"""The states of a version and the moves between them.

    TRAINING ──> READY ──> DEPLOYED ──> DEPRECATED
        │         │ ^          │            │
        v         v └──────────┴────────────┘
      FAILED <────┘

DEPLOYED is entered by putting the version in a stage, and left when no stage serves it any more:
to READY when another version takes its place, to DEPRECATED when it is rolled back. FAILED is
final.
"""

from __future__ import annotations

from modelkeep.errors import IllegalStatusError, UnknownChoiceError
from modelkeep.models import DeploymentStage, ModelStatus

TRANSITIONS: dict[ModelStatus, frozenset[ModelStatus]] = {
    ModelStatus.TRAINING: frozenset({ModelStatus.READY, ModelStatus.FAILED}),
    ModelStatus.READY: frozenset(
        {ModelStatus.DEPLOYED, ModelStatus.DEPRECATED, ModelStatus.FAILED}
    ),
    ModelStatus.DEPLOYED: frozenset({ModelStatus.READY, ModelStatus.DEPRECATED}),
    ModelStatus.DEPRECATED: frozenset({ModelStatus.READY, ModelStatus.DEPLOYED}),
    ModelStatus.FAILED: frozenset(),
}
DEPLOYABLE = frozenset({ModelStatus.READY, ModelStatus.DEPLOYED, ModelStatus.DEPRECATED})


def status_named(value: ModelStatus | str) -> ModelStatus:
    """Return the status of this name.

    Raises:
        UnknownChoiceError: There is none.
    """
    try:
        return ModelStatus(value)
    except ValueError as error:
        raise UnknownChoiceError("status", value, [each.value for each in ModelStatus]) from error


def stage_named(value: DeploymentStage | str) -> DeploymentStage:
    """Return the stage of this name.

    Raises:
        UnknownChoiceError: There is none.
    """
    try:
        return DeploymentStage(value)
    except ValueError as error:
        choices = [each.value for each in DeploymentStage]
        raise UnknownChoiceError("stage", value, choices) from error


def check_move(
    version_id: str, status: ModelStatus, wanted: ModelStatus, *, has_artifact: bool, active: bool
) -> None:
    """Refuse a move of the status that someone asks for by hand.

    Raises:
        IllegalStatusError: It is not allowed; the reason says what is.
    """
    reason = ""
    if wanted not in TRANSITIONS[status]:
        allowed = ", ".join(sorted(each.value for each in TRANSITIONS[status]))
        reason = f"from {status.value} one can go to {allowed}" if allowed else "that is final"
    elif wanted is ModelStatus.DEPLOYED:
        reason = "deploying it to a stage does that"
    elif active:
        reason = "a stage serves it; deploy another, roll back or deactivate the stage first"
    elif wanted is ModelStatus.READY and not has_artifact:
        reason = "it has no artifact yet; finish it with one"
    if reason:
        raise IllegalStatusError(version_id, status.value, wanted.value, reason)
