"""Trees of XGBoost and LightGBM before and after training went on, or was done anew."""

from __future__ import annotations

import json
from typing import Any

import lightgbm
import numpy as np
import pytest
import xgboost
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from modelkeep.comparison.deep import TreesDifference
from modelkeep.comparison.trees import compare_trees, read_forest, why_not

QUIET = {"verbosity": -1, "min_data_in_leaf": 5, "num_threads": 1}
SOBER = {"max_depth": 3, "nthread": 1}


def compare(model1: Any, model2: Any) -> TreesDifference:
    difference = compare_trees(model1, model2)
    assert difference is not None
    json.dumps(difference, allow_nan=False)
    return difference


def train_xgboost(data: Any, rounds: int, before: Any = None, **settings: Any) -> Any:
    matrix = xgboost.DMatrix(*data)
    return xgboost.train({**SOBER, **settings}, matrix, rounds, xgb_model=before)


def train_lightgbm(data: Any, rounds: int, before: Any = None, **settings: Any) -> Any:
    dataset = lightgbm.Dataset(*data, params={"verbosity": -1}, free_raw_data=False)
    return lightgbm.train({**QUIET, **settings}, dataset, rounds, init_model=before)


TRAIN = [
    pytest.param(train_xgboost, {"objective": "binary:logistic"}, 1, id="xgboost"),
    pytest.param(
        train_xgboost, {"objective": "multi:softprob", "num_class": 2}, 2, id="xgboost-classes"
    ),
    pytest.param(train_lightgbm, {"objective": "binary"}, 1, id="lightgbm"),
    pytest.param(
        train_lightgbm, {"objective": "multiclass", "num_class": 2}, 2, id="lightgbm-classes"
    ),
]


@pytest.mark.parametrize(("train", "settings", "each"), TRAIN)
def test_ten_more_rounds_are_ten_added_and_all_others_the_same(train, settings, each, data):
    model1 = train(data, 12, **settings)
    model2 = train(data, 10, before=model1, **settings)
    difference = compare(model1, model2)
    assert (difference["trees1"], difference["trees2"]) == (12 * each, 22 * each)
    assert (difference["trees_added"], difference["trees_removed"]) == (10 * each, 0)
    assert (difference["trees_same"], difference["trees_changed"]) == (12 * each, 0)
    assert difference["split_features_changed"] == difference["thresholds_changed"] == 0
    assert difference["notes"] == []


@pytest.mark.parametrize(("train", "settings", "each"), TRAIN)
def test_a_model_of_other_data_has_other_trees(train, settings, each, data, other_data):
    model1, model2 = train(data, 5, **settings), train(other_data, 5, **settings)
    difference = compare(model1, model2)
    assert difference["trees_changed"] == 5 * each
    assert difference["thresholds_changed"] > 0
    assert difference["splits_compared"] >= 5 * each


def test_the_importance_is_that_of_xgboost(data, other_data):
    model1 = xgboost.XGBClassifier(n_estimators=6, **SOBER).fit(*data)
    model2 = xgboost.XGBClassifier(n_estimators=6, **SOBER).fit(*other_data)
    importance = compare(model1, model2)["importance"]
    gains = model2.get_booster().get_score(importance_type="total_gain")
    expected = {
        f"feature {name.removeprefix('f')}": gain / sum(gains.values())
        for name, gain in gains.items()
    }
    shares = {shift["feature"]: shift["version2"] for shift in importance}
    assert {name: shares[name] for name in expected} == pytest.approx(expected, rel=1e-5)
    assert sum(shift["version1"] for shift in importance) == pytest.approx(1.0)


def test_the_importance_is_that_of_lightgbm(data):
    names = ["age", "income", "c", "d", "e"]
    dataset = lightgbm.Dataset(*data, feature_name=names, params={"verbosity": -1})
    model = lightgbm.train({**QUIET, "objective": "binary"}, dataset, 6)
    importance = compare(model, model)["importance"]
    gains = model.feature_importance("gain")
    expected = dict(zip(names, (gains / gains.sum()).tolist(), strict=True))
    assert {shift["feature"]: shift["version1"] for shift in importance} == pytest.approx(
        expected, rel=1e-4
    )


def test_names_come_from_the_model(data):
    sample, label = data
    named = xgboost.DMatrix(sample, label, feature_names=["a", "b", "c", "d", "e"])
    model = xgboost.train({**SOBER, "objective": "binary:logistic"}, named, 2)
    assert {shift["feature"] for shift in compare(model, model)["importance"]} <= set("abcde")


def test_what_was_read_adds_up_to_the_margin(data):
    sample, label = data
    sample = sample.copy()
    sample[::5, 1] = np.nan
    boosted = train_xgboost((sample, label), 4, objective="reg:squarederror", base_score=0.0)
    gentle = train_lightgbm((sample, label), 4, objective="regression", boost_from_average=False)
    wide = np.float32(sample).astype(np.float64)

    def total(model: Any, row: Any) -> float:
        forest, answer = read_forest(model), 0.0
        for tree in forest.trees:
            node = 0
            while tree.feature[node] >= 0:
                asked, threshold = row[tree.feature[node]], tree.threshold[node]
                if forest.library == "xgboost":
                    goes_left = tree.missing[node] if np.isnan(asked) else asked < threshold
                else:
                    goes_left = tree.missing[node] & 2 if np.isnan(asked) else asked <= threshold
                node = tree.left[node] if goes_left else tree.right[node]
            answer += tree.value[node, 0]
        return answer

    found = [total(boosted, row) for row in wide[:50]]
    assert found == pytest.approx(boosted.predict(xgboost.DMatrix(wide[:50])), abs=1e-5)
    found = [total(gentle, row) for row in sample[:50]]
    assert found == pytest.approx(gentle.predict(sample[:50]), abs=1e-9)


