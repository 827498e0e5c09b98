"""Confusion: scores as scikit-learn's, exact merges, and the class `other`."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from modelkeep.errors import InvalidInputError, InvalidSettingError, UnknownChoiceError
from modelkeep.tracking.scores.confusion import Confusion
from modelkeep.tracking.sketches.no_rows import NoRowsError

ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40)
BINARY_ROWS = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=20)


def confusion(labels: object, predictions: object, most_classes: int = 64) -> Confusion:
    made = Confusion(most_classes)
    made.add(labels, predictions)
    return made


def of_scikit_learn(labels: object, predictions: object, averages: list[str]) -> dict[str, float]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of labels that were never predicted and the like
        expected = {
            "accuracy": metrics.accuracy_score(labels, predictions),
            "balanced_accuracy": metrics.balanced_accuracy_score(labels, predictions),
            "matthews_corrcoef": metrics.matthews_corrcoef(labels, predictions),
            "cohen_kappa": np.nan_to_num(metrics.cohen_kappa_score(labels, predictions)),
        }
        for average in averages:
            ending = "" if average == "binary" else f"_{average}"
            for name in ("precision", "recall", "f1"):
                score = getattr(metrics, f"{name}_score")
                expected[f"{name}{ending}"] = score(
                    labels, predictions, average=average, zero_division=0
                )
    return expected


@settings(max_examples=80)
@given(ROWS)
def test_scores_of_many_classes_are_those_of_scikit_learn(rows):
    labels, predictions = map(list, zip(*rows, strict=True))
    expected = of_scikit_learn(labels, predictions, ["macro", "weighted"])
    found = confusion(labels, predictions).scores()
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=1e-9)


@settings(max_examples=80)
@given(BINARY_ROWS)
def test_scores_of_two_classes_are_those_of_scikit_learn(rows):
    labels, predictions = map(list, zip(*rows, strict=True))
    expected = of_scikit_learn(labels, predictions, ["macro", "weighted", "binary"])
    assert confusion(labels, predictions).scores() == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("kind", ["integers", "texts", "truths", "objects"])
def test_all_kinds_of_classes_on_many_rows(kind):
    random = np.random.default_rng(11)
    labels = random.integers(0, 2, 5000)
    predictions = np.where(random.random(5000) < 0.8, labels, 1 - labels)
    names = {
        "integers": np.array([7, 40_000]),
        "texts": np.array(["cat", "dog"]),
        "truths": np.array([False, True]),
        "objects": np.array(["cat", "dog"], dtype=object),
    }[kind]
    found = confusion(names[labels], names[predictions])
    expected = of_scikit_learn(labels, predictions, ["macro", "weighted", "binary"])
    assert found.scores() == pytest.approx(expected, abs=1e-9)
    assert found.classes == tuple(names.tolist())
    assert found.matrix()[:2, :2].tolist() == metrics.confusion_matrix(labels, predictions).tolist()


@given(st.lists(ROWS, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_merging_in_any_order_is_adding_all_to_the_bit(batches, random):
    parts = [confusion(*zip(*batch, strict=True)) for batch in batches]
    whole = confusion(*zip(*[row for batch in batches for row in batch], strict=True))
    random.shuffle(parts)
    merged = parts.pop()
    for part in parts:
        merged.merge(part)
    assert merged.to_bytes() == whole.to_bytes()


@given(st.lists(ROWS, min_size=1, max_size=5))
def test_beyond_the_bound_rows_and_accuracy_stay_exact_and_merges_commute(batches):
    found = Confusion(2)
    for batch in batches:
        part = confusion(*zip(*batch, strict=True), most_classes=2)
        backwards = Confusion.from_bytes(part.to_bytes())
        backwards.merge(found)
        found.merge(part)
        assert found.to_bytes() == backwards.to_bytes()
    rows = [row for batch in batches for row in batch]
    assert len(found.classes) <= 2
    assert found.count == found.matrix().sum() == len(rows)
    assert found.accuracy() == np.mean([label == prediction for label, prediction in rows])


def test_classes_beyond_the_bound_are_one():
    labels = ["a"] * 5 + ["b"] * 4 + ["c", "c", "d"]
    predictions = ["a"] * 4 + ["c"] + ["b"] * 4 + ["c", "d", "a"]
    found = confusion(labels, predictions, most_classes=2)
    assert found.classes == ("a", "b")
    assert found.matrix().tolist() == [[4, 0, 1], [0, 4, 0], [1, 0, 2]]
    assert found.other == 4
    assert found.accuracy() == 9 / 12
    folded = [
        [name if name in "ab" else "other" for name in each] for each in (labels, predictions)
    ]
    assert found.f1("macro") == pytest.approx(metrics.f1_score(*folded, average="macro"))
    with pytest.raises(InvalidInputError, match="4 rows of others"):
        found.f1("binary")


def test_many_classes_take_no_memory_for_their_pairs():
    labels = np.arange(200_000) * 7
    found = confusion(labels, labels)
    assert len(found.classes) == 64
    assert found.accuracy() == 1.0
    assert found.other == 200_000 - 64


def test_the_positive_class_can_be_chosen():
    labels, predictions = ["no", "yes", "yes", "no"], ["no", "yes", "no", "no"]
    found = confusion(labels, predictions)
    assert found.recall("binary") == 0.5
    assert found.recall("binary", positive="no") == 1.0
    assert found.precision("binary", positive="no") == pytest.approx(2 / 3)
    with pytest.raises(InvalidInputError, match="'maybe' is none of 'no', 'yes'"):
        found.recall("binary", positive="maybe")


def test_a_single_class_of_zero_and_one_has_one_as_the_positive():
    assert confusion([0, 0], [0, 0]).precision("binary") == 0.0
    assert confusion([1, 1], [1, 1]).precision("binary") == 1.0
    assert confusion(["a"], ["a"]).precision("binary", positive="b") == 0.0


def test_more_than_two_classes_have_no_binary_score():
    with pytest.raises(InvalidInputError, match="3 classes"):
        confusion([0, 1, 2], [0, 1, 2]).f1("binary")


def test_an_unknown_average_is_refused():
    with pytest.raises(UnknownChoiceError, match="unknown average 'micro'"):
        confusion([0], [0]).f1("micro")


def test_rows_without_label_or_prediction_are_counted_apart():
    found = confusion([1.0, np.nan, 0.0, 1.0], ["x", "x", None, "x"])
    assert (found.count, found.missing) == (2, 2)
    found.merge(found)
    assert (found.count, found.missing) == (4, 4)


def test_truths_and_integers_are_the_same_classes():
    found = confusion(np.array([0, 1, 1]), np.array([False, True, False]))
    assert found.classes == (0, 1)
    assert found.accuracy() == pytest.approx(2 / 3)


def test_without_rows_there_are_no_scores():
    empty = confusion([], [])
    assert empty.count == 0
    for ask in (
        empty.accuracy,
        empty.balanced_accuracy,
        empty.f1,
        empty.matthews_corrcoef,
        empty.cohen_kappa,
        empty.scores,
    ):
        with pytest.raises(NoRowsError, match="needs at least 1 rows"):
            ask()


def test_a_row_needs_both():
    with pytest.raises(InvalidInputError, match="2 labels and 1 predictions"):
        confusion([0, 1], [0])


def test_bounds_are_checked_and_must_agree():
    with pytest.raises(InvalidSettingError, match="from 1 to 1024"):
        Confusion(0)
    with pytest.raises(InvalidInputError, match="most_classes 64 and 5"):
        Confusion().merge(Confusion(5))


def test_correlations_of_very_many_rows_do_not_overflow():
    small = confusion([0, 0, 1, 1, 1], [0, 1, 1, 1, 0])
    large = Confusion.from_bytes(small.to_bytes())
    for _ in range(40):
        large.merge(large)
    assert large.count == 5 * 2**40
    assert large.scores() == pytest.approx(small.scores(), abs=1e-12)
