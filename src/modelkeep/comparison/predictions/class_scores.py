"""Tests of two versions that tell classes: accuracy, and losses of probabilities."""

from __future__ import annotations

import numpy as np

from modelkeep.comparison.deep import PairedTest
from modelkeep.comparison.predictions.answers import FloatArray
from modelkeep.comparison.predictions.bootstrap import (
    Draws,
    draw_sums,
    has_improved,
    judge_resamples,
)
from modelkeep.comparison.predictions.codes import IntArray
from modelkeep.comparison.predictions.flips import scores_of
from modelkeep.comparison.predictions.intervals import newcombe_interval
from modelkeep.comparison.predictions.mcnemar import mid_p_value


def check_accuracy(
    values1: IntArray, values2: IntArray, labels: IntArray, confidence: float
) -> PairedTest:
    """Return the test of McNemar of the share of right answers.

    Args:
        values1: The answers of version1 as numbers, shape (rows,).
        values2: Likewise.
        labels: The truths as numbers of the same kind.
        confidence: Of the interval, in (0, 1).
    """
    right1, right2 = values1 == labels, values2 == labels
    only1 = int(np.count_nonzero(right1 & ~right2))
    only2 = int(np.count_nonzero(right2 & ~right1))
    both = int(np.count_nonzero(right1 & right2))
    neither = labels.size - both - only1 - only2
    lower, upper = newcombe_interval(both, only1, only2, neither, confidence)
    return {
        "metric": "accuracy",
        "test": "mcnemar",
        "direction": "higher",
        "version1": float(right1.mean()),
        "version2": float(right2.mean()),
        "difference": (only2 - only1) / labels.size,
        "lower": lower,
        "upper": upper,
        "confidence": confidence,
        "p_value": mid_p_value(only1, only2),
        "improved": has_improved(lower, upper, "higher"),
    }


def check_probabilities(
    scores1: FloatArray,
    scores2: FloatArray,
    *,
    columns: tuple[IntArray, IntArray],
    labels: IntArray,
    draws: Draws,
) -> list[PairedTest]:
    """Return the paired bootstraps of the log loss and the Brier score.

    The log loss is the mean of -ln p of the true class, p being at least the smallest step of a
    float from 1. The Brier score (Monthly Weather Review 78, 1950) is the mean of the sum over
    classes of (p - truth)^2, halved for two classes; both are as scikit-learn has them.

    Args:
        scores1: Probabilities of version1, shape (rows, classes).
        scores2: Likewise; the classes may be others.
        columns: What the columns of each stand for, as numbers.
        labels: The truths as numbers of the same kind, shape (rows,).
        draws: How the bootstrap is done.
    """
    log1, brier1 = _losses(scores1, columns[0], labels)
    log2, brier2 = _losses(scores2, columns[1], labels)
    # The differences are drawn themselves, so that equal losses differ by exactly nothing.
    drawn = draw_sums(np.column_stack([log2 - log1, brier2 - brier1, np.ones(labels.size)]), draws)
    return [
        judge_resamples(
            metric,
            "lower",
            (float(loss1.mean()), float(loss2.mean())),
            drawn[:, place] / drawn[:, 2],
            rows=labels.size,
            confidence=draws.confidence,
        )
        for place, (metric, loss1, loss2) in enumerate(
            (("log_loss", log1, log2), ("brier_score", brier1, brier2))
        )
    ]


def _losses(
    scores: FloatArray, columns: IntArray, labels: IntArray
) -> tuple[FloatArray, FloatArray]:
    true = np.nan_to_num(scores_of(scores, labels, columns), nan=0.0)
    smallest = float(np.finfo(np.float64).eps)
    squares = np.einsum("rc,rc->r", scores, scores) + 1.0 - 2.0 * true
    return (
        -np.log(np.clip(true, smallest, 1.0)),
        squares / 2.0 if columns.size <= len(("no", "yes")) else squares,
    )
