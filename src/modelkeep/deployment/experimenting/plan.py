"""The plan of an experiment: its arms, what is measured, and how sure the answer has to be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from modelkeep.deployment.rollouts.errors import InvalidPlanError

CONTROL = "control"
"""The arm that production serves; it has the index 0."""
LEAST_SHARE = 0.05
"""What Thompson sampling leaves each arm at least."""
MOST_METRICS = 20
_MOST_ARMS = 64
_MOST_SAMPLED_ARMS = 10
_ROUNDING = 1e-9
_LONGEST_NAME = 64

MetricKind = Literal["event", "latency", "value"]
Allocation = Literal["fixed", "thompson"]
_ALLOCATIONS = ("fixed", "thompson")
_BUILT_IN: dict[str, tuple[MetricKind, bool]] = {
    "errors": ("event", False),
    "latency": ("latency", False),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredMetric:
    """What an experiment compares: the mean over units of what each told first.

    Attributes:
        name: `errors`, `latency`, or the name of a value that is recorded.
        kind: `event` (it happened or not), `latency` (seconds) or `value` (a number).
        higher_is_better: Whether more of it is better.
    """

    name: str
    kind: MetricKind
    higher_is_better: bool


class MetricLike(Protocol):
    """Anything that says what is measured, such as a guarded metric of a rollout."""

    @property
    def name(self) -> str:
        """Of the metric."""

    @property
    def kind(self) -> MetricKind:
        """What it is."""

    @property
    def higher_is_better(self) -> bool:
        """Whether more of it is better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedArm:
    """An arm of an experiment.

    Attributes:
        name: Of the arm.
        version_id: What it serves.
        share: The share of the units that it gets at the start, over 0 and under 1.
    """

    name: str
    version_id: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentPlan:
    """What was agreed before the first unit.

    Attributes:
        arms: The control first.
        metrics: What is measured; the first one decides.
        alpha: The chance that any interval of a metric ever misses; the arms share it evenly.
        covariate: The name of a recorded value from before the experiment; None for none.
        horizon_units: The units, of two arms together, at which the intervals are narrowest.
        minimum_units: How many units each arm needs before there is an interval.
        allocation: `fixed` shares, or `thompson` for shares that follow the results.
    """

    arms: tuple[PlannedArm, ...]
    metrics: tuple[MeasuredMetric, ...]
    alpha: float = 0.05
    covariate: str | None = None
    horizon_units: int = 10_000
    minimum_units: int = 100
    allocation: Allocation = "fixed"

    def __post_init__(self) -> None:
        """Refuse a plan that cannot be followed."""
        _check_settings(self)
        _check_metrics(self)
        _check_arms(self)


def metrics_of(
    metrics: Iterable[str | Mapping[str, Any] | MetricLike],
) -> tuple[MeasuredMetric, ...]:
    """Return what is measured from what a user gives.

    Args:
        metrics: `errors` or `latency`, mappings with `name`, `kind` and `higher_is_better`, or
            objects that have those.

    Raises:
        InvalidPlanError: One of them does not say what it is.
    """
    if isinstance(metrics, str | Mapping):
        raise InvalidPlanError("metrics", metrics, "a list of metrics")
    return tuple(_metric_of(metric) for metric in metrics)


def shares_of(names: Iterable[str], shares: Mapping[str, float] | None) -> dict[str, float]:
    """Return the share of each arm, of the control first.

    Args:
        names: Of the arms but the control.
        shares: Of each of those; that of the control may be left out. None for equal ones.

    Raises:
        InvalidPlanError: They do not fit the arms, or leave no unit to one of them.
    """
    arms = list(names)
    if not arms:
        raise InvalidPlanError("arms", arms, "one or more besides the control")
    if CONTROL in arms:
        rule = f"without {CONTROL!r}, which is what production serves"
        raise InvalidPlanError("arms", arms, rule)
    if shares is None:
        equal = 1 / (len(arms) + 1)
        return _with_control(dict.fromkeys(arms, equal))
    if set(shares) - {CONTROL} != set(arms):
        named = ", ".join(sorted(arms))
        raise InvalidPlanError("shares", dict(shares), f"one for each of {named}")
    for name, share in shares.items():
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 < share < 1:
            raise InvalidPlanError(f"the share of {name!r}", share, "over 0 and under 1")
    if CONTROL in shares and abs(math.fsum(shares.values()) - 1) > _ROUNDING:
        raise InvalidPlanError("the sum of shares", math.fsum(shares.values()), "1")
    return _with_control({name: float(shares[name]) for name in arms})


def _with_control(shares: Mapping[str, float]) -> dict[str, float]:
    # Never below 0 in floating point: the router refuses weights that sum to more than 1.
    return {CONTROL: max(1.0 - math.fsum(shares.values()), 0.0), **shares}


