"""How configurations differ, entry by entry."""

from __future__ import annotations

import copy
import doctest
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelkeep.comparison import metadata
from modelkeep.comparison.metadata import compare_mappings, is_same_value

SCALAR = st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.text('a."', max_size=2)
JSON_VALUE = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text('ab."', max_size=2), inner),
    max_leaves=6,
)
JSON_OBJECT = st.dictionaries(st.text('ab."', max_size=2), JSON_VALUE, max_size=3)
NOTHING: dict[str, Any] = {"added": {}, "removed": {}, "changed": {}}


def test_the_documented_examples_run() -> None:
    failed, attempted = doctest.testmod(metadata)
    assert failed == 0
    assert attempted > 0


def test_nested_entries_are_named_by_their_path() -> None:
    before = {"optimizer": {"name": "adam", "lr": 0.1, "betas": {"one": 0.9}}, "epochs": 3}
    after = {"optimizer": {"lr": 0.2, "betas": {"one": 0.8}, "decay": 0.0}, "seed": {"np": 1}}
    assert compare_mappings(before, after) == {
        "added": {"optimizer.decay": 0.0, "seed": {"np": 1}},
        "removed": {"epochs": 3, "optimizer.name": "adam"},
        "changed": {
            "optimizer.betas.one": {"version1": 0.9, "version2": 0.8},
            "optimizer.lr": {"version1": 0.1, "version2": 0.2},
        },
    }


def test_a_value_that_becomes_an_object_is_one_change() -> None:
    assert compare_mappings({"opt": "adam"}, {"opt": {"name": "adam"}}) == {
        **NOTHING,
        "changed": {"opt": {"version1": "adam", "version2": {"name": "adam"}}},
    }


def test_lists_are_one_value() -> None:
    assert compare_mappings({"layers": [1, 2]}, {"layers": [1, 3]})["changed"] == {
        "layers": {"version1": [1, 2], "version2": [1, 3]}
    }


def test_a_key_with_a_dot_is_not_taken_for_a_path() -> None:
    difference = compare_mappings({"a": {"b": 1}, "a.b": 1}, {"a": {"b": 2}, "a.b": 3})
    assert difference["changed"] == {
        '"a.b"': {"version1": 1, "version2": 3},
        "a.b": {"version1": 1, "version2": 2},
    }


@pytest.mark.parametrize(
    ("value1", "value2", "same"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        ([1], [True], False),
        (math.nan, math.nan, True),
        ([math.nan], [math.nan], True),
        ({"a": [math.nan]}, {"a": [math.nan]}, True),
        ({"a": 1}, {"b": 1}, False),
        ([1, 2], [1], False),
        (None, 0, False),
        ("1", 1, False),
    ],
)
def test_when_two_values_are_the_same(value1: Any, value2: Any, same: bool) -> None:
    assert is_same_value(value1, value2) is same
    assert is_same_value(value2, value1) is same


def test_the_difference_shares_nothing_with_what_was_compared() -> None:
    before = {"gone": [1], "kept": [1]}
    after = {"new": {"deep": [1]}, "kept": [2]}
    difference = compare_mappings(before, after)
    difference["removed"]["gone"].append(2)
    difference["added"]["new"]["deep"].append(2)
    difference["changed"]["kept"]["version1"].append(2)
    difference["changed"]["kept"]["version2"].append(3)
    assert before == {"gone": [1], "kept": [1]}
    assert after == {"new": {"deep": [1]}, "kept": [2]}


def test_differences_are_sorted_by_path() -> None:
    names = [f"key{number}" for number in range(9, -1, -1)]
    there, empty = dict.fromkeys(names, 1), dict[str, int]()
    assert list(compare_mappings(empty, there)["added"]) == sorted(names)
    assert list(compare_mappings(there, empty)["removed"]) == sorted(names)
    changed = compare_mappings(there, dict.fromkeys(names, 2))["changed"]
    assert list(changed) == sorted(names)


@given(JSON_OBJECT)
def test_an_object_does_not_differ_from_its_copy(value: dict[str, Any]) -> None:
    assert compare_mappings(value, copy.deepcopy(value)) == NOTHING


@given(JSON_OBJECT, JSON_OBJECT)
def test_a_difference_is_found_exactly_when_there_is_one(
    value1: dict[str, Any], value2: dict[str, Any]
) -> None:
    assert (compare_mappings(value1, value2) == NOTHING) is is_same_value(value1, value2)


@given(JSON_OBJECT, JSON_OBJECT)
def test_swapping_the_sides_swaps_the_difference(
    value1: dict[str, Any], value2: dict[str, Any]
) -> None:
    there, back = compare_mappings(value1, value2), compare_mappings(value2, value1)
    assert is_same_value(there["added"], back["removed"])
    assert is_same_value(there["removed"], back["added"])
    assert is_same_value(
        there["changed"],
        {
            path: {"version1": both["version2"], "version2": both["version1"]}
            for path, both in back["changed"].items()
        },
    )
