"""The life of versions through the public API, on a real SQLite file."""

from __future__ import annotations

import math
import pickle

import pytest
from sklearn.linear_model import LogisticRegression

from modelkeep.errors import (
    IllegalStatusError,
    InvalidInputError,
    InvalidNumberError,
    ModelNameConflictError,
    ModelNotFoundError,
    UnknownChoiceError,
    VersionInUseError,
    VersionNotFoundError,
)
from modelkeep.models import DeploymentStage, ModelStatus


def test_a_version_is_found_by_every_kind_of_reference(mk) -> None:
    first = mk.versions.create_version("m", {"a": 1})
    second = mk.versions.create_version("m", {"a": 2})
    mk.deployments.deploy_version(first.version_id, "production")
    assert mk.versions.get_version(second.version_id) == second
    assert mk.versions.get_version("m@1.0.1") == second
    assert mk.versions.get_version("m@latest") == second
    assert mk.versions.get_version("m@production").version_id == first.version_id
    for reference in ("m@9.9.9", "m@staging", "other@latest", "0000"):
        with pytest.raises(VersionNotFoundError, match=reference):
            mk.versions.get_version(reference)


def test_all_twenty_fields_are_kept(mk, clock) -> None:
    parent = mk.versions.create_version("m", {"a": 1})
    clock.advance(seconds=5)
    version = mk.versions.create_version(
        "m",
        {"a": 2},
        metadata={"accuracy": 0.9, "configuration": {"x": [1]}, "deployment_config": {"r": 1}},
        description="second",
        tags=["b", "a"],
        parent_version="m@latest",
    )
    assert version == mk.versions.get_version(version.version_id)
    assert version.model_id == "m"
    assert version.version_number == "1.0.1"
    assert version.status is ModelStatus.READY
    assert version.deployment_stage is DeploymentStage.DEVELOPMENT
    assert version.created_at == version.updated_at == clock.now()
    assert version.created_by == "ada"
    assert version.description == "second"
    assert version.tags == ["a", "b"]
    assert version.metrics == {"accuracy": 0.9}
    assert set(version.dependencies) == {"python"}
    assert version.configuration == {"x": [1]}
    assert version.deployment_config == {"r": 1}
    assert version.parent_version == parent.version_id
    assert version.size_bytes == len('{"a":2}')
    assert not version.is_active
    assert mk.storage.calculate_storage_usage("m").versions == 2


def test_dependencies_are_recorded_from_the_object(mk) -> None:
    model = LogisticRegression().fit([[0.0], [1.0]], [0, 1])
    version = mk.versions.create_version("m", model, metadata={"dependencies": {"cuda": "13"}})
    assert {"python", "numpy", "scikit-learn", "cuda"} <= set(version.dependencies)


def test_numbers_are_never_given_twice_also_after_removal(mk) -> None:
    for _ in range(3):
        mk.versions.create_version("m", {"a": 1})
    mk.versions.delete_version("m@1.0.2")
    mk.versions.delete_version("m@1.0.1")
    assert mk.versions.generate_version_number("m") == "1.0.3"
    assert mk.versions.create_version("m", {"a": 1}).version_number == "1.0.3"
    with pytest.raises(InvalidNumberError, match=r"1\.0\.3"):
        mk.versions.create_version("m", {"a": 1}, number="1.0.2")


def test_an_explicit_number_is_taken_and_gone_on_from(mk) -> None:
    assert mk.versions.create_version("m", {"a": 1}, number="2.5.0").version_number == "2.5.0"
    assert mk.versions.create_version("m", {"a": 1}, bump="minor").version_number == "2.6.0"


@pytest.mark.parametrize(
    ("strategy", "numbers"),
    [
        ("incremental", ["1", "2", "3"]),
        ("timestamp", ["20260101.000000", "20260101.000000.1", "20260101.000000.2"]),
    ],
)
def test_the_other_strategies(open_registry, strategy, numbers) -> None:
    mk = open_registry(versioning_strategy=strategy)
    made = [mk.versions.create_version("m", {"a": 1}).version_number for _ in range(3)]
    assert made == numbers


