"""Residuals: scores as scikit-learn's, merges, and rows that do not count."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from modelkeep.errors import InvalidInputError
from modelkeep.tracking.scores.residuals import Residuals
from modelkeep.tracking.sketches.no_rows import NoRowsError

NUMBERS = st.floats(-1e3, 1e3)
ROWS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, max_size=30)


def residuals(labels: object, predictions: object) -> Residuals:
    made = Residuals()
    made.add(labels, predictions)
    return made


def test_scores_are_those_of_scikit_learn():
    random = np.random.default_rng(21)
    labels = random.normal(10, 3, 20_000)
    predictions = labels + random.normal(0.5, 1, 20_000)
    found = residuals(labels, predictions).scores()
    median = found.pop("median_absolute_error")
    assert median == pytest.approx(metrics.median_absolute_error(labels, predictions), rel=0.01)
    expected = {
        "mean_error": (predictions - labels).mean(),
        "mean_absolute_error": metrics.mean_absolute_error(labels, predictions),
        "mean_squared_error": metrics.mean_squared_error(labels, predictions),
        "root_mean_squared_error": metrics.root_mean_squared_error(labels, predictions),
        "mean_absolute_percentage_error": metrics.mean_absolute_percentage_error(
            labels, predictions
        ),
        "max_error": metrics.max_error(labels, predictions),
        "explained_variance": metrics.explained_variance_score(labels, predictions),
        "r2": metrics.r2_score(labels, predictions),
    }
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(ROWS)
def test_merging_parts_is_adding_all_and_commutes(rows):
    labels, predictions = np.array(rows).T
    whole = residuals(labels, predictions)
    first, second = (
        residuals(labels[::2], predictions[::2]),
        residuals(labels[1::2], predictions[1::2]),
    )
    backwards = Residuals.from_bytes(second.to_bytes())
    backwards.merge(first)
    first.merge(second)
    assert first.to_bytes() == backwards.to_bytes()
    assert first.count == whole.count
    found, expected = first.scores(), whole.scores()
    for name in ("r2", "explained_variance"):  # their quotients can magnify any rounding
        found.pop(name), expected.pop(name)
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert found["median_absolute_error"] == expected["median_absolute_error"]


def test_merging_is_associative():
    random = np.random.default_rng(3)
    parts = [random.normal(size=(2, 500)) for _ in range(3)]
    left, right = residuals(*parts[0]), residuals(*parts[1])
    left.merge(residuals(*parts[1]))
    left.merge(residuals(*parts[2]))
    right.merge(residuals(*parts[2]))
    first = residuals(*parts[0])
    first.merge(right)
    assert first.scores() == pytest.approx(left.scores(), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("labels", "predictions"),
    [([2.0, 2.0], [2.0, 2.0]), ([2.0, 2.0], [3.0, 3.0]), ([2.0, 2.0], [3.0, 4.0])],
)
def test_equal_labels_score_as_in_scikit_learn(labels, predictions):
    found = residuals(labels, predictions)
    assert found.r2() == metrics.r2_score(labels, predictions)
    assert found.explained_variance() == metrics.explained_variance_score(labels, predictions)


def test_a_label_of_zero_counts_in_percent_as_in_scikit_learn():
    labels, predictions = [0.0, 1.0, -2.0], [1.0, 1.5, -1.0]
    expected = metrics.mean_absolute_percentage_error(labels, predictions)
    found = residuals(labels, predictions).mean_absolute_percentage_error()
    assert found == pytest.approx(expected, rel=1e-9)


def test_rows_that_are_not_finite_are_left_out():
    found = residuals([1.0, math.nan, 3.0, math.inf, 1.7e308], [2.0, 1.0, None, math.inf, -1.7e308])
    assert (found.count, found.left_out) == (1, 4)
    assert found.mean_error() == 1.0


def test_too_few_rows_have_no_scores():
    empty = residuals([], [])
    for name in (
        "mean_error",
        "mean_absolute_error",
        "mean_squared_error",
        "root_mean_squared_error",
        "median_absolute_error",
        "mean_absolute_percentage_error",
        "max_error",
        "explained_variance",
        "r2",
        "scores",
    ):
        with pytest.raises(NoRowsError, match="there are 0"):
            getattr(empty, name)()
    one = residuals([1.0], [2.0])
    with pytest.raises(NoRowsError, match="at least 2 rows"):
        one.r2()
    assert "r2" not in one.scores()


def test_bad_rows_are_refused():
    with pytest.raises(InvalidInputError, match="1 labels and 2 predictions"):
        residuals([1.0], [1.0, 2.0])
    with pytest.raises(InvalidInputError, match="predictions are of the type"):
        residuals([1.0], ["a"])
