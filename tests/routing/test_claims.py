"""Claims on points: disjoint, exact, and moving no more than a change of weights asks for."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelkeep.deployment.routing.claims import (
    MOST_ARMS,
    check_claims,
    claims_for,
    points_of_weight,
    unclaimed,
)
from modelkeep.deployment.routing.table import POINTS, Claim
from modelkeep.errors import InvalidInputError

ARMS = 4


@st.composite
def weight_lists(draw):
    """Weights of four arms whose sum is at most 1, often exactly."""
    shares = draw(st.lists(st.integers(0, 20), min_size=ARMS, max_size=ARMS))
    rest = draw(st.sampled_from([0, 0, 1, 30]))
    total = sum(shares) + rest or 1
    weights = [share / total for share in shares]
    return weights if math.fsum(weights) <= 1 else [weight * (1 - 1e-9) for weight in weights]


HISTORIES = st.lists(weight_lists(), min_size=1, max_size=8)


def spans(claims, arm):
    if arm == 0:
        return list(unclaimed(claims))
    return [(claim.start, claim.end) for claim in claims if claim.arm == arm]


def common(one, other):
    """How many points two lists of ranges share."""
    return sum(max(0, min(b, d) - max(a, c)) for a, b in one for c, d in other)


def size(ranges):
    return sum(end - start for start, end in ranges)


def history(steps):
    claims = ()
    for weights in steps:
        before, claims = claims, claims_for(claims, weights)
        yield before, claims, weights


@settings(deadline=None)
@given(HISTORIES)
def test_claims_are_sorted_disjoint_merged_and_of_the_exact_size(steps):
    for _, claims, weights in history(steps):
        check_claims(claims)
        assert list(claims) == sorted(claims)
        for one, other in itertools.pairwise(claims):
            assert one.end < other.start or one.arm != other.arm
        for arm, weight in enumerate(weights, start=1):
            assert size(spans(claims, arm)) == points_of_weight(weight)
            # Rounded down, and by less than 2^-52 of all points.
            assert 0 <= Fraction(weight) * POINTS - points_of_weight(weight) < 2**12


@settings(deadline=None)
@given(HISTORIES)
def test_each_arm_keeps_all_it_can(steps):
    for before, claims, _ in history(steps):
        for arm in range(1, ARMS + 1):
            was, now = spans(before, arm), spans(claims, arm)
            assert common(was, now) == min(size(was), size(now))
            if size(was) == size(now):
                assert was == now


@settings(deadline=None)
@given(HISTORIES)
def test_arms_take_from_one_another_only_when_stable_has_too_little(steps):
    for before, claims, _ in history(steps):
        was, now = ([spans(state, arm) for arm in range(ARMS + 1)] for state in (before, claims))
        grown = sum(max(0, size(b) - size(a)) for a, b in zip(was[1:], now[1:], strict=True))
        crossed = sum(
            common(was[one], now[other])
            for one in range(1, ARMS + 1)
            for other in range(1, ARMS + 1)
            if one != other
        )
        assert crossed == max(0, grown - size(was[0]))


@settings(deadline=None)
@given(HISTORIES, st.integers(0, ARMS - 1), st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_a_ramp_of_one_arm_moves_only_units_from_stable_to_it(steps, which, ramp):
    *_, (_, claims, weights) = history(steps)
    room = max(0.0, 1 - math.fsum(weights))
    for share in sorted(ramp):
        to = min(1.0, weights[which] + share * room * (1 - 1e-9))
        wanted = [*weights[:which], to, *weights[which + 1 :]]
        after = claims_for(claims, wanted)
        for arm in range(1, ARMS + 1):
            kept, now = spans(claims, arm), spans(after, arm)
            assert common(kept, now) == size(kept)
            if arm != which + 1:
                assert kept == now
        moved = common(spans(claims, 0), spans(after, which + 1))
        held = size(spans(claims, which + 1))
        assert moved == points_of_weight(to) - held
        claims = after


@settings(deadline=None)
@given(weight_lists(), st.lists(st.floats(0, 1), min_size=2, max_size=6))
def test_a_ramp_down_undoes_a_ramp_up_step_by_step(start, ramp):
    """What an arm took last goes first: each state on the way down is that of the way up."""
    room = max(0.0, 1 - math.fsum(start[1:]))
    weights = [[share * room * (1 - 1e-9), *start[1:]] for share in sorted(ramp)]
    states, claims = [], claims_for((), [0.0, *start[1:]])
    for wanted in weights:
        claims = claims_for(claims, wanted)
        states.append(claims)
    for wanted, state in zip(reversed(weights), reversed(states), strict=True):
        claims = claims_for(claims, wanted)
        assert claims == state


def test_a_full_weight_covers_every_point():
    assert claims_for((), [1.0]) == (Claim(0, POINTS, 1),)
    claims = claims_for((), [0.3, 0.2])
    for weights in ([0.3, 0.0], [1.0, 0.0]):
        claims = claims_for(claims, weights)
    assert claims == (Claim(0, POINTS, 1),)
    assert claims_for(claims, [0.0, 1.0]) == (Claim(0, POINTS, 2),)
    assert claims_for(claims, []) == ()


def test_a_known_sequence():
    quarter = POINTS // 4
    claims = claims_for((), [0.25])
    assert claims == (Claim(0, quarter, 1),)
    claims = claims_for(claims, [0.25, 0.25])
    assert claims == (Claim(0, quarter, 1), Claim(quarter, 2 * quarter, 2))
    claims = claims_for(claims, [0.5, 0.25])
    assert claims == (
        Claim(0, quarter, 1),
        Claim(quarter, 2 * quarter, 2),
        Claim(2 * quarter, 3 * quarter, 1),
    )
    # Arm 2 grows from above what it has although lower points are free.
    claims = claims_for(claims_for(claims, [0.125, 0.25]), [0.125, 0.5])
    assert claims == (Claim(0, quarter // 2, 1), Claim(quarter, 3 * quarter, 2))


def test_weights_that_sum_to_one_in_floating_point_are_taken():
    for weights in ([0.1] * 10, [1 / 3] * 3, [1 / 6] * 6, [0.7, 0.2, 0.1], [1 / 255] * 255):
        claims = claims_for((), weights)
        total = size((claim.start, claim.end) for claim in claims)
        assert POINTS - len(weights) * 2**12 <= total <= POINTS


def test_numbers_of_numpy_are_weights():
    exact = claims_for((), [0.25, 0.5])
    assert claims_for((), np.array([0.25, 0.5])) == exact
    assert claims_for((), [np.float32(0.25), np.float32(0.5)]) == exact
    assert points_of_weight(2.0**-53) == 0


@pytest.mark.parametrize("weight", [-0.1, 1.1, math.nan, math.inf, True, "0.5", None], ids=repr)
def test_what_is_no_weight_is_refused(weight):
    with pytest.raises(InvalidInputError, match="of arm 2 is not valid; it must be 0 to 1"):
        claims_for((), [0.1, weight])


def test_too_much_or_too_many_is_refused():
    with pytest.raises(InvalidInputError, match=r"\[0\.6, 0\.5\] sum to 1\.1; .* at most 1"):
        claims_for((), [0.6, 0.5])
    with pytest.raises(InvalidInputError, match="256 weights are too many; give at most 255"):
        claims_for((), [0.0] * MOST_ARMS)


@pytest.mark.parametrize(
    "claims",
    [
        (Claim(5, 5, 1),),
        (Claim(-1, 5, 1),),
        (Claim(0, POINTS + 1, 1),),
        (Claim(0, 10, 1), Claim(9, 20, 2)),
        (Claim(10, 20, 1), Claim(0, 5, 1)),
        (Claim(0, 5, 0),),
        (Claim(0, 5, MOST_ARMS),),
    ],
    ids=repr,
)
def test_claims_that_contradict_themselves_are_refused(claims):
    with pytest.raises(InvalidInputError, match="the claim of the points"):
        claims_for(claims, [0.5])
