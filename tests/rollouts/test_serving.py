"""A served model: it routes, loads, predicts and records, and goes on when something is wrong."""

import time

import numpy as np
import pytest

from modelkeep.deployment.evidence.blocks import SERVED, SHADOW
from modelkeep.deployment.evidence.encoding import decode
from modelkeep.deployment.rollouts.states import RolloutState
from modelkeep.errors import NoActiveDeploymentError

S = RolloutState


class HardInputError(ValueError):
    """What a model raises for an input it cannot do."""


def answer(model, given):
    """Answer with the name of the model; a model fails for the inputs that it says it fails for."""
    if given in model["fails"]:
        raise HardInputError(given)
    return model["name"]


@pytest.fixture
def named(mk):
    """The ids of three versions, by the names of their models; `stable` serves production."""
    made = {
        name: mk.versions.create_version("m", {"name": name, "fails": fails}).version_id
        for name, fails in (("stable", [7]), ("canary", [13]), ("other", []))
    }
    mk.deployments.deploy_version(made["stable"], "production")
    return made


@pytest.fixture
def serve(mk, named):
    return mk.serve("m", predict=answer)


@pytest.fixture
def split(mk, named, serve, plan):
    """A function that starts a rollout and waits until the canary is served."""

    def start(weight=0.5, **more):
        rollout = mk.deployments.start_canary("m", named["canary"], plan(weight, **more))
        wait_for(lambda: serve.router.table.split_id == rollout.rollout_id)
        wait_for(lambda: is_loaded(serve))
        return rollout

    return start


def wait_for(holds, seconds=5.0):
    started = time.monotonic()
    while not holds():
        assert time.monotonic() - started < seconds, "it did not come to hold in time"
        time.sleep(0.01)
    return time.monotonic() - started


def is_loaded(serve):
    """Whether all versions of the table are loaded: from then on there is evidence."""
    return serve._ready >= serve.router.table.revision


def rows_of(mk, serve, rollout):
    """Return all blocks of a rollout, after what waits was written."""
    serve._shadows.submit(lambda: None).result()
    serve.router._recorder.flush()
    return [decode(payload) for _, payload in mk.traffic._evidence.read(rollout.rollout_id)]


def column(blocks, name):
    return np.concatenate([getattr(block, name) for block in blocks]) if blocks else np.array([])


def test_units_are_routed_and_what_became_of_them_is_recorded(mk, serve, split):
    assert {serve(1, unit=unit) for unit in range(50)} == {"stable"}
    rollout = split(0.3)
    served = [serve.call(1, unit=unit, values={"quality": 0.5}) for unit in range(400)]
    for unit, each in enumerate(served):
        assert each.answer == each.choice.arm == serve(1, unit=unit)
        assert each.choice == serve.router.choose(unit)
        assert 0 <= each.latency_seconds < 1
    assert 70 < sum(each.answer == "canary" for each in served) < 170
    blocks = rows_of(mk, serve, rollout)
    arms = column(blocks, "arms")
    # Those before the rollout are evidence of nothing.
    assert len(arms) == 800
    assert arms.sum() == 2 * sum(each.answer == "canary" for each in served)
    assert column(blocks, "successes").all()
    assert (column(blocks, "latencies") >= 0).all()
    told = np.concatenate([block.values["quality"] for block in blocks])
    assert np.nansum(told) == 200.0


def test_what_a_model_raises_is_raised_and_recorded_as_an_error(mk, serve, split):
    rollout = split(0.5)
    failed = 0
    for unit in range(100):
        arm = serve.router.choose(unit).arm
        for given in (7, 13):
            if given == {"stable": 7, "canary": 13}[arm]:
                with pytest.raises(HardInputError, match=str(given)):
                    serve(given, unit=unit)
                failed += 1
            else:
                assert serve(given, unit=unit) == arm
    blocks = rows_of(mk, serve, rollout)
    assert failed == 100
    assert (column(blocks, "successes") == 0).sum() == 100
    assert len(column(blocks, "arms")) == 200
    assert (column(blocks, "latencies") >= 0).all()


def test_a_version_that_cannot_be_loaded_serves_nobody(mk, named, plan):
    serve = mk.serve("m", predict=answer)
    real, refused = serve._load, OSError("no room")

    def load(version_id):
        if version_id == named["canary"]:
            raise refused
        return real(version_id)

    serve._load = load
    rollout = mk.deployments.start_canary("m", named["canary"], plan(0.5))
    wait_for(lambda: serve.last_error is not None)
    assert serve.last_error is refused
    served = [serve.call(1, unit=unit) for unit in range(200)]
    assert {each.answer for each in served} == {"stable"}
    assert {each.choice.version_id for each in served} == {named["stable"]}
    # Nothing is told of the canary, nor of stable alone: that would be no comparison.
    assert all(each.choice.forced for each in served)
    assert rows_of(mk, serve, rollout) == []
    assert mk.conductor.advance("m", checked=lambda _connection: None).state is not S.PROMOTING
    # The next revision is tried again, and then it serves.
    serve._load = real
    mk.rollouts.pause("m")
    mk.rollouts.resume("m")
    wait_for(lambda: {serve(1, unit=unit) for unit in range(100)} == {"stable", "canary"})
    assert serve.last_error is None


