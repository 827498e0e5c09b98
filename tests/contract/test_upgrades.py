"""Registries of every revision there was, full of data, are opened and read as they were."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select

from modelkeep.catalogue.catalogue import HEAD
from modelkeep.catalogue.evidence_tables import EVIDENCE_METADATA
from modelkeep.catalogue.migrations.upgrade import alembic_config
from modelkeep.catalogue.own_tables import KNOWN
from modelkeep.catalogue.tables import METADATA
from modelkeep.catalogue.tracked_tables import TRACKED_METADATA
from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator.backends import choose_backends

FOLDER = Path(__file__).parent / "upgrades"
DATABASES = ("sqlite", "postgresql")
KEPT = sorted(str(path.parent.relative_to(FOLDER)) for path in FOLDER.glob("*/*/expected.json"))
MAKE_IT = "make the data set: python tests/contract/upgrades/make.py"


def test_every_revision_has_a_data_set_of_each_database():
    wanted = {f"{revision}/{name}" for revision in revisions_of("catalogue") for name in DATABASES}
    assert wanted == set(KEPT), MAKE_IT


@pytest.mark.parametrize("room", KNOWN)
@pytest.mark.parametrize("database", DATABASES)
def test_every_revision_of_a_room_is_in_a_data_set(room, database):
    dumps = [path.read_text() for path in FOLDER.glob(f"*/{database}/*.sql")]
    row = rf"INSERT INTO \S*\b{room}_revision\S* VALUES ?\('(\d+)'\)"
    assert {found for dump in dumps for found in re.findall(row, dump)} == revisions_of(room)


@pytest.mark.parametrize("name", KEPT)
def test_a_registry_of_a_revision_reads_as_it_was(data_set, name):
    kept = data_set(name)
    with kept.open() as mk:
        assert mk.catalogue.schema_revision() == HEAD
        assert kept.differences(mk) == []
        assert mk.scrubber.verify().problems == []
        (asked,) = mk.rollouts.list_open()
    with kept.open() as mk:
        # What was asked for before goes on, and so do the numbers of versions.
        kept.clock.advance(minutes=1)
        mk.driver.look()
        assert mk.rollouts.get(asked).state.value == "aborted"
        assert mk.versions.create_version("m", {"n": 9}).version_number == "1.0.5"
        version = mk.deployments.get_active_deployment("m", "production").version_id
        mk.tracking.log(version, prediction="cat", prediction_id="new")
        mk.tracking.flush()
        mk.deployments.rollback_deployment("m", "production")


@pytest.mark.parametrize("name", KEPT)
def test_the_tables_of_an_upgraded_registry_are_those_of_the_code_and_none_is_empty(data_set, name):
    kept = data_set(name)
    kept.open().close()
    backends = choose_backends(ModelVersioningConfig(**kept.settings))
    rooms = {
        "catalogue": (METADATA, backends.catalogue),
        "evidence": (EVIDENCE_METADATA, backends.evidence),
        "tracking": (TRACKED_METADATA, backends.tracking),
    }
    try:
        for tables, database in rooms.values():
            with database.read() as connection:
                context = MigrationContext.configure(
                    connection, opts={"include_object": lambda *about, t=tables: is_of(t, *about)}
                )
                assert compare_metadata(context, tables) == [], MAKE_IT
                for table in tables.tables.values():
                    # Of SQLite no answer to a commit is lost, so nobody leaves marks.
                    if table.name.endswith("_writers") and "sqlite" in name:
                        continue
                    assert connection.execute(select(table).limit(1)).first(), table.name
    finally:
        backends.close()


def revisions_of(room):
    scripts = ScriptDirectory.from_config(alembic_config(room))
    return {each.revision for each in scripts.walk_revisions()}


def is_of(tables, thing, name, kind, *_):
    """With PostgreSQL all tables lie in one database."""
    return kind != "table" or name in tables.tables
