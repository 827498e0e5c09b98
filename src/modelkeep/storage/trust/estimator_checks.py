"""What must fit together in estimators whose prediction is compiled, class by class."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from modelkeep.storage.trust import native_checks

if TYPE_CHECKING:
    from modelkeep.storage.trust.session import Session

_TREE = "sklearn.tree._tree.Tree"
_MINIMAL_CLASSES = 2
_MOST_THREADS = 1024


def _kind(thing: Any) -> str:
    return f"{type(thing).__module__}.{type(thing).__name__}"


def _decision_tree(session: Session, made: Any) -> None:
    parts = vars(made)
    if "tree_" not in parts:
        return
    tree = parts["tree_"]
    session.require(_kind(tree) == _TREE, "a decision tree of another kind of tree")
    session.require(
        tree.n_features == parts.get("n_features_in_")
        and tree.n_outputs == parts.get("n_outputs_"),
        "a decision tree of other features than its nodes",
    )


def _gradient_boosting(session: Session, made: Any) -> None:
    import numpy as np

    parts = vars(made)
    if "estimators_" not in parts:
        return
    trees = parts["estimators_"]
    width = parts.get("n_trees_per_iteration_")
    session.require(
        type(trees) is np.ndarray and trees.ndim == 2 and trees.dtype == object  # noqa: PLR2004
        and isinstance(width, int) and trees.shape[1] == width and trees.size > 0,
        "gradient boosting of no trees",
    )  # fmt: skip
    for each in trees.ravel():
        session.require(
            _kind(each) == "sklearn.tree._classes.DecisionTreeRegressor"
            and _kind(vars(each).get("tree_")) == _TREE
            and each.tree_.n_features == parts.get("n_features_in_")
            and each.tree_.n_outputs == 1 and each.tree_.max_n_classes == 1,
            "gradient boosting of other trees",
        )  # fmt: skip
    _initial(session, parts, width)


def _initial(session: Session, parts: dict[str, Any], width: int) -> None:
    """Check that what boosting begins with has as many columns as there are trees in a round."""
    import numpy as np

    begin = parts.get("init_")
    if begin is None or isinstance(begin, str):
        return
    if _kind(begin) == "sklearn.dummy.DummyRegressor":
        session.require(vars(begin).get("n_outputs_") == 1, "a start of other width")
    if width < _MINIMAL_CLASSES:
        return
    found = vars(begin).get("classes_")
    session.require(type(found) is np.ndarray and found.shape == (width,), "a start of other width")
    if _kind(begin) == "sklearn.dummy.DummyClassifier":
        prior = vars(begin).get("class_prior_")
        session.require(
            np.shape(prior) == (width,) and vars(begin).get("n_classes_") == width,
            "a start of other width",
        )


def _support_vectors(session: Session, made: Any) -> None:
    import numpy as np

    parts = vars(made)
    if "_n_support" not in parts:
        return
    names = ("_n_support", "support_", "_dual_coef_", "_intercept_", "_probA", "_probB")
    found: list[Any] = [parts.get(name) for name in names]
    counts, support, weights, offsets, first, second = found
    vectors: Any = parts.get("support_vectors_")
    fitted: Any = parts.get("shape_fit_")
    classes = len(parts["classes_"]) if "classes_" in parts else _MINIMAL_CLASSES
    pairs = classes * (classes - 1) // 2
    flat = [counts, support, offsets, first, second]
    session.require(
        all(type(each) is np.ndarray and each.ndim == 1 for each in flat)
        and classes >= _MINIMAL_CLASSES and len(counts) == classes
        and all(part.dtype.kind == "i" for part in (counts, support))
        and int(counts.min()) >= 0
        and type(fitted) is tuple and len(fitted) == 2,  # noqa: PLR2004
        "support vectors of no counts",
    )  # fmt: skip
    number = len(support)
    is_classifier = "classes_" in parts
    session.require(
        (int(counts.sum()) == number or not is_classifier)
        and getattr(weights, "shape", None) == ((classes - 1) if is_classifier else 1, number)
        and len(offsets) == (pairs if is_classifier else 1)
        and len(first) in {0, pairs if is_classifier else 1}
        and len(second) in {0, pairs if is_classifier else 1}
        and all(int(each) == number for each in ([] if is_classifier else counts)),
        "support vectors of other counts",
    )  # fmt: skip
    session.require(
        not hasattr(weights, "indptr") or len(vars(weights)["data"]) == weights.shape[0] * number,
        "support vectors of fewer weights",
    )
    session.require("_impl" not in parts, "support vectors of another method")
    session.require(
        not number or (int(support.min()) >= 0 and int(support.max()) < fitted[0]),
        "support vectors beyond their data",
    )
    width = parts.get("n_features_in_") if made.kernel != "precomputed" else 0
    session.require(
        getattr(vectors, "shape", None) in [(number, width), (0, 0), (0,)]
        and (made.kernel == "precomputed" or callable(made.kernel) or vectors.shape[0] == number),
        "support vectors of another width",
    )


def _clusters(session: Session, made: Any) -> None:
    centres = vars(made).get("cluster_centers_")
    if centres is not None:
        session.require(
            getattr(centres, "ndim", 0) == 2 and len(centres) > 0  # noqa: PLR2004
            and centres.shape[1] == vars(made).get("n_features_in_"),
            "clusters of another width",
        )  # fmt: skip
        threads = vars(made).get("_n_threads", 1)
        session.require(
            type(threads) is int and 0 < threads <= _MOST_THREADS, "clusters of too many threads"
        )


def _neighbour_classes(session: Session, made: Any) -> None:
    import numpy as np

    parts = vars(made)
    labels, classes = parts.get("_y"), parts.get("classes_")
    if labels is None or type(classes) is list:
        several = type(labels) is np.ndarray and type(classes) is list
        session.require(labels is None or (several and labels.ndim == 2), "neighbours of no class")  # noqa: PLR2004
        groups = list(zip(labels.T, classes, strict=True)) if several else []
    else:
        groups = [(labels, classes)]
    for each, known in groups:
        session.require(
            type(each) is np.ndarray and each.dtype.kind in "iu" and type(known) is np.ndarray
            and (not each.size or (int(each.min()) >= 0 and int(each.max()) < len(known))),
            "neighbours of classes that are none",
        )  # fmt: skip


def _fitted_neighbours(session: Session, made: Any) -> None:
    parts = vars(made)
    tree, points = parts.get("_tree"), parts.get("_fit_X")
    if tree is not None:
        session.require(
            type(tree).__module__.startswith("sklearn.neighbors._")
            and getattr(points, "shape", None) == (*tree.get_arrays()[0].shape,),
            "neighbours of another tree",
        )
    if points is not None and "n_samples_fit_" in parts:
        session.require(points.shape[0] == parts["n_samples_fit_"], "neighbours of other number")
    labels = parts.get("_y")
    if labels is not None and points is not None:
        session.require(len(labels) == points.shape[0], "neighbours without labels")


def _predictor(session: Session, made: Any) -> None:
    import numpy as np
    from sklearn.ensemble._hist_gradient_boosting.common import PREDICTOR_RECORD_DTYPE

    parts = vars(made)
    nodes: Any = parts.get("nodes")
    session.require(
        type(nodes) is np.ndarray and nodes.ndim == 1 and nodes.dtype == PREDICTOR_RECORD_DTYPE
        and len(nodes) > 0,
        "a predictor of no nodes",
    )  # fmt: skip
    for name in ("raw_left_cat_bitsets", "binned_left_cat_bitsets"):
        bits: Any = parts.get(name)
        session.require(
            type(bits) is np.ndarray and bits.dtype == np.uint32 and bits.ndim == 2  # noqa: PLR2004
            and bits.shape[1] == native_checks._BITSET,  # noqa: SLF001
            "a predictor of no sets of categories",
        )  # fmt: skip
        sets = nodes["bitset_idx"][(nodes["is_leaf"] == 0) & (nodes["is_categorical"] != 0)]
        session.require(
            not sets.size or int(sets.max()) < len(bits),
            "a predictor that asks for categories beyond its own",
        )
    leaves = nodes["is_leaf"] != 0
    left = np.where(leaves, -1, nodes["left"].astype(np.int64))
    right = np.where(leaves, -1, nodes["right"].astype(np.int64))
    native_checks._depth(session, left, right)  # noqa: SLF001


def _histogram_boosting(session: Session, made: Any) -> None:
    import numpy as np

    parts = vars(made)
    rounds, mapper = parts.get("_predictors"), parts.get("_bin_mapper")
    if rounds is None:
        return
    width = parts.get("_n_features", parts.get("n_features_in_"))
    per_round = parts.get("n_trees_per_iteration_")
    session.require(
        type(rounds) is list and isinstance(width, int | np.integer)
        and width == parts.get("n_features_in_")
        and all(type(trees) is list and len(trees) == per_round for trees in rounds),
        "histogram boosting of no trees",
    )  # fmt: skip
    categorical = np.zeros(int(width or 0), bool)
    if mapper is not None and "is_categorical_" in vars(mapper):
        categorical = _categories(session, vars(mapper), int(width or 0))
    for each in (tree for trees in rounds or [] for tree in trees):
        session.require(_kind(each).endswith("predictor.TreePredictor"), "other predictors")
        nodes = each.nodes[each.nodes["is_leaf"] == 0]
        used = nodes["feature_idx"]
        session.require(
            not used.size or (int(used.min()) >= 0 and int(used.max()) < int(width or 0)),
            "a predictor that asks for features beyond its own",
        )
        session.require(
            bool(categorical[used[nodes["is_categorical"] != 0]].all()),
            "a predictor of categories that are none",
        )


def _categories(session: Session, parts: dict[str, Any], width: int) -> Any:
    import numpy as np

    categorical: Any = parts["is_categorical_"]
    thresholds: Any = parts.get("bin_thresholds_")
    session.require(
        type(categorical) is np.ndarray and categorical.shape == (width,)
        and categorical.dtype.kind in "ub" and type(thresholds) is list
        and len(thresholds) == width,
        "bins of another width",
    )  # fmt: skip
    for index in np.flatnonzero(categorical):
        values = thresholds[index]
        session.require(
            type(values) is np.ndarray and values.dtype.kind in "fiu"
            and bool(((values >= 0) & (values < native_checks._BYTE)).all()),  # noqa: SLF001
            "categories that are no bytes",
        )  # fmt: skip
    return categorical != 0


CHECKS: Final[dict[str, Callable[[Session, Any], None]]] = {
    "sklearn.tree._classes.BaseDecisionTree": _decision_tree,
    "sklearn.ensemble._gb.BaseGradientBoosting": _gradient_boosting,
    "sklearn.svm._base.BaseLibSVM": _support_vectors,
    "sklearn.cluster._kmeans._BaseKMeans": _clusters,
    "sklearn.neighbors._base.NeighborsBase": _fitted_neighbours,
    "sklearn.neighbors._classification.KNeighborsClassifier": _neighbour_classes,
    "sklearn.neighbors._classification.RadiusNeighborsClassifier": _neighbour_classes,
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor": _predictor,
    "sklearn.ensemble._hist_gradient_boosting.gradient_boosting.BaseHistGradientBoosting": (
        _histogram_boosting
    ),
}
