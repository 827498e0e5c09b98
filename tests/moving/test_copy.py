"""Copies of registries: all of it arrives, in any storage, also after a kill; nothing is mixed."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.moving.conftest import fill, rows_of, same

from modelkeep.catalogue import rows
from modelkeep.catalogue.alert_tables import ALERT_RULES
from modelkeep.catalogue.tables import EVENTS, VERSIONS
from modelkeep.errors import (
    ConflictError,
    IntegrityError,
    InvalidInputError,
    ModelNameConflictError,
    ModelNotFoundError,
    NotFoundError,
)
from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator.copied_rows import with_new_ids
from modelkeep.orchestrator.copy_conflicts import CopyConflictError
from modelkeep.orchestrator.copying import (
    bytes_to_copy,
    copy_registry,
    open_source,
    verify_copied,
)


def anyone(_connection) -> None:
    """Let a look be written."""


CHILD = Path(__file__).with_name("copy_child.py")


def check_same(source, target, objects) -> None:
    """Everything is there, loads, and holds against all its digests."""
    assert rows_of(target) == rows_of(source)
    for version_id, value in objects.items():
        assert same(target.versions.load_model(version_id), value)
    assert verify_copied(target, objects) == []
    assert target.scrubber.verify().problems == []
    for model in ("m", "n"):
        told = [
            [(each.kind, each.version_id, each.at) for each in where.deployments
             .get_deployment_history(model)]
            for where in (source, target)
        ]  # fmt: skip
        assert told[0] == told[1]
        assert told[0]


def test_a_folder_is_copied_to_a_folder(folder, open_at, clock) -> None:
    source, target = open_at(folder("a")), open_at(folder("b"))
    objects = fill(source, clock)
    total, seen = bytes_to_copy(source, target), []
    report = copy_registry(source, target, progress=seen.append)
    assert total == sum(seen) == report.copied_bytes > 0
    # Differences stay differences: four versions of 800 kB are far from four times as large.
    assert total < 2_600_000
    assert len(report.versions) == 6
    assert (report.models, report.present, report.removed) == (2, 0, ())
    check_same(source, target, objects)
    assert target.deployments.rollback_deployment("m", "production").version_number == "1.0.0"
    new = target.versions.create_version("m", {"n": 1})
    assert new.version_number == "1.0.5"


def test_a_copy_that_is_made_again_brings_what_is_new(folder, open_at, clock) -> None:
    source, target = open_at(folder("a")), open_at(folder("b"))
    objects = fill(source, clock)
    copy_registry(source, target)
    again = copy_registry(source, target)
    assert (again.versions, again.present, again.events, again.copied_bytes) == ((), 6, 0, 0)
    clock.advance(hours=1)
    added = source.versions.create_version("m", {"late": 1})
    source.rollouts.abort(source.rollouts.list_rollouts("m")[0].rollout_id)
    source.deployments.deploy_version(added.version_id, "staging")
    source.versions.delete_version("m@1.0.3")
    del objects[next(key for key, value in objects.items() if same(value.get("n"), 2))]
    last = copy_registry(source, target)
    assert last.versions == (added.version_id,)
    assert len(last.removed) == 1
    check_same(source, target, objects | {added.version_id: {"late": 1}})


def test_sqlite_goes_to_postgresql_and_an_object_store_and_back(
    folder, remote, open_at, clock
) -> None:
    source, there, back = open_at(folder("a")), open_at(remote), open_at(folder("b"))
    objects = fill(source, clock)
    assert copy_registry(source, there).versions
    check_same(source, there, objects)
    assert copy_registry(there, back).versions
    check_same(source, back, objects)
    assert rows_of(back) == rows_of(there)


def visit(services, first: int, units: int = 3000) -> None:
    """Send units through the canary of `m`, all of which succeed."""
    router = services.router("m")
    router.refresh()
    choices = router.choose_batch(np.arange(first, first + units))
    random = np.random.default_rng(first)
    router.record_batch(choices, success=random.random(units) < 0.9)
    router._recorder.flush()


def test_a_canary_goes_on_in_the_target_with_its_evidence(folder, remote, open_at, clock) -> None:
    source = open_at(folder("a"))
    fill(source, clock)
    visit(source, 0)
    clock.advance(hours=1)
    for where in (open_at(folder("b")), open_at(remote)):
        # The numbers of blocks are others there.
        other = where.versions.create_version("other", {"n": 1})
        where.deployments.deploy_version(other.version_id, "production")
        more = where.versions.create_version("other", {"n": 2})
        where.rollouts.start(more.version_id, {"steps": [0.5]})
        router = where.router("other")
        router.record_batch(router.choose_batch(np.arange(50)), success=np.ones(50, dtype=bool))
        router._recorder.flush()
        name = source.rollouts.get("m").rollout_id
        source.conductor.advance(name, checked=anyone)
        copy_registry(source, where)
        here, there = source.conductor.explain(name), where.conductor.explain(name)
        assert here.agrees
        assert there.agrees
        assert there.blocks == here.blocks > 0
        assert there.kept["evidence_until"] != here.kept["evidence_until"]
        visit(source, 50_000)
        clock.advance(hours=1)
        source.conductor.advance(name, checked=anyone)
        copy_registry(source, where)
        assert where.conductor.explain(name).agrees
        assert where.conductor.explain(name).blocks == source.conductor.explain(name).blocks
        visit(where, 90_000)
        with pytest.raises(CopyConflictError, match="evidence of its own"):
            copy_registry(source, where)


def test_what_refers_to_events_refers_to_them_in_the_target() -> None:
    event = {"returns_to": 3, "after": '{"event_id":4,"url":"x"}'}
    new = with_new_ids(EVENTS, event, {3: 30, 4: 40})
    assert new == {"returns_to": 30, "after": '{"event_id":40,"url":"x"}'}
    assert event["returns_to"] == 3
    rule = {"progress": '{"fired_event_id":4,"reason":"r"}'}
    assert with_new_ids(ALERT_RULES, rule, {4: 40})["progress"] == (
        '{"fired_event_id":40,"reason":"r"}'
    )
    assert with_new_ids(ALERT_RULES, {"progress": '{"fired_event_id":0}'}, {}) == {
        "progress": '{"fired_event_id":0}'
    }


def test_some_models_are_copied_beside_others(folder, open_at, clock) -> None:
    source, target = open_at(folder("a")), open_at(folder("b"))
    fill(source, clock)
    own = target.versions.create_version("own", {"n": 0})
    report = copy_registry(source, target, models=["n"])
    assert (report.models, len(report.versions)) == (1, 2)
    # The same object was here already, under another version.
    assert target.versions.load_model(own.version_id) == {"n": 0}
    assert target.versions.load_model("n@1.0.1") == {"n": 1}
    assert target.scrubber.verify().problems == []
    with pytest.raises(ModelNotFoundError, match="'gone'"):
        copy_registry(source, target, models=["n", "gone"])
    assert copy_registry(source, target).present == 2
    assert target.scrubber.verify().problems == []


@pytest.mark.parametrize("share", [0.0, 0.4, 0.9])
def test_a_copy_that_was_killed_goes_on(share, folder, open_at) -> None:
    source, target = open_at(folder("a")), folder("b")
    for n in range(40):
        source.versions.create_version("m", {"n": n, "filled": f"{n}" * 2000})
    source.deployments.deploy_version("m@1.0.3", "production")
    total = bytes_to_copy(source, open_at(target))
    command = [sys.executable, str(CHILD), f"{folder('a')['storage_path']}"]
    command += [target["storage_path"], str(int(share * total))]
    assert subprocess.run(command, timeout=60).returncode == -signal.SIGKILL
    copied = open_at(target)
    assert copied.scrubber.verify().problems == []
    before = len(rows_of(copied)["versions"])
    # Whole batches of sixteen, with nothing that serves yet.
    assert before == {0.0: 0, 0.4: 16, 0.9: 32}[share]
    assert rows_of(copied)["events"] == rows_of(copied)["stage_pointers"] == []
    assert not any(row["is_active"] for row in rows_of(copied)["versions"])
    report = copy_registry(source, copied)
    assert (report.present, len(report.versions)) == (before, 40 - before)
    assert rows_of(copied) == rows_of(source)
    assert copied.scrubber.verify().problems == []
    assert copied.versions.load_model("m@production")["n"] == 3


def test_a_source_may_be_in_use_while_it_is_copied(folder, open_at) -> None:
    source, target = open_at(folder("a")), open_at(folder("b"))
    for n in range(40):
        source.versions.create_version("m", {"n": n, "filled": f"{n}" * 2000})
    rewritten = []

    def rewrite(_bytes: int) -> None:
        if not rewritten:
            rewritten.append(source.compactor.collect(dead_share=0.0).packs)

    assert len(copy_registry(source, target, progress=rewrite).versions) == 40
    assert rewritten[0] > 30
    assert rows_of(target) == rows_of(source)
    assert target.scrubber.verify().problems == []
    removed = []

    def remove(_bytes: int) -> None:
        if not removed:
            removed.append(source.versions.delete_version("m@1.0.39").version_id)
            removed.append(source.versions.delete_version("m@1.0.38").version_id)

    other = open_at(folder("c"))
    with pytest.raises(ConflictError, match="removed from the source while"):
        copy_registry(source, other, progress=remove)
    assert copy_registry(source, other).removed == ()
    assert rows_of(other) == rows_of(source)
    # What an earlier copy brought goes too.
    assert set(copy_registry(source, target).removed) == set(removed)
    assert rows_of(target) == rows_of(source)
    assert target.scrubber.verify().problems == []


def test_damage_of_the_source_is_not_copied(folder, open_at) -> None:
    source, target = open_at(folder("a")), open_at(folder("b"))
    kept = source.versions.create_version("a", {"n": 1})
    source.versions.create_version("m", {"n": "2" * 5000})
    pack = source.storage.packs_of(source.versions.get_version("m@1.0.0"))[0]
    path = Path(source.config.storage_path) / pack
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[20] ^= 1
    path.write_bytes(content)
    with pytest.raises(IntegrityError):
        copy_registry(source, target)
    assert [row["model_id"] for row in rows_of(target)["versions"]] == ["a"]
    assert target.scrubber.verify().problems == []
    assert target.versions.load_model(kept.version_id) == {"n": 1}
    path.unlink()
    with pytest.raises(IntegrityError, match="missing"):
        copy_registry(source, target)
    content[20] ^= 1
    path.write_bytes(content)
    assert len(copy_registry(source, target).versions) == 1


def test_a_damaged_row_of_the_source_stops_a_copy_before_it_begins(folder, open_at) -> None:
    source, target = open_at(folder("a")), open_at(folder("b"))
    source.versions.create_version("m", {"n": 1})
    with source.catalogue.write() as connection:
        connection.execute(VERSIONS.update().values(description="flipped"))
    with pytest.raises(IntegrityError, match=r"versions\(version_id="):
        copy_registry(source, target)
    assert rows_of(target)["models"] == []


def test_a_target_with_something_else_is_refused_before_anything_is_written(
    folder, open_at, clock
) -> None:
    source, target = open_at(folder("a")), open_at(folder("b"))
    fill(source, clock)
    target.versions.create_version("n", {"n": "mine"})
    before = rows_of(target)
    with pytest.raises(CopyConflictError, match="'n' is not copied: the target has a history"):
        copy_registry(source, target)
    assert rows_of(target) == before
    assert len(list(Path(target.config.storage_path).glob("blobs/*/*"))) == 1
    # Without the other model it goes.
    assert copy_registry(source, target, models=["m"]).versions


def test_who_went_on_in_the_target_is_not_overwritten(folder, open_at, clock) -> None:
    source, target = open_at(folder("a")), open_at(folder("b"))
    fill(source, clock)
    copy_registry(source, target)
    target.versions.create_version("n", {"n": "mine"})
    source.versions.create_version("n", {"n": "theirs"})
    before = rows_of(target)
    with pytest.raises(CopyConflictError, match="version_created|created"):
        copy_registry(source, target)
    assert rows_of(target) == before


def test_other_versions_under_an_id_a_number_or_a_place_are_told(folder, open_at) -> None:
    source, target = open_at(folder("a")), open_at(folder("b"))
    made = source.versions.create_version("m", {"n": 1})
    copy_registry(source, target)
    for change, message in (
        ({"checksum": "0" * 64}, f"another version under the id {made.version_id} .checksum"),
        ({"version_id": "0" * 36}, f"number 1.0.0 of {made.version_id} belongs to 0000"),
        ({"version_id": "0" * 36, "version_number": "9.9.9"}, "place 1 of"),
        ({"version_id": "0" * 36, "version_number": "9.9.9", "ordinal": 5}, "source has not"),
    ):
        with target.catalogue.write() as connection:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            row = rows.find(connection, VERSIONS, model_id="m")
            connection.execute(VERSIONS.update().values(rows.sealed(VERSIONS, {**row, **change})))
            with pytest.raises(CopyConflictError, match=message):
                copy_registry_check(connection, source)
            connection.execute(VERSIONS.update().values(row))
    other = open_at(folder("c"))
    other.versions.create_version("M", {"n": 1})
    with pytest.raises(ModelNameConflictError):
        copy_registry(source, other)


def copy_registry_check(connection, source) -> None:
    from modelkeep.orchestrator.copied_rows import read_model
    from modelkeep.orchestrator.copy_conflicts import check_target

    with source.catalogue.read() as reading:
        check_target(connection, read_model(reading, "m"))


def test_a_registry_is_not_copied_to_itself_nor_made_where_there_is_none(
    folder, open_at, tmp_path
) -> None:
    source = open_at(folder("a"))
    with pytest.raises(InvalidInputError, match="both are the registry"):
        copy_registry(source, open_at(folder("a")))
    with pytest.raises(NotFoundError, match="no registry at"):
        open_source(ModelVersioningConfig(storage_path=f"{tmp_path}/none"))
    assert not (tmp_path / "none").exists()


def test_the_command_says_what_it_brought(folder, open_at, tmp_path, clock) -> None:
    source = open_at(folder("a"))
    objects = fill(source, clock)

    def run(*words: str, code: int = 0) -> str:
        command = [sys.executable, "-W", "error", "-m", "modelkeep.cli", "copy", *words]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stderr if code else done.stdout

    said = run("a", "b", "--model", "n")
    assert "copied 2 versions of 1 models" in said
    assert "all that was copied is as it was stored" in said
    assert '"present": 2' in run("a", "b", "--json")
    check_same(source, open_at(folder("b")), objects)
    assert "--to-catalogue" in run("a", "s3://tests/x", code=2)
    assert "no registry" in run("none", "c", code=3)


def track(services, clock, reference: str, rows: int = 50) -> list[str]:
    """Log predictions of a version, some of which wait for their labels."""
    version_id = services.versions.get_version(reference).version_id
    clock.advance(minutes=2)
    now = clock.now()
    ids = [f"{reference} {now} {n}" for n in range(rows)]
    services.tracking.log_batch(
        version_id, predictions=np.arange(rows) % 2, prediction_ids=ids, at=[now] * rows,
        features={"age": np.linspace(0, 1, rows)},
    )  # fmt: skip
    services.tracking.label_batch(ids[:10], [n % 2 for n in range(10)])
    services.tracking.flush()
    return ids


def tracked(services, model: str) -> list[object]:
    return [
        services.tracking.history(model, metric)
        for metric in ("count", "accuracy", "mean:age", "label_coverage")
    ]


def test_what_was_tracked_comes_along_and_is_brought_up_to_date(
    folder, remote, open_at, clock
) -> None:
    source = open_at(folder("a"))
    fill(source, clock)
    track(source, clock, "m@production")
    ids = track(source, clock, "n@production")
    source.tracking.set_reference("m@production", features={"age": np.linspace(0, 1, 500)})
    for where in (open_at(folder("b")), open_at(remote)):
        for _ in range(2):
            copy_registry(source, where)
            assert tracked(where, "m") == tracked(source, "m")
            assert tracked(where, "n") == tracked(source, "n")
            track(source, clock, "m@production")
        copy_registry(source, where, models=["m"])
        assert tracked(where, "m") == tracked(source, "m")
        assert sum(point.value for point in tracked(where, "m")[0]) >= 150
        # A label that comes later finds the prediction that was brought.
        before = tracked(where, "n")
        where.tracking.label_batch(ids[10:20], [1] * 10)
        where.tracking.flush()
        assert tracked(where, "n") != before


def test_what_the_target_tracked_by_itself_is_not_overwritten(folder, open_at, clock) -> None:
    source, target = open_at(folder("a")), open_at(folder("b"))
    fill(source, clock)
    track(source, clock, "m@production")
    copy_registry(source, target)
    track(target, clock, "m@production")
    kept = tracked(target, "m")
    with pytest.raises(CopyConflictError, match="tracked its versions in use by itself"):
        copy_registry(source, target)
    assert tracked(target, "m") == kept
    assert copy_registry(source, target, models=["n"]).present == 2
