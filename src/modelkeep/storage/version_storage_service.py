"""VersionStorageService: the bytes of versions, in and out, with nothing lost on the way."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from modelkeep.catalogue import versions
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.tables import VERSION_FILES, VERSIONS
from modelkeep.clock import Clock
from modelkeep.errors import IntegrityError, InvalidArtifactError, ModelkeepError
from modelkeep.models import ModelVersion
from modelkeep.storage import backup, documents, durable, intake, reading
from modelkeep.storage.backup import Backups
from modelkeep.storage.blobs import Blobs
from modelkeep.storage.blobs.base import LocalPaths
from modelkeep.storage.documents import DamagedDocument, VersionDocument
from modelkeep.storage.formats.base import FormatRegistry
from modelkeep.storage.hashing import Progress, hash_file, no_progress
from modelkeep.storage.layout import StoreLayout
from modelkeep.storage.locks import StoreLock
from modelkeep.storage.manifest import FOLDER, FileEntry, Manifest
from modelkeep.storage.saving import Saving
from modelkeep.storage.staging import ArtifactWriter

_LOCK_WAIT_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageUsage:
    """How much room versions take.

    Attributes:
        versions: How many there are.
        raw_bytes: Size of all artifacts, each counted whole.
        stored_bytes: Size of the blobs that hold them, each counted once.
        blobs: How many blobs that are.
    """

    versions: int
    raw_bytes: int
    stored_bytes: int
    blobs: int


class VersionStorageService:
    """Keeps artifacts as blobs, and a document for each version beside them.

    Args:
        layout: Paths of the storage folder.
        blobs: Where the bytes go.
        lock: Keeps the collector away while something is being written.
        formats: Objects to files and back.
        backups: Where backups go.
        catalogue: Tells which versions share a blob.
        clock: Names backups.
    """

    def __init__(
        self,
        *,
        layout: StoreLayout,
        blobs: Blobs,
        lock: StoreLock,
        formats: FormatRegistry,
        backups: Backups,
        catalogue: Catalogue,
        clock: Clock,
    ) -> None:
        self._layout = layout
        self._blobs = blobs
        self._lock = lock
        self._formats = formats
        self._backups = backups
        self._catalogue = catalogue
        self._clock = clock

    def alone(self) -> AbstractContextManager[bool]:
        """Keep all writers away in this block; gives False when they did not finish in time."""
        return self._lock.alone(wait_seconds=_LOCK_WAIT_SECONDS)

    def writing(self) -> AbstractContextManager[None]:
        """Keep what is written in this block from being collected until its row is committed."""
        return self._lock.writing()

    def save_model_data(
        self, model_data: Any, *, format: str = "auto", progress: Progress = no_progress
    ) -> Manifest:
        """Write an artifact as blobs; they are durable when this returns.

        Call it inside `writing()`.

        Args:
            model_data: An object; or the path of a file or folder, which is kept as it is (a path
                with the name of an object format says that the file already has that format).
            format: Name of a format, or `auto` to choose by type.
            progress: Told of bytes.

        Returns:
            The description of its files.

        Raises:
            UnknownChoiceError: There is no such format.
            UnserialisableModelError: The format cannot write this object.
            InvalidArtifactError: The file or folder cannot be kept.
            StorageUnavailableError: The disk is full or cannot be written.
        """
        with self.saving(model_data, format=format, progress=progress) as saving:
            saving.settle()
        return saving.manifest

    @contextmanager
    def saving(
        self, model_data: Any, *, format: str = "auto", progress: Progress = no_progress
    ) -> Iterator[Saving]:
        """Do as `save_model_data`, but give the manifest before a small artifact is durable.

        Its `settle` must be called before anything that refers to the artifact is committed.
        """
        if isinstance(model_data, str) and format in ("auto", "file", "folder"):
            model_data = Path(model_data)
        chosen = self._formats.choose(model_data) if format == "auto" else self._formats.get(format)
        if isinstance(model_data, Path) and (chosen.name == FOLDER) != model_data.is_dir():
            kind = "folder" if model_data.is_dir() else "file or nothing"
            raise InvalidArtifactError(
                str(model_data), f"it is a {kind}, which the format {chosen.name!r} does not take"
            )
        with self._layout.staging_folder() as folder:
            with durable.disk_errors(self._layout.staging):
                writer = ArtifactWriter(folder, progress)
                if isinstance(model_data, Path):
                    intake.take_in(model_data, writer)
                else:
                    self._formats.write(chosen, model_data, writer)
                staged = writer.finish()
            manifest = Manifest(
                format=chosen.name,
                files=tuple(file.entry for file in staged),
                empty_folders=tuple(writer.empty_folders),
            )
            saving = Saving(manifest, staged, self._blobs)
            try:
                yield saving
            finally:
                saving.wait()

    def load_model_data(self, manifest: Manifest, *, progress: Progress = no_progress) -> Any:
        """Return the object of an artifact; every digest is verified before a byte is interpreted.

        Raises:
            IntegrityError: A file is not what was stored.
            InvalidInputError: The artifact is a file or folder kept as it is: export it.
        """
        chosen = self._formats.get(manifest.format)
        with tempfile.TemporaryDirectory(prefix="modelkeep-") as folder:
            reader = reading.ArtifactReader(manifest, self._blobs, Path(folder))
            reader.verify(progress)
            try:
                return chosen.read(reader)
            finally:
                reader.close()

    def export_model_data(
        self, manifest: Manifest, destination: Path, *, progress: Progress = no_progress
    ) -> Path:
        """Copy an artifact's files to a place, verified; see `reading.export`."""
        return reading.export(manifest, self._blobs, destination, progress)

    def save_version_metadata(self, document: VersionDocument) -> str:
        """Write the immutable document of a version; it is durable when this returns.

        Returns:
            Its digest, SHA-256.
        """
        text, sha256 = documents.encode(document)
        path = self._layout.root / document.version.metadata_path
        with durable.disk_errors(path):
            durable.write_file(
                path, text, staging=self._layout.staging_path(), folders=self._layout.folders
            )
        return sha256

    def load_version_metadata(
        self, version: ModelVersion, *, expected_sha256: str = ""
    ) -> VersionDocument:
        """Read the document of a version.

        Args:
            version: Whose; its ids and its `metadata_path` count.
            expected_sha256: The digest the catalogue has for it; empty where that is not known.

        Raises:
            IntegrityError: It is missing or not what was written.
        """
        path = self._layout.root / version.metadata_path
        document = self._read_document(path, expected_sha256)
        if document.version.version_id != version.version_id:
            raise IntegrityError(str(path), detail="it is the document of another version")
        return document

    def _read_document(self, path: Path, expected_sha256: str = "") -> VersionDocument:
        try:
            text = path.read_bytes()
        except FileNotFoundError as error:
            raise IntegrityError(str(path), detail="it is missing") from error
        except OSError as error:
            raise IntegrityError(str(path), detail=f"it cannot be read ({error})") from error
        return documents.decode(text, source=str(path), expected_sha256=expected_sha256)

    def metadata_path(self, model_id: str, version_id: str, *, finished: bool = False) -> str:
        """Return where the document of a version goes, relative to the storage folder."""
        path = self._layout.document(model_id, version_id, finished=finished)
        return self._layout.relative(path)

    def calculate_checksum(self, path: str | os.PathLike[str]) -> str:
        """Return the SHA-256 that a file or folder would have as an artifact, hexadecimal.

        Raises:
            InvalidArtifactError: It cannot be an artifact.
        """
        source = Path(path)
        found = intake.files_of(source)
        entries = []
        for file, name in found.files:
            sha256, size = hash_file(file)
            entries.append(FileEntry(path=name, sha256=sha256, size_bytes=size))
        entries.sort(key=lambda entry: entry.path)
        return Manifest(
            format=FOLDER if source.is_dir() else "file",
            files=tuple(entries),
            empty_folders=tuple(found.empty_folders),
        ).checksum

    def calculate_storage_usage(self, model_id: str | None = None) -> StorageUsage:
        """Return how much room the versions of a model, or all versions, take."""
        files, table = VERSION_FILES.c, VERSIONS.c
        counted = select(func.count(), func.coalesce(func.sum(table.size_bytes), 0))
        unique = select(files.sha256, files.size_bytes).distinct()
        if model_id is not None:
            counted = counted.where(table.model_id == model_id)
            unique = unique.join(VERSIONS, table.version_id == files.version_id)
            unique = unique.where(table.model_id == model_id)
        blobs = unique.subquery()
        with self._catalogue.read() as connection:
            number, raw = connection.execute(counted).one()
            query = select(func.count(), func.coalesce(func.sum(blobs.c.size_bytes), 0))
            blob_count, stored = connection.execute(query.select_from(blobs)).one()
        return StorageUsage(
            versions=number, raw_bytes=int(raw), stored_bytes=int(stored), blobs=blob_count
        )

    def backup_version(self, version: ModelVersion, *, progress: Progress = no_progress) -> Path:
        """Write a self-contained copy of a version; see `storage.backup` for its form.

        Args:
            version: As it is now; its document on disk has it as it was at creation.
            progress: Told of bytes.

        Raises:
            IntegrityError: The version is damaged.
        """
        document = self.load_version_metadata(version)
        with self._lock.writing():
            return self._backups.write(
                replace(document, version=version), self._clock.now(), progress
            )

    def restore_version(self, folder: Path, *, progress: Progress = no_progress) -> VersionDocument:
        """Put the files of a backup back as blobs; the document is left to the caller.

        Call it inside `writing()`.

        Raises:
            IntegrityError: The backup is damaged; nothing of it is used.
        """
        document = backup.read_document(folder)
        with self._layout.staging_folder() as staging:
            writer = ArtifactWriter(staging, progress)
            for entry in document.manifest.files:
                path = backup.file_of(folder, entry.path)
                intake.take_in(path, writer, name=entry.path)
            staged = {file.entry.path: file for file in writer.finish()}
            for entry in document.manifest.files:
                actual = staged[entry.path].entry.sha256
                if actual != entry.sha256:
                    raise IntegrityError(
                        str(folder / "files" / entry.path),
                        expected_sha256=entry.sha256,
                        actual_sha256=actual,
                    )
            for file in staged.values():
                self._blobs.put(file.entry.sha256, file.path)
        return document

    def find_backup(self, version_id: str) -> Path | None:
        """Return the newest backup of a version, or None."""
        return self._backups.find_any(version_id)

    def backup_name(self, folder: Path) -> str:
        """Return how a backup is recorded: its folder relative to the backups."""
        return folder.relative_to(self._backups.root).as_posix()

    def delete_backup(self, name: str) -> int:
        """Remove a recorded backup, if it is there; return how many bytes that freed."""
        return self._backups.remove(self._backups.root / name)

    def delete_version_files(self, version: ModelVersion, files: list[str]) -> int:
        """Remove the document of a version and the blobs that no version needs any more.

        While others write, what they might be about to share is left to the collector.

        Args:
            version: It must not be in the catalogue any more.
            files: Digests of the blobs it needed.

        Returns:
            How many bytes that freed.
        """
        self.discard_document(version.metadata_path)
        return self.release_blobs(files)

    def discard_document(self, metadata_path: str) -> None:
        """Remove a document that no version needs, if it is there."""
        path = self._layout.root / metadata_path
        with durable.disk_errors(path):
            path.unlink(missing_ok=True)

    def release_blobs(self, digests: list[str]) -> int:
        """Delete those of the blobs that no version needs; return how many bytes that freed."""
        freed = 0
        with self._lock.alone(wait_seconds=_LOCK_WAIT_SECONDS) as acquired:
            if not acquired:
                return 0
            for sha256 in set(digests):
                with self._catalogue.read() as connection:
                    needed = bool(versions.versions_of_blob(connection, sha256))
                if not needed:
                    freed += self._blobs.delete(sha256)
        return freed

    def load_all_versions_from_disk(
        self, *, progress: Progress = no_progress
    ) -> Iterator[VersionDocument | DamagedDocument]:
        """Give the document of every version on disk, damaged ones as such.

        Args:
            progress: Told of the bytes of documents, as they are read.
        """
        for path in self._layout.documents():
            try:
                document = self._read_document(path)
                if document.version.metadata_path != self._layout.relative(path):
                    raise IntegrityError(str(path), detail="it is the document of another version")
            except ModelkeepError as error:
                # Others may remove a version between the listing and the reading.
                if path.exists():
                    yield DamagedDocument(path=path, error=error)
            else:
                progress(self._size_of(path))
                yield document

    @staticmethod
    def _size_of(path: Path) -> int:
        try:
            return path.stat().st_size
        except FileNotFoundError:
            return 0

    def described(self, version: ModelVersion, manifest: Manifest) -> ModelVersion:
        """Return the version with the fields that follow from its manifest."""
        return replace(
            version,
            model_path=version.metadata_path
            if manifest.is_folder
            else self._blob_path(manifest.files[0].sha256),
            checksum=manifest.checksum,
            size_bytes=manifest.size_bytes,
        )

    def _blob_path(self, sha256: str) -> str:
        if isinstance(self._blobs, LocalPaths):
            return self._layout.relative(self._blobs.path(sha256))
        return f"blobs/{sha256}"
