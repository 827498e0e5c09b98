"""The plan of a canary rollout: steps, what is guarded, and what follows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

from modelkeep.deployment.rollouts.errors import InvalidPlanError
from modelkeep.management.webhooks import Webhook, is_address

Kind = Literal["event", "latency", "value"]
ERRORS, LATENCY = "errors", "latency"
_BUILT_IN: dict[str, Kind] = {ERRORS: "event", LATENCY: "latency"}
_MOST_STEPS = 100
LEAST = 20
"""So many units a warm-up needs at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A share of the units, and how long the canary has it at least.

    Attributes:
        weight: The share, over 0 up to 1; 0 is for the only step of a shadow rollout.
        min_duration_seconds: It lasts at least so long.
        min_units: The canary serves at least so many units in it.
        gate: `automatic` goes on by itself; `manual` pauses until someone resumes.
    """

    weight: float
    min_duration_seconds: float = 300.0
    min_units: int = 100
    gate: Literal["automatic", "manual"] = "automatic"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardedMetric:
    """What the judge watches.

    Attributes:
        name: `errors` and `latency` are known by themselves; any other is the name of a value that
            is recorded, whose `kind` must be told.
        kind: `event` (it happened or not), `latency` (seconds) or `value` (a number).
        margin: How much worse is still not inferior. Of an event or a latency a ratio over 1: of
            the rates, or of the rates of slow answers. Of a value a difference over 0, in its unit;
            None for a fifth of its standard deviation.
        tolerance: How much worse is no harm at all, in the same terms as the margin; None for 1 of
            an event, 0 of a value, and 1.1 of a latency: a canary serves fewer units, so its caches
            are colder, and with much traffic even that is found.
        negligible_rate: Of an event: where it is shown that less than this share of the units of
            the canary has it, it is not inferior, whatever the ratio; 0 to 1.
        higher_is_better: Whether more of a value is better.
    """

    name: str
    kind: Kind = "event"
    margin: float | None = None
    tolerance: float | None = None
    negligible_rate: float = 0.005
    higher_is_better: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryPlan:
    """How a version is tried on a growing share of the units.

    After the last step always comes the promotion: no step needs the weight 1.

    Attributes:
        steps: In order, with weights that do not fall.
        metrics: What is guarded; the error `alpha` is split evenly over them.
        on_success: `promote` to production, or `hold` at the last step until someone promotes.
        on_failure: `abort` at once, or `pause` for someone to look.
        deadline_seconds: After so long without a decision it is inconclusive.
        shadow: The canary is called beside stable for every unit and never served.
        alpha: Chance of an abort although the canary is not worse, over the whole rollout.
        warm_up_units: So many units of stable tell what is usual before latencies and values count.
        webhooks: Addresses to tell.
    """

    steps: tuple[Step, ...]
    metrics: tuple[GuardedMetric, ...] = (GuardedMetric(name=ERRORS),)
    on_success: Literal["promote", "hold"] = "promote"
    on_failure: Literal["abort", "pause"] = "abort"
    deadline_seconds: float = 7 * 24 * 3600.0
    shadow: bool = False
    alpha: float = 0.05
    warm_up_units: int = 300
    webhooks: tuple[Webhook, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a plan that cannot be followed."""
        _check(self)

    def to_mapping(self) -> dict[str, Any]:
        """Return it as JSON values."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain


def plan_of(plan: CanaryPlan | Mapping[str, Any] | Path | str) -> CanaryPlan:
    """Return a plan from what a user gives.

    Args:
        plan: A plan, a mapping with its fields, or the path of a TOML or JSON file with them.
            In a mapping a metric may be its name alone, if that is `errors` or `latency`, and
            a step its weight alone.

    Raises:
        InvalidPlanError: It cannot be followed, or has fields that there are not.
        OSError: The file cannot be read.
    """
    if isinstance(plan, CanaryPlan):
        return plan
    if isinstance(plan, Path | str):
        plan = _read(Path(plan))
    full = dict(plan)
    for key, name in (("steps", "weight"), ("metrics", "name")):
        given = full.get(key, ())
        if isinstance(given, list | tuple):
            full[key] = [each if isinstance(each, Mapping) else {name: each} for each in given]
    full["metrics"] = [_with_kind(each) for each in full["metrics"]] or [{"name": ERRORS}]
    _refuse_unknown(full)
    try:
        return msgspec.convert(full, CanaryPlan)
    except msgspec.ValidationError as error:
        if isinstance(error.__cause__, InvalidPlanError):
            raise error.__cause__ from error
        raise InvalidPlanError("the plan", plan, f"as documented: {error}") from error


def _read(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    decode = msgspec.toml.decode if path.suffix == ".toml" else msgspec.json.decode
    try:
        read = decode(content)
    except msgspec.DecodeError as error:
        raise InvalidPlanError(f"plan {path}", str(error), "valid TOML or JSON") from error
    if not isinstance(read, dict):
        raise InvalidPlanError(f"plan {path}", read, "a table of fields")
    return read


def _with_kind(metric: Mapping[str, Any]) -> dict[str, Any]:
    """Return a metric with its kind: a name that nobody knows must tell what it is."""
    name = metric.get("name")
    if name in _BUILT_IN:
        return {"kind": _BUILT_IN[name], **metric}
    if "kind" not in metric:
        raise InvalidPlanError(
            "metric", name, "errors, latency, or a recorded value whose kind is told (event, value)"
        )
    return dict(metric)


_FIELDS = {
    "": CanaryPlan.__dataclass_fields__,
    "steps": Step.__dataclass_fields__,
    "metrics": GuardedMetric.__dataclass_fields__,
    "webhooks": Webhook.__dataclass_fields__,
}


def _refuse_unknown(plan: Mapping[str, Any]) -> None:
    for room, fields in _FIELDS.items():
        tables = [plan] if not room else plan.get(room, [])
        for table in tables if isinstance(tables, list | tuple) else []:
            for key in table if isinstance(table, Mapping) else ():
                if key not in fields:
                    place = f"a field of {room or 'the plan'}"
                    raise InvalidPlanError(place, key, f"one of {', '.join(fields)}")


def _require(ok: bool, where: str, value: object, rule: str) -> None:
    if not ok:
        raise InvalidPlanError(where, value, rule)


def _check(plan: CanaryPlan) -> None:
    _require(1 <= len(plan.steps) <= _MOST_STEPS, "steps", plan.steps, "1 to 100 steps")
    before = 0.0
    for number, step in enumerate(plan.steps, 1):
        where = f"step {number}"
        lowest = 0.0 if plan.shadow else math.ulp(0.0)
        _require(lowest <= step.weight <= 1, f"the weight of {where}", step.weight, "over 0, to 1")
        _require(step.weight >= before, f"the weight of {where}", step.weight, f"at least {before}")
        _require(
            0 <= step.min_duration_seconds < math.inf,
            f"min_duration_seconds of {where}", step.min_duration_seconds, "0 or more",
        )  # fmt: skip
        _require(step.min_units >= 0, f"min_units of {where}", step.min_units, "0 or more")
        before = step.weight
    if plan.shadow:
        weights = [step.weight for step in plan.steps]
        _require(weights == [0.0], "weights of a shadow rollout", weights, "one step of weight 0")
    _check_metrics(plan)
    _require(0 < plan.alpha < 1, "alpha", plan.alpha, "between 0 and 1")
    _require(plan.deadline_seconds > 0, "deadline_seconds", plan.deadline_seconds, "over 0")
    _require(plan.warm_up_units >= LEAST, "warm_up_units", plan.warm_up_units, f"{LEAST} or more")
    for hook in plan.webhooks:
        known = is_address(hook.url)
        _require(known, "the url of a webhook", hook.url, "an http or https address")


def _check_metrics(plan: CanaryPlan) -> None:
    names = [metric.name for metric in plan.metrics]
    _require(bool(names), "metrics", names, "one or more")
    _require(len(set(names)) == len(names), "metrics", names, "each name once")
    for metric in plan.metrics:
        where = f"metric {metric.name!r}"
        _require(bool(metric.name), "the name of a metric", metric.name, "a text")
        built_in = _BUILT_IN.get(metric.name)
        _require(
            built_in in (None, metric.kind), f"the kind of {where}", metric.kind, f"{built_in}"
        )
        _require(
            built_in is not None or metric.kind != "latency",
            f"the kind of {where}", metric.kind, "event or value; latency has its own name",
        )  # fmt: skip
        _require(
            metric.kind == "value" or not metric.higher_is_better,
            f"higher_is_better of {where}", True, "false: events and latencies are better when low",
        )  # fmt: skip
        share = metric.negligible_rate
        _require(0 <= share <= 1, f"the negligible_rate of {where}", share, "0 to 1")
        no_change = 0.0 if metric.kind == "value" else 1.0
        if metric.tolerance is not None:
            _require(
                no_change <= metric.tolerance < math.inf,
                f"the tolerance of {where}", metric.tolerance, f"{no_change:g} or more",
            )  # fmt: skip
        if metric.margin is not None:
            _require(
                (metric.tolerance or no_change) < metric.margin < math.inf,
                f"the margin of {where}", metric.margin,
                f"over {metric.tolerance or no_change:g}, which is no harm",
            )  # fmt: skip
