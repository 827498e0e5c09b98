"""A world in which nothing is built: it writes down what a pickle would do."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from modelkeep.storage.trust.machine import Machine

_MOST_ARRAYS = 10_000
_MOST_NESTED = 100_000
_SIZE_AT = 5
_ARRAY_STATE_PARTS = 5
WRAPPER = "joblib.numpy_pickle.NumpyArrayWrapper"
_VIA_CLASS = frozenset({"copyreg._reconstructor", "copyreg.__newobj__", "copyreg.__newobj_ex__"})


class Ghost:
    """Stands for an object that was not built."""

    __slots__ = ("arguments", "maker", "state")

    def __init__(self, maker: str, arguments: Any = ()) -> None:
        self.maker = maker
        self.arguments = arguments
        self.state: Any = None


class Seen(Ghost):
    """Stands for a name."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """The name, dotted."""
        return self.maker


class SeeingWorld:
    """Notes names, how each is used, and the arrays that are in sight.

    Attributes:
        uses: For each dotted name whether it is a value, built or called.
        pairs: The names as the file has them, module and name.
        arrays: Shapes and types of element.
    """

    def __init__(self) -> None:
        self.uses: dict[str, set[str]] = {}
        self.pairs: dict[str, tuple[str, str]] = {}
        self.arrays: list[tuple[tuple[int, ...], str]] = []
        self._nested = 0

    def find(self, module: str, name: str) -> Any:
        """Note a name."""
        from modelkeep.storage.trust.allow_list import canonical

        pair = canonical(module, name)
        dotted = ".".join(pair)
        self.pairs[dotted] = pair
        self.uses.setdefault(dotted, set())
        return Seen(dotted)

    def call(self, function: Any, arguments: Any) -> Any:
        """Note a call."""
        if not isinstance(function, Seen):
            return Ghost("", arguments)
        self.uses[function.maker].add("called")
        first = arguments[0] if isinstance(arguments, tuple) and arguments else None
        if function.maker in _VIA_CLASS and isinstance(first, Seen):
            return self.new(first, arguments[1:], {})
        made = Ghost(function.maker, arguments)
        if function.maker.endswith("numeric._frombuffer"):
            self._see_array(arguments, 2, 1)
        return made

    def new(self, kind: Any, arguments: Any, keywords: Any) -> Any:  # noqa: ARG002
        """Note that an object is made."""
        if not isinstance(kind, Seen):
            return Ghost("", arguments)
        self.uses[kind.maker].add("built")
        return Ghost(kind.maker, arguments)

    def build(self, made: Any, state: Any, machine: Machine) -> Any:
        """Note a state; after the description of an array of joblib, go past its bytes."""
        if isinstance(made, Ghost):
            if made.maker == WRAPPER and isinstance(state, dict):
                self._skip(state, machine)
            if made.maker.endswith("multiarray._reconstruct"):
                self._see_array(state, 1, 2)
            made.state = state
        return made

    def _skip(self, parts: dict[str, Any], machine: Machine) -> None:
        shape, dtype = parts.get("shape"), parts.get("dtype")
        element = element_of(dtype)
        if not isinstance(shape, tuple) or not all(type(size) is int for size in shape):
            raise machine.damaged("an array of no shape")
        self._see_array((None, shape, dtype), 1, 2)
        if element.lstrip("<>=|").startswith("O"):
            self._go_into(machine)
            return
        if parts.get("numpy_array_alignment_bytes") is not None:
            machine.take(machine.take(1)[0])
        machine.at += machine.left(math.prod(shape) * _size_of(dtype))

    def _go_into(self, machine: Machine) -> None:
        self._nested += 1
        if self._nested > _MOST_NESTED:
            raise machine.damaged("too many pickles in one")
        inner = type(machine)(
            machine.view, self, source=machine.source, limits=machine.limits, at=machine.at
        )
        inner.run()
        machine.at = inner.at

    def extend(self, target: Any, items: list[Any]) -> None:
        """Let it be."""

    def put(self, target: Any, keys: list[Any], values: list[Any]) -> None:
        """Let it be."""

    def persistent(self, wanted: Any) -> Any:  # noqa: ARG002
        """Stand in."""
        return Ghost("a persistent id")

    def buffer(self) -> Any:
        """Stand in."""
        return Ghost("a buffer")

    def payload(self, view: memoryview, kind: type) -> Any:  # noqa: ARG002
        """Leave the bytes where they are."""
        return Ghost("bytes", len(view))

    def is_key(self, key: Any) -> bool:
        """Ghosts hash by what they are."""
        return isinstance(key, Ghost)

    def names(self) -> dict[str, set[str]]:
        """Return the uses; what was neither called nor built was a value."""
        return {name: uses or {"value"} for name, uses in self.uses.items()}

    def _see_array(self, parts: Any, shape_at: int, type_at: int) -> None:
        if not isinstance(parts, tuple) or len(parts) < max(shape_at, type_at) + 1:
            return
        shape = parts[shape_at]
        if isinstance(shape, tuple) and len(self.arrays) < _MOST_ARRAYS:
            sizes = tuple(size for size in shape if isinstance(size, int))
            self.arrays.append((sizes, element_of(parts[type_at])))


def element_of(dtype: Any) -> str:
    """Return how numpy would write a type of element, as far as it is in sight."""
    if not isinstance(dtype, Ghost) or not isinstance(dtype.arguments, tuple):
        return ""
    code = dtype.arguments[0] if dtype.arguments else ""
    order = dtype.state[1] if isinstance(dtype.state, tuple) and len(dtype.state) > 1 else ""
    return f"{order}{code}" if isinstance(code, str) and isinstance(order, str) else ""


def _size_of(dtype: Any) -> int:
    """Return the bytes of an element."""
    state = dtype.state if isinstance(dtype, Ghost) else None
    if isinstance(state, tuple) and len(state) > _SIZE_AT and type(state[_SIZE_AT]) is int:
        declared = int(state[_SIZE_AT])
        if declared >= 0:
            return declared
    digits = element_of(dtype).lstrip("<>=|")[1:]
    return int(digits) if digits.isdigit() else 1
