"""Intervals of a share, and of the difference of two shares on the same rows."""

from __future__ import annotations

import math
from statistics import NormalDist


def wilson_interval(count: int, rows: int, confidence: float) -> tuple[float, float]:
    """Return the score interval of a share after Wilson 1927 (J. Am. Stat. Assoc. 22:209-212).

    Args:
        count: How many rows have it, 0 to `rows`.
        rows: How many there are, at least 1.
        confidence: In (0, 1).

    Example:
        >>> [round(end, 4) for end in wilson_interval(0, 100, 0.95)]
        [0.0, 0.037]
    """
    z = NormalDist().inv_cdf((1.0 + confidence) / 2.0)
    centre = (count + z * z / 2.0) / (rows + z * z)
    half = z / (rows + z * z) * math.sqrt(count * (rows - count) / rows + z * z / 4.0)
    lower = 0.0 if count == 0 else max(0.0, centre - half)
    upper = 1.0 if count == rows else min(1.0, centre + half)
    return lower, upper


def newcombe_interval(
    both: int, only1: int, only2: int, neither: int, confidence: float
) -> tuple[float, float]:
    """Return the interval of share2 - share1 after Newcombe, Statistics in Medicine 17:2635 (1998).

    It is method 10 there: the score intervals of both shares, put together with the correlation
    of the two. For 20 to 500 rows, of which 2 to 50 % are right in one version alone, it holds the
    true difference in at least 93.7 % of samples for a confidence of 95 %, and in more than 95 %
    where few differ. The score interval of Tango (1998) is shorter but falls to 93.4 % there.

    Args:
        both: Rows that both versions have right.
        only1: Rows that only version1 has right.
        only2: Rows that only version2 has right.
        neither: Rows that neither has right; the four add up to at least 1.
        confidence: In (0, 1).

    Example:
        >>> [round(end, 4) for end in newcombe_interval(36, 2, 12, 0, 0.95)]
        [0.0569, 0.3404]
    """
    rows = both + only1 + only2 + neither
    right1, right2 = both + only1, both + only2
    share1, share2 = right1 / rows, right2 / rows
    lower1, upper1 = wilson_interval(right1, rows, confidence)
    lower2, upper2 = wilson_interval(right2, rows, confidence)
    correlation = _corrected_correlation(both, only1, only2, neither)
    difference = share2 - share1
    down = _combined(share2 - lower2, upper1 - share1, correlation)
    up = _combined(upper2 - share2, share1 - lower1, correlation)
    return max(-1.0, difference - down), min(1.0, difference + up)


def _combined(part1: float, part2: float, correlation: float) -> float:
    squared = part1 * part1 - 2.0 * correlation * part1 * part2 + part2 * part2
    return math.sqrt(max(0.0, squared))


def _corrected_correlation(both: int, only1: int, only2: int, neither: int) -> float:
    """Return the phi coefficient of the fourfold table with a correction for continuity."""
    product = (both + only1) * (only2 + neither) * (both + only2) * (only1 + neither)
    if not product:
        return 0.0
    determinant: float = both * neither - only1 * only2
    if determinant > 0:
        determinant = max(determinant - (both + only1 + only2 + neither) / 2.0, 0.0)
    return determinant / math.sqrt(product)
