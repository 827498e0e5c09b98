"""Promote and abort at the same time: the abort wins, and the history tells one story."""

import itertools
import threading
import time

import pytest

import modelkeep
from modelkeep.catalogue import events, rollouts, rows
from modelkeep.catalogue.tables import VERSIONS
from modelkeep.deployment.rollouts import splits
from modelkeep.deployment.rollouts.endings import SETTLE_SECONDS
from modelkeep.deployment.rollouts.errors import IllegalRolloutMoveError
from modelkeep.deployment.rollouts.records import to_rollout
from modelkeep.deployment.rollouts.states import TRANSITIONS, RolloutState
from modelkeep.errors import NotDeployableError

S = RolloutState
MODELS, ROUNDS = 5, 20
PLAN = {"steps": [0.5], "metrics": ["errors"]}


def connect(folder, actor):
    return modelkeep.connect(
        folder / "r", backup_path=str(folder / "b"), actor=actor, busy_timeout_seconds=60.0
    )


def together(calls):
    """Run calls in threads that begin in the same instant; return results and refusals."""
    found, gate = [None] * len(calls), threading.Barrier(len(calls))

    def run(place, call):
        gate.wait()
        try:
            found[place] = call()
        except IllegalRolloutMoveError as error:
            found[place] = error
        except BaseException as error:
            found[place] = AssertionError(f"{error!r}")

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def active_in_production(services, model_id):
    """Return the versions that serve production by their own rows, read at one time."""
    return [
        version.version_id
        for version in services.versions.get_versions(model_id, limit=None)
        if version.is_active and version.deployment_stage.value == "production"
    ]


def check_story(services, rollout_id):
    """Hold the events of a rollout against what may follow what; return their kinds."""
    rollout = services.rollouts.get(rollout_id)
    with services.catalogue.read() as connection:
        told = [
            event
            for event in events.of_version(connection, rollout.version_id)
            if event.after.get("rollout_id") == rollout_id
        ]
    for before, event in itertools.pairwise(told):
        assert event.before["state"] == before.after["state"]
        assert S(event.after["state"]) in TRANSITIONS[S(before.after["state"])]
    assert told[-1].after["state"] == rollout.state.value
    return [event.after["state"] for event in told]


@pytest.fixture
def registries(tmp_path):
    """Two services on one folder, as two processes have, and for each model two versions."""
    with connect(tmp_path, "promoter") as promoter, connect(tmp_path, "aborter") as aborter:
        made = {}
        for number in range(MODELS):
            model = f"m{number}"
            pair = [promoter.versions.create_version(model, {"n": n}) for n in range(2)]
            promoter.deployments.deploy_version(pair[0].version_id, "production")
            made[model] = [each.version_id for each in pair]
        yield promoter, aborter, made


def test_100_races_of_promote_against_abort(registries):
    promoter, aborter, made = registries
    both = 0
    stop = threading.Event()
    most_active = []

    def look():
        while not stop.wait(0.02):
            most_active.extend(len(active_in_production(aborter, model)) for model in made)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        for turn in range(ROUNDS):
            started = {
                model: promoter.deployments.start_canary(model, pair[1], PLAN).rollout_id
                for model, pair in made.items()
            }
            calls = []
            for place, rollout_id in enumerate(started.values()):
                # Some aborts come at the same time, some while the promotion waits.
                pause = (turn + place) % 5 * SETTLE_SECONDS / 8
                calls.append(lambda name=rollout_id: promoter.rollouts.promote(name))
                calls.append(
                    lambda name=rollout_id, pause=pause: (
                        time.sleep(pause),
                        aborter.rollouts.abort(name, reason="no"),
                    )
                )
            found = together(calls)
            for place, (model, rollout_id) in enumerate(started.items()):
                promoted, aborted = found[2 * place : 2 * place + 2]
                assert isinstance(promoted, IllegalRolloutMoveError), promoted
                assert isinstance(aborted, tuple), aborted
                assert aborted[1].state is S.ABORTED
                story = check_story(aborter, rollout_id)
                assert story in (
                    ["pending", "running", "promoting", "aborting", "aborted"],
                    ["pending", "running", "aborting", "aborted"],
                )
                both += "promoting" in story
                stable, _ = made[model]
                assert active_in_production(promoter, model) == [stable]
                assert promoter.deployments.find_active_deployment(model, "canary") is None
                with promoter.catalogue.read() as connection:
                    [arm] = splits.current(connection, model).arms
                assert (arm.version_id, arm.weight) == (stable, 1.0)
    finally:
        stop.set()
        watcher.join()
    # Races in which the promotion had begun; else nothing was shown.
    assert both >= MODELS * ROUNDS // 2
    assert set(most_active) == {1}


