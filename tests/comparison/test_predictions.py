"""What two versions answer differently on the same rows."""

from __future__ import annotations

import json
import math
from typing import Any

import lightgbm
import numpy as np
import pytest
import xgboost
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import IsolationForest, RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from modelkeep.comparison.deep import PredictionsDifference
from modelkeep.comparison.predictions import compare_predictions
from modelkeep.comparison.predictions.codes import number_alike
from modelkeep.errors import InvalidInputError, InvalidSettingError, UnknownChoiceError


def answers(*values: Any) -> Any:
    """A model that knows its answers by heart."""
    return lambda _: np.array(values)


def compare(model1: Any, model2: Any, sample: Any = None, **settings: Any) -> PredictionsDifference:
    difference = compare_predictions(model1, model2, sample, **settings)
    json.dumps(difference, allow_nan=False)
    return difference


def metrics_of(difference: PredictionsDifference) -> list[str]:
    return [test["metric"] for test in difference["tests"]]


@pytest.fixture
def fitted(data):
    return LogisticRegression().fit(*data)


def test_the_same_model_twice_flips_nothing(data, other_data):
    sample, label = other_data
    for model, wanted in (
        (RandomForestClassifier(n_estimators=9, random_state=0).fit(*data), "classes"),
        (RandomForestRegressor(n_estimators=9, random_state=0).fit(*data), "numbers"),
    ):
        difference = compare(model, model, sample, labels=label)
        assert difference["kind"] == wanted
        assert difference["flipped"] == 0
        assert difference["flipped_lower"] == 0.0 < difference["flipped_upper"] < 0.02
        assert difference["examples"] == []
        assert len(difference["tests"]) >= 3
        for test in difference["tests"]:
            assert test["difference"] == 0.0
            assert test["p_value"] == 1.0
            assert test["improved"] is None


def test_classes_are_tested_with_all_that_the_models_give(data, other_data):
    sample, label = other_data
    weak = LogisticRegression().fit(data[0][:, 2:], data[1])
    strong = RandomForestClassifier(n_estimators=60, random_state=0).fit(*data)

    class Narrow:
        classes_ = weak.classes_

        def predict(self, rows: Any) -> Any:
            return weak.predict(rows[:, 2:])

        def predict_proba(self, rows: Any) -> Any:
            return weak.predict_proba(rows[:, 2:])

    difference = compare(Narrow(), strong, sample, labels=label)
    assert metrics_of(difference) == ["accuracy", "f1_macro", "log_loss", "brier_score"]
    assert [test["improved"] for test in difference["tests"]] == [True] * 4
    assert all(test["p_value"] < 0.01 for test in difference["tests"])
    back = compare(strong, Narrow(), sample, labels=label)
    assert [test["improved"] for test in back["tests"]] == [False] * 4
    assert back["tests"][0]["lower"] == pytest.approx(-difference["tests"][0]["upper"])
    assert [test["test"] for test in back["tests"]] == ["mcnemar"] + ["paired_bootstrap"] * 3


def test_scores_are_those_of_scikit_learn(data, other_data):
    from sklearn import metrics

    sample, label = other_data
    model = LogisticRegression().fit(*data)
    forest = RandomForestClassifier(n_estimators=40, min_samples_leaf=3, random_state=0)
    forest.fit(*data)
    found = {test["metric"]: test for test in compare(model, forest, sample, labels=label)["tests"]}
    for key, one in (("version1", model), ("version2", forest)):
        told, scores = one.predict(sample), one.predict_proba(sample)
        assert found["accuracy"][key] == pytest.approx(metrics.accuracy_score(label, told))
        assert found["f1_macro"][key] == pytest.approx(
            metrics.f1_score(label, told, average="macro")
        )
        assert found["log_loss"][key] == pytest.approx(metrics.log_loss(label, scores))
        assert found["brier_score"][key] == pytest.approx(
            metrics.brier_score_loss(label, scores[:, 1])
        )


def test_errors_are_those_of_scikit_learn(data):
    from sklearn import metrics

    sample, _ = data
    truth = sample[:, 0] * 2.0 + 5.0
    generator = np.random.default_rng(3)
    values1, values2 = (truth + generator.normal(scale=s, size=len(truth)) for s in (1.0, 0.5))
    found = compare(lambda _: values1, lambda _: values2, sample, labels=truth)
    assert metrics_of(found) == ["mean_absolute_error", "root_mean_squared_error", "r2"]
    assert [test["direction"] for test in found["tests"]] == ["lower", "lower", "higher"]
    assert [test["improved"] for test in found["tests"]] == [True] * 3
    for key, told in (("version1", values1), ("version2", values2)):
        wanted = (
            metrics.mean_absolute_error(truth, told),
            metrics.root_mean_squared_error(truth, told),
            metrics.r2_score(truth, told),
        )
        assert [test[key] for test in found["tests"]] == pytest.approx(wanted)


