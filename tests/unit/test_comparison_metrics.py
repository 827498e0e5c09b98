"""How single metrics change, and how the changes are counted."""

from __future__ import annotations

import doctest
import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from modelkeep.comparison import metrics
from modelkeep.comparison.metrics import (
    calculate_improvements,
    compare_metrics,
    compare_values,
    gain_of,
    has_broken,
    relative_change,
)
from modelkeep.comparison.result import Direction

FINITE = st.floats(allow_nan=False, allow_infinity=False)
ANY = st.floats() | st.none()
DIRECTION: st.SearchStrategy[Direction | None] = st.sampled_from(["higher", "lower", None])
NOT_FINITE = [math.nan, math.inf, -math.inf]


def test_the_documented_examples_run() -> None:
    failed, attempted = doctest.testmod(metrics)
    assert failed == 0
    assert attempted > 0


@pytest.mark.parametrize(
    ("value1", "value2", "direction", "verdict"),
    [
        (0.8, 0.9, "higher", "better"),
        (0.9, 0.8, "higher", "worse"),
        (0.8, 0.9, "lower", "worse"),
        (0.9, 0.8, "lower", "better"),
        (0.8, 0.9, None, "unknown_direction"),
        (0.8, 0.8, None, "equal"),
        (-5.0, -3.0, "higher", "better"),
        (-1.0, 1.0, "higher", "better"),
        (1.0, -1.0, "lower", "better"),
        (0.0, 0.0, "higher", "equal"),
        (0.0, -0.0, "higher", "equal"),
        (0.0, 1e-12, "lower", "worse"),
        (0.0, 5e-324, "higher", "equal"),
        (5e-324, 1e-310, "lower", "equal"),
        (1e-300, 2e-300, "higher", "better"),
        (-1.7e308, 1.7e308, "higher", "better"),
    ],
)
def test_verdict_of_two_finite_values(
    value1: float, value2: float, direction: Direction | None, verdict: str
) -> None:
    change = compare_values(value1, value2, direction, 0.001)
    assert change["verdict"] == verdict
    assert change["improved"] is {"better": True, "worse": False}.get(verdict)


@pytest.mark.parametrize(
    ("value1", "value2"), [(0.999, 1.0), (1.0, 0.999), (999.0, 1000.0), (-0.999, -1.0)]
)
def test_a_change_of_just_the_tolerance_is_equal(value1: float, value2: float) -> None:
    assert compare_values(value1, value2, "higher", 0.001)["verdict"] == "equal"


@pytest.mark.parametrize(("value1", "value2"), [(0.9989, 1.0), (998.0, 1000.0)])
def test_a_change_beyond_the_tolerance_is_not_equal(value1: float, value2: float) -> None:
    assert compare_values(value1, value2, "higher", 0.001)["verdict"] == "better"


def test_without_tolerance_the_least_change_counts() -> None:
    after = math.nextafter(0.5, 1.0)
    assert compare_values(0.5, after, "higher", 0.0)["verdict"] == "better"
    assert compare_values(0.5, 0.5, "higher", 0.0)["verdict"] == "equal"


def test_differences_of_finite_values() -> None:
    change = compare_values(0.8, 0.6, "higher", 0.001)
    assert change["version1_value"] == 0.8
    assert change["version2_value"] == 0.6
    assert change["difference"] == pytest.approx(-0.2)
    assert change["percent_change"] == pytest.approx(-25.0)
    assert change["relative_change"] == pytest.approx(-0.25)
    assert change["direction"] == "higher"


def test_percent_change_is_relative_to_the_size_of_version1() -> None:
    assert compare_values(-2.0, -1.0, "higher", 0.001)["percent_change"] == pytest.approx(50.0)


@pytest.mark.parametrize("baseline", [0.0, -0.0, 5e-324])
def test_percent_change_of_zero_is_not_defined(baseline: float) -> None:
    change = compare_values(baseline, 0.5, "higher", 0.001)
    assert change["percent_change"] is None
    assert change["difference"] == pytest.approx(0.5)
    assert change["verdict"] == "better"


def test_results_beyond_the_floats_are_none() -> None:
    change = compare_values(-1.7e308, 1.7e308, "higher", 0.001)
    assert (change["difference"], change["percent_change"]) == (None, None)
    assert change["relative_change"] == 2.0
    assert compare_values(1e-300, 1e300, "higher", 0.001)["percent_change"] is None


@pytest.mark.parametrize("direction", ["higher", "lower", None])
@pytest.mark.parametrize("after", NOT_FINITE)
def test_a_metric_that_is_finite_no_more_is_worse(
    after: float, direction: Direction | None
) -> None:
    change = compare_values(0.5, after, direction, 0.001)
    assert (change["verdict"], change["improved"]) == ("worse", False)
    assert repr(change["version2_value"]) == repr(after)
    assert (change["difference"], change["percent_change"]) == (None, None)
    assert has_broken(change)
    assert gain_of(change) == -1.0


