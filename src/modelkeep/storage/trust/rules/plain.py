"""How objects of ordinary Python classes are made and filled: without a line of their code."""

from __future__ import annotations

from types import MemberDescriptorType
from typing import Any

from modelkeep.storage.trust.entries import Entry
from modelkeep.storage.trust.references import Reference
from modelkeep.storage.trust.session import Session

_STATE_PARTS = 2


def new(
    session: Session, reference: Reference, arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> Any:
    """Make an empty object of a class that makes them as `object` does."""
    kind = session.resolve(reference)
    session.require(not arguments and not keywords, f"{reference.name} takes no arguments")
    session.require(isinstance(kind, type), f"{reference.name} is no class")
    return object.__new__(kind)


def set_state(session: Session, made: Any, state: Any) -> Any:
    """Fill an object: its attributes, and its slots, by names that are not the language's own."""
    if type(state) is tuple and len(state) == _STATE_PARTS:
        attributes, slots = state
    else:
        attributes, slots = state, None
    if attributes:
        made.__dict__.update(names_of(session, made, attributes))
    if slots:
        for name, value in names_of(session, made, slots).items():
            _set_slot(session, made, name, value)
    return made


def names_of(session: Session, made: Any, attributes: Any) -> dict[str, Any]:
    """Return attributes whose names are all fit to be set."""
    session.require(type(attributes) is dict, "a state that is no dict")
    for name in attributes:
        session.require(type(name) is str, "an attribute whose name is no text")
        if name.startswith("__") and name.endswith("__"):
            kind = type(made)
            session.refuse([f"{kind.__module__}.{kind.__qualname__}.{name}"], "it may not be set")
    found: dict[str, Any] = attributes
    return found


def _set_slot(session: Session, made: Any, name: str, value: Any) -> None:
    for kind in type(made).__mro__:
        slot = vars(kind).get(name)
        if isinstance(slot, MemberDescriptorType):
            slot.__set__(made, value)
            return
    kind = type(made)
    session.refuse([f"{kind.__module__}.{kind.__qualname__}.{name}"], "it is no slot")


PLAIN = Entry(new=new, state=set_state)
VALUE = Entry(value=True)
ARGUMENT = Entry(argument=True)
