"""Copies of versions, and back from them: what was removed, and what is damaged."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection

from modelkeep.catalogue import registrations, removed, versions
from modelkeep.errors import BackupNotFoundError, IntegrityError, VersionExistsError
from modelkeep.identifiers import parse_reference
from modelkeep.management.numbering import highest_with
from modelkeep.management.parts import ManagerParts, again_if_vanished, stored_files
from modelkeep.models import ModelStatus, ModelVersion
from modelkeep.storage.backup import read_document
from modelkeep.storage.documents import VersionDocument
from modelkeep.storage.hashing import Progress, no_progress
from modelkeep.storage.saving import Saving


class VersionRestoring(ManagerParts):
    """The part of VersionManager that makes backups and brings versions back."""

    def backup_version(self, version: str, *, progress: Progress = no_progress) -> Path:
        """Write a self-contained copy of a version and return its folder.

        Raises:
            IntegrityError: The version is damaged.
        """
        with self._catalogue.read() as connection:
            found = versions.get(connection, version)
        path = self._storage.backup_version(found, progress=progress)
        with self._catalogue.write() as connection:
            after = {"backup_path": self._storage.backup_name(path)}
            model_id, version_id = found.model_id, found.version_id
            self._journal.record(connection, "backup_made", model_id, version_id, after=after)
        return path

    def restore_version(
        self, source: str | Path, *, progress: Progress = no_progress
    ) -> ModelVersion:
        """Bring back a removed version, or mend a damaged one, from a backup.

        A removed version comes back with its id, number and place, READY and in no stage.

        Args:
            source: A version's id, `model@number`, or the folder of a backup.
            progress: Told of bytes.

        Raises:
            BackupNotFoundError: There is no backup.
            IntegrityError: The backup is damaged; nothing was changed.
            VersionExistsError: Its number belongs to another version here.
        """
        folder = self._backup_folder(source)
        return self._store_again(
            read_document(folder).version,
            lambda: self._storage.restore_version(folder, progress=progress),
        )

    def repair_version(self, version: str, *, progress: Progress = no_progress) -> ModelVersion:
        """Mend a damaged version from its backup, or else from whole files in the cache.

        Args:
            version: A reference.
            progress: Told of bytes.

        Raises:
            IntegrityError: There is no backup, and no sound copy of something that is damaged.
        """
        with self._catalogue.read() as connection:
            found = versions.get(connection, version)
        if self._storage.find_backup(found.version_id) is not None:
            return self.restore_version(found.version_id, progress=progress)
        return self._store_again(
            found, lambda: self._storage.mend_version(found, progress=progress)
        )

    def _store_again(
        self,
        version: ModelVersion,
        save: Callable[[], AbstractContextManager[tuple[VersionDocument, Saving]]],
    ) -> ModelVersion:
        """Store what a version needs from somewhere else, and leave packs that were damaged."""

        def store() -> tuple[ModelVersion, list[bytes]]:
            with save() as (document, saving), self._catalogue.write() as connection:
                if versions.find(connection, document.version.version_id) is None:
                    return self._bring_back(connection, document, saving), []
                return self._mend(connection, document, saving)

        with self._catalogue.read() as connection:
            before = self._storage.packs_needed(connection, version)
        stored, unneeded = again_if_vanished(store)
        self._storage.delete_version_files(unneeded)
        self._compactor.renew_damaged(before - set(unneeded))
        return stored

    def _backup_folder(self, source: str | Path) -> Path:
        if isinstance(source, Path) or (Path(source) / "version.json").is_file():
            return Path(source)
        parsed = parse_reference(source)
        version_id = parsed.version_id
        if parsed.model_id:
            with self._catalogue.read() as connection:
                found = versions.find(connection, source) or removed.find_by_number(
                    connection, parsed.model_id, parsed.selector
                )
            version_id = found.version_id if found else ""
        folder = self._storage.find_backup(version_id) if version_id else None
        if folder is None:
            raise BackupNotFoundError(source, str(self._config.backup_path))
        return folder

    def _bring_back(
        self, connection: Connection, document: VersionDocument, saving: Saving
    ) -> ModelVersion:
        old = document.version
        number, model_id = old.version_number, old.model_id
        if versions.find(connection, f"{model_id}@{number}") is not None:
            raise VersionExistsError(model_id, number)
        removed.remove(connection, old.version_id)
        model, _ = registrations.register(connection, model_id, self._journal.clock.now())
        ordinal = registrations.free_ordinal(connection, model, document.ordinal)
        numbers = highest_with(model, number)
        registrations.count(connection, model, ordinal=ordinal, numbers=numbers)
        version = replace(
            old,
            status=ModelStatus.READY if old.status is ModelStatus.DEPLOYED else old.status,
            is_active=False,
            updated_at=self._journal.clock.now(),
            metadata_path=self._storage.metadata_path(model_id, old.version_id),
        )
        version = self._storage.described(version, document.manifest)
        restored = replace(document, version=version, ordinal=ordinal)
        after = {"version_number": number, "status": version.status.value}
        with self._storage.save_version_metadata(connection, saving, restored) as (name,):
            self._insert_row(connection, restored, name)
            self._journal.record(
                connection, "version_restored", model_id, version.version_id, after=after
            )
        return version

    def _mend(
        self, connection: Connection, document: VersionDocument, saving: Saving
    ) -> tuple[ModelVersion, list[bytes]]:
        """Let a version have its files and a document again; give packs that are not needed now."""
        row = versions.get_row(connection, document.version.version_id)
        version = versions.version_of_row(row)
        if version.checksum != document.manifest.checksum:
            raise IntegrityError(
                f"the backup of {version.version_id}",
                expected=version.checksum,
                actual=document.manifest.checksum,
            )
        mended = replace(document, version=version, ordinal=row["ordinal"])
        with self._storage.save_version_metadata(connection, saving, mended) as (name,):
            changes = {"document_blake3": name}
            unneeded = self._storage.release_version(connection, version.version_id)
            versions.update(connection, row, **changes)
            versions.set_files(connection, version.version_id, stored_files(document.manifest))
            self._journal.record(
                connection, "version_mended", version.model_id, version.version_id, after=changes
            )
        return version, unneeded
