"""Permutations are told from other changes, however small the blocks that tensors are read in."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from modelkeep.comparison.tensors import permutations as looked_at
from modelkeep.comparison.tensors.boxes import boxes_of
from modelkeep.comparison.tensors.holding import Sides
from modelkeep.comparison.tensors.permutations import order_of

SHAPES = st.lists(st.integers(1, 6), min_size=1, max_size=4).map(tuple)
KINDS = st.sampled_from(["float32", "float64", "float16", "int8", "uint16"])


@given(shape=st.lists(st.integers(0, 9), max_size=5).map(tuple), most=st.integers(1, 200))
def test_boxes_are_the_tensor_in_order(shape, most) -> None:
    array = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    end = 0
    for box in boxes_of(shape, most):
        part = array[box.slices]
        assert part.shape == box.shape
        assert box.start_in(shape) == end
        assert part.ravel().tolist() == list(range(end, end + box.elements))
        assert 0 < box.elements <= most
        end += box.elements
    assert end == (array.size if shape else 0)


@pytest.fixture(scope="module")
def order(array_source):
    """How one array became another, read in blocks of so many elements."""

    def tell(first, second, block: int, step: int) -> str:
        one, two = array_source({"w": first}), array_source({"w": second})
        sides = Sides(
            first=one,
            second=two,
            block_bytes=block * first.dtype.itemsize,
            most_memory_bytes=64 << 20,
        )
        (entry1,), (entry2,) = one.list_tensors(), two.list_tensors()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(looked_at, "_STEP", step)
            return order_of(sides, (entry1, entry2))

    return tell


def numbers(shape, kind, seed):
    values = np.random.default_rng(seed).normal(size=shape) * 50
    return (np.abs(values) if kind.startswith("u") else values).astype(kind)


BLOCKS = {"block": st.integers(1, 60), "step": st.integers(1, 60), "seed": st.integers(0, 99)}


@settings(max_examples=60, deadline=None)
@given(shape=SHAPES, kind=KINDS, data=st.data(), **BLOCKS)
def test_axes_in_another_order(order, shape, kind, data, block, step, seed) -> None:
    array = numbers(shape, kind, seed)
    moved = array.transpose(data.draw(st.permutations(range(len(shape)))))
    assume(moved.shape != array.shape)
    told = order(array, np.ascontiguousarray(moved), block, step)
    if len(shape) == 2:
        assert told == "transposed"
        return
    orders = [
        each
        for each in permutations(range(len(shape)))
        if told == f"its axes are in the order {each}"
    ]
    assert [np.array_equal(array.transpose(each), moved) for each in orders] == [True]


@settings(max_examples=60, deadline=None)
@given(shape=SHAPES, kind=KINDS, data=st.data(), **BLOCKS)
def test_slices_in_another_order(order, shape, kind, data, block, step, seed) -> None:
    array = numbers(shape, kind, seed)
    axis = data.draw(st.integers(0, len(shape) - 1))
    moved = np.take(array, data.draw(st.permutations(range(shape[axis]))), axis)
    assume(not np.array_equal(array, moved))
    assert order(array, moved, block, step)


@settings(max_examples=60, deadline=None)
@given(shape=SHAPES, kind=KINDS, data=st.data(), **BLOCKS)
def test_one_other_element_is_no_order(order, shape, kind, data, block, step, seed) -> None:
    array = numbers(shape, kind, seed)
    moved = array.transpose(data.draw(st.permutations(range(len(shape))))).copy()
    place = data.draw(st.integers(0, array.size - 1))
    moved.reshape(-1)[place : place + 1] += 1
    assume(sorted(array.ravel()) != sorted(moved.ravel()))
    assert not order(array, moved, block, step)


@settings(max_examples=60, deadline=None)
@given(shape=st.tuples(st.integers(3, 6), st.integers(3, 6)), data=st.data(), **BLOCKS)
def test_two_elements_that_changed_places_are_no_order(
    order, shape, data, block, step, seed
) -> None:
    array = np.random.default_rng(seed).normal(size=shape)
    moved = array.copy()
    row, column = data.draw(st.integers(0, shape[0] - 2)), data.draw(st.integers(0, shape[1] - 2))
    moved[row, column], moved[row + 1, column + 1] = array[row + 1, column + 1], array[row, column]
    assert not order(array, moved, block, step)


@pytest.mark.parametrize("step", [1, 2, 3, 4, 100])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_elements_that_changed_places_within_a_slice_are_no_order(order, step, axis) -> None:
    array = numbers((3, 4, 5), "float64", 9)
    moved = array.copy()
    place = tuple(slice(1, 2) if at == axis else slice(2, 3) for at in range(3))
    other = tuple(slice(1, 2) for _ in range(3))
    moved[place], moved[other] = array[other], array[place]
    assert not np.array_equal(array, moved)
    assert not order(array, moved, step, step)
