"""What must hold after faults: all that was acknowledged, nothing of what failed, nothing twice."""

from collections import Counter
from pathlib import Path

from modelkeep.errors import UnknownOutcomeError
from modelkeep.orchestrator.backends import choose_backends

MAYBE = UnknownOutcomeError.code


def check(services, logs):
    """Hold a registry against the records of its writers; return what they met, counted."""
    records = [record for log in logs for record in log]
    wrong = [each for each in records if "wrong" in each]
    assert not wrong, wrong
    models = services.versions.get_models()
    there = {
        version.version_id: version
        for model in models
        for version in services.versions.get_versions(model, limit=None)
    }
    check_creates(services, records, there)
    check_deletes(services, records, there)
    check_numbers(records, there)
    check_stages(services, logs)
    for version in there.values():
        content = int(version.metrics["content"])
        wanted = {"shared": content % 5} if content % 4 == 0 else {"own": content, "x": "x" * 3000}
        assert services.versions.load_model(version.version_id) == wanted
    assert services.scrubber.verify().problems == []
    services.versions.cleanup_old_versions()
    assert services.scrubber.verify().problems == []
    check_leftovers(services, models)
    return Counter(
        f"{kind}: {each[kind]}" for each in records for kind in ("done", "error") if kind in each
    )


def check_leftovers(services, models):
    """After a cleanup there are the packs that versions need, and nothing half-written."""
    parts = choose_backends(services.config)
    versions = [
        version for model in models for version in services.versions.get_versions(model, limit=None)
    ]
    needed = {Path(pack).name for each in versions for pack in services.storage.packs_of(each)}
    assert {info.name for info in parts.blobs.list()} == needed
    assert list(parts.layout.staging.iterdir()) == []
    parts.close()


def check_creates(services, records, there):
    created = [each for each in records if each.get("done") == "create"]
    by_content = Counter(version.metrics["content"] for version in there.values())
    assert max(by_content.values()) == 1, "a create made two versions"
    for each in created:
        version = there.get(each["id"])
        if version is None:
            removed = services.versions.find_removed_version(each["id"])
            assert removed is not None, f"{each} is lost"
            assert removed.version_number == each["number"]
        else:
            assert version.version_number == each["number"]
            assert (version.model_id, version.metrics["content"]) == (
                each["model"],
                each["content"],
            )
    failed = [each for each in records if "error" in each and each["kind"] == "create"]
    for each in failed:
        if each["error"] != MAYBE:
            assert each["content"] not in by_content, f"{each}, but it was kept"
    may_be = {each["content"] for each in (*created, *failed)}
    assert {int(content) for content in by_content} <= may_be


def check_deletes(services, records, there):
    deletes = [each for each in records if each.get("kind", each.get("done")) == "delete"]
    for each in deletes:
        removed = services.versions.find_removed_version(each["id"])
        if "done" in each or each["error"] == MAYBE:
            assert "error" in each or each["id"] not in there
        else:
            assert each["id"] in there, f"{each}, but it is gone"
        if each["backup"] and removed is not None:
            restored = services.versions.restore_version(each["id"])
            services.versions.load_model(restored.version_id)
            services.versions.delete_version(each["id"], backup=False)
    asked = {each["id"] for each in deletes}
    for each in records:
        if each.get("done") == "create" and each["id"] not in asked:
            assert each["id"] in there


def check_numbers(records, there):
    given = [
        (each["model"], each["number"], each["id"])
        for each in records
        if each.get("done") == "create"
    ]
    given += [(each.model_id, each.version_number, each.version_id) for each in there.values()]
    owners = {}
    for model, number, version_id in given:
        assert owners.setdefault((model, number), version_id) == version_id, (model, number)


def check_stages(services, logs):
    """The history of a stage is what its writer was told, and what it was not sure of."""
    for number, log in enumerate(logs):
        told = [each for each in log if "event" in each]
        if not told:
            continue
        unsure = sum(
            each.get("error") == MAYBE and each["kind"] in ("deploy", "rollback", "delete")
            for each in log
        )
        history = services.deployments.get_deployment_history(f"m{number}", "production")[::-1]
        moves = [event for event in history if event.kind != "deactivated"]
        events = {event.event_id: event.version_id for event in moves}
        again = len(told) - len({each["event"] for each in told})
        for each in told:
            assert events[each["event"]] == each["id"], each
        assert len(events) <= len(told) - again + unsure, "a move was made that failed"
