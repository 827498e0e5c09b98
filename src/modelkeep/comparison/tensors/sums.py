"""The sums over two tensors from which their distance and angle follow, in one pass over both."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from modelkeep.comparison.tensors.byte_pairs import counted_pairs
from modelkeep.comparison.tensors.numbers import (
    Array,
    differ,
    is_looked_up,
    is_number,
    widened,
)

# What is calculated with at once stays in the cache of a core. The dot products are of rows below
# the length from which BLAS would start threads of its own, which would fight with ours.
_STEP = 1 << 16
_ROW = 1 << 13
# Counts of pairs of bytes are worth while for many times as many as there are pairs.
_PAIRS = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Sums over elements of two tensors, in float64.

    Elements that are NaN or infinite in one of the two count only as elements.

    Attributes:
        elements: How many there are.
        changed: How many have other bits; of tensors of two kinds, other values.
        squares1: Sum of the squares of the first; likewise squares2.
        product: Sum of the products.
        squares_change: Sum of the squares of second minus first.
        largest: Largest absolute difference.
        odd1: How many are NaN or infinite in the first; likewise odd2.
    """

    elements: int = 0
    changed: int = 0
    squares1: float = 0.0
    squares2: float = 0.0
    product: float = 0.0
    squares_change: float = 0.0
    largest: float = 0.0
    odd1: int = 0
    odd2: int = 0

    @property
    def relative_norm(self) -> float | None:
        """Norm of the change over norm of the first: 0 for no change, None if that is of zeros."""
        if not self.squares_change:
            return 0.0
        return _finite(math.sqrt(self.squares_change / self.squares1)) if self.squares1 else None

    @property
    def cosine(self) -> float | None:
        """Cosine between the two; None if one has no length."""
        lengths = math.sqrt(self.squares1) * math.sqrt(self.squares2)
        if not lengths or not math.isfinite(lengths):
            return None
        if not self.squares_change:
            return 1.0
        return max(-1.0, min(1.0, self.product / lengths))

    @property
    def changed_share(self) -> float:
        """Share of the elements that changed; 0 where there is none."""
        return self.changed / self.elements if self.elements else 0.0


def total(parts: Sequence[Sums]) -> Sums:
    """Return the sums over all parts; it does not depend on their order."""
    return Sums(
        elements=sum(part.elements for part in parts),
        changed=sum(part.changed for part in parts),
        squares1=_sum([part.squares1 for part in parts]),
        squares2=_sum([part.squares2 for part in parts]),
        product=_sum([part.product for part in parts]),
        squares_change=_sum([part.squares_change for part in parts]),
        largest=max((part.largest for part in parts), default=0.0),
        odd1=sum(part.odd1 for part in parts),
        odd2=sum(part.odd2 for part in parts),
    )


def sums_of_one(values: Array, kind: str) -> Sums:
    """Return the sums over a tensor and itself.

    Args:
        values: Flat, as `TensorSource.read` gives them.
        kind: Their kind.
    """
    if not is_number(kind):
        return Sums(elements=len(values))
    parts = [_same(widened(values[at : at + _STEP], kind)) for at in range(0, len(values), _STEP)]
    return total(parts)


def sums_of(values1: Array, values2: Array, kind1: str, kind2: str) -> Sums:
    """Return the sums over two tensors of the same length.

    Args:
        values1: Flat, as `TensorSource.read` gives them; likewise values2.
        values2: Held against values1.
        kind1: Kind of values1.
        kind2: Kind of values2.
    """
    if is_looked_up(kind1) and is_looked_up(kind2):
        steps = range(0, len(values1), _PAIRS)
        both = [(values1[at : at + _PAIRS], values2[at : at + _PAIRS]) for at in steps]
        return total([_of_bytes(*each, kind1, kind2) for each in both])
    numbers = is_number(kind1) and is_number(kind2)
    parts = []
    for at in range(0, len(values1), _STEP):
        part1, part2 = values1[at : at + _STEP], values2[at : at + _STEP]
        changed = int(np.count_nonzero(differ(part1, part2))) if kind1 == kind2 else -1
        if not numbers:
            parts.append(Sums(elements=len(part1), changed=max(0, changed)))
        elif not changed:
            parts.append(_same(widened(part1, kind1)))
        else:
            parts.append(_apart(widened(part1, kind1), widened(part2, kind2), changed))
    return total(parts)


