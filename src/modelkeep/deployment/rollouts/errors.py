"""What can be wrong with a rollout."""

from __future__ import annotations

from modelkeep.errors import (
    ConflictError,
    IllegalTransitionError,
    InvalidInputError,
    NotFoundError,
)


class RolloutNotFoundError(NotFoundError):
    """There is no such rollout."""

    code = "rollout_not_found"

    def __init__(self, name: str, detail: str = "") -> None:
        super().__init__(
            f"no rollout {name!r}{': ' + detail if detail else ''}; "
            "`modelkeep canary status MODEL` names those of a model"
        )
        self.name = name


class EvidenceGoneError(NotFoundError):
    """The evidence of a verdict is not kept any more, or not in this copy of the registry."""

    code = "evidence_gone"

    def __init__(self, rollout_id: str, until: int, found: int) -> None:
        super().__init__(
            f"the evidence of {rollout_id} is not all here: its verdict was made on blocks up to "
            f"{until}, the last one here is {found}; it is removed after the retention time, and "
            "is not part of a backup"
        )
        self.rollout_id = rollout_id


class SplitInUseError(ConflictError):
    """The units of the model are split already; only one rollout or experiment may do so."""

    code = "split_in_use"

    def __init__(self, model_id: str, split_id: str, state: str) -> None:
        super().__init__(
            f"the units of {model_id!r} are split already by {split_id} ({state}); "
            "wait for its end, or stop it first"
        )
        self.model_id = model_id
        self.split_id = split_id


class IllegalRolloutMoveError(IllegalTransitionError):
    """The state of the rollout does not allow this now."""

    code = "illegal_rollout_move"

    def __init__(self, rollout_id: str, state: str, wanted: str, advice: str = "") -> None:
        super().__init__(
            f"rollout {rollout_id} is {state} and cannot become {wanted}"
            f"{'; ' + advice if advice else ''}"
        )
        self.rollout_id = rollout_id
        self.state = state
        self.wanted = wanted


class InvalidPlanError(InvalidInputError):
    """A plan of a rollout or an experiment cannot be followed."""

    code = "invalid_plan"

    def __init__(self, where: str, value: object, rule: str) -> None:
        super().__init__(f"{where} is {value!r}; it must be {rule}")
        self.where = where
