"""Bounds of the structures that compiled code follows without looking.

scikit-learn and scipy check what they build, not what they read back: a child index beyond the
nodes of a tree, changed by a flipped bit or on purpose, reads or writes memory that is not its own
when the model predicts. So each such structure is held against its own sizes here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from modelkeep.storage.trust.session import Session

    Array = np.ndarray[Any, Any]

_LEAF = -1
_DEEPEST = 20_000
_BYTE = 256
_BITSET = 8
_FLAT, _TABLE = 1, 2


def check_tree(session: Session, state: Any, features: int, classes: Array) -> tuple[Array, Array]:
    """Check the nodes of a `sklearn.tree._tree.Tree`; return them and their values."""
    import numpy as np

    session.require(type(state) is dict, "a tree of no state")
    nodes, values = state.get("nodes"), state.get("values")
    session.require(
        type(nodes) is np.ndarray and nodes.ndim == _FLAT and nodes.dtype.names is not None
        and {"left_child", "right_child", "feature"} <= set(nodes.dtype.names)
        and type(values) is np.ndarray and len(nodes) > 0
        and values.shape == (len(nodes), len(classes), int(classes.max()))
        and state.get("node_count") == len(nodes),
        "a tree of no nodes",
    )  # fmt: skip
    assert nodes is not None
    assert values is not None
    left, right = nodes["left_child"], nodes["right_child"]
    depth = _depth(session, left, right)
    inner = left != _LEAF
    used = nodes["feature"][inner]
    session.require(
        not used.size or (int(used.min()) >= 0 and int(used.max()) < features),
        "a tree that asks for features beyond its own",
    )
    session.require(
        type(state.get("max_depth")) is int and depth <= state["max_depth"] <= _DEEPEST,
        "a tree that is deeper than it says",
    )
    return nodes, values


def _depth(session: Session, left: Array, right: Array) -> int:
    """Return the depth of a tree whose children all come after their parents, each once."""
    import numpy as np

    inner = np.flatnonzero(left != _LEAF)
    lower, upper = left[inner].astype(np.int64), right[inner].astype(np.int64)
    sound = (
        2 * len(inner) == len(left) - 1
        and bool((right[left == _LEAF] == _LEAF).all())
        and bool(((lower > inner) & (upper > inner)).all())
        and (not len(inner) or max(int(lower.max()), int(upper.max())) < len(left))
    )
    if sound:
        seen = np.zeros(len(left), bool)
        seen[lower] = seen[upper] = True
        sound = int(np.count_nonzero(seen)) == len(left) - 1
    session.require(sound, "a tree whose nodes are no tree")
    depth, level = 0, np.zeros(1, np.int64)
    while True:
        level = level[left[level] != _LEAF]
        if not level.size:
            return depth
        depth += 1
        session.require(depth <= _DEEPEST, f"a tree deeper than {_DEEPEST}")
        level = np.concatenate([left[level], right[level]]).astype(np.int64)


def check_neighbour_tree(session: Session, state: Any, name: str) -> tuple[Any, ...]:
    """Check the state of a KDTree or BallTree."""
    import numpy as np

    session.require(type(state) is tuple and len(state) == 13, "a tree of no state")  # noqa: PLR2004
    data, order, nodes, bounds, _, levels, count = state[:7]
    distance, weights = state[11:]
    session.require(
        all(type(each) is np.ndarray and each.flags.c_contiguous for each in state[:4])
        and data.ndim == _TABLE and order.shape == (len(data),) and len(data) > 0
        and order.dtype == np.intp and nodes.ndim == _FLAT and count == len(nodes) > 0
        and nodes.dtype.names == ("idx_start", "idx_end", "is_leaf", "radius")
        and bounds.shape == (2 if "KDTree" in name else 1, len(nodes), data.shape[1]),
        "a tree of neighbours of no shape",
    )  # fmt: skip
    session.require(
        all(type(each) is int for each in state[4:11]) and state[4] > 0
        and 0 < levels < 60 and count <= 2**levels,  # noqa: PLR2004
        "a tree of neighbours of no size",
    )  # fmt: skip
    start, end, numbers = nodes["idx_start"], nodes["idx_end"], np.arange(len(nodes))
    session.require(
        int(order.min()) >= 0 and int(order.max()) < len(data)
        and int(start.min()) >= 0 and bool((start <= end).all()) and int(end.max()) <= len(data)
        and bool((2 * numbers[nodes["is_leaf"] == 0] + 2 < len(nodes)).all()),
        "a tree of neighbours that points beyond its points",
    )  # fmt: skip
    _check_distance(session, distance, data.shape[1])
    session.require(
        weights is None or (type(weights) is np.ndarray and weights.shape == (len(data),)),
        "a tree of neighbours of other weights",
    )
    checked: tuple[Any, ...] = state
    return checked


def _check_distance(session: Session, distance: Any, features: int) -> None:
    kind = type(distance)
    session.require(
        kind.__module__ == "sklearn.metrics._dist_metrics" and "Distance" in kind.__name__,
        "a tree of neighbours of no distance",
    )
    vector, matrix = distance.__getstate__()[1:3]
    if kind.__name__.startswith(("SEuclidean", "Mahalanobis")):
        session.require(len(vector) == features, "a distance of another width")
    if kind.__name__.startswith("Minkowski"):
        session.require(len(vector) in {0, features}, "a distance of another width")
    if kind.__name__.startswith("Mahalanobis"):
        session.require(matrix.shape == (features, features), "a distance of another width")


def check_sparse(session: Session, matrix: Any) -> None:
    """Check the indices of a sparse matrix of scipy."""
    import numpy as np

    parts = vars(matrix)
    shape = parts.get("_shape")
    session.require(
        type(shape) is tuple and len(shape) in {_FLAT, _TABLE}
        and all(isinstance(each, int | np.integer) and 0 <= each < 2**62 for each in shape),
        "a sparse matrix of no shape",
    )  # fmt: skip
    form = type(matrix).__name__.partition("_")[0]
    data = parts.get("data")
    session.require(_is_array(data) and not data.dtype.hasobject, "a sparse matrix of no data")
    if form == "coo":
        coordinates = parts.get("coords")
        session.require(
            type(coordinates) is tuple and len(coordinates) == len(shape)
            and all(
                _within(each, size, len(data))
                for each, size in zip(coordinates, shape, strict=True)
            ),
            "a sparse matrix that points beyond its shape",
        )  # fmt: skip
    elif form == "dia":
        offsets = parts.get("offsets")
        session.require(
            _is_integers(offsets) and data.ndim == _TABLE and offsets.shape == (len(data),),
            "a sparse matrix of other diagonals",
        )
    else:
        _check_compressed(session, parts, form, shape, data)


def _check_compressed(
    session: Session, parts: dict[str, Any], form: str, shape: Any, data: Any
) -> None:
    pointers: Any = parts.get("indptr")
    indices: Any = parts.get("indices")
    major, minor = (1, shape[0]) if len(shape) == 1 else shape
    if form == "csc":
        major, minor = minor, major
    if form == "bsr":
        session.require(data.ndim == 3 and all(data.shape[1:]), "a sparse matrix of no blocks")  # noqa: PLR2004
        session.require(
            not major % data.shape[1] and not minor % data.shape[2], "blocks that do not fit"
        )
        major, minor = major // data.shape[1], minor // data.shape[2]
    else:
        session.require(data.ndim == 1, "a sparse matrix of no data")
    session.require(
        _is_integers(pointers) and _is_integers(indices) and pointers.dtype == indices.dtype
        and pointers.shape == (major + 1,) and pointers[0] == 0
        and bool((pointers[1:] >= pointers[:-1]).all())
        and int(pointers[-1]) <= min(len(indices), len(data)) and _within(indices, minor, None),
        "a sparse matrix that points beyond its shape",
    )  # fmt: skip


def _is_array(value: Any) -> bool:
    import numpy as np

    return type(value) is np.ndarray


def _is_integers(value: Any) -> bool:
    return _is_array(value) and value.ndim == 1 and value.dtype.kind == "i"


def _within(indices: Any, size: int, count: int | None) -> bool:
    if not _is_integers(indices) or (count is not None and len(indices) != count):
        return False
    return not len(indices) or (int(indices.min()) >= 0 and int(indices.max()) < size)


def check_estimator(session: Session, made: Any) -> None:
    """Check what compiled code follows in an estimator, now that all of it is there."""
    from modelkeep.storage.trust import encoder_checks, estimator_checks

    checks = {**estimator_checks.CHECKS, **encoder_checks.CHECKS}
    for kind in type(made).__mro__:
        check = checks.get(f"{kind.__module__}.{kind.__name__}")
        if check is not None:
            check(session, made)
