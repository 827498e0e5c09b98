"""Thompson sampling: probabilities against exact ones, and shares that leave each arm some."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelkeep.deployment.experimenting.thompson import best_probabilities, shares_for
from modelkeep.deployment.experimenting.weighted import WeightedSequences
from modelkeep.errors import InvalidInputError


def exact_two(events, units):
    """The probability that the second of two Beta posteriors is greater, on a fine grid."""
    at = (np.arange(20_000) + 0.5) / 20_000
    densities = [
        at**had * (1 - at) ** (count - had) for had, count in zip(events, units, strict=True)
    ]
    first, second = (density / density.sum() for density in densities)
    return float((second * (np.cumsum(first) - first / 2)).sum())


@pytest.mark.parametrize("events", [(0, 0), (5, 9), (12, 6)])
def test_the_probabilities_are_those_of_the_posterior(events):
    units = (40, 40)
    found = best_probabilities(events, units, higher_is_better=True)
    assert found[1] == pytest.approx(exact_two(events, units), abs=0.015)
    assert best_probabilities(events, units, higher_is_better=True) == found
    fewer = best_probabilities(events, units, higher_is_better=False)
    assert fewer[0] == pytest.approx(found[1], abs=0.015)


def test_counts_that_cannot_be_are_refused():
    for events, units in (((3, 1), (2, 2)), ((-1, 1), (2, 2)), ((1,), (2, 2))):
        with pytest.raises(InvalidInputError, match="they must be 0 to that"):
            best_probabilities(events, units, higher_is_better=True)


@settings(deadline=None)
@given(st.lists(st.integers(0, 1000), min_size=2, max_size=10).filter(any))
def test_each_arm_keeps_a_share_and_all_of_them_are_one(counts):
    shares = shares_for([count / sum(counts) for count in counts])
    assert min(shares) >= 0.05
    assert math.fsum(shares) == pytest.approx(1, abs=1e-12)
    assert math.fsum(shares[1:]) < 1
    assert np.argmax(shares[1:]) == np.argmax(counts[1:])


def test_weighted_means_are_right_though_shares_and_rates_change_together():
    """All arms get better while the shares move to one: plain means would differ by far."""
    random = np.random.default_rng(1)
    sequences = WeightedSequences(2, target=20_000, minimum=100)
    for share, rate in ((0.1, 0.1), (0.5, 0.3), (0.9, 0.6)):
        arms = (random.random(8_000) < share).astype(int)
        values = (random.random(8_000) < rate).astype(float)
        sequences.add(values, arms, np.tile([1 - share, share], (8_000, 1)))
    (difference,) = sequences.differences()
    assert sequences.means[1] - sequences.means[0] > 0.25
    assert difference.low < 0 < difference.high
    assert abs(difference.effect) < 0.03
    assert sequences.units == (sequences.units[0], 24_000 - sequences.units[0])


def test_a_unit_in_an_arm_without_a_share_is_refused():
    sequences = WeightedSequences(2, target=100, minimum=10)
    with pytest.raises(InvalidInputError, match="every arm of the experiment has a share above"):
        sequences.add([1.0], [1], [[1.0, 0.0]])
    (difference,) = sequences.differences()
    assert (difference.units, difference.low, difference.log_e_value) == (0, -math.inf, 0.0)
