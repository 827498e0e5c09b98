"""What an experiment found, in plain English."""

from __future__ import annotations

import math
from collections.abc import Sequence

from modelkeep.deployment.experimenting.plan import CONTROL, MeasuredMetric, PlannedArm
from modelkeep.deployment.experimenting.result import ArmEffect
from modelkeep.deployment.statistics.sequences import Difference

_SURE = {
    "better": "it is better",
    "worse": "it is worse",
    "undecided": "that is not decided: the interval holds 0",
}


def amount(metric: MeasuredMetric, number: float, *, signed: bool = False) -> str:
    """Return a number of a metric with its unit.

    Args:
        metric: Events are told in percent, latencies in milliseconds.
        number: A mean, or a difference of two.
        signed: Whether it is a difference.
    """
    sign = "+" if signed else ""
    if metric.kind == "event":
        return f"{100 * number:{sign}.2f} {'points' if signed else '%'}"
    if metric.kind == "latency":
        return f"{1000 * number:{sign}.3g} ms"
    return f"{number:{sign}.4g}"


def interval_amounts(metric: MeasuredMetric, effect: ArmEffect) -> tuple[str, str, str]:
    """Return the difference and both ends of its interval for a table; dashes for no interval."""
    if math.isinf(effect.low):
        return "-", "-", "-"
    return (
        amount(metric, effect.effect, signed=True),
        amount(metric, effect.low, signed=True),
        amount(metric, effect.high, signed=True),
    )


def effect_sentence(
    metric: MeasuredMetric,
    arm: str,
    difference: Difference,
    decision: str,
    *,
    means: tuple[float, float],
    units: tuple[int, int],
    alpha: float,
    minimum: int,
) -> str:
    """Return what is known of an arm in a metric.

    Args:
        metric: Which.
        arm: The name of the arm.
        difference: How it compares.
        decision: What follows.
        means: Of the control and of the arm.
        units: Of the control and of the arm.
        alpha: The error of all intervals together.
        minimum: How many units each arm needs.
    """
    if not min(units):
        silent = CONTROL if not units[0] else arm
        return f"{metric.name}: no unit of {silent} has told it yet, so {arm} is undecided."
    told = (
        f"{metric.name}: {arm} has {amount(metric, means[1])}, {CONTROL} "
        f"{amount(metric, means[0])}, over {units[1]:,} and {units[0]:,} units"
    )
    if math.isinf(difference.low):
        if min(units) < minimum:
            return f"{told}; too few to say more, each needs {minimum:,}."
        return f"{told}; all are equal so far, which gives no scale for an interval."
    low, high = (amount(metric, end, signed=True) for end in (difference.low, difference.high))
    return (
        f"{told}. The difference is {amount(metric, difference.effect, signed=True)} "
        f"({100 * (1 - alpha):g} % interval {low} to {high}); {_SURE[decision]}."
    )


def share_sentence(arms: Sequence[PlannedArm], units: Sequence[int], e_value: float) -> str:
    """Return the finding that the arms do not get their shares."""
    counts = ", ".join(f"{arm.name} {count:,}" for arm, count in zip(arms, units, strict=True))
    return (
        f"The arms do not get their shares of the units ({counts}; E = {e_value:.3g}): units are "
        "lost or routed wrongly in one arm, so no comparison of the arms means anything. Look at "
        "where outcomes are recorded before you start again."
    )


def allocation_sentence() -> str:
    """Return the note on shares that follow the results."""
    return (
        "The shares followed the results (Thompson sampling): effects are weighted by the inverse "
        "of the probability of each choice, and their intervals are asymptotic."
    )


def covariate_sentence(name: str, missing: int) -> str:
    """Return the finding that units had no covariate."""
    return f"{missing:,} units had no {name!r}; they count with its mean."


def unasked_sentence(names: Sequence[str]) -> str:
    """Return the finding that values were recorded that nothing asks for."""
    listed = ", ".join(repr(name) for name in names)
    return f"Recorded, though the plan does not ask for it: {listed}. Is a name mistyped?"


def control_sentence(control: str, others: Sequence[str]) -> str:
    """Return the finding that production did not serve the control all the time."""
    served = ", ".join(dict.fromkeys(name or "nothing" for name in others))
    return (
        f"Production served {served} in place of the control {control} for a part of the time, so "
        "the arm of the control is a mixture. Start a new experiment for a clean answer."
    )
