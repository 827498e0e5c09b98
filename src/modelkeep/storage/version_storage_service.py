"""VersionStorageService: the bytes of versions, in and out, with nothing lost on the way."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from modelkeep.catalogue import chunks, versions
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.chunks import ChunkKind
from modelkeep.clock import Clock
from modelkeep.errors import (
    IntegrityError,
    ModelkeepError,
    VersionNotFoundError,
)
from modelkeep.models import ModelVersion
from modelkeep.storage import documents, indexing, intake, packs, reading
from modelkeep.storage.artifact_saver import ArtifactSaver, ModelToSave
from modelkeep.storage.assembling import Assembler
from modelkeep.storage.backup import Backups
from modelkeep.storage.blobs import Blobs
from modelkeep.storage.cache import MaterialisedCache
from modelkeep.storage.chunk_reader import ChunkReader
from modelkeep.storage.documents import DamagedDocument, VersionDocument
from modelkeep.storage.forgetting import forget_unneeded
from modelkeep.storage.formats.base import FormatRegistry, Rank
from modelkeep.storage.hashing import Progress, hash_file, no_progress
from modelkeep.storage.layout import StoreLayout
from modelkeep.storage.locks import StoreLock
from modelkeep.storage.manifest import FOLDER, FileEntry, Manifest
from modelkeep.storage.saving import Saving
from modelkeep.storage.staging import StagedFile
from modelkeep.storage.trust.findings import find_in
from modelkeep.storage.trust.granted import ALLOW_LIST, Trust
from modelkeep.storage.usage import (
    StorageUsage,
    VersionUsage,
    usage_of_all,
    usage_of_version,
)

if TYPE_CHECKING:
    from modelkeep.storage.tensor_access import TensorFile
    from modelkeep.storage.trust.isolation import IsolatedModel, Limits

_LOG = logging.getLogger("modelkeep")
_LOCK_WAIT_SECONDS = 2.0
_SMALL_BYTES = 16 << 10


class VersionStorageService:
    """Keeps artifacts and the documents of versions as chunks in packs.

    Args:
        layout: Paths of the storage folder.
        blobs: Where the packs go.
        reader: Gives chunks back.
        lock: Keeps those away who look for leftovers, while something is being written.
        formats: Objects to files and back.
        backups: Where backups go.
        catalogue: Tells which chunks there are.
        clock: Names backups.
        compress: Whether stored bytes are coded.
        cache_bytes: How much room decoded files may take.
    """

    def __init__(
        self,
        *,
        layout: StoreLayout,
        blobs: Blobs,
        reader: ChunkReader,
        lock: StoreLock,
        formats: FormatRegistry,
        backups: Backups,
        catalogue: Catalogue,
        clock: Clock,
        compress: bool = True,
        cache_bytes: int = 10 << 30,
    ) -> None:
        self._layout = layout
        self._blobs = blobs
        self._lock = lock
        self._formats = formats
        self._backups = backups
        self._catalogue = catalogue
        self._clock = clock
        self._reader = reader
        self._assembler = Assembler(reader)
        self._saver = ArtifactSaver(
            layout=layout,
            blobs=blobs,
            reader=reader,
            assembler=self._assembler,
            lock=lock,
            formats=formats,
            catalogue=catalogue,
            compress=compress,
        )
        self.cache = MaterialisedCache(layout.cache, cache_bytes, self._assembler)

    def alone(self) -> AbstractContextManager[bool]:
        """Keep all writers away in this block; gives False when they did not finish in time."""
        return self._lock.alone(wait_seconds=_LOCK_WAIT_SECONDS)

    @contextmanager
    def save_model_data(
        self, *models: ModelToSave, progress: Progress = no_progress
    ) -> Iterator[Saving]:
        """Store artifacts as chunks of one upload, and give what makes them count.

        The caller passes it to `save_version_metadata` in the transaction that adds the versions;
        when the block fails, or that was not done, what was written is taken back.

        Args:
            models: The artifacts.
            progress: Told of bytes.

        Raises:
            UnknownChoiceError: There is no such format.
            UnserialisableModelError: The format cannot write this object.
            InvalidArtifactError: The file or folder cannot be kept.
            StorageUnavailableError: The disk is full or cannot be written.
        """
        with self._saver.save(models, progress=progress) as saving:
            yield saving

    def load_model_data(
        self, manifest: Manifest, *, trust: Trust = ALLOW_LIST, progress: Progress = no_progress
    ) -> Any:
        """Return the object of an artifact; every file is verified before a byte is interpreted.

        Args:
            manifest: Of the artifact.
            trust: What its files may run.
            progress: Told of bytes.

        Raises:
            UntrustedModelError: It asks for more than is trusted.
            IntegrityError: A file is not what was stored.
            InvalidInputError: The artifact is a file or folder kept as it is: export it.
        """
        with tempfile.TemporaryDirectory(prefix="modelkeep-") as folder:
            reader = reading.ArtifactReader(
                manifest, self._assembler, Path(folder), progress, trust
            )
            try:
                return self._formats.read(manifest.format, reader)
            finally:
                reader.close()

    def isolate_model_data(
        self, manifest: Manifest, *, trust: Trust, limits: Limits, progress: Progress = no_progress
    ) -> IsolatedModel:
        """Load an artifact in a process of its own; see `trust.isolation`.

        Raises:
            IsolatedModelError: It does not load there.
            IntegrityError: A file is not what was stored.
        """
        from modelkeep.storage.trust.isolation import IsolatedModel

        folder = Path(tempfile.mkdtemp(prefix="modelkeep-isolated-"))
        try:
            for entry in manifest.files:
                target = folder / entry.path
                target.parent.mkdir(parents=True, exist_ok=True)
                reading.export_file(entry, self._assembler, target, progress)
        except BaseException:
            shutil.rmtree(folder)
            raise
        return IsolatedModel(folder, manifest.format, trust=trust, limits=limits)

    def map_model_data(self, manifest: Manifest, *, progress: Progress = no_progress) -> Any:
        """Return the arrays of an artifact over a mapped file; see `mapping.load_mapped`."""
        from modelkeep.storage import mapping

        return mapping.load_mapped(manifest, self.cache, progress)

    def open_tensors(self, manifest: Manifest, *, file: str = "") -> TensorFile:
        """Open a file whose tensors are wanted one by one; see `tensor_access.open_tensors`."""
        from modelkeep.storage import tensor_access

        return tensor_access.open_tensors(manifest, self._assembler, self._reader, file=file)

    def export_model_data(
        self, manifest: Manifest, destination: Path, *, progress: Progress = no_progress
    ) -> Path:
        """Copy an artifact's files to a place, verified; see `reading.export`."""
        return reading.export(manifest, self._assembler, destination, progress)

    @staticmethod
    @contextmanager
    def save_version_metadata(
        connection: Connection, saving: Saving, *documents: VersionDocument
    ) -> Iterator[list[str]]:
        """Keep the documents of versions beside their artifacts, in the transaction that adds them.

        When the block ends, documents and artifacts are durable; the caller commits then.

        Args:
            connection: Of the transaction.
            saving: Given by `save_model_data`, `restore_version` or `mend_version`.
            documents: Of the manifests that are in it.

        Yields:
            The chunk of each document, BLAKE3 in hexadecimal.

        Raises:
            ChunksVanishedError: Chunks that were to be shared were removed meanwhile; begin anew.
            StorageUnavailableError: Something could not be kept.
        """
        yield saving.attach(connection, documents)
        saving.settle()

    def look_into(self, document: VersionDocument) -> VersionDocument:
        """Return a document with what its files ask for, if that was not looked at before.

        Raises:
            IntegrityError: A file is not what was stored.
        """
        manifest = document.manifest
        if (
            document.finding
            or not manifest.format
            or self._formats.get(manifest.format).rank not in (Rank.ALLOW_LIST, Rank.PICKLE)
        ):
            return document
        staged = [
            StagedFile(name=entry.path, source=bytes(self._assembler.read(entry)))
            for entry in manifest.files
        ]
        return replace(document, finding=find_in(self._formats.get(manifest.format), staged))

    def load_version_metadata(self, version: ModelVersion) -> VersionDocument:
        """Read the document of a version.

        Raises:
            VersionNotFoundError: There is no such version.
            IntegrityError: The document is missing or not what was written.
        """
        with self._catalogue.read() as connection:
            name = versions.find_document(connection, version.version_id)
        if name is None:
            raise VersionNotFoundError(version.version_id)
        try:
            text = bytes(self._reader.read(bytes.fromhex(name)))
        except (IntegrityError, ValueError) as error:
            raise IntegrityError(version.metadata_path, detail=str(error)) from error
        document = documents.decode(text, source=version.metadata_path, document_blake3=name)
        if document.version.version_id != version.version_id:
            detail = "it is the document of another version"
            raise IntegrityError(version.metadata_path, detail=detail)
        return document

    def metadata_path(self, model_id: str, version_id: str) -> str:
        """Return the name of a version's document in the store."""
        return self._layout.document_name(model_id, version_id)

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
        with self._catalogue.read() as connection:
            return usage_of_all(connection, model_id)

    def backup_version(self, version: ModelVersion, *, progress: Progress = no_progress) -> Path:
        """Write a self-contained copy of a version; see `storage.backup` for its form.

        Args:
            version: As it is now; its document has it as it was at creation.
            progress: Told of bytes.

        Raises:
            IntegrityError: The version is damaged.
        """
        document = self.load_version_metadata(version)
        with self._lock.writing():
            return self._backups.write(
                replace(document, version=version), self._assembler, self._clock.now(), progress
            )

    @contextmanager
    def restore_version(
        self, folder: Path, *, progress: Progress = no_progress
    ) -> Iterator[tuple[VersionDocument, Saving]]:
        """Store the files of a backup again; chunks that are there but damaged are replaced.

        The caller passes the saving to `save_version_metadata`.

        Yields:
            The document of the backup, with the files as they are stored now; and the saving.

        Raises:
            IntegrityError: The backup is damaged; nothing of it is used.
        """
        with self._saver.save_backup(folder, progress=progress) as restored:
            yield restored

    @contextmanager
    def mend_version(
        self, version: ModelVersion, *, progress: Progress = no_progress
    ) -> Iterator[tuple[VersionDocument, Saving]]:
        """Store the damaged files of a version again, from whole files in the cache.

        The caller passes the saving to `save_version_metadata`.

        Yields:
            The document, with the files as they are stored now; and the saving.

        Raises:
            IntegrityError: There is no sound copy of a damaged file, or of the document.
        """
        document = self.load_version_metadata(version)
        copies = {entry: self._sound_copy(entry) for entry in document.manifest.files}
        with self._saver.save_copies(document, copies.__getitem__, progress=progress) as mended:
            yield mended

    def _sound_copy(self, entry: FileEntry) -> Path | None:
        """Return a copy of a damaged file; None of one that can be read as it is stored."""
        try:
            self._assembler.stream(entry, lambda _piece: None)
        except IntegrityError:
            copy = self.cache.find(entry)
            if copy is None:
                raise
            return copy
        return None

    def packs_of(self, version: ModelVersion) -> list[str]:
        """Return the packs that hold what a version needs, relative to the storage folder.

        Raises:
            VersionNotFoundError: There is no such version.
        """
        with self._catalogue.read() as connection:
            if versions.find(connection, version.version_id) is None:
                raise VersionNotFoundError(version.version_id)
            names = sorted(pack.hex() for pack in self.packs_needed(connection, version))
        return [f"blobs/{name[:2]}/{name}" for name in names]

    @staticmethod
    def packs_needed(connection: Connection, version: ModelVersion) -> set[bytes]:
        """Return the names of the packs that hold what a version needs; none for no version."""
        roots = chunks.roots_of(connection, version.version_id)
        return {chunk.pack for chunk in chunks.needed_by(connection, roots).values()}

    def calculate_version_usage(self, version: ModelVersion) -> VersionUsage:
        """Return how much room a version takes, and how much of that it shares.

        Raises:
            VersionNotFoundError: There is no such version.
        """
        with self._catalogue.read() as connection:
            if versions.find(connection, version.version_id) is None:
                raise VersionNotFoundError(version.version_id)
            return usage_of_version(connection, version)

    def read_chunk(self, chunk_blake3: str) -> bytes:
        """Return a raw chunk by its name, hexadecimal, verified.

        Raises:
            IntegrityError: It is not known, or damaged.
        """
        return bytes(self._reader.read(bytes.fromhex(chunk_blake3)))

    def is_sound(self, chunk: bytes) -> bool:
        """Whether a chunk, by its BLAKE3, can be read as it was stored."""
        return self._reader.is_sound(chunk)

    def stream_file(self, entry: FileEntry, take: Callable[[memoryview], object]) -> None:
        """Give the bytes of a file piece by piece, each verified.

        Raises:
            IntegrityError: Something of it is missing or damaged.
        """
        self._assembler.stream(entry, take)

    def index_packs(self) -> list[str]:
        """Let all packs count that are there, for a caller who keeps writers away.

        Returns:
            What could not be read, an error each.
        """
        return indexing.index_packs(self._catalogue, self._blobs)

    @staticmethod
    def missing_chunks(connection: Connection, roots: Iterable[str]) -> set[str]:
        """Return which of these chunks, and of those that they need, are not known."""
        return indexing.missing_chunks(connection, roots)

    @staticmethod
    def retain_version(connection: Connection, version_id: str) -> None:
        """Let a version need its chunks, whose rows were added in this transaction."""
        chunks.add_refs(connection, chunks.roots_of(connection, version_id))

    def find_backup(self, version_id: str) -> Path | None:
        """Return the newest backup of a version, or None."""
        return self._backups.find_any(version_id)

    def backup_name(self, folder: Path) -> str:
        """Return how a backup is recorded: its folder relative to the backups."""
        return folder.relative_to(self._backups.root).as_posix()

    def delete_backup(self, name: str) -> int:
        """Remove a recorded backup, if it is there; return how many bytes that freed."""
        return self._backups.remove(self._backups.root / name)

    @staticmethod
    def release_version(connection: Connection, version_id: str) -> list[bytes]:
        """Let a version need its chunks no more, in the transaction that removes it.

        Args:
            connection: Of the transaction; the rows of the version are still there.
            version_id: Of the version.

        Returns:
            Packs that nothing needs any more, for `delete_version_files` after the commit.
        """
        roots = chunks.roots_of(connection, version_id)
        chunks.add_refs(connection, {name: -times for name, times in roots.items()})
        return chunks.remove_unneeded(connection).packs

    def delete_version_files(self, packs: list[bytes]) -> int:
        """Delete what no committed row needs; return how many bytes that freed.

        The change that made it unneeded is done, so what cannot be deleted now is left to the
        collector.

        Args:
            packs: Given by `release_version`, which leaves some of what a large version had.
        """
        freed = 0
        try:
            for pack in packs:
                freed += self._blobs.delete(pack.hex())
            freed += forget_unneeded(self._catalogue, self._blobs).freed_bytes
        except (ModelkeepError, OSError) as error:
            _LOG.warning("something is left to the collector: %s", error)
        return freed

    def load_all_versions_from_disk(
        self, *, progress: Progress = no_progress
    ) -> Iterator[VersionDocument | DamagedDocument]:
        """Give every document that is in a pack, damaged ones as such; removed versions too.

        Args:
            progress: Told of the bytes of packs, as they are looked through.
        """
        seen: set[bytes] = set()
        damaged: dict[bytes, DamagedDocument] = {}
        for info in self._blobs.list():
            pack = bytes.fromhex(info.name)
            try:
                for chunk in packs.read_index(self._blobs, pack):
                    if chunk.kind is not ChunkKind.DOCUMENT or chunk.chunk in seen:
                        continue
                    found = self._document_in(chunk)
                    if isinstance(found, DamagedDocument):
                        # Another pack may have it whole.
                        damaged[chunk.chunk] = found
                        continue
                    seen.add(chunk.chunk)
                    yield found
            except ModelkeepError as error:
                yield DamagedDocument(place=f"pack {info.name}", error=error)
            progress(info.stored_bytes)
        yield from (found for name, found in damaged.items() if name not in seen)

    def _document_in(self, chunk: chunks.StoredChunk) -> VersionDocument | DamagedDocument:
        name = chunk.chunk.hex()
        place = f"document {name}"
        try:
            return documents.decode(
                bytes(self._reader.read_at(chunk)), source=place, document_blake3=name
            )
        except ModelkeepError as error:
            return DamagedDocument(place=place, error=error)

    def described(self, version: ModelVersion, manifest: Manifest) -> ModelVersion:
        """Return the version with the fields that follow from its manifest."""
        return replace(
            version,
            model_path=version.metadata_path
            if manifest.is_folder
            else f"files/{manifest.files[0].sha256}",
            checksum=manifest.checksum,
            size_bytes=manifest.size_bytes,
        )
