"""Checks everything that is stored: the database, its rows, the documents, and every byte."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, select

from modelkeep.catalogue import events, pointers, rows, versions
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.tables import (
    EVENTS,
    MODELS,
    REMOVED_VERSIONS,
    STAGE_POINTERS,
    VERSION_METRICS,
    VERSION_TAGS,
    VERSIONS,
)
from modelkeep.errors import IntegrityError, ModelkeepError
from modelkeep.storage.blobs import Blobs
from modelkeep.storage.documents import DamagedDocument
from modelkeep.storage.hashing import Progress, hash_stream, no_progress
from modelkeep.storage.version_storage_service import VersionStorageService

_SEALED = (MODELS, VERSIONS, REMOVED_VERSIONS, EVENTS, STAGE_POINTERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that is not as it was stored.

    Attributes:
        place: blob, document, row or catalogue.
        what: Which one: a path, a digest, a table with a key.
        detail: What is wrong with it.
        versions: Ids of the versions that it touches.
    """

    place: str
    what: str
    detail: str
    versions: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """What was checked, and what is wrong.

    Attributes:
        versions: How many versions were checked.
        blobs: How many blobs were hashed.
        checked_bytes: Size of those.
        problems: All damage that was found; empty when everything is sound.
    """

    versions: int
    blobs: int
    checked_bytes: int
    problems: list[Problem]

    @property
    def touched_versions(self) -> list[str]:
        """Ids of all versions that some damage touches, sorted."""
        return sorted({each for problem in self.problems for each in problem.versions})


class Scrubber:
    """Verifies a registry.

    Args:
        catalogue: Checked, and asked what there should be.
        storage: With the documents.
        blobs: With the bytes.
    """

    def __init__(
        self, *, catalogue: Catalogue, storage: VersionStorageService, blobs: Blobs
    ) -> None:
        self._catalogue = catalogue
        self._storage = storage
        self._blobs = blobs

    def verify(self, *, progress: Progress = no_progress) -> VerifyReport:
        """Check all digests; goes on after damage, so that all of it is told.

        Args:
            progress: Told of bytes as they are hashed.
        """
        return _Run(self._catalogue, self._storage, self._blobs, progress).report()

    def on_disk_bytes(self) -> int:
        """Return the size of all blobs, which is what `verify` reads."""
        return sum(info.stored_bytes for info in self._blobs.list())


