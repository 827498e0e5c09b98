"""Retention in several transactions: what others do in between counts, and they are let in."""

import threading

import pytest
from sqlalchemy import update

from modelkeep.catalogue.tables import VERSION_FILES
from modelkeep.management import cleanup
from modelkeep.management.leased_work import LeaseTakenError

NEWEST = 3


@pytest.fixture
def small(open_registry):
    """A registry that keeps three versions of a model, and makes no backup of those that go."""
    return open_registry(max_versions_per_model=NEWEST, backup_enabled=False)


@pytest.fixture
def one_each(monkeypatch):
    """Each transaction of retention is over after one version."""
    monkeypatch.setattr(cleanup, "_HELD_SECONDS", -1)


def make(mk, count, model_id="m"):
    return [mk.versions.create_version(model_id, {"n": n}) for n in range(count)]


def ids(versions):
    return [each.version_id for each in versions]


def there(mk):
    return ids(mk.versions.get_versions("m", limit=None))[::-1]


def removed(expired):
    return [each.version.version_id for each in expired]


def test_those_that_had_their_time_go_together(small):
    made = make(small, 10)
    gone, failures = small.versions.apply_retention("m")
    assert (removed(gone), failures) == (ids(made[:-NEWEST]), [])
    assert there(small) == ids(made[-NEWEST:])
    assert small.scrubber.verify().problems == []
    events = small.versions.get_events(made[-1].version_id)
    assert [each.kind for each in events] == ["version_created"]


def test_one_that_cannot_go_keeps_no_other(small):
    made = make(small, 8)
    with small.catalogue.write() as connection:
        broken = VERSION_FILES.c.version_id == made[2].version_id
        connection.execute(update(VERSION_FILES).where(broken).values(root_blake3="no digest"))
    gone, failures = small.versions.apply_retention("m")
    assert removed(gone) == ids([*made[:2], *made[3:-NEWEST]])
    assert len(failures) == 1
    assert failures[0].startswith(f"m@{made[2].version_number}: ")
    assert there(small) == ids([made[2], *made[-NEWEST:]])


@pytest.mark.usefixtures("one_each")
def test_what_others_remove_or_keep_meanwhile_counts(small):
    made = make(small, 9)
    turns = []

    def look():
        turns.append(None)
        if len(turns) == 4:
            small.versions.delete_version(made[-NEWEST - 1].version_id)
            small.versions.update_tags(made[-NEWEST - 2].version_id, add=["keep"])
        return False

    gone, failures = small.versions.apply_retention("m", stopped=look)
    assert removed(gone) == ids(made[:4])
    assert len(failures) == 1
    assert made[-NEWEST - 1].version_number in failures[0]
    assert there(small) == ids(made[4:5] + made[-NEWEST:])


@pytest.mark.usefixtures("one_each")
def test_one_that_becomes_the_way_back_meanwhile_stays(small):
    made = make(small, 8)
    turns = []

    def look():
        turns.append(None)
        if len(turns) == 3:
            small.deployments.deploy_version(made[4].version_id, "production")
            small.deployments.deploy_version(made[-1].version_id, "production")
        return False

    gone, failures = small.versions.apply_retention("m", stopped=look)
    assert (removed(gone), failures) == (ids(made[:4]), [])
    assert small.deployments.rollback_deployment("m", "production").version_id == made[4].version_id


@pytest.mark.usefixtures("one_each")
def test_a_writer_gets_in_between(small, open_registry):
    made = make(small, 25)
    other = open_registry()
    seen, ended = [], threading.Event()

    def write():
        tags = iter(range(10_000))
        while not ended.is_set():
            other.versions.update_tags(made[-1].version_id, add=[f"turn-{next(tags)}"])
            seen.append(len(other.versions.get_versions("m", limit=None)))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        gone, failures = small.versions.apply_retention("m")
    finally:
        ended.set()
        writer.join()
    assert (removed(gone), failures) == (ids(made[:-NEWEST]), [])
    between = {count for count in seen if NEWEST < count < len(made)}
    assert len(between) > 1


@pytest.mark.usefixtures("one_each")
def test_who_was_interrupted_goes_on(small):
    made = make(small, 12)
    asked = iter(range(100))
    gone, _ = small.versions.apply_retention("m", stopped=lambda: next(asked) >= 5)
    assert 0 < len(gone) < len(made) - NEWEST
    assert there(small) == ids(made[len(gone) :])
    rest, failures = small.versions.apply_retention("m")
    assert failures == []
    assert removed([*gone, *rest]) == ids(made[:-NEWEST])
    assert small.versions.cleanup_old_versions().leftovers.packs == []


@pytest.mark.parametrize("backup_enabled", [False, True])
def test_who_lost_the_lease_removes_nothing(open_registry, backup_enabled):
    mk = open_registry(max_versions_per_model=NEWEST, backup_enabled=backup_enabled)
    made = make(mk, 6)

    def lost(_connection):
        raise LeaseTakenError("upkeep")

    with mk.catalogue.fenced(lost), pytest.raises(LeaseTakenError):
        mk.versions.apply_retention("m")
    assert there(mk) == ids(made)
    assert mk.scrubber.verify().problems == []


def test_who_is_told_of_each_gets_no_list_of_all(small):
    made = make(small, 8)
    heard = []
    found = small.versions.apply_retention(
        "m", told=lambda item, error: heard.append((item, error))
    )
    assert found == ([], [])
    assert [(item.version.version_id, error) for item, error in heard] == [
        (each.version_id, "") for each in made[:-NEWEST]
    ]
    assert there(small) == ids(made[-NEWEST:])


def test_upkeep_says_what_retention_had_to_leave(small, caplog):
    made = make(small, 6)
    with small.catalogue.write() as connection:
        broken = VERSION_FILES.c.version_id == made[0].version_id
        connection.execute(update(VERSION_FILES).where(broken).values(root_blake3="no digest"))
    small.upkeep.run_once()
    told = [record.message for record in caplog.records if made[0].version_id in record.message]
    assert len(told) == 1
    assert told[0].startswith(f"retention left {made[0].version_id}: m@")
    assert there(small) == ids([made[0], *made[-NEWEST:]])
