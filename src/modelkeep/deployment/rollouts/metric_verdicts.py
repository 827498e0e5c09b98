"""What the statistics say of one metric of a canary, in numbers and in words."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from modelkeep.deployment.evidence.totals import ArmTotals
from modelkeep.deployment.rollouts.plan import GuardedMetric
from modelkeep.deployment.rollouts.watched import Watched, WatchedRate, WatchedValue
from modelkeep.deployment.statistics.exceedances import QUANTILES
from modelkeep.deployment.statistics.rare_events import rate_upper_limit
from modelkeep.deployment.statistics.values import ValueEvidence

DEFAULT_RISK_MARGIN = 1.5
DEFAULT_SCALES_MARGIN = 0.2
DEFAULT_LATENCY_TOLERANCE = 1.1
MOST_SHOWN = 1e6
"""Greater e-values are told as this, since JSON has no infinity."""


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


def judge_metric(
    metric: GuardedMetric, watched: Watched, alpha: float, totals: tuple[ArmTotals, ArmTotals]
) -> MetricVerdict:
    """Return the verdict on a metric.

    Args:
        metric: What was agreed of it.
        watched: All evidence of it.
        alpha: Its part of the error.
        totals: Raw counts of both arms.
    """
    stable, canary = (arm.metrics[metric.name] for arm in totals)
    told = (stable.told, canary.told)
    events = (stable.events, canary.events) if metric.kind == "event" else None
    seen = _seen(metric, watched, alpha)
    if not canary.told:
        # A metric that only stable tells says that it is not recorded, not that it is worse.
        seen = _Seen(margin=seen.margin, effect=seen.effect, what=seen.what)
    if isinstance(watched, WatchedRate) and seen.worst >= seen.margin:
        seen = _seen_rare(metric, watched, totals[1].units, seen, alpha)
    words = _sentence(told, events, seen, alpha)
    return MetricVerdict(
        name=metric.name,
        told=told,
        events=events,
        e_value=min(math.exp(min(seen.log_e_value, 100.0)), MOST_SHOWN),
        needed=1 / alpha,
        low=seen.low,
        high=seen.high,
        effect=seen.effect,
        harmful=seen.log_e_value >= -math.log(alpha),
        not_inferior=seen.not_inferior,
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
    rare_below: float | None = None

    @property
    def not_inferior(self) -> bool:
        return self.worst < self.margin or self.rare_below is not None


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


def _seen_rare(
    metric: GuardedMetric, watched: WatchedRate, units: int, seen: _Seen, alpha: float
) -> _Seen:
    """Return the same, with an event that is rare for sure as one that is not inferior."""
    events = min(watched.evidence.canary_events, units)
    limit = rate_upper_limit(events, units, alpha)
    if limit >= metric.negligible_rate:
        return seen
    return replace(seen, rare_below=limit)


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
    return f"{what}: {_judged(seen, spread, alpha)}{counts}{_asked(seen, alpha)}"


def _judged(seen: _Seen, spread: str, alpha: float) -> str:
    if seen.log_e_value >= -math.log(alpha):
        return f"the canary is worse, it {spread}"
    if seen.log_benefit >= -math.log(alpha):
        return f"the canary is better, it {spread}"
    if seen.rare_below is not None:
        return f"under {seen.rare_below:.2%} of the units have it, which is negligible"
    if seen.worst < seen.margin:
        return f"not worse by more than the margin {seen.margin:.4g}, it {spread}"
    return f"it {spread}"


def _asked(seen: _Seen, alpha: float) -> str:
    is_open = max(seen.log_e_value, seen.log_benefit) < -math.log(alpha) and not seen.not_inferior
    return f"; the margin is {seen.margin:.4g}" if is_open else ""
