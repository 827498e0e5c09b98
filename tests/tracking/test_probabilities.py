"""Probabilities: scores as scikit-learn's, bounds, calibration, and the estimated accuracy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics
from sklearn.isotonic import IsotonicRegression

from modelkeep.errors import InvalidInputError, InvalidSettingError, UnknownChoiceError
from modelkeep.tracking.scores.calibration import Calibration, learned_calibration
from modelkeep.tracking.scores.probabilities import Probabilities
from modelkeep.tracking.sketches.no_rows import NoRowsError

ROWS = st.lists(st.tuples(st.integers(0, 1), st.floats(0, 1)), min_size=1, max_size=30)


def probabilities(truths: object, scores: object, of: str = "positive_class") -> Probabilities:
    made = Probabilities(of)
    made.add(truths, scores)
    return made


def drawn(seed: int, rows: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    """Rows whose scores are spread, useful, and too sure of themselves."""
    random = np.random.default_rng(seed)
    scores = random.beta(0.7, 1.2, rows)
    return (random.random(rows) < 0.2 + 0.6 * scores).astype(int), scores


def test_exact_scores_are_those_of_scikit_learn():
    truths, scores = drawn(1)
    found = probabilities(truths, scores)
    assert found.log_loss() == pytest.approx(metrics.log_loss(truths, scores), rel=1e-9)
    assert found.brier_score_loss() == pytest.approx(
        metrics.brier_score_loss(truths, scores), rel=1e-9
    )
    assert found.accuracy() == metrics.accuracy_score(truths, scores >= 0.5)


@pytest.mark.parametrize("seed", range(3))
def test_ranking_by_bins_is_within_a_thousandth_and_within_its_bounds(seed):
    truths, scores = drawn(seed)
    found = probabilities(truths, scores)
    area, precision = (
        metrics.roc_auc_score(truths, scores),
        metrics.average_precision_score(truths, scores),
    )
    assert found.roc_auc() == pytest.approx(area, abs=1e-3)
    assert found.average_precision() == pytest.approx(precision, abs=2e-3)
    check_bounds(found, area, precision)


def check_bounds(found: Probabilities, area: float, precision: float) -> None:
    for (low, high), exact, middle in (
        (found.roc_auc_bounds(), area, found.roc_auc()),
        (found.average_precision_bounds(), precision, found.average_precision()),
    ):
        assert low - 1e-12 <= exact <= high + 1e-12
        assert low - 1e-12 <= middle <= high + 1e-12


@given(
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, 40)), min_size=2, max_size=60).filter(
        lambda rows: {truth for truth, _ in rows} == {0, 1}
    )
)
def test_bounds_hold_where_many_scores_share_a_bin(rows):
    truths, places = np.array(rows).T
    scores = 0.3 + places / 20_000
    found = probabilities(truths, scores)
    check_bounds(
        found,
        metrics.roc_auc_score(truths, scores),
        metrics.average_precision_score(truths, scores),
    )


def test_scores_on_a_grid_rank_exactly():
    random = np.random.default_rng(5)
    scores = random.integers(0, 101, 3000) / 100
    truths = random.random(3000) < scores
    found = probabilities(truths, scores)
    assert found.roc_auc() == pytest.approx(metrics.roc_auc_score(truths, scores), abs=1e-12)
    assert found.average_precision() == pytest.approx(
        metrics.average_precision_score(truths, scores), abs=1e-12
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_certain_scores_that_are_wrong_are_clipped_as_in_scikit_learn(dtype):
    truths, scores = np.array([0, 1, 1, 0]), np.array([1, 0, 1, 0.25], dtype=dtype)
    expected = metrics.log_loss(truths, scores)
    assert probabilities(truths, scores).log_loss() == pytest.approx(expected, rel=1e-6)


def test_the_calibration_error_is_the_mean_gap_over_ten_bins():
    truths, scores = drawn(4)
    bins = np.minimum((scores * 10).astype(int), 9)
    gaps = [
        (bins == place).mean() * abs(truths[bins == place].mean() - scores[bins == place].mean())
        for place in range(10)
    ]
    found = probabilities(truths, scores).expected_calibration_error()
    assert found == pytest.approx(sum(gaps), abs=1e-9)


@given(st.lists(ROWS, min_size=2, max_size=5))
def test_merging_is_adding_all(batches):
    parts = [probabilities(*zip(*batch, strict=True)) for batch in batches]
    parts[0].add_unlabelled([score for _, score in batches[0]])
    whole = probabilities(*zip(*[row for batch in batches for row in batch], strict=True))
    whole.add_unlabelled([score for _, score in batches[0]])
    merged = parts[0]
    for part in parts[1:]:
        backwards = Probabilities.from_bytes(part.to_bytes())
        backwards.merge(merged)
        merged.merge(part)
        assert backwards.to_bytes() == merged.to_bytes()
    assert merged.to_state().counts == whole.to_state().counts
    assert merged.scores() == pytest.approx(whole.scores(), rel=1e-9, abs=1e-9)


def test_the_calibration_is_the_isotonic_regression_of_its_groups():
    truths, scores = drawn(6)
    positives, negatives = (
        np.histogram(scores[truths == side], 1000, (0, 1))[0] for side in (1, 0)
    )
    learned = learned_calibration(positives, negatives, 20)
    steps = np.searchsorted(learned.edges[1:-1], scores, side="right")
    assert len(learned.rates) > 10
    assert list(learned.rates) == sorted(learned.rates)
    for place, rate in enumerate(learned.rates):
        assert rate == pytest.approx(truths[steps == place].mean(), abs=0.01)
    finest = IsotonicRegression(out_of_bounds="clip").fit(scores, truths)
    points = np.linspace(0.05, 0.9, 40)
    assert np.abs(learned.apply(points) - finest.predict(points)).max() < 0.1


def test_rates_that_fall_are_pooled():
    positives, negatives = np.array([0, 6, 4, 9]), np.array([10, 4, 6, 1])
    learned = learned_calibration(positives, negatives, 4)
    assert learned.edges == (0.0, 0.25, 0.75, 1.0)
    assert learned.rates == (0.0, 0.5, 0.9)
    level = learned_calibration(np.array([2, 4]), np.array([1, 2]), 10)
    assert level.edges == (0.0, 1.0)
    empty = learned_calibration(np.array([0, 5, 0, 0]), np.array([0, 5, 0, 0]), 10)
    assert (empty.edges, empty.rates) == ((0.0, 1.0), (0.5,))


def test_the_estimated_accuracy_is_near_the_one_that_labels_will_show():
    reference = probabilities(*drawn(7))
    truths, scores = drawn(8)
    late = scores**0.5  # the scores shift, what they stand for does not
    random = np.random.default_rng(9)
    truths = random.random(late.size) < 0.2 + 0.6 * late
    fresh = Probabilities()
    fresh.add_unlabelled(late)
    estimate = fresh.estimated_accuracy(reference.calibration())
    assert estimate == pytest.approx(np.mean(truths == (late >= 0.5)), abs=0.01)
    assert abs(fresh.estimated_accuracy(Calibration()) - estimate) > 0.05
    assert fresh.estimated_accuracy() == fresh.estimated_accuracy(Calibration())


def test_on_the_rows_it_learned_from_the_estimate_is_the_accuracy():
    truths, scores = drawn(10)
    for of in ("positive_class", "predicted_class"):
        found = probabilities(truths, scores, of)
        found.add_unlabelled(scores)
        assert found.estimated_accuracy() == pytest.approx(found.accuracy(), abs=1e-9)


def test_of_predicted_classes_the_accuracy_is_the_share_that_is_right():
    found = probabilities([1, 0, 1, 1], [0.9, 0.4, 0.3, 0.6], "predicted_class")
    assert found.accuracy() == 0.75
    found.add_unlabelled([0.25, 0.75])
    assert found.estimated_accuracy(Calibration()) == pytest.approx(0.5, abs=2.5e-3)


def test_few_rows_teach_nothing():
    assert probabilities([1, 0], [0.9, 0.1]).calibration() == Calibration()
    assert Probabilities().calibration(least_rows=0) == Calibration()
    assert probabilities([1, 0], [0.9, 0.1]).calibration(least_rows=2) != Calibration()


@pytest.mark.parametrize("steps", [9, 51])
def test_the_number_of_steps_is_checked(steps):
    with pytest.raises(InvalidSettingError, match="from 10 to 50"):
        Probabilities().calibration(steps)


@pytest.mark.parametrize(
    ("edges", "rates"),
    [((0, 1), ()), ((), (0.5,)), ((0, 0.5, 1), (0.9, 0.1)), ((0, 1), (1.5,)), ((1, 0), (0.5,))],
)
def test_a_calibration_must_rise(edges, rates):
    with pytest.raises(InvalidInputError, match="no calibration"):
        Calibration(edges=edges, rates=rates)


def test_a_score_of_nan_leaves_its_row_out():
    found = probabilities([1, 0, 1], [0.9, math.nan, None])
    found.add_unlabelled([math.nan, 0.5])
    assert (found.count, found.unlabelled_count, found.left_out) == (1, 1, 3)


def test_rounding_of_float32_is_forgiven():
    found = probabilities([1, 0], [1.0000001, -1e-8])
    assert found.log_loss() == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("truths", "scores", "said"),
    [
        ([2], [0.5], r"the truth .*2\.0.* must be 0 or 1"),
        ([math.nan], [0.5], "must be 0 or 1"),
        ([1], [1.1], r"scores from 1\.1 to 1\.1 are no probabilities"),
        ([1], [-0.1], "no probabilities"),
        ([1, 0], [0.5], "2 truths and 1 scores"),
        ([1], ["a"], "scores are of the type"),
    ],
)
def test_bad_rows_are_refused_and_leave_no_trace(truths, scores, said):
    found = Probabilities()
    with pytest.raises(InvalidInputError, match=said):
        found.add(truths, scores)
    assert found == Probabilities()


def test_too_few_rows_have_no_scores():
    empty = Probabilities()
    for ask in (
        empty.log_loss,
        empty.brier_score_loss,
        empty.roc_auc,
        empty.average_precision,
        empty.expected_calibration_error,
        empty.estimated_accuracy,
        empty.accuracy,
        empty.scores,
    ):
        with pytest.raises(NoRowsError, match="there are 0"):
            ask()
    right = probabilities([1], [0.7])
    with pytest.raises(NoRowsError, match="ROC"):
        right.roc_auc_bounds()
    assert "roc_auc" not in right.scores()
    with pytest.raises(NoRowsError, match="precision"):
        probabilities([0], [0.7]).average_precision_bounds()


def test_scores_of_different_things_do_not_merge():
    with pytest.raises(InvalidInputError, match="positive_class"):
        Probabilities().merge(Probabilities("predicted_class"))
    with pytest.raises(UnknownChoiceError, match="unknown of 'all'"):
        Probabilities("all")
