"""LogHistogram: the error of quantiles, exact merges, what is kept apart, and collapsing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from modelkeep.errors import InvalidInputError, InvalidSettingError
from modelkeep.tracking.sketches.log_histogram import LogHistogram
from modelkeep.tracking.sketches.log_mapping import LogMapping
from modelkeep.tracking.sketches.no_rows import NoRowsError

QS = np.array([0, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1])
FLOATS = st.floats(width=64, allow_nan=True, allow_infinity=True)
BATCHES = st.lists(arrays.arrays(np.float64, st.integers(0, 30), elements=FLOATS), max_size=6)


def histogram(*batches: object, **options: object) -> LogHistogram:
    made = LogHistogram(**options)
    for batch in batches:
        made.add(batch)
    return made


@pytest.mark.parametrize(
    "draw",
    [
        lambda random: random.lognormal(size=200_000),
        lambda random: -random.lognormal(sigma=3, size=200_000),
        lambda random: random.normal(size=200_000),
        lambda random: random.uniform(1e-12, 1e12, size=200_000),
        lambda random: random.integers(-50, 50, size=200_000),
    ],
)
def test_quantiles_are_within_one_percent_of_those_of_numpy(draw):
    values = draw(np.random.default_rng(7))
    found = histogram(values).quantiles(QS)
    nearest = np.quantile(values, QS, method="nearest")
    assert np.all(np.abs(found - nearest) <= 0.01 * np.abs(nearest))
    assert found[0] == values.min()
    assert found[-1] == values.max()


def test_interpolated_quantiles_of_large_samples_are_within_one_percent_too():
    values = np.random.default_rng(8).lognormal(size=200_000)
    qs = np.linspace(0.001, 0.999, 999)
    expected = np.quantile(values, qs)
    assert np.all(np.abs(histogram(values).quantiles(qs) / expected - 1) <= 0.01)


@given(st.lists(st.floats(-1e200, 1e200), min_size=1, max_size=60), st.floats(0, 1))
def test_any_quantile_of_any_values_is_within_the_relative_error(values, q):
    nearest = np.quantile(np.array(values), q, method="nearest")
    normal = abs(nearest) >= 2.3e-308
    # So many that nothing collapses.
    found = histogram(values, most_bins=65536).quantile(q)
    assert abs(found - nearest) <= (0.01 * abs(nearest) if normal else 2.3e-308)


@given(st.floats(2.3e-308, 1e308), st.sampled_from([0.001, 0.01, 0.1]))
def test_a_bin_holds_its_values_and_is_as_narrow_as_promised(value, error):
    mapping = LogMapping(error)
    place = mapping.bins(np.array([value]))
    lower, upper = mapping.lower_edges(place)[0], mapping.lower_edges(place + 1)[0]
    assert lower * (1 - 1e-11) <= value <= upper * (1 + 1e-11)
    assert upper / lower <= (1 + error) / (1 - error) * (1 + 1e-9)


@settings(max_examples=60)
@given(BATCHES, st.sampled_from([3, 4096]), st.randoms(use_true_random=False))
def test_merging_in_any_order_is_adding_all_to_the_bit(batches, most_bins, random):
    whole = histogram(*batches, most_bins=most_bins)
    parts = [histogram(batch, most_bins=most_bins) for batch in batches]
    random.shuffle(parts)
    while len(parts) > 1:
        part = parts.pop(random.randrange(len(parts)))
        random.choice(parts).merge(part)
    merged = parts[0] if parts else LogHistogram(most_bins=most_bins)
    assert merged.to_bytes() == whole.to_bytes()


def test_a_large_array_is_added_as_its_parts_are():
    values = np.random.default_rng(3).normal(size=50_000)
    assert histogram(values) == histogram(*np.array_split(values, 7))


def test_nan_and_infinities_are_kept_apart():
    found = histogram([1.0, math.nan, math.inf, -math.inf, math.inf, None, 2.0])
    assert found.count == 2
    assert (found.nan_count, found.positive_infinities, found.negative_infinities) == (2, 2, 1)
    assert (found.minimum, found.maximum) == (1.0, 2.0)
    assert found.quantile(1) == 2.0


def test_without_finite_values_there_is_no_quantile():
    found = histogram([math.nan, math.inf])
    for ask in (
        lambda: found.quantile(0.5),
        lambda: found.cumulative_below(1),
        lambda: found.minimum,
        lambda: found.maximum,
    ):
        with pytest.raises(NoRowsError, match="at least 1 rows that count; there are 0"):
            ask()
    assert found.bins()[2].size == 0


def test_zeros_of_both_signs_and_tiny_magnitudes_count_as_zero():
    found = histogram([0.0, -0.0, 5e-324, -5e-324, 1.0, -1.0])
    assert found.count == 6
    assert found.quantile(0.5) == 0
    assert histogram([-0.0]) == histogram([0.0])
    assert histogram([5e-324]).quantile(0) == 5e-324


def test_shares_below_agree_with_the_sample():
    values = np.random.default_rng(5).normal(size=100_000)
    points = np.linspace(-4, 4, 81)
    expected = (values[None, :] < points[:, None]).mean(axis=1)
    assert np.abs(histogram(values).shares_below(points) - expected).max() < 0.005


def test_shares_below_are_exact_around_the_extremes_and_zero():
    found = histogram([-2.0, 0.0, 0.0, 3.0])
    asked = [-math.inf, -2.0, -1.0, 0.0, 1e-300, 3.0, 3.1, math.inf]
    assert found.shares_below(asked)[[0, 1, 2, 3, 4, 6, 7]].tolist() == [
        0, 0, 0.25, 0.25, 0.75, 1, 1
    ]  # fmt: skip
    assert histogram([-1.0, 0.0]).cumulative_below(0.0) == 0.5
    assert histogram([5.0, 5.0]).shares_below([5.0, 5.1]).tolist() == [0, 1]
    assert histogram([-5.0]).shares_below([-5.1, -5.0, -4.9]).tolist() == [0, 0, 1]


def test_beyond_the_bound_the_smallest_magnitudes_collapse_and_the_greatest_keep_their_error():
    values = np.logspace(-100, 100, 20_001)
    found = histogram(values, most_bins=1000)
    assert found.bins()[2].size <= 1000
    assert found.count == values.size
    assert found.quantile(0.99) == pytest.approx(np.quantile(values, 0.99, method="nearest"), 0.01)
    assert found.quantile(0) == values[0]


def test_bins_are_ascending_and_hold_all_values():
    lower, upper, counts = histogram([-3.0, -1.0, 0.0, 2.0, 2.0]).bins()
    assert np.all(np.diff(lower) > 0)
    assert np.all(lower <= upper)
    assert counts.tolist() == [1, 1, 1, 2]
    assert (lower[0], upper[-1]) == (-3.0, 2.0)


def test_the_greatest_floats_do_not_overflow():
    greatest = np.finfo(np.float64).max
    found = histogram([greatest, -greatest, greatest / 2])
    assert found.quantiles([0, 1]).tolist() == [-greatest, greatest]
    assert found.quantile(0.5) == pytest.approx(greatest / 2, 0.01)


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint64, np.float16, np.float32])
def test_all_types_of_numbers_are_taken(dtype):
    assert histogram(np.ones((2, 3), dtype=dtype)).count == 6


def test_a_slice_with_steps_counts_as_its_copy():
    values = np.random.default_rng(1).normal(size=(1000, 2))
    assert histogram(values[:, 1]) == histogram(values[:, 1].copy())


@pytest.mark.parametrize("values", [["a"], [1 + 2j], [object()], np.array(["2020"], "M8[D]")])
def test_other_values_are_refused_by_their_type(values):
    with pytest.raises(InvalidInputError, match=r"values are of the type .* must be numbers"):
        LogHistogram().add(values)


@pytest.mark.parametrize(
    "options",
    [{"relative_error": 0}, {"relative_error": 0.6}, {"most_bins": 0}, {"most_bins": 2.5}],
)
def test_settings_out_of_range_are_refused(options):
    with pytest.raises(InvalidSettingError, match=next(iter(options))):
        LogHistogram(**options)


def test_other_settings_do_not_merge():
    with pytest.raises(InvalidInputError, match=r"relative_error 0\.01 and 0\.02"):
        LogHistogram().merge(LogHistogram(0.02))
    with pytest.raises(InvalidInputError, match="most_bins 4096 and 7"):
        LogHistogram().merge(LogHistogram(most_bins=7))


@pytest.mark.parametrize("q", [-0.1, 1.1, math.nan])
def test_a_quantile_out_of_range_is_refused(q):
    with pytest.raises(InvalidInputError, match="from 0 to 1"):
        histogram([1.0]).quantile(q)


def test_a_share_below_nan_is_refused():
    with pytest.raises(InvalidInputError, match="NaN"):
        histogram([1.0]).cumulative_below(math.nan)
