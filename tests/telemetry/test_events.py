"""Events count once they are committed, and not before."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from modelkeep.catalogue.after_commit import after_commit
from modelkeep.clock import SystemClock
from modelkeep.errors import ModelkeepError
from modelkeep.management.journal import Journal
from modelkeep.telemetry.prometheus import PrometheusProbe

ROW_OF_NOBODY = (
    "INSERT INTO version_tags (version_id, tag, model_id, ordinal) VALUES ('none', 'x', 'm', 1)"
)


@pytest.fixture
def journal(registry) -> Journal:
    return Journal(clock=SystemClock(), actor="ada", probe=PrometheusProbe(registry))


@pytest.fixture
def counted(registry):
    return lambda: registry.get_sample_value("modelkeep_events_total", {"kind": "x"}) or 0


def test_a_commit_counts_all_its_events(mk, journal, counted) -> None:
    with mk.catalogue.write() as connection:
        journal.record(connection, "x", "m")
        journal.record(connection, "x", "m")
        assert counted() == 0
    assert counted() == 2


def test_what_is_rolled_back_does_not_count(mk, journal, counted) -> None:
    def change() -> None:
        with mk.catalogue.write() as connection:
            journal.record(connection, "x", "m")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change()
    with mk.catalogue.write() as connection:
        connection.execute(text("select 1"))
    assert counted() == 0


def test_a_commit_that_fails_does_not_count(mk, journal, counted) -> None:
    def change() -> None:
        with mk.catalogue.write() as connection:
            journal.record(connection, "x", "m")
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
            connection.execute(text(ROW_OF_NOBODY))

    with pytest.raises(ModelkeepError, match="FOREIGN KEY"):
        change()
    with mk.catalogue.write() as connection:
        journal.record(connection, "x", "m")
    assert counted() == 1


def test_it_goes_on_after_the_pool_was_renewed(mk) -> None:
    called = []
    for turn in range(3):
        with mk.catalogue.write() as connection:
            after_commit(connection, lambda turn=turn: called.append(turn))
        mk.catalogue.close()
    assert called == [0, 1, 2]


def test_a_probe_that_is_off_leaves_no_listener(mk) -> None:
    mk.versions.create_version("m", {"w": 1})
    with mk.catalogue.write() as connection:
        Journal(clock=SystemClock(), actor="ada").record(connection, "x", "m")
        assert "modelkeep_after_commit" not in connection.info
