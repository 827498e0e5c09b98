"""Whether one tensor is another with its axes, rows or columns in another order.

Each element's bits are mixed with its place, and what is mixed is summed: the sum with the places
that it would have after a permutation of axes tells that permutation, and the sums over the slices
along an axis, with the places within the slice, tell a reordering of slices. So a tensor is read
once, in blocks, whatever its size.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from modelkeep.comparison.tensors.blocks import spans_of
from modelkeep.comparison.tensors.contents import mix
from modelkeep.comparison.tensors.holding import Pair, Sides
from modelkeep.comparison.tensors.numbers import Array, width_of, words
from modelkeep.comparison.tensors.source import TensorEntry, TensorSource

_MOST_AXES = 4
_MATRIX = 2
_STEP = 1 << 16
_SUM_BYTES = 8
# Of the memory that there is, one in so many bytes may go to the sums of slices of one tensor.
_SHARE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marks:
    """Sums of a tensor.

    Attributes:
        orders: For each order of the axes, the sum with the places that it leads to.
        slices: For each axis, the sorted sums of its slices.
        loose: The same without places within the slice.
    """

    orders: dict[tuple[int, ...], int]
    slices: dict[int, Array]
    loose: dict[int, Array]


def order_of(sides: Sides, pair: Pair) -> str:
    """Return how the elements of a pair moved, in words; nothing if no permutation explains it.

    Args:
        sides: Where they are read.
        pair: Tensors of one kind of number with the same elements in some order.

    Raises:
        IntegrityError: Something is missing or damaged.
    """
    one, two = pair
    axes = len(one.shape)
    if axes == len(two.shape) == 1:
        # A few flags that changed are no flags in another order.
        return "its elements are in another order" if one.dtype != "bool" else ""
    if axes != len(two.shape) or not 1 < axes <= _MOST_AXES:
        return ""
    orders = [
        order
        for order in permutations(range(axes))
        if tuple(one.shape[axis] for axis in order) == two.shape and order != tuple(range(axes))
    ]
    same_shape = one.shape == two.shape
    most = sides.most_memory_bytes // _SHARE
    along = [axis for axis in range(axes) if same_shape and one.shape[axis] > 1]
    if 2 * sum(one.shape[axis] for axis in along) * _SUM_BYTES > most:
        along = []
    if not orders and not along:
        return ""
    block_bytes = sides.block_bytes
    marks1 = _marks(sides.first, one, block_bytes, orders, along)
    marks2 = _marks(sides.second, two, block_bytes, [tuple(range(axes))], along)
    placed = marks2.orders[tuple(range(axes))]
    for order, found in marks1.orders.items():
        if found == placed:
            return "transposed" if axes == _MATRIX else f"its axes are in the order {order}"
    return _order_of_slices(marks1, marks2, along, axes)


def _order_of_slices(marks1: _Marks, marks2: _Marks, along: list[int], axes: int) -> str:
    for axis in along:
        if np.array_equal(marks1.slices[axis], marks2.slices[axis]):
            if axes == _MATRIX:
                return f"its {('rows', 'columns')[axis]} are in another order"
            return f"in another order along axis {axis}"
    loose = [axis for axis in along if np.array_equal(marks1.loose[axis], marks2.loose[axis])]
    if len(along) > 1 and loose == along:
        which = "of its rows and columns" if axes == _MATRIX else "along several axes"
        return f"in another order {which}"
    return ""


def _marks(
    source: TensorSource,
    entry: TensorEntry,
    block_bytes: int,
    orders: list[tuple[int, ...]],
    along: list[int],
) -> _Marks:
    steps = {order: _steps(entry.shape, order) for order in orders}
    sums = dict.fromkeys(orders, 0)
    slices = {axis: np.zeros(entry.shape[axis], np.uint64) for axis in along}
    loose = {axis: np.zeros(entry.shape[axis], np.uint64) for axis in along}
    for at, bits in _bits(source, entry, block_bytes):
        places = _coordinates(entry.shape, at, len(bits))
        mixed = mix(bits.copy())
        for order, step in steps.items():
            place = _place(places, step, None)
            sums[order] = (sums[order] + int(mix(place + mixed).sum(dtype=np.uint64))) % (1 << 64)
        for axis in along:
            within = _place(places, _steps(entry.shape, None), axis)
            np.add.at(slices[axis], places[axis], mix(within + mixed))
            np.add.at(loose[axis], places[axis], mixed)
    return _Marks(
        orders=sums,
        slices={axis: np.sort(each) for axis, each in slices.items()},
        loose={axis: np.sort(each) for axis, each in loose.items()},
    )


def _bits(
    source: TensorSource, entry: TensorEntry, block_bytes: int
) -> Iterator[tuple[int, Array]]:
    for start, count in spans_of(entry, width_of(entry.dtype), block_bytes):
        values = source.read(entry.file, entry.name, start, count)
        for at in range(0, count, _STEP):
            bits = words(values[at : at + _STEP])
            assert bits is not None, "only kinds that have a fingerprint come here"
            yield start + at, bits


def _coordinates(shape: tuple[int, ...], start: int, count: int) -> list[Array]:
    flat = np.arange(start, start + count)
    return [each.astype(np.int64) for each in np.unravel_index(flat, shape)]


def _steps(shape: tuple[int, ...], order: tuple[int, ...] | None) -> list[int]:
    """Return how far apart neighbours along each axis are, once the axes are in an order."""
    order = order or tuple(range(len(shape)))
    steps = [0] * len(shape)
    for at, axis in enumerate(order):
        steps[axis] = math.prod(shape[other] for other in order[at + 1 :])
    return steps


def _place(places: list[Array], steps: list[int], without: int | None) -> Array:
    kept = [axis for axis in range(len(places)) if axis != without]
    found = places[kept[0]] * steps[kept[0]]
    for axis in kept[1:]:
        found += places[axis] * steps[axis]
    return mix(found.astype(np.uint64))
