"""Artifacts to chunks: written by their format, cut, coded against what they are like, packed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.errors import (
    IntegrityError,
    InvalidArtifactError,
    UnserialisableModelError,
)
from modelkeep.storage import backup, durable, intake
from modelkeep.storage.assembling import Assembler
from modelkeep.storage.blobs import Blobs
from modelkeep.storage.chunk_reader import ChunkReader
from modelkeep.storage.documents import VersionDocument
from modelkeep.storage.filing import Filer
from modelkeep.storage.formats.base import Format, FormatRegistry
from modelkeep.storage.hashing import Progress
from modelkeep.storage.layout import StoreLayout
from modelkeep.storage.likeness import Likeness
from modelkeep.storage.locks import StoreLock
from modelkeep.storage.manifest import FOLDER, FileEntry, Manifest
from modelkeep.storage.nearest import choose_nearest
from modelkeep.storage.saving import Saving
from modelkeep.storage.staging import ArtifactWriter, StagedFile
from modelkeep.storage.trust.findings import find_in
from modelkeep.storage.upload import Upload, uploading

_SMALL_BYTES = 16 << 10


def _nothing_alike(_size_bytes: int) -> Sequence[Manifest]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelToSave:
    """What is to be stored as the artifact of a version.

    Attributes:
        data: An object; or the path of a file or folder, which is kept as it is (a path with the
            name of an object format says that the file already has that format); None with the
            format "" for no artifact.
        format: Name of a format, or `auto` to choose by type.
        like: Gives artifacts that it may differ little from, the likeliest first, when told the
            size of its largest file; asked where that pays.
        look: Whether it is looked into what pickles ask for; of one's own objects that can wait.
    """

    data: Any = None
    format: str = "auto"
    like: Callable[[int], Sequence[Manifest]] = _nothing_alike
    look: bool = True


class ArtifactSaver:
    """Stores artifacts and gives each as a saving, which waits for the document of its version.

    Args:
        layout: Paths of the storage folder.
        blobs: Where the packs go.
        reader: Gives the bytes that differences are made to.
        assembler: Gives the recipes of earlier files.
        lock: Keeps those away who look for leftovers, while something is being written.
        formats: Objects to files.
        catalogue: Tells which chunks there are.
        compress: Whether stored bytes are coded.
    """

    def __init__(
        self,
        *,
        layout: StoreLayout,
        blobs: Blobs,
        reader: ChunkReader,
        assembler: Assembler,
        lock: StoreLock,
        formats: FormatRegistry,
        catalogue: Catalogue,
        compress: bool,
    ) -> None:
        self._layout = layout
        self._blobs = blobs
        self._reader = reader
        self._assembler = assembler
        self._lock = lock
        self._formats = formats
        self._catalogue = catalogue
        self._compress = compress

    @contextmanager
    def save(self, models: Sequence[ModelToSave], *, progress: Progress) -> Iterator[Saving]:
        """Store objects, files and folders; see `VersionStorageService.save_model_data`."""
        with self._uploading() as upload:
            filer = Filer(upload=upload, reader=self._reader, compress=self._compress)
            saved = [self._save(filer, model, progress) for model in models]
            manifests, findings = [each[0] for each in saved], [each[1] for each in saved]
            upload.keep_ahead()
            yield Saving(manifests, upload, compress=self._compress, findings=findings)

    def _save(
        self, filer: Filer, model: ModelToSave, progress: Progress
    ) -> tuple[Manifest, dict[str, Any]]:
        with self._staged(model.data, model.format) as (name, staged, empty_folders):
            finding = find_in(self._formats.get(name), staged) if name and model.look else {}
            largest = max((_size_of(each) for each in staged), default=0)
            pays = self._compress and largest > _SMALL_BYTES
            alike = model.like(largest) if pays else ()
            files = tuple(self._file(filer, each, alike, progress) for each in staged)
            return Manifest(format=name, files=files, empty_folders=empty_folders), finding

    @contextmanager
    def save_backup(
        self, folder: Path, *, progress: Progress
    ) -> Iterator[tuple[VersionDocument, Saving]]:
        """Store the files of a backup; see `VersionStorageService.restore_version`."""
        document = backup.read_document(folder)
        with self.save_copies(
            document, lambda entry: backup.file_of(folder, entry.path), progress=progress
        ) as saved:
            yield saved

    @contextmanager
    def save_copies(
        self,
        document: VersionDocument,
        copy_of: Callable[[FileEntry], Path | None],
        *,
        progress: Progress,
    ) -> Iterator[tuple[VersionDocument, Saving]]:
        """Store files of a version again; chunks that are there but damaged are replaced.

        Args:
            document: Of the version.
            copy_of: Gives a copy of a file; None where the stored file is to stay as it is.
            progress: Told of bytes.

        Raises:
            IntegrityError: A copy is not what the document says; nothing of it is used.
        """
        with self._uploading() as upload:
            filer = Filer(
                upload=upload, reader=self._reader, compress=self._compress, check_shared=True
            )
            files = []
            for entry in document.manifest.files:
                path = copy_of(entry)
                if path is None:
                    files.append(entry)
                    continue
                filed = filer.store(path, progress=progress)
                if filed.sha256 != entry.sha256:
                    raise IntegrityError(str(path), expected=entry.sha256, actual=filed.sha256)
                files.append(replace(entry, root_blake3=filed.root.hex()))
            manifest = replace(document.manifest, files=tuple(files))
            upload.keep_ahead()
            saving = Saving([manifest], upload, compress=self._compress, mends=True)
            yield replace(document, manifest=manifest), saving

    @contextmanager
    def _staged(
        self, model_data: Any, format: str
    ) -> Iterator[tuple[str, list[StagedFile], tuple[str, ...]]]:
        """Give the name of the format, and the files that it made."""
        if not format:
            yield "", [], ()
            return
        if isinstance(model_data, str) and format in ("auto", "file", "folder"):
            model_data = Path(model_data)
        choice = (
            self._formats.choose(model_data)
            if format == "auto"
            else iter([self._formats.get(format)])
        )
        chosen = next(choice)
        if isinstance(model_data, Path) and (chosen.name == FOLDER) != model_data.is_dir():
            kind = "folder" if model_data.is_dir() else "file or nothing"
            raise InvalidArtifactError(
                str(model_data), f"it is a {kind}, which the format {chosen.name!r} does not take"
            )
        with self._layout.staging_folder() as new_folder:
            with durable.disk_errors(self._layout.staging):
                if isinstance(model_data, Path):
                    writer = ArtifactWriter(new_folder)
                    intake.take_in(model_data, writer)
                else:
                    chosen, writer = self._written(chosen, choice, model_data, new_folder)
            yield chosen.name, writer.finish(), tuple(writer.empty_folders)

    def _written(
        self,
        chosen: Format,
        others: Iterator[Format],
        model_data: Any,
        new_folder: Callable[[], Path],
    ) -> tuple[Format, ArtifactWriter]:
        """Write an object in the first of these formats that keeps it."""
        while True:
            writer = ArtifactWriter(new_folder)
            try:
                self._formats.write(chosen, model_data, writer)
            except UnserialisableModelError as error:
                # One that looks right may turn out not to keep the object; then the next is tried.
                following = self._next(others)
                if following is None:
                    raise error from error.__cause__
                chosen = following
            else:
                return chosen, writer

    @staticmethod
    def _next(others: Iterator[Format]) -> Format | None:
        with suppress(StopIteration, UnserialisableModelError):
            return next(others)
        return None

    def _uploading(self) -> AbstractContextManager[Upload]:
        return uploading(
            catalogue=self._catalogue, blobs=self._blobs, layout=self._layout, lock=self._lock
        )

    def _file(
        self, filer: Filer, staged: StagedFile, like: Sequence[Manifest], progress: Progress
    ) -> FileEntry:
        filed = filer.store(
            staged.source,
            tensors=staged.tensors,
            like=self._likeness(staged, like),
            progress=progress,
        )
        return FileEntry(
            path=staged.name,
            sha256=filed.sha256,
            size_bytes=filed.size_bytes,
            root_blake3=filed.root.hex(),
            executable=staged.executable,
        )

    def _likeness(self, staged: StagedFile, like: Sequence[Manifest]) -> Likeness | None:
        """Return the earlier file that a new one differs least from, as far as there is one."""
        found = [each for manifest in like if (each := self._file_alike(staged, manifest))]
        try:
            return choose_nearest(found, staged.source, self._reader)
        except OSError:
            # The file cannot be read, of which its storing tells.
            return None

    def _file_alike(self, staged: StagedFile, manifest: Manifest) -> Likeness | None:
        """Return the file of an earlier artifact that has this one's name, or is its only one."""
        entry = next((each for each in manifest.files if each.path == staged.name), None)
        if entry is None and len(manifest.files) == 1:
            entry = manifest.files[0]
        if entry is None:
            return None
        try:
            recipe = self._assembler.recipe_of(entry)
            return Likeness(recipe, self._reader.locate(part.chunk for part in recipe.parts))
        except IntegrityError:
            # Damaged or removed meanwhile: then there is nothing to be like.
            return None


def _size_of(staged: StagedFile) -> int:
    source = staged.source
    return len(source) if isinstance(source, bytes) else intake.total_bytes(source)
