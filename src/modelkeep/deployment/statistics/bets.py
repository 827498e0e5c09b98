"""Bets: exact evidence that the mean of bounded numbers is above zero.

Where numbers x of at least -b have a mean of at most 0 given the past, and 0 < lambda < 1/b, the
product of 1 + lambda x is a nonnegative supermartingale: the wealth of one who bets the share
lambda on each. That holds for any distribution, skewed or with changing variance, and for every
sample size (Waudby-Smith and Ramdas, Estimating means of bounded random variables by betting, JRSS
B 2024, arXiv 2010.09686).

To keep sums and not observations, ln(1 + y) is bounded from below by y - y^2/2 + y^3/3 - K y^4 for
all y >= -s. The remainder (y - y^2/2 + y^3/3 - ln(1 + y)) / y^4 is the integral over t in [0, 1] of
t^3 / (1 + t y), which falls in y; so K is its value at y = -s. What is below a supermartingale is
as valid as evidence.
"""

from __future__ import annotations

import math

import numpy as np

from modelkeep.deployment.statistics.observations import FloatArray

# s = lambda b. The best lambda is about the mean over the variance, which may be anything: even in
# the square root serves great and small. Up to 0.69 the bound on ln(1 + y) rises over all of
# [-s, s], so that evidence against a greater mean is never more; that makes intervals of it.
_SHARES: FloatArray = np.linspace(math.sqrt(0.01), math.sqrt(0.69), 24) ** 2
_REMAINDERS: FloatArray = (
    -_SHARES - _SHARES**2 / 2 - _SHARES**3 / 3 - np.log1p(-_SHARES)
) / _SHARES**4


def log_wealth(power_sums: FloatArray, bound: float) -> FloatArray:
    """Return ln E against "the mean is at most 0": the mean of the bounded wealth of 24 bets.

    Args:
        power_sums: The sums of x, x^2, x^3 and x^4, shape (4, ...).
        bound: b: every x is in [-b, b].

    Returns:
        The shape of one of the sums.
    """
    first, second, third, fourth = power_sums
    total = np.full(first.shape, -np.inf)
    for bet, remainder in zip((_SHARES / bound).tolist(), _REMAINDERS.tolist(), strict=True):
        # Horner's scheme: few passes over arrays that may be long.
        wealth = fourth * (-remainder * bet) + third / 3
        wealth = (wealth * bet - second / 2) * bet + first
        np.logaddexp(total, wealth * bet, out=total)
    return total - math.log(_SHARES.size)
