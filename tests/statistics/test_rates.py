"""Event rates: the formula, its limits, and simulations with a stated error."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelkeep.deployment.statistics.rates import RateEvidence, running_log_e_values
from modelkeep.errors import InvalidInputError, InvalidSettingError

RAMP = np.repeat([0.01, 0.05, 0.25, 0.5], 5_000)
events = st.lists(
    st.tuples(st.booleans(), st.sampled_from([0.01, 0.1, 0.5, 0.9])), min_size=1, max_size=40
)


def counted(pairs):
    evidence = RateEvidence()
    evidence.add([arm for arm, _ in pairs], [weight for _, weight in pairs])
    return evidence


def directly(pairs, null=0.0):
    """The definition, factor by factor."""
    total = 0.0
    for theta in np.linspace(math.sqrt(0.05), math.sqrt(3), 60) ** 2:
        product = 1.0
        for arm, weight in pairs:
            before, after = (
                weight * math.exp(t) / (1 - weight + weight * math.exp(t))
                for t in (null, null + theta)
            )
            product *= after / before if arm else (1 - after) / (1 - before)
        total += product / 60
    return total


@settings(deadline=None, max_examples=50)
@given(events, st.sampled_from([0.5, 1.0, 1.5]))
def test_the_e_value_is_the_mean_over_theta_of_the_likelihood_ratio(pairs, null):
    assert counted(pairs).e_value(null) == pytest.approx(directly(pairs, math.log(null)))


@settings(deadline=None, max_examples=50)
@given(events)
def test_the_expectation_over_the_next_coin_never_grows_without_harm(pairs):
    weight = 0.1
    before = counted(pairs).e_value()
    after = {arm: counted([*pairs, (arm, weight)]).e_value() for arm in (True, False)}
    assert weight * after[True] + (1 - weight) * after[False] == pytest.approx(before)


@settings(deadline=None, max_examples=50)
@given(events, st.booleans(), st.integers(0, 40))
def test_the_order_the_batches_and_the_running_form_do_not_matter(pairs, benefit, cut):
    whole, parts = counted(pairs), RateEvidence()
    for part in (pairs[cut:], pairs[:cut]):
        parts.add([arm for arm, _ in part], [weight for _, weight in part])
    arms, weights = zip(*pairs, strict=True)
    running = running_log_e_values(arms, weights, benefit=benefit)[-1]
    for evidence in (whole, parts):
        found = evidence.log_e_value_of_benefit() if benefit else evidence.log_e_value()
        assert found == pytest.approx(running, abs=1e-9)


def test_the_running_form_looks_after_each_observation():
    rng = np.random.default_rng(1)
    weights = rng.choice([0.0, 0.05, 0.5, 1.0], (3, 80))
    arms, happened = rng.random(weights.shape) < weights, rng.random(weights.shape) < 0.4
    running = running_log_e_values(arms, weights, events=happened)
    for run in range(3):
        evidence = RateEvidence()
        for at in range(80):
            kept = [at] if happened[run, at] else []
            evidence.add(arms[run, kept], weights[run, kept])
            assert running[run, at] == pytest.approx(evidence.log_e_value(), abs=1e-9)


def test_arrays_without_events_say_nothing():
    assert running_log_e_values([], 0.1).shape == (0,)
    assert running_log_e_values([True, False], 0.5, events=[0, 0]).tolist() == [0, 0]
    assert RateEvidence().e_value() == 1
    assert RateEvidence().relative_risk_interval() == (0, math.inf)
    assert RateEvidence().upper_limit() == math.inf


def test_events_of_a_known_arm_are_counted_apart():
    evidence = RateEvidence()
    evidence.add([True, False, True, False], [1.0, 0.0, 0.5, 0.5])
    assert evidence.uninformative == 2
    assert dict(evidence.counts) == {0.5: (1, 1)}
    assert (evidence.stable_events, evidence.canary_events) == (1, 1)


def test_huge_counts_do_not_overflow():
    evidence = RateEvidence()
    evidence.add(np.ones(100_000, dtype=bool), 0.1)
    assert evidence.e_value() == math.inf
    assert evidence.e_value_of_benefit() == 0
    assert -math.inf < evidence.log_e_value_of_benefit() < -1_000
    assert evidence.log_e_value() > 100_000


def test_limits_are_where_the_tests_reject():
    evidence = counted([(True, 0.1)] * 40 + [(False, 0.1)] * 160 + [(True, 0.5)] * 30)
    low, high = evidence.relative_risk_interval(0.05)
    upper = evidence.upper_limit(0.05)
    assert low < 40 / 160 * 9 < upper < high
    assert evidence.log_e_value(low) == pytest.approx(math.log(40), abs=1e-6)
    assert evidence.log_e_value_of_benefit(high) == pytest.approx(math.log(40), abs=1e-6)
    assert evidence.log_e_value_of_benefit(upper) == pytest.approx(math.log(20), abs=1e-6)


def test_an_arm_without_events_leaves_one_end_open():
    assert counted([(False, 0.1)] * 300).relative_risk_interval()[0] == 0
    assert counted([(True, 0.1)] * 300).relative_risk_interval()[1] == math.inf


def test_a_stored_one_says_the_same():
    evidence = counted([(True, 0.1), (False, 0.5), (False, 0.1)])
    again = RateEvidence.from_plain(json.loads(json.dumps(evidence.to_plain())))
    assert again.to_plain() == evidence.to_plain()
    assert again.log_e_value() == pytest.approx(evidence.log_e_value())


@pytest.mark.parametrize(
    "plain",
    [{}, {"counts": [[0.1, 2]], "uninformative": 0}, {"counts": [[1.5, 1, 1]], "uninformative": 0}],
)
def test_what_is_not_stored_evidence_is_refused(plain):
    with pytest.raises(InvalidInputError, match="no stored evidence of a rate"):
        RateEvidence.from_plain(plain)


@pytest.mark.parametrize(
    ("arms", "weights", "message"),
    [
        ([True], [1.5], r"weights hold 1\.5; the probability of the canary is in \[0, 1\]"),
        ([True], [math.nan], "weights hold nan"),
        ([True, False], [0.1], r"arms have the shape \(2,\) and weights \(1,\)"),
        ([True], [0.0], "in the canary arm has the weight 0.0, which gives that arm no chance"),
        ([False], [1.0], "in the stable arm has the weight 1.0"),
        ([2], [0.1], "arms hold 2; they must be True or False"),
        ([0.5], [0.1], "arms hold 0.5"),
    ],
)
def test_bad_input_is_named_and_nothing_counted(arms, weights, message):
    evidence = RateEvidence()
    with pytest.raises(InvalidInputError, match=message):
        evidence.add(arms, weights)
    assert not evidence.counts


def test_settings_out_of_range_are_refused():
    with pytest.raises(InvalidSettingError, match="null_risk is 0"):
        RateEvidence().log_e_value(0)
    with pytest.raises(InvalidSettingError, match="alpha is 1"):
        RateEvidence().upper_limit(1)
    with pytest.raises(InvalidInputError, match="events have the shape"):
        running_log_e_values([True, False], 0.1, events=[True])


@pytest.mark.parametrize("kind", ["rising", "falling", "sinusoid"])
def test_a_ramp_under_drift_aborts_wrongly_in_5_percent_at_most(kind, most_wrong):
    rng = np.random.default_rng(2)
    time = np.linspace(0, 1, RAMP.size)
    rate = {
        "rising": 0.01 + 0.04 * time,
        "falling": 0.05 - 0.04 * time,
        "sinusoid": 0.03 + 0.02 * np.sin(6 * np.pi * time),
    }[kind]
    arms = rng.random((400, RAMP.size)) < RAMP
    happened = rng.random(arms.shape) < rate
    weights = np.broadcast_to(RAMP, arms.shape)
    for benefit in (False, True):
        log_e = running_log_e_values(arms, weights, events=happened, benefit=benefit)
        assert (log_e.max(axis=1) >= math.log(20)).sum() <= most_wrong(400)


def test_the_interval_holds_at_all_times_of_a_ramp(most_wrong):
    rng, risk = np.random.default_rng(3), 1.7
    arms = rng.random((400, RAMP.size)) < RAMP
    rate = np.linspace(0.05, 0.01, RAMP.size) * np.where(arms, risk, 1)
    happened = rng.random(arms.shape) < rate
    weights = np.broadcast_to(RAMP, arms.shape)
    missed = np.zeros(400, dtype=bool)
    # The interval misses where one of the tests of the true risk rejects, and only there.
    for benefit in (False, True):
        log_e = running_log_e_values(
            arms, weights, events=happened, null_risk=risk, benefit=benefit
        )
        missed |= log_e.max(axis=1) >= math.log(40)
    assert missed.sum() <= most_wrong(400)


def canary_observations(risk, runs, observations, seed):
    """After how many observations of the canary, at 10/90 and 1 % errors, harm is found."""
    rng = np.random.default_rng(seed)
    stable, canary = 0.9 * 0.01, 0.1 * 0.01 * risk
    gaps = rng.geometric(stable + canary, (runs, int(observations * (stable + canary) * 1.3)))
    arms = rng.random(gaps.shape) < canary / (stable + canary)
    crossed = running_log_e_values(arms, 0.1) >= math.log(20)
    # With so many observations a tenth of them is the canary's.
    at = np.take_along_axis(np.cumsum(gaps, axis=1), crossed.argmax(axis=1)[:, None], axis=1)[:, 0]
    return np.where(crossed.any(axis=1) & (at <= observations), at / 10, np.inf)


def test_a_tripled_rate_is_found_soon():
    found = canary_observations(3.0, 400, 40_000, 4)
    assert np.median(found) <= 400
    assert np.quantile(found, 0.9) <= 1_000


def test_half_as_many_errors_again_are_found_too():
    found = canary_observations(1.5, 400, 200_000, 5)
    assert np.isfinite(found).mean() >= 0.95
    assert np.median(found) <= 5_000


def test_doubled_errors_are_found_while_the_baseline_falls():
    rng = np.random.default_rng(6)
    weights = np.repeat(RAMP, 2)
    arms = rng.random((200, weights.size)) < weights
    rate = np.linspace(0.05, 0.01, weights.size) * np.where(arms, 2, 1)
    log_e = running_log_e_values(
        arms, np.broadcast_to(weights, arms.shape), events=rng.random(arms.shape) < rate
    )
    assert (log_e.max(axis=1) >= math.log(20)).mean() >= 0.95


def returning_users(rng, runs, users, ramp):
    """First errors of sticky users with rates of their own; arms and weights, (runs, events)."""
    in_canary = rng.random((runs, users, 1)) < ramp
    visits = rng.poisson(1.5, (runs, users, ramp.size))
    errors = rng.binomial(visits, rng.beta(0.3, 5.7, (runs, users, 1))) > 0
    weights, last = [], np.zeros((runs, users))
    known = np.zeros((runs, users), dtype=bool)
    for step, weight in enumerate(ramp):
        # Seen in stable at w1: in the canary at w2 with (w2-w1)/(1-w1). Seen in the canary: with 1.
        weights.append(np.where(known, 1.0, (weight - last) / (1 - last)))
        here = visits[..., step] > 0
        known |= here & in_canary[..., step]
        last = np.where(here, weight, last)
    first = errors & (np.cumsum(errors, axis=-1) == 1)
    return [
        np.moveaxis(each, -1, 1).reshape(runs, -1)
        for each in (in_canary, np.stack(weights, axis=-1), first)
    ]


def test_returning_users_whose_requests_fail_together_are_no_harm(most_wrong):
    arms, weights, first = returning_users(
        np.random.default_rng(7), 400, 600, np.array([0.01, 0.05, 0.25, 0.5])
    )
    assert (first & (weights == 1)).any()
    log_e = running_log_e_values(arms, weights, events=first)
    assert (log_e.max(axis=1) >= math.log(20)).sum() <= most_wrong(400)


def test_labels_told_late_in_an_order_of_their_own_are_no_harm(most_wrong):
    rng = np.random.default_rng(8)
    arms = rng.random((400, RAMP.size)) < RAMP
    bad = rng.random(arms.shape) < np.linspace(0.04, 0.02, RAMP.size)
    told = np.linspace(0, 14, RAMP.size) + rng.uniform(0, 14, arms.shape)
    order = np.argsort(told, axis=1)
    arms, bad = (np.take_along_axis(each, order, axis=1) for each in (arms, bad))
    log_e = running_log_e_values(arms, RAMP[order], events=bad)
    assert (log_e.max(axis=1) >= math.log(20)).sum() <= most_wrong(400)
