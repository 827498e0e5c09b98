"""Removal of versions, one by one."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from modelkeep.catalogue import events, pointers, removed, rollouts, versions
from modelkeep.catalogue.removed import RemovedVersion
from modelkeep.errors import (
    IntegrityError,
    UnknownOutcomeError,
    VersionInUseError,
)
from modelkeep.management.parts import ManagerParts
from modelkeep.models import ModelStatus, ModelVersion
from modelkeep.storage.hashing import Progress, no_progress


class VersionRemoval(ManagerParts):
    """The part of VersionManager that removes versions."""

    def delete_version(
        self,
        version: str,
        *,
        force: bool = False,
        backup: bool | None = None,
        reason: str = "deleted",
        progress: Progress = no_progress,
    ) -> RemovedVersion:
        """Remove a version; its number stays taken, and lineage goes on showing it.

        Args:
            version: A reference.
            force: Remove it also while a stage serves it, or while it is in TRAINING.
            backup: Whether a backup is made first; None as the configuration says.
            reason: For the record.
            progress: Told of the bytes of the backup.

        Returns:
            What is kept of it.

        Raises:
            VersionInUseError: It is in use, and `force` is not set.
            IntegrityError: It is damaged, so no backup can be made; `backup=False` goes without.
        """
        with self._catalogue.read() as connection:
            found = versions.get(connection, version)
            self._check_unused(connection, found, force=force)
        wants_backup = self._config.backup_enabled if backup is None else backup
        path = self._backup_before(found, progress) if wants_backup else None
        try:
            gone, unneeded = self._remove(found, path, reason, force=force)
        except UnknownOutcomeError:
            # The version may be gone, and its backup with it.
            raise
        except BaseException:
            if path is not None:
                self._storage.delete_backup(self._storage.backup_name(path))
            raise
        self._storage.delete_version_files(unneeded)
        return gone

    def _remove(
        self, found: ModelVersion, backup: Path | None, reason: str, *, force: bool
    ) -> tuple[RemovedVersion, list[bytes]]:
        with self._catalogue.write() as connection:
            row = versions.get_row(connection, found.version_id)
            found = versions.version_of_row(row)
            self._check_unused(connection, found, force=force)
            return self._take_out(connection, found, backup, reason)

    def _backup_before(self, version: ModelVersion, progress: Progress) -> Path:
        try:
            return self._storage.backup_version(version, progress=progress)
        except IntegrityError:
            # Its files may be gone because someone else removed it meanwhile: then say that.
            with self._catalogue.read() as connection:
                versions.get(connection, version.version_id)
            raise

    @staticmethod
    def _check_unused(connection: Connection, version: ModelVersion, *, force: bool) -> None:
        stages = [each.stage.value for each in pointers.of_version(connection, version.version_id)]
        if force:
            return
        if stages:
            raise VersionInUseError(version.version_id, f"it serves {', '.join(stages)}")
        if rollouts.is_routed(connection, version.model_id, version.version_id):
            raise VersionInUseError(version.version_id, "an experiment or a rollout gives it units")
        if version.status is ModelStatus.DEPLOYED:
            raise VersionInUseError(version.version_id, "its status is deployed")
        if version.status is ModelStatus.TRAINING:
            raise VersionInUseError(version.version_id, "it is still being written (training)")

    def _take_out(
        self, connection: Connection, found: ModelVersion, backup: Path | None, reason: str
    ) -> tuple[RemovedVersion, list[bytes]]:
        """Remove the rows of a version that was read in this transaction.

        Returns:
            What is kept of it, and the packs that nothing needs any more.
        """
        gone = RemovedVersion(
            version_id=found.version_id,
            model_id=found.model_id,
            version_number=found.version_number,
            created_at=found.created_at,
            parent_version=found.parent_version,
            removed_at=self._journal.clock.now(),
            removed_by=self._journal.actor,
            reason=reason,
            backup_path=self._storage.backup_name(backup) if backup else "",
        )
        for pointer in pointers.of_version(connection, gone.version_id):
            pointers.clear(connection, gone.model_id, pointer.stage)
            self._journal.record(
                connection,
                events.DEACTIVATED,
                gone.model_id,
                gone.version_id,
                stage=pointer.stage.value,
                before={"version_id": gone.version_id, "version_number": gone.version_number},
                after={"version_id": "", "version_number": "", "reason": "removed by force"},
            )
        unneeded = self._storage.release_version(connection, gone.version_id)
        versions.remove(connection, gone.version_id)
        removed.insert(connection, gone)
        self._journal.record(
            connection,
            "version_removed",
            gone.model_id,
            gone.version_id,
            before={"version_number": gone.version_number},
            after={"reason": gone.reason, "backup_path": gone.backup_path},
        )
        return gone, unneeded
