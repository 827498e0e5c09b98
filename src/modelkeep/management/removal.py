"""Removal of versions: by hand and by retention."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection

from modelkeep.catalogue import events, pages, pointers, registrations, removed, rollouts, versions
from modelkeep.catalogue.removed import RemovedVersion
from modelkeep.errors import (
    ClosedError,
    IntegrityError,
    ModelkeepError,
    ModelNotFoundError,
    UnknownOutcomeError,
    VersionInUseError,
)
from modelkeep.management.parts import ManagerParts
from modelkeep.management.retention import Expired, RetentionRule, find_expired
from modelkeep.models import ModelStatus, ModelVersion
from modelkeep.storage.collector import LeftoverReport
from modelkeep.storage.hashing import Progress, no_progress

_READ_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanupReport:
    """What a cleanup removed, or would remove.

    Attributes:
        dry_run: Whether nothing was removed.
        expired: Versions that retention removes, with the reason of each.
        failures: Versions that had to stay, each with the error that kept it.
        expired_backups: Backups made before a removal that had their time.
        leftovers: What crashes left.
    """

    dry_run: bool
    expired: list[Expired]
    failures: list[str]
    expired_backups: list[str]
    leftovers: LeftoverReport


class VersionRemoval(ManagerParts):
    """The part of VersionManager that removes and restores versions."""

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
            return gone, self._take_out(connection, gone)

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

    def _take_out(self, connection: Connection, gone: RemovedVersion) -> list[bytes]:
        """Remove the rows of a version; return the packs that nothing needs any more."""
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
        return unneeded

    def cleanup_old_versions(
        self,
        model_id: str | None = None,
        *,
        dry_run: bool = False,
        progress: Progress = no_progress,
    ) -> CleanupReport:
        """Apply retention, and remove leftovers of crashes and backups that had their time.

        Args:
            model_id: Apply retention only to this model; None for all.
            dry_run: Remove nothing, only say what would go and why.
            progress: Told of the bytes of versions that are backed up.

        Raises:
            ModelNotFoundError: There is no such model.
        """
        with self._catalogue.read() as connection:
            models = registrations.names(connection) if model_id is None else [model_id]
        expired: list[Expired] = []
        failures: list[str] = []
        for each in models:
            gone, kept = self.apply_retention(each, dry_run=dry_run, progress=progress)
            expired += gone
            failures += kept
        backups, leftovers = self.remove_leftovers(dry_run=dry_run)
        return CleanupReport(
            dry_run=dry_run,
            expired=expired,
            failures=failures,
            expired_backups=backups,
            leftovers=leftovers,
        )

    def apply_retention(
        self,
        model_id: str,
        *,
        dry_run: bool = False,
        stopped: Callable[[], bool] = lambda: False,
        progress: Progress = no_progress,
    ) -> tuple[list[Expired], list[str]]:
        """Remove the versions of one model that had their time.

        Args:
            model_id: The model.
            dry_run: Only say what would go.
            stopped: Asked often; once it is true, no further version is removed.
            progress: Told of the bytes of versions that are backed up.

        Returns:
            What went, and what had to stay, each with the error that kept it.

        Raises:
            ModelNotFoundError: There is no such model.
        """
        expired: list[Expired] = []
        failures: list[str] = []
        for item, error in self.retain(
            model_id, dry_run=dry_run, stopped=stopped, progress=progress
        ):
            if error:
                failures.append(error)
            else:
                expired.append(item)
        return expired, failures

    def retain(
        self,
        model_id: str,
        *,
        dry_run: bool = False,
        stopped: Callable[[], bool] = lambda: False,
        progress: Progress = no_progress,
    ) -> Iterator[tuple[Expired, str]]:
        """Remove the versions of one model that had their time, each when it is asked for.

        Args:
            model_id: The model.
            dry_run: Only say what would go.
            stopped: Asked often; once it is true, no further version is removed.
            progress: Told of the bytes of versions that are backed up.

        Returns:
            Each with the error that kept it, empty where it went; nothing of them is kept, so
            memory does not grow with their number.

        Raises:
            ModelNotFoundError: There is no such model.
        """
        for item in self._find_expired(model_id):
            if stopped():
                return
            yield item, "" if dry_run else self._expire(item, stopped, progress)

    def remove_leftovers(self, *, dry_run: bool = False) -> tuple[list[str], LeftoverReport]:
        """Remove what crashes left, and backups made before a removal that had their time.

        Returns:
            The backups, and the leftovers.
        """
        expired = self._expire_backups(dry_run=dry_run)
        self._compactor.collect(dry_run=dry_run)
        return expired, self._collector.collect(dry_run=dry_run)

    def _find_expired(self, model_id: str) -> Iterator[Expired]:
        """Give what had its time, the oldest first; some at a time, however many there are."""
        with self._catalogue.read() as connection:
            if not registrations.is_known(connection, model_id):
                raise ModelNotFoundError(model_id)
        rule = RetentionRule(
            newest=self._config.max_versions_per_model, days=self._config.retention_days
        )
        now = self._journal.clock.now()
        after = 0
        while True:
            with self._catalogue.read() as connection:
                newest, edge = pages.newest_and_edge(connection, model_id, rule.newest)
                found = pages.oldest_first(
                    connection,
                    model_id,
                    after=after,
                    below=edge,
                    before=rule.oldest(now),
                    limit=_READ_AT_ONCE,
                )
                targets = pointers.rollback_targets(connection, model_id)
            if not found:
                return
            after = found[-1][0]
            placed = (
                (1 if ordinal == newest else 2 if ordinal >= edge else rule.newest + 1, version)
                for ordinal, version in found
            )
            yield from find_expired(placed, rule=rule, rollback_targets=targets, now=now)

    def _expire(self, item: Expired, stopped: Callable[[], bool], progress: Progress) -> str:
        """Remove a version; return what kept it from going, so that the others still go."""

        def go_on(done_bytes: int) -> None:
            progress(done_bytes)
            if stopped():
                raise ClosedError("cleanup was stopped")

        try:
            self.delete_version(
                item.version.version_id, reason=f"retention: {item.reason}", progress=go_on
            )
        except ModelkeepError as error:
            return f"{item.version.model_id}@{item.version.version_number}: {error}"
        return ""

    def _expire_backups(self, *, dry_run: bool) -> list[str]:
        oldest = self._journal.clock.now() - timedelta(days=self._config.backup_retention_days)
        with self._catalogue.read() as connection:
            found = removed.with_backup_before(connection, oldest)
        if not dry_run:
            for each in found:
                self._storage.delete_backup(each.backup_path)
                with self._catalogue.write() as connection:
                    removed.forget_backup(connection, each.version_id)
        return [each.backup_path for each in found]
