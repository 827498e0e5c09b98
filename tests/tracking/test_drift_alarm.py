"""The drift alarm: silent without drift and where it is tiny, and soon there where it is not."""

import math
from statistics import NormalDist

import numpy as np
import pytest

from modelkeep.errors import InvalidInputError, InvalidSettingError
from modelkeep.tracking.drift.alarm import DriftRule, judge_drift
from modelkeep.tracking.drift.bins import CategoryBins, NumberBins
from modelkeep.tracking.drift.distances import (
    chi_square_p_value,
    kolmogorov_smirnov,
    population_stability_index,
)
from modelkeep.tracking.drift.many import judge_many

RULE = DriftRule()


def normal(random, rows, shift=0.0):
    return random.normal(shift, size=rows)


def lognormal(random, rows, shift=0.0):
    return random.lognormal(size=rows) + shift * math.sqrt((math.e - 1) * math.e)


def categories(random, rows, shift=0.0, most=300):
    shares = 1 / np.arange(1, most + 1) ** 1.2
    shares /= shares.sum()
    logs = np.log(shares) - shares @ np.log(shares)
    shares = shares * np.exp(shift * logs / math.sqrt(shares @ logs**2))
    return random.choice(most, size=rows, p=shares / shares.sum())


FEATURES = [(NumberBins, normal), (NumberBins, lognormal), (CategoryBins, categories)]


def shares_between(edges, mean):
    ends = [0.0, *(NormalDist(mean).cdf(edge) for edge in edges), 1.0]
    return np.append(np.diff(ends), 0.0)


@pytest.fixture
def bins():
    return NumberBins.from_values(normal(np.random.default_rng(1), 3_000))


