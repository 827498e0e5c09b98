"""Fills a model with versions quickly: rows as the library makes them, many in one statement."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from modelkeep import canonical
from modelkeep.catalogue import registrations, rows, versions
from modelkeep.catalogue.tables import (
    EVENTS,
    VERSION_FILES,
    VERSION_METRICS,
    VERSION_TAGS,
    VERSIONS,
)
from modelkeep.identifiers import VersionIds
from modelkeep.models import DeploymentStage, ModelStatus, ModelVersion
from modelkeep.orchestrator.wiring import Services
from modelkeep.storage import documents
from modelkeep.storage.documents import VersionDocument
from modelkeep.storage.manifest import FileEntry, Manifest

RARE = 1_000
"""One version of so many has the tag `audit`."""
_BATCH = 5_000
_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
_SIZE = 5_000


def populate(services: Services, model_id: str, count: int) -> None:
    """Give a new model so many versions, all in one transaction.

    Each has a document on disk and the rows that `create_version` would have written; the blobs
    are left out, and nothing is synced.
    """
    ids = VersionIds()
    root = Path(services.config.storage_path)
    (root / "versions" / model_id).mkdir(parents=True)
    with services.catalogue.write() as connection:
        model, _ = registrations.register(connection, model_id, _BEGAN)
        numbers = {services.config.versioning_strategy: f"1.0.{count}"}
        registrations.count(connection, model, ordinal=count, numbers=numbers)
        for start in range(1, count + 1, _BATCH):
            ordinals = range(start, min(start + _BATCH, count + 1))
            _insert(connection, [_document(ids, model_id, ordinal) for ordinal in ordinals], root)


def _document(ids: VersionIds, model_id: str, ordinal: int) -> VersionDocument:
    moment = _BEGAN + timedelta(seconds=ordinal)
    version_id = ids.new(moment)
    sha256 = hashlib.sha256(version_id.encode()).hexdigest()
    version = ModelVersion(
        version_id=version_id,
        model_id=model_id,
        version_number=f"1.0.{ordinal}",
        status=ModelStatus.READY,
        deployment_stage=DeploymentStage.DEVELOPMENT,
        model_path=f"blobs/{sha256[:2]}/{sha256}",
        metadata_path=f"versions/{model_id}/{version_id}.json",
        checksum=sha256,
        created_at=moment,
        updated_at=moment,
        created_by="benchmark",
        description=f"nightly run {ordinal}",
        tags=_tags(ordinal),
        metrics={"accuracy": ordinal % 100 / 100, "loss": 1.0 / ordinal},
        dependencies={"numpy": "2.4.6", "scikit-learn": "1.9.1"},
        configuration={"learning_rate": 0.01, "depth": 8},
        deployment_config={},
        parent_version=None,
        size_bytes=_SIZE,
        is_active=False,
    )
    entry = FileEntry(path="model.pkl", sha256=sha256, size_bytes=_SIZE)
    manifest = Manifest(format="pickle", files=(entry,))
    return VersionDocument(version=version, manifest=manifest, ordinal=ordinal)


def _tags(ordinal: int) -> list[str]:
    rare = ["audit"] if ordinal % RARE == 0 else []
    return [*rare, "good" if ordinal % 2 else "poor", "nightly"]


def _insert(connection: Connection, batch: list[VersionDocument], root: Path) -> None:
    digests = []
    for each in batch:
        text, sha256 = documents.encode(each)
        (root / each.version.metadata_path).write_bytes(text)
        digests.append(sha256)
    made = [_row(each, sha256) for each, sha256 in zip(batch, digests, strict=True)]
    connection.execute(VERSIONS.insert(), made)
    connection.execute(VERSION_TAGS.insert(), [row for each in batch for row in _tag_rows(each)])
    metrics = [row for each in batch for row in _metric_rows(each)]
    connection.execute(VERSION_METRICS.insert(), metrics)
    connection.execute(VERSION_FILES.insert(), [_file_row(each) for each in batch])
    connection.execute(EVENTS.insert(), [_event_row(each) for each in batch])


def _row(document: VersionDocument, sha256: str) -> dict[str, Any]:
    version = document.version
    fields = {name: getattr(version, name) for name in ModelVersion.__dataclass_fields__}
    stored = {
        "ordinal": document.ordinal,
        "format": document.manifest.format,
        "document_sha256": sha256,
    }
    return rows.sealed(VERSIONS, versions.to_columns(fields) | stored)


def _place(document: VersionDocument) -> dict[str, Any]:
    version = document.version
    return {
        "version_id": version.version_id,
        "model_id": version.model_id,
        "ordinal": document.ordinal,
    }


def _tag_rows(document: VersionDocument) -> list[dict[str, Any]]:
    return [_place(document) | {"tag": tag} for tag in document.version.tags]


def _metric_rows(document: VersionDocument) -> list[dict[str, Any]]:
    metrics = document.version.metrics.items()
    return [_place(document) | {"name": name, "value": value} for name, value in metrics]


def _file_row(document: VersionDocument) -> dict[str, Any]:
    entry = document.manifest.files[0]
    return {
        "version_id": document.version.version_id,
        "path": entry.path,
        "sha256": entry.sha256,
        "size_bytes": entry.size_bytes,
    }


def _event_row(document: VersionDocument) -> dict[str, Any]:
    version = document.version
    after = {"version_number": version.version_number, "status": version.status.value}
    row = {
        "at": canonical.to_microseconds(version.created_at),
        "actor": "benchmark",
        "kind": "version_created",
        "model_id": version.model_id,
        "version_id": version.version_id,
        "stage": "",
        "before": "{}",
        "after": canonical.encode_text(after),
        "returns_to": None,
    }
    return rows.sealed(EVENTS, row)
