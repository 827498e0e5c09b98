"""From a model to its trees: which library it is of, and what stands around the ensemble."""

from __future__ import annotations

from dataclasses import replace

from modelkeep.comparison.trees.forest import Forest, NotAnEnsembleError


def read_forest(model: object) -> Forest:
    """Read the trees of a model into the form that is the same for all libraries.

    Of a scikit-learn Pipeline the last step is read.

    Args:
        model: A fitted model of scikit-learn, XGBoost or LightGBM.

    Returns:
        Its trees.

    Raises:
        NotAnEnsembleError: It has no trees, is not fitted, or is of another kind.
    """
    libraries = _libraries_of(model)
    # The estimators of XGBoost and LightGBM are also ones of scikit-learn, so it comes last.
    if "xgboost" in libraries:
        from modelkeep.comparison.trees.xgboost_trees import read_xgboost

        return read_xgboost(model)
    if "lightgbm" in libraries:
        from modelkeep.comparison.trees.lightgbm_trees import read_lightgbm

        return read_lightgbm(model)
    if "sklearn" in libraries:
        return _read_sklearn(model)
    raise NotAnEnsembleError(f"{type(model).__name__} is no ensemble of trees")


def _read_sklearn(model: object) -> Forest:
    from sklearn.pipeline import Pipeline

    from modelkeep.comparison.trees.sklearn_trees import read_sklearn

    if not isinstance(model, Pipeline):
        return read_sklearn(model)
    forest = read_forest(model.steps[-1][1])
    if len(model.steps) == 1:
        return forest
    note = "The steps of the pipeline before the trees were not compared"
    return replace(forest, notes=(*forest.notes, note))


def _libraries_of(model: object) -> set[str]:
    return {kind.__module__.partition(".")[0] for kind in type(model).__mro__}
