"""Scores of classes from the counts of labels and predictions, by scikit-learn's definitions.

All take a square matrix of counts: rows are labels, columns are predictions, in the same order of
classes. A score that is 0/0 is 0, as with scikit-learn's `zero_division=0`.
"""

from __future__ import annotations

import math

import numpy as np

from modelkeep.tracking.sketches.arrays import FloatArray, IntArray


def precisions(counts: IntArray) -> FloatArray:
    """Return, for each class, the share of its predictions that are right."""
    return _ratios(np.diag(counts), counts.sum(axis=0))


def recalls(counts: IntArray) -> FloatArray:
    """Return, for each class, the share of its labels that were predicted."""
    return _ratios(np.diag(counts), counts.sum(axis=1))


def f1_scores(counts: IntArray) -> FloatArray:
    """Return, for each class, the harmonic mean of precision and recall."""
    return _ratios(2 * np.diag(counts), counts.sum(axis=0) + counts.sum(axis=1))


def balanced_accuracy(counts: IntArray) -> float:
    """Return the mean recall of the classes that occur as labels."""
    return float(recalls(counts)[counts.sum(axis=1) > 0].mean())


def matthews_correlation(counts: IntArray) -> float:
    """Return the correlation of labels and predictions, -1 to 1.

    Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient",
    Computational Biology and Chemistry 28 (2004).
    """
    total, right, by_chance = _agreement(counts)
    labels = total**2 - sum(count**2 for count in counts.sum(axis=1).tolist())
    predictions = total**2 - sum(count**2 for count in counts.sum(axis=0).tolist())
    if not labels or not predictions:
        return 0.0
    return (right * total - by_chance) / (math.sqrt(labels) * math.sqrt(predictions))


def cohen_kappa(counts: IntArray) -> float:
    """Return the agreement of labels and predictions beyond chance, at most 1.

    Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological
    Measurement 20 (1960).
    """
    total, right, by_chance = _agreement(counts)
    if total**2 == by_chance:
        return 0.0
    return 1 - total * (total - right) / (total**2 - by_chance)


def _agreement(counts: IntArray) -> tuple[int, int, int]:
    """Return the rows, those that are right, and the rows times those that chance would get."""
    labels, predictions = counts.sum(axis=1).tolist(), counts.sum(axis=0).tolist()
    # Integers of Python: the squares of counts do not fit in 64 bits.
    by_chance = sum(label * found for label, found in zip(labels, predictions, strict=True))
    return int(counts.sum()), int(np.trace(counts)), by_chance


def _ratios(parts: IntArray, wholes: IntArray) -> FloatArray:
    return np.where(wholes > 0, parts / np.maximum(wholes, 1), 0.0)
