"""Bins of a reference: what lies where, merging, and a way through JSON."""

import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelkeep.errors import InvalidInputError, InvalidSettingError
from modelkeep.tracking.drift.bins import CategoryBins, NumberBins, bins_from_plain

numbers = st.lists(
    st.one_of(
        st.floats(),
        st.sampled_from([0.0, -0.0, 1.0, math.inf, -math.inf, math.nan, 1.7976931348623157e308]),
    ),
    min_size=1,
    max_size=200,
)
categories = st.lists(
    st.one_of(
        st.sampled_from(["a", "b", "", "other", 1, 2.5, None, math.nan]), st.text("abc\u00e9 ")
    ),
    min_size=1,
    max_size=200,
)


def directly(bins, values):
    """The definition, value by value."""
    counts = [0] * (len(bins.edges) + 2)
    for value in values:
        place = -1 if math.isnan(value) else sum(edge <= value for edge in bins.edges)
        counts[place] += 1
    return counts


@settings(deadline=None, max_examples=150)
@given(numbers, numbers, st.integers(2, 40))
def test_every_number_lies_in_the_bin_between_its_edges(reference, values, most):
    bins = NumberBins.from_values(reference * 3, most)
    assert bins.count(values).tolist() == directly(bins, values)
    assert bins.reference_counts.tolist() == directly(bins, reference * 3)
    assert len(bins.labels()) == len(bins.reference) <= 2 * most + 1
    assert len(set(bins.labels())) == len(bins.labels())
    assert all(math.isfinite(edge) for edge in bins.edges)


@settings(deadline=None, max_examples=50)
@given(numbers, st.integers(0, 200))
def test_counts_of_parts_add_up_to_those_of_the_whole(values, cut):
    bins = NumberBins.from_values(np.arange(1_000.0))
    parts = bins.count(values[:cut]) + bins.count(values[cut:])
    assert parts.tolist() == bins.count(values).tolist()


@settings(deadline=None, max_examples=50)
@given(numbers)
def test_bins_of_numbers_survive_json(values):
    bins = NumberBins.from_values(values * 5)
    again = bins_from_plain(json.loads(json.dumps(bins.to_plain(), allow_nan=False)))
    assert again == bins


@settings(deadline=None, max_examples=100)
@given(categories, st.integers(1, 10))
def test_bins_of_categories_survive_json_and_count_all_rows(values, most):
    bins = CategoryBins.from_values(values, most)
    again = bins_from_plain(json.loads(json.dumps(bins.to_plain(), allow_nan=False)))
    assert again == bins
    counts = bins.count(values)
    assert counts.sum() == len(values)
    assert counts[-1] == sum(value is None or str(value) == "nan" for value in values)
    for category, rows in zip(bins.categories, counts.tolist(), strict=False):
        assert rows == values.count(category)


def test_bins_of_a_continuous_feature_hold_equal_shares():
    bins = NumberBins.from_values(np.random.default_rng(1).normal(size=10_001))
    assert len(bins.edges) == 31
    assert set(bins.reference[:-1]) == {312, 313}
    assert bins.reference[-1] == 0


def test_a_frequent_value_has_a_bin_of_its_own():
    random = np.random.default_rng(2)
    values = np.where(random.random(2_000) < 0.5, 3.0, random.normal(3, 1, 2_000))
    bins = NumberBins.from_values(values)
    own = bins.labels().index("exactly 3")
    assert bins.reference[own] == np.count_nonzero(values == 3)
    assert bins.count([3.0, np.nextafter(3, 4), np.nextafter(3, 2)]).tolist()[own] == 1


def test_a_constant_feature_has_bins_for_what_it_never_was():
    bins = NumberBins.from_values([7.0] * 100)
    assert bins.labels() == ("below 7", "exactly 7", "above 7", "missing")
    assert bins.count([6.9, 7.0, 7.1, 8.0, None]).tolist() == [1, 1, 2, 1]


def test_infinite_values_that_are_frequent_are_apart_from_finite_ones():
    bins = NumberBins.from_values([-np.inf] * 60 + list(np.arange(50.0)) + [np.inf] * 60, bins=3)
    counts = bins.count([-np.inf, -1e300, 1e300, np.inf])
    assert counts[0] == 1
    assert counts[-2] == 1


def test_a_reference_of_missing_values_alone_tells_numbers_from_them():
    bins = NumberBins.from_values([np.nan] * 30)
    assert bins.labels() == ("any number", "missing")
    assert bins.count([1.0, np.nan, np.nan]).tolist() == [1, 2]


def test_few_reference_rows_make_few_bins():
    bins = NumberBins.from_values(np.random.default_rng(3).normal(size=100))
    assert len(bins.reference) == 5 + 1
    assert min(bins.reference[:-1]) == 20


def test_labels_tell_great_numbers_apart():
    bins = NumberBins.from_values(1.7e9 + np.arange(1_000))
    assert bins.labels()[:2] == ("below 1700000031", "1700000031 to below 1700000062")