def test_the_strategy_can_change_during_the_life_of_a_model(open_registry) -> None:
    open_registry().versions.create_version("m", {"a": 1})
    counting = open_registry(versioning_strategy="incremental")
    assert counting.versions.create_version("m", {"a": 1}).version_number == "1"
    assert open_registry().versions.create_version("m", {"a": 1}).version_number == "1.0.1"


@pytest.mark.parametrize(
    ("metadata", "number"),
    [
        ({}, "1.0.1"),
        ({"configuration": {"lr": 0.1}}, "1.1.0"),
        ({"dependencies": {"tool": "1.5"}}, "1.1.0"),
        ({"dependencies": {"tool": "2.0"}}, "2.0.0"),
        ({"signature": {"inputs": ["text", "length"]}}, "2.0.0"),
        ({"metric_directions": {"x": "higher"}}, "1.0.1"),
    ],
)
def test_auto_bumps_by_what_changed(mk, metadata, number) -> None:
    base = {"signature": {"inputs": ["text"]}, "dependencies": {"tool": "1.4"}}
    mk.versions.create_version("m", {"a": 1}, metadata=base)
    changed = mk.versions.create_version("m", {"a": 2}, metadata={**base, **metadata}, bump="auto")
    assert changed.version_number == number


def test_pages_go_through_all_versions_once_newest_first(mk) -> None:
    made = [mk.versions.create_version("m", {"n": n}).version_id for n in range(7)]
    seen, cursor = [], None
    while True:
        page = mk.versions.get_versions("m", limit=3, cursor=cursor)
        seen += [version.version_id for version in page]
        cursor = page.next_cursor
        if cursor is None:
            break
        assert len(page) == 3
    assert seen == made[::-1]
    assert len(mk.versions.get_versions("m", limit=None)) == 7


def test_a_page_that_ends_exactly_has_no_next(mk) -> None:
    for n in range(4):
        mk.versions.create_version("m", {"n": n})
    assert mk.versions.get_versions("m", limit=4).next_cursor is None


def test_filters_all_hold_at_once(mk) -> None:
    for n in range(6):
        tags = ["even"] if n % 2 == 0 else []
        mk.versions.create_version("m", {"n": n}, metadata={"accuracy": n / 10}, tags=tags)
    mk.deployments.deploy_version("m@1.0.4", "staging")

    def numbers(**filters) -> list[str]:
        return [v.version_number for v in mk.versions.get_versions("m", **filters)]

    assert numbers(tags=["even"]) == ["1.0.4", "1.0.2", "1.0.0"]
    assert numbers(metrics=["accuracy>=0.3"]) == ["1.0.5", "1.0.4", "1.0.3"]
    assert numbers(metrics=["accuracy > 0.1", "accuracy<0.4"]) == ["1.0.3", "1.0.2"]
    assert numbers(tags=["even"], metrics=["accuracy>=0.3"]) == ["1.0.4"]
    assert numbers(status="deployed") == ["1.0.4"]
    assert numbers(deployment_stage=DeploymentStage.STAGING) == ["1.0.4"]
    assert numbers(metrics=["f1>0"]) == []


def test_a_nan_metric_is_kept_and_found_by_no_filter(mk) -> None:
    version = mk.versions.create_version("m", {"a": 1}, metadata={"loss": math.nan})
    assert math.isnan(mk.versions.get_version(version.version_id).metrics["loss"])
    for condition in ("loss<0", "loss>=0", "loss==0", "loss!=0"):
        assert mk.versions.get_versions("m", metrics=[condition]) == []


@pytest.mark.parametrize(
    "arguments",
    [
        {"limit": 0},
        {"cursor": "abc"},
        {"cursor": "-1"},
        {"metrics": ["accuracy"]},
        {"metrics": ["accuracy>=high"]},
        {"metrics": ["=1"]},
        {"tags": "even"},
    ],
)
def test_conditions_that_cannot_be_read_are_told(mk, arguments) -> None:
    mk.versions.create_version("m", {"a": 1})
    with pytest.raises(InvalidInputError):
        mk.versions.get_versions("m", **arguments)


def test_unknown_status_and_stage_are_told_with_the_choices(mk) -> None:
    mk.versions.create_version("m", {"a": 1})
    with pytest.raises(UnknownChoiceError, match="status 'done'.*training, ready"):
        mk.versions.get_versions("m", status="done")
    with pytest.raises(UnknownChoiceError, match="stage 'prod'.*production"):
        mk.versions.get_versions("m", deployment_stage="prod")


