"""Distances and p-values, beside SciPy's and in simulations without a difference."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats
from scipy.spatial import distance

from modelkeep.errors import InvalidInputError
from modelkeep.tracking.drift.counts import joined_where_sparse
from modelkeep.tracking.drift.distances import (
    chi_square_p_value,
    jensen_shannon_distance,
    kolmogorov_smirnov,
    population_stability_index,
    stability_index_by_chance,
)
from modelkeep.tracking.drift.incomplete_gamma import upper_gamma

pairs = st.integers(1, 12).flatmap(
    lambda bins: st.tuples(
        *2 * [st.lists(st.integers(0, 10**6), min_size=bins, max_size=bins).filter(any)]
    )
)
ALL = (
    population_stability_index,
    jensen_shannon_distance,
    kolmogorov_smirnov,
    chi_square_p_value,
    stability_index_by_chance,
)


@pytest.mark.parametrize("shape", [0.5, 1.0, 1.5, 5.0, 15.5, 31.5, 100.0, 999.5])
@pytest.mark.parametrize("x", [0.0, 0.01, 0.5, 1.0, 5.0, 20.0, 60.0, 120.0, 600.0, 1_300.0])
def test_the_incomplete_gamma_function_is_scipys(shape, x):
    assert upper_gamma(shape, x) == pytest.approx(
        special.gammaincc(shape, x), rel=1e-10, abs=1e-300
    )


def test_the_stability_index_is_its_definition_with_half_a_row_more_in_each_bin():
    expected, actual = np.array([90, 10, 0]), np.array([40, 50, 10])
    first, second = (expected + 0.5) / 101.5, (actual + 0.5) / 101.5
    by_hand = sum((b - a) * math.log(b / a) for a, b in zip(first, second, strict=True))
    assert population_stability_index(expected, actual) == pytest.approx(by_hand)
    padded = population_stability_index([90, 0, 10, 0], [40, 0, 50, 10])
    assert padded == pytest.approx(by_hand)


@settings(deadline=None, max_examples=100)
@given(pairs)
def test_the_jensen_shannon_distance_is_scipys(pair):
    # SciPy takes the root of a rounding error below 0 without a word.
    theirs = np.nan_to_num(distance.jensenshannon(*map(np.float64, pair), base=2))
    assert jensen_shannon_distance(*pair) == pytest.approx(theirs, abs=1e-7)


@settings(deadline=None, max_examples=100)
@given(pairs)
def test_no_distance_between_equal_shares_and_symmetry_otherwise(pair):
    first, second = map(np.array, pair)
    assert jensen_shannon_distance(first, 3 * first) == pytest.approx(0, abs=1e-7)
    assert kolmogorov_smirnov(first, 3 * first).distance == pytest.approx(0, abs=1e-12)
    assert chi_square_p_value(first, 3 * first) == pytest.approx(1)
    for one in (population_stability_index, jensen_shannon_distance, chi_square_p_value):
        assert one(first, second) == pytest.approx(one(second, first), abs=1e-12)
        assert one(first, second) >= 0
    there, back = kolmogorov_smirnov(first, second), kolmogorov_smirnov(second, first)
    assert there.distance == pytest.approx(back.distance)
    assert 0 <= there.p_value <= 1


def test_samples_without_a_bin_in_common_are_as_far_as_can_be():
    expected, actual = [500, 0], [0, 500]
    assert jensen_shannon_distance(expected, actual) == 1
    found = kolmogorov_smirnov(expected, actual)
    assert (found.distance, found.rising) == (1, True)
    assert not kolmogorov_smirnov(actual, expected).rising
    assert population_stability_index(expected, actual) == pytest.approx(2 * 0.998004 * 6.908755)
    assert chi_square_p_value(expected, actual) < 1e-200


def test_the_gap_is_a_lower_bound_and_its_p_value_an_upper_one():
    random = np.random.default_rng(1)
    first, second = random.normal(size=2_000), random.normal(0.1, size=1_500)
    theirs = stats.ks_2samp(first, second, method="asymp")
    coarse, fine = (np.concatenate([[-9], np.linspace(-2, 2, n), [9]]) for n in (9, 3_000))
    for edges in (coarse, fine):
        ours = kolmogorov_smirnov(np.histogram(first, edges)[0], np.histogram(second, edges)[0])
        assert ours.distance <= theirs.statistic + 1e-12
        assert ours.p_value >= special.kolmogorov(
            math.sqrt(2_000 * 1_500 / 3_500) * theirs.statistic
        )
        assert ours.rising
    assert ours.distance == pytest.approx(theirs.statistic, abs=0.003)


@pytest.mark.parametrize("gap", [0, 5, 10, 20, 30, 40, 60, 100, 200, 400, 500])
def test_the_p_value_of_the_gap_is_that_of_kolmogorovs_distribution(gap):
    found = kolmogorov_smirnov([500, 500], [500 - gap, 500 + gap])
    assert found.p_value == pytest.approx(
        special.kolmogorov(math.sqrt(500) * gap / 1_000), rel=1e-9
    )


def test_the_chi_square_p_value_is_scipys_likelihood_ratio_but_for_the_correction():
    table = [[1_000, 2_000, 3_000], [1_100, 1_900, 3_100]]
    theirs = stats.chi2_contingency(table, lambda_="log-likelihood").pvalue
    assert chi_square_p_value(*table) == pytest.approx(theirs, rel=0.01)
    assert chi_square_p_value(*table) > theirs


def test_the_correction_is_that_of_williams():
    expected, actual = np.array([30, 50, 20]), np.array([25, 10, 15])
    theirs = stats.chi2_contingency([expected, actual], lambda_="log-likelihood").statistic
    spread = (150 / 100 + 150 / 50 - 1) * (150 * (1 / 55 + 1 / 60 + 1 / 35) - 1)
    wanted = stats.chi2.sf(theirs / (1 + spread / (6 * 150 * 2)), 2)
    assert chi_square_p_value(expected, actual) == pytest.approx(wanted)


@pytest.mark.parametrize(("reference", "rows"), [(10_000, 500), (1_000, 10_000)])
def test_small_p_values_are_as_rare_as_they_say_with_many_rare_categories(reference, rows):
    random = np.random.default_rng(2)
    shares = 1 / np.arange(1, 65) ** 1.2
    shares /= shares.sum()
    found = sum(
        chi_square_p_value(random.multinomial(reference, shares), random.multinomial(rows, shares))
        < 0.01
        for _ in range(10_000)
    )
    # 100 expected, 10 the standard deviation, and the limit is not reached exactly.
    assert 70 <= found <= 140


def test_the_index_by_chance_is_the_mean_without_a_difference():
    random = np.random.default_rng(3)
    shares = np.full(32, 1 / 32)
    found = [
        population_stability_index(
            random.multinomial(3_000, shares), random.multinomial(1_000, shares)
        )
        for _ in range(2_000)
    ]
    by_chance = stability_index_by_chance([3_000 // 32] * 32, [1_000 // 32] * 32)
    assert np.mean(found) == pytest.approx(31 * (1 / 3_000 + 1 / 1_000), rel=0.03)
    assert by_chance == pytest.approx(31 * (1 / 2_976 + 1 / 992))


@settings(deadline=None, max_examples=200)
@given(pairs)
def test_joining_keeps_the_rows_and_leaves_enough_in_each_bin(pair):
    expected, actual = map(np.array, pair)
    joined = joined_where_sparse(expected, actual)
    assert [counts.sum() for counts in joined] == [expected.sum(), actual.sum()]
    both = joined[0] + joined[1]
    share = min(expected.sum(), actual.sum()) / both.sum()
    assert both.size == 1 or (both * share >= 5).all()
    again = joined_where_sparse(*joined)
    assert [counts.tolist() for counts in again] == [counts.tolist() for counts in joined]


@pytest.mark.parametrize("distance_of", ALL)
@pytest.mark.parametrize(
    ("expected", "actual", "told"),
    [
        ([1, 2], [1, 2, 3], r"actual counts have the shape \(3,\); it must be \(2,\)"),
        ([], [], "expected counts have the shape"),
        ([[1]], [[1]], "with a bin at least"),
        ([1.5], [1], "counts are whole numbers"),
        ([1], [-1], "actual counts hold -1"),
        ([0, 0], [1, 2], "expected counts are all 0"),
        ([1, 2], [0, 0], "actual counts are all 0"),
    ],
)
def test_counts_that_do_not_fit_are_refused(distance_of, expected, actual, told):
    with pytest.raises(InvalidInputError, match=told):
        distance_of(expected, actual)
