"""Gaussian mixtures: what a sum is worth as evidence, and how far it may stray by chance.

A process S with the intrinsic time V is sub-Gaussian where exp(lambda S - lambda^2 V / 2) is a
supermartingale for every lambda. Averaging that over a normal law of lambda with the standard
deviation rho gives the e-processes and the boundaries here. Robbins, Annals of Mathematical
Statistics 1970; Howard, Ramdas, McAuliffe and Sekhon, Annals of Statistics 2021 (arXiv 1810.08240).
"""

from __future__ import annotations

import math

import numpy as np

from modelkeep.deployment.statistics.observations import FloatArray


def log_normal_mixture(sums: FloatArray, variances: FloatArray, rho: float) -> FloatArray:
    """Return the logarithm of the two-sided mixture, evidence that the sum drifts either way.

    E = exp(rho^2 S^2 / (2 (1 + rho^2 V))) / sqrt(1 + rho^2 V). Robbins (1970).

    Args:
        sums: S; any shape.
        variances: V, the same shape, at least 0.
        rho: The standard deviation of the law of lambda, above 0.
    """
    spread = 1 + rho**2 * variances
    return rho**2 * sums**2 / (2 * spread) - np.log(spread) / 2


def two_sided_margin(variances: FloatArray, rho: float, alpha: float) -> FloatArray:
    """Return how far a sum without drift strays to either side, ever, but with probability alpha.

    Where `log_normal_mixture` reaches 1/alpha. With V = t sigma^2 and divided by t it is the
    boundary of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (arXiv 2103.06476).

    Args:
        variances: V, above 0; any shape.
        rho: As there.
        alpha: The error, 0 to 1.
    """
    spread = 1 + rho**2 * variances
    return np.sqrt(2 * spread * (np.log(spread) / 2 - math.log(alpha))) / rho


def best_rho(variance: float, alpha: float) -> float:
    """Return the rho that makes the two-sided margin narrowest at one intrinsic time.

    With x = rho^2 V the squared margin is proportional to (1 + 1/x) ln((1 + x) / alpha^2), least
    where x = ln(1 + x) - 2 ln(alpha). Howard et al. (2021) solve the same equation by Lambert's W;
    repeating it converges as well, since the right side has the slope 1/(1 + x).

    Args:
        variance: V, above 0; with unit variance that is the sample size.
        alpha: The error, 0 to 1.
    """
    at = -2 * math.log(alpha) + 1
    for _ in range(60):
        at = math.log1p(at) - 2 * math.log(alpha)
    return math.sqrt(at / variance)
