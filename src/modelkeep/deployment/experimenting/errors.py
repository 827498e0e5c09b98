"""What can be wrong with an experiment."""

from __future__ import annotations

from modelkeep.errors import IllegalTransitionError, NotFoundError


class ExperimentNotFoundError(NotFoundError):
    """There is no such experiment."""

    code = "experiment_not_found"

    def __init__(self, experiment_id: str) -> None:
        super().__init__(f"no experiment {experiment_id!r}; list those of a model by its model_id")
        self.experiment_id = experiment_id


class IllegalExperimentMoveError(IllegalTransitionError):
    """The state or the plan of the experiment does not allow this."""

    code = "illegal_experiment_move"

    def __init__(self, experiment_id: str, wanted: str, reason: str) -> None:
        super().__init__(f"experiment {experiment_id} cannot be {wanted}: {reason}")
        self.experiment_id = experiment_id
        self.wanted = wanted
