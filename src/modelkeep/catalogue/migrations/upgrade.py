"""Runs the migrations on an engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine


def alembic_config() -> Config:
    """Return Alembic's configuration for the migrations beside this file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def to_head(engine: Engine, check: Callable[[str], None]) -> None:
    """Bring the database to the newest schema in one transaction, which all others wait for.

    Args:
        engine: Of the database.
        check: Told the revision that the database is at once nobody else can change it, empty
            where it has no tables; raises where that is none to begin from.
    """
    config = alembic_config()
    with (
        engine.connect().execution_options(modelkeep_writes=True) as connection,
        connection.begin(),
    ):
        check(MigrationContext.configure(connection).get_current_revision() or "")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