def test_an_abort_that_waits_for_its_turn_beats_a_promotion_that_has_it(registries):
    promoter, aborter, made = registries
    stable, canary = made["m0"]
    rollout_id = promoter.deployments.start_canary("m0", canary, PLAN).rollout_id
    with promoter.catalogue.write() as connection:
        row = rollouts.find(connection, rollout_id)
        promoter.rollouts._moves.move(connection, row, S.PROMOTING, to_rollout(row).progress)
    found = []
    with promoter.catalogue.write():
        # The abort asks, and then waits for the writer; the promotion is tried before it wakes.
        asking = threading.Thread(target=lambda: found.append(aborter.rollouts.abort("m0")))
        asking.start()
        deadline = time.monotonic() + 30
        while not promoter.rollouts.endings._requests.is_put(rollout_id):
            assert time.monotonic() < deadline
            time.sleep(0.005)
    with pytest.raises(IllegalRolloutMoveError, match="stopped meanwhile"):
        promoter.rollouts.endings.finish_promotion(rollout_id)
    asking.join()
    assert found[0].state is S.ABORTED
    assert active_in_production(aborter, "m0") == [stable]
    assert not aborter.rollouts.endings._requests.is_put(rollout_id)
    assert check_story(aborter, rollout_id)[-3:] == ["promoting", "aborting", "aborted"]
    # It has ended now: to abort it once more is a mistake that is told.
    with pytest.raises(IllegalRolloutMoveError):
        aborter.rollouts.abort(rollout_id)


def test_a_promotion_does_the_abort_of_a_process_that_died_after_it_had_asked(registries):
    promoter, aborter, made = registries
    stable, canary = made["m0"]
    rollout_id = promoter.deployments.start_canary("m0", canary, PLAN).rollout_id
    aborter.rollouts.endings._requests.put(rollout_id)
    with pytest.raises(IllegalRolloutMoveError, match="stopped meanwhile"):
        promoter.rollouts.promote("m0")
    assert promoter.rollouts.get(rollout_id).state is S.ABORTED
    assert active_in_production(promoter, "m0") == [stable]


def test_what_production_refuses_is_left_to_a_person_at_once(registries):
    promoter, _, made = registries
    _, canary = made["m0"]
    rollout_id = promoter.deployments.start_canary("m0", canary, PLAN).rollout_id
    with promoter.catalogue.write() as connection:
        row = rows.find(connection, VERSIONS, version_id=canary)
        rows.change(connection, VERSIONS, row, {"status": "failed"})
    with pytest.raises(NotDeployableError):
        promoter.rollouts.promote("m0")
    found = promoter.rollouts.get(rollout_id)
    assert found.state is S.INCONCLUSIVE
    assert "production refuses it" in found.reason


def test_an_abort_that_comes_after_the_promotion_is_refused_with_the_way_back(registries):
    promoter, aborter, made = registries
    stable, canary = made["m0"]
    rollout = promoter.deployments.start_canary("m0", canary, PLAN)
    assert promoter.rollouts.promote("m0").state is S.PROMOTED
    with pytest.raises(IllegalRolloutMoveError, match="rollback"):
        aborter.rollouts.abort(rollout.rollout_id)
    assert active_in_production(aborter, "m0") == [canary]
    assert aborter.deployments.rollback_deployment("m0").version_id == stable


def test_rollouts_that_start_at_once_leave_one(registries):
    promoter, aborter, made = registries
    from modelkeep.deployment.rollouts.errors import SplitInUseError

    def start(services):
        try:
            return services.deployments.start_canary("m0", made["m0"][1], PLAN).rollout_id
        except SplitInUseError:
            return None

    for _ in range(5):
        found = together([lambda s=services: start(s) for services in (promoter, aborter) * 3])
        [started] = [each for each in found if each is not None]
        assert promoter.rollouts.list_open() == [started]
        aborter.rollouts.abort("m0")
    assert len(promoter.rollouts.list_rollouts("m0")) == 5
