"""Removal of what nobody needs never takes what somebody does.

Writers share bytes with one another and delete what they made, a collector runs all the time, and
readers load whatever is listed. Two cases of that are also set up exactly, without chance.
"""

from pathlib import Path

import pytest
from tests.concurrency.conftest import packs_there, staged_there

import modelkeep
from modelkeep.errors import ModelkeepError

SECONDS = 8.0
WRITERS = 4


def listed(services):
    models = services.versions.get_models()
    return [v for model in models for v in services.versions.get_versions(model, limit=None)]


def packs_of(services, versions):
    return {Path(pack).name for each in versions for pack in services.storage.packs_of(each)}


def files_below(folder):
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_writers_deleters_collectors_and_readers_at_once(crew, connect):
    connect().close()
    settings = {"max_versions_per_model": 1000}
    common = {"seconds": SECONDS, "settings": settings}
    writers = [{"task": "write", "seed": n, "keep": 3, **common} for n in range(WRITERS)]
    readers = [{"task": "read", "seed": 100 + n, **common} for n in range(2)]
    results = crew([*writers, *readers, {"task": "collect", **common}])
    assert all(result["count"] > 0 for result in results[:WRITERS])
    assert all(result["loaded"] > 0 for result in results[WRITERS:-1])
    assert results[-1]["rounds"] > 0
    with connect(**settings) as services:
        left = dict(pair for result in results[:WRITERS] for pair in result["left"])
        versions = listed(services)
        assert {version.version_id for version in versions} == left.keys()
        for version_id, content in left.items():
            assert services.versions.load_model(version_id) == content
        services.versions.cleanup_old_versions()
        assert services.scrubber.verify().problems == []
        assert packs_there(services) == packs_of(services, versions)
        assert staged_there(services) == set()


def test_deleters_and_collectors_of_the_same_versions_do_not_fail(crew, connect):
    with connect() as services:
        for n in range(40):
            services.versions.create_version("m", {"n": n // 2}, tags=["keep"])
        versions = [version.version_id for version in listed(services)]
        kept = services.versions.create_version("other", {"n": 0})
    # Without a backup: nobody would find a version half removed when he begins to copy it.
    deleter = {"task": "delete_all", "versions": versions}
    deleter["settings"] = {"backup_enabled": False}
    results = crew([*[deleter] * 4, *[{"task": "collect", "seconds": 1.0}] * 2])
    assert sorted(each for result in results[:4] for each in result) == sorted(versions)
    with connect() as services:
        services.versions.cleanup_old_versions()
        assert [version.version_id for version in listed(services)] == [kept.version_id]
        assert services.versions.load_model(kept.version_id) == {"n": 0}
        assert packs_there(services) == packs_of(services, [kept])
        assert services.scrubber.verify().problems == []


def test_bytes_that_are_reused_while_their_last_version_is_deleted_stay(connect):
    """The writer finds the bytes there; they must not go before it has committed."""
    with connect() as services, connect() as other:
        first = services.versions.create_version("m", {"same": 1}, tags=["keep"])
        deleted = []

        def delete_once(count):
            if not deleted:
                deleted.append(other.versions.delete_version(first.version_id, backup=False))

        second = services.versions.create_version("m", {"same": 1}, progress=delete_once)
        assert deleted
        assert services.versions.load_model(second.version_id) == {"same": 1}
        other.versions.cleanup_old_versions()
        assert services.versions.load_model(second.version_id) == {"same": 1}
        assert services.scrubber.verify().problems == []


@pytest.mark.parametrize("format", ["json", "pickle", "numpy", "joblib"])
def test_a_load_beside_a_delete_gives_the_model_or_an_error_of_ours(connect, format):
    """The bytes go after they were verified and before they are read."""
    content = __import__("numpy").arange(4) if format == "numpy" else {"n": 1}
    with connect() as services, connect() as other:
        version = services.versions.create_version("m", content, format=format)
        deleted = []

        def delete_once(count):
            if not deleted:
                deleted.append(other.versions.delete_version(version.version_id, backup=False))

        try:
            found = services.versions.load_model(version.version_id, progress=delete_once)
        except ModelkeepError as error:
            assert version.version_id in str(error) or version.checksum in str(error)  # noqa: PT017
        else:
            assert list(found) == list(content)
        assert deleted


def test_a_cleanup_spares_the_unfinished_backup_of_another_registry(tmp_path):
    """Registries may share a folder of backups: by the defaults, those of one working folder do."""
    backups = str(tmp_path / "backups")
    with (
        modelkeep.connect(tmp_path / "one", backup_path=backups) as one,
        modelkeep.connect(tmp_path / "two", backup_path=backups) as two,
    ):
        version = one.versions.create_version("m", {"n": 1})
        cleaned = []

        def clean_once(count):
            if not cleaned:
                cleaned.append(two.versions.cleanup_old_versions())

        folder = one.versions.backup_version(version.version_id, progress=clean_once)
        assert cleaned
        assert (folder / "files" / "model.json").is_file()
        one.versions.delete_version(version.version_id, backup=False)
        assert one.versions.restore_version(folder).version_id == version.version_id
