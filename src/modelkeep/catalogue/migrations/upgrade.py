"""Runs the migrations of the catalogue, or of a room beside it, on a connection."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

CATALOGUE = "catalogue"


def alembic_config(room: str = CATALOGUE) -> Config:
    """Return Alembic's configuration for the migrations beside this file.

    Args:
        room: `catalogue`, `evidence` or `tracking`; each has revisions of its own, and with
            PostgreSQL they lie in one database.
    """
    here = Path(__file__).parent
    versions = here / ("versions" if room == CATALOGUE else f"versions_{room}")
    config = Config()
    config.set_main_option("script_location", str(here).replace("%", "%%"))
    config.set_main_option("version_locations", str(versions).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.attributes["version_table"] = revision_table(room)
    return config


def revision_table(room: str) -> str:
    """Return the name of the table that says at which revision a room is."""
    return "alembic_version" if room == CATALOGUE else f"{room}_revision"


def to_head(connection: Connection, room: str = CATALOGUE) -> None:
    """Bring a room to its newest schema, in the transaction of the caller.

    Args:
        connection: In a transaction that writes, which all others wait for.
        room: As of `alembic_config`.
    """
    config = alembic_config(room)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