def test_an_unknown_model_is_told(mk) -> None:
    for call in (mk.versions.get_versions, mk.versions.get_statistics):
        with pytest.raises(ModelNotFoundError, match="'ghost'"):
            call("ghost")


def test_names_that_differ_only_by_case_collide(mk) -> None:
    mk.versions.create_version("Sentiment", {"a": 1})
    with pytest.raises(ModelNameConflictError, match="'sentiment'.*existing 'Sentiment'"):
        mk.versions.create_version("sentiment", {"a": 1})
    assert mk.versions.get_models() == ["Sentiment"]


def test_a_version_in_training_is_finished_later(mk, clock) -> None:
    opened = mk.versions.create_version(
        "m", status="training", metadata={"configuration": {"lr": 0.1}}
    )
    assert (opened.status, opened.checksum, opened.size_bytes) == (ModelStatus.TRAINING, "", 0)
    with pytest.raises(IllegalStatusError, match="no artifact"):
        mk.versions.load_model(opened.version_id)
    clock.advance(hours=2)
    finished = mk.versions.finish_version(
        opened.version_id, {"w": [1, 2]}, metadata={"accuracy": 0.9}
    )
    assert finished.version_number == opened.version_number
    assert finished.created_at == opened.created_at
    assert finished.updated_at == clock.now()
    assert finished.metrics == {"accuracy": 0.9}
    assert finished.configuration == {"lr": 0.1}
    assert mk.versions.load_model(opened.version_id) == {"w": [1, 2]}
    assert mk.versions.get_version(opened.version_id) == finished
    with pytest.raises(IllegalStatusError, match="only TRAINING"):
        mk.versions.finish_version(opened.version_id, {"w": []})
    assert mk.scrubber.verify().problems == []
    assert mk.versions.cleanup_old_versions().leftovers.packs == []


def test_a_version_in_training_can_fail(mk) -> None:
    opened = mk.versions.create_version("m", status=ModelStatus.TRAINING)
    failed = mk.versions.update_version_status(opened.version_id, "failed", reason="diverged")
    assert failed.status is ModelStatus.FAILED
    with pytest.raises(IllegalStatusError, match="that is final"):
        mk.versions.update_version_status(opened.version_id, "ready")


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [("training", "one can go to"), ("deployed", "deploying it to a stage")],
)
def test_moves_off_the_state_machine_are_told(mk, wanted, reason) -> None:
    version = mk.versions.create_version("m", {"a": 1})
    with pytest.raises(IllegalStatusError, match=reason):
        mk.versions.update_version_status(version.version_id, wanted)
    assert mk.versions.get_version(version.version_id) == version


def test_a_serving_version_does_not_change_its_status_by_hand(mk) -> None:
    version = mk.versions.create_version("m", {"a": 1})
    mk.deployments.deploy_version(version.version_id, "production")
    with pytest.raises(IllegalStatusError, match="a stage serves it"):
        mk.versions.update_version_status(version.version_id, "deprecated")


def test_training_goes_without_model_and_ready_with_one(mk) -> None:
    with pytest.raises(IllegalStatusError, match="until it is finished"):
        mk.versions.create_version("m", {"a": 1}, status="training")
    with pytest.raises(UnknownChoiceError, match="ready, training"):
        mk.versions.create_version("m", {"a": 1}, status="deployed")


def test_tags_description_and_metrics_change_and_are_recorded(mk, clock) -> None:
    version = mk.versions.create_version("m", {"a": 1}, tags=["old"], metadata={"a": 1.0})
    clock.advance(minutes=1)
    mk.versions.update_tags(version.version_id, add=["new"], remove=["old"])
    mk.versions.update_description(version.version_id, "better words")
    changed = mk.versions.update_metrics(version.version_id, {"b": 2.0, "a": math.inf})
    assert changed == mk.versions.get_version("m@latest")
    assert changed.tags == ["new"]
    assert changed.description == "better words"
    assert changed.metrics == {"a": math.inf, "b": 2.0}
    assert changed.updated_at == clock.now() > changed.created_at
    assert mk.versions.get_versions("m", tags=["old"]) == []
    assert len(mk.versions.get_versions("m", metrics=["b>1"])) == 1
    events = mk.versions.get_events(version.version_id)
    assert [event.kind for event in events] == [
        "version_created",
        "tags_changed",
        "description_changed",
        "metrics_changed",
    ]
    assert events[2].before == {"description": ""}
    assert events[2].after == {"description": "better words"}
    assert {event.actor for event in events} == {"ada"}


