"""A consistent copy of the catalogue as one file, taken while others go on writing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.dialects import sqlite
from modelkeep.errors import DamagedCatalogueError, InvalidSettingError, StorageFullError


@dataclass(frozen=True, slots=True)
class SnapshotContent:
    """What the copy of a catalogue speaks of.

    Attributes:
        packs: The packs that count, BLAKE3 in hexadecimal, with their sizes.
        versions: How many versions there are.
    """

    packs: dict[str, int]
    versions: int


def take(catalogue: Catalogue, target: Path) -> SnapshotContent:
    """Copy the catalogue as it is at one moment; writers are not kept waiting.

    SQLite's backup of all pages in one step is one read transaction
    (https://www.sqlite.org/backup.html). The copy needs no log beside it.

    Args:
        catalogue: What is copied.
        target: The new file; not synced yet. What has the name is replaced.

    Raises:
        DamagedCatalogueError: The catalogue is damaged, so that its copy would be worth nothing.
        StorageUnavailableError: It could not be written.
        InvalidSettingError: It is no database of SQLite.
    """
    target.unlink(missing_ok=True)
    with catalogue.read() as connection:
        if connection.dialect.name != "sqlite":
            raise InvalidSettingError(
                "catalogue_url",
                catalogue.name,
                "a file of SQLite: PostgreSQL has backups of its own (pg_dump, base backups)",
            )
    with catalogue.read() as connection, closing(sqlite3.connect(target)) as copy:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        try:
            # Whoever asked syncs the whole file once; a copy that was interrupted does not count.
            copy.execute("PRAGMA synchronous=OFF")
            driver.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            problems = [row[0] for row in copy.execute("PRAGMA quick_check(1)") if row[0] != "ok"]
            content = _content(copy)
        except sqlite3.Error as error:
            told = sqlite.translate(error, str(target))
            if isinstance(told, StorageFullError):
                raise told from error
            raise
    if problems:
        raise DamagedCatalogueError(catalogue.name, f"the database says: {problems[0]}")
    return content


def _content(connection: sqlite3.Connection) -> SnapshotContent:
    query = "SELECT lower(hex(pack_blake3)), stored_bytes FROM packs ORDER BY pack_blake3"
    packs = dict(connection.execute(query).fetchall())
    [(versions,)] = connection.execute("SELECT count(*) FROM versions").fetchall()
    return SnapshotContent(packs, versions)
