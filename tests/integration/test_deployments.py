"""Stages through the public API: what serves, what served when, and the way back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from modelkeep.errors import (
    FeatureDisabledError,
    InvalidInputError,
    InvalidMetadataError,
    ModelNotFoundError,
    NoActiveDeploymentError,
    NotDeployableError,
    NothingToRollBackError,
    UnknownChoiceError,
    VersionNotFoundError,
)
from modelkeep.models import DeploymentStage, ModelStatus

PRODUCTION = DeploymentStage.PRODUCTION


@pytest.fixture
def three(mk) -> list[str]:
    return [mk.versions.create_version("m", {"n": n}).version_id for n in range(3)]


def serving(mk, stage="production", model="m") -> str | None:
    found = mk.deployments.find_active_deployment(model, stage)
    return found.version_id if found else None


def test_deploying_changes_both_versions(mk, three, clock) -> None:
    mk.deployments.deploy_version(three[0], PRODUCTION)
    clock.advance(hours=1)
    deployment = mk.deployments.deploy_version(three[1], "production", {"replicas": 2})
    assert deployment == mk.deployments.get_active_deployment("m", PRODUCTION)
    assert (deployment.version_id, deployment.version_number) == (three[1], "1.0.1")
    assert (deployment.deployed_at, deployment.deployed_by) == (clock.now(), "ada")
    new, old = mk.versions.get_version(three[1]), mk.versions.get_version(three[0])
    assert (new.status, new.is_active, new.deployment_stage) == (
        ModelStatus.DEPLOYED,
        True,
        PRODUCTION,
    )
    assert new.deployment_config == {"replicas": 2}
    assert new.updated_at == clock.now()
    assert (old.status, old.is_active, old.deployment_stage) == (
        ModelStatus.READY,
        False,
        PRODUCTION,
    )


def test_a_version_may_serve_several_stages(mk, three) -> None:
    mk.deployments.deploy_version(three[0], "production")
    mk.deployments.deploy_version(three[0], "staging")
    mk.deployments.deploy_version(three[1], "production")
    version = mk.versions.get_version(three[0])
    assert (version.is_active, version.status) == (True, ModelStatus.DEPLOYED)
    assert version.deployment_stage is DeploymentStage.STAGING
    active = mk.deployments.get_all_active_deployments("m")
    assert [(each.stage.value, each.version_id) for each in active] == [
        ("production", three[1]),
        ("staging", three[0]),
    ]


def test_a_rollback_takes_the_bad_one_out_and_a_second_goes_further_back(mk, three) -> None:
    for version_id in three:
        mk.deployments.deploy_version(version_id, "production", {"of": version_id})
    back = mk.deployments.rollback_deployment("m", "production", reason="accuracy fell")
    assert back.version_id == serving(mk) == three[1]
    assert back.deployment_config == {"of": three[1]}
    bad = mk.versions.get_version(three[2])
    assert (bad.deployment_stage, bad.status, bad.is_active) == (
        DeploymentStage.ROLLBACK,
        ModelStatus.DEPRECATED,
        False,
    )
    good = mk.versions.get_version(three[1])
    assert (good.deployment_stage, good.status, good.is_active) == (
        PRODUCTION,
        ModelStatus.DEPLOYED,
        True,
    )
    assert mk.deployments.rollback_deployment("m").version_id == three[0]
    with pytest.raises(NothingToRollBackError, match="no earlier version"):
        mk.deployments.rollback_deployment("m")
    assert serving(mk) == three[0]


def test_after_a_rollback_a_deployment_goes_on_from_there(mk, three) -> None:
    mk.deployments.deploy_version(three[0], "production")
    mk.deployments.deploy_version(three[1], "production")
    mk.deployments.rollback_deployment("m")
    mk.deployments.deploy_version(three[2], "production")
    assert mk.deployments.rollback_deployment("m").version_id == three[0]


def test_deploying_what_serves_already_adds_no_step_to_the_way_back(mk, three) -> None:
    mk.deployments.deploy_version(three[0], "production")
    mk.deployments.deploy_version(three[1], "production", {"a": 1})
    mk.deployments.deploy_version(three[1], "production", {"a": 2})
    assert mk.versions.get_version(three[1]).deployment_config == {"a": 2}
    assert mk.deployments.rollback_deployment("m").version_id == three[0]


def test_a_rollback_of_one_stage_leaves_the_version_in_the_other(mk, three) -> None:
    mk.deployments.deploy_version(three[0], "production")
    mk.deployments.deploy_version(three[1], "production")
    mk.deployments.deploy_version(three[1], "staging")
    mk.deployments.rollback_deployment("m", "production")
    version = mk.versions.get_version(three[1])
    assert (version.is_active, version.status) == (True, ModelStatus.DEPLOYED)
    assert serving(mk, "staging") == three[1]


def test_a_rollback_to_a_given_version_on_the_way_back(mk, three) -> None:
    for version_id in three:
        mk.deployments.deploy_version(version_id, "production")
    back = mk.deployments.rollback_deployment("m", "production", "m@1.0.0")
    assert back.version_id == three[0]
    with pytest.raises(NothingToRollBackError):
        mk.deployments.rollback_deployment("m")


def test_a_rollback_to_a_given_version_off_the_way_back(mk, three) -> None:
    for version_id in three:
        mk.deployments.deploy_version(version_id, "production")
    mk.deployments.rollback_deployment("m")
    back = mk.deployments.rollback_deployment("m", "production", three[2])
    assert back.version_id == serving(mk) == three[2]


def test_rollbacks_that_cannot_be_change_nothing(mk, three) -> None:
    foreign = mk.versions.create_version("other", {"a": 1}).version_id
    with pytest.raises(NoActiveDeploymentError, match="no version of 'm' is active in production"):
        mk.deployments.rollback_deployment("m")
    with pytest.raises(ModelNotFoundError, match="'ghost'"):
        mk.deployments.rollback_deployment("ghost")
    mk.deployments.deploy_version(three[0], "production")
    mk.deployments.deploy_version(three[1], "production")
    before = mk.deployments.get_deployment_history("m")
    cases = (
        (foreign, NothingToRollBackError, "belongs to the model 'other'"),
        ("m@7.7.7", VersionNotFoundError, "m@7.7.7"),
        (three[2], NothingToRollBackError, "never served there; deploy it instead"),
        (three[1], NothingToRollBackError, "what it serves now"),
    )
    for target, error, words in cases:
        with pytest.raises(error, match=words):
            mk.deployments.rollback_deployment("m", "production", target)
    assert serving(mk) == three[1]
    assert mk.deployments.get_deployment_history("m") == before


def test_a_rollback_passes_over_removed_and_failed_versions(mk, three) -> None:
    for version_id in three:
        mk.deployments.deploy_version(version_id, "production")
    mk.versions.delete_version(three[1])
    assert mk.deployments.rollback_deployment("m").version_id == three[0]


def test_switched_off_features_are_told(open_registry) -> None:
    mk = open_registry(enable_rollback=False, enable_canary_deployments=False)
    versions = [mk.versions.create_version("m", {"n": n}).version_id for n in range(2)]
    for version_id in versions:
        mk.deployments.deploy_version(version_id, "production")
    with pytest.raises(FeatureDisabledError, match="enable_rollback = false"):
        mk.deployments.rollback_deployment("m")
    with pytest.raises(FeatureDisabledError, match="enable_canary_deployments = false"):
        mk.deployments.deploy_version(versions[0], "canary")
    assert serving(mk) == versions[1]


def test_canary_is_a_stage_like_the_others(mk, three) -> None:
    mk.deployments.deploy_version(three[0], "canary")
    mk.deployments.promote_version(three[0], "canary", "production")
    assert (serving(mk), serving(mk, "canary")) == (three[0], None)


def test_what_can_be_deployed(mk, three) -> None:
    training = mk.versions.create_version("m", status="training").version_id
    failed = mk.versions.create_version("m", status="training").version_id
    mk.versions.update_version_status(failed, "failed")
    for version_id, status in ((training, "training"), (failed, "failed")):
        with pytest.raises(NotDeployableError, match=f"its status is {status}"):
            mk.deployments.deploy_version(version_id, "production")
    mk.versions.update_version_status(three[0], "deprecated")
    mk.deployments.deploy_version(three[0], "production")
    assert mk.versions.get_version(three[0]).status is ModelStatus.DEPLOYED
    with pytest.raises(NotDeployableError, match="marks what was rolled back"):
        mk.deployments.deploy_version(three[1], "rollback")
    with pytest.raises(UnknownChoiceError, match="'prod'"):
        mk.deployments.deploy_version(three[1], "prod")
    with pytest.raises(VersionNotFoundError):
        mk.deployments.deploy_version("m@9.9.9", "production")
    with pytest.raises(InvalidMetadataError, match=r"deployment_config\.a"):
        mk.deployments.deploy_version(three[1], "production", {"a": object()})


def test_promotion_moves_in_one_step(mk, three) -> None:
    mk.deployments.deploy_version(three[0], "production")
    mk.deployments.promote_version(three[1], "development", "staging")
    deployment = mk.deployments.promote_version(three[1], "staging", "production", reason="ok")
    assert deployment.version_id == serving(mk) == three[1]
    assert serving(mk, "staging") is None
    version = mk.versions.get_version(three[1])
    assert (version.deployment_stage, version.is_active) == (PRODUCTION, True)
    assert mk.deployments.rollback_deployment("m").version_id == three[0]


def test_promotions_that_cannot_be_change_nothing(mk, three) -> None:
    mk.deployments.deploy_version(three[0], "staging")
    cases = (
        (three[1], "staging", "production", "it does not serve staging"),
        (three[0], "production", "staging", "from production one is promoted to nowhere"),
        (three[0], "staging", "staging", "promoted to canary, production"),
        (three[0], "staging", "rollback", "serves nothing"),
    )
    for version_id, source, target, words in cases:
        with pytest.raises(NotDeployableError, match=words):
            mk.deployments.promote_version(version_id, source, target)
    assert (serving(mk, "staging"), serving(mk)) == (three[0], None)


def test_a_stage_can_be_emptied(mk, three) -> None:
    mk.deployments.deploy_version(three[0], "production")
    event = mk.deployments.deactivate_deployment("m", "production", reason="end of season")
    assert (event.version_id, event.previous_version_id) == (None, three[0])
    assert serving(mk) is None
    version = mk.versions.get_version(three[0])
    assert (version.status, version.is_active) == (ModelStatus.READY, False)
    with pytest.raises(NoActiveDeploymentError):
        mk.deployments.deactivate_deployment("m", "production")
    with pytest.raises(NoActiveDeploymentError):
        mk.deployments.get_active_deployment("m", "production")


def test_who_served_when(mk, three, clock) -> None:
    start = clock.now()
    moments: list[tuple[datetime, str | None]] = [(start - timedelta(seconds=1), None)]

    def step(action, expected) -> None:
        clock.advance(hours=1)
        action()
        moments.append((clock.now(), expected))
        moments.append((clock.now() + timedelta(minutes=59), expected))

    step(lambda: mk.deployments.deploy_version(three[0], "production"), three[0])
    step(lambda: mk.deployments.deploy_version(three[1], "production"), three[1])
    step(lambda: mk.deployments.rollback_deployment("m"), three[0])
    step(lambda: mk.deployments.deactivate_deployment("m", "production"), None)
    step(lambda: mk.deployments.deploy_version(three[2], "production"), three[2])
    for when, expected in moments:
        if expected is None:
            with pytest.raises(NoActiveDeploymentError, match=r"at 20\d\d-"):
                mk.deployments.get_deployment_at("m", "production", when)
        else:
            found = mk.deployments.get_deployment_at("m", "production", when)
            assert found.version_id == expected
    with pytest.raises(InvalidInputError, match="without a time zone"):
        mk.deployments.get_deployment_at("m", "production", datetime(2026, 1, 1))


def test_history_grows_also_when_the_clock_goes_back(mk, three, clock) -> None:
    mk.deployments.deploy_version(three[0], "production")
    clock.advance(hours=-5)
    mk.deployments.deploy_version(three[1], "production")
    events = mk.deployments.get_deployment_history("m")
    assert events[0].at > events[1].at


def test_history_is_durable_and_says_what_went_before(open_registry, three) -> None:
    mk = open_registry()
    for version_id in three:
        mk.deployments.deploy_version(version_id, "production", reason="try it")
    mk.deployments.rollback_deployment("m", reason="bad")
    history = open_registry().deployments.get_deployment_history("m", "production")
    assert [(e.kind, e.version_number, e.previous_version_number, e.reason) for e in history] == [
        ("rolled_back", "1.0.1", "1.0.2", "bad"),
        ("deployed", "1.0.2", "1.0.1", "try it"),
        ("deployed", "1.0.1", "1.0.0", "try it"),
        ("deployed", "1.0.0", None, "try it"),
    ]
    assert len(mk.deployments.get_deployment_history("m", limit=2)) == 2
    assert mk.deployments.get_deployment_history("m", "staging") == []
    with pytest.raises(ModelNotFoundError):
        mk.deployments.get_deployment_history("ghost")
    with pytest.raises(InvalidInputError, match="limit is 0"):
        mk.deployments.get_deployment_history("m", limit=0)


def test_statistics(mk, three) -> None:
    mk.deployments.deploy_version(three[0], "production")
    mk.deployments.deploy_version(three[1], "production")
    mk.deployments.rollback_deployment("m")
    mk.deployments.deploy_version(three[2], "staging")
    mk.deployments.deactivate_deployment("m", "staging")
    found = mk.deployments.get_deployment_statistics("m")
    assert (found.deployments, found.rollbacks, found.deactivations) == (3, 1, 1)
    assert found.by_stage["production"] == {"deployments": 2, "rollbacks": 1, "deactivations": 0}
    assert [each.version_id for each in found.active] == [three[0]]
    assert mk.deployments.get_deployment_statistics("other").deployments == 0
