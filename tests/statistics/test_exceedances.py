"""Latency: thresholds from a warm-up, the average of their e-values, and simulations."""

import json
import math

import numpy as np
import pytest

from modelkeep.deployment.statistics.exceedances import (
    LatencyEvidence,
    ThresholdWarmUp,
    running_latency_log_e_values,
)
from modelkeep.deployment.statistics.warm_ups import IncompleteWarmUpError
from modelkeep.errors import InvalidInputError, InvalidSettingError


def frozen(rng, runs, draw):
    warm_ups = [ThresholdWarmUp() for _ in range(runs)]
    for warm_up in warm_ups:
        warm_up.add(draw(rng, 300))
    return np.array([warm_up.thresholds() for warm_up in warm_ups])


def lognormal(rng, shape):
    return np.exp(0.5 * rng.standard_normal(shape))


def pareto(rng, shape):
    return (1 - rng.random(shape)) ** (-1 / 2.5)


def test_the_warm_up_takes_what_it_needs_and_freezes_the_quantiles():
    warm_up = ThresholdWarmUp(100)
    assert warm_up.add(np.arange(1, 91)) == 90
    with pytest.raises(IncompleteWarmUpError, match="has 90 of 100 stable values"):
        warm_up.thresholds()
    again = ThresholdWarmUp.from_plain(json.loads(json.dumps(warm_up.to_plain())))
    assert isinstance(again, ThresholdWarmUp)
    for each in (warm_up, again):
        assert each.add([91.0] * 9 + [100.0, 1e9]) == 10
        assert each.is_complete
        assert each.add([1e9]) == 0
        assert each.thresholds((0.5, 0.99)) == pytest.approx(
            np.quantile(each.values(), (0.5, 0.99))
        )
        assert max(each.thresholds()) <= 100


@pytest.mark.parametrize("quantiles", [(), (0.9, 0.5), (0.0, 0.5), (0.5, 1.0), (0.5, 0.5)])
def test_quantiles_that_make_no_sense_are_refused(quantiles):
    warm_up = ThresholdWarmUp(20)
    warm_up.add(np.arange(20))
    with pytest.raises(InvalidSettingError, match="quantiles"):
        warm_up.thresholds(quantiles)


def test_warm_ups_refuse_what_is_no_warm_up():
    with pytest.raises(InvalidSettingError, match="size is 5; it must be at least 20"):
        ThresholdWarmUp(5)
    with pytest.raises(InvalidInputError, match="values hold nan"):
        ThresholdWarmUp(20).add([math.nan])
    with pytest.raises(InvalidInputError, match="no stored warm-up"):
        ThresholdWarmUp.from_plain({"size": 20})


def test_the_e_value_is_the_average_over_the_thresholds():
    evidence = LatencyEvidence((1.0, 2.0))
    evidence.add([0.5, 1.5, 3.0, 3.0], [True, False, True, True], 0.5)
    slow, slower = evidence.rates
    assert (slow.canary_events, slow.stable_events) == (2, 1)
    assert (slower.canary_events, slower.stable_events) == (2, 0)
    assert evidence.e_value() == pytest.approx((slow.e_value() + slower.e_value()) / 2)
    assert evidence.e_value_of_benefit() == pytest.approx(
        (slow.e_value_of_benefit() + slower.e_value_of_benefit()) / 2
    )
    assert evidence.upper_limits() == (slow.upper_limit(), slower.upper_limit())


def test_the_caller_says_which_exceedance_is_the_first_of_its_unit():
    evidence = LatencyEvidence((1.0, 2.0))
    latencies = [1.5, 3.0, 3.0]
    assert evidence.exceeds(latencies).tolist() == [[True, False], [True, True], [True, True]]
    evidence.add(latencies, [True] * 3, 0.5, first=[[True, True], [False, True], [False, False]])
    assert [rate.canary_events for rate in evidence.rates] == [1, 1]


