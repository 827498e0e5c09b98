"""Removes what crashes and races left behind: staged files, and packs that never counted."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
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
# How long writers wait for the collector at most, beside one look at the catalogue.
_TURN_SECONDS = 0.05
_PACKS_AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftoverReport:
    """What was left behind, and removed unless it was a dry run.

    Attributes:
        staged: Files and folders that were being written, relative to the storage folder.
        packs: Names of packs that never counted, or do no more.
        freed_bytes: How much room all that takes.
        postponed: Whether writers were at work all the time, so that something had to stay.
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

        What is suspected is looked up without the lock, so that writers wait only while some of it
        is looked at again and removed; then they have their turn.

        Args:
            dry_run: Only say what would go; while others write, that may name what they need.
        """
        suspects = self._uncounted(self._blobs.list())
        if dry_run:
            staged = self._staged()
            freed = sum(map(_size, staged)) + sum(info.stored_bytes for info in suspects)
            return _report(staged, suspects, freed)
        removed = _Removed()
        done = False
        while not done:
            with self._lock.alone(wait_seconds=_WAIT_SECONDS) as acquired:
                if not acquired:
                    return _report(removed.staged, removed.packs, removed.freed_bytes, late=True)
                with durable.disk_errors(self._layout.root):
                    done = self._remove_some(suspects, removed)
            if not done:
                self._catalogue.give_way()
        return _report(removed.staged, removed.packs, removed.freed_bytes)

    def _staged(self) -> list[Path]:
        return sorted(self._layout.staging.iterdir()) + self._backups.partial_folders()

    def _uncounted(self, infos: Iterable[BlobInfo]) -> list[BlobInfo]:
        with self._catalogue.read() as connection:
            return _not_counted(connection, infos)

    def _uncounted_for_certain(self, infos: Iterable[BlobInfo]) -> list[BlobInfo]:
        # In its turn as a writer: nobody commits in between, and who lost the lock will not after.
        with self._catalogue.write() as connection:
            return _not_counted(connection, infos)

    def _remove_some(self, suspects: list[BlobInfo], removed: _Removed) -> bool:
        """Remove for as long as writers may wait, then let them have their turn.

        Args:
            suspects: Those that were dealt with are taken out.
            removed: Takes what was removed.

        Returns:
            Whether nothing is left.
        """
        until = time.monotonic() + _TURN_SECONDS
        staged = self._staged()[::-1]
        while staged:
            path = staged.pop()
            removed.freed_bytes += _size(path)
            removed.staged.append(path)
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            if time.monotonic() > until:
                return not (staged or suspects)
        looked_at = [suspects.pop() for _ in range(min(len(suspects), _PACKS_AT_ONCE))]
        certain = self._uncounted_for_certain(looked_at)
        while certain:
            info = certain.pop()
            self._blobs.delete(info.name)
            removed.freed_bytes += info.stored_bytes
            removed.packs.append(info)
            if time.monotonic() > until:
                suspects += certain
                break
        return not suspects


@dataclass(slots=True)
class _Removed:
    """What was removed so far."""

    staged: list[Path] = field(default_factory=list)
    packs: list[BlobInfo] = field(default_factory=list)
    freed_bytes: int = 0


def _report(
    staged: Iterable[Path], packs: Iterable[BlobInfo], freed_bytes: int, *, late: bool = False
) -> LeftoverReport:
    return LeftoverReport(
        staged=[path.name for path in staged],
        packs=sorted(info.name for info in packs),
        freed_bytes=freed_bytes,
        postponed=late,
    )


def _not_counted(connection: Connection, infos: Iterable[BlobInfo]) -> list[BlobInfo]:
    found: list[BlobInfo] = []
    rest = iter(infos)
    while batch := list(islice(rest, _PACKS_AT_ONCE)):
        known = chunks.known_packs(connection, [bytes.fromhex(info.name) for info in batch])
        found += [info for info in batch if bytes.fromhex(info.name) not in known]
    return found


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    total = 0
    for file in files:
        with suppress(FileNotFoundError):
            total += file.stat().st_size if file.is_file() else 0
    return total
