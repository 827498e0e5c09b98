"""What was acknowledged outlives SIGKILL, and nothing half-made shows.

300 kills hit processes in the middle of create, deploy, rollback, delete, cleanup and finish, 50 in
each; three processes share one registry and one has its own. Afterwards the registries are held
against what the processes had acknowledged. On PostgreSQL and S3, where each takes longer, there
are 40, or as many as MODELKEEP_KILLS says.
"""

import json
import os
import random
import runpy
import subprocess
import sys
import uuid
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest

from modelkeep.orchestrator.backends import choose_backends

WORKER = Path(__file__).with_name("worker.py")
KINDS = ("create", "deploy", "rollback", "delete", "cleanup", "finish")
KILLS = {"local": 300, "remote": int(os.environ.get("MODELKEEP_KILLS", "40"))}
SLOTS = {"a": "first", "b": "first", "c": "first", "d": "second"}
_worker = runpy.run_path(str(WORKER))
content_of, connect = _worker["content_of"], _worker["connect"]


def run_worker(folder, **spec):
    path, log = folder / "spec.json", folder / "log.json"
    path.write_text(json.dumps({**spec, "log": str(log)}))
    done = subprocess.run(
        [sys.executable, str(WORKER), str(path)], capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    return json.loads(log.read_text())


@pytest.fixture(scope="module", params=["local", "remote"])
def where(request):
    """Whether registries lie in folders, or on PostgreSQL and S3."""
    return request.param


@pytest.fixture(scope="module")
def new_place(where, request):
    """A function that gives the settings of a new registry, by the folder for what is local."""
    made = []

    def call(folder):
        settings = {"max_versions_per_model": 6, "busy_timeout_seconds": 120.0}
        settings |= {"storage_path": str(folder), "backup_path": f"{folder}-backups"}
        if where == "remote":
            request.getfixturevalue("seaweed")
            made.append(request.getfixturevalue("postgres").new_database())
            settings["storage_path"] = f"s3://tests/{uuid.uuid4().hex}"
            settings |= {"catalogue_url": made[-1], "work_path": f"{folder}-work"}
        return settings

    yield call
    for url in made:
        request.getfixturevalue("postgres").drop_database(url)


@pytest.fixture(scope="module")
def killed(where, new_place, tmp_path_factory):
    """Both registries after all kills, and what each worker had said."""
    folder = tmp_path_factory.mktemp("sigkill")
    places = {name: new_place(folder / name) for name in ("first", "second")}
    of_each_kind = -(-KILLS[where] // len(KINDS))
    for name in range(3):
        for file in ("weights.bin", "more/vocabulary.txt"):
            path = folder / "sources" / str(name) / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(random.Random(f"{name}/{file}").randbytes(5000))
    log = run_worker(
        folder,
        mode="workers",
        seed=20260131,
        kills_of_each_kind=of_each_kind,
        sources=str(folder / "sources"),
        slots=[{"model": name, "place": places[home]} for name, home in SLOTS.items()],
    )
    return SimpleNamespace(
        sources=folder / "sources", places=places, log=log, of_each_kind=of_each_kind
    )


@pytest.fixture(params=["first", "second"])
def registry(killed, request):
    records = {model: killed.log[model] for model, home in SLOTS.items() if home == request.param}
    with connect(killed.places[request.param]) as services:
        yield services, records


def in_flight(records):
    """What had begun and was neither acknowledged nor refused when the process ended."""
    return [
        before
        for before, record in pairwise(records)
        if "begin" in before and ("killed" in record or "error" in record)
    ]


def listed(services):
    models = services.versions.get_models()
    return [v for model in models for v in services.versions.get_versions(model, limit=None)]


def check_content(services, version, sources, scratch):
    wanted = content_of(int(version.metrics["content"]), sources)
    if isinstance(wanted, Path):
        assert version.checksum == services.storage.calculate_checksum(wanted)
        found = services.versions.load_model(
            version.version_id, destination=scratch / version.version_id
        )
        for file in wanted.rglob("*.*"):
            assert (found / file.relative_to(wanted)).read_bytes() == file.read_bytes()
    else:
        assert services.versions.load_model(version.version_id) == wanted


def test_the_kills_hit_every_operation(killed):
    kills = [
        record["killed"]
        for records in killed.log.values()
        for record in records
        if "killed" in record
    ]
    for kind in KINDS:
        assert kills.count(kind) >= killed.of_each_kind > 0


def test_no_operation_failed_beside_those_that_were_killed(killed):
    errors = [
        record["error"]
        for records in killed.log.values()
        for record in records
        if "error" in record
    ]
    assert not errors, f"{len(errors)} failed; the first: {errors[0]}"


def test_nothing_half_made_shows(registry, killed, tmp_path):
    services, _ = registry
    assert services.scrubber.verify().problems == []
    for version in listed(services):
        if version.status.value == "training":
            assert version.checksum == ""
        else:
            check_content(services, version, killed.sources, tmp_path)


def test_acknowledged_versions_are_there_and_no_others(registry, killed):
    services, log = registry
    there = {version.version_id: version for version in listed(services)}
    records = [record for each in log.values() for record in each]
    pending = [record for each in log.values() for record in in_flight(each)]
    gone_for_sure = {r["id"] for r in records if r.get("done") == "delete"}
    gone_maybe = gone_for_sure | {r["id"] for r in pending if r["begin"] == "delete"}
    expired = {each for r in records if r.get("done") == "cleanup" for each in r["expired"]}
    acknowledged = {r["id"]: r for r in records if r.get("done") in ("create", "open")}
    finished = {r["id"]: r for r in records if r.get("done") == "finish"}
    assert len(acknowledged) > 4 * killed.of_each_kind
    assert not gone_for_sure & there.keys()
    assert not expired & there.keys()
    for version_id, record in acknowledged.items():
        version = there.get(version_id)
        if version is None:
            removed = services.versions.find_removed_version(version_id)
            assert removed is not None, f"{version_id} is lost"
            assert removed.version_number == record["number"]
            by_retention = removed.reason.startswith("retention: ") and not record["tags"]
            assert by_retention or version_id in gone_maybe
            continue
        assert (version.model_id, version.version_number) == (record["model"], record["number"])
        if record["done"] == "create":
            assert version.metrics["content"] == record["content"]
        elif version_id in finished:
            assert version.metrics["content"] == finished[version_id]["content"]
    may_be = {r["content"] for r in pending if r["begin"] in ("create", "open", "finish")}
    for version_id in there.keys() - acknowledged.keys():
        version = there[version_id]
        assert version.metrics.get("content", float(version.description or -1)) in may_be


def test_numbers_are_unique_and_increase(registry):
    services, log = registry
    for model in services.versions.get_models():
        newest_first = services.versions.get_versions(model, limit=None)
        numbers = [number_key(version.version_number) for version in newest_first]
        assert numbers == sorted(set(numbers), reverse=True)
        given = []
        for records in log.values():
            mine = [
                number_key(record["number"])
                for record in records
                if record.get("done") in ("create", "open") and record["model"] == model
            ]
            assert mine == sorted(mine)
            given += mine
        assert len(given) == len(set(given))


def number_key(number):
    return tuple(int(part) for part in number.split("."))


def test_deployments_are_those_acknowledged_and_those_in_flight(registry, killed):
    services, log = registry
    checked = 0
    for model, records in log.items():
        for stage in ("production", "staging"):
            history = services.deployments.get_deployment_history(model, stage)[::-1]
            steps = [r for r in records if r.get("stage") == stage and "event" in r]
            pending = {id(r) for r in in_flight(records)}
            rest = iter([r for r in records if "event" in r or id(r) in pending])
            acknowledged = {step["event"] for step in steps}
            assert acknowledged <= {event.event_id for event in history}
            before = None
            for event in history:
                assert event.previous_version_id == before
                before = event.version_id
                match_step(event, rest, acknowledged)
            active = services.deployments.find_active_deployment(model, stage)
            assert (active.version_id if active else None) == before
            # After the last acknowledged one there is at most what was in flight.
            assert not [step for step in rest if "event" in step and step["stage"] == stage]
            checked += len(steps)
    assert checked > killed.of_each_kind


def match_step(event, rest, acknowledged):
    """Find the step of the log that an event of the history comes from; steps go in order."""
    for step in rest:
        if event.event_id in acknowledged:
            if step.get("event") == event.event_id:
                assert step["id"] == event.version_id
                return
        elif "event" not in step and step.get("stage") == event.stage.value:
            kind = {"deployed": "deploy", "rolled_back": "rollback"}[event.kind]
            if step["begin"] == kind and step.get("id", event.version_id) == event.version_id:
                return
    pytest.fail(f"nobody began {event}")


def test_states_agree_with_what_is_served(registry):
    services, _ = registry
    serving = {each.version_id for each in services.deployments.get_all_active_deployments()}
    for version in listed(services):
        assert version.is_active == (version.version_id in serving)
        assert (version.status.value == "deployed") == version.is_active


def test_cleanup_removes_all_leftovers_and_nothing_else(registry):
    services, _ = registry
    parts = choose_backends(services.config)
    report = services.versions.cleanup_old_versions()
    assert not report.leftovers.postponed
    assert list(parts.layout.staging.iterdir()) == []
    assert list(Path(services.config.backup_path).glob(".partial*")) == []
    versions = listed(services)
    needed = {pack for version in versions for pack in services.storage.packs_of(version)}
    assert {info.name for info in parts.blobs.list()} == {Path(each).name for each in needed}
    assert services.scrubber.verify().problems == []
    again = services.versions.cleanup_old_versions()
    assert (again.expired, again.failures, again.leftovers.staged) == ([], [], [])
    assert again.leftovers.packs == []


def test_a_registry_whose_making_was_killed_can_be_opened(where, new_place, tmp_path):
    kills = KILLS[where] // 12
    parts = [0.0, *(place / kills for place in range(kills))]
    places = [new_place(tmp_path / f"new-{number}") for number in range(len(parts))]
    run_worker(tmp_path, mode="openers", places=places, parts=parts)
    for number, place in enumerate(places):
        with connect(place) as services:
            version = services.versions.create_version("m", {"place": number})
            assert services.versions.load_model(version.version_id) == {"place": number}
            services.versions.cleanup_old_versions()
            assert services.scrubber.verify().problems == []
            layout = choose_backends(services.config).layout
            assert list(layout.staging.iterdir()) == []
