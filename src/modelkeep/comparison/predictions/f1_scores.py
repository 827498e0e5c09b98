"""The macro F1 of two versions on the same rows, with its paired bootstrap."""

from __future__ import annotations

import numpy as np

from modelkeep.comparison.deep import PairedTest
from modelkeep.comparison.predictions.answers import FloatArray
from modelkeep.comparison.predictions.bootstrap import (
    Draws,
    draw_counts,
    draw_weights,
    judge_resamples,
)
from modelkeep.comparison.predictions.codes import IntArray

_MOST_KINDS = 20_000
_GROUPS = 2_000
_CLASSES_AT_ONCE = 500


def check_f1_macro(
    values1: IntArray,
    values2: IntArray,
    labels: IntArray,
    draws: Draws,
) -> PairedTest:
    """Return the paired bootstrap of the mean F1 over the classes that occur in the labels.

    F1 is 2 tp / (2 tp + fp + fn), and 0 for 0 / 0. Rows alike in truth and both answers are drawn
    together. Where there are more than 20,000 kinds of them, which takes many classes, rows are
    dealt at random into 2,000 groups and these are drawn.

    Args:
        values1: The answers of version1 as numbers, shape (rows,).
        values2: Likewise.
        labels: The truths as numbers of the same kind.
        draws: How the bootstrap is done.
    """
    size = 1 + int(max(values1.max(), values2.max(), labels.max()))
    pairs, pair = np.unique(labels * size + values1, return_inverse=True)
    kinds, counts = np.unique(pair * size + values2, return_counts=True)
    true, told1 = np.divmod(pairs[kinds // size], size)
    told2 = kinds % size
    whole = counts[np.newaxis].astype(np.float64)
    scores = (float(_f1_macro(whole, true, told1)[0]), float(_f1_macro(whole, true, told2)[0]))
    if kinds.size <= _MOST_KINDS:
        parts = [
            _f1_macro(weights, true, told2) - _f1_macro(weights, true, told1)
            for weights in draw_counts(counts, draws)
        ]
        differences = np.concatenate(parts)
    else:
        differences = _draw_groups(values1, values2, labels, draws)
    return judge_resamples(
        "f1_macro",
        "higher",
        scores,
        differences,
        rows=labels.size,
        confidence=draws.confidence,
    )


def _draw_groups(
    values1: IntArray, values2: IntArray, labels: IntArray, draws: Draws
) -> FloatArray:
    """Return the differences of macro F1 over groups of rows drawn with replacement."""
    weights = np.concatenate(list(draw_weights(_GROUPS, draws)))
    group = draws.generator.permutation(labels.size) % _GROUPS
    classes, truth = np.unique(labels, return_inverse=True)
    told = [_places(values, classes) for values in (values1, values2)]
    hits = [np.where(one == truth, truth, -1) for one in told]
    totals = np.zeros((2, draws.resamples))
    for first in range(0, classes.size, _CLASSES_AT_ONCE):
        last = min(first + _CLASSES_AT_ONCE, classes.size)
        supports = weights @ _table(truth, group, first, last)
        for version in (0, 1):
            right = weights @ _table(hits[version], group, first, last)
            whole = supports + weights @ _table(told[version], group, first, last)
            totals[version] += _f1(right, whole).sum(axis=1)
    difference: FloatArray = (totals[1] - totals[0]) / classes.size
    return difference


def _table(places: IntArray, group: IntArray, first: int, last: int) -> FloatArray:
    """Count the rows of each group by class, shape (groups, classes from first to last)."""
    width = last - first
    inside = (places >= first) & (places < last)
    cells = group[inside] * width + places[inside] - first
    return np.bincount(cells, minlength=_GROUPS * width).reshape(_GROUPS, width).astype(np.float64)


def _places(values: IntArray, classes: IntArray) -> IntArray:
    """Return which of the classes each value is, -1 for none."""
    place = np.minimum(np.searchsorted(classes, values), classes.size - 1)
    return np.where(classes[place] == values, place, -1)


def _f1_macro(weights: FloatArray, true: IntArray, told: IntArray) -> FloatArray:
    """Return the mean F1 over the classes in `true`, shape (resamples,).

    Args:
        weights: How many rows of each kind there are, shape (resamples, kinds).
        true: The truth of each kind, shape (kinds,).
        told: The answer of each kind.
    """
    classes = np.unique(true)
    right = _sums_by(weights[:, true == told], true[true == told], classes)
    whole = _sums_by(weights, true, classes) + _sums_by(weights, told, classes)
    mean: FloatArray = _f1(right, whole).mean(axis=1)
    return mean


def _f1(right: FloatArray, whole: FloatArray) -> FloatArray:
    return np.divide(2.0 * right, whole, out=np.zeros_like(whole), where=whole > 0)


def _sums_by(weights: FloatArray, groups: IntArray, classes: IntArray) -> FloatArray:
    """Return the sums of the columns of each class, shape (resamples, classes)."""
    order = np.argsort(groups, kind="stable")
    present, starts = np.unique(groups[order], return_index=True)
    sums = np.zeros((weights.shape[0], classes.size))
    if present.size:
        known = np.isin(present, classes)
        by_group = np.add.reduceat(weights[:, order], starts, axis=1)
        sums[:, np.searchsorted(classes, present[known])] = by_group[:, known]
    return sums
