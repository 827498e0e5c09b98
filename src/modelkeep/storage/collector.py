"""Removes what crashes and races left behind: staged files, documents and blobs without a row."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import exists, select

from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.tables import VERSION_FILES, VERSIONS
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
        documents: Documents of versions that were never acknowledged, or are removed.
        blobs: SHA-256 of blobs that no version needs.
        freed_bytes: How much room all that takes.
        postponed: Whether writers were at work all the time, so that nothing could be removed.
    """

    staged: list[str]
    documents: list[str]
    blobs: list[str]
    freed_bytes: int
    postponed: bool = False


class Collector:
    """Finds and removes leftovers of one storage folder.

    Args:
        layout: Paths of the storage folder.
        blobs: Where the bytes are.
        lock: Held alone while anything is removed.
        backups: Whose unfinished folders go too.
        catalogue: Tells what is needed.
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
        documents = [path for path in self._layout.documents() if not self._has_row(path)]
        blobs = [info for info in self._blobs.list() if not self._is_needed(info.sha256)]
        if dry_run:
            return self._report(self._staged(), documents, blobs)
        with self._lock.alone(wait_seconds=_WAIT_SECONDS) as acquired:
            if not acquired:
                return LeftoverReport(
                    staged=[], documents=[], blobs=[], freed_bytes=0, postponed=True
                )
            documents = [path for path in documents if not self._has_row(path)]
            blobs = [info for info in blobs if not self._is_needed(info.sha256)]
            report = self._report(self._staged(), documents, blobs)
            self._remove(self._staged(), documents, blobs)
        return report

    def _staged(self) -> list[Path]:
        return sorted(self._layout.staging.iterdir()) + self._backups.partial_folders()

    def _has_row(self, path: Path) -> bool:
        name = self._layout.relative(path)
        query = select(exists().where(VERSIONS.c.version_id == path.stem.partition("+")[0],
                                      VERSIONS.c.metadata_path == name))  # fmt: skip
        with self._catalogue.read() as connection:
            return bool(connection.execute(query).scalar_one())

    def _is_needed(self, sha256: str) -> bool:
        query = select(exists().where(VERSION_FILES.c.sha256 == sha256))
        with self._catalogue.read() as connection:
            return bool(connection.execute(query).scalar_one())

    def _report(
        self, staged: list[Path], documents: list[Path], blobs: list[BlobInfo]
    ) -> LeftoverReport:
        return LeftoverReport(
            staged=[path.name for path in staged],
            documents=[self._layout.relative(path) for path in documents],
            blobs=[info.sha256 for info in blobs],
            freed_bytes=sum(_size(path) for path in staged + documents)
            + sum(info.stored_bytes for info in blobs),
        )

    def _remove(self, staged: list[Path], documents: list[Path], blobs: list[BlobInfo]) -> None:
        with durable.disk_errors(self._layout.root):
            for path in staged + documents:
                # Whoever deletes a version removes its document too, without this lock.
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            for info in blobs:
                self._blobs.delete(info.sha256)


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    total = 0
    for file in files:
        with suppress(FileNotFoundError):
            total += file.stat().st_size if file.is_file() else 0
    return total
