"""A router while its catalogue is away, and what it starts from then."""

import logging
import os
import sqlite3

import pytest

from modelkeep.deployment.router import Router
from modelkeep.deployment.routing.table_copy import (
    DamagedTableCopyError,
    OlderTableError,
    TableCopy,
)
from modelkeep.errors import (
    DamagedCatalogueError,
    NoActiveDeploymentError,
    StorageUnavailableError,
)
from modelkeep.testing.clock import ManualClock


@pytest.fixture
def table(sqlite, database):
    made = sqlite.table_of([(0, 2**62, 1)], weights=(0.25,), revision=3, overrides={"t": 1})
    sqlite.publish(database, made)
    return made


def move_away(database):
    away = database.with_suffix(".away")
    database.rename(away)
    return lambda: away.rename(database)


def corrupt(database):
    whole = database.read_bytes()
    database.write_bytes(b"\xa5" * len(whole))
    return lambda: database.write_bytes(whole)


def lock(database):
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    return connection.close


OUTAGES = {
    move_away: StorageUnavailableError,
    corrupt: DamagedCatalogueError,
    lock: StorageUnavailableError,
}


@pytest.mark.parametrize(("begin", "kind"), OUTAGES.items(), ids=lambda value: value.__name__)
def test_the_last_table_serves_through_an_outage(
    sqlite, database, table, open_router, eventually, caplog, begin, kind
):
    router = open_router()
    units = [f"user-{n}" for n in range(300)]
    expected = [router.choose(unit) for unit in units]
    end = begin(database)
    eventually(lambda: router.last_error is not None)
    ages = []
    for _ in range(50):
        assert [router.choose(unit) for unit in units] == expected
        router.choose_batch(units)
        ages.append(router.snapshot_age_seconds)
        eventually(lambda last=ages[-1]: router.snapshot_age_seconds > last)
    assert ages == sorted(ages)
    assert isinstance(router.last_error, kind)
    end()
    eventually(lambda: router.last_error is None)
    # A revision that was published right after is seen without a restart.
    sqlite.publish(database, sqlite.table_of(revision=4))
    eventually(lambda: router.table.revision == 4)
    told = [record.getMessage() for record in caplog.records if record.name == "modelkeep"]
    assert len([text for text in told if "cannot be read, revision 3 serves on" in text]) == 1
    assert told.count("the routing table of m can be read again") == 1


def test_the_age_counts_from_the_last_confirmation(database, table, open_router):
    clock = ManualClock()
    router = open_router(clock=clock, poll_seconds=60)
    clock.advance(seconds=7)
    assert router.snapshot_age_seconds == 7
    router.refresh()
    assert router.snapshot_age_seconds == 0
    end = move_away(database)
    clock.advance(seconds=60)
    with pytest.raises(StorageUnavailableError, match="the file is gone"):
        router.refresh()
    assert router.snapshot_age_seconds == 60
    end()
    clock.advance(seconds=-90)
    assert router.snapshot_age_seconds == 0


def test_the_table_is_read_only_when_something_was_written(sqlite, database, table, open_router):
    source = sqlite.SqliteTables(database)
    router = open_router(source=source, poll_seconds=60)
    for _ in range(5):
        router.refresh()
    assert source.reads == 1
    sqlite.publish(database, sqlite.table_of(revision=4))
    router.refresh()
    assert (source.reads, router.table.revision) == (2, 4)


def test_what_changed_during_an_outage_is_seen_after_it(sqlite, database, table, open_router):
    """Also when the new connection counts from where the old one did."""
    source = sqlite.SqliteTables(database)
    router = open_router(source=source, poll_seconds=60)
    before = source.version()
    end = move_away(database)
    with pytest.raises(StorageUnavailableError, match="the file is gone"):
        router.refresh()
    sqlite.publish(database.with_suffix(".away"), sqlite.table_of(revision=4))
    end()
    assert source.version() == before
    router.refresh()
    assert router.table.revision == 4
    source.close()


def test_a_source_that_breaks_in_an_unknown_way_does_not_end_the_polling(
    sqlite, database, table, open_router, eventually, caplog
):
    class Breaking(sqlite.SqliteTables):
        broken = False

        def version(self):
            if self.broken:
                raise ZeroDivisionError("a fault of the source")
            return super().version()

    source = Breaking(database)
    router = open_router(source=source)
    source.broken = True
    eventually(lambda: isinstance(router.last_error, ZeroDivisionError))
    assert router.choose("u").revision == 3
    source.broken = False
    eventually(lambda: router.last_error is None)
    assert any(record.exc_info for record in caplog.records)
    source.close()


