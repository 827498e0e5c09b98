"""Removes what crashes and races left behind: staged files, and packs that never counted."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from modelkeep.catalogue import chunks
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.storage import durable
from modelkeep.storage.backup import Backups
from modelkeep.storage.blobs import BlobInfo, Blobs
from modelkeep.storage.layout import StoreLayout
from modelkeep.storage.locks import StoreLock

# Short, so that a background loop can be stopped within a second.
_WAIT_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftoverReport:
    """What was left behind, and removed unless it was a dry run.

    Attributes:
        staged: Files and folders that were being written, relative to the storage folder.
        packs: Names of packs that never counted, or do no more.
        freed_bytes: How much room all that takes.
        postponed: Whether writers were at work all the time, so that nothing could be removed.
    """

    staged: list[str]
    packs: list[str]
    freed_bytes: int
    postponed: bool = False


class Collector:
    """Finds and removes leftovers of one storage folder.

    Args:
        layout: Paths of the storage folder.
        blobs: Where the packs are.
        lock: Held alone while anything is removed.
        backups: Whose unfinished folders go too.
        catalogue: Tells which packs count.
    """

    def __init__(
        self,
        *,
        layout: StoreLayout,
        blobs: Blobs,
        lock: StoreLock,
        backups: Backups,
        catalogue: Catalogue,
    ) -> None:
        self._layout = layout
        self._blobs = blobs
        self._lock = lock
        self._backups = backups
        self._catalogue = catalogue

    def collect(self, *, dry_run: bool = False) -> LeftoverReport:
        """Find leftovers and remove them.

        What is suspected is looked up without the lock, so that writers wait only while it is
        looked at again and removed.

        Args:
            dry_run: Only say what would go; while others write, that may name what they need.
        """
        suspects = self._uncounted(self._blobs.list())
        if dry_run:
            return self._report(self._staged(), suspects)
        with self._lock.alone(wait_seconds=_WAIT_SECONDS) as acquired:
            if not acquired:
                return LeftoverReport(staged=[], packs=[], freed_bytes=0, postponed=True)
            packs = self._uncounted_for_certain(suspects)
            report = self._report(self._staged(), packs)
            self._remove(self._staged(), packs)
        return report

    def _staged(self) -> list[Path]:
        return sorted(self._layout.staging.iterdir()) + self._backups.partial_folders()

    def _uncounted(self, infos: Iterable[BlobInfo]) -> list[BlobInfo]:
        with self._catalogue.read() as connection:
            return [info for info in infos if not _counts(connection, info)]

    def _uncounted_for_certain(self, infos: Iterable[BlobInfo]) -> list[BlobInfo]:
        # In its turn as a writer: nobody commits in between, and who lost the lock will not after.
        with self._catalogue.write() as connection:
            return [info for info in infos if not _counts(connection, info)]

    def _report(self, staged: list[Path], packs: list[BlobInfo]) -> LeftoverReport:
        return LeftoverReport(
            staged=[path.name for path in staged],
            packs=[info.name for info in packs],
            freed_bytes=sum(_size(path) for path in staged)
            + sum(info.stored_bytes for info in packs),
        )

    def _remove(self, staged: list[Path], packs: list[BlobInfo]) -> None:
        with durable.disk_errors(self._layout.root):
            for path in staged:
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            for info in packs:
                self._blobs.delete(info.name)


def _counts(connection: Connection, info: BlobInfo) -> bool:
    return chunks.is_known_pack(connection, bytes.fromhex(info.name))


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    total = 0
    for file in files:
        with suppress(FileNotFoundError):
            total += file.stat().st_size if file.is_file() else 0
    return total
