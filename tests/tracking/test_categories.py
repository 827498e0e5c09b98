"""Categories: exact counts of few values, bounded errors of many, and what a category is."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelkeep.errors import InvalidInputError, InvalidSettingError
from modelkeep.tracking.sketches.categories import Categories
from modelkeep.tracking.sketches.varints import unpack_counts

VALUES = st.one_of(st.text(max_size=3), st.integers(-3, 3), st.booleans(), st.none())
BATCHES = st.lists(st.lists(VALUES, max_size=20), min_size=1, max_size=6)


def categories(*batches: object, most: int = 64) -> Categories:
    made = Categories(most)
    for batch in batches:
        made.add(batch)
    return made


@given(BATCHES, st.randoms(use_true_random=False))
def test_few_values_are_exact_in_any_order_of_merges(batches, random):
    parts = [categories(batch) for batch in batches]
    random.shuffle(parts)
    merged = parts.pop()
    for part in parts:
        merged.merge(part)
    every = [value for batch in batches for value in batch]
    assert merged.to_bytes() == categories(every).to_bytes()
    assert merged.to_bytes() == categories(*batches).to_bytes()
    assert merged.counts() == dict(Counter(value for value in every if value is not None))
    assert (merged.total, merged.missing) == (len(every) - every.count(None), every.count(None))
    assert merged.other == 0


@given(st.lists(st.lists(st.integers(0, 60), max_size=40), min_size=2, max_size=8))
def test_many_values_keep_the_bound_of_the_error_and_merge_alike_in_both_directions(batches):
    found = categories(batches[0], most=2)
    for batch in batches[1:]:
        part = categories(batch, most=2)
        backwards = Categories.from_bytes(part.to_bytes())
        backwards.merge(found)
        found.merge(part)
        assert found.to_bytes() == backwards.to_bytes()
    truth = Counter(value for batch in batches for value in batch)
    assert found.total == truth.total()
    kept = int(unpack_counts(found.to_state().counts, 8).sum())
    assert found.greatest_error * 9 <= found.total - kept
    shown = found.counts()
    assert found.other == found.total - sum(shown.values())
    for value, count in shown.items():
        assert truth[value] - found.greatest_error <= count <= truth[value]


def test_a_late_heavy_hitter_is_found_behind_a_full_table():
    made = Categories(most=4)
    for start in range(50):
        made.add(np.arange(100) + 100 * start)
    for start in range(50, 100):
        made.add(np.append(np.arange(50) + 100 * start, np.full(50, -1)))
    assert next(iter(made.counts())) == -1
    assert made.counts()[-1] >= 2500 - made.greatest_error


def test_the_most_frequent_come_first_and_ties_are_sorted():
    found = categories(["b", "a", "a", 2, 1, "c"], most=4)
    assert list(found.counts().items()) == [("a", 2), (1, 1), (2, 1), ("b", 1)]
    assert found.other == 1


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([3, 3, -1]), {3: 2, -1: 1}),
        (np.array([2**40, 0, 2**40]), {2**40: 2, 0: 1}),
        (np.array([2**64 - 1, 2**64 - 2], dtype=np.uint64), {2**64 - 2: 1, 2**64 - 1: 1}),
        (np.array([-(2**63), 2**63 - 1]), {-(2**63): 1, 2**63 - 1: 1}),
        (np.array([-128, 127, 127], dtype=np.int8), {127: 2, -128: 1}),
        (np.array([1.0, np.nan, 0.0, 1.0]), {1: 2, 0: 1}),
        (np.array(["a", "bb", "a"]), {"a": 2, "bb": 1}),
        (np.array(["a", None, 1.0, np.nan], dtype=object), {1: 1, "a": 1}),
        (("x", np.str_("x"), np.int32(4)), {"x": 2, 4: 1}),
        ([], {}),
    ],
)
def test_arrays_and_lists_count_alike(values, expected):
    found = categories(values)
    assert list(found.counts().items()) == list(expected.items())
    assert found == categories(list(values))


def test_truths_are_integers_once_they_were_seen_as_such():
    truths = categories(np.array([True, False, True]))
    assert [*map(type, truths.counts())] == [bool, bool]
    for batches in ([[True, False, 1]], [[1], [True, False]], [[True, False], [1.0]]):
        found = categories(*batches).counts()
        assert found == {1: 2, 0: 1}
        assert [*map(type, found)] == [int, bool]


def test_long_texts_are_shortened_but_stay_apart():
    found = categories(["x" * 5000 + "1", "x" * 5000 + "2"] * 2)
    assert [len(value) for value in found.counts()] == [120, 120]
    assert [*found.counts().values()] == [2, 2]
    assert len(found.to_bytes()) < 400


def test_a_lone_surrogate_can_be_kept():
    found = categories(["\ud800"])
    assert Categories.from_bytes(found.to_bytes()).counts() == {r"\ud800": 1}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([1.5], r"1\.5 \(float\) is no category"),
        (np.array([1.0, 2.5]), r"2\.5.* is no category"),
        (np.array([np.inf]), "inf.* is no category"),
        ([2**70], "integer of 64 bits"),
        ([[1]], "unhashable"),
        ([(1,)], "tuple"),
        ("abc", "one text"),
    ],
)
def test_what_is_no_category_is_refused(values, said):
    with pytest.raises(InvalidInputError, match=said):
        Categories().add(values)


@pytest.mark.parametrize("most", [0, -1, 5000, True, 2.0])
def test_a_bound_out_of_range_is_refused(most):
    with pytest.raises(InvalidSettingError, match="a whole number from 1 to 4096"):
        Categories(most)


def test_other_bounds_do_not_merge():
    with pytest.raises(InvalidInputError, match="most 64 and 3"):
        Categories().merge(Categories(3))