def test_later_rounds_of_dart_change_the_weight_of_earlier_trees(data):
    settings = {"booster": "dart", "rate_drop": 0.9, "seed": 0, "objective": "binary:logistic"}
    model1 = train_xgboost(data, 4, **settings)
    model2 = train_xgboost(data, 4, before=model1, **settings)
    difference = compare(model1, model2)
    assert difference["trees_added"] == 4
    assert difference["trees_changed"] > 0
    assert difference["thresholds_changed"] == difference["split_features_changed"] == 0


@pytest.mark.parametrize("library", ["xgboost", "lightgbm"])
def test_categories_are_part_of_a_split(library):
    generator = np.random.default_rng(0)
    sample = np.column_stack([generator.normal(size=400), generator.integers(0, 8, 400)])

    def train(label: Any) -> Any:
        if library == "xgboost":
            matrix = xgboost.DMatrix(
                sample, label, feature_types=["q", "c"], enable_categorical=True
            )
            return xgboost.train(SOBER | {"max_cat_to_onehot": 1, "max_depth": 1}, matrix, 1)
        dataset = lightgbm.Dataset(sample, label, categorical_feature=[1], params={"verbosity": -1})
        return lightgbm.train(
            QUIET | {"objective": "regression", "num_leaves": 2, "max_cat_to_onehot": 1},
            dataset,
            1,
        )

    model1, model2 = train(sample[:, 1] % 2), train(sample[:, 1] % 3)
    assert read_forest(model1).trees[0].further
    assert compare(model1, model1)["trees_same"] == 1
    difference = compare(model1, model2)
    assert difference["splits_compared"] == difference["thresholds_changed"] == 1


def test_vectors_in_the_leaves_of_xgboost_are_read(data):
    sample, label = data
    targets = np.column_stack([label, 1.0 - label, sample[:, 2]])
    model = xgboost.XGBRegressor(
        n_estimators=3, multi_strategy="multi_output_tree", tree_method="hist", **SOBER
    ).fit(sample, targets)
    trees = read_forest(model).trees
    assert len(trees) == 3
    values = trees[0].value[trees[0].feature < 0]
    assert values.shape[1] == 3
    assert values[:, 0] == pytest.approx(-values[:, 1], abs=1e-5)
    assert np.abs(values).min() > 0
    assert compare(model, model)["trees_same"] == 3


def test_the_terms_of_linear_leaves_are_part_of_them(data):
    sample, label = data
    settings = {"objective": "regression", "linear_tree": True, "num_leaves": 3}
    model1 = train_lightgbm((sample, sample[:, 0] + label), 2, **settings)
    model2 = train_lightgbm((sample, sample[:, 0] - label), 2, **settings)
    assert read_forest(model1).trees[1].further
    assert compare(model1, model1)["trees_same"] == 2
    assert compare(model1, model2)["trees_changed"] >= 1


def test_a_booster_without_rounds_has_no_trees(data):
    model1 = train_xgboost(data, 0, objective="binary:logistic")
    model2 = train_xgboost(data, 3, objective="binary:logistic")
    difference = compare(model1, model2)
    assert (difference["trees_added"], difference["splits_compared"]) == (3, 0)
    assert {shift["version1"] for shift in difference["importance"]} == {0.0}


def test_a_tree_of_one_leaf_is_read(data):
    sample, _ = data
    model = train_lightgbm((sample, np.ones(len(sample))), 1, objective="regression")
    difference = compare(model, model)
    assert difference["splits_compared"] == 0
    assert difference["trees_same"] == difference["trees1"]


def test_trees_of_two_libraries_are_not_held_together(data):
    single = DecisionTreeClassifier().fit(*data)
    boosted = train_xgboost(data, 2, objective="binary:logistic")
    assert compare_trees(single, boosted) is None
    assert why_not(single, boosted) == (
        "No trees were compared: version1 is of sklearn, version2 of xgboost"
    )


def test_an_estimator_in_a_pipeline_is_read_as_its_library(data):
    estimator = lightgbm.LGBMClassifier(n_estimators=3, n_jobs=1, verbosity=-1)
    estimator.fit(*data)
    pipeline = make_pipeline(StandardScaler(with_mean=False, with_std=False), estimator)
    difference = compare(pipeline, estimator)
    assert difference["library"] == "lightgbm"
    assert difference["trees_same"] == 3


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (xgboost.XGBClassifier(), "XGBClassifier is not fitted"),
        (lightgbm.LGBMRegressor(), "LGBMRegressor is not fitted"),
    ],
)
def test_a_model_that_is_not_fitted_has_no_trees(model, reason):
    assert compare_trees(model, model) is None
    assert why_not(model, model) == f"No trees were compared: in version1 {reason}"


def test_a_linear_booster_has_no_trees(data):
    model = train_xgboost(data, 2, booster="gblinear", max_depth=None)
    assert compare_trees(model, model) is None
    assert "the booster is gblinear, which has no trees" in why_not(model, model)
