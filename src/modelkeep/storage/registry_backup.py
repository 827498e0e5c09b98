"""Backs up the whole registry: a moment of its catalogue, and the packs that this needs.

The catalogue is copied first, then the packs that the copy names and the backup folder does not
have. Packs may be removed meanwhile, as versions are deleted and garbage is collected: then the
catalogue is copied anew, and what was copied already stays. Nothing in the registry is changed,
and nobody who writes to it waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from modelkeep.catalogue import chunks, snapshots
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.snapshots import SnapshotContent
from modelkeep.clock import Clock
from modelkeep.errors import IntegrityError, InvalidInputError, StorageUnavailableError
from modelkeep.storage import durable, verified_copy
from modelkeep.storage.backup_folder import BackupFolder, PruneReport
from modelkeep.storage.backup_snapshot import CATALOGUE, Snapshot
from modelkeep.storage.blobs import Blobs
from modelkeep.storage.hashing import Progress, hash_file, no_progress
from modelkeep.storage.layout import STORE_FORMAT, StoreLayout

_MOST_ATTEMPTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupReport:
    """What a backup added.

    Attributes:
        snapshot: Its name, by which it is restored.
        versions: How many versions the registry had.
        packs_copied: How many packs were copied.
        packs_present: How many packs the folder had already.
        copied_bytes: How much was written: packs and catalogue.
        stored_bytes: The size of all that a restore needs.
    """

    snapshot: str
    versions: int
    packs_copied: int
    packs_present: int
    copied_bytes: int
    stored_bytes: int


class RegistryBackup:
    """Writes backups of one registry.

    Args:
        layout: Paths of the storage folder.
        blobs: Where the packs are.
        catalogue: Tells which packs count.
        clock: Names snapshots.
    """

    def __init__(
        self, *, layout: StoreLayout, blobs: Blobs, catalogue: Catalogue, clock: Clock
    ) -> None:
        self._layout = layout
        self._blobs = blobs
        self._catalogue = catalogue
        self._clock = clock

    def missing_bytes(self, folder: str | Path) -> int:
        """Return the size of the packs that a backup to this folder would copy now."""
        target = BackupFolder(self._checked(folder))
        with self._catalogue.read() as connection:
            known = {each.pack.hex(): each.stored_bytes for each in chunks.packs(connection)}
        with durable.disk_errors(target.root):
            return sum(size for name, size in known.items() if not target.has_pack(name, size))

    def backup(self, folder: str | Path, *, progress: Progress = no_progress) -> BackupReport:
        """Add a snapshot of the registry to a folder; it can be restored when this returns.

        Args:
            folder: Made when it is missing; else empty, or with backups in it.
            progress: Told of the bytes of packs that are copied.

        Raises:
            InvalidInputError: It is a folder of something else.
            IntegrityError: The registry is damaged; no snapshot is added.
            NewerFormatError: A later release wrote the folder.
            StorageUnavailableError: It could not be written.
        """
        target = BackupFolder(self._checked(folder))
        target.prepare()
        copied: dict[str, int] = {}
        with (
            durable.disk_errors(target.root),
            target.held(),
            target.staging_folder() as staged,
        ):
            moment, content = self._copy(target, staged, copied, progress)
            digest, size = hash_file(staged / CATALOGUE)
            snapshot = Snapshot(
                name="",
                storage_path=str(self._layout.root),
                store_format=STORE_FORMAT,
                versions=content.versions,
                catalogue_sha256=digest,
                catalogue_bytes=size,
                packs=content.packs,
            )
            name = target.add(staged, snapshot, moment)
        return _report(name, snapshot, copied)

    def prune(self, folder: Path, *, keep: int) -> PruneReport:
        """Remove all but the newest snapshots of this registry, and packs that none needs any more.

        Args:
            folder: With backups in it; those of other registries stay.
            keep: How many stay.

        Raises:
            InvalidInputError: None would stay, or it is no folder with backups.
            IntegrityError: It cannot be told what a snapshot needs; nothing is removed.
            StorageUnavailableError: Others back up or restore.
        """
        target = BackupFolder(self._checked(folder))
        with durable.disk_errors(target.root):
            target.check()
        return target.prune(keep=keep, storage_path=str(self._layout.root))

    def _checked(self, folder: str | Path) -> Path:
        place, storage = Path(folder).resolve(), self._layout.root.resolve()
        if place == storage or storage in place.parents or place in storage.parents:
            raise InvalidInputError(
                f"backups cannot go to {folder}: it and the registry {self._layout.root} "
                "must not lie in one another"
            )
        return place

    def _copy(
        self, target: BackupFolder, staged: Path, copied: dict[str, int], progress: Progress
    ) -> tuple[datetime, SnapshotContent]:
        """Copy the catalogue and the packs it needs; return when that was, and what is in it."""
        for _ in range(_MOST_ATTEMPTS):
            moment = self._clock.now()
            content = snapshots.take(self._catalogue, staged / CATALOGUE)
            if self._copy_packs(content.packs, target, staged, copied, progress):
                return moment, content
        raise StorageUnavailableError(
            str(self._layout.root),
            f"packs were removed while they were copied, {_MOST_ATTEMPTS} times; try again",
        )

    def _copy_packs(
        self,
        packs: dict[str, int],
        target: BackupFolder,
        staged: Path,
        copied: dict[str, int],
        progress: Progress,
    ) -> bool:
        """Copy what the folder does not have; return whether it has all then."""
        complete = True
        for name, size in packs.items():
            if target.has_pack(name, size):
                continue
            try:
                copied[name] = verified_copy.copy_pack(
                    name, self._blobs, target.blobs, staging=staged / name, progress=progress
                )
            except IntegrityError:
                if self._counts(name):
                    raise
                # Removed since the catalogue was copied. The others are worth copying all the
                # same: the next attempt then has little left to do, and wins the race.
                complete = False
        return complete

    def _counts(self, name: str) -> bool:
        with self._catalogue.read() as connection:
            return chunks.is_known_pack(connection, bytes.fromhex(name))


def _report(name: str, snapshot: Snapshot, copied: dict[str, int]) -> BackupReport:
    new = copied.keys() & snapshot.packs.keys()
    return BackupReport(
        snapshot=name,
        versions=snapshot.versions,
        packs_copied=len(new),
        packs_present=len(snapshot.packs) - len(new),
        copied_bytes=sum(copied.values()) + snapshot.catalogue_bytes,
        stored_bytes=snapshot.stored_bytes,
    )
