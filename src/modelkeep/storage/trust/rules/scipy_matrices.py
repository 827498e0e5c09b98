"""Sparse matrices, splines and distributions of scipy."""

from __future__ import annotations

import re
from functools import partial
from importlib import import_module
from typing import Any

from modelkeep.storage.trust import native_checks
from modelkeep.storage.trust.entries import Entry
from modelkeep.storage.trust.references import Draft, Reference
from modelkeep.storage.trust.rules import plain
from modelkeep.storage.trust.session import Session

_FORMS = ("bsr", "coo", "csc", "csr", "dia")
_KINDS = ("matrix", "array")
_DISTRIBUTION = re.compile(r"[a-z0-9_]+_gen\Z")
_DISTRIBUTIONS = ("scipy.stats._continuous_distns", "scipy.stats._discrete_distns")
_FROZEN = "scipy.stats._distn_infrastructure."
_SPLINE_PARTS = frozenset({"_t", "_c", "t", "c", "k", "extrapolate", "axis", "_asarray"})
_MATRIX_PARTS = frozenset({
    "_shape", "maxprint", "indptr", "indices", "data", "coords", "row", "col", "offsets",
    "has_canonical_format", "_has_canonical_format", "_has_sorted_indices", "has_sorted_indices",
})  # fmt: skip


def find(module: str, name: str) -> Entry | None:
    """Return what is said of a distribution: it is taken from scipy, not from the file."""
    if module in _DISTRIBUTIONS and _DISTRIBUTION.match(name):
        return Entry(new=_distribution)
    return None


def _matrix(session: Session, made: Any, state: Any) -> Any:
    attributes = dict(plain.names_of(session, made, state))
    session.require(set(attributes) <= _MATRIX_PARTS, "a sparse matrix of other parts")
    if {"row", "col"} <= set(attributes):
        attributes["coords"] = attributes.pop("row"), attributes.pop("col")
    made.__dict__.update(attributes)
    session.checks.append(partial(native_checks.check_sparse, session, made))
    return made


def _spline(session: Session, made: Any, state: Any) -> Any:
    attributes = plain.names_of(session, made, state)
    session.require(set(attributes) <= _SPLINE_PARTS, "a spline of other parts")
    made.__dict__.update(attributes)
    session.checks.append(partial(_check_spline, session, attributes))
    return made


def _check_spline(session: Session, parts: dict[str, Any]) -> None:
    import numpy as np

    knots, values = parts.get("_t", parts.get("t")), parts.get("_c", parts.get("c"))
    degree: Any = parts.get("k")
    axis: Any = parts.get("axis")
    sound: Any = (
        type(knots) is np.ndarray and type(values) is np.ndarray and knots.ndim == 1
        and values.ndim >= 1
        and knots.dtype == np.float64 and values.dtype.kind in "fc"
        and isinstance(degree, int | np.integer) and 0 <= degree < 100  # noqa: PLR2004
        and type(axis) is int and 0 <= axis < values.ndim
        and len(knots) >= 2 * degree + 2 and len(values) >= len(knots) - degree - 1
        and bool((np.diff(knots) >= 0).all())
    )  # fmt: skip
    session.require(bool(sound), "a spline of other sizes")


def _distribution(
    session: Session, reference: Reference, arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> Any:
    # The state of a distribution has code in text, which scipy would run. Only its name is used.
    session.require(not arguments and not keywords, f"{reference.name} takes no arguments")

    def finish(session: Session, state: Any) -> Any:
        stats = import_module("scipy.stats")

        name = state.get("name") if type(state) is dict else None
        found = vars(stats).get(name) if type(name) is str else None
        kind = session.resolve(reference)
        known = isinstance(found, stats.rv_continuous | stats.rv_discrete)
        session.require(known and type(found) is kind, "a distribution of no name")
        return found

    return Draft(reference.name, finish)


_MATRIX = Entry(new=plain.new, state=_matrix)
ENTRIES: dict[str, Entry] = {
    **{f"scipy.sparse._{form}.{form}_{kind}": _MATRIX for form in _FORMS for kind in _KINDS},
    "scipy.interpolate._bsplines.BSpline": Entry(new=plain.new, state=_spline),
    "scipy._lib.array_api_compat.numpy._aliases.asarray": plain.VALUE,
    **{
        f"{_FROZEN}{name}": Entry(new=plain.new, state=plain.set_state)
        for name in ("rv_continuous_frozen", "rv_discrete_frozen", "rv_frozen")
    },
}
