"""Connections to PostgreSQL that break in the middle of a transaction, and at its commit."""

from __future__ import annotations

import threading

import pytest

from modelkeep.errors import StorageUnavailableError, UnknownOutcomeError

NEVER_MADE = ("before", "within")
FIRST = ["1.0.0", "1.0.1", "1.0.2"]


@pytest.fixture
def cutter(new_cutter):
    return new_cutter(seed=20261202)


@pytest.fixture
def mk(connect, cutter, place):
    """The registry by way of the proxy, with three versions of which one serves."""
    connect().close()
    url = cutter.url(place["catalogue_url"])
    with connect(catalogue_url=url, busy_timeout_seconds=1.0) as services:
        for number in range(3):
            services.versions.create_version("m", {"n": number})
        services.deployments.deploy_version("m@1.0.0", "production")
        yield services


def numbers(services):
    return [each.version_number for each in services.versions.get_versions("m", limit=None)][::-1]


def packs(services, connect):
    """Remove what was left over, and return the packs that there were beside."""
    with connect() as direct:
        return direct.versions.cleanup_old_versions().leftovers.packs


@pytest.mark.parametrize("kind", NEVER_MADE)
def test_a_commit_that_was_never_made_is_told_and_leaves_nothing(mk, cutter, connect, kind):
    changes = {
        "create": lambda: mk.versions.create_version("m", {"n": 3}),
        "deploy": lambda: mk.deployments.deploy_version("m@1.0.2", "production"),
        "delete": lambda: mk.versions.delete_version("m@1.0.1", backup=True),
    }
    for change in changes.values():
        cutter.next_commit = kind
        with pytest.raises(StorageUnavailableError, match="did not answer") as told:
            change()
        assert not isinstance(told.value, UnknownOutcomeError)
    assert cutter.seen[kind] == 3
    assert numbers(mk) == FIRST
    assert mk.deployments.get_active_deployment("m").version_number == "1.0.0"
    assert packs(mk, connect) == []
    # What failed can be done again, with the number that it would have had.
    for change in changes.values():
        change()
    assert numbers(mk) == ["1.0.0", "1.0.2", "1.0.3"]
    assert mk.scrubber.verify().problems == []


def test_a_commit_whose_answer_was_lost_is_looked_up(mk, cutter, connect):
    cutter.next_commit = "lost answer"
    made = mk.versions.create_version("m", {"n": 3})
    assert mk.versions.load_model(made.version_id) == {"n": 3}
    cutter.next_commit = "lost answer"
    deployed = mk.deployments.deploy_version(made.version_id, "production")
    assert mk.deployments.get_active_deployment("m").event_id == deployed.event_id
    cutter.next_commit = "lost answer"
    removed = mk.versions.delete_version("m@1.0.1", backup=True)
    assert mk.versions.find_removed_version(removed.version_id) == removed
    assert cutter.seen["lost answer"] == 3
    assert numbers(mk) == ["1.0.0", "1.0.2", "1.0.3"]
    assert packs(mk, connect) == []
    assert mk.versions.restore_version(removed.version_id).version_number == "1.0.1"
    assert mk.scrubber.verify().problems == []


def test_where_the_database_stays_away_after_a_commit_that_is_said(mk, cutter, connect):
    """Nobody can know then, so nothing is taken back that may be needed."""
    cutter.next_commit, cutter.is_away_after = "lost answer", True
    with pytest.raises(UnknownOutcomeError, match="look whether it was"):
        mk.versions.create_version("m", {"n": 3})
    cutter.calm()
    assert numbers(mk) == [*FIRST, "1.0.3"]
    assert mk.versions.load_model("m@1.0.3") == {"n": 3}
    cutter.next_commit, cutter.is_away_after = "lost answer", True
    with pytest.raises(UnknownOutcomeError):
        mk.versions.delete_version("m@1.0.3", backup=True)
    cutter.calm()
    assert numbers(mk) == FIRST
    # Its bytes were not removed, since nobody knew.
    assert len(packs(mk, connect)) == 1
    assert mk.versions.restore_version("m@1.0.3").version_number == "1.0.3"
    assert mk.versions.load_model("m@1.0.3") == {"n": 3}
    assert mk.scrubber.verify().problems == []


def test_a_database_that_comes_back_in_time_is_waited_for(mk, cutter):
    cutter.next_commit, cutter.is_away_after = "lost answer", True
    back = threading.Timer(0.4, cutter.calm)
    back.start()
    made = mk.versions.create_version("m", {"n": 3})
    back.join()
    assert numbers(mk) == [*FIRST, made.version_number]


def test_cut_anywhere_nothing_is_lost_and_nothing_done_twice(
    writers, connect, check, cutter, place
):
    connect().close()
    url = cutter.url(place["catalogue_url"])
    with writers(
        count=3, seed="cut", place={"catalogue_url": url, "busy_timeout_seconds": 10.0}
    ) as crew:
        crew.wait_for("done", 2)
        cutter.commit_rate, cutter.mean_bytes = 0.3, 60_000
        crew.wait_for("begin", 40)
        cutter.calm()
        # They go on by themselves.
        crew.wait_for("done", 3)
        records = crew.finish()
    met = check(records)
    assert cutter.seen["byte"] >= 10, cutter.seen
    assert all(cutter.seen[kind] >= 2 for kind in ("before", "within", "with it", "lost answer"))
    assert met["error: storage_unavailable"] >= 10, met
    assert met["done: create"] >= 15, met
