"""Experiments on a real registry: what starts, changes and ends them."""

from __future__ import annotations

import pytest

from modelkeep.catalogue import events, rollouts
from modelkeep.catalogue.tables import EVENTS
from modelkeep.deployment.experimenting.errors import (
    ExperimentNotFoundError,
    IllegalExperimentMoveError,
)
from modelkeep.deployment.experimenting.records import ExperimentState
from modelkeep.deployment.experiments import Experiments
from modelkeep.deployment.rollouts.errors import InvalidPlanError, SplitInUseError
from modelkeep.deployment.routing.table import RoutingTable
from modelkeep.errors import (
    InvalidInputError,
    ModelNotFoundError,
    NoActiveDeploymentError,
    NotDeployableError,
    SignatureError,
    UnknownChoiceError,
    VersionNotFoundError,
)
from modelkeep.identifiers import VersionIds
from modelkeep.management.journal import Journal

BOUGHT = {"name": "bought", "kind": "event", "higher_is_better": True}


def table_of(mk, model_id="m") -> RoutingTable | None:
    with mk.catalogue.read() as connection:
        text = rollouts.find_table(connection, model_id)
    return None if text is None else RoutingTable.from_json(text)


def kinds(mk) -> list[str]:
    with mk.catalogue.read() as connection:
        found = connection.execute(EVENTS.select().order_by(EVENTS.c.event_id)).mappings()
        return [row["kind"] for row in found if row["kind"].startswith("experiment")]


def test_a_start_splits_the_units_between_production_and_the_arms(mk, versions, experiments, clock):
    begun = experiments.start("m", {"mint": versions[1], "lime": versions[2]}, metrics=[BOUGHT])
    table = table_of(mk)
    assert begun.state is ExperimentState.RUNNING
    assert begun.is_open
    assert begun.created_at == clock.now()
    assert begun.arms == {"control": versions[0], "mint": versions[1], "lime": versions[2]}
    assert begun.shares == pytest.approx({"control": 1 / 3, "mint": 1 / 3, "lime": 1 / 3})
    assert table.split_id == begun.experiment_id
    assert [arm.version_id for arm in table.arms] == versions
    assert {claim.arm for claim in table.claims} == {1, 2}
    assert len(table.salt) == 32
    with mk.catalogue.read() as connection:
        event = events.find(connection, table.revision)
    assert event.kind == "experiment_started"
    assert event.after["experiment_id"] == begun.experiment_id
    assert experiments.get(begun.experiment_id) == begun
    assert experiments.find_open("m") == begun
    assert experiments.list("m") == [begun]


def test_shares_leave_the_rest_to_the_control(mk, versions, experiments):
    begun = experiments.start("m", {"mint": versions[1]}, shares={"mint": 0.1})
    assert begun.shares == {"control": 0.9, "mint": 0.1}
    assert [arm.weight for arm in table_of(mk).arms] == [0.9, 0.1]


def test_a_stop_gives_all_units_back_and_a_new_one_has_a_salt_of_its_own(mk, versions, experiments):
    first = experiments.start("m", {"mint": versions[1]})
    salt, revision = table_of(mk).salt, table_of(mk).revision
    ended = experiments.stop(first.experiment_id, reason="enough", winner="mint")
    assert ended.state is ExperimentState.STOPPED
    assert (ended.progress.reason, ended.progress.winner) == ("enough", "mint")
    table = table_of(mk)
    assert (len(table.arms), table.split_id, table.claims) == (1, "", ())
    assert table.arms[0].version_id == versions[0]
    assert table.revision > revision
    assert table.revision == ended.progress.ended_event
    assert mk.deployments.get_active_deployment("m").version_id == versions[0]
    assert experiments.find_open("m") is None
    second = experiments.start("m", {"mint": versions[1]})
    assert table_of(mk).salt != salt
    assert [each.experiment_id for each in experiments.list("m")] == [
        second.experiment_id,
        first.experiment_id,
    ]
    assert len(experiments.list("m", limit=1)) == 1
    assert kinds(mk) == ["experiment_started", "experiment_stopped", "experiment_started"]


