"""Experiments: A/B tests of versions on shares of the units, whose results may be looked at always.

The control is the version that serves production. What starts, changes or ends an experiment is
one transaction with the event about it and the routing table that belongs to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from modelkeep.catalogue import events, experiments, registrations
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.evidence import EvidenceStore
from modelkeep.deployment.experimenting.analyses import Analyses
from modelkeep.deployment.experimenting.errors import IllegalExperimentMoveError
from modelkeep.deployment.experimenting.moves import (
    ExperimentMoves,
    get_experiment,
    open_experiment,
)
from modelkeep.deployment.experimenting.plan import (
    CONTROL,
    Allocation,
    ExperimentPlan,
    MetricLike,
    PlannedArm,
    metrics_of,
    shares_of,
)
from modelkeep.deployment.experimenting.records import (
    Experiment,
    ExperimentState,
    to_experiment,
)
from modelkeep.deployment.stages import DeploymentCheck
from modelkeep.errors import InvalidInputError, ModelNotFoundError, UnknownChoiceError
from modelkeep.identifiers import VersionIds
from modelkeep.management.journal import Journal
from modelkeep.models import DeploymentStage

if TYPE_CHECKING:
    from modelkeep.deployment.experimenting.analysis import ExperimentAnalysis
    from modelkeep.deployment.experimenting.result import ExperimentResult

_PRODUCTION = DeploymentStage.PRODUCTION


class Experiments:
    """Starts experiments, says what they found, and ends them.

    Args:
        catalogue: What is known.
        journal: Writes the events.
        evidence: What was recorded.
        check: Refuses what the policy of a model does not allow to serve production.
        ids: Makes the ids of experiments.
        recorder: Takes what became of choices; None where only routers record.
    """

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        journal: Journal,
        evidence: EvidenceStore,
        check: DeploymentCheck,
        ids: VersionIds,
        recorder: Callable[..., Any] | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._moves = ExperimentMoves(journal=journal, check=check, ids=ids)
        self._analyses = Analyses(evidence=evidence)
        self._recorder = recorder

    def start(
        self,
        model_id: str,
        arms: Mapping[str, str],
        *,
        shares: Mapping[str, float] | None = None,
        metrics: Iterable[str | Mapping[str, Any] | MetricLike] = ("errors",),
        alpha: float = 0.05,
        covariate: str | None = None,
        horizon_units: int = 10_000,
        minimum_units: int = 100,
        allocation: Allocation = "fixed",
        reason: str = "",
    ) -> Experiment:
        """Split the units of a model between what serves production and other versions.

        Args:
            model_id: The model; production has to serve a version of it, which is the control.
            arms: References of versions by the names of their arms.
            shares: Of each of those arms, over 0; the control has the rest. None for equal ones.
            metrics: What is measured; the first one decides. `errors`, `latency`, or a recorded
                value with its `name`, `kind` (event, value) and `higher_is_better`.
            alpha: The chance that any interval of a metric ever misses.
            covariate: The name of a recorded value from before the experiment, which makes the
                intervals narrower where it goes along with the metric (CUPED).
            horizon_units: The units of two arms together at which intervals are narrowest.
            minimum_units: How many units each arm needs before there is an interval.
            allocation: `fixed`, or `thompson`: `reallocate` lets the shares follow the results.
            reason: For the record.

        Raises:
            InvalidPlanError: The plan cannot be followed, or an arm is the control or of another
                model.
            SplitInUseError: A rollout or another experiment splits the units.
            NoActiveDeploymentError: Production serves nothing.
            NotDeployableError: A version cannot serve.
            VersionNotFoundError: There is no such version.
        """
        measured = metrics_of(metrics)
        wanted = shares_of(arms, shares)
        with self._catalogue.write() as connection:
            production = self._moves.free_production(connection, model_id)
            chosen = {CONTROL: production.version_id}
            for name, reference in arms.items():
                chosen[name] = self._moves.usable(connection, name, reference, production)
            plan = ExperimentPlan(
                arms=tuple(
                    PlannedArm(name=name, version_id=chosen[name], share=wanted[name])
                    for name in wanted
                ),
                metrics=measured,
                alpha=alpha,
                covariate=covariate,
                horizon_units=horizon_units,
                minimum_units=minimum_units,
                allocation=allocation,
            )
            return self._moves.begin(connection, model_id, plan, reason)

    def record(self, choice: Any, **outcome: Any) -> Any:
        """Take what became of a choice; the same as `record` of the router.

        Args:
            choice: What the router said.
            outcome: `success`, `latency_seconds`, `values` and `prediction_id`.

        Raises:
            InvalidInputError: Something is not what it must be, or nothing records here.
        """
        if self._recorder is None:
            raise InvalidInputError(
                "these experiments have no recorder; call record of the router that chose"
            )
        return self._recorder(choice, **outcome)

    def get(self, experiment_id: str) -> Experiment:
        """Return an experiment.

        Raises:
            ExperimentNotFoundError: There is none.
        """
        with self._catalogue.read() as connection:
            return get_experiment(connection, experiment_id)

    def find_open(self, model_id: str) -> Experiment | None:
        """Return the experiment that splits the units of a model now, or None."""
        with self._catalogue.read() as connection:
            row = experiments.find_open(connection, model_id)
        return None if row is None else to_experiment(row)

    def any_open(self) -> bool:
        """Whether any experiment of any model is running."""
        with self._catalogue.read() as connection:
            return bool(experiments.all_open(connection))

    def list(self, model_id: str, *, limit: int | None = None) -> list[Experiment]:
        """Return the experiments of a model, the newest first.

        Args:
            model_id: The model.
            limit: At most so many; None for all.

        Raises:
            ModelNotFoundError: There is no such model.
        """
        with self._catalogue.read() as connection:
            if not registrations.is_known(connection, model_id):
                raise ModelNotFoundError(model_id)
            found = experiments.of_model(connection, model_id, limit=limit)
        return [to_experiment(row) for row in found]

    def result(self, experiment_id: str) -> ExperimentResult:
        """Return what an experiment found until now; it may be asked at any time.

        Where the arms do not get their shares of the units, the experiment is stopped.

        Raises:
            ExperimentNotFoundError: There is no such experiment.
            DamagedEvidenceError: What was recorded cannot be read.
        """
        experiment = self.get(experiment_id)
        with self._analyses.latest(experiment) as analysis:
            if experiment.is_open and analysis.share_check.found:
                experiment = self._stop_for_shares(experiment_id, analysis)
            return self._told(experiment, analysis)

    def explain(self, experiment_id: str) -> ExperimentResult:
        """Return the same as `result` from the stored evidence, and change nothing.

        Raises:
            ExperimentNotFoundError: There is no such experiment.
            DamagedEvidenceError: What was recorded cannot be read.
        """
        experiment = self.get(experiment_id)
        return self._told(experiment, self._analyses.afresh(experiment))

    def check(self) -> tuple[str, ...]:
        """Look at all experiments that run; return the ids of those that had to be stopped."""
        with self._catalogue.read() as connection:
            running = experiments.all_open(connection)
        states = {each: self.result(each).state for each in running}
        return tuple(each for each, at in states.items() if at is ExperimentState.STOPPED_SRM)

    def stop(
        self, experiment_id: str, *, reason: str = "", winner: str | None = None
    ) -> Experiment:
        """Give all units back to the control and end the experiment.

        Args:
            experiment_id: Which.
            reason: For the record.
            winner: An arm, for the record; it is not promoted by this.

        Raises:
            ExperimentNotFoundError: There is no such experiment.
            IllegalExperimentMoveError: It has ended.
            UnknownChoiceError: The winner is none of its arms.
        """
        with self._catalogue.write() as connection:
            experiment = open_experiment(connection, experiment_id, "stopped")
            if winner is not None and winner not in experiment.arms:
                raise UnknownChoiceError("winner", winner, experiment.arms)
            return self._moves.end(connection, experiment, ExperimentState.STOPPED, reason, winner)

    def reallocate(self, experiment_id: str) -> Experiment:
        """Let the shares of the arms follow the results (Thompson sampling).

        Each arm gets units as often as it is likely to be the best in the first metric, and never
        less than 5 % of them.

        Raises:
            ExperimentNotFoundError: There is no such experiment.
            IllegalExperimentMoveError: Its shares are fixed, or it has ended.
        """
        from modelkeep.deployment.experimenting.thompson import best_probabilities, shares_for

        experiment = self.get(experiment_id)
        if experiment.plan.allocation != "thompson":
            reason = "its shares are fixed; start one with allocation='thompson'"
            raise IllegalExperimentMoveError(experiment_id, "reallocated", reason)
        first = experiment.plan.metrics[0]
        with self._analyses.latest(experiment) as analysis:
            if experiment.is_open and analysis.share_check.found:
                self._stop_for_shares(experiment_id, analysis)
            found = analysis.metrics[first.name]
            likely = best_probabilities(
                found.events, found.units, higher_is_better=first.higher_is_better
            )
        with self._catalogue.write() as connection:
            experiment = open_experiment(connection, experiment_id, "reallocated")
            return self._moves.reshare(connection, experiment, shares_for(likely), likely)

    def _told(self, experiment: Experiment, analysis: ExperimentAnalysis) -> ExperimentResult:
        from modelkeep.deployment.experimenting.telling import result_of

        return result_of(experiment, analysis, self._other_controls(experiment))

    def _other_controls(self, experiment: Experiment) -> tuple[str, ...]:
        """Return what else production served while the experiment ran."""
        started, ended = experiment.progress.started_event, experiment.progress.ended_event
        with self._catalogue.read() as connection:
            found = events.of_stage(connection, experiment.model_id, _PRODUCTION)
        control = experiment.plan.arms[0].version_id
        served = [
            str(event.after.get("version_id", ""))
            for event in reversed(found)
            if event.event_id > started and (not ended or event.event_id < ended)
        ]
        return tuple(version_id for version_id in served if version_id != control)

    def _stop_for_shares(self, experiment_id: str, analysis: ExperimentAnalysis) -> Experiment:
        with self._catalogue.write() as connection:
            experiment = get_experiment(connection, experiment_id)
            if not experiment.is_open:
                return experiment
            reason = analysis.findings()[0]
            return self._moves.end(
                connection, experiment, ExperimentState.STOPPED_SRM, reason, None
            )
