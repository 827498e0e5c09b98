"""The test of McNemar that two versions are right equally often on the same rows."""

from __future__ import annotations

import math

_NEGLIGIBLE = 1e-17


def mid_p_value(only1: int, only2: int) -> float:
    """Return the two-sided mid-p-value of McNemar's test that both versions are right as often.

    It is 2 P(X < k) + P(X = k) for X of the binomial distribution with n = only1 + only2 and
    one half, k the smaller of the two: exact for any n, without a switch to an approximation.
    Fagerland, Lydersen and Laake, BMC Medical Research Methodology 13:91 (2013), find that it
    keeps its level closely where the exact test is too cautious.

    Args:
        only1: Rows that only version1 has right.
        only2: Rows that only version2 has right.

    Example:
        >>> mid_p_value(0, 5), mid_p_value(4, 4)
        (0.03125, 1.0)
    """
    total, least = only1 + only2, min(only1, only2)
    if only1 == only2:
        return 1.0
    log_choices = math.lgamma(total + 1) - math.lgamma(least + 1) - math.lgamma(total - least + 1)
    ratio = term = 1.0
    # Relative to P(X = k) each smaller count is rarer than the last; far ones add nothing.
    for count in range(least, 0, -1):
        ratio *= count / (total - count + 1)
        term += 2.0 * ratio
        if ratio < _NEGLIGIBLE:
            break
    return min(1.0, math.exp(log_choices - total * math.log(2.0)) * term)
