"""Error rates of the analysis, by simulation with fixed seeds; the bounds allow for the runs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from modelkeep.deployment.experimenting.analysis import MetricAnalysis
from modelkeep.deployment.experimenting.outcomes import FirstOutcomes
from modelkeep.deployment.experimenting.plan import ExperimentPlan, MeasuredMetric, PlannedArm
from modelkeep.deployment.experimenting.thompson import best_probabilities, shares_for

RUNS, UNITS = 400, 4000
EVENT = MeasuredMetric(name="bought", kind="event", higher_is_better=True)
VALUE = MeasuredMetric(name="spent", kind="value", higher_is_better=True)


def plan_of(shares, metric, **more) -> ExperimentPlan:
    arms = tuple(
        PlannedArm(name="control" if n == 0 else f"arm{n}", version_id=f"v{n}", share=share)
        for n, share in enumerate(shares)
    )
    return ExperimentPlan(arms=arms, metrics=(metric,), **more)


def outcomes_of(metric, arms, values, shares, covariates=None) -> FirstOutcomes:
    return FirstOutcomes(
        metric=metric.name,
        arms=arms,
        values=values.astype(float),
        shares=np.broadcast_to(np.array(shares, dtype=float), (len(arms), len(shares))),
        covariates=covariates,
    )


def decisions_of(analysis) -> list[str]:
    return [effect.decision for effect in analysis.result().effects]


def most_wrong(runs, alpha) -> float:
    """The share of wrong runs that is passed by chance in about one of a thousand such tests."""
    return alpha + 3.1 * math.sqrt(alpha * (1 - alpha) / runs)


def ever_decided(analysis) -> bool:
    """Whether any interval left out 0, at any of the looks every 50 units."""
    trails = [effect.trail for effect in analysis.result().effects]
    return any(point.low > 0 or point.high < 0 for trail in trails for point in trail)


@pytest.mark.parametrize(
    ("metric", "shares", "draw"),
    [
        (EVENT, (0.5, 0.5), lambda random, arms: random.random(len(arms)) < 0.1),
        (EVENT, (0.7, 0.15, 0.15), lambda random, arms: random.random(len(arms)) < 0.05),
        (VALUE, (0.5, 0.5), lambda random, arms: random.lognormal(0, 1, len(arms))),
    ],
    ids=["two arms", "three arms 70/15/15", "lognormal"],
)
def test_without_a_difference_many_looks_are_wrong_as_often_as_said(metric, shares, draw):
    random = np.random.default_rng(5)
    plan = plan_of(shares, metric, horizon_units=3000)
    wrong, looks = 0, []
    for _ in range(RUNS):
        analysis, arms = MetricAnalysis(plan, metric), random.choice(len(shares), UNITS, p=shares)
        analysis.add(outcomes_of(metric, arms, draw(random, arms), shares))
        wrong += ever_decided(analysis)
        looks.append(len(analysis.result().effects[0].trail))
    assert min(looks) >= 50
    assert wrong / RUNS <= most_wrong(RUNS, 0.05)


def test_a_real_difference_is_found_on_its_side():
    random = np.random.default_rng(6)
    plan = plan_of((0.5, 0.5), EVENT, horizon_units=4000)
    lower = MeasuredMetric(name="bought", kind="event", higher_is_better=False)
    found = []
    for _ in range(50):
        arms = random.integers(0, 2, 8000)
        values = random.random(8000) < np.where(arms == 1, 0.14, 0.10)
        for metric, expected in ((EVENT, "better"), (lower, "worse")):
            analysis = MetricAnalysis(plan_of((0.5, 0.5), metric, horizon_units=4000), metric)
            analysis.add(outcomes_of(metric, arms, values, (0.5, 0.5)))
            effect = analysis.result().effects[0]
            found.append(effect.decision == expected)
            assert effect.low < effect.effect < effect.high
    assert plan.arms[1].share == 0.5
    assert np.mean(found) >= 0.9


def test_only_the_arm_that_differs_is_decided():
    random = np.random.default_rng(7)
    shares = (0.4, 0.3, 0.3)
    analysis = MetricAnalysis(plan_of(shares, EVENT), EVENT)
    arms = random.choice(3, size=20_000, p=shares)
    analysis.add(outcomes_of(EVENT, arms, random.random(20_000) < 0.1 + 0.05 * (arms == 2), shares))
    assert decisions_of(analysis) == ["undecided", "better"]


def test_a_covariate_narrows_the_interval_as_far_as_it_explains():
    random = np.random.default_rng(8)
    arms = random.integers(0, 2, 5000)
    before = random.normal(10, 2, 5000)
    spent = before + random.normal(0, 1, 5000) + 0.3 * arms
    widths = []
    for covariate in (None, "before"):
        analysis = MetricAnalysis(plan_of((0.5, 0.5), VALUE, covariate=covariate), VALUE)
        known = None if covariate is None else before
        analysis.add(outcomes_of(VALUE, arms, spent, (0.5, 0.5), known))
        effect = analysis.result().effects[0]
        widths.append(effect.high - effect.low)
        assert effect.low < 0.3 < effect.high
    # The covariate explains four fifths of the variance.
    assert widths[1] / widths[0] == pytest.approx(math.sqrt(0.2), rel=0.05)


def sampled(random, rates, *, units, batches, plan, drift=0.0):
    """Run one test with Thompson sampling; return its analysis and whether it ever decided."""
    analysis, shares = MetricAnalysis(plan, EVENT), tuple([1 / len(rates)] * len(rates))
    for batch in range(batches):
        arms = random.choice(len(rates), size=units, p=shares)
        chance = np.array(rates)[arms] + drift * batch / batches
        analysis.add(outcomes_of(EVENT, arms, random.random(units) < chance, shares))
        shares = shares_for(
            best_probabilities(analysis.events, analysis.units, higher_is_better=True)
        )
    return analysis, shares, ever_decided(analysis)


def test_thompson_sampling_is_wrong_as_often_as_said_also_while_all_arms_drift(monkeypatch):
    monkeypatch.setattr("modelkeep.deployment.experimenting.thompson.DRAWS", 500)
    random = np.random.default_rng(9)
    plan = plan_of((1 / 3, 1 / 3, 1 / 3), EVENT, allocation="thompson", horizon_units=3000)
    for base, drift in ((0.05, 0.0), (0.05, 0.2)):
        wrong = [
            sampled(random, [base] * 3, units=150, batches=20, plan=plan, drift=drift)[2]
            for _ in range(200)
        ]
        assert np.mean(wrong) <= most_wrong(200, 0.05)


def test_thompson_sampling_gives_units_to_the_best_arm_and_tells_the_effect():
    random = np.random.default_rng(10)
    plan = plan_of((1 / 3, 1 / 3, 1 / 3), EVENT, allocation="thompson", horizon_units=5000)
    effects = []
    for _ in range(10):
        analysis, shares, decided = sampled(
            random, [0.1, 0.1, 0.25], units=300, batches=20, plan=plan
        )
        found = analysis.result().effects[1]
        effects.append(found.effect)
        assert decided
        assert found.decision == "better"
        assert shares[2] > 0.85
        assert min(shares) >= 0.05
        assert sum(shares) == pytest.approx(1)
    assert np.mean(effects) == pytest.approx(0.15, abs=0.02)
