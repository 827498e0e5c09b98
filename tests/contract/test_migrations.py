"""The migrations make exactly the tables that the code uses, once, and know their newest one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from modelkeep.catalogue.catalogue import HEAD
from modelkeep.catalogue.migrations.upgrade import alembic_config
from modelkeep.catalogue.tables import METADATA
from modelkeep.errors import NewerFormatError


def test_head_is_the_newest_migration_in_the_folder() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_current_head() == HEAD


def test_migrated_tables_are_those_of_the_code(mk) -> None:
    with mk.catalogue.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


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
