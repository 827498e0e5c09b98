"""At which revision of its schema a database is, and whether this release can go on from there."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from modelkeep.errors import DamagedCatalogueError, NewerFormatError


def found_in(connection: Connection, table: str) -> str:
    """Return the revision; empty where there are no tables yet.

    Args:
        connection: To read with.
        table: That which has the revision.
    """
    if not inspect(connection).has_table(table):
        return ""
    found = connection.execute(text(f"select version_num from {table}")).scalars()  # noqa: S608
    return str(next(found, "(none)"))


def check_known(revision: str, known: tuple[str, ...], place: str) -> None:
    """Refuse a revision that this release knows nothing of.

    Args:
        revision: As of `found_in`.
        known: The revisions of this release, the newest last.
        place: How the database is called.

    Raises:
        NewerFormatError: It is that of a later release.
        DamagedCatalogueError: It is none.
    """
    if not revision or revision in known:
        return
    if not revision.isdigit():
        raise DamagedCatalogueError(place, f"unknown schema {revision!r}")
    raise NewerFormatError(place, f"schema {revision}", known[-1])
