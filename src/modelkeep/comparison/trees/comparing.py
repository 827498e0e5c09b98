"""What differs between two ensembles of decision trees, whatever library they come from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from modelkeep.comparison.deep import ImportanceShift, TreesDifference
from modelkeep.comparison.trees.forest import (
    FloatArray,
    Forest,
    Further,
    IntArray,
    NotAnEnsembleError,
    Tree,
)
from modelkeep.comparison.trees.reading import read_forest

_Number = TypeVar("_Number", np.float64, np.int64)


def compare_trees(model1: object, model2: object) -> TreesDifference | None:
    """Hold two ensembles of trees against each other, tree by tree in their order.

    Two trees are equal if every row takes the same path to the same value in both: same splits,
    same way for missing values, same leaves, to the last bit. The order in which nodes are kept
    does not count, and features are the same where their names are. The importance of a feature
    is its share of what all splits of the ensemble gained: decrease of impurity in scikit-learn
    as in `feature_importances_`, gain of the loss in XGBoost, LightGBM and histogram boosting.

    Args:
        model1: A fitted model of scikit-learn, XGBoost or LightGBM, or a Pipeline that ends in one.
        model2: Likewise.

    Returns:
        The differences, version2 seen from version1; None where one of the two is no ensemble of
        trees or they are of two libraries, and then `why_not` tells why.

    Example:
        >>> compare_trees("no model", "no model") is None
        True
    """
    try:
        forest1, forest2 = read_forest(model1), read_forest(model2)
    except NotAnEnsembleError:
        return None
    return None if _mismatch(forest1, forest2) else compare_forests(forest1, forest2)


def why_not(model1: object, model2: object) -> str:
    """Tell why `compare_trees` returns None for two models.

    Args:
        model1: As there.
        model2: As there.

    Returns:
        A sentence; empty where they can be compared.

    Example:
        >>> why_not(1, 2)
        'No trees were compared: in version1 int is no ensemble of trees'
    """
    forests = []
    for version, model in (("version1", model1), ("version2", model2)):
        try:
            forests.append(read_forest(model))
        except NotAnEnsembleError as error:
            return f"No trees were compared: in {version} {error.reason}"
    return _mismatch(forests[0], forests[1])


def compare_forests(forest1: Forest, forest2: Forest) -> TreesDifference:
    """Hold two ensembles of one library against each other; see `compare_trees`.

    Args:
        forest1: Of version1.
        forest2: Of version2.
    """
    features1, features2, names = _shared_features(forest1, forest2)
    shared = min(len(forest1.trees), len(forest2.trees))
    identities: dict[Further, int] = {}
    walk = _Walk(changed=0, splits=0, features=0, thresholds=0)
    if shared:
        nodes1 = _Nodes.of(forest1.trees[:shared], features1, identities)
        nodes2 = _Nodes.of(forest2.trees[:shared], features2, identities)
        walk = _walk(nodes1, nodes2, shared)
    return {
        "library": forest1.library,
        "trees1": len(forest1.trees),
        "trees2": len(forest2.trees),
        "trees_added": len(forest2.trees) - shared,
        "trees_removed": len(forest1.trees) - shared,
        "trees_same": shared - walk.changed,
        "trees_changed": walk.changed,
        "splits_compared": walk.splits,
        "split_features_changed": walk.features,
        "thresholds_changed": walk.thresholds,
        "importance": _importance(
            _gains(forest1, features1, len(names)), _gains(forest2, features2, len(names)), names
        ),
        "notes": list(_notes(forest1, forest2)),
    }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Nodes:
    """The nodes of all trees in one row, so that one walk goes through all trees at once."""

    roots: IntArray
    feature: IntArray
    threshold: FloatArray
    left: IntArray
    right: IntArray
    missing: IntArray
    value: FloatArray
    further: IntArray

    @classmethod
    def of(
        cls, trees: Sequence[Tree], features: IntArray, identities: dict[Further, int]
    ) -> _Nodes:
        sizes = [tree.feature.size for tree in trees]
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        shift = np.repeat(starts[:-1], sizes)
        further = np.full(int(starts[-1]), -1, np.int64)
        for start, tree in zip(starts.tolist(), trees, strict=False):
            for node, terms in tree.further.items():
                further[start + node] = identities.setdefault(terms, len(identities))
        asked = _joined([tree.feature for tree in trees])
        leaf = asked < 0
        return cls(
            roots=starts[:-1],
            feature=np.where(leaf, -1, features[asked]),
            threshold=_joined([tree.threshold for tree in trees]),
            left=np.where(leaf, -1, _joined([tree.left for tree in trees]) + shift),
            right=np.where(leaf, -1, _joined([tree.right for tree in trees]) + shift),
            missing=_joined([tree.missing for tree in trees]),
            value=_joined([tree.value for tree in trees]),
            further=further,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walk:
    changed: int
    splits: int
    features: int
    thresholds: int


def _walk(nodes1: _Nodes, nodes2: _Nodes, trees: int) -> _Walk:
    """Go down both ensembles level by level, as far as both have a split in the same place."""
    changed = np.zeros(trees, bool)
    splits = features = thresholds = 0
    at1, at2, tree = nodes1.roots, nodes2.roots, np.arange(trees)
    while tree.size:
        split1, split2 = nodes1.feature[at1] >= 0, nodes2.feature[at2] >= 0
        changed[tree[split1 != split2]] = True
        leaves = ~split1 & ~split2
        changed[tree[leaves][_leaves_differ(nodes1, nodes2, at1[leaves], at2[leaves])]] = True
        both = split1 & split2
        at1, at2, tree = at1[both], at2[both], tree[both]
        asks_other = nodes1.feature[at1] != nodes2.feature[at2]
        at_other = nodes1.threshold[at1] != nodes2.threshold[at2]
        at_other |= nodes1.further[at1] != nodes2.further[at2]
        splits += tree.size
        features += int(np.count_nonzero(asks_other))
        thresholds += int(np.count_nonzero(at_other & ~asks_other))
        sends_other = nodes1.missing[at1] != nodes2.missing[at2]
        changed[tree[asks_other | at_other | sends_other]] = True
        at1 = np.concatenate([nodes1.left[at1], nodes1.right[at1]])
        at2 = np.concatenate([nodes2.left[at2], nodes2.right[at2]])
        tree = np.concatenate([tree, tree])
    return _Walk(
        changed=int(np.count_nonzero(changed)),
        splits=splits,
        features=features,
        thresholds=thresholds,
    )


def _leaves_differ(
    nodes1: _Nodes, nodes2: _Nodes, at1: IntArray, at2: IntArray
) -> npt.NDArray[np.bool_]:
    if nodes1.value.shape[1] != nodes2.value.shape[1]:
        return np.ones(at1.size, bool)
    value1, value2 = nodes1.value[at1], nodes2.value[at2]
    differ = (value1 != value2) & ~(np.isnan(value1) & np.isnan(value2))
    differs: npt.NDArray[np.bool_] = nodes1.further[at1] != nodes2.further[at2]
    differs |= differ.any(axis=1)
    return differs


def _joined(parts: list[npt.NDArray[_Number]]) -> npt.NDArray[_Number]:
    return np.concatenate(parts)


def _shared_features(forest1: Forest, forest2: Forest) -> tuple[IntArray, IntArray, list[str]]:
    """Number the features of both alike: by name where both have names, else by place."""
    names1, names2 = forest1.names, forest2.names
    if names1 is not None and names2 is not None:
        numbers = {name: number for number, name in enumerate(dict.fromkeys((*names1, *names2)))}
        places = [np.array([numbers[name] for name in names]) for names in (names1, names2)]
        return places[0], places[1], list(numbers)
    count = max(forest1.features, forest2.features)
    known = names1 or names2 or ()
    names = [known[place] if place < len(known) else f"feature {place}" for place in range(count)]
    return np.arange(forest1.features), np.arange(forest2.features), names


def _gains(forest: Forest, features: IntArray, count: int) -> FloatArray:
    """Return the share of each feature in the gain of all splits, shape (features,)."""
    gains = np.zeros(count)
    for tree in forest.trees:
        split = tree.feature >= 0
        # Rounding may leave a gain a little below zero, and then a share would be too.
        gain = np.maximum(tree.gain[split], 0.0)
        gains += np.bincount(features[tree.feature[split]], gain, count)
    total = gains.sum()
    return gains / total if total > 0 else gains


def _importance(
    shares1: FloatArray, shares2: FloatArray, names: list[str]
) -> list[ImportanceShift]:
    """Return the features that any split asks, the largest shift first."""
    shifts = shares2 - shares1
    asked = np.flatnonzero((shares1 != 0) | (shares2 != 0))
    order = asked[np.argsort(-np.abs(shifts[asked]), kind="stable")]
    return [
        {
            "feature": names[place],
            "version1": float(shares1[place]),
            "version2": float(shares2[place]),
            "shift": float(shifts[place]),
        }
        for place in order.tolist()
    ]


def _notes(forest1: Forest, forest2: Forest) -> Iterator[str]:
    yield from dict.fromkeys((*forest1.notes, *forest2.notes))
    for name in sorted(forest1.settings.keys() | forest2.settings.keys()):
        one, two = forest1.settings.get(name, "none"), forest2.settings.get(name, "none")
        if one != two:
            yield f"Beside the trees, {name} is {one} in version1 and {two} in version2"
    if forest1.features != forest2.features:
        yield (
            f"Version1 takes {forest1.features} features, version2 {forest2.features}; "
            f"they were held together by {'place' if _nameless(forest1, forest2) else 'name'}"
        )


def _nameless(forest1: Forest, forest2: Forest) -> bool:
    return forest1.names is None or forest2.names is None


def _mismatch(forest1: Forest, forest2: Forest) -> str:
    if forest1.library == forest2.library:
        return ""
    return (
        f"No trees were compared: version1 is of {forest1.library}, version2 of {forest2.library}"
    )
