"""How much room versions take, and how much of it they share."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from modelkeep.catalogue import chunks
from modelkeep.catalogue.tables import VERSIONS
from modelkeep.models import ModelVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageUsage:
    """How much room versions take.

    Attributes:
        versions: How many there are.
        raw_bytes: Size of all artifacts, each counted whole.
        stored_bytes: Size of the packs that hold them.
        packs: How many packs that are.
    """

    versions: int
    raw_bytes: int
    stored_bytes: int
    packs: int

    @property
    def ratio(self) -> float:
        """Stored bytes for each raw one; 0 where there are none."""
        return self.stored_bytes / self.raw_bytes if self.raw_bytes else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionUsage:
    """How much room one version takes.

    Attributes:
        raw_bytes: Size of its artifact.
        own_bytes: Stored bytes that only it needs: what its removal gives back.
        shared_bytes: Stored bytes that it needs and others need too.
    """

    raw_bytes: int
    own_bytes: int
    shared_bytes: int


def usage_of_all(connection: Connection, model_id: str | None) -> StorageUsage:
    """Return how much room the versions of a model, or all versions, take."""
    table = VERSIONS.c
    counted = select(func.count(), func.coalesce(func.sum(table.size_bytes), 0))
    if model_id is None:
        packs, stored = chunks.totals(connection)
    else:
        counted = counted.where(table.model_id == model_id)
        packs, stored = chunks.totals_of_model(connection, model_id)
    number, raw = connection.execute(counted).one()
    return StorageUsage(versions=number, raw_bytes=int(raw), stored_bytes=stored, packs=packs)


def usage_of_version(connection: Connection, version: ModelVersion) -> VersionUsage:
    """Return how much room a version takes, and how much of that it shares."""
    roots = chunks.roots_of(connection, version.version_id)
    needed = chunks.needed_by(connection, roots)
    own = chunks.bytes_only_of(connection, roots)
    total = sum(chunk.stored_bytes for chunk in needed.values())
    return VersionUsage(raw_bytes=version.size_bytes, own_bytes=own, shared_bytes=total - own)