def test_what_has_ended_cannot_be_ended_again(versions, experiments):
    begun = experiments.start("m", {"mint": versions[1]})
    with pytest.raises(UnknownChoiceError, match="unknown winner 'mnit'; one of control, mint"):
        experiments.stop(begun.experiment_id, winner="mnit")
    assert experiments.get(begun.experiment_id).is_open
    experiments.stop(begun.experiment_id)
    with pytest.raises(IllegalExperimentMoveError, match="it is stopped; start a new one"):
        experiments.stop(begun.experiment_id)
    for call in (experiments.get, experiments.result, experiments.explain, experiments.stop):
        with pytest.raises(ExperimentNotFoundError, match="no experiment 'nope'"):
            call("nope")


def test_one_split_of_a_model_at_a_time(mk, versions, experiments):
    begun = experiments.start("m", {"mint": versions[1]})
    with pytest.raises(SplitInUseError, match=begun.experiment_id):
        experiments.start("m", {"lime": versions[2]})
    experiments.stop(begun.experiment_id)
    row = {"rollout_id": "r1", "model_id": "m", "open_model_id": "m", "version_id": versions[1],
           "stable_version_id": versions[0], "state": "running", "step": 0, "plan": "{}",
           "progress": "{}", "created_at": 0, "updated_at": 0}  # fmt: skip
    with mk.catalogue.write() as connection:
        rollouts.insert(connection, row)
    with pytest.raises(SplitInUseError, match="split already by r1"):
        experiments.start("m", {"lime": versions[2]})


def test_only_versions_that_may_serve_become_arms(mk, versions, experiments):
    other = mk.versions.create_version("other", {"n": 1}).version_id
    with pytest.raises(InvalidPlanError, match="which is the control"):
        experiments.start("m", {"mint": versions[0]})
    with pytest.raises(InvalidPlanError, match="it is one of 'other'"):
        experiments.start("m", {"mint": other})
    with pytest.raises(InvalidPlanError, match="another one in each arm"):
        experiments.start("m", {"mint": versions[1], "lime": versions[1]})
    with pytest.raises(VersionNotFoundError):
        experiments.start("m", {"mint": "m@9.9.9"})
    with pytest.raises(ModelNotFoundError):
        experiments.start("unknown", {"mint": versions[1]})
    with pytest.raises(ModelNotFoundError):
        experiments.list("unknown")
    with pytest.raises(NoActiveDeploymentError):
        experiments.start("other", {"mint": other})
    mk.versions.update_version_status(versions[2], "failed")
    with pytest.raises(NotDeployableError, match="its status is failed"):
        experiments.start("m", {"mint": versions[2]})
    assert table_of(mk) is None
    assert kinds(mk) == []


def test_the_policy_of_the_model_holds_for_arms(mk, versions, evidence, clock):
    asked = []

    def check(_, version, stage):
        asked.append((version.version_id, stage.value))
        raise SignatureError("it is not signed")

    strict = Experiments(
        catalogue=mk.catalogue,
        journal=Journal(clock=clock, actor="ada"),
        evidence=evidence,
        check=check,
        ids=VersionIds(),
    )
    with pytest.raises(SignatureError):
        strict.start("m", {"mint": versions[1]})
    assert asked == [(versions[1], "production")]
    assert table_of(mk) is None


def test_record_goes_to_the_recorder_that_was_handed_in(
    mk, versions, evidence, clock, experiments, open_router
):
    with pytest.raises(InvalidInputError, match="no recorder"):
        experiments.record(None, success=True)
    begun = experiments.start("m", {"mint": versions[1]})
    opened = open_router()
    joined = Experiments(
        catalogue=mk.catalogue,
        journal=Journal(clock=clock, actor="ada"),
        evidence=evidence,
        check=mk.versions.check_deployable,
        ids=VersionIds(),
        recorder=opened.router.record,
    )
    joined.record(opened.router.choose("ada"), success=True, latency_seconds=0.1)
    opened.recorder.flush()
    assert evidence.count(begun.experiment_id)[0] == 1
    assert sum(joined.result(begun.experiment_id).units.values()) == 1
