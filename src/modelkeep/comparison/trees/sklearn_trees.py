"""Trees of scikit-learn: single ones, forests, and both kinds of gradient boosting."""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np

from modelkeep.comparison.trees.forest import (
    FloatArray,
    Forest,
    Further,
    IntArray,
    NotAnEnsembleError,
    Tree,
    make_tree,
)


def read_sklearn(model: Any) -> Forest:
    """Read the trees of an estimator of scikit-learn.

    The gain of a split is the decrease of the weighted impurity as `feature_importances_` has it:
    in a forest each tree has the same weight. Histogram gradient boosting has gains of the loss.

    Args:
        model: DecisionTree*, ExtraTree*, RandomForest*, ExtraTrees*, RandomTreesEmbedding,
            GradientBoosting* or HistGradientBoosting*, fitted.

    Returns:
        Its trees.

    Raises:
        NotAnEnsembleError: It is another estimator, or not fitted.
    """
    from sklearn import ensemble, tree
    from sklearn.exceptions import NotFittedError
    from sklearn.utils.validation import check_is_fitted

    single = (tree.DecisionTreeClassifier, tree.DecisionTreeRegressor)
    forests = (
        ensemble.RandomForestClassifier,
        ensemble.RandomForestRegressor,
        ensemble.ExtraTreesClassifier,
        ensemble.ExtraTreesRegressor,
        ensemble.RandomTreesEmbedding,
    )
    boosted = (ensemble.GradientBoostingClassifier, ensemble.GradientBoostingRegressor)
    binned = (ensemble.HistGradientBoostingClassifier, ensemble.HistGradientBoostingRegressor)
    name = type(model).__name__
    if not isinstance(model, (*single, *forests, *boosted, *binned)):
        raise NotAnEnsembleError(f"{name} of scikit-learn is no ensemble whose trees are read")
    try:
        check_is_fitted(model)
    except NotFittedError as error:
        raise NotAnEnsembleError(f"{name} is not fitted") from error
    settings = {"classes": repr(_plain(model.classes_))} if hasattr(model, "classes_") else {}
    if isinstance(model, single):
        trees = [_grown_tree(model.tree_, equal_weight=True)]
    elif isinstance(model, forests):
        trees = [_grown_tree(member.tree_, equal_weight=True) for member in model.estimators_]
    elif isinstance(model, boosted):
        trees = [
            _grown_tree(member.tree_, model.learning_rate) for member in model.estimators_.flat
        ]
        settings |= {"loss": repr(model.loss), "start": _start_of(model.init_)}
    else:
        order = _original_order(model)
        rounds = model._predictors  # noqa: SLF001  # there is no public way to these trees
        trees = [_binned_tree(grown, order) for grown in chain.from_iterable(rounds)]
        start = np.ravel(model._baseline_prediction).tolist()  # noqa: SLF001  # likewise
        settings |= {"loss": repr(model.loss), "start": repr(start)}
    names = getattr(model, "feature_names_in_", None)
    return Forest(
        library="sklearn",
        trees=tuple(trees),
        features=int(model.n_features_in_),
        names=None if names is None else tuple(str(name) for name in names),
        settings=settings,
    )


def _grown_tree(tree: Any, factor: float = 1.0, *, equal_weight: bool = False) -> Tree:
    left = np.asarray(tree.children_left, np.int64)
    right = np.asarray(tree.children_right, np.int64)
    weighted: FloatArray = tree.impurity * tree.weighted_n_node_samples
    gain = np.where(left < 0, 0.0, weighted - weighted[left] - weighted[right])
    total = gain.sum() if equal_weight else tree.weighted_n_node_samples[0]
    return make_tree(
        feature=tree.feature,
        threshold=tree.threshold,
        left=left,
        right=right,
        missing=tree.missing_go_to_left,
        value=np.asarray(tree.value) * factor,
        gain=gain / total if total > 0 else gain,
    )


def _binned_tree(grown: Any, order: IntArray) -> Tree:
    nodes = grown.nodes
    leaf = nodes["is_leaf"].astype(bool)
    categorical = nodes["is_categorical"].astype(bool) & ~leaf
    further: dict[int, Further] = {
        int(node): tuple(grown.raw_left_cat_bitsets[nodes["bitset_idx"][node]].tolist())
        for node in np.flatnonzero(categorical)
    }
    return make_tree(
        feature=order[nodes["feature_idx"]],
        threshold=np.where(categorical, 0.0, nodes["num_threshold"]),
        left=np.where(leaf, -1, nodes["left"].astype(np.int64)),
        right=nodes["right"],
        missing=nodes["missing_go_to_left"],
        value=nodes["value"],
        gain=nodes["gain"],
        further=further,
    )


def _original_order(model: Any) -> IntArray:
    """Return the number of each feature before the model put the categorical ones in front."""
    categorical = getattr(model, "is_categorical_", None)
    if categorical is None or getattr(model, "_preprocessor", None) is None:
        return np.arange(model.n_features_in_, dtype=np.int64)
    return np.concatenate([np.flatnonzero(categorical), np.flatnonzero(~categorical)])


def _start_of(start: Any) -> str:
    for name in ("constant_", "class_prior_"):
        if hasattr(start, name):
            return repr(np.ravel(getattr(start, name)).tolist())
    return start if isinstance(start, str) else type(start).__name__


def _plain(classes: Any) -> list[Any]:
    return [np.asarray(part).tolist() for part in classes]
