"""Makes a registry from a backup folder, in a place where there is none.

It is built beside its place under a name of its own and renamed when all of it is durable, so that
what is interrupted leaves nothing that looks like a registry. The next one to the same place
removes that.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from modelkeep.errors import (
    IntegrityError,
    InvalidInputError,
    ModelkeepError,
    NewerFormatError,
    NotFoundError,
)
from modelkeep.storage import durable, verified_copy
from modelkeep.storage.backup_folder import BackupFolder
from modelkeep.storage.backup_snapshot import Snapshot
from modelkeep.storage.blobs import LocalBlobs
from modelkeep.storage.hashing import Progress, no_progress
from modelkeep.storage.layout import StoreLayout
from modelkeep.storage.locks import FileLock


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreReport:
    """A registry that was made from a backup.

    Attributes:
        path: Its storage folder.
        snapshot: The moment it is of.
        storage_path: Where the registry was at that moment.
        versions: How many versions it has.
        packs: How many packs it has.
        stored_bytes: The size of all that was copied.
    """

    path: Path
    snapshot: str
    storage_path: str
    versions: int
    packs: int
    stored_bytes: int


def find_snapshot(folder: Path, name: str | None = None) -> Snapshot:
    """Return a snapshot of a backup folder.

    Args:
        folder: The folder with backups.
        name: Of the snapshot; None for the newest.

    Raises:
        InvalidInputError: It is no such folder, or no snapshot is named where several registries
            have some.
        NotFoundError: There is no such snapshot.
        IntegrityError: What is told of it is damaged.
        NewerFormatError: A later release wrote it.
    """
    source = BackupFolder(folder.resolve())
    with durable.disk_errors(source.root):
        source.check()
        if name is not None:
            return source.read(name)
        names = source.names()
        if not names:
            raise NotFoundError(f"{folder} holds no snapshot that is complete")
        newest = source.read(names[-1])
        for each in names:
            # Another one that is damaged is no reason not to restore this one.
            with suppress(IntegrityError, NewerFormatError):
                if (other := source.read(each)).storage_path != newest.storage_path:
                    raise InvalidInputError(
                        f"{folder} holds backups of {other.storage_path} and of "
                        f"{newest.storage_path}; name a snapshot, like {each} or {newest.name}"
                    )
    return newest


def restore_registry(
    folder: Path, into: Path, *, snapshot: str | None = None, progress: Progress = no_progress
) -> RestoreReport:
    """Make a registry as it was at the moment of a snapshot.

    Every byte is held against its digest on the way.

    Args:
        folder: The folder with backups.
        into: The new storage folder: missing, or empty.
        snapshot: Name of the snapshot; None for the newest.
        progress: Told of the bytes of packs and catalogue.

    Raises:
        InvalidInputError: Something is in the new place, or there are no backups in the folder.
        NotFoundError: There is no such snapshot.
        IntegrityError: Something in the backup is missing or damaged.
        NewerFormatError: A later release wrote it.
        StorageUnavailableError: The new place cannot be written.
    """
    source, place = BackupFolder(folder.resolve()), into.resolve()
    with durable.disk_errors(source.root):
        source.check()
    if source.root in place.parents:
        raise InvalidInputError(f"{place} is in the folder with the backups; name one elsewhere")
    with source.held():
        chosen = find_snapshot(folder, snapshot)
        _check_empty(place)
        with durable.disk_errors(place), _partial(place) as partial:
            _fill(partial, source, chosen, progress)
            os.replace(partial, place)
            durable.sync_folder(place.parent)
    return RestoreReport(
        path=place,
        snapshot=chosen.name,
        storage_path=chosen.storage_path,
        versions=chosen.versions,
        packs=len(chosen.packs),
        stored_bytes=chosen.stored_bytes,
    )


def _check_empty(place: Path) -> None:
    with durable.disk_errors(place):
        if place.exists() and (not place.is_dir() or any(place.iterdir())):
            raise InvalidInputError(f"{place} is not empty; name a new folder for the registry")
        if place.is_mount():
            raise InvalidInputError(
                f"{place} is where a file system is mounted, so nothing can take its place at "
                "once; name a new folder in it"
            )


@contextmanager
def _partial(place: Path) -> Iterator[Path]:
    """Give a new folder beside the place; what is still there when the block ends is removed."""
    durable.Folders().make(place.parent)
    prefix = f".{place.name}.restoring-"
    for path in place.parent.iterdir():
        if path.name.startswith(prefix):
            _remove_abandoned(path)
    partial = place.with_name(prefix + uuid.uuid4().hex)
    partial.mkdir()
    try:
        yield partial
    finally:
        if partial.exists():
            shutil.rmtree(partial)


def _remove_abandoned(partial: Path) -> None:
    # What cannot be removed is in nobody's way.
    with (
        suppress(ModelkeepError, OSError),
        FileLock(StoreLayout(partial).lock_file).alone(wait_seconds=0) as acquired,
    ):
        if acquired:
            shutil.rmtree(partial)


def _fill(root: Path, source: BackupFolder, snapshot: Snapshot, progress: Progress) -> None:
    layout = StoreLayout(root)
    with FileLock(layout.lock_file).writing():
        blobs = LocalBlobs(layout.blobs)
        layout.prepare(blobs.prepare)
        # The catalogue first, so that damage in it is told at once; it gets its name last.
        catalogue = layout.staging_path()
        path = source.catalogue_file(snapshot.name)
        if not path.is_file():
            raise IntegrityError(str(path), detail="it is missing")
        with path.open("rb") as stream:
            verified_copy.copy_verified(
                stream,
                catalogue,
                digest=snapshot.catalogue_sha256,
                algorithm="sha256",
                where=str(path),
                progress=progress,
            )
        durable.sync_file(catalogue)
        for name in snapshot.packs:
            staging = layout.staging_path()
            verified_copy.copy_pack(name, source.blobs, blobs, staging=staging, progress=progress)
        os.replace(catalogue, layout.catalogue_file)
        durable.sync_folder(root)
