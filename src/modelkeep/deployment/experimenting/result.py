"""What an experiment says: effects with their intervals, decisions, and whether to trust them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from modelkeep.deployment.experimenting.plan import Allocation, MeasuredMetric
from modelkeep.deployment.experimenting.records import ExperimentState

Decision = Literal["better", "worse", "undecided"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailPoint:
    """Where the interval of an arm was after so many units.

    Attributes:
        units: Of all arms together, that had told the metric.
        effect: The mean of the arm less that of the control.
        low: The lower end of the interval.
        high: The upper end.
    """

    units: int
    effect: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmEffect:
    """How an arm compares with the control in a metric.

    Attributes:
        arm: Its name.
        effect: Its mean less that of the control; NaN while one has no unit.
        low: The lower end of the anytime-valid interval; minus infinity before the least units.
        high: The upper end; infinity before the least units.
        decision: Whether the interval leaves out 0, and on which side.
        log_e_value: ln E against "no difference".
        units: Of the arm, that told the metric.
        mean: Over those units; NaN without any.
        control_mean: The same of the control.
        trail: Where the interval was over time, at most 200 points.
        sentence: All that in words.
    """

    arm: str
    effect: float
    low: float
    high: float
    decision: Decision
    log_e_value: float
    units: int
    mean: float
    control_mean: float
    trail: tuple[TrailPoint, ...]
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricResult:
    """What is known of a metric.

    Attributes:
        metric: Which, and whether more of it is better.
        control_units: Units of the control that told it.
        effects: Of each arm but the control, in the order of the plan.
    """

    metric: MeasuredMetric
    control_units: int
    effects: tuple[ArmEffect, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareCheck:
    """Whether the arms get their shares of the units (SRM, a sample ratio mismatch).

    Attributes:
        e_value: Evidence against it, from 0; infinite where no float is so great.
        greatest_e_value: The greatest that it was after any block.
        limit: From which on the shares are found to be wrong.
        found: Whether it was reached.
    """

    e_value: float
    greatest_e_value: float
    limit: float
    found: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentResult:
    """What an experiment says now: the same evidence gives the same result.

    Attributes:
        experiment_id: Which experiment.
        model_id: Of which model.
        state: Where it stands.
        allocation: How units get their arms.
        alpha: The chance that any interval of a metric ever misses.
        units: Seen units of each arm by its name, the control first.
        shares: Of each arm by its name, now or when it ended.
        share_check: Whether the arms get their shares.
        metrics: Of each metric; the first decides.
        findings: What makes the numbers less than they seem, in sentences; empty if all is well.
        sentence: The answer in words.
    """

    experiment_id: str
    model_id: str
    state: ExperimentState
    allocation: Allocation
    alpha: float
    units: dict[str, int]
    shares: dict[str, float]
    share_check: ShareCheck
    metrics: tuple[MetricResult, ...]
    findings: tuple[str, ...]
    sentence: str

    @property
    def decisions(self) -> dict[str, Decision]:
        """What the first metric says of each arm; undecided where its shares are wrong."""
        if self.share_check.found:
            return {effect.arm: "undecided" for effect in self.metrics[0].effects}
        return {effect.arm: effect.decision for effect in self.metrics[0].effects}

    @property
    def best_arm(self) -> str | None:
        """The arm that is better than the control by most in the first metric; None for none."""
        better = [
            effect for effect in self.metrics[0].effects if self.decisions[effect.arm] == "better"
        ]
        return max(better, key=lambda effect: abs(effect.effect)).arm if better else None