@pytest.mark.parametrize(("kind", "draw"), FEATURES)
def test_a_stream_without_drift_is_called_none(kind, draw):
    """100 days of 4,000 rows, every window of 500 to 4,000: no alarm, though p < 0.01 is there."""
    random = np.random.default_rng(7)
    small = 0
    for reference in (1_000, 10_000):
        bins = kind.from_values(draw(random, reference))
        for _ in range(100):
            rows = draw(random, 4_000)
            buckets = np.array([bins.count(part) for part in np.split(rows, 8)])
            for window in (1, 2, 4, 8):
                for counts in buckets.reshape(8 // window, window, -1).sum(axis=1):
                    verdict = judge_drift(RULE, bins, counts)
                    assert verdict.drifted is False, verdict.reason
                    small += verdict.p_value < 0.01
    assert small


@pytest.mark.parametrize(("kind", "draw"), FEATURES)
@pytest.mark.parametrize("reference", [1_000, 10_000])
def test_a_shift_of_half_a_standard_deviation_is_found_in_2000_rows(kind, draw, reference):
    random = np.random.default_rng(8)
    found = 0
    for _ in range(100):
        bins = kind.from_values(draw(random, reference))
        found += judge_drift(RULE, bins, bins.count(draw(random, 2_000, 0.5))).drifted
    assert found >= 99


def test_rows_from_before_the_shift_hide_it_where_they_are_many(bins):
    random = np.random.default_rng(9)
    newer = bins.count(normal(random, 2_000, 0.5))
    few, many = (bins.count(normal(random, older)) for older in (500, 8_000))
    assert judge_drift(RULE, bins, newer + few).drifted
    assert not judge_drift(RULE, bins, newer + many).drifted


@pytest.mark.parametrize(("reference", "runs"), [(1_000, 20), (10_000, 20), (1_000_000, 3)])
def test_a_tiny_shift_is_no_drift_however_many_rows_there_are(reference, runs):
    random = np.random.default_rng(10)
    seen = []
    for _ in range(runs):
        bins = NumberBins.from_values(normal(random, reference))
        counts = random.multinomial(10_000_000, shares_between(bins.edges, 0.02))
        verdict = judge_drift(RULE, bins, counts)
        assert verdict.drifted is False
        seen.append(verdict.p_value)
    # It is real, and with a great reference quite certain.
    assert reference < 1_000_000 or max(seen) < 1e-6


def test_a_large_index_of_few_rows_is_chance(bins):
    counts = bins.count(normal(np.random.default_rng(11), 500))
    assert population_stability_index(bins.reference_counts, counts) > 0.05
    verdict = judge_drift(RULE, bins, counts)
    assert verdict.psi < 0.03
    assert not verdict.drifted


def test_the_sizes_are_free_of_chance_on_average():
    random = np.random.default_rng(12)
    truth = population_stability_index(
        *(
            np.round(1e9 * shares_between(np.linspace(-2, 2, 31), mean)).astype(int)
            for mean in (0.0, 0.5)
        )
    )
    found = []
    for _ in range(200):
        bins = NumberBins.from_values(normal(random, 1_000))
        found.append(judge_drift(RULE, bins, bins.count(normal(random, 1_000, 0.5))).psi)
    assert np.mean(found) == pytest.approx(truth, rel=0.05)


def test_too_few_rows_say_nothing():
    random = np.random.default_rng(13)
    values = normal(random, 1_000)
    great, small = NumberBins.from_values(values), NumberBins.from_values(values[:499])
    for bins, rows in ((great, 499), (small, 5_000), (great, 0)):
        verdict = judge_drift(RULE, bins, bins.count(normal(random, rows, 3.0)))
        assert verdict.drifted is None
        assert verdict.reason.startswith("Too few to say: ")
        assert verdict.rows == rows
    assert judge_drift(RULE, great, great.count(normal(random, 500, 3.0))).drifted
    assert "0 rows against a reference of 1,000; each must have 500 or more" in verdict.reason


def test_a_new_category_is_drift_and_named():
    bins = CategoryBins.from_values(np.repeat(["de", "fr"], [600, 400]))
    verdict = judge_drift(RULE, bins, bins.count(np.repeat(["de", "fr", "it"], [540, 360, 100])))
    assert verdict.drifted
    assert verdict.ks is None
    assert verdict.reason.startswith("Drift: other has 0 % of the rows before, 10 % now; ")


def test_missing_values_are_drift_and_named(bins):
    rows = normal(np.random.default_rng(14), 2_000)
    rows[::10] = np.nan
    verdict = judge_drift(RULE, bins, bins.count(rows))
    assert verdict.drifted
    assert "missing has 0 % of the rows before, 10 % now" in verdict.reason
    assert "values are" not in verdict.reason


def test_a_change_of_the_spread_alone_is_found_by_the_shares(bins):
    verdict = judge_drift(RULE, bins, bins.count(2 * normal(np.random.default_rng(15), 2_000)))
    assert verdict.drifted
    assert verdict.psi > 0.1


def test_which_way_the_values_went_is_said(bins):
    random = np.random.default_rng(16)
    up, down = (judge_drift(RULE, bins, bins.count(normal(random, 2_000, s))) for s in (1, -1))
    assert up.reason.startswith("Drift: values are greater, and ")
    assert down.reason.startswith("Drift: values are smaller, and ")
    assert f"largest gap {up.ks:.3f} (limit 0.1)" in up.reason
    assert "2,000 rows against a reference of 3,000" in up.reason


def test_size_and_significance_are_each_needed(bins):
    counts = bins.count(normal(np.random.default_rng(17), 1_000, 0.5))
    assert judge_drift(RULE, bins, counts).drifted
    large = judge_drift(DriftRule(psi=9, js=1, ks=1), bins, counts)
    assert not large.drifted
    assert large.reason.startswith("No drift: no size reaches its limit; ")
    sure = judge_drift(DriftRule(significance=1e-99), bins, counts)
    assert not sure.drifted
    assert "a size reaches its limit, but chance may do that unless p < 1e-99" in sure.reason
    assert judge_drift(DriftRule(psi=9, js=1), bins, counts).drifted
    assert judge_drift(DriftRule(ks=1, js=1), bins, counts).drifted
    assert judge_drift(DriftRule(ks=1, psi=9), bins, counts).drifted


def test_the_p_value_pays_for_both_tests():
    expected, actual = [250, 500, 250], [190, 620, 190]
    shares, gap = chi_square_p_value(expected, actual), kolmogorov_smirnov(expected, actual).p_value
    numbers = NumberBins(edges=(1.0, 2.0), reference=(*expected, 0))
    assert judge_drift(RULE, numbers, [*actual, 0]).p_value == pytest.approx(2 * min(shares, gap))
    words = CategoryBins(categories=("a", "b"), reference=(*expected, 0))
    assert judge_drift(RULE, words, [*actual, 0]).p_value == pytest.approx(shares)


def test_the_gap_may_not_borrow_the_significance_of_the_shares():
    """30 % of one bin went to the next, which is certain, while the gap of 0.1 is not."""
    bins = NumberBins(edges=(1.0, 2.0), reference=(250, 500, 250, 0))
    verdict = judge_drift(DriftRule(psi=9, js=1, ks=0.05), bins, [190, 620, 190, 0])
    assert verdict.ks >= 0.05
    assert verdict.p_value < 1e-6
    assert not verdict.drifted


def test_many_features_are_judged_with_one_error_and_sorted_by_effect():
    random = np.random.default_rng(18)
    features = {}
    for at in range(30):
        bins = NumberBins.from_values(normal(random, 1_000))
        shift = {3: 1.0, 7: 0.5}.get(at, 0.0)
        features[f"f{at}"] = bins, bins.count(normal(random, 1_000, shift))
    features["few"] = bins, bins.count(normal(random, 100, 5.0))
    verdicts = judge_many(RULE, features)
    names = list(verdicts)
    assert (names[:2], names[-1]) == (["f3", "f7"], "few")
    assert [name for name in names if verdicts[name].drifted] == ["f3", "f7"]
    effects = [verdict.effect for verdict in verdicts.values() if verdict.drifted is not None]
    assert effects == sorted(effects, reverse=True)
    assert verdicts["few"].drifted is None


def test_the_error_is_split_by_holm():
    """Of three p-values the least is tested at a third, the next at a half, and so on."""
    edge = NumberBins(edges=(0.0,), reference=(500, 500, 0))
    counts = {"a": [400, 600, 0], "b": [420, 580, 0], "c": [500, 500, 0]}
    single = {name: judge_drift(RULE, edge, seen).p_value for name, seen in counts.items()}
    features = {name: (edge, np.array(seen)) for name, seen in counts.items()}

    def drifted(significance):
        rule = DriftRule(psi=1e-6, js=1e-6, ks=1e-6, significance=significance)
        return {name for name, verdict in judge_many(rule, features).items() if verdict.drifted}

    assert 3 * single["a"] < 2 * single["b"]
    assert drifted(2.9 * single["a"]) == set()
    assert drifted(3.1 * single["a"]) == {"a"}
    assert drifted(1.9 * single["b"]) == {"a"}
    assert drifted(2.1 * single["b"]) == {"a", "b"}


def test_no_feature_at_all_is_no_verdict():
    assert judge_many(RULE, {}) == {}


def test_counts_that_do_not_fit_the_bins_are_refused(bins):
    with pytest.raises(
        InvalidInputError, match=r"counts have the shape \(2,\); it must be \(33,\)"
    ):
        judge_drift(RULE, bins, [1, 2])
    with pytest.raises(InvalidInputError, match="counts of 'age' have the shape"):
        judge_many(RULE, {"age": (bins, [1, 2])})


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("least_rows", 0),
        ("psi", 0.0),
        ("psi", math.inf),
        ("js", 1.1),
        ("ks", 0.0),
        ("ks", math.nan),
        ("significance", 0.0),
        ("significance", 1.0),
    ],
)
def test_a_setting_out_of_range_is_refused(setting, value):
    with pytest.raises(InvalidSettingError, match=f"setting {setting} is {value}"):
        DriftRule(**{setting: value})
