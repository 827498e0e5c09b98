"""Continuous metrics: exact evidence from bets, intervals, and simulations."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelkeep.deployment.statistics.values import (
    Standard,
    StandardWarmUp,
    ValueEvidence,
    running_value_log_e_values,
)
from modelkeep.errors import InvalidInputError, InvalidSettingError

RAMP = np.repeat([0.01, 0.05, 0.25, 0.5], 1_000)
LOWER = Standard(location=0.0, scale=1.0, higher_is_better=False)
DRAWS = {
    "normal": lambda rng, shape: rng.standard_normal(shape),
    "exponential": lambda rng, shape: rng.standard_exponential(shape),
    "minus exponential": lambda rng, shape: -rng.standard_exponential(shape),
    "t2": lambda rng, shape: rng.standard_t(2, shape),
    "one in ten": lambda rng, shape: (rng.random(shape) < 0.1) * 1.0,
    "nine in ten": lambda rng, shape: (rng.random(shape) < 0.9) * 1.0,
}
observations = st.lists(
    st.tuples(st.floats(-5, 5), st.booleans(), st.sampled_from([0.05, 0.5, 0.9])),
    min_size=1,
    max_size=30,
)


def counted(rows, standard=LOWER):
    evidence = ValueEvidence(standard)
    evidence.add(*(list(column) for column in zip(*rows, strict=True)))
    return evidence


@settings(deadline=None, max_examples=80)
@given(observations, st.floats(-6, 6), st.floats(-6, 6), st.sampled_from([0.05, 0.25, 0.5, 0.9]))
def test_the_expectation_of_the_next_never_grows_without_harm(rows, value, harm, weight):
    # Two values c and s with c - s the null harm: canary and stable see one of them each.
    standard = LOWER
    value, other = max(-3.0, min(3.0, value)), max(-3.0, min(3.0, value - harm))
    harm = value - other
    before = counted(rows, standard).e_value(harm)
    canary = counted([*rows, (value, True, weight)], standard).e_value(harm)
    stable = counted([*rows, (other, False, weight)], standard).e_value(harm)
    assert weight * canary + (1 - weight) * stable <= before * (1 + 1e-9)


@settings(deadline=None, max_examples=50)
@given(observations, st.integers(0, 30))
def test_batches_and_the_running_form_do_not_matter(rows, cut):
    parts = ValueEvidence(LOWER)
    for part in (rows[:cut], rows[cut:]):
        if part:
            parts.add(*(list(column) for column in zip(*part, strict=True)))
    values, arms, weights = zip(*rows, strict=True)
    running = running_value_log_e_values(values, arms, weights, LOWER)[-1]
    assert parts.log_e_value() == pytest.approx(running, abs=1e-9)
    assert counted(rows).log_e_value() == pytest.approx(running, abs=1e-9)


@settings(deadline=None, max_examples=50)
@given(observations)
def test_evidence_falls_as_more_harm_is_allowed(rows):
    evidence = counted(rows)
    found = [evidence.log_e_value(harm) for harm in np.linspace(-6, 6, 49)]
    assert (np.diff(found) <= 1e-9).all()


def test_limits_are_where_the_tests_reject():
    rng = np.random.default_rng(1)
    arms = rng.random(4_000) < 0.3
    evidence = ValueEvidence(Standard(location=10.0, scale=2.0, higher_is_better=False))
    evidence.add(10 + 2 * rng.standard_normal(4_000) + arms, arms, 0.3)
    low, high = evidence.difference_interval(0.05)
    assert low < evidence.difference() < high
    assert evidence.log_e_value(low) == pytest.approx(math.log(40), abs=1e-6)
    assert low < evidence.upper_limit_of_harm(0.05) < high


def test_a_null_beyond_what_clipped_means_can_differ_by_counts_as_the_farthest():
    evidence = counted([(1.0, True, 0.5)] * 90)
    assert evidence.log_e_value(100.0) == evidence.log_e_value(6.0) < 0
    assert evidence.log_e_value(-100.0) == evidence.log_e_value(-6.0) > 0


def test_higher_is_better_turns_harm_around():
    rng = np.random.default_rng(2)
    arms = rng.random(3_000) < 0.5
    values = rng.standard_normal(3_000) - 0.3 * arms
    quality = ValueEvidence(Standard(location=0.0, scale=1.0))
    cost = ValueEvidence(LOWER)
    for evidence in (quality, cost):
        evidence.add(values, arms, 0.5)
    assert quality.log_e_value() == pytest.approx(cost.log_e_value_of_benefit())
    assert quality.e_value() > 20
    assert cost.e_value() < 1
    assert quality.difference() == pytest.approx(cost.difference()) == pytest.approx(-0.3, abs=0.1)
    assert quality.difference_interval() == pytest.approx(cost.difference_interval())
    assert quality.upper_limit_of_harm() > 0.3
    assert cost.upper_limit_of_harm() < 0


def test_without_a_ramp_the_difference_is_that_of_horvitz_and_thompson():
    rng = np.random.default_rng(3)
    arms = rng.random(500) < 0.2
    values = rng.uniform(-1, 1, 500)
    evidence = ValueEvidence(LOWER)
    evidence.add(values, arms, 0.2)
    assert evidence.difference() == pytest.approx(np.mean(values * (arms / 0.2 - (1 - arms) / 0.8)))


def test_the_warm_up_freezes_a_robust_scale():
    warm_up = StandardWarmUp(1_000)
    values = 5 + 2 * np.random.default_rng(4).standard_normal(1_000)
    values[:20] = 1e9
    warm_up.add(values)
    standard = warm_up.standard(higher_is_better=False, clip=2.0)
    assert (standard.location, standard.scale) == pytest.approx((5, 2), abs=0.2)
    assert (standard.higher_is_better, standard.clip) == (False, 2.0)


@pytest.mark.parametrize(("values", "scale"), [([1.0] * 19 + [2.0], 0.2179), ([3.0] * 20, 1.0)])
def test_where_most_values_are_equal_there_is_still_a_scale(values, scale):
    warm_up = StandardWarmUp(20)
    warm_up.add(values)
    assert warm_up.standard().scale == pytest.approx(scale, abs=1e-4)


def test_clipped_and_known_observations_are_counted():
    evidence = ValueEvidence(LOWER)
    evidence.add([100.0, 1.0, 100.0], [True, False, False], [0.5, 0.5, 0.0])
    assert (evidence.clipped, evidence.uninformative) == (1, 1)
    assert (evidence.stable_values, evidence.canary_values) == (1, 1)
    assert evidence.difference() == pytest.approx((3.0 - 1.0) * 0.5 / 0.5)


def test_nothing_is_known_of_nothing():
    evidence = ValueEvidence(Standard(location=0.0, scale=2.0))
    assert evidence.difference() is None
    assert evidence.e_value() == pytest.approx(1)
    assert evidence.difference_interval() == (-12, 12)
    assert evidence.upper_limit_of_harm() == 12


def test_a_stored_one_says_the_same():
    evidence = counted([(1.0, True, 0.1), (-2.0, False, 0.2), (9.0, True, 1.0)])
    again = ValueEvidence.from_plain(json.loads(json.dumps(evidence.to_plain())))
    assert again.to_plain() == evidence.to_plain()
    again.add([1.0], [True], 0.5)
    for plain in ({}, evidence.to_plain() | {"sums": [1]}, evidence.to_plain() | {"standard": {}}):
        with pytest.raises(InvalidInputError):
            ValueEvidence.from_plain(plain)


@pytest.mark.parametrize(
    ("name", "value"), [("location", math.nan), ("scale", 0.0), ("clip", math.inf)]
)
def test_a_standard_that_measures_nothing_is_refused(name, value):
    with pytest.raises(InvalidSettingError, match=name):
        Standard(**({"location": 0.0, "scale": 1.0} | {name: value}))


def test_bad_values_are_named_and_nothing_counted():
    evidence = ValueEvidence(LOWER)
    with pytest.raises(InvalidInputError, match="values hold nan"):
        evidence.add([1.0, math.nan], [True, False], 0.5)
    assert evidence.canary_values == 0


@pytest.mark.parametrize("weight", [0.01, 0.1, 0.5])
@pytest.mark.parametrize("kind", DRAWS)
def test_equal_values_abort_wrongly_in_5_percent_at_most(kind, weight, most_wrong):
    rng, draw = np.random.default_rng(5), DRAWS[kind]
    warm_up = StandardWarmUp()
    warm_up.add(draw(rng, 300))
    values = draw(rng, (200, 4_000))
    arms = rng.random(values.shape) < weight
    standard = warm_up.standard(higher_is_better=False)
    log_e = running_value_log_e_values(values, arms, weight, standard)
    assert (log_e.max(axis=1) >= math.log(20)).sum() <= most_wrong(200)


def test_a_greater_spread_of_the_canary_is_no_harm(most_wrong):
    rng = np.random.default_rng(6)
    values = rng.standard_normal((200, 4_000))
    arms = rng.random(values.shape) < 0.1
    values = np.where(arms, 2 * values, values)
    log_e = running_value_log_e_values(values, arms, 0.1, LOWER)
    assert (log_e.max(axis=1) >= math.log(20)).sum() <= most_wrong(200)


def test_a_ramp_under_drift_is_no_harm_but_a_shift_is_found(most_wrong):
    rng = np.random.default_rng(7)
    arms = rng.random((200, RAMP.size)) < RAMP
    values = rng.standard_normal(arms.shape) + np.linspace(-1, 1, RAMP.size)
    weights = np.broadcast_to(RAMP, arms.shape)
    log_e = running_value_log_e_values(values, arms, weights, LOWER)
    assert (log_e.max(axis=1) >= math.log(20)).sum() <= most_wrong(200)
    log_e = running_value_log_e_values(values + 0.5 * arms, arms, weights, LOWER)
    assert (log_e.max(axis=1) >= math.log(20)).mean() >= 0.95


def test_the_interval_holds_at_all_looks_over_a_ramp(most_wrong):
    rng, missed = np.random.default_rng(8), 0
    for _ in range(60):
        evidence = ValueEvidence(LOWER)
        arms = rng.random(RAMP.size) < RAMP
        values = rng.uniform(-1, 1, RAMP.size) + 0.4 * arms
        outside = False
        for start in range(0, RAMP.size, 400):
            part = slice(start, start + 400)
            evidence.add(values[part], arms[part], RAMP[part])
            low, high = evidence.difference_interval()
            outside |= not low <= 0.4 <= high
        missed += outside
        assert high - low < 1
    assert missed <= most_wrong(60)