def _metric_of(metric: str | Mapping[str, Any] | MetricLike) -> MeasuredMetric:
    if isinstance(metric, MeasuredMetric):
        return metric
    if isinstance(metric, str):
        metric = {"name": metric}
    if not isinstance(metric, Mapping):
        fields = MeasuredMetric.__dataclass_fields__
        metric = {name: getattr(metric, name) for name in fields if hasattr(metric, name)}
    given = dict(metric)
    if given.get("name") in _BUILT_IN:
        kind, higher = _BUILT_IN[given["name"]]
        given = {"kind": kind, "higher_is_better": higher, **given}
    missing = MeasuredMetric.__dataclass_fields__.keys() - given.keys()
    unknown = given.keys() - MeasuredMetric.__dataclass_fields__.keys()
    if missing or unknown:
        rule = (
            "errors, latency, or a recorded value with its name, kind (event, value) and "
            "higher_is_better, and nothing else"
        )
        raise InvalidPlanError("a metric", dict(metric), rule)
    return MeasuredMetric(**given)


def _require(ok: bool, where: str, value: object, rule: str) -> None:
    if not ok:
        raise InvalidPlanError(where, value, rule)


def _check_settings(plan: ExperimentPlan) -> None:
    _require(0 < plan.alpha < 1, "alpha", plan.alpha, "between 0 and 1")
    _require(plan.horizon_units >= 2, "horizon_units", plan.horizon_units, "2 or more")  # noqa: PLR2004
    _require(plan.minimum_units >= 2, "minimum_units", plan.minimum_units, "2 or more")  # noqa: PLR2004
    _require(
        plan.allocation in _ALLOCATIONS, "allocation", plan.allocation, "fixed or thompson"
    )  # fmt: skip
    if plan.covariate is not None:
        _require(
            isinstance(plan.covariate, str) and bool(plan.covariate),
            "covariate", plan.covariate, "the name of a recorded value, or None",
        )  # fmt: skip
        names = [metric.name for metric in plan.metrics]
        _require(plan.covariate not in names, "covariate", plan.covariate, "none of the metrics")


def _check_metrics(plan: ExperimentPlan) -> None:
    names = [metric.name for metric in plan.metrics]
    _require(0 < len(names) <= MOST_METRICS, "metrics", names, f"1 to {MOST_METRICS}")
    for metric in plan.metrics:
        where = f"metric {metric.name!r}"
        named = isinstance(metric.name, str) and bool(metric.name)
        _require(named, "the name of a metric", metric.name, "a text")
        _require(
            isinstance(metric.higher_is_better, bool),
            f"higher_is_better of {where}", metric.higher_is_better, "True or False",
        )  # fmt: skip
        built_in = _BUILT_IN.get(metric.name)
        kinds = ("event", "value") if built_in is None else (built_in[0],)
        _require(metric.kind in kinds, f"the kind of {where}", metric.kind, " or ".join(kinds))
        _require(
            built_in is None or not metric.higher_is_better,
            f"higher_is_better of {where}", True, "False",
        )  # fmt: skip
    _require(len(set(names)) == len(names), "metrics", names, "each name once")


def _check_arms(plan: ExperimentPlan) -> None:
    names = [arm.name for arm in plan.arms]
    _require(2 <= len(names) <= _MOST_ARMS, "arms", names, f"2 to {_MOST_ARMS} with the control")  # noqa: PLR2004
    _require(names[0] == CONTROL and len(set(names)) == len(names), "the names of arms", names,
             f"each one once, {CONTROL!r} first and not given by hand")  # fmt: skip
    versions = [arm.version_id for arm in plan.arms]
    _require(len(set(versions)) == len(versions), "versions", versions, "another one in each arm")
    for arm in plan.arms:
        usable = isinstance(arm.name, str) and 0 < len(arm.name) <= _LONGEST_NAME
        _require(
            usable and arm.name.isprintable(),
            "the name of an arm", arm.name, f"a printable text of 1 to {_LONGEST_NAME} characters",
        )  # fmt: skip
        _require(0 < arm.share < 1, f"the share of {arm.name!r}", arm.share, "over 0 and under 1")
    if plan.allocation == "thompson":
        _check_sampled(plan)


def _check_sampled(plan: ExperimentPlan) -> None:
    first, few = plan.metrics[0], len(plan.arms) <= _MOST_SAMPLED_ARMS
    _require(first.kind == "event", f"metric {first.name!r}", first.kind,
             "an event, because Thompson sampling follows the first metric")  # fmt: skip
    _require(few, "arms", len(plan.arms), f"at most {_MOST_SAMPLED_ARMS} with Thompson sampling")
    _require(plan.covariate is None, "covariate", plan.covariate, "None with Thompson sampling")
    shares = [arm.share for arm in plan.arms]
    enough = min(shares) >= LEAST_SHARE
    _require(enough, "shares", shares, f"{LEAST_SHARE} or more each with Thompson sampling")