def test_the_running_form_looks_after_each_observation():
    rng = np.random.default_rng(1)
    latencies, weights = lognormal(rng, (2, 60)), rng.choice([0.1, 0.5], (2, 60))
    arms = rng.random(weights.shape) < weights
    thresholds = np.array([[0.8, 1.5], [1.0, 2.0]])
    running = running_latency_log_e_values(latencies, arms, weights, thresholds)
    for run in range(2):
        evidence = LatencyEvidence(thresholds[run])
        for at in range(60):
            one = slice(at, at + 1)
            evidence.add(latencies[run, one], arms[run, one], weights[run, one])
            assert running[run, at] == pytest.approx(evidence.log_e_value(), abs=1e-9)


def test_a_stored_one_says_the_same():
    evidence = LatencyEvidence((1.0, 2.0))
    evidence.add([1.5, 3.0], [True, False], [0.1, 0.2])
    again = LatencyEvidence.from_plain(json.loads(json.dumps(evidence.to_plain())))
    assert again.to_plain() == evidence.to_plain()
    for plain in ({}, {"thresholds": [1.0], "rates": []}):
        with pytest.raises(InvalidInputError, match="no stored evidence of latency"):
            LatencyEvidence.from_plain(plain)


@pytest.mark.parametrize("thresholds", [(), (2.0, 1.0), (math.nan,)])
def test_thresholds_that_make_no_sense_are_refused(thresholds):
    with pytest.raises(InvalidSettingError, match="thresholds"):
        LatencyEvidence(thresholds)


def test_bad_observations_are_named_and_nothing_counted():
    evidence = LatencyEvidence((1.0,))
    with pytest.raises(InvalidInputError, match="latencies hold inf"):
        evidence.add([math.inf], [True], 0.5)
    with pytest.raises(InvalidInputError, match="latencies have the shape"):
        evidence.add([2.0, 3.0], [True], 0.5)
    with pytest.raises(
        InvalidInputError, match=r"first have the shape \(1,\); it must be \(1, 1\)"
    ):
        evidence.add([2.0], [True], 0.5, first=[True])
    assert evidence.rates[0].canary_events == 0


@pytest.mark.parametrize("draw", [lognormal, pareto])
@pytest.mark.parametrize("weight", [0.1, 0.5])
def test_equal_latencies_abort_wrongly_in_5_percent_at_most(draw, weight, most_wrong):
    rng = np.random.default_rng(2)
    thresholds = frozen(rng, 300, draw)
    latencies = draw(rng, (300, 3_000))
    arms = rng.random(latencies.shape) < weight
    log_e = running_latency_log_e_values(latencies, arms, weight, thresholds)
    assert (log_e.max(axis=1) >= math.log(20)).sum() <= most_wrong(300)


def canary_observations(harm, runs, observations):
    rng = np.random.default_rng(3)
    thresholds = frozen(rng, runs, lognormal)
    latencies = lognormal(rng, (runs, observations))
    arms = rng.random(latencies.shape) < 0.5
    latencies = np.where(arms, harm(latencies), latencies)
    crossed = running_latency_log_e_values(latencies, arms, 0.5, thresholds) >= math.log(20)
    at = crossed.argmax(axis=1)[:, None]
    counted = np.take_along_axis(np.cumsum(arms, axis=1), at, axis=1)[:, 0]
    return np.where(crossed.any(axis=1), counted, np.inf)


def test_a_tail_that_is_a_fifth_slower_is_found():
    p90 = math.exp(0.5 * 1.2815515655)
    found = canary_observations(lambda y: np.where(y > p90, 1.2 * y, y), 200, 10_000)
    assert np.isfinite(found).mean() >= 0.99
    assert np.median(found) <= 1_500


def test_a_version_that_is_a_fifth_slower_is_found_soon():
    assert np.median(canary_observations(lambda y: 1.2 * y, 200, 3_000)) <= 400
