"""What users of other tools reported of their canaries must not happen here: a test for each."""

import time

import numpy as np
import pytest
from typer.testing import CliRunner

from modelkeep.cli.main import app
from modelkeep.deployment.rollouts.errors import InvalidPlanError
from modelkeep.deployment.rollouts.states import RolloutState
from modelkeep.deployment.routing.table import POINTS

S = RolloutState
SECONDS_UNTIL_ROUTERS_KNOW = 2.0


def watch(folder, *arguments):
    """Run `modelkeep canary watch` and return its exit code."""
    return CliRunner().invoke(
        app, ["--storage", str(folder), "canary", "watch", "m", "--every", "0.05", *arguments]
    )


def bad_canary(mk, visitors, versions, look, plan):
    """Start a rollout of a version that fails three times as often; return it as it ends."""
    rollout = mk.deployments.start_canary("m", versions[1], plan)
    visitors.visit(20_000, errors=(0.02, 0.06))
    found = look()
    assert found.rollout_id == rollout.rollout_id
    return found


def test_a_retry_after_an_abort_is_a_rollout_of_its_own(mk, versions, visitors, look, plan, clock):
    first = bad_canary(mk, visitors, versions, look, plan(0.5))
    assert first.state is S.ABORTED
    salt = visitors.router.table.salt
    again = mk.deployments.start_canary("m", versions[1], plan(0.5))
    assert again.state is S.RUNNING
    assert again.rollout_id != first.rollout_id
    visitors.visit(20_000)
    assert visitors.router.table.split_id == again.rollout_id
    assert visitors.router.table.salt not in ("", salt)
    # The evidence of the first try says nothing about the second.
    assert look().state is S.PROMOTING
    clock.advance(seconds=1)
    assert look().state is S.PROMOTED
    assert mk.rollouts.get(first.rollout_id).state is S.ABORTED
    assert mk.deployments.get_active_deployment("m").version_id == versions[1]


def test_an_abort_is_obeyed_at_once_and_stays(mk, open_registry, versions, visitors, plan):
    rollout = mk.deployments.start_canary("m", versions[1], plan(1.0))
    elsewhere = open_registry().router("m")
    assert elsewhere.choose("u").version_id == versions[1]
    visitors.visit(500)
    assert mk.rollouts.abort("m", reason="a hunch").state is S.ABORTED
    late = time.monotonic() + SECONDS_UNTIL_ROUTERS_KNOW
    while elsewhere.choose("u").version_id != versions[0]:
        assert time.monotonic() < late, "the router of another service did not hear of the abort"
        time.sleep(0.01)
    for router in (elsewhere, visitors.router):
        router.refresh()
        assert set(router.choose_batch(range(2000)).arm_index.tolist()) == {0}
        assert [arm.version_id for arm in router.table.arms] == [versions[0]]
    assert mk.rollouts.get(rollout.rollout_id).reason == "a hunch"
    # What comes in late for the rollout that has ended changes nothing.
    mk.conductor.advance("m", checked=lambda _connection: None)
    assert mk.rollouts.get("m").state is S.ABORTED
    assert set(elsewhere.choose_batch(range(2000)).arm_index.tolist()) == {0}


def test_nothing_retries_by_itself(mk, versions, visitors, look, plan, clock, events_of):
    ended = bad_canary(mk, visitors, versions, look, plan(0.5))
    told = events_of(ended.rollout_id)
    for _ in range(5):
        clock.advance(hours=24)
        assert look() == ended
        assert mk.driver.look() == 0
    assert mk.rollouts.list_rollouts("m") == [ended]
    assert events_of(ended.rollout_id) == told
    assert mk.deployments.find_active_deployment("m", "canary") is None


def test_a_failing_analysis_is_never_told_as_success(
    mk, versions, visitors, look, plan, events_of, tmp_path
):
    ended = bad_canary(mk, visitors, versions, look, plan(0.5))
    assert ended.state is S.ABORTED
    assert ended.verdict["decision"] == "abort"
    assert ended.verdict["metrics"][0]["harmful"]
    assert "the canary is worse" in ended.reason
    kinds = [event.kind for event in events_of(ended.rollout_id)]
    assert kinds == ["rollout_pending", "rollout_running", "rollout_aborting", "rollout_aborted"]
    aborting = events_of(ended.rollout_id)[2]
    assert aborting.after["verdict"]["decision"] == "abort"
    assert aborting.after["reason"] == ended.reason
    assert mk.deployments.get_active_deployment("m").version_id == versions[0]
    assert watch(tmp_path / "registry").exit_code == 10