def test_three_classes_with_words():
    generator = np.random.default_rng(0)
    names = np.array(["bird", "cat", "dog"])
    label = generator.integers(0, 3, 400)
    sample = np.eye(3)[label] + generator.normal(scale=0.6, size=(400, 3))
    model1 = LogisticRegression().fit(sample[:, :1], names[label])
    model2 = LogisticRegression().fit(sample, names[label])
    difference = compare(
        lambda rows: model1.predict(rows[:, :1]), model2, sample, labels=names[label].tolist()
    )
    assert difference["kind"] == "classes"
    assert metrics_of(difference) == ["accuracy", "f1_macro"]
    assert difference["tests"][1]["improved"] is True
    shown = difference["examples"][0]
    assert {shown["answer1"], shown["answer2"], shown["label"]} <= set(names.tolist())
    assert shown["score1"] is None
    assert shown["score2"] is not None
    scores = [example["score2"] for example in difference["examples"]]
    assert scores == sorted(scores, reverse=True)


def test_examples_are_the_clearest_flips_first():
    scores1 = [0.6, 0.9, 0.7, 0.5, 0.8]
    scores2 = [0.6, 0.9, 0.9, 0.5, 0.9]
    difference = compare(
        answers("a", "a", "a", "a", "b"),
        answers("b", "b", "b", "a", "a"),
        labels=["a", "b", "a", "a", None],
        ids=["v", "w", "x", "y", "z"],
        scores1=scores1,
        scores2=scores2,
        examples=3,
    )
    assert (difference["rows"], difference["flipped"]) == (5, 4)
    assert difference["flipped_share"] == 0.8
    assert [example["row"] for example in difference["examples"]] == ["w", "z", "x"]
    assert difference["examples"][1] == {
        "row": "z",
        "answer1": "b",
        "answer2": "a",
        "score1": 0.8,
        "score2": 0.9,
        "label": None,
    }
    assert "1 rows have no label and are in no test" in difference["notes"]
    assert any("4 rows with a label are too few" in note for note in difference["notes"])
    assert metrics_of(difference) == ["accuracy"]


def test_without_scores_the_order_is_that_of_the_rows():
    difference = compare(answers(1, 1, 1), answers(2, 1, 2))
    assert [example["row"] for example in difference["examples"]] == [0, 2]


def test_numbers_that_are_furthest_apart_come_first_and_rounding_is_no_flip():
    difference = compare(
        answers(1.5, 2.0, 3.0, math.nan, math.nan, math.inf, 0.0),
        answers(1.5 * (1 + 5e-7), 2.5, 1.0, math.nan, 1.0, math.inf, 1e-300),
    )
    assert difference["kind"] == "numbers"
    assert [example["row"] for example in difference["examples"]] == [4, 2, 1, 6]
    assert difference["examples"][0]["answer1"] is None


@pytest.mark.parametrize(
    ("one", "two", "labels", "kind"),
    [
        ([1, 2], [1, 3], None, "classes"),
        ([1.0, 2.0], [1.0, 3.0], None, "classes"),
        ([1.0, 2.0], [1.0, 3.5], None, "numbers"),
        ([1.0, 2.0], [1.0, 3.0], [1.0, 2.5], "numbers"),
        ([True, False], [True, True], None, "classes"),
        (["a", "b"], ["a", "a"], None, "classes"),
        ([1, 2], [1, 3], [None, 2.5], "numbers"),
    ],
)
def test_the_kind_follows_from_answers_and_labels(one, two, labels, kind):
    difference = compare(answers(*one), answers(*two), labels=labels)
    assert difference["kind"] == kind
    assert difference["flipped"] == 1


def test_a_kind_that_was_chosen_counts():
    assert compare(answers(1, 2), answers(1, 3), kind="numbers")["kind"] == "numbers"
    assert compare(answers(1.5, 2), answers(1, 3), kind="classes")["kind"] == "classes"


def test_boosters_and_their_estimators_are_asked(data, other_data):
    sample, label = other_data
    settings: dict[str, Any] = {"n_estimators": 5, "n_jobs": 1}
    boosted = xgboost.XGBClassifier(**settings).fit(*data)
    gentle = lightgbm.LGBMClassifier(verbosity=-1, **settings).fit(*data)
    difference = compare(boosted, gentle, sample, labels=label)
    assert metrics_of(difference) == ["accuracy", "f1_macro", "log_loss", "brier_score"]
    raw = compare(gentle.booster_, gentle.booster_, sample, labels=label)
    assert raw["kind"] == "numbers"
    assert any("look like probabilities" in note for note in raw["notes"])


def test_probabilities_from_a_callable_become_answers(fitted, data):
    sample, label = data
    difference = compare(fitted.predict_proba, fitted, sample, labels=label)
    assert difference["flipped"] == 0
    assert metrics_of(difference) == ["accuracy", "f1_macro", "log_loss", "brier_score"]
    named = compare(fitted.predict_proba, fitted.predict_proba, sample, classes=["no", "yes"])
    assert named["kind"] == "classes"


