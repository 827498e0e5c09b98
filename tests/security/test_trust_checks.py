"""Structures that compiled code follows: each kind of tampering is told when it is loaded."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

import benign

from modelkeep.errors import IntegrityError
from modelkeep.storage.trust.allow_list import AllowList
from modelkeep.storage.trust.loader import load

Change = Callable[[Any], None]


def _loaded(model: Any) -> Any:
    return load(memoryview(pickle.dumps(model, 4)), source="m", allow=AllowList())


class _Tampered:
    """Pickles as a class of a library, with a state that was changed."""

    def __init__(self, made: Any, arguments: Any, state: Any) -> None:
        self.made, self.arguments, self.state = made, arguments, state

    def __reduce__(self) -> tuple[Any, ...]:
        return self.made, self.arguments, self.state


def _tree(change: Callable[[dict[str, Any]], None]) -> Any:
    from sklearn.tree import DecisionTreeClassifier

    model = DecisionTreeClassifier(random_state=0).fit(benign.X, benign.Y)
    made, arguments, state = model.tree_.__reduce__()
    state = {**state, "nodes": state["nodes"].copy(), "values": state["values"].copy()}
    change(state)
    model.__dict__["tree_"] = _Tampered(made, arguments, state)
    return model


@pytest.mark.parametrize(
    "change",
    [
        lambda state: state["nodes"]["left_child"].__setitem__(0, 10**6),
        lambda state: state["nodes"]["left_child"].__setitem__(0, -5),
        lambda state: state["nodes"]["left_child"].__setitem__(2, 0),
        lambda state: state["nodes"]["right_child"].__setitem__(0, state["nodes"]["left_child"][0]),
        lambda state: state["nodes"]["feature"].__setitem__(0, 99),
        lambda state: state["nodes"]["feature"].__setitem__(0, -3),
        lambda state: state.__setitem__("node_count", 10**9),
        lambda state: state.__setitem__("max_depth", 1),
        lambda state: state.__setitem__("values", state["values"][:-1]),
        lambda state: state.__setitem__("nodes", state["nodes"][:-1]),
        lambda state: state.__setitem__("nodes", state["nodes"][:0]),
    ],
)
def test_nodes_of_a_tree(change: Change) -> None:
    with pytest.raises(IntegrityError):
        _loaded(_tree(change))


def test_the_tree_of_another_model() -> None:
    from sklearn.tree import DecisionTreeClassifier

    model = DecisionTreeClassifier(random_state=0).fit(benign.X, benign.Y)
    model.tree_ = DecisionTreeClassifier().fit(np.c_[benign.X, benign.X], benign.Y).tree_
    with pytest.raises(IntegrityError, match="features"):
        _loaded(model)


@pytest.mark.parametrize("form", ["csr", "csc", "coo", "bsr"])
@pytest.mark.parametrize("value", [10**6, -1])
def test_indices_of_a_sparse_matrix(form: str, value: int) -> None:
    import scipy.sparse

    matrix = getattr(scipy.sparse, f"{form}_matrix")((benign.X > 0.5) * benign.X)
    if form == "coo":
        matrix.coords[0][3] = value
    else:
        matrix.indices[-1] = value
    with pytest.raises(IntegrityError, match="beyond"):
        _loaded(matrix)


@pytest.mark.parametrize("at", [0, 5, -1])
def test_pointers_of_a_sparse_matrix(at: int) -> None:
    import scipy.sparse

    matrix = scipy.sparse.csr_matrix((benign.X > 0.5) * benign.X)
    matrix.indptr[at] += 10**6
    with pytest.raises(IntegrityError):
        _loaded(matrix)


def test_a_sparse_matrix_of_another_shape() -> None:
    import scipy.sparse

    matrix = scipy.sparse.csr_matrix((benign.X > 0.5) * benign.X)
    matrix._shape = (6000, 5)
    with pytest.raises(IntegrityError):
        _loaded(matrix)


@pytest.mark.parametrize(
    ("part", "value"), [(1, 10**6), (1, -1), ("idx_end", 10**6), ("idx_start", -7), ("is_leaf", 0)]
)
@pytest.mark.parametrize("kind", ["KDTree", "BallTree"])
def test_trees_of_neighbours(kind: str, part: Any, value: int) -> None:
    from sklearn import neighbors

    made, arguments, state = getattr(neighbors, kind)(benign.X, leaf_size=5).__reduce__()
    parts = [each.copy() if isinstance(each, np.ndarray) else each for each in state]
    if part == 1:
        parts[1][3] = value
    else:
        parts[2][part][-1] = value
    with pytest.raises(IntegrityError):
        _loaded(_Tampered(made, arguments, tuple(parts)))


def _boosted() -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    data = np.c_[np.zeros(240), np.arange(240) % 7]
    return HistGradientBoostingClassifier(
        max_iter=3, min_samples_leaf=3, categorical_features=[1], random_state=0
    ).fit(data, np.isin(np.arange(240) % 7, [1, 3, 5]))


@pytest.mark.parametrize(
    ("field", "value"),
    [("left", 10**6), ("right", 0), ("feature_idx", 99), ("feature_idx", -1), ("bitset_idx", 9)],
)
def test_predictors_of_histogram_boosting(field: str, value: int) -> None:
    model = _boosted()
    nodes = model._predictors[0][0].nodes
    assert nodes["is_categorical"][0]
    nodes[field][0] = value
    with pytest.raises(IntegrityError):
        _loaded(model)


def test_categories_of_histogram_boosting() -> None:
    model = _boosted()
    mapper = model._bin_mapper
    place = int(np.flatnonzero(mapper.is_categorical_)[0])
    mapper.bin_thresholds_[place] = mapper.bin_thresholds_[place] + 300
    with pytest.raises(IntegrityError, match="bytes"):
        _loaded(model)


@pytest.mark.parametrize("name", ["_dual_coef_", "_intercept_", "support_vectors_", "support_"])
def test_support_vectors(name: str) -> None:
    from sklearn.svm import SVC

    model = SVC().fit(benign.X, benign.Y3)
    value = getattr(model, name)
    model.__dict__[name] = value[:, :-1] if value.ndim == 2 else value[:-1]
    with pytest.raises(IntegrityError):
        _loaded(model)


def test_weights_of_sparse_support_vectors() -> None:
    import scipy.sparse
    from sklearn.svm import SVC

    model = SVC().fit(scipy.sparse.csr_matrix(benign.X), benign.Y)
    shape = model._dual_coef_.shape
    model._dual_coef_ = scipy.sparse.csr_matrix(shape)
    with pytest.raises(IntegrityError):
        _loaded(model)


def test_classes_of_neighbours() -> None:
    from sklearn.neighbors import KNeighborsClassifier

    model = KNeighborsClassifier().fit(benign.X, benign.Y)
    model._y = model._y + 10**6
    with pytest.raises(IntegrityError, match="classes"):
        _loaded(model)


def test_centres_of_clusters() -> None:
    from sklearn.cluster import KMeans

    model = KMeans(2, n_init=1).fit(benign.X)
    model.cluster_centers_ = model.cluster_centers_[:, :2].copy()
    with pytest.raises(IntegrityError, match="width"):
        _loaded(model)


def test_trees_of_gradient_boosting() -> None:
    from sklearn.ensemble import GradientBoostingClassifier

    model = GradientBoostingClassifier(n_estimators=3).fit(benign.X, benign.Y3)
    model.estimators_ = np.repeat(model.estimators_, 2, axis=1)
    with pytest.raises(IntegrityError):
        _loaded(model)


def test_knots_of_a_spline() -> None:
    from sklearn.preprocessing import SplineTransformer

    model = SplineTransformer().fit(benign.X)
    model.bsplines_[0].k = 50
    with pytest.raises(IntegrityError, match="spline"):
        _loaded(model)


def test_codes_of_categories_and_levels() -> None:
    import pandas as pd

    series = pd.Series(pd.Categorical(["a", "b", "a"]))
    series.array._ndarray[1] = 100
    with pytest.raises(IntegrityError, match="not there"):
        _loaded(series)
    made, (kind, parts), *_ = pd.MultiIndex.from_tuples([("a", 1), ("b", 2)]).__reduce__()
    for codes in ([50, 0], [-2, 0], [0]):
        changed = {**parts, "codes": [np.array(codes, np.int8), parts["codes"][1]]}
        with pytest.raises(IntegrityError, match="not there"):
            _loaded(_Tampered(made, (kind, changed), None))


def test_truth_values_and_characters_that_are_none() -> None:
    for array in (np.array([0, 2], np.uint8).view(bool),
                  np.array([0x7FFFFFFF], np.uint32).view("U1"),
                  np.array([(3,)], "u1").view([("a", bool)])):  # fmt: skip
        with pytest.raises(IntegrityError, match="that are n"):
            _loaded(array)


def test_a_warning_tells_that_another_release_wrote_it() -> None:
    import sklearn
    from sklearn.exceptions import InconsistentVersionWarning
    from sklearn.preprocessing import StandardScaler

    content = pickle.dumps(StandardScaler().fit(benign.X), 4)
    changed = content.replace(sklearn.__version__.encode(), b"0" + sklearn.__version__[1:].encode())
    with pytest.warns(InconsistentVersionWarning):
        load(memoryview(changed), source="m", allow=AllowList())


def test_vocabularies_and_encoders() -> None:
    from sklearn.feature_extraction import DictVectorizer, FeatureHasher
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import MultiLabelBinarizer, OneHotEncoder

    words = TfidfVectorizer().fit(benign.TEXTS)
    words.vocabulary_["cat"] = 10**6
    names = DictVectorizer().fit([{"a": 1, "b": 2}])
    names.vocabulary_["a"] = -1
    labels = MultiLabelBinarizer().fit([["a"], ["b"]])
    labels._cached_dict = {"a": 10**6}
    encoder = OneHotEncoder().fit([["a"], ["b"], ["c"]])
    encoder._n_features_outs = [2]
    hasher = FeatureHasher()
    hasher.n_features = 0
    for model in (words, names, labels, encoder, hasher):
        with pytest.raises(IntegrityError):
            _loaded(model)


def test_encoders_that_drop_or_gather_are_sound() -> None:
    from sklearn.preprocessing import OneHotEncoder

    data = [["a"], ["b"], ["c"], ["a"], ["b"], ["d"]]
    for parts in ({"drop": "first"}, {"drop": "if_binary"}, {"min_frequency": 2},
                  {"max_categories": 2, "handle_unknown": "infrequent_if_exist"},
                  {"min_frequency": 2, "drop": "first"}):  # fmt: skip
        model = OneHotEncoder(**parts).fit(data)
        assert np.array_equal(
            _loaded(model).transform(data).toarray(), model.transform(data).toarray()
        )
