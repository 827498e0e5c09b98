"""What a router answers: sticky, monotone under ramps, with overrides and shadows, also at once."""

import gc
import itertools
import math
import sys
import threading
import weakref

import numpy as np
import pytest

from modelkeep.clock import SystemClock
from modelkeep.deployment.router import Router
from modelkeep.deployment.routing.claims import claims_for
from modelkeep.deployment.routing.points import point_of
from modelkeep.deployment.routing.prepared_table import PreparedTable
from modelkeep.deployment.routing.table import POINTS, Choice
from modelkeep.errors import (
    ClosedError,
    DamagedCatalogueError,
    InvalidInputError,
    InvalidSettingError,
)

PEOPLE = [f"user-{n}" for n in range(20_000)]


@pytest.fixture
def many_switches():
    """Has threads change places fifty times as often as usual."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    yield
    sys.setswitchinterval(before)


@pytest.fixture
def ramp(sqlite, database):
    """Publishes tables whose claims go on from one another."""
    state = {"claims": (), "revision": 0}

    def publish(*weights, **rest):
        state["claims"] = claims_for(state["claims"], weights)
        state["revision"] += 1
        table = sqlite.table_of(
            state["claims"], weights=weights, revision=state["revision"], **rest
        )
        sqlite.publish(database, table)
        return table

    return publish


def arms(router):
    return [router.choose(unit).arm_index for unit in PEOPLE]


def test_a_choice_says_all_that_the_evidence_needs(ramp, open_router):
    ramp(0.25, 0.5)
    router = open_router()
    for unit in PEOPLE[:200]:
        point = point_of("salt", unit)
        arm = 0 if point >= POINTS * 3 // 4 else 1 + (point >= POINTS // 4)
        name, weight = ("stable", "arm1", "arm2")[arm], (0.25, 0.25, 0.5)[arm]
        expected = Choice(f"v{arm}", name, weight, 1, "r1", point, arm, False, "")
        assert router.choose(unit) == expected
        assert type(router.choose(unit)) is Choice


def test_without_a_split_all_get_the_stable_version(sqlite, database, open_router):
    sqlite.publish(database, sqlite.table_of(split_id="", salt=""))
    router = open_router()
    assert {router.choose(unit)[:5] for unit in PEOPLE[:100]} == {("v0", "stable", 1, 1, "")}
    assert router.choose_batch(PEOPLE).arm_index.sum() == 0


def test_a_full_weight_leaves_nothing_to_stable(ramp, open_router):
    ramp(1.0)
    router = open_router()
    assert set(arms(router)) == {1}
    assert set(router.choose_batch(PEOPLE).arm_index.tolist()) == {1}


def test_a_ramp_is_sticky_and_moves_no_more_than_the_added_weight(ramp, open_router):
    ramp(0.0, 0.1)
    router = open_router()
    before, weights = arms(router), [0.0, 0.01, 0.05, 0.25, 0.5, 0.9]
    for was, weight in itertools.pairwise(weights):
        ramp(weight, 0.1)
        router.refresh()
        after = arms(router)
        assert after == arms(router)
        moved = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
        assert set(moved) <= {(0, 1)}
        # Within 5 standard deviations of a binomial count: wrong once in 1.7 million.
        expected = len(PEOPLE) * (weight - was)
        assert abs(len(moved) - expected) < 5 * math.sqrt(expected)
        before = after
    ramp(0.0, 0.1)
    router.refresh()
    assert set(arms(router)) == {0, 2}


def test_no_unit_is_a_coin_for_each_request(ramp, open_router):
    ramp(0.3)
    router = open_router()
    drawn = [router.choose() for _ in range(5000)]
    assert len({choice.point for choice in drawn}) == 5000
    share = sum(choice.arm_index for choice in drawn) / 5000
    assert abs(share - 0.3) < 5 * math.sqrt(0.3 * 0.7 / 5000)


def test_overrides_hold_for_each_form_of_a_unit(ramp, open_router):
    units = {"tester": 1, "42": 2, "Zoë": 0}
    ramp(0.1, 0.1, overrides=units)
    router = open_router()
    forms = {"tester": 1, b"tester": 1, "42": 2, 42: 2, b"42": 2, "Zoë": 0}
    for unit, arm in forms.items():
        choice = router.choose(unit)
        assert (choice.arm_index, choice.version_id, choice.forced) == (arm, f"v{arm}", True)
        assert choice.point == point_of("salt", unit)
    assert not router.choose("tester2").forced
    batch = router.choose_batch([*forms, "tester2", None])
    assert batch.arm_index[:-2].tolist() == list(forms.values())
    assert batch.forced.tolist() == [True] * len(forms) + [False, False]


def test_a_unit_that_only_shares_the_point_of_an_override_is_not_forced(sqlite):
    """Such units are too rare to be found, so the override's unit is replaced by another."""
    prepared = PreparedTable(sqlite.table_of(weights=(0.0,), overrides={"tester": 1}), "m")
    prepared._forced[point_of("salt", "tester")] = (b"another", 1)
    choice, batch = prepared.choose("tester"), prepared.choose_batch(["tester"])
    assert (choice.arm_index, choice.forced) == (0, False)
    assert (batch.arm_index.tolist(), batch.forced.tolist()) == ([0], [False])