def test_a_model_without_predict_is_asked_for_its_scores(fitted, data):
    class Silent:
        classes_ = np.array(["no", "yes"])

        def decision_function(self, rows: Any) -> Any:
            return fitted.decision_function(rows)

    sample, label = data
    words = np.array(["no", "yes"])
    difference = compare(Silent(), lambda rows: words[fitted.predict(rows)], sample)
    assert difference["flipped"] == 0
    linear = LinearSVC().fit(sample, words[label])
    difference = compare(Silent(), linear, sample, labels=words[label])
    assert metrics_of(difference) == ["accuracy", "f1_macro"]
    assert "The scores are no probabilities" in difference["notes"][0]
    assert all(example["score1"] >= 0 for example in difference["examples"])


def test_an_outlier_detector_has_answers_but_no_scores_by_class(data):
    model = IsolationForest(n_estimators=5, random_state=0).fit(data[0])
    assert compare(model, model, data[0])["kind"] == "classes"


def test_labels_that_a_model_does_not_know_are_noted(fitted, data):
    sample, label = data
    strange = np.where(np.arange(len(label)) < 3, 7, label)
    difference = compare(fitted, fitted, sample, labels=strange)
    assert sum("3 rows have a label that version" in note for note in difference["notes"]) == 2
    assert difference["tests"][2]["version1"] > 0.3


def test_words_and_numbers_are_never_equal_and_that_is_noted():
    difference = compare(answers("1", "2"), answers(1, 2))
    assert difference["flipped"] == 2
    assert "a number is never equal to a word" in difference["notes"][0]


def test_broken_answers_are_not_tested():
    values = np.linspace(0.1, 3.0, 30)
    broken = np.where(np.arange(30) == 4, np.nan, values)
    difference = compare(lambda _: values, lambda _: broken, labels=values)
    assert difference["tests"] == []
    assert difference["notes"] == [
        "1 answers of version2 are not finite or beyond 1e150, so nothing was tested"
    ]


def test_equal_labels_have_no_r2():
    values = np.linspace(0.1, 3.0, 30)
    difference = compare(lambda _: values, lambda _: values + 1, labels=np.ones(30))
    assert metrics_of(difference) == ["mean_absolute_error", "root_mean_squared_error"]
    assert difference["notes"] == ["All labels are equal, so there is no r2"]


def test_the_same_seed_gives_the_same_intervals(fitted, data):
    forest = RandomForestClassifier(n_estimators=3, random_state=0).fit(*data)
    one, two, other = (
        compare(fitted, forest, data[0], labels=data[1], seed=seed)["tests"] for seed in (1, 1, 2)
    )
    assert one == two != other


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"labels": [1]}, r"labels have shape \(1,\); version1 gave 2 answers"),
        ({"ids": ["a"]}, r"ids have shape \(1,\)"),
        ({"scores1": [0.5]}, r"the scores of version1 have shape \(1,\) for 2 answers"),
        ({"scores2": [[0.5, 0.5]] * 2}, "`classes` naming each column"),
        ({"labels": ["a", "b"], "kind": "numbers"}, "labels must be numbers"),
    ],
)
def test_what_does_not_fit_together_is_refused(settings, message):
    with pytest.raises(InvalidInputError, match=message):
        compare(answers(1, 2), answers(1, 2), **settings)


def test_answers_that_are_none_are_refused():
    with pytest.raises(InvalidInputError, match=r"version2 have shape \(3,\); version1 gave 2"):
        compare(answers(1, 2), answers(1, 2, 3))
    with pytest.raises(InvalidInputError, match=r"answers of version1 have shape \(0,\)"):
        compare(answers(), answers())
    with pytest.raises(InvalidInputError, match=r"shape \(1, 2\)"):
        compare(answers([5.0, 6.0]), answers([5.0, 6.0]))
    with pytest.raises(InvalidInputError, match="version2 is a str and cannot be asked"):
        compare(answers(1), "model")


@pytest.mark.parametrize("settings", [{"examples": -1}, {"confidence": 1.0}, {"resamples": 10}])
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(InvalidSettingError, match=next(iter(settings))):
        compare(answers(1), answers(1), **settings)
    with pytest.raises(UnknownChoiceError, match="classes, numbers"):
        compare(answers(1), answers(1), kind="words")


VALUES = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from("ab1"))


@given(st.lists(VALUES, min_size=1), st.lists(VALUES, min_size=1))
def test_numbers_stand_for_values_and_keep_which_are_equal(one, two):
    arrays = [np.array([*values, None], object)[:-1] for values in (one, two)]
    numbers = number_alike(*arrays)
    for i, value1 in enumerate(one):
        for j, value2 in enumerate(two):
            assert (numbers[0][i] == numbers[1][j]) == (value1 == value2)
