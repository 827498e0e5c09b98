"""What the pickle in a torch archive says of the storages beside it, found without unpickling.

The stream of opcodes is read, nothing is built. A storage is a persistent id, the tuple
`('storage', torch.FloatStorage, key, device, count)`. Types that have no class of this kind, such
as the 8-bit floats, are an `UntypedStorage`, and the arguments beside it name a `torch.dtype`.
The name of a tensor is made of the keys of the dicts around it: for each open mark of the stream
the last string or number at its level, which for a state dict are the parameter's own name, and
for a module the names of the modules down to it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from modelkeep.storage.chunking.bounded_file import MalformedFileError

_MOST_OPCODES = 5_000_000
_DEEPEST = 500
_LONGEST_KEY = 128
_PERSISTENT_ID_PARTS = 5
_GLOBAL_PARTS = 2
# Where a module keeps its parts: words that are not in the names of its state dict.
_INNER = frozenset({"_parameters", "_buffers", "_modules"})
_CLASSES = {
    "DoubleStorage": "F64",
    "FloatStorage": "F32",
    "HalfStorage": "F16",
    "BFloat16Storage": "BF16",
    "Float8_e4m3fnStorage": "F8_E4M3",
    "Float8_e5m2Storage": "F8_E5M2",
    "LongStorage": "I64",
    "IntStorage": "I32",
    "QInt32Storage": "I32",
    "ShortStorage": "I16",
    "CharStorage": "I8",
    "QInt8Storage": "I8",
    "ByteStorage": "U8",
    "QUInt8Storage": "U8",
    "BoolStorage": "BOOL",
}
_DTYPES = {
    "float64": "F64",
    "float32": "F32",
    "float16": "F16",
    "bfloat16": "BF16",
    "float8_e4m3fn": "F8_E4M3",
    "float8_e5m2": "F8_E5M2",
    "int64": "I64",
    "int32": "I32",
    "int16": "I16",
    "int8": "I8",
    "uint64": "U64",
    "uint32": "U32",
    "uint16": "U16",
    "uint8": "U8",
    "bool": "BOOL",
}
_OPEN = "MARK"
# fmt: off
_CLOSE = frozenset({
    "TUPLE", "LIST", "DICT", "FROZENSET", "SETITEMS", "APPENDS", "ADDITEMS", "OBJ", "INST",
    "POP_MARK",
})
_SCALARS = frozenset({
    "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "UNICODE",
    "BINSTRING", "SHORT_BINSTRING", "STRING",
    "BININT", "BININT1", "BININT2", "INT", "LONG", "LONG1", "LONG4",
})
# fmt: on
_PUT = frozenset({"BINPUT", "LONG_BINPUT", "PUT"})
_GET = frozenset({"BINGET", "LONG_BINGET", "GET"})


class _Global(NamedTuple):
    module: str
    name: str


_Value = str | int | _Global | None


@dataclass(slots=True)
class Storage:
    """A storage of the archive.

    Attributes:
        element: Kind of its numbers; empty where it is not known.
        name: The first tensor in it.
    """

    element: str
    name: str


@dataclass(slots=True)
class _Level:
    # What was pushed since the mark; more than a persistent id has parts is never looked at.
    values: deque[_Value] = field(default_factory=lambda: deque(maxlen=8))
    untyped: Storage | None = None

    def key(self) -> str:
        for value in reversed(self.values):
            if isinstance(value, str | int):
                return str(value)[:_LONGEST_KEY]
        return ""


def storages_of(stream: bytes) -> dict[str, Storage]:
    """Return the storages that a pickle speaks of, by their key.

    Raises:
        ValueError: It is not a sound pickle, or a larger one than any model needs.
    """
    reader = _Reader()
    for opcode, argument in _opcodes(stream):
        reader.take(opcode, argument)
    return reader.storages


def _opcodes(stream: bytes) -> Iterator[tuple[str, object]]:
    from pickletools import genops

    for count, (opcode, argument, _) in enumerate(genops(stream)):
        if count > _MOST_OPCODES:
            raise MalformedFileError("a pickle of too many steps")
        yield opcode.name, argument


class _Reader:
    """Follows a pickle as far as strings, numbers, names of classes and marks go."""

    def __init__(self) -> None:
        self.storages: dict[str, Storage] = {}
        self._names: set[str] = set()
        self._memo: dict[int, _Value] = {}
        self._levels = [_Level()]
        self._closed = _Level()
        self._top: _Value = None

    def take(self, opcode: str, argument: object) -> None:
        """Go one step."""
        if opcode in _PUT:
            self._memo[_integer(argument)] = self._top
        elif opcode == "MEMOIZE":
            self._memo[len(self._memo)] = self._top
        elif opcode in _GET:
            self._push(self._memo.get(_integer(argument)))
        elif opcode in _SCALARS:
            self._push(argument if isinstance(argument, str | int) else None)
        elif opcode == "GLOBAL":
            self._push(_Global(*str(argument).split(" ", 1)))
        elif opcode == "STACK_GLOBAL":
            self._push(self._stack_global())
        else:
            self._top = None
            self._move(opcode)

    def _move(self, opcode: str) -> None:
        if opcode == _OPEN:
            if len(self._levels) > _DEEPEST:
                raise MalformedFileError("a pickle nested too deep")
            self._levels.append(_Level())
        elif opcode in _CLOSE:
            if len(self._levels) == 1:
                raise MalformedFileError("a pickle with a mark that is not there")
            self._closed = self._levels.pop()
        elif opcode == "BINPERSID":
            self._find_storage(list(self._closed.values))

    def _push(self, value: _Value) -> None:
        level = self._levels[-1]
        self._top = value
        if value is not None:
            level.values.append(value)
        if level.untyped and isinstance(value, _Global) and value.module == "torch":
            level.untyped.element = _DTYPES.get(value.name, "")
            level.untyped = None

    def _stack_global(self) -> _Global:
        values = self._levels[-1].values
        if len(values) < _GLOBAL_PARTS:
            raise MalformedFileError("a pickle with a class that has no name")
        name, module = values.pop(), values.pop()
        return _Global(str(module), str(name))

    def _find_storage(self, parts: list[_Value]) -> None:
        if len(parts) != _PERSISTENT_ID_PARTS or parts[0] != "storage":
            return
        kind, key = parts[1], parts[2]
        if not isinstance(kind, _Global) or not isinstance(key, str) or key in self.storages:
            return
        storage = Storage(_CLASSES.get(kind.name, ""), self._name(key))
        self.storages[key] = storage
        # A bare storage in a dict has its key before it; the first of many arguments has nothing.
        if kind.name == "UntypedStorage" and not self._levels[-1].values:
            self._levels[-1].untyped = storage

    def _name(self, key: str) -> str:
        keys = (level.key() for level in self._levels)
        name = ".".join(part for part in keys if part and part not in _INNER)
        if not name or name in self._names:
            name = f"{name}#{key[:_LONGEST_KEY]}"
        self._names.add(name)
        return name


def _integer(argument: object) -> int:
    if not isinstance(argument, int):
        raise MalformedFileError("a pickle with a memo that is not numbered")
    return argument
