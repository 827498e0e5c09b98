"""The analysis of an experiment: a function of its plan and of its blocks in their order."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from modelkeep.deployment.evidence import encoding
from modelkeep.deployment.experimenting import wording
from modelkeep.deployment.experimenting.outcomes import ExperimentOutcomes, FirstOutcomes
from modelkeep.deployment.experimenting.plan import ExperimentPlan, MeasuredMetric
from modelkeep.deployment.experimenting.result import (
    ArmEffect,
    Decision,
    MetricResult,
    ShareCheck,
    TrailPoint,
)
from modelkeep.deployment.experimenting.weighted import WeightedSequences
from modelkeep.deployment.statistics.logarithms import bounded_exponential
from modelkeep.deployment.statistics.sequences import Difference, MeanSequences

SHARE_ALPHA = 0.01
"""The chance that shares which are right are found to be wrong, ever."""
MOST_POINTS = 200
_FIRST_STEP = 50


@dataclass(slots=True)
class _Trail:
    """Intervals every so many units; when there are too many, every other one is dropped."""

    step: int = _FIRST_STEP
    points: list[tuple[int, tuple[Difference, ...]]] = field(default_factory=list)

    def add(self, units: int, differences: tuple[Difference, ...]) -> None:
        if any(math.isfinite(each.low) for each in differences):
            self.points.append((units, differences))
        if len(self.points) >= MOST_POINTS:
            self.step *= 2
            self.points = [point for point in self.points if point[0] % self.step == 0]


class MetricAnalysis:
    """Compares the arms in one metric.

    Args:
        plan: Of the experiment.
        metric: One of its metrics.
    """

    def __init__(self, plan: ExperimentPlan, metric: MeasuredMetric) -> None:
        self._plan, self.metric = plan, metric
        arms, horizon, minimum = len(plan.arms), plan.horizon_units, plan.minimum_units
        self._sequences: MeanSequences | WeightedSequences
        if plan.allocation == "thompson":
            self._sequences = WeightedSequences(arms, target=horizon, minimum=minimum)
        else:
            covariate = plan.covariate is not None
            self._sequences = MeanSequences(
                arms, covariate=covariate, target=horizon, minimum=minimum
            )
        self._trail = _Trail()
        self._units = 0

    @property
    def units(self) -> tuple[int, ...]:
        """How many units of each arm told the metric."""
        return self._sequences.units

    @property
    def events(self) -> tuple[int, ...]:
        """How many units of each arm had the event, where the metric is one."""
        pairs = zip(self._sequences.means, self.units, strict=True)
        return tuple(round(mean * count) if count else 0 for mean, count in pairs)

    def add(self, outcomes: FirstOutcomes) -> None:
        """Count units, and note the intervals on the way.

        Args:
            outcomes: Units that told this metric for the first time.
        """
        start, count = 0, len(outcomes.arms)
        while start < count:
            end = min(start + self._trail.step - self._units % self._trail.step, count)
            self._add(outcomes, slice(start, end))
            self._units += end - start
            start = end
            if self._units % self._trail.step == 0:
                self._trail.add(self._units, self._sequences.differences(self._plan.alpha))

    def _add(self, outcomes: FirstOutcomes, part: slice) -> None:
        values, arms = outcomes.values[part], outcomes.arms[part]
        if isinstance(self._sequences, WeightedSequences):
            self._sequences.add(values, arms, outcomes.shares[part])
        else:
            covariates = outcomes.covariates
            self._sequences.add(values, arms, None if covariates is None else covariates[part])

    def result(self) -> MetricResult:
        """Return what is known now."""
        differences = self._sequences.differences(self._plan.alpha)
        effects = tuple(self._effect(difference) for difference in differences)
        return MetricResult(metric=self.metric, control_units=self.units[0], effects=effects)

    def _effect(self, difference: Difference) -> ArmEffect:
        at, units, means = difference.arm, self.units, self._sequences.means
        decision = decision_of(difference, higher_is_better=self.metric.higher_is_better)
        name = self._plan.arms[at].name
        return ArmEffect(
            arm=name,
            effect=difference.effect,
            low=difference.low,
            high=difference.high,
            decision=decision,
            log_e_value=difference.log_e_value,
            units=units[at],
            mean=means[at],
            control_mean=means[0],
            trail=self._trail_of(difference),
            sentence=wording.effect_sentence(
                self.metric,
                name,
                difference,
                decision,
                means=(means[0], means[at]),
                units=(units[0], units[at]),
                alpha=self._plan.alpha,
                minimum=self._plan.minimum_units,
            ),
        )

    def _trail_of(self, now: Difference) -> tuple[TrailPoint, ...]:
        noted = [(units, found[now.arm - 1]) for units, found in self._trail.points]
        if not noted or noted[-1][0] != self._units:
            noted.append((self._units, now))
        return tuple(
            TrailPoint(units=units, effect=found.effect, low=found.low, high=found.high)
            for units, found in noted
            if math.isfinite(found.low)
        )


def decision_of(difference: Difference, *, higher_is_better: bool) -> Decision:
    """Return what an interval decides.

    Args:
        difference: Of an arm and the control.
        higher_is_better: Whether a greater mean is better.
    """
    if difference.low > 0:
        return "better" if higher_is_better else "worse"
    if difference.high < 0:
        return "worse" if higher_is_better else "better"
    return "undecided"


class ExperimentAnalysis:
    """All evidence of an experiment, as it comes.

    Args:
        plan: What was agreed.

    Attributes:
        metrics: The analysis of each metric by its name.
        sequence: Of the last block that was added.
    """

    def __init__(self, plan: ExperimentPlan) -> None:
        self._plan = plan
        self._outcomes = ExperimentOutcomes(plan)
        self.metrics = {metric.name: MetricAnalysis(plan, metric) for metric in plan.metrics}
        self._greatest_log_e = 0.0
        self.sequence = 0

    def add(self, sequence: int, payload: bytes) -> None:
        """Add the next block.

        Raises:
            DamagedEvidenceError: It is not what was written.
            InvalidInputError: It is of another split.
        """
        for outcomes in self._outcomes.add(encoding.decode(payload)):
            self.metrics[outcomes.metric].add(outcomes)
        log_e = self._outcomes.share_evidence.log_e_value()
        self._greatest_log_e = max(self._greatest_log_e, log_e)
        self.sequence = sequence

    @property
    def units(self) -> tuple[int, ...]:
        """How many units of each arm were seen."""
        return tuple(np.asarray(self._outcomes.units).tolist())

    @property
    def share_check(self) -> ShareCheck:
        """Whether the arms get their shares."""
        return ShareCheck(
            e_value=self._outcomes.share_evidence.e_value(),
            greatest_e_value=bounded_exponential(self._greatest_log_e),
            limit=1 / SHARE_ALPHA,
            found=self._greatest_log_e >= -math.log(SHARE_ALPHA),
        )

    def findings(self) -> tuple[str, ...]:
        """Return what makes the numbers less than they seem, in sentences."""
        found, outcomes, plan = [], self._outcomes, self._plan
        check = self.share_check
        if check.found:
            found.append(wording.share_sentence(plan.arms, self.units, check.greatest_e_value))
        if plan.allocation == "thompson":
            found.append(wording.allocation_sentence())
        if plan.covariate is not None and outcomes.without_covariate:
            missing = outcomes.without_covariate
            found.append(wording.covariate_sentence(plan.covariate, missing))
        if outcomes.unasked:
            found.append(wording.unasked_sentence(sorted(outcomes.unasked)))
        return tuple(found)
