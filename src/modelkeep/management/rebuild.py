"""Makes a catalogue anew: from what is sound in the old one, and from the documents on disk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from modelkeep.catalogue import chunks, events, pointers, versions
from modelkeep.catalogue.alert_tables import ALERT_RULES
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.pointers import StagePointer
from modelkeep.catalogue.salvage import Salvage
from modelkeep.catalogue.tables import (
    EVENTS,
    EXPERIMENTS,
    MODEL_POLICIES,
    MODELS,
    REMOVED_VERSIONS,
    ROLLOUTS,
    ROUTING_TABLES,
    VERSION_CARDS,
    VERSION_FILES,
    VERSION_SIGNATURES,
    VERSIONS,
)
from modelkeep.catalogue.versions import StoredFile
from modelkeep.management.loading import LoadReport
from modelkeep.management.parts import stored_files
from modelkeep.management.version_manager import VersionManager
from modelkeep.models import DeploymentStage, ModelStatus
from modelkeep.storage.documents import DamagedDocument, VersionDocument
from modelkeep.storage.version_storage_service import VersionStorageService


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildReport:
    """What a rebuild brought together.

    Attributes:
        versions: How many versions the new catalogue has.
        salvaged: How many of them came from the old catalogue, with all that changed in them.
        from_documents: How many came from their documents, as they were when created.
        stages: How many stages serve.
        events: How many events were kept.
        damaged: Errors of documents that could not be read.
        conflicts: Documents that were left out, with the reason.
        old_catalogue: Where the old catalogue was put; empty if there was none.
    """

    versions: int
    salvaged: int
    from_documents: int
    stages: int
    events: int
    damaged: list[str]
    conflicts: list[str]
    old_catalogue: str


def fill(
    *,
    catalogue: Catalogue,
    manager: VersionManager,
    storage: VersionStorageService,
    documents: Sequence[VersionDocument | DamagedDocument],
    salvage: Salvage,
) -> RebuildReport:
    """Fill an empty catalogue, for a caller who keeps writers away.

    Documents that a fully readable old catalogue does not know are left of crashes, and are not
    taken in.

    Args:
        catalogue: Empty, of the newest schema.
        manager: Of this catalogue.
        storage: Of this catalogue.
        documents: All there are on disk.
        salvage: What is sound in the old one.
    """
    unreadable = storage.index_packs()
    with catalogue.write() as connection:
        _copy_rows(connection, salvage)
    loaded = LoadReport(loaded=[], known=0, damaged=[], conflicts=[])
    if not salvage.complete:
        loaded = manager.take_in_documents(documents)
    with catalogue.write() as connection:
        _set_files(connection, documents)
        stages = _point_stages(connection)
        chunks.recount(connection)
        total = sum(1 for _ in versions.all_rows(connection))
    return RebuildReport(
        versions=total,
        salvaged=total - len(loaded.loaded),
        from_documents=len(loaded.loaded),
        stages=stages,
        events=len(salvage.of(EVENTS)),
        damaged=[*unreadable, *(each for each in loaded.damaged if each not in unreadable)],
        conflicts=loaded.conflicts,
        old_catalogue="",
    )


def _copy_rows(connection: Connection, salvage: Salvage) -> None:
    models = {row["model_id"] for row in salvage.of(MODELS)}
    for table in (
        MODELS,
        REMOVED_VERSIONS,
        MODEL_POLICIES,
        ROUTING_TABLES,
        ROLLOUTS,
        EXPERIMENTS,
        ALERT_RULES,
    ):
        for row in salvage.of(table):
            if row["model_id"] in models:
                connection.execute(table.insert(), row)
    files: dict[str, list[StoredFile]] = {}
    for row in salvage.of(VERSION_FILES):
        file = StoredFile(
            path=row["path"],
            sha256=row["sha256"],
            size_bytes=row["size_bytes"],
            root_blake3=row["root_blake3"],
        )
        files.setdefault(row["version_id"], []).append(file)
    for row in salvage.of(VERSIONS):
        if row["model_id"] in models:
            _copy_version(connection, row, files.get(row["version_id"], []))
    for table in (VERSION_SIGNATURES, VERSION_CARDS, EVENTS):
        for row in salvage.of(table):
            connection.execute(table.insert(), row)


def _copy_version(connection: Connection, row: dict[str, Any], files: list[StoredFile]) -> None:
    versions.insert(
        connection,
        versions.version_of_row(row),
        ordinal=row["ordinal"],
        format_name=row["format"],
        document_blake3=row["document_blake3"],
        files=files,
    )


def _set_files(
    connection: Connection, documents: Iterable[VersionDocument | DamagedDocument]
) -> None:
    """Take the files of versions from their documents: those have a digest, rows of files not."""
    for document in documents:
        if isinstance(document, VersionDocument):
            version_id = document.version.version_id
            if versions.find_document(connection, version_id) == document.document_blake3:
                versions.set_files(connection, version_id, stored_files(document.manifest))


def _point_stages(connection: Connection) -> int:
    """Let each stage serve what the last event about it says, and mend what versions say of it."""
    for model_id, stage in sorted(_stages_with_events(connection)):
        last = events.of_stage(connection, model_id, DeploymentStage(stage), limit=1)[0]
        version_id = str(last.after.get("version_id", ""))
        if version_id and versions.find(connection, version_id) is not None:
            pointers.move(
                connection,
                StagePointer(
                    model_id=model_id,
                    stage=DeploymentStage(stage),
                    version_id=version_id,
                    event_id=last.event_id,
                ),
            )
    active = {pointer.version_id: pointer.stage for pointer in pointers.all_active(connection)}
    for row in list(versions.all_rows(connection)):
        version = versions.version_of_row(row)
        serves = version.version_id in active
        if serves and not version.is_active:
            versions.update(
                connection,
                row,
                is_active=True,
                status=ModelStatus.DEPLOYED,
                deployment_stage=active[version.version_id],
            )
        elif version.is_active and not serves:
            versions.update(connection, row, is_active=False, status=ModelStatus.READY)
    return len(pointers.all_active(connection))


def _stages_with_events(connection: Connection) -> set[tuple[str, str]]:
    query = EVENTS.select().with_only_columns(EVENTS.c.model_id, EVENTS.c.stage).distinct()
    found = connection.execute(query.where(EVENTS.c.stage != "")).all()
    return {(row[0], row[1]) for row in found}
