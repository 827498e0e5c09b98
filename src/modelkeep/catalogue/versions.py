"""Queries on versions: the one place that knows how a `ModelVersion` lies in its row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import DecodeError
from sqlalchemy import Connection, bindparam, delete, select

from modelkeep import canonical
from modelkeep.catalogue import rows
from modelkeep.catalogue.statements import Prepared
from modelkeep.catalogue.tables import (
    STAGE_POINTERS,
    VERSION_FILES,
    VERSION_METRICS,
    VERSION_TAGS,
    VERSIONS,
)
from modelkeep.errors import DamagedCatalogueError, VersionNotFoundError
from modelkeep.identifiers import parse_reference
from modelkeep.models import DeploymentStage, ModelStatus, ModelVersion

_STATUS = {status.value: status for status in ModelStatus}
STAGES = {stage.value: stage for stage in DeploymentStage}
_COLUMNS = [VERSIONS.c[name] for name in ModelVersion.__dataclass_fields__]
_BATCH = 500
_JSON_TEXTS = ("tags", "dependencies", "configuration", "deployment_config")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """One file of a version's artifact, as the catalogue knows it.

    Attributes:
        path: Its name in the artifact, with `/` between folders.
        sha256: Digest of its bytes, hexadecimal.
        size_bytes: How many bytes it has.
        root_blake3: The chunk it begins with, hexadecimal.
    """

    path: str
    sha256: str
    size_bytes: int
    root_blake3: str


def to_version(row: Sequence[Any]) -> ModelVersion:
    """Return the version that a row of the 20 columns, in their order, stands for.

    Raises:
        DamagedCatalogueError: A value in it cannot be read.
    """
    try:
        return _to_version(row)
    except (LookupError, TypeError, ValueError, OverflowError, DecodeError) as error:
        raise DamagedCatalogueError(
            f"the row of version {row[0]!r}", f"a value in it cannot be read ({error!r})"
        ) from error


def _to_version(row: Sequence[Any]) -> ModelVersion:
    (vid, model, number, status, stage, model_path, metadata_path, checksum, created, updated,
     by, description, tags, metrics, dependencies, configuration, deployment, parent, size,
     active) = row  # fmt: skip
    return ModelVersion(
        version_id=vid,
        model_id=model,
        version_number=number,
        status=_STATUS[status],
        deployment_stage=STAGES[stage],
        model_path=model_path,
        metadata_path=metadata_path,
        checksum=checksum,
        created_at=canonical.from_microseconds(created),
        updated_at=canonical.from_microseconds(updated),
        created_by=by,
        description=description,
        tags=canonical.decode(tags),
        metrics=canonical.metrics_from_plain(canonical.decode(metrics)),
        dependencies=canonical.decode(dependencies),
        configuration=canonical.decode(configuration),
        deployment_config=canonical.decode(deployment),
        parent_version=parent,
        size_bytes=size,
        is_active=bool(active),
    )


def to_columns(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields of a version in the form of their columns."""
    columns = dict(fields)
    for name in ("status", "deployment_stage"):
        if name in columns:
            columns[name] = columns[name].value
    for name in ("created_at", "updated_at"):
        if name in columns:
            columns[name] = canonical.to_microseconds(columns[name])
    for name in _JSON_TEXTS:
        if name in columns:
            columns[name] = canonical.encode_text(columns[name])
    if "metrics" in columns:
        columns["metrics"] = canonical.encode_text(canonical.metrics_to_plain(columns["metrics"]))
    return columns


def insert(
    connection: Connection,
    version: ModelVersion,
    *,
    ordinal: int,
    format_name: str,
    document_blake3: str,
    files: Iterable[StoredFile],
) -> None:
    """Add a version with what is derived from it."""
    fields = {name: getattr(version, name) for name in ModelVersion.__dataclass_fields__}
    row = to_columns(fields) | {
        "ordinal": ordinal,
        "format": format_name,
        "document_blake3": document_blake3,
    }
    rows.insert(connection, VERSIONS, row)
    _index(connection, row, tags=version.tags, metrics=version.metrics)
    _insert_files(connection, version.version_id, files)


def set_files(connection: Connection, version_id: str, files: Iterable[StoredFile]) -> None:
    """Record the files of the version, in place of those recorded before."""
    connection.execute(delete(VERSION_FILES).where(VERSION_FILES.c.version_id == version_id))
    _insert_files(connection, version_id, files)


def _insert_files(connection: Connection, version_id: str, files: Iterable[StoredFile]) -> None:
    values = [
        {
            "version_id": version_id,
            "path": file.path,
            "sha256": file.sha256,
            "size_bytes": file.size_bytes,
            "root_blake3": file.root_blake3,
        }
        for file in files
    ]
    rows.insert_all(connection, VERSION_FILES, values)


def files_of(connection: Connection, version_id: str) -> list[StoredFile]:
    """Return the files of the version, by path."""
    table = VERSION_FILES.c
    query = select(table.path, table.sha256, table.size_bytes, table.root_blake3)
    found = connection.execute(query.where(table.version_id == version_id).order_by(table.path))
    return [
        StoredFile(path=path, sha256=sha, size_bytes=size, root_blake3=root)
        for path, sha, size, root in found
    ]


_DOCUMENT_OF = Prepared(
    select(VERSIONS.c.document_blake3).where(VERSIONS.c.version_id == bindparam("version_id"))
)


def find_document(connection: Connection, version_id: str) -> str | None:
    """Return the chunk that holds the document of a version, hexadecimal; None for no version."""
    found = _DOCUMENT_OF.one(connection, {"version_id": version_id})
    return None if found is None else str(found[0])