def test_watch_tells_success_only_of_a_promotion(
    mk, versions, visitors, look, plan, clock, tmp_path
):
    mk.deployments.start_canary("m", versions[1], plan(0.5))
    visitors.visit(20_000)
    look()
    clock.advance(seconds=1)
    assert look().state is S.PROMOTED
    found = watch(tmp_path / "registry")
    assert found.exit_code == 0, found.output


def test_a_bad_stable_does_not_block_a_good_canary(mk, versions, visitors, look, plan, clock):
    mk.deployments.start_canary("m", versions[1], plan(0.2, metrics=["errors", "latency"]))
    visitors.visit(20_000, errors=(0.3, 0.02), latency=(0.5, 0.05))
    found = look()
    assert found.state is S.PROMOTING
    assert [metric["better"] for metric in found.verdict["metrics"]] == [True, True]
    assert [metric["harmful"] for metric in found.verdict["metrics"]] == [False, False]
    assert "the canary is better" in found.reason
    clock.advance(seconds=1)
    assert look().state is S.PROMOTED


def test_no_traffic_is_inconclusive_and_no_failure(mk, versions, look, plan, clock, events_of):
    rollout = mk.deployments.start_canary("m", versions[1], plan(0.5, deadline_seconds=3600))
    clock.advance(seconds=3599)
    assert look().state is S.RUNNING
    clock.advance(seconds=1)
    found = look()
    assert found.state is S.INCONCLUSIVE
    assert "the deadline passed" in found.reason
    assert found.weight == 0.5
    clock.advance(hours=1)
    assert look().state is S.INCONCLUSIVE
    kinds = [event.kind for event in events_of(rollout.rollout_id)]
    assert kinds == ["rollout_pending", "rollout_running", "rollout_inconclusive"]
    # It can be gone on with, and the deadline begins anew.
    assert mk.rollouts.resume("m").state is S.RUNNING
    assert look().state is S.RUNNING


@pytest.mark.parametrize(
    ("metric", "wanted"),
    [
        ("error", "'error'"),
        ("latencies", "'latencies'"),
        ({"name": "quality"}, "'quality'"),
        ({"name": "errors", "kind": "value"}, "'errors'"),
        ({"name": "errors", "kinds": "event"}, "'kinds'"),
        ({"name": "quality", "kind": "values"}, "'values'"),
    ],
)
def test_a_mistyped_metric_is_refused_at_creation(mk, versions, plan, metric, wanted):
    with pytest.raises(InvalidPlanError, match=wanted):
        mk.deployments.start_canary("m", versions[1], plan(0.5, metrics=["latency", metric]))
    assert mk.rollouts.list_rollouts("m") == []
    assert mk.deployments.find_active_deployment("m", "canary") is None


def test_a_value_that_never_reports_is_inconclusive_and_named(
    mk, versions, visitors, look, plan, clock
):
    metrics = ["errors", {"name": "quality", "kind": "value", "higher_is_better": True}]
    mk.deployments.start_canary("m", versions[1], plan(0.5, metrics=metrics))
    visitors.visit(20_000, values={"qualty": (1.0, 1.0)})
    found = look()
    assert found.state is S.INCONCLUSIVE
    assert "quality" in found.reason
    assert "never recorded" in found.reason
    assert "errors" not in found.reason
    assert found.verdict["unasked"] == ["qualty"]
    # Recorded under its name, it goes on to the end.
    mk.rollouts.resume("m")
    visitors.visit(20_000, values={"quality": (1.0, 1.05)})
    assert look().state is S.PROMOTING


def test_steps_that_end_at_half_end_with_all(mk, versions, visitors, look, clock):
    step = {"min_duration_seconds": 60, "min_units": 100}
    steps = [{"weight": weight, **step} for weight in (0.1, 0.5)]
    mk.deployments.start_canary("m", versions[1], {"steps": steps, "metrics": ["errors"]})
    seen = []
    for _ in range(8):
        visitors.visit(10_000)
        clock.advance(seconds=61)
        found = look()
        seen.append((found.state, found.weight))
        if not found.is_open:
            break
    assert seen == [(S.RUNNING, 0.5), (S.PROMOTING, 0.5), (S.PROMOTED, 0.0)]
    visitors.router.refresh()
    assert [arm.version_id for arm in visitors.router.table.arms] == [versions[1]]
    assert visitors.router.table.arms[0].weight == 1.0
    assert mk.deployments.get_active_deployment("m").version_id == versions[1]
    assert mk.deployments.find_active_deployment("m", "canary") is None


