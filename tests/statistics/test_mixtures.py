"""The boundaries and bets that the tests stand on."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelkeep.deployment.statistics.bets import log_wealth
from modelkeep.deployment.statistics.logarithms import bounded_exponential, log_mean
from modelkeep.deployment.statistics.mixtures import (
    best_rho,
    log_normal_mixture,
    two_sided_margin,
)


@settings(deadline=None)
@given(st.floats(0.1, 1e6), st.floats(1e-3, 1), st.sampled_from([0.5, 0.05, 0.001]))
def test_the_margin_is_where_the_mixture_reaches_one_over_alpha(variance, rho, alpha):
    margin = two_sided_margin(np.array(variance), rho, alpha)
    found = log_normal_mixture(margin, np.array(variance), rho)
    assert float(found) == pytest.approx(-math.log(alpha))


def test_the_mixture_is_the_integral_over_lambda():
    rho, score, variance = 0.3, 4.0, 9.0
    bets = np.linspace(-12 * rho, 12 * rho, 200_001)
    density = np.exp(-((bets / rho) ** 2) / 2) / (rho * math.sqrt(2 * math.pi))
    integral = np.sum(density * np.exp(bets * score - bets**2 * variance / 2)) * (bets[1] - bets[0])
    found = log_normal_mixture(np.array(score), np.array(variance), rho)
    assert math.exp(found) == pytest.approx(integral, rel=1e-6)


@pytest.mark.parametrize("alpha", [0.1, 0.05, 0.01])
def test_the_best_rho_makes_the_margin_narrowest_at_its_target(alpha):
    best = best_rho(5_000, alpha)
    around = [
        float(two_sided_margin(np.array(5_000.0), best * factor, alpha))
        for factor in (0.9, 1.0, 1.1)
    ]
    assert min(around) == around[1]


@settings(deadline=None)
@given(st.lists(st.floats(-2, 2), min_size=1, max_size=20))
def test_the_wealth_told_is_never_more_than_that_of_the_bets(numbers):
    x = np.array(numbers)
    told = log_wealth(np.array([np.sum(x**power) for power in range(1, 5)]), 2.0)
    shares = np.linspace(0.1, math.sqrt(0.69), 24) ** 2 / 2.0
    wealth = np.mean([np.prod(1 + share * x) for share in shares])
    assert float(told) <= math.log(wealth) + 1e-9


def test_logarithms_of_what_no_float_holds():
    assert bounded_exponential(2.0) == pytest.approx(math.exp(2))
    assert bounded_exponential(1e4) == math.inf
    assert log_mean([1e4, 1e4 + math.log(3)]) == pytest.approx(1e4 + math.log(2))
