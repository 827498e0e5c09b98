"""The compiled parts of scikit-learn: trees, losses, distances, each made from a checked state."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from modelkeep.storage.trust import native_checks
from modelkeep.storage.trust.entries import Entry
from modelkeep.storage.trust.references import Draft, Reference
from modelkeep.storage.trust.rules import plain
from modelkeep.storage.trust.session import Session

_DISTANCES = "sklearn.metrics._dist_metrics."
_DISTANCE = re.compile(r"[A-Z][A-Za-z]+Distance(32|64)?\Z")
_LOSS = re.compile(r"Cy[A-Z]\w+\Z")
_UNPICKLED_LOSS = re.compile(r"__pyx_unpickle_Cy[A-Z]\w+\Z")
_SGD_LOSSES = ("Hinge", "SquaredHinge", "ModifiedHuber", "Log", "CyHalfBinomialLoss",
               "SquaredLoss", "Huber", "EpsilonInsensitive",
               "SquaredEpsilonInsensitive")  # fmt: skip
_MOST_OUTPUTS = 1 << 16
_NEIGHBOUR_TREES = {
    "sklearn.neighbors._kd_tree": ("KDTree", "KDTree64", "KDTree32"),
    "sklearn.neighbors._ball_tree": ("BallTree", "BallTree64", "BallTree32"),
}


def find(module: str, name: str) -> Entry | None:
    """Return what is said of a distance or a loss."""
    if module == "sklearn.metrics._dist_metrics" and _DISTANCE.match(name):
        return None if name.startswith("PyFunc") else plain.ARGUMENT
    if module == "sklearn._loss._loss":
        if _LOSS.match(name):
            return Entry(argument=True, call=_loss)
        if _UNPICKLED_LOSS.match(name):
            return Entry(call=_unpickled_loss)
    return None


def _loss(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    session.require(
        len(arguments) <= 1
        and all(type(each) in {float, int} or _is_number(each) for each in arguments),
        f"{reference.name} with wrong arguments",
    )
    return session.resolve(reference)(*(float(each) for each in arguments))


def _is_number(value: Any) -> bool:
    return type(value).__module__ == "numpy" and type(value).__name__.startswith("float")


def _unpickled_loss(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    wanted = reference.name.replace("__pyx_unpickle_", "")
    session.require(
        len(arguments) == 3 and session.named(arguments[0], wanted) and not arguments[2],  # noqa: PLR2004
        f"{reference.name} with wrong arguments",
    )
    return session.resolve(Reference(wanted, reference.entry))()


def _tree(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    import numpy as np

    session.require(
        len(arguments) == 3 and all(isinstance(arguments[at], int | np.integer) for at in (0, 2))  # noqa: PLR2004
        and type(arguments[1]) is np.ndarray and arguments[1].dtype == np.dtype(np.intp)
        and arguments[1].shape == (arguments[2],) and 0 < arguments[2] < _MOST_OUTPUTS
        and arguments[0] >= 0,
        "a tree of no shape",
    )  # fmt: skip
    features, classes, outputs = int(arguments[0]), arguments[1].copy(), int(arguments[2])
    session.require(0 < int(classes.min()) <= int(classes.max()) < _MOST_OUTPUTS**2, "no classes")

    def finish(session: Session, state: Any) -> Any:
        nodes, values = native_checks.check_tree(session, state, features, classes)
        made = session.resolve(Reference(reference.name, reference.entry))(
            features, classes, outputs
        )
        made.__setstate__({**state, "nodes": nodes, "values": values})
        return made

    return Draft(reference.name, finish)


def _distance(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    kind = session.reference(arguments[0]) if len(arguments) == 1 else None
    if kind is None or not kind.name.startswith(_DISTANCES):
        session.refuse([reference.name], "it may only make distances")

    def finish(session: Session, state: Any) -> Any:
        import numpy as np

        session.require(
            type(state) is tuple and len(state) == 3 and type(state[0]) is float  # noqa: PLR2004
            and all(type(each) is np.ndarray and each.dtype == np.float64 for each in state[1:])
            and state[1].ndim == 1 and state[2].ndim == 2  # noqa: PLR2004
            and all(each.flags.c_contiguous for each in state[1:]),
            "a distance of no state",
        )  # fmt: skip
        made = session.resolve(kind)
        made = made.__new__(made)
        made.__setstate__((state[0], *(each.copy() for each in state[1:])))
        return made

    return Draft(kind.name, finish)


def _neighbour_tree(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    module = reference.name.rpartition(".")[0]
    names = [f"{module}.{name}" for name in _NEIGHBOUR_TREES[module]]
    session.require(
        len(arguments) == 1 and session.named(arguments[0], *names),
        f"{reference.name} of an unknown class",
    )
    kind = session.reference(arguments[0])
    if kind is None:
        session.refuse([reference.name], "it is no class")

    def finish(session: Session, state: Any) -> Any:
        made = session.resolve(kind)
        checked = native_checks.check_neighbour_tree(session, state, kind.name)
        made = made.__new__(made)
        made.__setstate__(checked)
        return made

    return Draft(kind.name, finish)


def _partial(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    # A preprocessor of histogram boosting checks its categories by a function with arguments.
    if len(arguments) != 1 or not session.named(
        arguments[0], "sklearn.utils.validation.check_array"
    ):
        known = [session.reference(each) for each in arguments[:1]]
        names = [f"functools.partial({each.name if each else 'something'})" for each in known]
        session.refuse(names, "it may not bind arguments")

    def finish(session: Session, state: Any) -> Any:
        session.require(type(state) is tuple and len(state) == 4, "a partial of no state")  # noqa: PLR2004
        keywords = state[2]
        session.require(
            state[1] == () and not state[3] and type(keywords) is dict
            and set(keywords) <= {"dtype", "ensure_all_finite", "force_all_finite"},
            "a partial with other arguments",
        )  # fmt: skip
        return partial(
            session.resolve(Reference("sklearn.utils.validation.check_array", _CHECK)), **keywords
        )

    return Draft(reference.name, finish)


_CHECK = plain.VALUE
ENTRIES: dict[str, Entry] = {
    "sklearn.tree._tree.Tree": Entry(call=_tree),
    _DISTANCES + "newObj": Entry(call=_distance),
    **{f"{module}.newObj": Entry(call=_neighbour_tree) for module in _NEIGHBOUR_TREES},
    **{
        f"{module}.{name}": plain.ARGUMENT
        for module, names in _NEIGHBOUR_TREES.items() for name in names
    },
    **{f"sklearn.linear_model._sgd_fast.{name}": Entry(call=_loss) for name in _SGD_LOSSES},
    "functools.partial": Entry(call=_partial),
    "sklearn.utils.validation.check_array": _CHECK,
}  # fmt: skip
