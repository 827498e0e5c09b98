"""Models of xgboost and lightgbm: their own reader is given text or bytes, never an address.

Both keep the address of a native object in an attribute. A state that set it would hand the
library any address to free; so the state must have the model itself there.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from modelkeep.storage.trust import native_checks
from modelkeep.storage.trust.entries import Entry
from modelkeep.storage.trust.references import Draft, Reference
from modelkeep.storage.trust.rules import plain
from modelkeep.storage.trust.session import Session

_WRAPPERS = {
    "xgboost.sklearn": re.compile(r"XGB(RF)?(Classifier|Regressor|Ranker|Model)\Z"),
    "lightgbm.sklearn": re.compile(r"LGBM(Classifier|Regressor|Ranker|Model)\Z"),
}
_DATA = (str, int, float, bool, type(None), list, dict, tuple)


def find(module: str, name: str) -> Entry | None:
    """Return what is said of the estimators of both."""
    wanted = _WRAPPERS.get(module)
    return _WRAPPER if wanted is not None and wanted.match(name) else None


def _xgboost(
    session: Session, reference: Reference, arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> Any:
    session.require(not arguments and not keywords, f"{reference.name} takes no arguments")

    def finish(session: Session, state: Any) -> Any:
        session.require(
            type(state) is dict and type(state.get("handle")) in {bytearray, type(None)},
            "a booster of no model",
        )
        kind = session.resolve(reference)
        made = object.__new__(kind)
        attributes = plain.names_of(session, made, state)
        session.require(
            all(isinstance(value, _DATA) for key, value in attributes.items() if key != "handle"),
            "a booster of other parts",
        )
        made.__setstate__(dict(attributes))
        return made

    return Draft(reference.name, finish)


def _lightgbm(
    session: Session, reference: Reference, arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> Any:
    session.require(not arguments and not keywords, f"{reference.name} takes no arguments")

    def finish(session: Session, state: Any) -> Any:
        session.require(
            type(state) is dict and type(state.get("_handle")) is str and "handle" not in state
            and state.get("_network", False) is False,
            "a booster of no model",
        )  # fmt: skip
        kind = session.resolve(reference)
        made = object.__new__(kind)
        attributes = plain.names_of(session, made, state)
        session.require(
            all(isinstance(value, _DATA) for value in attributes.values()),
            "a booster of other parts",
        )
        made.__setstate__(dict(attributes))
        return made

    return Draft(reference.name, finish)


def _set_wrapper(session: Session, made: Any, state: Any) -> Any:
    attributes = dict(plain.names_of(session, made, state or {}))
    attributes.pop("_sklearn_version", None)
    made.__dict__.update(attributes)
    session.checks.append(partial(native_checks.check_estimator, session, made))
    return made


_WRAPPER = Entry(new=plain.new, state=_set_wrapper)
ENTRIES: dict[str, Entry] = {
    "xgboost.core.Booster": Entry(new=_xgboost),
    "lightgbm.basic.Booster": Entry(new=_lightgbm),
}