def test_a_shadow_is_called_beside_every_arm_but_itself(ramp, open_router):
    ramp(0.5, 0.0, shadow=2, overrides={"tester": 2})
    router = open_router()
    assert {router.choose(unit).shadow_version_id for unit in PEOPLE[:100]} == {"v2"}
    assert {router.choose(unit).arm_index for unit in PEOPLE[:100]} == {0, 1}
    forced = router.choose("tester")
    assert (forced.version_id, forced.shadow_version_id) == ("v2", "")


def test_a_batch_is_what_single_choices_are(ramp, open_router):
    ramp(0.3, 0.2)
    ramp(0.2, 0.4)
    table = ramp(0.5, 0.4, overrides={"user-7": 2})
    router = open_router()
    batch = router.choose_batch(PEOPLE)
    single = [router.choose(unit) for unit in PEOPLE]
    assert batch.point.tolist() == [choice.point for choice in single]
    assert batch.arm_index.tolist() == [choice.arm_index for choice in single]
    assert batch.forced.tolist() == [choice.forced for choice in single]
    assert (batch.point.dtype, batch.arm_index.dtype) == (np.uint64, np.uint8)
    assert batch.table == table == router.table
    assert router.choose_batch([]).point.shape == (0,)


def test_points_at_the_borders_of_a_claim(sqlite, open_router):
    """A claim has its start and not its end, in both ways to choose."""
    point = point_of("salt", "u")
    for claim, arm in (((point, point + 1), 1), ((0, point), 0), ((point + 1, POINTS), 0)):
        prepared = PreparedTable(sqlite.table_of([(*claim, 1)], weights=(0.5,)), "m")
        assert prepared.choose("u").arm_index == arm
        assert prepared.choose_batch(["u"]).arm_index.tolist() == [arm]


@pytest.mark.parametrize("unit", [1.5, True, ["u"]], ids=repr)
def test_what_is_no_unit_is_refused(ramp, open_router, unit):
    ramp(0.5)
    router = open_router()
    with pytest.raises(InvalidInputError, match="a unit is a str, an int or bytes"):
        router.choose(unit)
    with pytest.raises(InvalidInputError, match="a unit is a str, an int or bytes"):
        router.choose_batch([unit])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"claims": [(0, 9, 3)]}, r"has 2 arms.*names \[3\]"),
        ({"claims": [(0, 9, 1), (5, 9, 1)]}, "the claim of the points 5 to 9"),
        ({"overrides": {"u": -1}}, r"names \[-1\]"),
        ({"shadow": 2}, r"names \[2\]"),
        ({"model_id": "other"}, "it is that of 'other'"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_table_that_contradicts_itself_is_refused(sqlite, wrong, said):
    with pytest.raises(DamagedCatalogueError, match=said):
        PreparedTable(sqlite.table_of(weights=(0.1,), **wrong), "m")


def test_a_closed_router_chooses_no_more(ramp, open_router):
    table = ramp(0.5)
    router = open_router()
    router.close()
    for call in (lambda: router.choose("u"), lambda: router.choose_batch(["u"]), router.refresh):
        with pytest.raises(ClosedError, match="router of 'm' is closed; make a new one"):
            call()
    assert router.table == table
    assert router.last_error is None


@pytest.mark.parametrize("seconds", [0, -1, math.nan, math.inf])
def test_the_interval_is_a_positive_number(ramp, open_router, seconds):
    ramp(0.5)
    with pytest.raises(InvalidSettingError, match="poll_seconds is .* must be a positive number"):
        open_router(poll_seconds=seconds)


def test_a_router_that_is_dropped_takes_its_thread_along(sqlite, database, ramp, eventually):
    ramp(0.5)
    source = sqlite.SqliteTables(database)
    router = Router(
        model_id="m", source=source, copy_path=None, clock=SystemClock(), poll_seconds=0.01
    )
    thread = next(t for t in threading.enumerate() if t.name == "modelkeep-router-m")
    gone = weakref.ref(router)
    del router
    gc.collect()
    eventually(lambda: gone() is None)
    thread.join(5)
    assert not thread.is_alive()
    source.close()


def test_tables_are_swapped_while_four_threads_choose(ramp, open_router, many_switches):
    """Each choice is one of a single table, and no thread sees an older table after a newer one."""
    ramp(0.0)
    router = open_router(poll_seconds=0.005)
    units = PEOPLE[:500]
    seen, done = [set() for _ in range(4)], threading.Event()
    wrong = []

    def work(place):
        last = 0
        while not done.is_set():
            for unit in units:
                choice = router.choose(unit)
                seen[place].add(choice.revision)
                # The weight of arm 1 grows by a hundredth a revision.
                limit = (choice.revision - 1) * POINTS // 100
                if abs(choice.point - limit) > 2**12 and (choice.point < limit) != choice.arm_index:
                    wrong.append(choice)
                if choice.revision < last:
                    wrong.append((last, choice))
                last = choice.revision

    threads = [threading.Thread(target=work, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for percent in range(1, 31):
        ramp(percent / 100)
        router.refresh()
    done.set()
    for thread in threads:
        thread.join()
    assert not wrong
    assert all(len(revisions) > 3 for revisions in seen)
    assert router.table.revision == 31