def test_a_start_without_the_catalogue_uses_the_copy(
    sqlite, database, table, open_router, eventually
):
    clock = ManualClock()
    first = open_router(clock=clock)
    expected = [first.choose(unit) for unit in range(100)]
    assert not first.from_copy
    first.close()
    end = move_away(database)
    clock.advance(hours=1)
    router = open_router(clock=clock)
    assert router.from_copy
    assert isinstance(router.last_error, StorageUnavailableError)
    assert router.table == table
    assert [router.choose(unit) for unit in range(100)] == expected
    assert router.choose("t").forced
    assert router.snapshot_age_seconds == 3600
    end()
    sqlite.publish(database, sqlite.table_of(revision=4))
    eventually(lambda: router.table.revision == 4)
    eventually(lambda: not router.from_copy)
    assert router.snapshot_age_seconds == 0


def test_each_new_table_is_copied(sqlite, database, table, open_router, copy_path):
    router = open_router(poll_seconds=60)
    assert TableCopy(copy_path, "m").find()[0] == table
    newer = sqlite.table_of(revision=4)
    sqlite.publish(database, newer)
    router.refresh()
    assert TableCopy(copy_path, "m").find()[0] == newer
    assert os.listdir(copy_path.parent) == [copy_path.name]


def test_with_neither_the_error_of_the_source_is_raised(database, table, open_router, copy_path):
    move_away(database)
    with pytest.raises(StorageUnavailableError, match="the file is gone"):
        open_router()
    with pytest.raises(StorageUnavailableError, match="the file is gone"):
        open_router(copy_path=None)
    copy_path.parent.mkdir()
    copy_path.write_text("{}")
    with pytest.raises(StorageUnavailableError, match="the file is gone") as caught:
        open_router()
    assert "nor can the copy be used" in caught.value.__notes__[0]
    assert isinstance(caught.value.__cause__, DamagedTableCopyError)


def test_the_copy_is_not_used_when_the_catalogue_says_that_nothing_serves(
    sqlite, database, table, open_router, copy_path
):
    open_router().close()
    assert copy_path.exists()
    sqlite.unpublish(database)
    with pytest.raises(NoActiveDeploymentError, match="no version of 'm' is active"):
        open_router()


def test_a_copy_that_cannot_be_written_stops_no_routing(
    sqlite, database, table, open_router, tmp_path, eventually
):
    (tmp_path / "copies").write_text("in the way of the folder")
    router = open_router()
    assert router.choose("u").revision == 3
    assert isinstance(router.copy_error, StorageUnavailableError)
    assert router.last_error is None
    (tmp_path / "copies").unlink()
    eventually(lambda: router.copy_error is None)
    assert TableCopy(tmp_path / "copies" / "m.table", "m").find()[0] == table


def test_the_revision_never_goes_back(sqlite, database, table, open_router, eventually, copy_path):
    router = open_router(poll_seconds=60)
    sqlite.publish(database, sqlite.table_of(revision=2))
    for _ in range(2):
        with pytest.raises(OlderTableError, match=r"has revision 2 .* serves 3 and keeps it"):
            router.refresh()
    assert router.table == table
    assert isinstance(router.last_error, OlderTableError)
    assert TableCopy(copy_path, "m").find()[0] == table
    sqlite.publish(database, sqlite.table_of(revision=4))
    router.refresh()
    assert (router.table.revision, router.last_error) == (4, None)


def test_a_table_that_contradicts_itself_does_not_replace_a_good_one(
    sqlite, database, table, open_router
):
    router = open_router(poll_seconds=60)
    sqlite.publish(database, sqlite.table_of([(0, 9, 7)], revision=4))
    with pytest.raises(DamagedCatalogueError, match=r"the routing table of 'm' .*names \[7\]"):
        router.refresh()
    assert router.table == table


def test_the_start_from_the_copy_is_logged(database, table, open_router, caplog):
    open_router().close()
    move_away(database)
    with caplog.at_level(logging.WARNING, "modelkeep"):
        router = open_router()
    assert isinstance(router, Router)
    assert "revision 3 of the copy serves" in caplog.text
