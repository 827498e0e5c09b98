"""Versions that were removed: what lineage still shows of them, and where their backup is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from modelkeep import canonical
from modelkeep.catalogue import rows
from modelkeep.catalogue.tables import REMOVED_VERSIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedVersion:
    """What is still known of a version after its removal.

    Attributes:
        backup_path: Folder of the backup made before, relative to the backups; empty if none is.
    """

    version_id: str
    model_id: str
    version_number: str
    created_at: datetime
    parent_version: str | None
    removed_at: datetime
    removed_by: str
    reason: str
    backup_path: str


def insert(connection: Connection, removed: RemovedVersion) -> None:
    """Keep what is known of a version that is being removed."""
    row = asdict(removed)
    for name in ("created_at", "removed_at"):
        row[name] = canonical.to_microseconds(row[name])
    rows.insert(connection, REMOVED_VERSIONS, row)


def find(connection: Connection, version_id: str) -> RemovedVersion | None:
    """Return what is known of a removed version, or None."""
    row = rows.find(connection, REMOVED_VERSIONS, version_id=version_id)
    return None if row is None else _to_removed(row)


def find_by_number(connection: Connection, model_id: str, number: str) -> RemovedVersion | None:
    """Return what is known of a removed version by its number, or None."""
    row = rows.find(connection, REMOVED_VERSIONS, model_id=model_id, version_number=number)
    return None if row is None else _to_removed(row)


def with_backup_before(connection: Connection, moment: datetime) -> list[RemovedVersion]:
    """Return the removed versions that went before this moment and still have a backup."""
    table = REMOVED_VERSIONS.c
    query = select(REMOVED_VERSIONS).where(
        table.removed_at < canonical.to_microseconds(moment), table.backup_path != ""
    )
    return [_to_removed(dict(row)) for row in connection.execute(query).mappings()]


def forget_backup(connection: Connection, version_id: str) -> None:
    """Note that the backup of a removed version is gone."""
    row = rows.find(connection, REMOVED_VERSIONS, version_id=version_id)
    if row is not None:
        rows.change(connection, REMOVED_VERSIONS, row, {"backup_path": ""})


def remove(connection: Connection, version_id: str) -> None:
    """Forget that the version was removed, because it is back."""
    connection.execute(delete(REMOVED_VERSIONS).where(REMOVED_VERSIONS.c.version_id == version_id))


def _to_removed(row: dict[str, object]) -> RemovedVersion:
    fields = {name: row[name] for name in RemovedVersion.__dataclass_fields__}
    for name in ("created_at", "removed_at"):
        fields[name] = canonical.from_microseconds(int(str(row[name])))
    return RemovedVersion(**fields)  # type: ignore[arg-type]
