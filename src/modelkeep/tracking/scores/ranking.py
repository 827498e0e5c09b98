"""How well scores rank, from counts of positive and negative rows in bins of the score."""

from __future__ import annotations

import numpy as np

from modelkeep.tracking.sketches.arrays import IntArray


def roc_auc(positives: IntArray, negatives: IntArray) -> float:
    """Return the area under the ROC curve, where rows of one bin count as equal scores.

    The share of pairs of a positive and a negative row in which the positive one scores higher,
    an equal pair counting half. Hanley and McNeil, Radiology 143 (1982).

    Args:
        positives: Counts by bin, ascending by score.
        negatives: The same of negative rows.
    """
    below = np.cumsum(negatives) - negatives
    won = positives @ (below + negatives / 2)
    return float(won) / (float(positives.sum()) * float(negatives.sum()))


def roc_auc_bounds(positives: IntArray, negatives: IntArray) -> tuple[float, float]:
    """Return the least and the greatest area that the rows' own scores can have."""
    pairs = float(positives.sum()) * float(negatives.sum())
    middle, unknown = roc_auc(positives, negatives), float(positives @ negatives.astype(float))
    return middle - unknown / 2 / pairs, middle + unknown / 2 / pairs


def average_precision(positives: IntArray, negatives: IntArray) -> float:
    """Return the average precision, where rows of one bin count as equal scores.

    The sum over thresholds of the precision times the gain of recall, as in scikit-learn.

    Args:
        positives: Counts by bin, ascending by score.
        negatives: The same of negative rows.
    """
    found, taken = np.cumsum(positives[::-1]), np.cumsum((positives + negatives)[::-1])
    precisions = found / np.maximum(taken, 1)
    return float(positives[::-1] @ precisions) / float(positives.sum())


def average_precision_bounds(positives: IntArray, negatives: IntArray) -> tuple[float, float]:
    """Return limits between which the average precision by the rows' own scores lies.

    In the best order within a bin all positive rows come first, and no precision there is above
    that of the last of them; in the worst order all negative rows come first, and none is below
    that of the first positive row behind them.
    """
    right, wrong = positives[::-1], negatives[::-1]
    found, taken = np.cumsum(right), np.cumsum(right + wrong)
    best = found / np.maximum(taken - wrong, 1)
    worst = np.minimum((found - right + 1) / (taken - right + 1), found / np.maximum(taken, 1))
    total = float(right.sum())
    return float(right @ worst) / total, float(right @ best) / total