class _Run:
    """One verification, with what it found so far."""

    def __init__(
        self,
        catalogue: Catalogue,
        storage: VersionStorageService,
        blobs: Blobs,
        progress: Progress,
    ) -> None:
        self._catalogue = catalogue
        self._storage = storage
        self._blobs = blobs
        self._progress = progress
        self._problems: list[Problem] = []
        self._needed: dict[str, set[str]] = {}
        self._versions = 0
        self._bytes = 0

    def report(self) -> VerifyReport:
        self._check_documents_on_disk()
        everything = sorted({each for ids in self._needed.values() for each in ids})
        self._guarded("catalogue", everything, self._check_database)
        for table in _SEALED:
            self._guarded(f"table {table.name}", everything, self._check_rows, table)
        self._guarded("table versions", everything, self._check_versions)
        self._guarded("table stage_pointers", everything, self._check_pointers)
        for sha256, needing in sorted(self._needed.items()):
            self._check_blob(sha256, sorted(needing))
        return VerifyReport(
            versions=self._versions,
            blobs=len(self._needed),
            checked_bytes=self._bytes,
            problems=self._problems,
        )

    def _add(self, place: str, what: str, detail: str, touched: Iterable[str]) -> None:
        problem = Problem(place=place, what=what, detail=detail, versions=sorted(touched))
        if problem not in self._problems:
            self._problems.append(problem)

    def _guarded(
        self, what: str, touched: list[str], check: Callable[..., None], *arguments: Any
    ) -> None:
        """Run a check of the catalogue; a catalogue too damaged to be asked is a finding."""
        try:
            check(*arguments)
        except ModelkeepError as error:
            self._add("catalogue", what, error.message, touched)
        except (ValueError, LookupError, TypeError) as error:
            self._add("catalogue", what, f"a value in it cannot be read ({error})", touched)

    def _check_documents_on_disk(self) -> None:
        for each in self._storage.load_all_versions_from_disk():
            if isinstance(each, DamagedDocument):
                touched = [each.path.stem.partition("+")[0]]
                self._add("document", str(each.path), each.error.message, touched)
            else:
                for file in each.manifest.files:
                    self._needed.setdefault(file.sha256, set()).add(each.version.version_id)

    def _check_database(self) -> None:
        for problem in self._catalogue.integrity_problems():
            self._add("catalogue", str(self._catalogue.path), problem, ())

    def _check_rows(self, table: Table) -> None:
        with self._catalogue.read() as connection:
            for row in connection.execute(select(table)).mappings():
                plain = dict(row)
                if not rows.is_sound(table, plain):
                    self._add("row", _key(table, plain), "its digest does not hold", _ids(plain))

    def _check_versions(self) -> None:
        with self._catalogue.read() as connection:
            for row in versions.all_rows(connection):
                self._versions += 1
                try:
                    self._check_version(connection, row)
                except (ValueError, LookupError, TypeError) as error:
                    detail = f"a value in it cannot be read ({error})"
                    self._add("row", _key(VERSIONS, row), detail, [row["version_id"]])

    def _check_version(self, connection: Connection, row: Mapping[str, Any]) -> None:
        version = versions.version_of_row(row)
        key = version.version_id
        files = versions.files_of(connection, key)
        for file in files:
            self._needed.setdefault(file.sha256, set()).add(key)
        try:
            document = self._storage.load_version_metadata(
                version, expected_sha256=row["document_sha256"]
            )
        except ModelkeepError as error:
            self._add("document", version.metadata_path, error.message, [key])
            return
        described = [(each.path, each.sha256, each.size_bytes) for each in document.manifest.files]
        if sorted(described) != [(each.path, each.sha256, each.size_bytes) for each in files]:
            self._add("row", f"version_files of {key}", "they differ from the document", [key])
        tags = select(VERSION_TAGS.c.tag).where(VERSION_TAGS.c.version_id == key)
        metrics = select(VERSION_METRICS.c.name).where(VERSION_METRICS.c.version_id == key)
        for table, query, expected in (
            (VERSION_TAGS, tags, version.tags),
            (VERSION_METRICS, metrics, version.metrics),
        ):
            if sorted(connection.execute(query).scalars()) != sorted(expected):
                self._add("row", f"{table.name} of {key}", "they differ from the version", [key])

    def _check_pointers(self) -> None:
        with self._catalogue.read() as connection:
            for pointer in pointers.all_active(connection):
                event = events.find(connection, pointer.event_id)
                if event is None or event.after.get("version_id") != pointer.version_id:
                    what = f"stage {pointer.stage.value} of {pointer.model_id}"
                    self._add("row", what, "it differs from its event", [pointer.version_id])

    def _check_blob(self, sha256: str, needing: list[str]) -> None:
        try:
            with self._blobs.get(sha256) as stream:
                actual, size = hash_stream(stream, self._progress)
        except (ModelkeepError, OSError) as error:
            self._add("blob", sha256, str(error), needing)
            return
        self._bytes += size
        if actual != sha256:
            damage = IntegrityError(
                f"blobs/{sha256[:2]}/{sha256}", expected_sha256=sha256, actual_sha256=actual
            )
            self._add("blob", sha256, damage.message, needing)


def _key(table: Table, row: Mapping[str, Any]) -> str:
    values = ", ".join(f"{column.name}={row[column.name]}" for column in table.primary_key)
    return f"{table.name}({values})"


def _ids(row: Mapping[str, Any]) -> list[str]:
    return [row["version_id"]] if row.get("version_id") else []
