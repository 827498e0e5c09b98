"""Differences of means with fixed shares: sums, covariates, several arms, and simulations."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelkeep.deployment.statistics.moments import Moments
from modelkeep.deployment.statistics.sequences import MeanSequences, running_differences
from modelkeep.errors import InvalidInputError, InvalidSettingError


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=1), st.integers(0, 20))
def test_merged_moments_are_those_of_the_whole(pairs, cut):
    y, x = np.array(pairs).T + 1e6
    whole, parts = Moments.of(y, x), Moments()
    for part in (slice(cut), slice(cut, None)):
        if y[part].size:
            parts = parts.merged(Moments.of(y[part], x[part]))
    for name in ("count", "mean", "squares", "products", "covariate_squares"):
        assert getattr(parts, name) == pytest.approx(getattr(whole, name), rel=1e-9, abs=1e-6)
    assert whole.squares == pytest.approx(np.var(y) * y.size, abs=1e-6)


def test_the_running_form_looks_after_each_unit():
    rng = np.random.default_rng(1)
    values, arms = rng.normal(100, 1, (2, 300)), rng.random((2, 300)) < 0.4
    effect, low, high = running_differences(values, arms, minimum=20)
    for run in range(2):
        sequences = MeanSequences(minimum=20)
        for at in range(300):
            one = slice(at, at + 1)
            sequences.add(values[run, one], arms[run, one].astype(int))
            found = sequences.differences()[0]
            if min(sequences.units) < 20:
                assert (found.low, found.high) == (-math.inf, math.inf)
                assert np.isnan(effect[run, at])
                assert (low[run, at], high[run, at]) == (-math.inf, math.inf)
            else:
                told = (effect[run, at], low[run, at], high[run, at])
                assert told == pytest.approx((found.effect, found.low, found.high))


def test_the_evidence_and_the_interval_agree():
    rng = np.random.default_rng(2)
    sequences = MeanSequences(3)
    arms = rng.integers(0, 3, 6_000)
    sequences.add(rng.standard_normal(6_000) + np.array([0, 0, 0.2])[arms], arms)
    equal, better = sequences.differences(0.05)
    assert (equal.arm, better.arm) == (1, 2)
    assert equal.low < 0 < equal.high
    assert equal.log_e_value < math.log(40)
    assert 0 < better.low < 0.2 < better.high
    assert better.log_e_value > math.log(40)
    assert better.units == sequences.units[0] + sequences.units[2]
    # Two arms share the error, so an interval is wider than alone.
    alone = sequences.differences(0.1)[1]
    assert alone.low > better.low
    assert sequences.means[2] - sequences.means[0] == pytest.approx(better.effect)


def test_a_covariate_narrows_and_does_not_move_the_interval():
    rng = np.random.default_rng(3)
    before = rng.normal(50, 1, 20_000)
    arms = rng.integers(0, 2, before.size)
    values = 0.8 * before + 0.6 * rng.standard_normal(before.size) + 0.1 * arms
    plain, adjusted = MeanSequences(), MeanSequences(covariate=True)
    plain.add(values, arms)
    adjusted.add(values, arms, before)
    wide, narrow = plain.differences()[0], adjusted.differences()[0]
    assert adjusted.coefficient == pytest.approx(0.8, abs=0.02)
    assert (narrow.high - narrow.low) / (wide.high - wide.low) == pytest.approx(0.6, abs=0.02)
    assert narrow.low < 0.1 < narrow.high


def test_without_spread_or_units_nothing_is_concluded():
    sequences = MeanSequences(minimum=2)
    assert math.isnan(sequences.differences()[0].effect)
    assert all(math.isnan(mean) for mean in sequences.means)
    sequences.add(np.full(300, 0.1), np.tile([0, 1], 150))
    found = sequences.differences()[0]
    assert (found.effect, found.low, found.high) == (0, -math.inf, math.inf)
    assert found.log_e_value == 0
    _, low, high = running_differences(np.full(300, 0.1), np.tile([0, 1], 150), minimum=2)
    assert np.isinf(low).all()
    assert np.isinf(high).all()


def test_a_stored_one_says_the_same():
    sequences = MeanSequences(2, covariate=True, target=500, minimum=3)
    sequences.add([1.0, 2.0, 4.0, 8.0], [0, 0, 1, 1], [1.0, 2.0, 3.0, 5.0])
    again = MeanSequences.from_plain(json.loads(json.dumps(sequences.to_plain())))
    assert again.to_plain() == sequences.to_plain()
    assert again.units == (2, 2)
    for plain in ({}, sequences.to_plain() | {"arms": [{}, {}]}):
        with pytest.raises(InvalidInputError, match="no stored"):
            MeanSequences.from_plain(plain)


def test_bad_input_is_named():
    with pytest.raises(InvalidSettingError, match="arms is 1; it must be at least 2"):
        MeanSequences(1)
    with pytest.raises(InvalidSettingError, match="minimum is 1"):
        running_differences([1.0], [True], minimum=1)
    sequences = MeanSequences()
    with pytest.raises(InvalidInputError, match="arms hold 2; with 2 arms they are 0 to 1"):
        sequences.add([1.0], [2])
    with pytest.raises(InvalidInputError, match="values hold nan"):
        sequences.add([math.nan], [1])
    with pytest.raises(InvalidInputError, match="covariates were given to a test without"):
        sequences.add([1.0], [1], [1.0])
    with pytest.raises(InvalidInputError, match="covariates are needed for every unit"):
        MeanSequences(covariate=True).add([1.0], [1])
    assert sequences.units == (0, 0)


DRAWS = {
    "normal": lambda rng, shape: rng.standard_normal(shape),
    "lognormal": lambda rng, shape: np.exp(rng.standard_normal(shape)),
    "2 in 100": lambda rng, shape: (rng.random(shape) < 0.02) * 1.0,
    "1 in 1000": lambda rng, shape: (rng.random(shape) < 0.001) * 1.0,
}


@pytest.mark.parametrize("share", [0.1, 0.5])
@pytest.mark.parametrize("kind", DRAWS)
def test_intervals_of_equal_arms_leave_out_zero_in_5_percent_at_most(kind, share, most_wrong):
    rng = np.random.default_rng(4)
    values = DRAWS[kind](rng, (200, 10_000))
    _, low, high = running_differences(values, rng.random(values.shape) < share)
    assert ((low > 0) | (high < 0)).any(axis=1).sum() <= most_wrong(200)


def test_an_effect_of_a_tenth_is_found_and_covered(most_wrong):
    rng = np.random.default_rng(5)
    arms = rng.random((200, 20_000)) < 0.5
    _, low, high = running_differences(rng.standard_normal(arms.shape) + 0.1 * arms, arms)
    assert ((low > 0.1) | (high < 0.1)).any(axis=1).sum() <= most_wrong(200)
    assert (low > 0).any(axis=1).mean() >= 0.95