def _index(
    connection: Connection,
    row: Mapping[str, Any],
    *,
    tags: Iterable[str] | None = None,
    metrics: Mapping[str, float] | None = None,
) -> None:
    place = {key: row[key] for key in ("version_id", "model_id", "ordinal")}
    if tags:
        rows.insert_all(connection, VERSION_TAGS, [place | {"tag": tag} for tag in tags])
    if metrics:
        values = [
            place | {"name": name, "value": None if value != value else value}  # noqa: PLR0124
            for name, value in metrics.items()
        ]
        rows.insert_all(connection, VERSION_METRICS, values)


def update(connection: Connection, row: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    """Change fields of a version whose row was read in this transaction; return the new row."""
    new = rows.change(connection, VERSIONS, row, to_columns(fields))
    key = row["version_id"]
    if "tags" in fields:
        connection.execute(delete(VERSION_TAGS).where(VERSION_TAGS.c.version_id == key))
        _index(connection, new, tags=fields["tags"])
    if "metrics" in fields:
        connection.execute(delete(VERSION_METRICS).where(VERSION_METRICS.c.version_id == key))
        _index(connection, new, metrics=fields["metrics"])
    return new


def remove(connection: Connection, version_id: str) -> None:
    """Take out the version and what is derived from it."""
    for table in (VERSION_TAGS, VERSION_METRICS, VERSION_FILES, VERSIONS):
        connection.execute(delete(table).where(table.c.version_id == version_id))


_BY_ID = Prepared(select(*_COLUMNS).where(VERSIONS.c.version_id == bindparam("version_id")))
_BY_NUMBER = Prepared(
    select(*_COLUMNS).where(
        VERSIONS.c.model_id == bindparam("model_id"),
        VERSIONS.c.version_number == bindparam("selector"),
    )
)
_BY_STAGE = Prepared(
    select(*_COLUMNS)
    .join(STAGE_POINTERS, STAGE_POINTERS.c.version_id == VERSIONS.c.version_id)
    .where(
        STAGE_POINTERS.c.model_id == bindparam("model_id"),
        STAGE_POINTERS.c.stage == bindparam("selector"),
    )
)
_OF_MODEL = select(*_COLUMNS).where(VERSIONS.c.model_id == bindparam("model_id")).limit(1)
_LATEST = Prepared(_OF_MODEL.order_by(VERSIONS.c.ordinal.desc()))
_FIRST = Prepared(_OF_MODEL.order_by(VERSIONS.c.ordinal))


def _one(connection: Connection, query: Prepared, **values: str) -> ModelVersion | None:
    row = query.one(connection, values)
    return None if row is None else to_version(row)


def find(connection: Connection, reference: str) -> ModelVersion | None:
    """Return the version that an id, or `model@number|stage|latest`, names; None if there is none.

    Raises:
        VersionNotFoundError: The reference has none of these forms.
    """
    parsed = parse_reference(reference)
    if parsed.version_id:
        return _one(connection, _BY_ID, version_id=parsed.version_id)
    if parsed.selector == "latest":
        return _one(connection, _LATEST, model_id=parsed.model_id)
    query = _BY_STAGE if parsed.selector in STAGES else _BY_NUMBER
    return _one(connection, query, model_id=parsed.model_id, selector=parsed.selector)


def with_file_of_size(connection: Connection, size_bytes: int, *, limit: int) -> list[ModelVersion]:
    """Return the newest versions, of whatever model, that have a file of exactly this size."""
    query = (
        select(VERSION_FILES.c.version_id)
        .where(VERSION_FILES.c.size_bytes == size_bytes)
        .order_by(VERSION_FILES.c.version_id.desc())
        .limit(limit)
    )
    found = connection.execute(query).scalars()
    return [each for key in found if (each := find(connection, key)) is not None]


def get(connection: Connection, reference: str) -> ModelVersion:
    """Return the version that a reference names.

    Raises:
        VersionNotFoundError: There is none.
    """
    version = find(connection, reference)
    if version is None:
        raise VersionNotFoundError(reference)
    return version


def get_row(connection: Connection, reference: str) -> dict[str, Any]:
    """Return the whole row of the version that a reference names, to change it.

    Raises:
        VersionNotFoundError: There is none.
    """
    version_id = reference if "@" not in reference else get(connection, reference).version_id
    row = rows.find(connection, VERSIONS, version_id=version_id)
    if row is None:
        raise VersionNotFoundError(reference)
    return row


def version_of_row(row: Mapping[str, Any]) -> ModelVersion:
    """Return the version of a whole row."""
    return to_version([row[name] for name in ModelVersion.__dataclass_fields__])


def find_latest(connection: Connection, model_id: str) -> ModelVersion | None:
    """Return the newest version of the model, or None."""
    return _one(connection, _LATEST, model_id=model_id)


def find_first(connection: Connection, model_id: str) -> ModelVersion | None:
    """Return the oldest version of the model that is still there, or None."""
    return _one(connection, _FIRST, model_id=model_id)


def all_rows(
    connection: Connection, *, among: Iterable[str] | None = None
) -> Iterator[dict[str, Any]]:
    """Give every whole row, or those of some versions, in the order of ids."""
    query = select(VERSIONS).order_by(VERSIONS.c.version_id)
    if among is None:
        for row in connection.execute(query).mappings():
            yield dict(row)
        return
    wanted = sorted(among)
    for at in range(0, len(wanted), _BATCH):
        batch = query.where(VERSIONS.c.version_id.in_(wanted[at : at + _BATCH]))
        for row in connection.execute(batch).mappings():
            yield dict(row)
