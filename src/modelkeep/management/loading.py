"""Takes versions into the catalogue from the documents on disk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from modelkeep.catalogue import registrations, removed, versions
from modelkeep.errors import ConflictError, StorageUnavailableError
from modelkeep.management.numbering import highest_with
from modelkeep.management.parts import ManagerParts
from modelkeep.storage.documents import DamagedDocument, VersionDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What was found on disk.

    Attributes:
        loaded: Ids of versions that were taken in.
        known: How many versions the catalogue knew already.
        damaged: Errors of documents that could not be read.
        conflicts: Documents that could not be taken in beside others, with the reason.
    """

    loaded: list[str]
    known: int
    damaged: list[str]
    conflicts: list[str]


class VersionLoading(ManagerParts):
    """The part of VersionManager that reads documents back."""

    def load_existing_versions(self) -> LoadReport:
        """Take in every version whose document is on disk but which the catalogue does not know.

        Removed versions stay removed. Versions come back as they were when they were created:
        what changed later stood in the catalogue alone.

        Raises:
            StorageUnavailableError: Others are writing all the time.
        """
        with self._storage.alone() as acquired:
            if not acquired:
                raise StorageUnavailableError(
                    self._config.storage_path, "others are writing; try again when they are done"
                )
            damaged = self._storage.index_packs()
            report = self.take_in_documents(self._storage.load_all_versions_from_disk())
            return replace(report, damaged=[*damaged, *report.damaged])

    def take_in_documents(
        self, documents: Iterable[VersionDocument | DamagedDocument]
    ) -> LoadReport:
        """Do what `load_existing_versions` does, for a caller who keeps writers away.

        Args:
            documents: All there are on disk.
        """
        loaded: list[str] = []
        damaged: list[str] = []
        conflicts: list[str] = []
        known = 0
        for document in _newest_first(documents):
            if not isinstance(document, VersionDocument):
                damaged.append(document)
                continue
            try:
                taken = self._take_in(document)
            except ConflictError as error:
                conflicts.append(f"{document.version.version_id}: {error}")
                continue
            known += not taken
            if taken:
                loaded.append(document.version.version_id)
        return LoadReport(loaded=loaded[::-1], known=known, damaged=damaged, conflicts=conflicts)

    def _take_in(self, document: VersionDocument) -> bool:
        """Add a version; return False when the catalogue knows it, or that it was removed."""
        version = document.version
        with self._catalogue.write() as connection:
            if versions.find(connection, version.version_id) is not None:
                return False
            if removed.find(connection, version.version_id) is not None:
                return False
            model, _ = registrations.register(connection, version.model_id, version.created_at)
            number = f"{version.model_id}@{version.version_number}"
            if versions.find(connection, number) is not None:
                raise ConflictError(f"{number} is another version already")
            roots = [file.root_blake3 for file in document.manifest.files]
            if missing := self._storage.missing_chunks(connection, roots):
                raise ConflictError(f"it was removed, or {len(missing)} of its chunks are lost")
            ordinal = registrations.free_ordinal(connection, model, document.ordinal)
            numbers = highest_with(model, version.version_number)
            registrations.count(connection, model, ordinal=ordinal, numbers=numbers)
            self._insert_row(
                connection, replace(document, ordinal=ordinal), document.document_blake3
            )
            self._storage.retain_version(connection, version.version_id)
            self._journal.record(connection, "version_loaded", version.model_id, version.version_id)
        return True


def _newest_first(
    documents: Iterable[VersionDocument | DamagedDocument],
) -> list[VersionDocument | str]:
    """Return documents, the newest first, then errors of damaged ones.

    Of two with one number the newer was acknowledged: the older one is left of a crash, else its
    number would not have been given again. A finished document goes before the one it replaced.
    """
    sound: list[VersionDocument] = []
    damaged: list[VersionDocument | str] = []
    for each in documents:
        if isinstance(each, VersionDocument):
            sound.append(each)
        else:
            damaged.append(str(each.error))
    sound.sort(key=lambda each: (each.version.created_at, each.version.updated_at))
    return [*sound[::-1], *damaged]
