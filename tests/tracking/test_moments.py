"""Moments: agreement with numpy, merges, and what does not count."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelkeep.errors import InvalidInputError
from modelkeep.tracking.sketches.moments import Moments
from modelkeep.tracking.sketches.no_rows import NoRowsError

NUMBERS = st.floats(-1e6, 1e6)
BATCHES = st.lists(st.lists(NUMBERS, max_size=20), min_size=1, max_size=6)


def moments(*batches: object) -> Moments:
    made = Moments()
    for batch in batches:
        made.add(batch)
    return made


def merged(first: Moments, *others: Moments) -> Moments:
    made = Moments.from_bytes(first.to_bytes())
    for other in others:
        made.merge(other)
    return made


def check_alike(one: Moments, other: Moments) -> None:
    assert one.count == other.count
    if one.count:
        assert (one.minimum, one.maximum) == (other.minimum, other.maximum)
        assert one.mean == pytest.approx(other.mean, rel=1e-9, abs=1e-9)
        assert one.variance == pytest.approx(other.variance, rel=1e-9, abs=1e-6)


def test_they_are_those_of_numpy():
    values = np.random.default_rng(2).normal(3, 2, size=10_001)
    found = moments(values)
    assert found.mean == pytest.approx(values.mean(), rel=1e-12)
    assert found.variance == pytest.approx(values.var(), rel=1e-12)
    assert found.standard_deviation == pytest.approx(values.std(), rel=1e-12)
    assert found.sample_variance == pytest.approx(values.var(ddof=1), rel=1e-12)
    assert (found.minimum, found.maximum) == (values.min(), values.max())


@given(BATCHES)
def test_merging_is_adding_all(batches):
    every = np.concatenate([np.array(batch, dtype=float) for batch in batches])
    check_alike(merged(*map(moments, batches)), moments(every))
    check_alike(moments(*batches), moments(every))


@given(st.lists(NUMBERS), st.lists(NUMBERS), st.lists(NUMBERS))
def test_merging_is_associative_and_commutes_to_the_bit(values1, values2, values3):
    one, two, three = moments(values1), moments(values2), moments(values3)
    check_alike(merged(merged(one, two), three), merged(one, merged(two, three)))
    assert merged(one, two).to_bytes() == merged(two, one).to_bytes()


def test_a_small_spread_about_a_great_mean_keeps_its_digits():
    values = 1e9 + np.random.default_rng(4).normal(size=9_000)
    found = merged(*[moments(part) for part in np.array_split(values, 90)])
    assert found.variance == pytest.approx(values.var(), rel=1e-6)


def test_equal_numbers_have_no_variance_whatever_their_rounding():
    found = moments([0.1] * 7, [0.1] * 3, [0.1])
    assert found.mean == 0.1
    assert found.variance == 0


def test_nan_and_infinities_are_counted_apart():
    found = moments([1.0, math.nan, 3.0, math.inf, -math.inf], [math.nan])
    assert (found.count, found.nan_count, found.infinite_count) == (2, 2, 2)
    assert (found.mean, found.variance) == (2.0, 1.0)
    other = merged(moments([math.nan]), found)
    assert (other.nan_count, other.count) == (3, 2)


def test_the_greatest_floats_do_not_give_nan():
    greatest = np.finfo(np.float64).max
    found = moments([greatest, greatest / 2], [-greatest])
    assert math.isfinite(found.mean)
    assert found.variance == math.inf


def test_too_few_numbers_have_no_moments():
    empty = moments([math.nan])
    for name in ("mean", "variance", "standard_deviation", "minimum", "maximum"):
        with pytest.raises(NoRowsError, match="there are 0"):
            getattr(empty, name)
    with pytest.raises(NoRowsError, match="a sample variance needs at least 2 rows") as caught:
        _ = moments([1.0]).sample_variance
    assert (caught.value.found, caught.value.needed) == (1, 2)


def test_texts_are_refused():
    with pytest.raises(InvalidInputError, match="must be numbers"):
        Moments().add(["1"])
