"""What the allow-list says of one name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from modelkeep.storage.trust.references import Reference
    from modelkeep.storage.trust.session import Session

# How to do a REDUCE: with the arguments as the file has them, and what the name stands for.
Caller = Callable[["Session", "Reference", tuple[Any, ...]], Any]
# How to do a NEWOBJ.
Maker = Callable[["Session", "Reference", tuple[Any, ...], dict[str, Any]], Any]
# How to do a BUILD: gives back the object, or what takes its place.
Setter = Callable[["Session", Any, Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The three permissions of a name, each apart, and how the state of what it made is set.

    Attributes:
        value: It may be put into containers and states as it is.
        call: How REDUCE makes something by it; None forbids.
        new: How NEWOBJ makes something by it; None forbids.
        state: How BUILD fills what it made; None forbids.
        own: It must be defined in the module that the name says, not only be found there.
        argument: It may only be handed to some other call that knows what to do with it.
        trusted: The user named it.
    """

    value: bool = False
    call: Caller | None = None
    new: Maker | None = None
    state: Setter | None = None
    own: bool = False
    argument: bool = False
    trusted: bool = False

    def allows(self, use: str) -> bool:
        """Whether it may be used so: `value`, `built` or `called`."""
        if use == "value":
            return self.value or self.argument
        return self.trusted or (self.new if use == "built" else self.call) is not None
