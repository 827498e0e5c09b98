"""The migrations make exactly the tables that the code uses, once, and know their newest one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from modelkeep.catalogue.catalogue import HEAD, Catalogue
from modelkeep.catalogue.dialects import sqlite
from modelkeep.catalogue.evidence_tables import EVIDENCE_METADATA
from modelkeep.catalogue.migrations import upgrade
from modelkeep.catalogue.migrations.upgrade import alembic_config, revision_table
from modelkeep.catalogue.own_tables import KNOWN, OwnTables
from modelkeep.catalogue.tables import METADATA
from modelkeep.catalogue.tracked_tables import TRACKED_METADATA
from modelkeep.errors import NewerFormatError

ROOMS = {
    "catalogue": (METADATA, (HEAD,)),
    "evidence": (EVIDENCE_METADATA, KNOWN["evidence"]),
    "tracking": (TRACKED_METADATA, KNOWN["tracking"]),
}


@pytest.mark.parametrize("room", ROOMS)
def test_what_the_code_knows_as_the_newest_is_so_in_the_folder(room) -> None:
    scripts = ScriptDirectory.from_config(alembic_config(room))
    assert scripts.get_current_head() == ROOMS[room][1][-1]
    if room != "catalogue":
        assert sorted(each.revision for each in scripts.walk_revisions()) == [*KNOWN[room]]


@pytest.mark.parametrize("room", ROOMS)
def test_migrated_tables_are_those_of_the_code(room, tmp_path: Path) -> None:
    engine = sqlite.open_engine(tmp_path / "new.sqlite", busy_timeout_seconds=1)
    database = Catalogue(engine=engine, path=tmp_path / "new.sqlite")
    with database.write() as connection:
        upgrade.to_head(connection, room)
    with database.read() as connection:
        options = {"version_table": revision_table(room)}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, ROOMS[room][0]) == []
    database.close()


@pytest.mark.parametrize("room", ["evidence", "tracking"])
def test_tables_that_are_made_at_once_are_those_that_the_migrations_make(room, tmp_path) -> None:
    found = []
    for name in ("at once", "migrated"):
        path = tmp_path / f"{name}.sqlite"
        database = Catalogue(engine=sqlite.open_engine(path, busy_timeout_seconds=1), path=path)
        if name == "at once":
            with OwnTables(database, ROOMS[room][0]).write():
                pass
        else:
            with database.write() as connection:
                upgrade.to_head(connection, room)
        with database.read() as connection:
            options = {"version_table": revision_table(room)}
            context = MigrationContext.configure(connection, opts=options)
            assert compare_metadata(context, ROOMS[room][0]) == []
            found.append(context.get_current_revision())
        database.close()
    assert found == [KNOWN[room][-1]] * 2


def test_opening_again_migrates_nothing(open_registry) -> None:
    first = open_registry()
    first.versions.create_version("m", {"a": 1})
    second = open_registry()
    assert second.catalogue.schema_revision() == HEAD
    assert second.versions.get_version("m@1.0.0").model_id == "m"


def test_a_catalogue_of_a_later_release_is_told(mk, tmp_path: Path, open_registry) -> None:
    mk.close()
    with closing(sqlite3.connect(tmp_path / "registry/catalogue.sqlite")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
        connection.commit()
    with pytest.raises(NewerFormatError, match="schema 0999.*upgrade modelkeep"):
        open_registry()


@pytest.mark.parametrize("room", ["evidence", "tracking"])
def test_a_room_of_a_later_release_is_told(mk, room, tmp_path: Path, open_registry) -> None:
    version = mk.versions.create_version("m", {"a": 1}).version_id
    mk.deployments.deploy_version(version, "production")
    uses = {
        "evidence": lambda services: services.rollouts.endings.is_unwanted("r"),
        "tracking": lambda services: services.tracking.history("m", "count"),
    }
    uses[room](mk)
    mk.close()
    with closing(sqlite3.connect(tmp_path / f"registry/{room}.sqlite")) as connection:
        connection.execute(f"UPDATE {room}_revision SET version_num = '0999'")
        connection.commit()
    later = open_registry()
    with pytest.raises(NewerFormatError, match="schema 0999.*upgrade modelkeep"):
        uses[room](later)


def test_the_settings_that_durability_rests_on(mk) -> None:
    with mk.catalogue.read() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 30000,
    }
