"""The judge: a pure function of the evidence that says go on, wait, or take the canary back.

The chance that a canary that is no worse is ever taken back is at most `alpha`, however often the
judge looks, whatever the traffic does meanwhile: every metric has a test that stays valid at all
times together (`deployment.statistics`), at alpha divided by the number of metrics.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from modelkeep.deployment.rollouts.metric_verdicts import (
    MOST_SHOWN,
    MetricVerdict,
    judge_metric,
)
from modelkeep.deployment.rollouts.plan import CanaryPlan, Step
from modelkeep.deployment.rollouts.watched import RolloutEvidence

SPLIT_ERROR = 0.01


class Decision(Enum):
    """What the judge says."""

    WAIT = "wait"
    ADVANCE = "advance"
    ABORT = "abort"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the judge says of a rollout at one look.

    Attributes:
        decision: What should follow.
        sentence: Why, in words, and what would change it.
        units: How many units stable and canary served.
        metrics: What was found of each.
        split_e_value: Evidence that the units are not split as they should be; found at 100.
        unasked: Names of values that were recorded though nothing guards them.
        evidence_until: The number of the last block of evidence that was looked at.
    """

    decision: Decision
    sentence: str
    units: tuple[int, int]
    metrics: tuple[MetricVerdict, ...]
    split_e_value: float
    unasked: tuple[str, ...]
    evidence_until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepProgress:
    """How far a step is.

    Attributes:
        step: What was planned.
        is_last: Whether the promotion comes next.
        elapsed_seconds: Since it began.
        canary_units_before: How many units the canary had served when it began.
        told_before: How many observations of each metric the canary had then.
    """

    step: Step
    is_last: bool
    elapsed_seconds: float
    canary_units_before: int
    told_before: dict[str, int]


def judge(plan: CanaryPlan, evidence: RolloutEvidence, progress: StepProgress) -> Verdict:
    """Return the verdict on all evidence up to now.

    Args:
        plan: What was agreed.
        evidence: All of it.
        progress: Of the step that runs.
    """
    stable, canary = evidence.totals
    alpha = plan.alpha / len(plan.metrics)
    found = tuple(
        judge_metric(metric, evidence.metrics[metric.name], alpha, evidence.totals)
        for metric in plan.metrics
    )
    split = evidence.shares.e_value()
    decision, sentence = _decide(found, split, progress, canary.units)
    return Verdict(
        decision=decision,
        sentence=sentence,
        units=(stable.units, canary.units),
        metrics=found,
        split_e_value=min(split, MOST_SHOWN),
        unasked=tuple(sorted(evidence.unasked)),
        evidence_until=evidence.sequence,
    )


def _decide(
    found: tuple[MetricVerdict, ...],
    split: float,
    progress: StepProgress,
    canary_units: int,
) -> tuple[Decision, str]:
    harmful = [each for each in found if each.harmful]
    if harmful:
        return Decision.ABORT, "; ".join(each.sentence for each in harmful)
    if split >= 1 / SPLIT_ERROR:
        return Decision.INCONCLUSIVE, (
            "the units are not split as they should be, so nothing else can be trusted; look for "
            "answers that are not recorded, or recorded twice"
        )
    waits = _what_is_missing(progress, canary_units)
    if waits:
        return Decision.WAIT, f"no harm found; the step goes on until {waits}"
    silent = [each.name for each in found if each.told[1] <= progress.told_before.get(each.name, 0)]
    if silent:
        return Decision.INCONCLUSIVE, (
            f"{', '.join(silent)} of the canary was never recorded in this step; "
            "record it, then resume"
        )
    open_ones = [each for each in found if not each.not_inferior]
    if progress.is_last and open_ones:
        return Decision.WAIT, (
            "no harm found, but it is not shown yet that the canary is not worse by more than the "
            f"margin: {'; '.join(each.sentence for each in open_ones)}"
        )
    return Decision.ADVANCE, "; ".join(each.sentence for each in found)


def _what_is_missing(progress: StepProgress, canary_units: int) -> str:
    step, missing = progress.step, []
    left = step.min_duration_seconds - progress.elapsed_seconds
    if left > 0:
        missing.append(f"{math.ceil(left)} s more have passed")
    units = step.min_units - (canary_units - progress.canary_units_before)
    if units > 0:
        missing.append(f"the canary has served {units} more units")
    return " and ".join(missing)
