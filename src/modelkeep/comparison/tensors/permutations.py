"""Whether one tensor is another with its axes, rows or columns in another order.

Each element's bits are mixed, and each place along an axis has an odd weight; what is summed,
modulo 2^64, is the mixed bits times the weights of their places, a multilinear hash (Lemire and
Kaser, Strongly universal string hashing is fast, https://doi.org/10.1093/comjnl/bxt070). The sum
with the weights of the places that the elements would have after a permutation of axes tells that
permutation, and the sums over the slices along an axis, with the weights within the slice, tell a
reordering of slices. So a tensor is read once, in blocks, whatever its size.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np

from modelkeep.comparison.tensors.blocks import on_threads
from modelkeep.comparison.tensors.boxes import Box, boxes_of
from modelkeep.comparison.tensors.holding import Pair, Sides
from modelkeep.comparison.tensors.mixing import mix, mixed_bits
from modelkeep.comparison.tensors.numbers import Array, width_of
from modelkeep.comparison.tensors.source import TensorEntry, TensorSource

_MOST_AXES = 4
_MATRIX = 2
_STEP = 1 << 16
_SUM_BYTES = 8
_MODULUS = 1 << 64
# Of the memory that there is, one in so many bytes may go to the sums of slices of one tensor.
_SHARE = 8

Order = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marks:
    """Sums of a tensor, modulo 2^64.

    Attributes:
        orders: For each order of the axes, the sum with the weights of the places it leads to.
        slices: For each axis, the sums of its slices, with the weights within the slice.
        loose: The same without weights.
    """

    orders: dict[Order, int]
    slices: dict[int, Array]
    loose: dict[int, Array]


def order_of(sides: Sides, pair: Pair) -> str:
    """Return how the elements of a pair moved, in words; nothing if no permutation explains it.

    Args:
        sides: Where they are read.
        pair: Tensors of one kind of number, whose elements have at most 8 bytes.

    Raises:
        IntegrityError: Something is missing or damaged.
    """
    one, two = pair
    axes = len(one.shape)
    # A few flags that changed are no flags in another order.
    if axes != len(two.shape) or not 0 < axes <= _MOST_AXES or (axes == 1 and one.dtype == "bool"):
        return ""
    as_it_is = tuple(range(axes))
    orders = [
        order
        for order in permutations(range(axes))
        if tuple(one.shape[axis] for axis in order) == two.shape and order != as_it_is
    ]
    along = _axes_along(sides, pair)
    if axes > 1 and not orders and not along:
        return ""
    marks1, marks2 = on_threads(
        lambda task: _marks(*task, sides.block_bytes, along),
        [(sides.first, one, orders), (sides.second, two, [as_it_is])],
    )
    if axes == 1:
        same = marks1.slices[0][0] == marks2.slices[0][0]
        return "its elements are in another order" if same else ""
    for order, found in marks1.orders.items():
        if found == marks2.orders[as_it_is]:
            return "transposed" if axes == _MATRIX else f"its axes are in the order {order}"
    return _order_of_slices(marks1, marks2, along, axes)


def _axes_along(sides: Sides, pair: Pair) -> list[int]:
    """Return the axes along which slices are looked at, as far as there is memory for them."""
    shape = pair[0].shape
    if shape != pair[1].shape or len(shape) == 1:
        return []
    along = [axis for axis, length in enumerate(shape) if length > 1]
    size_bytes = 2 * _SUM_BYTES * sum(shape[axis] for axis in along)
    return along if size_bytes <= sides.most_memory_bytes // _SHARE else []


def _order_of_slices(marks1: _Marks, marks2: _Marks, along: list[int], axes: int) -> str:
    for axis in along:
        if _same_slices(marks1.slices[axis], marks2.slices[axis]):
            if axes == _MATRIX:
                return f"its {('rows', 'columns')[axis]} are in another order"
            return f"in another order along axis {axis}"
    if len(along) > 1 and all(_same_slices(marks1.loose[at], marks2.loose[at]) for at in along):
        which = "of its rows and columns" if axes == _MATRIX else "along several axes"
        return f"in another order {which}"
    return ""


def _same_slices(sums1: Array, sums2: Array) -> bool:
    return np.array_equal(np.sort(sums1), np.sort(sums2))


def _marks(
    source: TensorSource,
    entry: TensorEntry,
    orders: list[Order],
    block_bytes: int,
    along: list[int],
) -> _Marks:
    shape = entry.shape
    sums = dict.fromkeys(orders, 0)
    slices = {axis: np.zeros(shape[axis], np.uint64) for axis in along}
    loose = {axis: np.zeros(shape[axis], np.uint64) for axis in along}
    if len(shape) == 1:
        slices = {0: np.zeros(1, np.uint64)}
    for block in boxes_of(shape, max(1, block_bytes // max(1, width_of(entry.dtype)))):
        values = source.read(entry.file, entry.name, block.start_in(shape), block.elements)
        values = values.reshape(block.shape)
        for part in boxes_of(block.shape, _STEP):
            mixed = mixed_bits(values[part.slices])
            if len(shape) == 1:
                slices[0] += mixed.sum(dtype=np.uint64)
                continue
            box = part.moved_by(block.starts)
            for order, found in _sums_of_orders(mixed, box, orders).items():
                sums[order] = (sums[order] + found) % _MODULUS
            for axis in along:
                slices[axis][box.slices[axis]] += _slice_sums(mixed, box, axis)
                others = tuple(other for other in range(len(shape)) if other != axis)
                loose[axis][box.slices[axis]] += mixed.sum(axis=others, dtype=np.uint64)
    return _Marks(orders=sums, slices=slices, loose=loose)


def _sums_of_orders(mixed: Array, box: Box, orders: list[Order]) -> dict[Order, int]:
    """Return the sum for each order, contracted from the last axis on; orders share steps."""
    weights: dict[tuple[int, int], Array] = {}
    partial: dict[tuple[int, ...], Array] = {(): mixed}
    found = {}
    for order in orders:
        done: tuple[int, ...] = ()
        for axis in reversed(range(len(order))):
            # To which axis this one goes.
            to = order.index(axis)
            step = (*done, to)
            if step not in partial:
                if (axis, to) not in weights:
                    weights[axis, to] = _weights(to, box.starts[axis], box.shape[axis])
                partial[step] = partial[done] @ weights[axis, to]
            done = step
        found[order] = int(partial[done])
    return found


def _slice_sums(mixed: Array, box: Box, axis: int) -> Array:
    """Return the sum of each slice along an axis, with the weights of the places within."""
    before, after = np.ones(1, np.uint64), np.ones(1, np.uint64)
    for other in range(len(box.shape)):
        weights = _weights(other, box.starts[other], box.shape[other])
        if other < axis:
            before = np.outer(before, weights).ravel()
        elif other > axis:
            after = np.outer(after, weights).ravel()
    rows = mixed.reshape(-1, len(after))
    within = np.einsum("rb,b->r", rows, after) if len(after) > 1 else rows
    sums = np.einsum("ad,a->d", within.reshape(len(before), -1), before)
    return np.asarray(sums * after[0] if len(after) == 1 else sums)


def _weights(axis: int, start: int, count: int) -> Array:
    """Return the odd weights of places along an axis."""
    places = np.arange(start, start + count, dtype=np.uint64)
    places += np.uint64((axis + 1) << 60)
    return mix(places) | np.uint64(1)
