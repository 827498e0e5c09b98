"""What takes more than one transaction to collect: nothing is forgotten, nobody is kept waiting."""

import threading

import pytest

from modelkeep.catalogue import chunks, versions
from modelkeep.management import cleanup

MANY = 1_300


@pytest.fixture
def folder(tmp_path):
    """A function that makes a folder with so many small files, each a chunk."""

    def make(name, numbers):
        made = tmp_path / name
        made.mkdir()
        for number in numbers:
            (made / f"{number}.txt").write_bytes(b"part %d" % number * 20)
        return made

    return make


def counts(mk):
    with mk.catalogue.read() as connection:
        return len(list(chunks.all_chunks(connection))), len(chunks.packs(connection))


def test_a_version_of_many_chunks_leaves_nothing(mk, folder):
    before = counts(mk)
    made = mk.versions.create_version("m", folder("many", range(MANY)))
    assert counts(mk)[0] > MANY
    mk.versions.delete_version(made.version_id, backup=False)
    assert counts(mk) == before
    assert mk.versions.cleanup_old_versions().leftovers.packs == []


def test_what_a_crash_left_unforgotten_is_shared_or_collected(mk, folder):
    made = mk.versions.create_version("m", folder("many", range(MANY)))
    # A removal that ends after its first transaction.
    with mk.catalogue.write() as connection:
        mk.storage.release_version(connection, made.version_id)
        versions.remove(connection, made.version_id)
    left, _ = counts(mk)
    assert 500 < left < MANY
    shared = folder("some", range(0, MANY, 2))
    again = mk.versions.create_version("m", shared)
    mk.compactor.collect()
    assert counts(mk)[0] == MANY // 2 + 1
    assert mk.scrubber.verify().problems == []
    mk.storage.export_model_data(mk.versions.get_manifest(again.version_id), shared.parent / "out")
    for path in shared.iterdir():
        assert (shared.parent / "out" / path.name).read_bytes() == path.read_bytes()


def test_a_pack_of_many_chunks_is_rewritten_while_others_write(mk, folder):
    old = mk.versions.create_version("m", folder("old", range(MANY)))
    kept = mk.versions.create_version("m", folder("kept", range(MANY - 600)))
    mk.versions.delete_version(old.version_id, backup=False)
    stored = mk.storage.calculate_storage_usage().stored_bytes
    stop, made = threading.Event(), []

    def write():
        while not stop.is_set():
            made.append(mk.versions.create_version("other", {"turn": len(made)}).version_id)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        report = mk.compactor.collect(dead_share=0.1)
    finally:
        stop.set()
        writer.join()
    assert report.packs >= 1
    assert report.freed_bytes > 0
    for version_id in made:
        mk.versions.delete_version(version_id, backup=False)
    assert mk.storage.calculate_storage_usage().stored_bytes < stored
    assert mk.scrubber.verify().problems == []
    assert len(mk.versions.get_manifest(kept.version_id).files) == MANY - 600


def test_retention_reads_some_at_a_time_and_removes_the_oldest_first(mk, monkeypatch):
    monkeypatch.setattr(cleanup, "_READ_AT_ONCE", 7)
    numbers = [
        mk.versions.create_version(
            "m", {"n": n}, tags=["keep"] if n % 5 == 0 else []
        ).version_number
        for n in range(40)
    ]
    newest = mk.config.max_versions_per_model
    wanted = [number for n, number in enumerate(numbers[:-newest]) if n % 5]
    told = mk.versions.cleanup_old_versions(dry_run=True).expired
    done = mk.versions.cleanup_old_versions().expired
    assert [each.version.version_number for each in told] == wanted
    assert [each.version.version_number for each in done] == wanted
    assert {each.reason for each in done} == {f"beyond the newest {newest}"}
    assert mk.versions.cleanup_old_versions().expired == []


def test_an_interrupted_retention_is_gone_on_with(mk):
    made = [mk.versions.create_version("m", {"n": n}) for n in range(20)]
    asked = iter(range(100))
    gone, _ = mk.versions.apply_retention("m", stopped=lambda: next(asked) >= 6)
    assert 0 < len(gone) < 10
    rest, failures = mk.versions.apply_retention("m")
    assert failures == []
    newest = mk.config.max_versions_per_model
    assert [each.version.version_id for each in [*gone, *rest]] == [
        each.version_id for each in made[:-newest]
    ]
