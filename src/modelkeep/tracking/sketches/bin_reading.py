"""Quantiles and shares, read from ascending bins of counts."""

from __future__ import annotations

import numpy as np

from modelkeep.tracking.sketches.arrays import FloatArray, IntArray


def middles_at_ranks(
    lower: FloatArray, upper: FloatArray, counts: IntArray, ranks: IntArray
) -> FloatArray:
    """Return the middle of the bin that each rank falls in, as far from both edges in relation.

    Args:
        lower: The edges of the bins, ascending, both of one sign.
        upper: The same.
        counts: Each above 0.
        ranks: From 0 to the sum of the counts less 1.
    """
    places = np.searchsorted(np.cumsum(counts), ranks, side="right")
    low, high = np.abs(lower[places]), np.abs(upper[places])
    near, far = np.minimum(low, high), np.maximum(low, high)
    with np.errstate(over="ignore"):
        # The harmonic mean of the edges, written so that their product cannot overflow.
        middles = np.where(far > 0, near * 2 / (1 + near / np.where(far > 0, far, 1)), 0.0)
    return np.where(upper[places] <= 0, -middles, middles)


def shares_below(
    lower: FloatArray, upper: FloatArray, counts: IntArray, points: FloatArray
) -> FloatArray:
    """Return the share of the counts below each point: exact at edges, a line within a bin.

    Args:
        lower: The edges of the bins, ascending.
        upper: The same.
        counts: Each above 0, at least one.
        points: Not NaN.
    """
    whole = np.searchsorted(upper, points, side="right")
    part = np.minimum(whole, counts.size - 1)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        inside = np.nan_to_num((points - lower[part]) / (upper[part] - lower[part]))
    inside = np.where(whole == part, np.clip(inside, 0, 1), 0.0)
    before = np.concatenate([[0], np.cumsum(counts)])
    shares: FloatArray = (before[whole] + inside * counts[part]) / before[-1]
    return shares