def _same(values: Array) -> Sums:
    with np.errstate(over="ignore", invalid="ignore"):
        squares = _dot(values, values)
        odd = 0
        if not math.isfinite(squares):
            kept = values[np.isfinite(values)]
            odd = len(values) - len(kept)
            squares = _dot(kept, kept)
    return Sums(
        elements=len(values),
        squares1=squares,
        squares2=squares,
        product=squares,
        odd1=odd,
        odd2=odd,
    )


def _apart(values1: Array, values2: Array, changed: int) -> Sums:
    elements, odd1, odd2 = len(values1), 0, 0
    if values1.dtype != values2.dtype:
        values1, values2 = values1.astype(np.complex128), values2.astype(np.complex128)
    with np.errstate(over="ignore", invalid="ignore"):
        if changed < 0:
            unlike = (values1 != values2) & ~(np.isnan(values1) & np.isnan(values2))
            changed = int(np.count_nonzero(unlike))
        squares1, squares2 = _dot(values1, values1), _dot(values2, values2)
        if not math.isfinite(squares1) or not math.isfinite(squares2):
            finite1, finite2 = np.isfinite(values1), np.isfinite(values2)
            odd1 = elements - int(np.count_nonzero(finite1))
            odd2 = elements - int(np.count_nonzero(finite2))
            values1, values2 = values1[finite1 & finite2], values2[finite1 & finite2]
            squares1, squares2 = _dot(values1, values1), _dot(values2, values2)
        product = _dot(values1, values2)
        change = np.subtract(values2, values1, out=values2)
        squares_change = _dot(change, change)
        largest = float(np.abs(change, out=change.real).max()) if len(change) else 0.0
    return Sums(
        elements=elements,
        changed=changed,
        squares1=squares1,
        squares2=squares2,
        product=product,
        squares_change=squares_change,
        largest=largest,
        odd1=odd1,
        odd2=odd2,
    )


def _of_bytes(part1: Array, part2: Array, kind1: str, kind2: str) -> Sums:
    values1, values2, unlike, counts = counted_pairs(part1, part2, kind1, kind2)
    finite1, finite2 = np.isfinite(values1), np.isfinite(values2)
    if kind1 != kind2:
        unlike = (values1 != values2) & ~(np.isnan(values1) & np.isnan(values2))
    kept = finite1 & finite2
    one, two, times = values1[kept], values2[kept], counts[kept].astype(np.float64)
    change = two - one
    return Sums(
        elements=len(part1),
        changed=int(counts[unlike].sum()),
        squares1=float(np.dot(times, one * one)),
        squares2=float(np.dot(times, two * two)),
        product=float(np.dot(times, one * two)),
        squares_change=float(np.dot(times, change * change)),
        largest=float(np.abs(change).max(initial=0.0)),
        odd1=int(counts[~finite1].sum()),
        odd2=int(counts[~finite2].sum()),
    )


def _dot(values1: Array, values2: Array) -> float:
    """Return the sum of products; a complex number counts as two real ones."""
    flat1, flat2 = values1.view(np.float64), values2.view(np.float64)
    even = len(flat1) // _ROW * _ROW
    rest = float(np.dot(flat1[even:], flat2[even:]))
    if not even:
        return rest
    rows = np.vecdot(flat1[:even].reshape(-1, _ROW), flat2[:even].reshape(-1, _ROW))
    return float(rows.sum()) + rest


def _sum(values: list[float]) -> float:
    # fsum rounds once; it raises where what it adds is beyond float64, as the sum then is.
    return math.fsum(values) if math.isfinite(sum(map(abs, values))) else math.inf


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