def test_deleting_what_is_in_use_is_refused_without_force(mk) -> None:
    serving = mk.versions.create_version("m", {"a": 1})
    training = mk.versions.create_version("m", status="training")
    mk.deployments.deploy_version(serving.version_id, "production")
    with pytest.raises(VersionInUseError, match="it serves production"):
        mk.versions.delete_version(serving.version_id)
    with pytest.raises(VersionInUseError, match="still being written"):
        mk.versions.delete_version(training.version_id)
    mk.versions.delete_version(serving.version_id, force=True)
    mk.versions.delete_version(training.version_id, force=True)
    assert mk.versions.get_versions("m") == []
    assert mk.deployments.find_active_deployment("m", "production") is None
    history = mk.deployments.get_deployment_history("m")
    assert [(event.kind, event.reason) for event in history] == [
        ("deactivated", "removed by force"),
        ("deployed", ""),
    ]


def test_an_identical_artifact_is_stored_once_and_stays_while_one_needs_it(mk) -> None:
    first = mk.versions.create_version("m", {"w": [0.5] * 100})
    second = mk.versions.create_version("m", {"w": [0.5] * 100})
    usage = mk.storage.calculate_storage_usage()
    # The second one is a pack with nothing but its document.
    assert (usage.versions, usage.packs) == (2, 2)
    assert len(mk.storage.packs_of(second)) == 2
    assert mk.storage.packs_of(first) == [
        pack for pack in mk.storage.packs_of(second) if pack in mk.storage.packs_of(first)
    ]
    mk.versions.delete_version(first.version_id)
    assert mk.versions.load_model(second.version_id) == {"w": [0.5] * 100}
    mk.versions.delete_version(second.version_id)
    assert mk.scrubber.on_disk_bytes() == 0


def test_statistics_of_a_model_and_of_all(mk) -> None:
    for n in range(3):
        mk.versions.create_version("a", {"n": n})
    mk.versions.create_version("b", {"n": 1})
    mk.deployments.deploy_version("a@1.0.0", "production")
    mk.versions.delete_version("a@1.0.1")
    one, everything = mk.versions.get_statistics("a"), mk.versions.get_statistics()
    assert (one.versions, one.removed_versions, one.by_status) == (
        2,
        1,
        {"deployed": 1, "ready": 1},
    )
    assert one.latest.version_number == "1.0.2"
    assert one.size_bytes == 2 * len('{"n":1}')
    assert [pointer.stage for pointer in one.active] == [DeploymentStage.PRODUCTION]
    assert (everything.models, everything.versions) == (2, 3)


def test_an_unknown_parent_is_told_and_nothing_is_kept(mk) -> None:
    with pytest.raises(VersionNotFoundError, match="the parent"):
        mk.versions.create_version("m", {"a": 1}, parent_version="no-such-id")
    assert mk.versions.get_models() == []


def test_a_parent_may_be_of_another_model_or_removed(mk) -> None:
    base = mk.versions.create_version("base", {"a": 1})
    child = mk.versions.create_version("tuned", {"a": 2}, parent_version="base@latest")
    mk.versions.delete_version(base.version_id)
    grandchild = mk.versions.create_version("tuned", {"a": 3}, parent_version=child.version_id)
    other = mk.versions.create_version("tuned", {"a": 4}, parent_version=base.version_id)
    assert other.parent_version == base.version_id
    lineage = mk.comparator.get_version_lineage(grandchild.version_id)
    assert [(entry["version_number"], entry["removed"]) for entry in lineage] == [
        ("1.0.0", True),
        ("1.0.0", False),
        ("1.0.1", False),
    ]


def test_what_is_created_survives_a_restart(open_registry) -> None:
    made = open_registry().versions.create_version("m", {"a": 1})
    assert open_registry().versions.get_version(made.version_id) == made


def test_versions_can_be_pickled(mk) -> None:
    version = mk.versions.create_version("m", {"a": 1})
    assert pickle.loads(pickle.dumps(version)) == version
