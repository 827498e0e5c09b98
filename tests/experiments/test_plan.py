"""Plans: what they take, and what they refuse and say."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelkeep.deployment.experimenting.plan import (
    ExperimentPlan,
    MeasuredMetric,
    PlannedArm,
    metrics_of,
    shares_of,
)
from modelkeep.deployment.rollouts.errors import InvalidPlanError
from modelkeep.deployment.rollouts.plan import GuardedMetric

EVENT = MeasuredMetric(name="bought", kind="event", higher_is_better=True)
ARMS = (
    PlannedArm(name="control", version_id="v0", share=0.5),
    PlannedArm(name="mint", version_id="v1", share=0.5),
)


def test_metrics_are_taken_as_names_mappings_and_objects():
    guarded = GuardedMetric(name="spent", kind="value", higher_is_better=True)
    assert metrics_of(["errors", {"name": "latency"}, guarded, EVENT]) == (
        MeasuredMetric(name="errors", kind="event", higher_is_better=False),
        MeasuredMetric(name="latency", kind="latency", higher_is_better=False),
        MeasuredMetric(name="spent", kind="value", higher_is_better=True),
        EVENT,
    )


@pytest.mark.parametrize(
    ("metrics", "told"),
    [
        ("errors", "metrics is 'errors'; it must be a list"),
        (["erorrs"], "a metric is {'name': 'erorrs'}; it must be errors, latency, or"),
        ([{"name": "bought", "kind": "event"}], "and higher_is_better"),
        ([{"name": "errors", "margin": 2}], "and nothing else"),
        ([object()], "a metric is {}"),
    ],
)
def test_a_metric_that_does_not_say_what_it_is_is_refused(metrics, told):
    with pytest.raises(InvalidPlanError, match=told):
        metrics_of(metrics)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"alpha": 0.0}, "alpha is 0.0; it must be between 0 and 1"),
        ({"alpha": math.nan}, "alpha is nan"),
        ({"horizon_units": 1}, "horizon_units is 1; it must be 2 or more"),
        ({"minimum_units": 1}, "minimum_units is 1"),
        ({"allocation": "bandit"}, "allocation is 'bandit'; it must be fixed or thompson"),
        ({"covariate": ""}, "covariate is ''"),
        ({"covariate": "bought"}, "none of the metrics"),
        ({"metrics": ()}, r"metrics is \[\]; it must be 1 to 20"),
        ({"metrics": (EVENT, EVENT)}, "each name once"),
        (
            {"metrics": (MeasuredMetric(name="errors", kind="event", higher_is_better=True),)},
            "higher_is_better of metric 'errors' is True; it must be False",
        ),
        (
            {"metrics": (MeasuredMetric(name="slow", kind="latency", higher_is_better=False),)},
            "the kind of metric 'slow' is 'latency'; it must be event or value",
        ),
        (
            {"metrics": (MeasuredMetric(name="errors", kind="value", higher_is_better=False),)},
            "the kind of metric 'errors' is 'value'; it must be event",
        ),
        ({"arms": ARMS[:1]}, "it must be 2 to 64 with the control"),
        ({"arms": (*ARMS, PlannedArm(name="", version_id="v2", share=0.1))}, "printable text"),
        ({"allocation": "thompson", "covariate": "before"}, "None with Thompson sampling"),
        (
            {
                "allocation": "thompson",
                "metrics": (MeasuredMetric(name="n", kind="value", higher_is_better=True),),
            },
            "an event, because Thompson sampling follows the first metric",
        ),
    ],
)
def test_a_plan_that_cannot_be_followed_is_refused(changes, told):
    with pytest.raises(InvalidPlanError, match=told):
        ExperimentPlan(**{"arms": ARMS, "metrics": (EVENT,), **changes})


@pytest.mark.parametrize(
    ("names", "shares", "told"),
    [
        ([], None, "one or more besides the control"),
        (["control"], None, "without 'control'"),
        (["mint"], {"lime": 0.5}, "one for each of mint"),
        (["mint"], {"mint": 0}, "the share of 'mint' is 0; it must be over 0 and under 1"),
        (["mint"], {"mint": True}, "the share of 'mint' is True"),
        (["mint"], {"mint": 0.5, "control": 0.4}, "the sum of shares is 0.9; it must be 1"),
    ],
)
def test_shares_that_do_not_fit_are_refused(names, shares, told):
    with pytest.raises(InvalidPlanError, match=told):
        shares_of(names, shares)


@settings(deadline=None)
@given(st.lists(st.floats(min_value=1e-6, max_value=1), min_size=1, max_size=10))
def test_the_control_gets_what_the_others_leave(sizes):
    total = math.fsum(sizes) + 1
    given_shares = {f"arm{n}": size / total for n, size in enumerate(sizes)}
    shares = shares_of(given_shares, given_shares)
    assert list(shares) == ["control", *given_shares]
    assert math.fsum(shares.values()) == pytest.approx(1, abs=1e-12)
    assert all(0 < share < 1 for share in shares.values())
    assert {name: shares[name] for name in given_shares} == given_shares
