"""What stands on the stack for a name that may be called or built, but is no value."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from modelkeep.storage.trust.entries import Entry
    from modelkeep.storage.trust.session import Session


class Reference:
    """A name and what the allow-list says of it. It cannot be called, so a leak is harmless."""

    __slots__ = ("entry", "found", "name")

    def __init__(self, name: str, entry: Entry, found: Any = None) -> None:
        self.name = name
        self.entry = entry
        self.found = found

    def __repr__(self) -> str:
        return f"<the name {self.name}>"


class Draft:
    """Stands for an object of a native library until its state is there.

    Such objects are made in one go, from a state that was checked, and never change after; so
    nothing can hold one whose memory is then exchanged. A draft that is used before is refused.
    """

    __slots__ = ("finish", "key", "name")

    def __init__(self, name: str, finish: Callable[[Session, Any], Any]) -> None:
        self.name = name
        self.finish = finish
        self.key: int | None = None


def named(thing: Any) -> str:
    """Return the name of a reference, a text, or what kind of thing else it is: never all of it."""
    name = thing if type(thing) is str else getattr(thing, "name", None)
    if type(name) is not str:
        name = f"{type(thing).__module__}.{type(thing).__qualname__}"
    return name[:100]


UNFIT = frozenset({Reference, Draft})
