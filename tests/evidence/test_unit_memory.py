"""What is known of units: against a slow version, and against the chances that it claims."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelkeep.deployment.evidence.sorted_runs import SortedRuns
from modelkeep.deployment.evidence.unit_memory import UnitMemory, UnitSet
from modelkeep.deployment.routing.claims import claims_for
from modelkeep.errors import InvalidInputError


class SlowMemory:
    """The same, one row at a time, in dicts."""

    def __init__(self):
        self.stable_at = {}
        self.canary = set()
        self.arms_seen = set()

    def weight(self, point, arm, share):
        if point in self.canary:
            chance = float(arm)
        else:
            seen = self.stable_at.get(point, 0.0)
            chance = (share - seen) / (1.0 - seen) if share > seen else 0.0
        if arm:
            self.canary.add(point)
        else:
            self.stable_at[point] = max(share, self.stable_at.get(point, 0.0))
        new = (point, arm) not in self.arms_seen
        self.arms_seen.add((point, arm))
        return chance, new


few_points = st.integers(0, 6).map(lambda n: n * (2**64 - 1) // 6)
rows = st.tuples(few_points, st.booleans(), st.sampled_from([0.0, 0.01, 0.05, 0.25, 0.5, 1.0]))


@given(st.lists(st.lists(rows, max_size=30), max_size=6))
@settings(deadline=None, max_examples=300)
def test_it_is_as_if_rows_came_one_by_one(calls):
    memory, slow = UnitMemory(), SlowMemory()
    for call in calls:
        points, arms, shares = (list(column) for column in zip(*call, strict=True)) if call else (
            [], [], [],
        )  # fmt: skip
        expected = [slow.weight(*row) for row in call]
        observed = memory.observe(
            np.array(points, dtype=np.uint64), np.array(arms, bool), np.array(shares, float)
        )
        assert observed.weights.tolist() == [chance for chance, _ in expected]
        assert observed.new_in_arm.tolist() == [new for _, new in expected]
    assert len(memory) == len({point for point, _ in slow.arms_seen})


def test_it_is_so_for_many_units_too():
    rng, memory, slow = np.random.default_rng(11), UnitMemory(), SlowMemory()
    units = rng.integers(0, 1 << 64, 90_000, dtype=np.uint64)
    for share in (0.01, 0.25, 0.1, 0.5):
        for _ in range(2):
            points = rng.choice(units, 40_000)
            arms = rng.random(40_000) < share
            chances = memory.conditional_weights(points, arms, np.full(40_000, share))
            told = zip(points.tolist(), arms.tolist(), strict=True)
            assert chances.tolist() == [slow.weight(point, arm, share)[0] for point, arm in told]
    assert len(memory) == len({point for point, _ in slow.arms_seen}) > 80_000


def test_a_unit_with_very_many_rows_in_a_call_is_no_burden():
    memory, count = UnitMemory(), 200_000
    chances = memory.conditional_weights(
        np.zeros(count, np.uint64), np.zeros(count, bool), np.linspace(0.0, 0.5, count)
    )
    shares = np.linspace(0.0, 0.5, count)
    assert chances[0] == 0.0
    np.testing.assert_array_equal(chances[1:], (shares[1:] - shares[:-1]) / (1 - shares[:-1]))


def in_canary(points, share):
    claims = claims_for((), [share])
    inside = np.zeros(len(points), dtype=bool)
    for start, end, _ in claims:
        inside |= (points >= np.uint64(start)) & (points <= np.uint64(end - 1))
    return inside


def test_the_chance_given_the_past_is_what_it_says():
    """Returning units through a ramp, as the router would place them; the error is 5 sigma.

    200,000 units, each seen in some of the steps. In every step the canary's share among the units
    of each told chance is compared with it: the chance that any of some 15 binomial counts is more
    than 5 standard deviations off is below 1e-5, and the seed is fixed.
    """
    rng, memory = np.random.default_rng(20260131), UnitMemory()
    units = rng.integers(0, 1 << 64, 200_000, dtype=np.uint64)
    compared, informative_returns = 0, 0
    for share in (0.01, 0.05, 0.25, 0.5, 0.9):
        for _ in range(2):
            seen = units[rng.random(len(units)) < 0.3]
            was_known = ~memory_copy_first(memory, seen)
            arms = in_canary(seen, share)
            chances = memory.conditional_weights(seen, arms, np.full(len(seen), share))
            for chance in np.unique(chances):
                of_chance = chances == chance
                count, hits = int(of_chance.sum()), int(arms[of_chance].sum())
                sigma = np.sqrt(count * chance * (1 - chance))
                assert abs(hits - count * chance) <= 5 * sigma
                compared += 0 < chance < 1
            informative_returns += int((was_known & (chances > 0) & (chances < 1)).sum())
    assert compared >= 15
    assert informative_returns > 30_000


def memory_copy_first(memory, points):
    """Tell which units a memory does not know, without telling it of them."""
    found, _ = memory._runs.get(np.sort(points))
    first = np.empty(len(points), dtype=bool)
    first[np.argsort(points)] = ~found
    return first


def test_after_a_step_down_nothing_is_learned_of_those_who_are_back():
    memory = UnitMemory()
    points, share = np.array([1, 2], np.uint64), np.array([0.5, 0.5])
    assert memory.conditional_weights(points, np.array([True, False]), share).tolist() == [0.5, 0.5]
    down = memory.conditional_weights(points, np.array([False, False]), share / 10)
    assert down.tolist() == [0.0, 0.0]
    again = memory.conditional_weights(points, np.array([True, False]), share)
    assert again.tolist() == [1.0, 0.0]
    up = memory.conditional_weights(points, np.array([True, False]), np.array([0.75, 0.75]))
    assert up.tolist() == [1.0, 0.5]


def test_pairs_tell_nothing_of_the_assignment():
    memory = UnitMemory()
    point = np.array([9, 9], np.uint64)
    observed = memory.observe(
        point, np.array([False, True]), np.full(2, 0.1), paired=np.array([True, True])
    )
    assert observed.weights.tolist() == [0.5, 0.5]
    assert observed.new_in_arm.tolist() == [True, True]
    later = memory.observe(point[:1], np.array([True]), np.array([0.25]))
    assert later.weights.tolist() == [0.25]
    assert later.new_in_arm.tolist() == [False]


@pytest.mark.parametrize("kind", [UnitSet, UnitMemory])
@given(calls=st.lists(st.lists(few_points, max_size=20), max_size=6))
@settings(deadline=None, max_examples=50)
def test_first_tells_who_was_not_seen_before(kind, calls):
    memory, seen = kind(), set()
    for call in calls:
        expected = []
        for point in call:
            expected.append(point not in seen)
            seen.add(point)
        assert memory.first(np.array(call, dtype=np.uint64)).tolist() == expected
    assert len(memory) == len(seen)


def test_bad_rows_are_refused():
    points, arms = np.zeros(2, np.uint64), np.zeros(2, bool)
    for weights in (np.array([0.5, np.nan]), np.array([0.5, 1.5])):
        with pytest.raises(InvalidInputError, match=r"weights hold (nan|1\.5)"):
            UnitMemory().conditional_weights(points, arms, weights)
    with pytest.raises(InvalidInputError, match="must be equal"):
        UnitMemory().conditional_weights(points, arms, np.zeros(3))


def test_ten_million_units_would_take_less_than_200_megabytes():
    memory, rng = UnitMemory(), np.random.default_rng(1)
    for _ in range(5):
        points = rng.integers(0, 1 << 64, 100_000, dtype=np.uint64)
        memory.conditional_weights(points, rng.random(100_000) < 0.1, np.full(100_000, 0.1))
    held = sum(run.keys.nbytes + sum(column.nbytes for column in run.columns)
               for run in memory._runs._recent + memory._runs._base)  # fmt: skip
    assert held == memory.nbytes
    assert held / len(memory) * 10_000_000 < 200e6


key = st.integers(0, 2**64 - 1)


@given(
    st.lists(
        st.tuples(st.sampled_from(["update", "remove"]), st.lists(key, max_size=8)), max_size=12
    ),
    st.integers(1, 50),
)
@settings(deadline=None, max_examples=200)
def test_sorted_runs_are_a_map(steps, smallest):
    # A base of a few keys, so that runs settle in it.
    from modelkeep.deployment.evidence import sorted_runs

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorted_runs, "_SMALLEST_BASE", smallest)
        runs, model, pool = SortedRuns(np.int64), {}, []
        for number, (what, drawn) in enumerate(steps):
            pool += drawn
            keys = sorted({*drawn, *pool[:: number + 2]})
            array = np.array(keys, dtype=np.uint64)
            if what == "remove":
                runs.remove(array)
                for each in keys:
                    model.pop(each, None)
            else:
                found = runs.update(array, lambda _, known, n=number: [known[0] * 3 + n + 1])
                assert found.tolist() == [each in model for each in keys]
                model |= {each: model.get(each, 0) * 3 + number + 1 for each in keys}
            assert len(runs) == len(model)
            found, (numbers,) = runs.get(np.array(sorted({*pool}), dtype=np.uint64))
            assert numbers.tolist() == [model.get(each, 0) for each in sorted({*pool})]
            assert found.tolist() == [each in model for each in sorted({*pool})]
