"""Shares of the arms: the mixture, strata, and simulations at an error of 0.01."""

import json
import math

import numpy as np
import pytest

from modelkeep.deployment.statistics.shares import ShareEvidence, running_share_log_e_values
from modelkeep.errors import InvalidInputError, InvalidSettingError


@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.9, 0.1), (0.2, 0.3, 0.5)])
def test_the_running_form_looks_after_each_unit(shares):
    rng = np.random.default_rng(1)
    arms = rng.choice(len(shares), 200, p=shares)
    running, evidence = running_share_log_e_values(arms, shares), ShareEvidence()
    for at, arm in enumerate(arms):
        evidence.add(np.bincount([arm], minlength=len(shares)), shares)
        assert running[at] == pytest.approx(evidence.log_e_value(), abs=1e-8)


def test_the_expectation_over_the_next_unit_stays():
    shares, evidence = (0.2, 0.3, 0.5), {}
    for arm in (None, 0, 1, 2):
        evidence[arm] = ShareEvidence(concentration=10.0)
        evidence[arm].add([30, 10, 20], shares)
        if arm is not None:
            evidence[arm].add([int(arm == other) for other in range(3)], shares)
    after = sum(share * evidence[arm].e_value() for arm, share in enumerate(shares))
    assert after == pytest.approx(evidence[None].e_value())


def test_strata_multiply_and_known_arms_say_nothing():
    first, second, both = ShareEvidence(), ShareEvidence(), ShareEvidence()
    for evidence in (first, both):
        evidence.add([700, 100], (0.9, 0.1))
    for evidence in (second, both):
        evidence.add([500, 400], (0.5, 0.5))
    both.add([1_000, 0], (1.0, 0.0))
    assert both.log_e_value() == pytest.approx(first.log_e_value() + second.log_e_value())
    assert both.counts[0.9, 0.1] == (700, 100)
    again = ShareEvidence.from_plain(json.loads(json.dumps(both.to_plain())))
    assert again.to_plain() == both.to_plain()


def test_a_gross_mismatch_does_not_overflow():
    evidence = ShareEvidence()
    evidence.add([10_000_000, 0], (0.5, 0.5))
    assert evidence.e_value() == math.inf


@pytest.mark.parametrize(
    ("units", "shares", "message"),
    [
        ([1, 1], (0.5, 0.6), "sum to 1.1, not to 1"),
        ([1], (1.0,), "two or more"),
        ([1, 1], (math.nan, 0.5), r"each in \[0, 1\]"),
        ([1, -1], (0.5, 0.5), "2 whole numbers from 0"),
        ([1, 1, 1], (0.5, 0.5), "2 whole numbers from 0"),
        ([0.5, 1], (0.5, 0.5), "2 whole numbers from 0"),
        ([1, 1], (1.0, 0.0), "an arm of share 0 has 1 units"),
    ],
)
def test_bad_input_is_named(units, shares, message):
    with pytest.raises(InvalidInputError, match=message):
        ShareEvidence().add(units, shares)


def test_other_bad_input_is_named():
    with pytest.raises(InvalidSettingError, match="concentration is 0"):
        ShareEvidence(concentration=0)
    with pytest.raises(InvalidInputError, match="arms hold 2; with 2 arms they are 0 to 1"):
        running_share_log_e_values([0, 2], (0.5, 0.5))
    with pytest.raises(InvalidInputError, match="arms are of type float64"):
        running_share_log_e_values([0.5], (0.5, 0.5))
    with pytest.raises(InvalidInputError, match="leave out the arms without a share"):
        running_share_log_e_values([0], (1.0, 0.0))
    with pytest.raises(InvalidInputError, match="no stored evidence of shares"):
        ShareEvidence.from_plain({})


@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.9, 0.1), (0.2, 0.3, 0.5)])
def test_right_shares_are_doubted_in_1_percent_at_most(shares, most_wrong):
    rng = np.random.default_rng(2)
    arms = np.searchsorted(np.cumsum(shares)[:-1], rng.random((400, 8_000)))
    log_e = running_share_log_e_values(arms, shares)
    assert (log_e.max(axis=1) >= math.log(100)).sum() <= most_wrong(400, 0.01)


def test_a_mismatch_of_52_to_48_is_found_by_8000_units_in_the_median():
    rng = np.random.default_rng(3)
    arms = (rng.random((500, 8_000)) < 0.52).astype(int)
    log_e = running_share_log_e_values(arms, (0.5, 0.5))
    assert (log_e.max(axis=1) >= math.log(100)).mean() >= 0.5
