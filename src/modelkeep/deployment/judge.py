"""The judge: a pure function of the evidence that says go on, wait, or take the canary back.

The chance that a canary that is no worse is ever taken back is at most `alpha`, however often the
judge looks, whatever the traffic does meanwhile: every metric has a test that stays valid at all
times together (`deployment.statistics`), at alpha divided by the number of metrics.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from modelkeep.deployment.rollouts.plan import CanaryPlan, GuardedMetric, Step
from modelkeep.deployment.rollouts.watched import (
    RolloutEvidence,
    Watched,
    WatchedRate,
    WatchedValue,
)
from modelkeep.deployment.statistics.exceedances import QUANTILES
from modelkeep.deployment.statistics.values import ValueEvidence

DEFAULT_RISK_MARGIN = 1.5
DEFAULT_SCALES_MARGIN = 0.2
DEFAULT_LATENCY_TOLERANCE = 1.1
SPLIT_ERROR = 0.01
_MOST_SHOWN = 1e6


class Decision(Enum):
    """What the judge says."""

    WAIT = "wait"
    ADVANCE = "advance"
    ABORT = "abort"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricVerdict:
    """What was found of one metric.

    Attributes:
        name: Of the metric.
        told: How many observations of it stable and canary have.
        events: How many of them were events, where it is one.
        e_value: Evidence that the canary is worse; harm is found at `needed`. At most 1e6.
        needed: One over the metric's part of alpha.
        low: Lower end of an interval that holds at all times together; None before there is one.
        high: Its upper end.
        effect: What the interval is of: `relative risk` or `difference`.
        harmful: Whether harm was found.
        not_inferior: Whether it is shown that the canary is not worse by more than the margin.
        better: Whether it is shown that stable is the worse one: a finding, not a failure.
        sentence: All this in words.
    """

    name: str
    told: tuple[int, int]
    events: tuple[int, int] | None
    e_value: float
    needed: float
    low: float | None
    high: float | None
    effect: str
    harmful: bool
    not_inferior: bool
    better: bool
    sentence: str


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
        _judge_metric(metric, evidence.metrics[metric.name], alpha, evidence)
        for metric in plan.metrics
    )
    split = evidence.shares.e_value()
    decision, sentence = _decide(found, split, progress, canary.units)
    return Verdict(
        decision=decision,
        sentence=sentence,
        units=(stable.units, canary.units),
        metrics=found,
        split_e_value=min(split, _MOST_SHOWN),
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


def _judge_metric(
    metric: GuardedMetric, watched: Watched, alpha: float, evidence: RolloutEvidence
) -> MetricVerdict:
    totals = [arm.metrics[metric.name] for arm in evidence.totals]
    told = (totals[0].told, totals[1].told)
    events = (totals[0].events, totals[1].events) if metric.kind == "event" else None
    seen = _seen(metric, watched, alpha)
    words = _sentence(told, events, seen, alpha)
    return MetricVerdict(
        name=metric.name,
        told=told,
        events=events,
        e_value=min(math.exp(min(seen.log_e_value, 100.0)), _MOST_SHOWN),
        needed=1 / alpha,
        low=seen.low,
        high=seen.high,
        effect=seen.effect,
        harmful=seen.log_e_value >= -math.log(alpha),
        not_inferior=seen.worst < seen.margin,
        better=seen.log_benefit >= -math.log(alpha),
        sentence=words,
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the statistics say of a metric, in the same words for each kind."""

    log_e_value: float = 0.0
    log_benefit: float = 0.0
    low: float | None = None
    high: float | None = None
    worst: float = math.inf
    margin: float = math.inf
    effect: str = "relative risk"
    what: str = ""


def _seen(metric: GuardedMetric, watched: Watched, alpha: float) -> _Seen:
    what = metric.name
    if isinstance(watched, WatchedValue):
        return _seen_value(metric, watched.evidence, alpha)
    margin = DEFAULT_RISK_MARGIN if metric.margin is None else metric.margin
    if isinstance(watched, WatchedRate):
        evidence = watched.evidence
        limits = evidence.relative_risk_interval(alpha)
        worst = evidence.upper_limit(alpha)
        log_e_value = evidence.log_e_value(metric.tolerance or 1.0)
        benefit = evidence.log_e_value_of_benefit()
    elif watched.evidence is None:
        return _Seen(margin=margin, what=what)
    else:
        slow = watched.evidence
        tolerance = metric.tolerance or DEFAULT_LATENCY_TOLERANCE
        log_e_value, benefit = slow.log_e_value(tolerance), slow.log_e_value_of_benefit()
        uppers = slow.upper_limits(alpha)
        worst = max(uppers)
        # Told is the threshold that shows harm, or else of which the least is known.
        log_values = [rate.log_e_value(tolerance) for rate in slow.rates]
        harmed = log_e_value >= -math.log(alpha)
        index = log_values.index(max(log_values)) if harmed else uppers.index(worst)
        limits = slow.rates[index].relative_risk_interval(alpha)
        what = f"answers slower than {slow.thresholds[index]:.3g} s (p{100 * QUANTILES[index]:g})"
    high = limits[1] if limits[1] < math.inf else None
    return _Seen(log_e_value, benefit, limits[0], high, worst, margin, "relative risk", what)


def _seen_value(metric: GuardedMetric, evidence: ValueEvidence | None, alpha: float) -> _Seen:
    if evidence is None:
        return _Seen(effect="difference", what=metric.name)
    margin = metric.margin
    if margin is None:
        margin = DEFAULT_SCALES_MARGIN * evidence.standard.scale
    low, high = evidence.difference_interval(alpha)
    return _Seen(
        log_e_value=evidence.log_e_value(metric.tolerance or 0.0),
        log_benefit=evidence.log_e_value_of_benefit(),
        low=low,
        high=high,
        worst=evidence.upper_limit_of_harm(alpha),
        margin=margin,
        effect="difference",
        what=metric.name,
    )


def _sentence(
    told: tuple[int, int],
    events: tuple[int, int] | None,
    seen: _Seen,
    alpha: float,
) -> str:
    what = seen.what
    if not told[1]:
        return f"{what}: nothing recorded of the canary yet"
    if seen.low is None:
        return f"{what}: still learning from stable what is usual"
    sure = f"{1 - alpha:.1%}"
    if seen.effect == "difference":
        spread = f"differs by {seen.low:+.4g} to {seen.high:+.4g} from stable ({sure} sure)"
    elif seen.high is None:
        spread = f"is at least {seen.low:.2f} times that of stable ({sure} sure)"
    else:
        spread = f"is {seen.low:.2f} to {seen.high:.2f} times that of stable ({sure} sure)"
    counts = ""
    if events is not None:
        counts = f", {events[1]} of {told[1]} against {events[0]} of {told[0]}"
    if seen.log_e_value >= -math.log(alpha):
        return f"{what}: the canary is worse, it {spread}{counts}"
    if seen.log_benefit >= -math.log(alpha):
        return f"{what}: the canary is better, it {spread}{counts}"
    if seen.worst < seen.margin:
        return f"{what}: not worse by more than the margin {seen.margin:.4g}, it {spread}{counts}"
    return f"{what}: it {spread}{counts}; the margin is {seen.margin:.4g}"
