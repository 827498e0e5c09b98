"""Fills a model with versions quickly: rows as the library makes them, many in one statement."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table

from modelkeep import canonical
from modelkeep.catalogue import chunks, registrations, rows, versions
from modelkeep.catalogue.chunks import ChunkKind, StoredChunk
from modelkeep.catalogue.tables import (
    EVENTS,
    VERSION_FILES,
    VERSION_METRICS,
    VERSION_TAGS,
    VERSIONS,
)
from modelkeep.identifiers import VersionIds
from modelkeep.models import DeploymentStage, ModelStatus, ModelVersion
from modelkeep.orchestrator.services import Services
from modelkeep.storage import documents
from modelkeep.storage.documents import VersionDocument
from modelkeep.storage.manifest import FileEntry, Manifest

RARE = 1_000
"""One version of so many has the tag `audit`."""
_BATCH = 5_000
# One version of so many failed.
_FAILED = 10
_AUTHORS = 20
# So many versions share a pack, as after small packs were merged.
_IN_PACK = 250
# Of so many versions in a row, all but the first are stored as differences to the first.
_CHAIN = 10
_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
_SIZE = 5_000


def populate(services: Services, model_id: str, count: int) -> None:
    """Give a new model so many versions.

    Each has the rows that `create_version` would have written; the packs are left out.
    """
    ids = VersionIds()
    with services.catalogue.write() as connection:
        model, _ = registrations.register(connection, model_id, _BEGAN)
        numbers = {services.config.versioning_strategy: f"1.0.{count}"}
        registrations.count(connection, model, ordinal=count, numbers=numbers)
    for start in range(1, count + 1, _BATCH):
        ordinals = range(start, min(start + _BATCH, count + 1))
        with services.catalogue.write() as connection:
            _insert(connection, [_document(ids, model_id, ordinal) for ordinal in ordinals])


def _document(ids: VersionIds, model_id: str, ordinal: int) -> VersionDocument:
    moment = _BEGAN + timedelta(seconds=ordinal)
    version_id = ids.new(moment)
    sha256 = hashlib.sha256(version_id.encode()).hexdigest()
    failed = ordinal % _FAILED == _FAILED - 1
    version = ModelVersion(
        version_id=version_id,
        model_id=model_id,
        version_number=f"1.0.{ordinal}",
        status=ModelStatus.FAILED if failed else ModelStatus.READY,
        deployment_stage=DeploymentStage.DEVELOPMENT,
        model_path=f"files/{sha256}",
        metadata_path=f"versions/{model_id}/{version_id}.json",
        checksum=sha256,
        created_at=moment,
        updated_at=moment,
        created_by=f"author-{ordinal % _AUTHORS}",
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
    entry = FileEntry(path="model.pkl", sha256=sha256, size_bytes=_SIZE, root_blake3=sha256)
    manifest = Manifest(format="pickle", files=(entry,))
    return VersionDocument(version=version, manifest=manifest, ordinal=ordinal)


def _tags(ordinal: int) -> list[str]:
    rare = ["audit"] if ordinal % RARE == 0 else []
    return [*rare, "good" if ordinal % 2 else "poor", "nightly"]


def _insert(connection: Connection, batch: list[VersionDocument]) -> None:
    texts = [documents.encode(each) for each in batch]
    digests = [hashlib.sha256(text).hexdigest() for text in texts]
    made = [_row(each, digest) for each, digest in zip(batch, digests, strict=True)]
    _insert_chunks(connection, batch, texts, digests)
    _insert_rows(connection, VERSIONS, made)
    _insert_rows(connection, VERSION_TAGS, [row for each in batch for row in _tag_rows(each)])
    _insert_rows(connection, VERSION_METRICS, [row for each in batch for row in _metric_rows(each)])
    _insert_rows(connection, VERSION_FILES, [_file_row(each) for each in batch])
    _insert_rows(connection, EVENTS, [_event_row(each) for each in batch])


def _insert_rows(connection: Connection, table: Table, made: list[dict[str, Any]]) -> None:
    """Insert rows; with PostgreSQL by COPY, several times as fast as by statements."""
    if connection.dialect.name != "postgresql":
        connection.execute(table.insert(), made)
        return
    driver: Any = connection.connection.driver_connection
    names = list(made[0])
    columns = ", ".join(f'"{name}"' for name in names)
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in made:
            copy.write_row([row[name] for name in names])


def _insert_chunks(
    connection: Connection, batch: list[VersionDocument], texts: list[bytes], digests: list[str]
) -> None:
    """Add a chunk for each artifact and each document; the names need only be as random."""
    made: list[StoredChunk] = []
    sizes: dict[bytes, int] = {}
    pack = base = b""
    for at, (each, text, digest) in enumerate(zip(batch, texts, digests, strict=True)):
        root = bytes.fromhex(each.manifest.files[0].root_blake3)
        if at % _IN_PACK == 0:
            pack = hashlib.sha256(root).digest()
            sizes[pack] = 0
        if at % _CHAIN == 0:
            base = root
        made.append(_data(root, pack, base))
        made.append(_chunk(bytes.fromhex(digest), pack, len(text), ChunkKind.DOCUMENT))
        sizes[pack] += _SIZE + len(text)
    refs = Counter(each.chunk for each in made)
    refs.update(need for each in made for need in each.needs)
    chunks.insert_packs(connection, sizes)
    chunks.insert(connection, made, refs)


def _data(name: bytes, pack: bytes, base: bytes) -> StoredChunk:
    full = _chunk(name, pack, _SIZE, ChunkKind.DATA)
    return full if name == base else full._replace(depth=1, chain_bytes=_SIZE, needs=(base,))


def _chunk(name: bytes, pack: bytes, size: int, kind: ChunkKind) -> StoredChunk:
    return StoredChunk(
        chunk=name,
        pack=pack,
        offset_bytes=0,
        stored_bytes=size,
        raw_bytes=size,
        kind=kind,
        depth=0,
        chain_bytes=0,
        needs=(),
    )


def _row(document: VersionDocument, document_blake3: str) -> dict[str, Any]:
    version = document.version
    fields = {name: getattr(version, name) for name in ModelVersion.__dataclass_fields__}
    stored = {
        "ordinal": document.ordinal,
        "format": document.manifest.format,
        "document_blake3": document_blake3,
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
        "root_blake3": entry.root_blake3,
    }


def _event_row(document: VersionDocument) -> dict[str, Any]:
    version = document.version
    after = {"version_number": version.version_number, "status": version.status.value}
    row = {
        "at": canonical.to_microseconds(version.created_at),
        "actor": version.created_by,
        "kind": "version_created",
        "model_id": version.model_id,
        "version_id": version.version_id,
        "stage": "",
        "before": "{}",
        "after": canonical.encode_text(after),
        "returns_to": None,
    }
    return rows.sealed(EVENTS, row)