def test_whole_numbers_and_single_precision_are_counted_like_floats():
    bins = NumberBins.from_values(np.repeat(np.arange(10), 100))
    values = np.array([0, 3, 9, 12])
    expected = bins.count(values.astype(np.float64)).tolist()
    assert bins.count(values).tolist() == expected
    assert bins.count(values.astype(np.float32)).tolist() == expected


def test_only_the_most_frequent_categories_have_a_bin():
    bins = CategoryBins.from_values(["a"] * 30 + ["b"] * 20 + ["c"] * 10 + [None] * 6, most=2)
    assert bins.labels() == ("'a'", "'b'", "other", "missing")
    # A third of the rows chose the categories, for there are more than two.
    assert sum(bins.reference) == 44
    assert bins.count(["a", "z", np.nan, "c"]).tolist() == [1, 0, 2, 1]


def test_frequent_categories_are_counted_on_all_rows():
    bins = CategoryBins.from_values(np.repeat(["a", "b"], [30, 20]))
    assert bins.reference == (30, 20, 0, 0)


def test_the_rows_that_choose_rare_categories_do_not_count_them():
    """Otherwise what is chosen looks more frequent, and the rest rarer, than it is."""
    random = np.random.default_rng(4)
    excess = []
    for _ in range(100):
        bins = CategoryBins.from_values(random.integers(0, 500, 1_500))
        excess.append(sum(bins.reference[:-2]) / sum(bins.reference) - len(bins.categories) / 500)
    assert abs(np.mean(excess)) < 4 * np.sqrt(0.126 * 0.874 / 1_000 / 100)


def test_categories_may_be_text_numbers_or_truth_values():
    bins = CategoryBins.from_values(np.array([1, 1, 2] * 5))
    assert bins.count(np.array([1.0, 2.0, 3.0])).tolist() == [1, 1, 1, 0]
    assert bins.count(np.array(["1"])).tolist() == [0, 0, 1, 0]
    assert CategoryBins.from_values([True, False] * 5).labels()[:2] == ("False", "True")


def test_missing_values_of_pandas_are_missing():
    bins = CategoryBins.from_values(["a"] * 10)
    assert bins.count(np.array([pd.NA, pd.NaT, "a"], object)).tolist() == [1, 0, 2]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([], "no reference values"),
        ([[1.0], [2.0]], r"shape \(2, 1\); it must be \(rows,\)"),
        (np.array(["1", "2"]), "not numbers; use CategoryBins"),
        (np.array(["1", 2.0], dtype=object), "values of type text"),
        (np.array([1j]), "complex128 are not numbers"),
        (np.array(["2020-01-01"], dtype="datetime64[D]"), "are not numbers"),
        (np.array([{}], dtype=object), "not all numbers"),
    ],
)
def test_what_is_no_number_is_refused(values, told):
    with pytest.raises(InvalidInputError, match=told):
        NumberBins.from_values(values)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([], "no reference values"),
        (np.zeros((2, 2)), r"shape \(2, 2\)"),
        ([("a", 1)] * 9, "shape"),
        ([b"a"] * 9, r"b'a' \(bytes\) cannot be a category"),
        ([math.inf], "finite float"),
    ],
)
def test_what_is_no_category_is_refused(values, told):
    with pytest.raises(InvalidInputError, match=told):
        CategoryBins.from_values(values)


def test_values_that_cannot_be_hashed_are_refused():
    bins = CategoryBins.from_values(["a"])
    with pytest.raises(InvalidInputError, match="cannot be hashed"):
        bins.count(np.array([{}, "a"], dtype=object))


@pytest.mark.parametrize("bins", [1, 1_001])
def test_the_number_of_bins_has_limits(bins):
    with pytest.raises(InvalidSettingError, match="setting bins"):
        NumberBins.from_values([1.0], bins)


@pytest.mark.parametrize("most", [0, 1_001])
def test_the_number_of_categories_has_limits(most):
    with pytest.raises(InvalidSettingError, match="setting most"):
        CategoryBins.from_values(["a"], most)


@pytest.mark.parametrize(
    ("plain", "told"),
    [
        ({}, "kind None"),
        ({"kind": "numbers"}, "no stored bins of numbers"),
        ({"kind": "numbers", "edges": [1.0], "reference": [1, 2]}, r"shape \(2,\)"),
        ({"kind": "numbers", "edges": [1.0], "reference": [1, 2, -1]}, "-1; a count is 0 or more"),
        ({"kind": "numbers", "edges": [1.0], "reference": [1, 2, 0.5]}, "whole numbers"),
        ({"kind": "numbers", "edges": [2.0, 1.0], "reference": [1, 2, 3, 4]}, "increase"),
        ({"kind": "numbers", "edges": [math.inf], "reference": [1, 2, 3]}, "finite"),
        ({"kind": "categories"}, "no stored bins of categories"),
        ({"kind": "categories", "categories": ["a", "a"], "reference": [1] * 4}, "differ"),
        ({"kind": "categories", "categories": [None], "reference": [1] * 3}, "cannot be a cat"),
    ],
)
def test_stored_bins_that_are_none_are_refused(plain, told):
    with pytest.raises(InvalidInputError, match=told):
        bins_from_plain(plain)
