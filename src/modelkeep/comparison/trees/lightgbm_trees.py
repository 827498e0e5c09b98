"""Trees of LightGBM, read from the text in which it saves a model.

The text holds every number with all its digits and each tree as flat lists, where the nested
JSON of `dump_model` is as deep as the tree and grows beyond what a parser may recurse.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from modelkeep.comparison.trees.forest import Forest, Further, NotAnEnsembleError, Tree, make_tree

_CATEGORICAL = 1


def read_lightgbm(model: Any) -> Forest:
    """Read the trees of a model of LightGBM, up to the best iteration where there is one.

    Args:
        model: A Booster, or an estimator of `lightgbm.sklearn` that is fitted.

    Returns:
        Its trees; the gain of a split is `split_gain`.

    Raises:
        NotAnEnsembleError: It is not fitted, or no model.
    """
    booster = _booster_of(model)
    header, *blocks = booster.model_to_string().split("\nTree=")
    facts = _read_block(header)
    return Forest(
        library="lightgbm",
        trees=tuple(_read_tree(_read_block(block)) for block in blocks),
        features=int(booster.num_feature()),
        names=_names_of(booster),
        settings={
            "objective": facts.get("objective", "none"),
            "trees averaged": str("average_output" in facts),
        },
    )


def _booster_of(model: Any) -> Any:
    from lightgbm import Booster, LGBMModel

    if isinstance(model, Booster):
        return model
    if not isinstance(model, LGBMModel):
        raise NotAnEnsembleError(f"{type(model).__name__} of LightGBM is no model")
    if not model.__sklearn_is_fitted__():
        raise NotAnEnsembleError(f"{type(model).__name__} is not fitted")
    return model.booster_


def _names_of(booster: Any) -> tuple[str, ...] | None:
    """Return the names of the features; None where they are those that LightGBM makes up."""
    names = tuple(booster.feature_name())
    made_up = tuple(f"Column_{place}" for place in range(len(names)))
    return None if names == made_up else names


def _read_block(block: str) -> dict[str, str]:
    """Read lines `key=value` up to the words that end the trees."""
    facts = {}
    for line in block.split("\nend of trees", 1)[0].splitlines():
        key, _, value = line.partition("=")
        facts[key] = value
    return facts


def _read_tree(facts: dict[str, str]) -> Tree:
    leaves = int(facts["num_leaves"])
    splits = leaves - 1
    decision = _numbers(facts, "decision_type", splits).astype(np.int64)
    categorical = (decision & _CATEGORICAL).astype(bool)
    threshold = _numbers(facts, "threshold", splits)
    further = dict(_categories(facts, threshold, categorical))
    further |= {splits + leaf: terms for leaf, terms in _linear_leaves(facts, leaves)}
    return make_tree(
        feature=_with_leaves(_numbers(facts, "split_feature", splits), leaves),
        threshold=_with_leaves(np.where(categorical, 0.0, threshold), leaves),
        left=_children(facts, "left_child", splits, leaves),
        right=_children(facts, "right_child", splits, leaves),
        missing=_with_leaves(decision, leaves),
        value=np.concatenate([np.zeros(splits), _numbers(facts, "leaf_value", leaves)]),
        gain=_with_leaves(_numbers(facts, "split_gain", splits), leaves),
        further=further,
    )


def _numbers(facts: dict[str, str], key: str, count: int) -> npt.NDArray[np.float64]:
    numbers = np.array(facts.get(key, "").split(), np.float64)
    if numbers.size != count:
        raise NotAnEnsembleError(
            f"the text of a LightGBM tree has {numbers.size} numbers as {key} where {count} belong"
        )
    return numbers


def _with_leaves(splits: npt.NDArray[Any], leaves: int) -> npt.NDArray[Any]:
    return np.concatenate([splits, np.zeros(leaves, splits.dtype)])


def _children(facts: dict[str, str], key: str, splits: int, leaves: int) -> npt.NDArray[np.int64]:
    """Number the leaves after the splits; in the text the leaf k is the child -k - 1."""
    children = _numbers(facts, key, splits).astype(np.int64)
    numbered = np.where(children < 0, splits - children - 1, children)
    return np.concatenate([numbered, np.full(leaves, -1, np.int64)])


def _categories(
    facts: dict[str, str],
    threshold: npt.NDArray[np.float64],
    categorical: npt.NDArray[np.bool_],
) -> Iterator[tuple[int, Further]]:
    if not categorical.any():
        return
    borders = np.array(facts["cat_boundaries"].split(), np.int64)
    bits = np.array(facts["cat_threshold"].split(), np.int64)
    for node in np.flatnonzero(categorical).tolist():
        group = int(threshold[node])
        yield node, tuple(bits[borders[group] : borders[group + 1]].tolist())


def _linear_leaves(facts: dict[str, str], leaves: int) -> Iterator[tuple[int, Further]]:
    if facts.get("is_linear", "0") != "1":
        return
    constants = _numbers(facts, "leaf_const", leaves).tolist()
    counts = _numbers(facts, "num_features", leaves).astype(np.int64)
    features = np.array(facts["leaf_features"].split(), np.float64)
    factors = np.array(facts["leaf_coeff"].split(), np.float64)
    ends = np.cumsum(counts)
    for leaf, (start, end) in enumerate(zip(ends - counts, ends, strict=True)):
        yield leaf, (constants[leaf], *features[start:end].tolist(), *factors[start:end].tolist())
