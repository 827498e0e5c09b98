"""Tensors of a torch pickle by name, found without importing, building or running anything.

The reader of `storage.trust` goes through the pickle with a world in which a tensor is a note of
its storage, offset, shape and strides (torch/_utils.py, `_rebuild_tensor_v2`), a dict is a dict,
and all else is a thing without use. What the dicts are called on the way to a tensor is its name;
of a pickled module, that which `state_dict` would give it. Tensors that are no view of one storage
are named too, with why they cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from modelkeep.storage.chunking.region import MAX_REGIONS
from modelkeep.storage.formats.free_names import FreeNames
from modelkeep.storage.trust.limits import Limits
from modelkeep.storage.trust.machine import Machine
from modelkeep.storage.trust.rules.torch_tensors import STORAGES

LONE_TENSOR = "tensor"
"""What a tensor is called that is not in a dict or list."""

_LIMITS = Limits(opcodes=5_000_000, memo=2_000_000)
_INNER = frozenset({"_parameters", "_buffers", "_modules"})
_QUANTISED = {"QInt8Storage": "int8", "QUInt8Storage": "uint8", "QInt32Storage": "int32"}
_ID_PARTS = 5
_VIEW_PARTS = 4
_TYPE_AT = 6
_FROM_TYPE_PARTS = 3
_VIEWS = frozenset({
    "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2",
    "torch._utils._rebuild_tensor_v3", "torch._utils._rebuild_qtensor",
})  # fmt: skip
_AS_ITS_FIRST = frozenset({
    "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state", "torch.Size",
})  # fmt: skip
# What else builds tensors: sparse, nested, without numbers, or of a class of its own.
_OTHERS = "torch._utils._rebuild_"
_MOST_DIMENSIONS = 64
_LONGEST_NAME = 512
_LONGEST_FUNCTION = 80


@dataclass(frozen=True, slots=True)
class StorageNote:
    """A storage: the key of its bytes in the archive, and the kind of its numbers."""

    key: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TensorNote:
    """What a pickle says of a tensor; offset and strides are in elements."""

    storage: StorageNote
    kind: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class OtherTensor:
    """A tensor whose numbers are not in one storage as they are, and why."""

    why: str


class _Thing:
    """Stands for a name, or for an object that was not built."""

    __slots__ = ("items", "name", "state")

    def __init__(self, name: str) -> None:
        self.name = name
        self.state: Any = None
        self.items: dict[Any, Any] = {}


def tensors_in(pickle: memoryview, source: str) -> dict[str, TensorNote | OtherTensor]:
    """Return the tensors that a pickle speaks of, by name, in their order.

    A name that is there twice gets a number behind it.

    Args:
        pickle: The pickle and nothing else.
        source: How it is named in errors.

    Raises:
        IntegrityError: It is no sound pickle, or larger than any model needs.
        UntrustedModelError: It has steps that no pickle of torch has.
    """
    machine = Machine(pickle, _World(), source=source, limits=_LIMITS)
    found: dict[str, TensorNote | OtherTensor] = {}
    names = FreeNames()
    for name, note in _leaves(machine.run(), machine):
        found[names.take(name)] = note
        if len(found) > MAX_REGIONS:
            raise machine.damaged(f"it has more than {MAX_REGIONS} tensors")
    return found


@dataclass(frozen=True, slots=True)
class _Way:
    """How a part of the pickle is reached; shared by all below it, so that none is long."""

    before: _Way | None = None
    key: str = ""
    depth: int = 0

    def on(self, key: object) -> _Way:
        if key is None or (isinstance(key, str) and key in _INNER):
            return self
        return _Way(self, str(key)[:_LONGEST_NAME], self.depth + 1)

    def name(self) -> str:
        keys = []
        at: _Way | None = self
        while at is not None and at.before is not None:
            keys.append(at.key)
            at = at.before
        return ".".join(reversed(keys))[:_LONGEST_NAME] or LONE_TENSOR


def _leaves(root: Any, machine: Machine) -> Iterator[tuple[str, TensorNote | OtherTensor]]:
    waiting = [(_Way(), root)]
    gone_into: set[int] = set()
    while waiting:
        way, thing = waiting.pop()
        if isinstance(thing, TensorNote | OtherTensor):
            yield way.name(), thing
        elif id(thing) not in gone_into and isinstance(thing, dict | list | tuple | _Thing):
            gone_into.add(id(thing))
            if way.depth > _LIMITS.depth:
                raise machine.damaged(f"it is nested deeper than {_LIMITS.depth}")
            inside = list(_inside(thing))
            waiting += [(way.on(key), value) for key, value in reversed(inside)]


def _inside(thing: Any) -> Iterator[tuple[object, Any]]:
    if isinstance(thing, dict):
        # Of other keys, such as tuples, only the place is told: as text they may be long.
        for at, (key, value) in enumerate(thing.items()):
            yield (key if isinstance(key, str | int) else f"[{at}]"), value
    elif isinstance(thing, _Thing):
        yield from ((None, thing.items), (None, thing.state))
    else:
        yield from enumerate(thing)


class _World:
    """Builds notes of tensors; see `machine.World`."""

    def find(self, module: str, name: str) -> Any:
        return _Thing(f"{module}.{name}")

    def call(self, function: Any, arguments: Any) -> Any:
        if not isinstance(function, _Thing) or not isinstance(arguments, tuple):
            return _Thing("")
        if function.name in _VIEWS:
            return _view(arguments)
        if function.name in _AS_ITS_FIRST and arguments:
            return arguments[0]
        if function.name == "collections.OrderedDict":
            return _ordered(arguments)
        if function.name.endswith("_rebuild_from_type_v2") and len(arguments) >= _FROM_TYPE_PARTS:
            return self.call(arguments[0], arguments[2])
        return _other(function.name)

    def new(self, kind: Any, arguments: Any, keywords: Any) -> Any:  # noqa: ARG002 - of `World`
        return _Thing("")

    def build(self, made: Any, state: Any, machine: Machine) -> Any:  # noqa: ARG002 - of `World`
        if isinstance(made, _Thing):
            made.state = state
        return made

    def extend(self, target: Any, items: list[Any]) -> None:
        if isinstance(target, _Thing):
            start = len(target.items)
            target.items.update(enumerate(items, start))

    def put(self, target: Any, keys: list[Any], values: list[Any]) -> None:
        if isinstance(target, _Thing):
            target.items.update(zip(keys, values, strict=True))

    def persistent(self, wanted: Any) -> Any:
        sound = isinstance(wanted, tuple) and len(wanted) == _ID_PARTS and wanted[0] == "storage"
        if not sound or not isinstance(wanted[1], _Thing) or not isinstance(wanted[2], str):
            return _Thing("")
        name = wanted[1].name.rpartition(".")[2]
        return StorageNote(wanted[2], STORAGES.get(name) or _QUANTISED.get(name, ""))

    def buffer(self) -> Any:
        return _Thing("")

    def payload(self, view: memoryview, kind: type) -> Any:  # noqa: ARG002 - of `World`
        return _Thing("")

    def is_key(self, key: Any) -> bool:
        return isinstance(key, _Thing)


def _view(arguments: tuple[Any, ...]) -> Any:
    if len(arguments) < _VIEW_PARTS or not isinstance(arguments[0], StorageNote):
        return _Thing("")
    storage, offset, shape, strides = arguments[:_VIEW_PARTS]
    kind = storage.kind
    named = arguments[_TYPE_AT] if len(arguments) > _TYPE_AT else None
    if isinstance(named, _Thing) and named.name.startswith("torch."):
        kind = named.name.removeprefix("torch.")
    sound = (
        isinstance(shape, tuple)
        and isinstance(strides, tuple)
        and len(shape) == len(strides) <= _MOST_DIMENSIONS
        and all(type(each) is int and 0 <= each < 1 << 62 for each in (offset, *shape, *strides))
    )
    if not sound:
        return _Thing("")
    # What comes last tells of conjugates and negatives, which are worked out when they are read.
    if any(isinstance(each, dict) and any(each.values()) for each in arguments[_TYPE_AT:]):
        return OtherTensor("its numbers are kept as their conjugates or negatives")
    return TensorNote(storage=storage, kind=kind, offset=offset, shape=shape, strides=strides)


def _other(function: str) -> Any:
    if function.startswith(_OTHERS):
        return OtherTensor(f"it is built by {function[:_LONGEST_FUNCTION]}")
    return _Thing("")


def _ordered(arguments: tuple[Any, ...]) -> dict[Any, Any]:
    # Python 2 wrote the pairs as an argument.
    pairs = arguments[0] if arguments and isinstance(arguments[0], list) else []
    return {
        pair[0]: pair[1]
        for pair in pairs
        if isinstance(pair, list | tuple) and len(pair) == 2 and isinstance(pair[0], str | int)  # noqa: PLR2004 - a pair
    }