def test_units_stay_in_both_arms_so_the_split_does_not_drift(mk, versions, visitors, look, clock):
    step = {"min_duration_seconds": 60, "min_units": 10}
    steps = [{"weight": weight, **step} for weight in (0.05, 0.3, 0.6)]
    mk.deployments.start_canary("m", versions[1], {"steps": steps, "metrics": ["errors"]})
    units, before = np.arange(20_000), None
    for step, weight in enumerate((0.05, 0.3, 0.6)):
        for _ in range(4):
            # Some return more often than others, and in another order.
            returning = visitors.rng.permutation(units)[: 5_000 + 5_000 * step]
            visitors.visit(returning)
            arms = visitors.router.choose_batch(units).arm_index
            assert abs(arms.mean() - weight) < 4.5 * (weight * (1 - weight) / len(units)) ** 0.5
        if before is not None:
            assert (arms[before == 1] == 1).all(), "a ramp took units of the canary back"
        again = visitors.router.choose_batch(units).arm_index
        assert (again == arms).all()
        claimed = sum(claim.end - claim.start for claim in visitors.router.table.claims)
        assert claimed / POINTS == pytest.approx(weight)
        before = arms
        clock.advance(seconds=61)
        found = look()
        assert found.verdict["split_e_value"] < 100
        assert found.state is (S.RUNNING if step < 2 else S.PROMOTING), found.reason


@pytest.mark.parametrize("by", ["deploy", "roll back"])
def test_after_an_abort_stable_is_what_production_serves_now(mk, versions, visitors, plan, by):
    mk.deployments.deploy_version(versions[2], "production")
    rollout = mk.deployments.start_canary("m", versions[1], plan(0.5))
    visitors.visit(100)
    assert {arm.version_id for arm in visitors.router.table.arms} == {versions[2], versions[1]}
    if by == "deploy":
        mk.deployments.deploy_version(versions[0], "production")
    else:
        mk.deployments.rollback_deployment("m")
    # What the rollout was held against is gone, so it has ended.
    assert mk.rollouts.get(rollout.rollout_id).state is S.ABORTED
    assert "by hand" in mk.rollouts.get(rollout.rollout_id).reason
    visitors.router.refresh()
    assert [arm.version_id for arm in visitors.router.table.arms] == [versions[0]]
    # And what is deployed after an abort is served at once, not what was stable at its time.
    again = mk.deployments.start_canary("m", versions[1], plan(0.5))
    mk.rollouts.abort(again.rollout_id)
    mk.deployments.deploy_version(versions[2], "production")
    visitors.router.refresh()
    assert [arm.version_id for arm in visitors.router.table.arms] == [versions[2]]


def test_a_rollout_that_a_deployment_ended_leaves_no_version_in_canary(mk, versions, plan):
    mk.deployments.start_canary("m", versions[1], plan(0.5))
    mk.deployments.deploy_version(versions[2], "production")
    assert mk.rollouts.get("m").state is S.ABORTED
    assert mk.deployments.find_active_deployment("m", "canary") is None


def test_a_rollout_that_a_deployment_promoted_leaves_no_version_in_canary(mk, versions, plan):
    mk.deployments.start_canary("m", versions[1], plan(0.5))
    mk.deployments.deploy_version(versions[1], "production")
    assert mk.rollouts.get("m").state is S.PROMOTED
    assert mk.deployments.find_active_deployment("m", "canary") is None


def test_a_canary_gets_no_units_after_production_was_emptied(mk, versions, visitors, plan):
    mk.deployments.start_canary("m", versions[1], plan(0.5))
    visitors.visit(100)
    mk.deployments.deactivate_deployment("m", "production")
    assert mk.rollouts.get("m").state is S.ABORTED
    time.sleep(0.5)
    assert set(visitors.router.choose_batch(range(1000)).arm_index.tolist()) == {0}


def test_an_abort_can_be_repeated_after_its_process_ended(mk, versions, plan):
    rollout = mk.deployments.start_canary("m", versions[1], plan(0.5))
    with mk.catalogue.write() as connection:
        row = mk.rollouts._row(connection, rollout.rollout_id)
        mk.rollouts.endings.abort_within(connection, row, "the process ended here")
    assert mk.rollouts.abort("m").state is S.ABORTED
