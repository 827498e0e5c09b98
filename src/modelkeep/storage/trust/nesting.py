"""How deep the parts of a pickle are in each other, and whether one is where it may not be.

Depth must be known while the parts are put together: what takes an object of a hundred thousand
levels apart, prints or compares it may not come back. Objects are measured when they are put into
others; what grows after it was put somewhere counts extra, as those that hold it were measured.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from modelkeep.errors import IntegrityError, UntrustedModelError
from modelkeep.storage.trust.limits import Limits
from modelkeep.storage.trust.references import UNFIT

SCALARS: Final = frozenset({int, str, float, bool, type(None), bytes, complex})
_CONTAINERS: Final = frozenset({list, tuple, dict, set, frozenset})
# What never grows once it is there: of numpy only what holds no objects, or got them all at once.
_FIXED: Final = frozenset({tuple, frozenset, bytearray, memoryview, type})
_FIXED_HOMES: Final = frozenset({"numpy", "numpy.dtypes"})


class Nesting:
    """Measures objects as they are put into each other."""

    def __init__(self, source: str, limits: Limits) -> None:
        self._source = source
        self._limits = limits
        # By id; what is measured is kept, so that no id is used again.
        self._heights: dict[int, int] = {}
        self._weights: dict[int, int] = {}
        self._placed: set[int] = set()
        self._fixed: set[type] = set(_FIXED)
        self._loose: set[int] = set()
        self._kept: list[Any] = []
        self._late = 0

    def contain(self, parent: Any, children: Iterable[Any], *, used: bool = False) -> None:
        """Note that one object holds others: no nesting without end, no functions as values.

        Arguments are used up by a call, so they may be functions.
        """
        heights, weights, loose, placed = self._heights, self._weights, self._loose, self._placed
        parts = [child for child in children if type(child) not in SCALARS]
        # Tuples of plain values are the bulk of many a file; that they are so is seen at once.
        fixed = self._fixed
        if fixed.issuperset(map(type, parts)) and heights.keys().isdisjoint(map(id, parts)):
            number = id(parent)
            if number not in heights:
                heights[number] = weights[number] = 1
                self._kept.append(parent)
            else:
                self._measure(parent, 1, 1)
            return
        is_tuple = type(parent) is tuple
        tallest, weight = 0, 1
        for child in parts:
            kind = type(child)
            number = id(child)
            height = heights.get(number, 0)
            if height:
                tallest = max(tallest, height)
                weight += weights[number] if kind in _CONTAINERS else 1
            if kind not in fixed and number not in placed:
                if kind.__module__ in _FIXED_HOMES:
                    fixed.add(kind)
                else:
                    placed.add(number)
                    self._kept.append(child)
            if not used and (kind in UNFIT or number in loose):
                if not is_tuple:
                    self.no_loose((child,))
                loose.add(id(parent))
        self._measure(parent, tallest + 1, weight)

    def no_loose(self, values: Iterable[Any]) -> None:
        """Refuse what may only be called or built where a value is wanted."""
        for value in values:
            if type(value) in UNFIT:
                names = [value.name]
            elif id(value) in self._loose:
                names = [part.name for part in value if type(part) in UNFIT]
            else:
                continue
            raise UntrustedModelError(
                self._source, asked_for=names, reason="it may not be used as a value"
            )

    def finish(self, found: Any) -> None:
        """Measure all again where something grew after it was put somewhere."""
        if not self._late:
            return
        weights: dict[int, int] = {}
        waiting: list[tuple[Any, bool]] = [(found, False)]
        while waiting:
            thing, is_open = waiting.pop()
            number = id(thing)
            if is_open:
                weight = 1 + sum(weights.get(id(part), 1) for part in _parts(thing))
                weights[number] = weight
                self._refuse_weight(weight)
            elif number not in weights:
                # In the middle of a cycle it counts once.
                weights[number] = 1
                waiting.append((thing, True))
                waiting += [(part, False) for part in _parts(thing) if id(part) not in weights]

    def _measure(self, parent: Any, height: int, weight: int) -> None:
        number = id(parent)
        before = self._heights.get(number, 0)
        if not before:
            self._kept.append(parent)
        if height > before:
            if number in self._placed:
                self._late += height - before
            self._heights[number] = height
        self._weights[number] = weight = weight + self._weights.get(number, 0)
        self._refuse_weight(weight)
        if height > self._limits.depth or self._late > self._limits.late_depth:
            raise IntegrityError(
                self._source, detail=f"it is nested deeper than {self._limits.depth}"
            )

    def _refuse_weight(self, weight: int) -> None:
        if weight > self._limits.unfolded:
            raise IntegrityError(
                self._source, detail="it repeats its parts in each other without end"
            )


def _parts(thing: Any) -> list[Any]:
    kind = type(thing)
    if kind is dict:
        return [part for part in (*thing.keys(), *thing.values()) if type(part) in _CONTAINERS]
    if kind in _CONTAINERS:
        return [part for part in thing if type(part) in _CONTAINERS]
    if hasattr(thing, "__dict__"):
        return [part for part in vars(thing).values() if type(part) in _CONTAINERS]
    return []
