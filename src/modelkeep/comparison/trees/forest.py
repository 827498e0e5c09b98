"""The form that the trees of every library are brought into before they are compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt

from modelkeep.errors import InvalidInputError

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Library = Literal["sklearn", "xgboost", "lightgbm"]
Further = tuple[float, ...]


class NotAnEnsembleError(InvalidInputError):
    """The model has no trees that can be read.

    Attributes:
        reason: Why not, in a phrase.
    """

    code = "not_an_ensemble"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"{reason}; give a fitted ensemble of trees of scikit-learn, XGBoost or LightGBM"
        )
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tree:
    """One tree as arrays with an entry for each node; node 0 is the root.

    Attributes:
        feature: Which feature a split asks, shape (nodes,); -1 at a leaf.
        threshold: What it is held against, shape (nodes,); 0 at a leaf and where the split asks
            for categories.
        left: The child on the left, shape (nodes,); -1 at a leaf. Likewise right.
        missing: A code for where a missing value goes, shape (nodes,); 0 at a leaf.
        value: What a leaf adds to the answer, shape (nodes, outputs); 0 at a split.
        gain: What a split brought when the tree was grown, shape (nodes,); 0 at a leaf.
        further: More of a node that answers depend on: the categories a split asks for, or the
            terms of a leaf that is a linear model.
    """

    feature: IntArray
    threshold: FloatArray
    left: IntArray
    right: IntArray
    missing: IntArray
    value: FloatArray
    gain: FloatArray
    further: Mapping[int, Further] = field(default_factory=lambda: MappingProxyType({}))


def make_tree(
    *,
    feature: npt.ArrayLike,
    threshold: npt.ArrayLike,
    left: npt.ArrayLike,
    right: npt.ArrayLike,
    missing: npt.ArrayLike,
    value: npt.ArrayLike,
    gain: npt.ArrayLike,
    further: Mapping[int, Further] | None = None,
) -> Tree:
    """Return a tree from arrays that may hold anything where `Tree` asks for a filler.

    Args:
        feature: As in `Tree`, as the others.
        threshold: Shape (nodes,).
        left: Negative at a leaf, and nowhere else; this tells leaves from splits.
        right: Shape (nodes,).
        missing: Shape (nodes,).
        value: Shape (nodes,) or (nodes, ...).
        gain: Shape (nodes,).
        further: By node.
    """
    left_child = np.asarray(left, np.int64)
    leaf = left_child < 0
    values = np.asarray(value, np.float64).reshape(leaf.size, -1)
    return Tree(
        feature=np.where(leaf, -1, np.asarray(feature, np.int64)),
        threshold=np.where(leaf, 0.0, np.asarray(threshold, np.float64)),
        left=np.where(leaf, -1, left_child),
        right=np.where(leaf, -1, np.asarray(right, np.int64)),
        missing=np.where(leaf, 0, np.asarray(missing, np.int64)),
        value=np.where(leaf[:, np.newaxis], values, 0.0),
        gain=np.where(leaf, 0.0, np.asarray(gain, np.float64)),
        further=MappingProxyType(dict(further or {})),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forest:
    """An ensemble of trees in the order in which it was grown.

    Attributes:
        library: Where it comes from.
        trees: Each with the same number of outputs.
        features: How many features the model takes.
        names: Their names; None where the model does not have any.
        settings: What else turns the sum of the trees into an answer, such as the start value.
        notes: What was left out when it was read.
    """

    library: Library
    trees: tuple[Tree, ...]
    features: int
    names: tuple[str, ...] | None = None
    settings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()
