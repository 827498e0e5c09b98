"""Tests of two versions that answer with numbers: absolute and squared errors, and R squared."""

from __future__ import annotations

import numpy as np

from modelkeep.comparison.deep import PairedTest
from modelkeep.comparison.predictions.answers import FloatArray
from modelkeep.comparison.predictions.bootstrap import Draws, draw_sums, judge_resamples


def check_errors(
    values1: FloatArray,
    values2: FloatArray,
    labels: FloatArray,
    draws: Draws,
) -> list[PairedTest]:
    """Return the paired bootstraps of mean_absolute_error, root_mean_squared_error and r2.

    Args:
        values1: The answers of version1, finite, shape (rows,).
        values2: Likewise.
        labels: The truths.
        draws: How the bootstrap is done.

    Returns:
        The tests; without r2 where all labels are equal.
    """
    absolute1, absolute2 = np.abs(values1 - labels), np.abs(values2 - labels)
    square1, square2 = absolute1**2, absolute2**2
    centred = labels - labels.mean()
    # The differences are drawn themselves, so that equal errors differ by exactly nothing.
    columns = (absolute2 - absolute1, square1, square2 - square1, centred, centred**2)
    drawn = draw_sums(np.column_stack([*columns, np.ones(labels.size)]), draws)
    absolute, square, more, sums, spread, rows = drawn.T
    mean1 = square / rows
    # Rounding may leave a mean of squares a little below zero.
    mean2 = np.maximum(mean1 + more / rows, 0.0)
    tests = [
        judge_resamples(
            "mean_absolute_error",
            "lower",
            (float(absolute1.mean()), float(absolute2.mean())),
            absolute / rows,
            rows=labels.size,
            confidence=draws.confidence,
        ),
        judge_resamples(
            "root_mean_squared_error",
            "lower",
            (float(np.sqrt(square1.mean())), float(np.sqrt(square2.mean()))),
            np.sqrt(mean2) - np.sqrt(mean1),
            rows=labels.size,
            confidence=draws.confidence,
        ),
    ]
    total = float(np.sum(centred**2))
    if total > 0:
        of_means = spread - sums**2 / rows
        # A resample in which all labels are equal has no R squared and says nothing.
        differences = np.divide(-more, of_means, out=np.zeros_like(more), where=of_means > 0)
        scores = (1.0 - float(square1.sum()) / total, 1.0 - float(square2.sum()) / total)
        tests.append(
            judge_resamples(
                "r2",
                "higher",
                scores,
                differences,
                rows=labels.size,
                confidence=draws.confidence,
            )
        )
    return tests
