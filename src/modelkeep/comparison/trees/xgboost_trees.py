"""Trees of XGBoost, read from the JSON in which it saves a model.

The format is described at https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from modelkeep.comparison.trees.forest import Forest, Further, NotAnEnsembleError, Tree, make_tree


def read_xgboost(model: Any) -> Forest:
    """Read the trees of a model of XGBoost, those after the best iteration too.

    Args:
        model: A Booster, or an estimator of `xgboost.sklearn` that is fitted.

    Returns:
        Its trees; the gain of a split is `loss_changes`, the sum of which by feature is what
        XGBoost calls `total_gain`.

    Raises:
        NotAnEnsembleError: It is not fitted, or is a linear booster.
    """
    booster = _booster_of(model)
    learner = json.loads(bytes(booster.save_raw("json")))["learner"]
    gradient = learner["gradient_booster"]
    kind = gradient["name"]
    if kind not in ("gbtree", "dart"):
        raise NotAnEnsembleError(f"the booster is {kind}, which has no trees")
    grown = (gradient["gbtree"] if kind == "dart" else gradient)["model"]
    # In dart each tree counts with a weight, and later rounds change that of earlier trees.
    weights = gradient.get("weight_drop") or [1.0] * len(grown["trees"])
    names = learner["feature_names"]
    return Forest(
        library="xgboost",
        trees=tuple(
            _read_tree(tree, weight) for tree, weight in zip(grown["trees"], weights, strict=True)
        ),
        features=int(learner["learner_model_param"]["num_feature"]),
        names=tuple(names) if names else None,
        settings={
            "objective": learner["objective"]["name"],
            "start": learner["learner_model_param"]["base_score"],
        },
    )


def _booster_of(model: Any) -> Any:
    from xgboost import Booster, XGBModel

    if isinstance(model, Booster):
        return model
    if not isinstance(model, XGBModel):
        raise NotAnEnsembleError(f"{type(model).__name__} of XGBoost is no model")
    if not model.__sklearn_is_fitted__():
        raise NotAnEnsembleError(f"{type(model).__name__} is not fitted")
    return model.get_booster()


def _read_tree(tree: dict[str, Any], weight: float) -> Tree:
    left = np.asarray(tree["left_children"], np.int64)
    outputs = int(tree["tree_param"]["size_leaf_vector"])
    # The text has the shortest digits that name a number of 32 bits.
    conditions = np.asarray(tree["split_conditions"], np.float32).astype(np.float64)
    values = conditions if outputs <= 1 else _vectors(tree, left, outputs)
    categorical = np.asarray(tree.get("split_type", np.zeros(left.size)), np.int64) == 1
    gains = tree.get("loss_changes") or np.zeros(left.size)
    return make_tree(
        feature=tree["split_indices"],
        threshold=np.where(categorical, 0.0, conditions),
        left=left,
        right=tree["right_children"],
        missing=tree["default_left"],
        value=values * weight,
        gain=gains,
        further=_categories(tree),
    )


def _vectors(tree: dict[str, Any], left: Any, outputs: int) -> Any:
    weights = np.asarray(tree.get("leaf_weights") or tree["base_weights"], np.float64)
    weights = weights.reshape(-1, outputs)
    if weights.shape[0] == left.size:
        return weights
    # Newer releases keep the leaves alone, each at the number that stands as its right child.
    values = np.zeros((left.size, outputs))
    leaves = np.flatnonzero(left < 0)
    values[leaves] = weights[np.asarray(tree["right_children"], np.int64)[leaves]]
    return values


def _categories(tree: dict[str, Any]) -> dict[int, Further]:
    starts = tree.get("categories_segments") or []
    sizes = tree.get("categories_sizes") or []
    return {
        int(node): tuple(tree["categories"][start : start + size])
        for node, start, size in zip(tree.get("categories_nodes") or [], starts, sizes, strict=True)
    }
