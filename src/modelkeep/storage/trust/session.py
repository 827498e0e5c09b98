"""One load: the world in which what the allow-list permits is built, and nothing else."""

from __future__ import annotations

import sys
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

from modelkeep.errors import IntegrityError, ModelkeepError, UntrustedModelError
from modelkeep.storage.trust.allow_list import AllowList, canonical
from modelkeep.storage.trust.entries import Entry
from modelkeep.storage.trust.limits import Limits
from modelkeep.storage.trust.references import UNFIT, Draft, Reference

if TYPE_CHECKING:
    from modelkeep.storage.trust.machine import Machine

_MAPPINGS = (dict, OrderedDict, defaultdict, Counter)
_BUNCH = "sklearn.utils._bunch.Bunch"


class Session:
    """What a load made, and who may do what to it.

    Attributes:
        source: What is loaded, for errors.
        allow: The names that are allowed.
        limits: How much it may take.
        checks: Run when all is built: each looks at one object whose parts must fit.
        machine: What reads now; a BUILD sets it.
        arrays_follow: The bytes of arrays come after their description, as joblib writes them.
    """

    def __init__(
        self,
        source: str,
        allow: AllowList,
        limits: Limits,
        *,
        buffers: Iterable[Any] = (),
        persistent: Callable[[Any], Any] | None = None,
    ) -> None:
        self.source = source
        self.allow = allow
        self.limits = limits
        self.checks: list[Callable[[], None]] = []
        self.machine: Machine | None = None
        self.arrays_follow = False
        self._buffers: Iterator[Any] = iter(buffers)
        self._persistent = persistent
        self._references: dict[tuple[str, str], Reference] = {}
        self._values: dict[int, Reference] = {}
        self._made: dict[int, tuple[Any, Reference]] = {}
        self._built: set[int] = set()
        self._array_bytes = 0
        self._taken: dict[object, Any] = {}

    def refuse(self, names: Iterable[str], reason: str) -> NoReturn:
        """Raise that something is not allowed."""
        raise UntrustedModelError(self.source, asked_for=names, reason=reason)

    def damaged(self, detail: str) -> IntegrityError:
        """Return the error for a state that is not sound."""
        return IntegrityError(self.source, detail=detail)

    def require(self, sound: bool, detail: str) -> None:
        """Raise that a state is not sound, unless it is."""
        if not sound:
            raise self.damaged(detail)

    def take_array_bytes(self, count: int) -> None:
        """Count the bytes of an array against the limit."""
        self._array_bytes += count
        self.require(
            count >= 0 and self._array_bytes <= self.limits.array_bytes,
            f"its arrays take more than {self.limits.array_bytes} bytes",
        )

    def take_once(self, thing: Any, key: object = None) -> None:
        """Refuse a second use of what each use copies or reads: a small file would take much.

        Args:
            thing: What is used; it is kept to the end of the load.
            key: What tells it from others, where it is not its own identity.
        """
        key = id(thing) if key is None else key
        self.require(key not in self._taken, "the same bytes are used for more than one array")
        self._taken[key] = thing

    def find(self, module: str, name: str) -> Any:
        """Return the object of a name that is a value, else a reference to it."""
        pair = canonical(module, name)
        known = self._references.get(pair)
        if known is None:
            entry = self.allow.entry(*pair)
            if entry is None:
                self.refuse([".".join(pair)], "it asks for names that are not allowed")
            known = self._references[pair] = Reference(".".join(pair), entry)
            if entry.value or entry.trusted:
                known.found = self.resolve(known, entry)
                self._values[id(known.found)] = known
        return known if known.found is None else known.found

    def resolve(self, reference: Reference, entry: Entry | None = None) -> Any:
        """Import what a name stands for."""
        if reference.found is not None:
            return reference.found
        module, _, name = reference.name.rpartition(".")
        try:
            found = getattr(import_module(module), name)
        except Exception as error:
            reason = f"it cannot be imported here ({type(error).__name__})"
            raise UntrustedModelError(
                self.source, asked_for=[reference.name], reason=reason
            ) from error
        if isinstance(found, type(sys)):
            self.refuse([reference.name], "a module is not for use")
        if entry is not None and entry.own and getattr(found, "__module__", None) != module:
            self.refuse([reference.name], "it is not defined there")
        exact = reference.name in self.allow.trusted
        if entry is not None and entry.trusted and not exact:
            home = getattr(found, "__module__", None)
            if not isinstance(home, str) or not self.allow.covers_package(home):
                self.refuse([reference.name], "it is defined outside the packages that are trusted")
        return found

    def reference(self, thing: Any) -> Reference | None:
        """Return the name behind something on the stack; None where it is no name."""
        return thing if type(thing) is Reference else self._values.get(id(thing))

    def named(self, thing: Any, *names: str) -> bool:
        """Whether it is one of these names, as the file gave it."""
        reference = self.reference(thing)
        return reference is not None and reference.name in names

    def call(self, function: Any, arguments: Any) -> Any:
        """Do a REDUCE by what the allow-list says of the function."""
        reference = self._permitted(function, arguments)
        if reference.entry.call is None:
            self.refuse([reference.name], "it may not be called")
        made = self._guarded(reference, reference.entry.call, self, reference, arguments)
        return self._note(made, reference)

    def new(self, kind: Any, arguments: Any, keywords: Any) -> Any:
        """Do a NEWOBJ by what the allow-list says of the class."""
        reference = self._permitted(kind, arguments)
        if reference.entry.new is None:
            self.refuse([reference.name], "it may not be built")
        if type(keywords) is not dict or not all(type(key) is str for key in keywords):
            raise self.damaged("keywords that are no dict of names")
        made = self._guarded(reference, reference.entry.new, self, reference, arguments, keywords)
        return self._note(made, reference)

    def build(self, made: Any, state: Any, machine: Machine) -> Any:
        """Do a BUILD, on what this load made and did not build before."""
        self.machine = machine
        if type(made) is Draft:
            return self._note(self._guarded(made, made.finish, self, state), None)
        kept, reference = self._made.get(id(made), (None, None))
        if reference is None or kept is not made:
            self.refuse([_kind_of(made)], "a state may only be given to what the file itself built")
        if id(made) in self._built:
            raise self.damaged("an object is given a state twice")
        self._built.add(id(made))
        if reference.entry.state is None:
            self.refuse([reference.name], "it may not be given a state")
        return self._guarded(reference, reference.entry.state, self, made, state)

    def give_persistent(self, persistent: Callable[[Any], Any]) -> None:
        """Say what gives the things behind persistent ids."""
        self._persistent = persistent

    def extend(self, target: Any, items: list[Any]) -> None:
        """Add to a deque, or to an object of a class that the user trusts."""
        if type(target) is deque:
            target.extend(items)
            return
        reference = self._trusted(target, "to add to it")
        for item in items:
            self._guarded(reference, target.append, item)

    def put(self, target: Any, keys: list[Any], values: list[Any]) -> None:
        """Set items of a dict of a known kind, or of an object of a class that the user trusts."""
        kind = type(target)
        if kind not in _MAPPINGS and _kind_of(target) != _BUNCH:
            reference = self._trusted(target, "to set items of it")
            for key, value in zip(keys, values, strict=True):
                self._guarded(reference, target.__setitem__, key, value)
            return
        for key, value in zip(keys, values, strict=True):
            target[key] = value

    def persistent(self, wanted: Any) -> Any:
        """Return what a persistent id stands for."""
        if self._persistent is None:
            self.refuse(["persistent id"], "nothing is kept beside it")
        return self._guarded(self, self._persistent, wanted)

    def buffer(self) -> Any:
        """Return the next buffer that is kept beside the stream."""
        try:
            return memoryview(next(self._buffers))
        except StopIteration:
            raise self.damaged("a buffer is missing") from None
        except TypeError as error:
            raise self.damaged("a buffer that is none") from error

    def payload(self, view: memoryview, kind: type) -> Any:
        """Copy long bytes out of the stream."""
        return kind(view)

    def is_key(self, key: Any) -> bool:
        """Whether the user trusts the class of a key."""
        kept, reference = self._made.get(id(key), (None, None))
        return kept is key and reference is not None and reference.entry.trusted

    def finish(self) -> None:
        """Look at what must fit together, now that all is there."""
        for check in self.checks:
            self._guarded(self, check)

    def _permitted(self, function: Any, arguments: Any) -> Reference:
        reference = self.reference(function)
        if reference is None:
            self.refuse([_kind_of(function)], "it calls or builds by what is no allowed name")
        if type(arguments) is not tuple:
            raise self.damaged("arguments that are no tuple")
        return reference

    def _note(self, made: Any, reference: Reference | None) -> Any:
        if reference is None or type(made) in UNFIT or id(made) in self._values:
            return made
        kept = self._made.get(id(made))
        # What a call made through a class is the class's.
        if kept is None or kept[0] is not made:
            self._made[id(made)] = made, reference
        return made

    def _trusted(self, target: Any, deed: str) -> Reference:
        kept, reference = self._made.get(id(target), (None, None))
        if reference is None or kept is not target or not reference.entry.trusted:
            self.refuse([_kind_of(target)], f"it may not be asked {deed}")
        return reference

    def _guarded(self, what: Any, function: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return function(*arguments)
        except ModelkeepError:
            raise
        except Exception as error:
            name = getattr(what, "name", "the object")
            said = "" if isinstance(error, KeyError) else f": {error!s:.200}"
            detail = f"{name} cannot be made: {type(error).__name__}{said}"
            raise self.damaged(detail[:300]) from error


def _kind_of(thing: Any) -> str:
    kind = type(thing)
    return f"{kind.__module__}.{kind.__qualname__}"