@pytest.mark.parametrize("direction", ["higher", "lower", None])
@pytest.mark.parametrize("before", NOT_FINITE)
@pytest.mark.parametrize("after", [0.5, *NOT_FINITE])
def test_a_metric_that_was_not_finite_is_not_comparable(
    before: float, after: float, direction: Direction | None
) -> None:
    change = compare_values(before, after, direction, 0.001)
    assert (change["verdict"], change["improved"]) == ("not_comparable", None)
    assert not has_broken(change)
    assert gain_of(change) is None


@pytest.mark.parametrize("there", [0.0, 0.5, math.nan])
def test_a_metric_of_one_version_is_missing_and_no_zero(there: float) -> None:
    for change in (
        compare_values(there, None, "higher", 0.001),
        compare_values(None, there, "higher", 0.001),
    ):
        assert (change["verdict"], change["improved"]) == ("missing", None)
        assert (change["difference"], change["percent_change"]) == (None, None)
        assert gain_of(change) is None
    assert compare_values(there, None, "higher", 0.001)["version2_value"] is None


@given(FINITE, FINITE)
@example(1.7e308, -1.7e308)
@example(2.2250738585072014e-308, 5e-324)
def test_relative_change_is_bounded_and_antisymmetric(value1: float, value2: float) -> None:
    change = relative_change(value1, value2)
    assert -2.0 <= change <= 2.0
    assert relative_change(value2, value1) == -change
    assert change == 0 or (change > 0) == (value2 > value1)


@given(
    st.floats(min_value=1e-100, max_value=1e100),
    st.floats(min_value=1e-100, max_value=1e100),
    st.integers(min_value=-100, max_value=100),
)
def test_relative_change_does_not_depend_on_the_unit(
    value1: float, value2: float, power: int
) -> None:
    unit = 2.0**power
    assert relative_change(value1 * unit, value2 * unit) == relative_change(value1, value2)


@given(ANY, ANY, DIRECTION, st.floats(min_value=0, max_value=1))
def test_only_finite_values_improve(
    value1: float | None, value2: float | None, direction: Direction | None, tolerance: float
) -> None:
    change = compare_values(value1, value2, direction, tolerance)
    if change["improved"]:
        assert direction is not None
        assert value1 is not None
        assert value2 is not None
        assert math.isfinite(value1)
        assert math.isfinite(value2)
        assert (value2 > value1) == (direction == "higher")
    for number in (change["difference"], change["percent_change"], change["relative_change"]):
        assert number is None or math.isfinite(number)


def test_every_metric_of_either_version_is_compared_in_order() -> None:
    changes = compare_metrics({"b": 1.0, "a": 1.0}, {"c": 1.0, "b": 2.0}, {"b": "higher"}, 0.001)
    assert [(name, change["verdict"]) for name, change in changes.items()] == [
        ("a", "missing"),
        ("b", "better"),
        ("c", "missing"),
    ]


def test_the_overall_improvement_is_the_mean_gain() -> None:
    changes = compare_metrics(
        {"accuracy": 0.8, "loss": 0.5, "auc": 0.9, "churn": 1.0, "gone": 1.0, "nan": math.nan},
        {"accuracy": 1.0, "loss": 1.0, "auc": 0.9001, "churn": 9.0, "new": 1.0, "nan": 1.0},
        {"accuracy": "higher", "loss": "lower", "auc": "higher", "nan": "higher"},
        0.001,
    )
    assert calculate_improvements(changes) == {
        "total_metrics_improved": 1,
        "total_metrics_degraded": 1,
        "overall_improvement": pytest.approx((0.2 - 0.5 + 0.0) / 3),
        "improved_metrics": ["accuracy"],
        "degraded_metrics": ["loss"],
    }


def test_a_change_of_sign_counts_no_more_than_one() -> None:
    changes = compare_metrics({"r2": -1.0}, {"r2": 1.0}, {"r2": "higher"}, 0.001)
    assert calculate_improvements(changes)["overall_improvement"] == 1.0


def test_a_broken_metric_counts_as_minus_one_whatever_its_direction() -> None:
    changes = compare_metrics(
        {"churn": 1.0, "auc": 0.5}, {"churn": math.nan, "auc": 1.0}, {"auc": "higher"}, 0.001
    )
    improvements = calculate_improvements(changes)
    assert improvements["overall_improvement"] == pytest.approx((-1.0 + 0.5) / 2)
    assert improvements["degraded_metrics"] == ["churn"]


def test_without_evidence_the_overall_improvement_is_zero() -> None:
    changes = compare_metrics({"churn": 1.0, "gone": 2.0}, {"churn": 2.0}, {}, 0.001)
    assert calculate_improvements(changes)["overall_improvement"] == 0.0
    assert calculate_improvements({})["overall_improvement"] == 0.0