@pytest.mark.parametrize("by", ["roll back", "abort"])
def test_the_version_is_swapped_within_a_second(mk, named, serve, split, by):
    if by == "roll back":
        mk.deployments.deploy_version(named["other"], "production")
        wait_for(lambda: serve(1) == "other")
        mk.deployments.rollback_deployment("m")
        gone = "other"
    else:
        split(1.0)
        assert {serve(1, unit=unit) for unit in range(50)} == {"canary"}
        mk.rollouts.abort("m")
        gone = "canary"
    answers = []
    assert wait_for(lambda: answers.append(serve(1, unit="u")) or answers[-1] == "stable") <= 1.0
    # Without a gap: until then the one before had answered.
    assert set(answers) <= {gone, "stable"}
    assert {serve(1, unit=unit) for unit in range(200)} == {"stable"}


def test_a_promoted_version_serves_everybody(mk, serve, split):
    split(0.5)
    assert mk.rollouts.promote("m").state is S.PROMOTED
    wait_for(lambda: {serve(1, unit=unit) for unit in range(100)} == {"canary"}, seconds=1.0)


def test_answers_of_a_shadow_are_compared_and_never_served(mk, named, serve, split):
    plan = {"steps": [{"weight": 0, "min_duration_seconds": 0, "min_units": 50}], "shadow": True}
    rollout = split(**plan)
    served = [serve.call(given, unit=unit) for unit, given in enumerate([1, 13] * 30)]
    assert {each.answer for each in served} == {"stable"}
    assert {each.choice.shadow_version_id for each in served} == {named["canary"]}
    blocks = rows_of(mk, serve, rollout)
    pairs, arms = column(blocks, "pairs"), column(blocks, "arms")
    taken = 60 - serve.shadows_left_out
    assert taken > 0
    assert list(pairs) == [SERVED, SHADOW] * taken
    assert list(arms) == [0, 1] * taken
    ok = column(blocks, "successes")
    assert ok[pairs == SERVED].all()
    # The shadow fails for every second input, and nobody noticed.
    assert 0 < (ok[pairs == SHADOW] == 0).sum() <= 30


def test_an_error_of_stable_beside_a_shadow_is_recorded(mk, serve, split):
    plan = {"steps": [{"weight": 0, "min_duration_seconds": 0, "min_units": 50}], "shadow": True}
    rollout = split(**plan)
    for unit in range(10):
        with pytest.raises(HardInputError):
            serve(7, unit=unit)
    blocks = rows_of(mk, serve, rollout)
    assert (column(blocks, "successes") == 0).sum() == 10


def test_a_canary_that_takes_long_to_load_is_no_mismatch_of_the_split(mk, named, plan, clock):
    serve = mk.serve("m", predict=answer)
    real = serve._load
    release = []

    def load(version_id):
        wait_for(lambda: version_id != named["canary"] or release)
        return real(version_id)

    serve._load = load
    rollout = mk.deployments.start_canary("m", named["canary"], plan(0.5))
    wait_for(lambda: serve.router.table.split_id == rollout.rollout_id)
    for unit in range(600):
        assert serve(1, unit=unit) == "stable"
    release.append(True)
    wait_for(lambda: is_loaded(serve))
    for unit in range(600, 1200):
        serve(1, unit=unit)
    serve.router._recorder.flush()
    found = mk.conductor.advance("m", checked=lambda _connection: None)
    assert found.verdict["split_e_value"] < 100
    assert found.state is S.RUNNING


def test_a_model_without_a_version_in_production_is_not_served(mk):
    mk.versions.create_version("m", {"n": 1})
    with pytest.raises(NoActiveDeploymentError):
        mk.serve("m")


def test_without_predict_the_model_is_asked_itself(mk):
    made = mk.versions.create_version("m", [1, 2, 3])
    mk.deployments.deploy_version(made.version_id, "production")
    serve = mk.serve("m", predict=lambda model, given: model[given])
    assert serve(1) == 2
    with pytest.raises(IndexError):
        serve(5)


def test_what_was_recorded_is_written_when_the_registry_is_closed(mk, open_registry, named, plan):
    services = open_registry()
    serve = services.serve("m", predict=answer)
    rollout = mk.deployments.start_canary("m", named["canary"], plan(0.5))
    wait_for(lambda: serve.router.table.split_id == rollout.rollout_id)
    wait_for(lambda: is_loaded(serve))
    for unit in range(30):
        serve(1, unit=unit)
    services.close()
    services.close()
    blocks = [decode(payload) for _, payload in mk.traffic._evidence.read(rollout.rollout_id)]
    assert len(column(blocks, "arms")) == 30
