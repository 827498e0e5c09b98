"""A folder with backups of whole registries.

modelkeep-backup.json            which format the folder has
blobs/ab/ab12…                   packs by their BLAKE3, read-only, each copied once
snapshots/20260131T120000…Z/     a moment of a registry, in UTC
    catalogue.sqlite             its catalogue, one file without a log
    snapshot.json                which packs that needs, and the digests of it and of this
tmp/                             what is being written
lock                             held by who adds or restores (shared), alone by who removes

A snapshot is made under tmp/ and renamed when all it needs is durable; so each that has its name
can be restored. Without snapshot.json it does not count.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from modelkeep.errors import (
    IntegrityError,
    InvalidInputError,
    NewerFormatError,
    NotFoundError,
    StorageReadOnlyError,
    StorageUnavailableError,
)
from modelkeep.storage import backup_snapshot, durable
from modelkeep.storage.backup_snapshot import CATALOGUE, DESCRIPTION, Snapshot
from modelkeep.storage.blobs import LocalBlobs
from modelkeep.storage.locks import FileLock

BACKUP_FORMAT = 1
_MOMENT = "%Y%m%dT%H%M%S%fZ"
_NAME = re.compile(r"\d{8}T\d{12}Z")
_STAGED_FORMAT = ".modelkeep-backup-"
_PRUNE_WAIT_SECONDS = 2.0
_TAKEN = (errno.EEXIST, errno.ENOTEMPTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class PruneReport:
    """What was removed from a backup folder.

    Attributes:
        snapshots: Names of old snapshots.
        packs: How many packs no snapshot needs any more.
        freed_bytes: How much room all that took.
    """

    snapshots: list[str]
    packs: int
    freed_bytes: int


class BackupFolder:
    """Snapshots, and the packs that they share.

    Args:
        root: The folder; `prepare` makes it.

    Attributes:
        blobs: The packs.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.blobs = LocalBlobs(root / "blobs")
        self._format_file = root / "modelkeep-backup.json"
        self._snapshots = root / "snapshots"
        self._staging = root / "tmp"
        self._folders = durable.Folders()
        self._lock = FileLock(root / "lock")

    def prepare(self) -> None:
        """Make the folder, or check the one that is there, and clear what crashes left in it.

        Raises:
            InvalidInputError: It is a folder of something else.
            NewerFormatError: A later release wrote it.
            IntegrityError: Its format file is damaged.
            StorageUnavailableError: It cannot be written.
        """
        with durable.disk_errors(self.root):
            self._folders.make(self.root)
            if not self._format_file.exists():
                self._write_format()
            self.check()
            for folder in (self._snapshots, self._staging, self.root / "blobs"):
                self._folders.make(folder)
            with self._lock.alone(wait_seconds=0) as acquired:
                if acquired:
                    self._clear_staging()

    def _write_format(self) -> None:
        strange = [p.name for p in self.root.iterdir() if not p.name.startswith(_STAGED_FORMAT)]
        # Another process may have made the folder since we looked.
        if strange and not self._format_file.exists():
            raise InvalidInputError(
                f"{self.root} holds other things ({strange[0]}); "
                "name an empty or new folder, or one with backups of registries"
            )
        content = json.dumps({"modelkeep_backup": BACKUP_FORMAT}).encode() + b"\n"
        staging = self.root / f"{_STAGED_FORMAT}{uuid.uuid4().hex}"
        durable.write_file(self._format_file, content, staging=staging, folders=self._folders)

    def check(self) -> None:
        """Check that this is a backup folder that this release can read."""
        try:
            found = json.loads(self._format_file.read_bytes())["modelkeep_backup"]
        except (FileNotFoundError, NotADirectoryError) as error:
            raise InvalidInputError(
                f"{self.root} is no folder with backups of registries: "
                f"there is no {self._format_file.name} in it"
            ) from error
        except (ValueError, KeyError, TypeError) as error:
            raise IntegrityError(
                str(self._format_file),
                detail=f'it is not {{"modelkeep_backup": {BACKUP_FORMAT}}}',
            ) from error
        if not isinstance(found, int) or found > BACKUP_FORMAT:
            raise NewerFormatError(str(self.root), found, BACKUP_FORMAT)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep those away who remove; from a medium that cannot be written nobody does."""
        with ExitStack() as stack:
            with suppress(StorageReadOnlyError):
                stack.enter_context(self._lock.writing())
            yield

    @contextmanager
    def staging_folder(self) -> Iterator[Path]:
        """Give a new folder to write in; what is still there when the block ends is removed."""
        folder = self._staging / uuid.uuid4().hex
        folder.mkdir()
        try:
            yield folder
        finally:
            if folder.exists():
                shutil.rmtree(folder)

    def has_pack(self, name: str, size: int) -> bool:
        """Whether a pack is there, as long as it must be."""
        try:
            return self.blobs.path(name).stat().st_size == size
        except (FileNotFoundError, NotADirectoryError):
            return False

    def names(self) -> list[str]:
        """Return the names of the snapshots, in the order in which they were taken."""
        return sorted(filter(_NAME.fullmatch, self._complete()))

    def _complete(self) -> list[str]:
        """Return the names of all snapshots, also of those that someone gave another name."""
        return [path.parent.name for path in self._snapshots.glob(f"*/{DESCRIPTION}")]

    def catalogue_file(self, name: str) -> Path:
        """Return the catalogue of a snapshot."""
        return self._snapshots / name / CATALOGUE

    def read(self, name: str) -> Snapshot:
        """Return a snapshot.

        Raises:
            NotFoundError: There is none of this name.
            IntegrityError: What is told of it is damaged.
            NewerFormatError: It is of a registry that a later release wrote.
        """
        if name not in self._complete():
            names = self.names()
            known = f"the newest is {names[-1]}" if names else "it has none that is complete"
            raise NotFoundError(f"no snapshot {name!r} in {self.root}; {known}")
        return backup_snapshot.read(self._snapshots / name)

    def add(self, staged: Path, snapshot: Snapshot, taken_at: datetime) -> str:
        """Let a snapshot count whose catalogue is in a staged folder; return its name.

        Args:
            staged: The folder; it is taken over.
            snapshot: What is in it; its packs are there. Its own name does not count.
            taken_at: Names it, unless an earlier one has a later name.
        """
        (staged / CATALOGUE).chmod(durable.READ_ONLY_MODE)
        durable.sync_file(staged / CATALOGUE)
        durable.write_file(
            staged / DESCRIPTION,
            backup_snapshot.encode(snapshot),
            staging=staged / "new.json",
            folders=self._folders,
        )
        self._settle(snapshot.packs)
        name = self._rename(staged, taken_at)
        durable.sync_folder(self._snapshots)
        return name

    def _settle(self, packs: Iterable[str]) -> None:
        """Sync the names of packs, as who wrote them may have died before it did."""
        for folder in sorted({self.blobs.path(name).parent for name in packs}):
            durable.sync_folder(folder)
        durable.sync_folder(self.root / "blobs")

    def _rename(self, staged: Path, moment: datetime) -> str:
        for last in self.names()[-1:]:
            # A clock may stand still or go back; the order of names stays that of snapshots.
            earlier = datetime.strptime(last, _MOMENT).replace(tzinfo=UTC)
            moment = max(moment, earlier + timedelta(microseconds=1))
        while True:
            name = moment.strftime(_MOMENT)
            try:
                os.replace(staged, self._snapshots / name)
            except OSError as error:
                if error.errno not in _TAKEN:
                    raise
                moment += timedelta(microseconds=1)
            else:
                return name

    def prune(self, *, keep: int, storage_path: str) -> PruneReport:
        """Remove all but the newest snapshots of a registry, and packs that none needs any more.

        Args:
            keep: How many stay.
            storage_path: Where the registry is; snapshots of others stay.

        Raises:
            InvalidInputError: None would stay.
            IntegrityError: It cannot be told what a snapshot needs; nothing is removed.
            StorageUnavailableError: Others add or restore.
        """
        if keep < 1:
            raise InvalidInputError(f"{keep} snapshots cannot be kept; it must be 1 or more")
        with (
            durable.disk_errors(self.root),
            self._lock.alone(wait_seconds=_PRUNE_WAIT_SECONDS) as (acquired),
        ):
            if not acquired:
                raise StorageUnavailableError(
                    str(self.root), "others back up or restore; old snapshots stay until next time"
                )
            return self._prune(keep, storage_path)

    def _prune(self, keep: int, storage_path: str) -> PruneReport:
        everything = {name: self.read(name) for name in self._complete()}
        own = [name for name in self.names() if everything[name].storage_path == storage_path]
        gone = own[:-keep]
        for name in gone:
            os.replace(self._snapshots / name, self._staging / uuid.uuid4().hex)
        # Gone for good before anything is that it needs.
        durable.sync_folder(self._snapshots)
        old = [everything.pop(name) for name in gone]
        needed = {pack for each in everything.values() for pack in each.packs}
        packs = [info.name for info in self.blobs.list() if info.name not in needed]
        freed = sum(self.blobs.delete(name) for name in packs)
        freed += sum(each.catalogue_bytes for each in old)
        self._clear_staging()
        for path in self.root.glob(f"{_STAGED_FORMAT}*"):
            path.unlink(missing_ok=True)
        return PruneReport(snapshots=gone, packs=len(packs), freed_bytes=freed)

    def _clear_staging(self) -> None:
        for path in self._staging.iterdir():
            shutil.rmtree(path)
