"""Retention, and what else had its time: removed some at a time, so that others get in between."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice

from modelkeep.catalogue import pages, pointers, registrations, removed, versions
from modelkeep.errors import (
    ClosedError,
    ModelkeepError,
    ModelNotFoundError,
    UnknownOutcomeError,
    VersionInUseError,
    VersionNotFoundError,
)
from modelkeep.management.leased_work import LeaseTakenError
from modelkeep.management.removal import VersionRemoval
from modelkeep.management.retention import Expired, RetentionRule, find_expired, is_protected
from modelkeep.storage.collector import LeftoverReport
from modelkeep.storage.hashing import Progress, no_progress

_READ_AT_ONCE = 500
_REMOVED_AT_ONCE = 100
# A transaction takes no further version after this, so that it is over well within 0.1 s.
_HELD_SECONDS = 0.03


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


@dataclass(slots=True)
class _Turn:
    """What came of one transaction that removes versions.

    Attributes:
        looked_at: How many versions, from the first one on.
        outcomes: Those that still had their time, with what kept each from going.
    """

    looked_at: int = 0
    outcomes: list[tuple[Expired, str]] = field(default_factory=list)


class VersionCleanup(VersionRemoval):
    """The part of VersionManager that removes what had its time."""

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
        told: Callable[[Expired, str], None] | None = None,
    ) -> tuple[list[Expired], list[str]]:
        """Remove the versions of one model that had their time.

        Args:
            model_id: The model.
            dry_run: Only say what would go.
            stopped: Asked often; once it is true, no further version is removed.
            progress: Told of the bytes of versions that are backed up.
            told: Told of each, with the error that kept it, empty where it went; then nothing of
                them is returned, so that memory does not grow with their number.

        Returns:
            What went, and what had to stay, each with the error that kept it.

        Raises:
            ModelNotFoundError: There is no such model.
            LeaseTakenError: Another process does upkeep by now.
        """
        expired: list[Expired] = []
        failures: list[str] = []

        def kept(item: Expired, error: str) -> None:
            if error:
                failures.append(error)
            else:
                expired.append(item)

        tell = told or kept
        found = self._find_expired(model_id)
        while batch := list(islice(found, _REMOVED_AT_ONCE)):
            if stopped():
                break
            outcomes = (
                ((item, "") for item in batch)
                if dry_run
                else self._expire_all(batch, stopped, progress)
            )
            for item, error in outcomes:
                tell(item, error)
            if len(batch) == _REMOVED_AT_ONCE and not dry_run:
                self._catalogue.give_way()
        return expired, failures

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

    def _expire_all(
        self, batch: list[Expired], stopped: Callable[[], bool], progress: Progress
    ) -> Iterator[tuple[Expired, str]]:
        """Remove versions; give each with what kept it from going, empty if it went."""
        if self._config.backup_enabled:
            # A crash leaves the backup of one version behind, not of many.
            yield from self._expire_each(batch, stopped, progress)
            return
        left = batch
        while left and not stopped():
            turn = _Turn()
            try:
                self._remove_some(left, turn, stopped)
            except LeaseTakenError:
                raise
            except UnknownOutcomeError as error:
                turn.outcomes = [(item, _failure(item, error)) for item, _ in turn.outcomes]
            except ModelkeepError:
                # Nothing was removed: whichever it is that cannot go, the others still do.
                yield from self._expire_each(left, stopped, progress)
                return
            yield from turn.outcomes
            left = left[turn.looked_at :]
            if left:
                self._catalogue.give_way()

    def _expire_each(
        self, batch: list[Expired], stopped: Callable[[], bool], progress: Progress
    ) -> Iterator[tuple[Expired, str]]:
        for item in batch:
            if stopped():
                return
            yield item, self._expire(item, stopped, progress)

    def _remove_some(self, batch: list[Expired], turn: _Turn, stopped: Callable[[], bool]) -> None:
        """Remove the first of the versions, as many as one transaction takes in its time.

        Args:
            batch: Of one model.
            turn: Takes what came of it.
            stopped: Once it is true, no further version is removed.
        """
        unneeded: list[bytes] = []
        with self._catalogue.write() as connection:
            until = time.monotonic() + _HELD_SECONDS
            targets = pointers.rollback_targets(connection, batch[0].version.model_id)
            for item in batch:
                if turn.looked_at and (time.monotonic() > until or stopped()):
                    break
                turn.looked_at += 1
                try:
                    row = versions.get_row(connection, item.version.version_id)
                    found = versions.version_of_row(row)
                    # Others may have given it a use since it was found.
                    if is_protected(found, targets):
                        continue
                    self._check_unused(connection, found, force=False)
                except (VersionInUseError, VersionNotFoundError) as error:
                    turn.outcomes.append((item, _failure(item, error)))
                    continue
                _, packs = self._take_out(connection, found, None, f"retention: {item.reason}")
                unneeded += packs
                turn.outcomes.append((item, ""))
        self._storage.delete_version_files(unneeded)

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
        except LeaseTakenError:
            raise
        except ModelkeepError as error:
            return _failure(item, error)
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


def _failure(item: Expired, error: ModelkeepError) -> str:
    return f"{item.version.model_id}@{item.version.version_number}: {error}"
