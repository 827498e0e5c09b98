"""Trees of scikit-learn before and after training went on, or was done anew."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from modelkeep.comparison.deep import TreesDifference
from modelkeep.comparison.trees import NotAnEnsembleError, compare_trees, read_forest, why_not
from modelkeep.comparison.trees.forest import Tree

GROWING = [
    pytest.param(RandomForestClassifier, "n_estimators", id="forest"),
    pytest.param(RandomForestRegressor, "n_estimators", id="forest-regressor"),
    pytest.param(ExtraTreesRegressor, "n_estimators", id="extra-trees"),
    pytest.param(GradientBoostingClassifier, "n_estimators", id="boosting"),
    pytest.param(GradientBoostingRegressor, "n_estimators", id="boosting-regressor"),
    pytest.param(HistGradientBoostingClassifier, "max_iter", id="histogram"),
    pytest.param(HistGradientBoostingRegressor, "max_iter", id="histogram-regressor"),
]


def compare(model1: Any, model2: Any) -> TreesDifference:
    difference = compare_trees(model1, model2)
    assert difference is not None
    assert why_not(model1, model2) == ""
    json.dumps(difference, allow_nan=False)
    return difference


def answer(tree: Tree, row: Any) -> Any:
    """What a tree answers, by a walk that owes nothing to the library."""
    node = 0
    while tree.feature[node] >= 0:
        goes_left = row[tree.feature[node]] <= tree.threshold[node]
        node = tree.left[node] if goes_left else tree.right[node]
    return tree.value[node]


@pytest.mark.parametrize(("kind", "count"), GROWING)
def test_trees_that_were_added_leave_the_others_as_they_were(kind, count, data):
    sample, label = data
    model = kind(**{count: 8, "warm_start": True, "random_state": 3}).fit(sample, label)
    before = read_forest(model)
    model.set_params(**{count: 18}).fit(sample, label)
    shorter = kind(**{count: 8, "random_state": 3}).fit(sample, label)
    assert len(before.trees) == 8
    difference = compare(shorter, model)
    assert difference["library"] == "sklearn"
    assert (difference["trees1"], difference["trees2"]) == (8, 18)
    assert (difference["trees_added"], difference["trees_removed"]) == (10, 0)
    assert (difference["trees_same"], difference["trees_changed"]) == (8, 0)
    assert difference["split_features_changed"] == difference["thresholds_changed"] == 0
    assert difference["splits_compared"] > 8
    assert compare(model, shorter)["trees_removed"] == 10


@pytest.mark.parametrize(("kind", "count"), GROWING)
def test_a_retrained_model_shows_what_changed(kind, count, data, other_data):
    model1 = kind(**{count: 6, "random_state": 3}).fit(*data)
    model2 = kind(**{count: 6, "random_state": 3}).fit(*other_data)
    difference = compare(model1, model2)
    assert difference["trees_changed"] == 6
    assert difference["thresholds_changed"] > 0
    assert (
        difference["split_features_changed"] + difference["thresholds_changed"]
        <= difference["splits_compared"]
    )


@pytest.mark.parametrize(
    "kind", [RandomForestClassifier, ExtraTreesRegressor, GradientBoostingRegressor]
)
def test_the_importance_is_that_of_the_model(kind, data, other_data):
    model1 = kind(n_estimators=7, random_state=0).fit(*data)
    model2 = kind(n_estimators=9, random_state=0).fit(*other_data)
    importance = compare(model1, model2)["importance"]
    for key, model in (("version1", model1), ("version2", model2)):
        shares = {shift["feature"]: shift[key] for shift in importance}
        expected = {f"feature {i}": v for i, v in enumerate(model.feature_importances_)}
        assert shares == pytest.approx(expected)
    shifts = [abs(shift["shift"]) for shift in importance]
    assert shifts == sorted(shifts, reverse=True)


def test_what_was_read_answers_as_the_model_does(data):
    sample, label = data
    forest = RandomForestClassifier(n_estimators=4, random_state=0).fit(sample, label)
    boosted = HistGradientBoostingRegressor(max_iter=5).fit(sample, label)
    rows = sample[:40].astype(np.float32).astype(np.float64)
    read = read_forest(forest).trees
    answers = np.mean([[answer(tree, row) for row in rows] for tree in read], axis=0)
    assert answers == pytest.approx(forest.predict_proba(rows))
    read = read_forest(boosted).trees
    answers = np.sum([[answer(tree, row)[0] for row in sample] for tree in read], axis=0)
    assert answers + label.mean() == pytest.approx(boosted.predict(sample), abs=1e-6)


def test_one_tree_is_an_ensemble_of_one_and_counts_each_difference():
    sample = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [3.0, 0.0]])
    model1 = DecisionTreeRegressor().fit(sample, [0.0, 0.0, 1.0, 1.0])
    moved = DecisionTreeRegressor().fit(sample, [0.0, 1.0, 1.0, 1.0])
    asks_other = DecisionTreeRegressor().fit(sample[:, ::-1], [0.0, 0.0, 1.0, 1.0])
    answers_other = DecisionTreeRegressor().fit(sample, [0.0, 0.0, 2.0, 2.0])

    def counts(model2: Any) -> tuple[int, int, int, int]:
        found = compare(model1, model2)
        return (
            found["trees_changed"],
            found["splits_compared"],
            found["split_features_changed"],
            found["thresholds_changed"],
        )

    assert counts(model1) == (0, 1, 0, 0)
    assert counts(moved) == (1, 1, 0, 1)
    assert counts(asks_other) == (1, 1, 1, 0)
    assert counts(answers_other) == (1, 1, 0, 0)
    assert compare(model1, asks_other)["importance"][0]["shift"] in {1.0, -1.0}


def test_a_tree_without_splits_has_no_importance():
    stump = DecisionTreeClassifier().fit([[1.0], [2.0]], [1, 1])
    difference = compare(stump, stump)
    assert difference["importance"] == []
    assert difference["trees_same"] == 1
    assert difference["splits_compared"] == 0


def test_the_last_step_of_a_pipeline_counts(data):
    sample, label = data
    forest = RandomForestClassifier(n_estimators=3, random_state=0).fit(sample, label)
    pipeline = make_pipeline(StandardScaler(), forest)
    pipeline.fit(sample, label)
    difference = compare(pipeline, pipeline)
    assert difference["trees_same"] == 3
    assert difference["notes"] == ["The steps of the pipeline before the trees were not compared"]
    linear = make_pipeline(StandardScaler(), LogisticRegression()).fit(sample, label)
    assert compare_trees(pipeline, linear) is None
    assert "in version2 LogisticRegression" in why_not(pipeline, linear)


def test_features_are_the_same_by_name_where_both_have_names(data):
    sample, label = data
    table = pd.DataFrame(sample, columns=list("abcde"))
    model1 = DecisionTreeClassifier(max_depth=1).fit(table, label)
    model2 = DecisionTreeClassifier(max_depth=1).fit(table[list("edcba")], label)
    difference = compare(model1, model2)
    assert difference["trees_same"] == 1
    assert difference["importance"][0]["feature"] == "a"
    nameless = DecisionTreeClassifier(max_depth=1).fit(sample, label)
    assert compare(model1, nameless)["importance"][0]["feature"] == "a"
    fewer = DecisionTreeClassifier(max_depth=1).fit(table[["c", "a"]], label)
    difference = compare(model1, fewer)
    assert difference["trees_same"] == 1
    assert difference["notes"] == [
        "Version1 takes 5 features, version2 2; they were held together by name"
    ]


def test_what_stands_beside_the_trees_is_noted(data):
    sample, label = data
    model1 = GradientBoostingRegressor(n_estimators=2).fit(sample, label)
    model2 = GradientBoostingRegressor(n_estimators=2).fit(sample, label + 1.0)
    notes = compare(model1, model2)["notes"]
    assert len(notes) == 1
    assert notes[0].startswith("Beside the trees, start is [")
    classes = RandomForestClassifier(n_estimators=1, random_state=0)
    renamed = RandomForestClassifier(n_estimators=1, random_state=0)
    classes.fit(sample, label)
    renamed.fit(sample, np.array(["no", "yes"])[label])
    difference = compare(classes, renamed)
    assert difference["trees_same"] == 1
    assert difference["notes"] == [
        "Beside the trees, classes is [0, 1] in version1 and ['no', 'yes'] in version2"
    ]


def test_categories_of_a_histogram_are_part_of_a_split():
    generator = np.random.default_rng(0)
    sample = np.column_stack([generator.normal(size=400), generator.integers(0, 6, 400)])
    model1 = HistGradientBoostingClassifier(max_iter=1, max_depth=1, categorical_features=[1])
    model2 = HistGradientBoostingClassifier(max_iter=1, max_depth=1, categorical_features=[1])
    model1.fit(sample, sample[:, 1] % 2)
    model2.fit(sample, sample[:, 1] % 3 == 0)
    assert compare(model1, model1)["trees_changed"] == 0
    difference = compare(model1, model2)
    assert difference["thresholds_changed"] == 1
    assert [shift["feature"] for shift in difference["importance"]] == ["feature 1"]


def test_where_a_missing_value_goes_makes_another_tree():
    sample = np.array([[0.0], [1.0], [np.nan]] * 4)
    left = DecisionTreeClassifier().fit(sample, [0, 1, 0] * 4)
    right = DecisionTreeClassifier().fit(sample, [0, 1, 1] * 4)
    difference = compare(left, right)
    assert difference["trees_changed"] == 1
    assert difference["thresholds_changed"] == 0


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (DummyClassifier(), "DummyClassifier of scikit-learn is no ensemble"),
        (RandomForestClassifier(), "RandomForestClassifier is not fitted"),
        ({"weights": [1.0]}, "dict is no ensemble of trees"),
    ],
)
def test_what_has_no_trees_is_told_apart(model, reason, data):
    forest = DecisionTreeClassifier().fit(*data)
    assert compare_trees(forest, model) is None
    assert compare_trees(model, forest) is None
    assert why_not(model, forest).startswith(f"No trees were compared: in version1 {reason}")
    with pytest.raises(NotAnEnsembleError, match=reason):
        read_forest(model)
