"""One copy on its way: versions in batches with their chunks, then all that is about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from modelkeep.catalogue import chunks, versions
from modelkeep.catalogue.versions import StoredFile
from modelkeep.errors import ConflictError, IntegrityError, VersionNotFoundError
from modelkeep.management.parts import again_if_vanished, stored_files
from modelkeep.orchestrator import copied_rows
from modelkeep.orchestrator.backends import Backends
from modelkeep.orchestrator.copied_bytes import VerifiedPacks, add_missing
from modelkeep.orchestrator.copied_evidence import copy_evidence
from modelkeep.orchestrator.copied_rows import ModelRows, Row
from modelkeep.orchestrator.copied_tracking import copy_tracking
from modelkeep.orchestrator.copy_conflicts import check_target, check_unchanged
from modelkeep.orchestrator.services import Services
from modelkeep.storage.hashing import Progress
from modelkeep.storage.upload import uploading

_BATCH_VERSIONS = 16
_BATCH_BYTES = 64 << 20
_MOST_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyReport:
    """What a copy brought.

    Attributes:
        models: How many models were looked at.
        versions: The ids of the versions that were copied.
        present: How many versions were there already.
        removed: Ids of versions that an earlier copy had brought and the source removed since.
        events: How many events were added.
        copied_bytes: The size of the stored chunks that were copied.
    """

    models: int
    versions: tuple[str, ...]
    present: int
    removed: tuple[str, ...]
    events: int
    copied_bytes: int


@dataclass(frozen=True, slots=True)
class _Ready:
    """A version of the source whose row and document hold."""

    row: Row
    files: list[StoredFile]

    @property
    def roots(self) -> Counter[bytes]:
        found = Counter(bytes.fromhex(file.root_blake3) for file in self.files)
        found.update([bytes.fromhex(self.row["document_blake3"])])
        return found


class CopyRun:
    """One copy, with what it brought so far.

    Args:
        source: Stays as it is.
        target: Gets what it lacks.
        origin: What the source is made of.
        place: What the target is made of.
        progress: Told of stored bytes.
    """

    def __init__(
        self,
        source: Services,
        target: Services,
        origin: Backends,
        place: Backends,
        progress: Progress,
    ) -> None:
        self._source = source
        self._target = target
        self._progress = progress
        self._origin = origin
        self._packs = VerifiedPacks(origin.blobs)
        self._place = place
        self._copied: list[str] = []
        self._removed: list[str] = []
        self._present = self._events = self._bytes = 0
        self._known = 0

    def report(self, models: int) -> CopyReport:
        """Return what was brought of so many models."""
        return CopyReport(
            models=models,
            versions=tuple(self._copied),
            present=self._present,
            removed=tuple(self._removed),
            events=self._events,
            copied_bytes=self._bytes,
        )

    def copy_model(self, rows: ModelRows) -> None:
        """Bring a model whose rows were read in one transaction; see `copying.copy_registry`."""
        self.copy_versions(rows, rows.versions)
        self._settle(copy_evidence(self._origin, self._place, rows))
        copy_tracking(self._origin, self._place, rows)

    def copy_versions(self, rows: ModelRows, wanted: Sequence[Row]) -> None:
        """Bring those of some versions of a model that the target lacks, and nothing else.

        Args:
            rows: Of the model.
            wanted: Rows of the versions.
        """
        with self._target.catalogue.read() as connection:
            self._known = len(check_target(connection, rows))
        absent = absent_versions(self._target, wanted)
        self._present += len(wanted) - len(absent)
        for batch in _batches(absent):
            self._copy_batch(rows, batch)

    def _copy_batch(self, rows: ModelRows, batch: Sequence[Row]) -> None:
        for attempt in range(_MOST_TRIES):
            try:
                ready = [self._ready(row) for row in batch]
                self._bytes += again_if_vanished(lambda: self._store(rows, ready))  # noqa: B023 - called at once
            except (IntegrityError, VersionNotFoundError):
                if attempt == _MOST_TRIES - 1 or not self._has_moved(batch):
                    raise
            else:
                self._copied += [row["version_id"] for row in batch]
                return

    def _has_moved(self, batch: Sequence[Row]) -> bool:
        """Whether the source was rewritten while it was read, and can be read again.

        Raises:
            ConflictError: Versions were removed from it.
        """
        with self._source.catalogue.read() as connection:
            for row in batch:
                if versions.find(connection, row["version_id"]) is None:
                    raise ConflictError(
                        f"{row['version_id']} was removed from the source while it was copied; "
                        "copy again to go on"
                    )
            return not chunks.is_known_pack(connection, self._packs.reading)

    def _ready(self, row: Row) -> _Ready:
        version = versions.version_of_row(row)
        document = self._source.storage.load_version_metadata(version)
        if document.manifest.format and document.manifest.checksum != version.checksum:
            raise IntegrityError(
                version.metadata_path,
                expected=version.checksum,
                actual=document.manifest.checksum,
            )
        row = {**row, "document_blake3": document.document_blake3}
        return _Ready(row, stored_files(document.manifest))

    def _store(self, rows: ModelRows, batch: Sequence[_Ready]) -> int:
        """Bring the chunks of some versions, then the versions; return the size of the chunks."""
        roots: Counter[bytes] = Counter()
        for each in batch:
            roots.update(each.roots)
        target, place = self._target.catalogue, self._place
        with uploading(
            catalogue=target, blobs=place.blobs, layout=place.layout, lock=place.lock
        ) as upload:
            add_missing(upload, self._source.catalogue, self._packs, roots, progress=self._progress)
            upload.keep_ahead()
            with target.write() as connection:
                check_unchanged(connection, rows, self._known)
                copied_rows.register(connection, rows.model)
                upload.attach(connection, roots)
                for each in batch:
                    row = copied_rows.serves_nothing(each.row)
                    versions.insert(
                        connection,
                        versions.version_of_row(row),
                        ordinal=row["ordinal"],
                        format_name=row["format"],
                        document_blake3=row["document_blake3"],
                        files=each.files,
                    )
                upload.settle()
        return upload.added_bytes

    def _settle(self, rows: ModelRows) -> None:
        with self._target.catalogue.write() as connection:
            known = check_target(connection, rows)
            copied_rows.register(connection, rows.model)
            ids = copied_rows.append_events(connection, rows.events, known)
            unneeded: list[bytes] = []
            gone = copied_rows.settle(connection, rows, ids)
            for version_id in gone:
                unneeded += self._target.storage.release_version(connection, version_id)
                versions.remove(connection, version_id)
        self._events += len(rows.events) - len(known)
        self._removed += gone
        self._target.storage.delete_version_files(unneeded)


def absent_versions(target: Services, wanted: Sequence[Row]) -> list[Row]:
    """Return those rows of versions that the target does not have."""
    with target.catalogue.read() as connection:
        return [row for row in wanted if versions.find(connection, row["version_id"]) is None]


def _batches(found: Sequence[Row]) -> Iterator[list[Row]]:
    """Give versions some at a time: few transactions, and little to do again after a kill."""
    batch: list[Row] = []
    size = 0
    for row in found:
        batch.append(row)
        size += row["size_bytes"]
        if len(batch) == _BATCH_VERSIONS or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
