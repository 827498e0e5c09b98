"""Whether intervals and p-values are what they say, by exact sums and by simulation."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom
from scipy.stats import t as student

from modelkeep.comparison.predictions import bootstrap, compare_predictions, f1_scores
from modelkeep.comparison.predictions.bootstrap import Draws, draw_sums, judge_resamples
from modelkeep.comparison.predictions.f1_scores import check_f1_macro
from modelkeep.comparison.predictions.intervals import newcombe_interval, wilson_interval
from modelkeep.comparison.predictions.mcnemar import mid_p_value

RUNS = 400


def make_draws(resamples: int = 2000, seed: int = 0) -> Draws:
    return Draws(confidence=0.95, resamples=resamples, generator=np.random.default_rng(seed))


@pytest.mark.parametrize(("only1", "only2"), [(0, 1), (0, 6), (3, 12), (40, 61), (700, 640)])
def test_the_mid_p_value_is_the_sum_that_defines_it(only1, only2):
    total, least = only1 + only2, min(only1, only2)
    wanted = 2 * binom.cdf(least, total, 0.5) - binom.pmf(least, total, 0.5)
    assert mid_p_value(only1, only2) == pytest.approx(wanted, rel=1e-9)
    assert mid_p_value(only2, only1) == mid_p_value(only1, only2)


def test_the_mid_p_value_of_millions_is_that_of_the_normal_distribution():
    assert mid_p_value(500_000, 500_000) == 1.0
    assert mid_p_value(1_000_000 - 980, 1_000_000 + 980) == pytest.approx(0.1659, abs=5e-4)


def test_the_interval_is_that_of_another_implementation():
    # The R package contingencytables has for this table, in its own tests, -0.1186 to -0.0046 for
    # share1 - share2.
    assert newcombe_interval(59, 6, 16, 80, 0.95) == pytest.approx((0.0046, 0.1186), abs=5e-5)


@pytest.mark.parametrize("rows", [20, 60, 200])
@pytest.mark.parametrize(("disagree", "second"), [(0.05, 0.5), (0.1, 0.9), (0.3, 0.7), (0.5, 0.5)])
def test_the_interval_covers_the_difference(rows, disagree, second):
    generator = np.random.default_rng(rows)
    only1, only2 = disagree * (1 - second), disagree * second
    cells = [(1 - disagree) * 0.8, only1, only2, (1 - disagree) * 0.2]
    hits = runs = 0
    for table, count in Counter(map(tuple, generator.multinomial(rows, cells, 4000))).items():
        lower, upper = newcombe_interval(*map(int, table), 0.95)
        hits += count * (lower <= only2 - only1 <= upper)
        runs += count
    assert hits / runs >= 0.935


def test_the_interval_of_a_share_stays_within_it():
    assert wilson_interval(0, 10, 0.95)[0] == 0.0
    assert wilson_interval(10, 10, 0.95)[1] == 1.0
    assert wilson_interval(5, 50, 0.95) == pytest.approx((0.0435, 0.2136), abs=1e-4)


def simulate(make: Any, rows: int) -> Counter[tuple[str, bool | None]]:
    verdicts: Counter[tuple[str, bool | None]] = Counter()
    for run in range(RUNS):
        generator = np.random.default_rng([run, rows])
        values1, values2, labels = make(generator, rows)
        found = compare_predictions(
            lambda _, values=values1: values,
            lambda _, values=values2: values,
            None,
            labels=labels,
            resamples=400,
            seed=run,
        )
        verdicts.update((test["metric"], test["improved"]) for test in found["tests"])
    return verdicts


def probabilities(generator: Any, rows: int, skill: tuple[float, float]) -> Any:
    labels = generator.integers(0, 2, rows)
    towards = (2.0 * labels - 1.0)[:, np.newaxis] * np.array(skill)
    margins = towards + generator.normal(size=(rows, 2))
    scores = 1.0 / (1.0 + np.exp(-margins))
    return *(np.column_stack([1.0 - one, one]) for one in scores.T), labels


def errors(generator: Any, rows: int, scale: tuple[float, float]) -> Any:
    labels = generator.normal(size=rows)
    return *(labels + generator.normal(scale=one, size=rows) for one in scale), labels


@pytest.mark.parametrize(("make", "arguments"), [(probabilities, (0.8, 0.8)), (errors, (1.0, 1.0))])
def test_no_difference_is_seldom_taken_for_one(make, arguments):
    verdicts = simulate(lambda generator, rows: make(generator, rows, arguments), 120)
    for metric in {metric for metric, _ in verdicts}:
        assert RUNS - verdicts[metric, None] <= 0.085 * RUNS
        # And it is not so cautious that it would never say anything.
        assert verdicts[metric, None] < RUNS


@pytest.mark.parametrize(("make", "arguments"), [(probabilities, (0.4, 1.2)), (errors, (1.4, 1.0))])
def test_a_real_difference_is_found(make, arguments):
    verdicts = simulate(lambda generator, rows: make(generator, rows, arguments), 150)
    assert len({metric for metric, _ in verdicts}) >= 3
    for metric in {metric for metric, _ in verdicts}:
        assert verdicts[metric, True] >= 0.85 * RUNS
        assert verdicts[metric, False] == 0


def test_resamples_have_the_spread_of_the_mean():
    columns = np.random.default_rng(0).exponential(size=(500, 1))
    sums = draw_sums(columns, make_draws(4000))
    assert sums.mean() / 500 == pytest.approx(columns.mean(), rel=0.01)
    assert sums.std() == pytest.approx(np.sqrt(500) * columns.std(), rel=0.05)


def test_groups_of_rows_have_the_spread_of_rows(monkeypatch):
    columns = np.random.default_rng(0).exponential(size=(30_001, 2))
    columns[:, 1] = 1.0
    monkeypatch.setattr(bootstrap, "_MOST_UNITS", 2_000)
    sums = draw_sums(columns, make_draws(2000))
    means = sums[:, 0] / sums[:, 1]
    assert means.mean() == pytest.approx(columns[:, 0].mean(), rel=0.001)
    assert means.std() == pytest.approx(columns[:, 0].std() / np.sqrt(30_001), rel=0.08)


def test_macro_f1_by_groups_agrees_with_that_by_kinds(monkeypatch):
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 6, 8000)
    told1, told2 = (
        np.where(generator.random(8000) < right, labels, generator.integers(0, 8, 8000))
        for right in (0.7, 0.71)
    )
    by_kinds = check_f1_macro(told1, told2, labels, make_draws())
    monkeypatch.setattr(f1_scores, "_MOST_KINDS", 1)
    monkeypatch.setattr(f1_scores, "_CLASSES_AT_ONCE", 4)
    by_groups = check_f1_macro(told1, told2, labels, make_draws())
    assert by_groups["difference"] == by_kinds["difference"]
    width = by_kinds["upper"] - by_kinds["lower"]
    assert by_groups["lower"] == pytest.approx(by_kinds["lower"], abs=0.08 * width)
    assert by_groups["upper"] == pytest.approx(by_kinds["upper"], abs=0.08 * width)


def test_the_interval_of_few_rows_is_that_of_students_t():
    normal = np.random.default_rng(0).normal(size=1_000_000)
    rows = 25
    # The bootstrap of a mean has the spread of n, not of n - 1.
    spread = np.sqrt((rows - 1) / rows)
    found = judge_resamples(
        "m", "higher", (0.0, 2.0), 2.0 + spread * normal, rows=rows, confidence=0.95
    )
    half = student.ppf(0.975, rows - 1)
    assert (found["lower"], found["upper"]) == pytest.approx((2 - half, 2 + half), abs=0.02)
    assert found["p_value"] == pytest.approx(2 * student.sf(2.0, rows - 1), abs=0.003)


def test_the_p_value_and_the_interval_agree():
    differences = np.random.default_rng(0).normal(loc=2.0, size=100_000)
    p_value = judge_resamples("m", "lower", (0.0, 2.0), differences, rows=40, confidence=0.9)[
        "p_value"
    ]
    for confidence, improved in ((1 - p_value - 0.002, False), (1 - p_value + 0.002, None)):
        found = judge_resamples(
            "m", "lower", (0.0, 2.0), differences, rows=40, confidence=confidence
        )
        assert found["improved"] is improved
