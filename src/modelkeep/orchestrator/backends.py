"""Picks where a registry lies by its configuration: which databases, which blobs, which lock."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from modelkeep.catalogue.catalogue import HEAD, Catalogue
from modelkeep.catalogue.dialects import sqlite
from modelkeep.catalogue.dialects.base import ChangeCounter
from modelkeep.clock import Clock, SystemClock
from modelkeep.errors import (
    DamagedCatalogueError,
    InvalidSettingError,
    StorageUnavailableError,
    without_password,
)
from modelkeep.models import ModelVersioningConfig
from modelkeep.storage import durable
from modelkeep.storage.blobs import Blobs, LocalBlobs
from modelkeep.storage.layout import StoreLayout
from modelkeep.storage.locks import FileLock, StoreLock

_SQLITE, _POSTGRESQL = "sqlite:///", "postgresql"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backends:
    """What a registry is made of.

    Attributes:
        place: How it is called.
        layout: Paths of files on this machine: all of the registry, or only what is kept here.
        blobs: Where the packs are.
        lock: Keeps writers and the collector apart.
        catalogue: What is known.
        evidence: What was recorded of rollouts and experiments.
        tracking: What versions did in use.
        changes: Makes what counts the changes of the catalogue.
        clock: The time that all machines share, for leases: that of the database server, or of the
            one machine.
        prepare_blobs: Makes the place of the blobs, durably.
    """

    place: str
    layout: StoreLayout
    blobs: Blobs
    lock: StoreLock
    catalogue: Catalogue
    evidence: Catalogue
    tracking: Catalogue
    changes: Callable[[], ChangeCounter]
    clock: Clock
    prepare_blobs: Callable[[], None]

    @property
    def owner(self) -> str:
        """Tells the backups of this registry from those of others."""
        return hashlib.sha256(os.fsencode(self.place)).hexdigest()[:16]

    def close(self) -> None:
        """Close all databases."""
        for database in (self.tracking, self.evidence, self.catalogue):
            database.close()


def is_remote(storage_path: str) -> bool:
    """Whether the bytes lie in an object store."""
    return "://" in storage_path


def choose_backends(config: ModelVersioningConfig) -> Backends:
    """Return what a registry is made of; nothing is opened yet.

    Args:
        config: `storage_path` is a folder or the URL of an object store; `catalogue_url` names a
            database of PostgreSQL or a file of SQLite, and may be left out for a folder.

    Raises:
        InvalidSettingError: They cannot be used, or not together.
        MissingExtraError: A library for them is not installed.
    """
    layout = layout_of(config)
    blobs, prepare_blobs = _blobs(config, layout)
    url = config.catalogue_url
    if url.startswith(_POSTGRESQL):
        return _with_postgresql(config, layout, blobs, prepare_blobs)
    if url and not url.startswith(_SQLITE):
        expected = "postgresql://user:password@host/database, sqlite:///path, or empty"
        raise InvalidSettingError("catalogue_url", without_password(url), expected)
    if is_remote(config.storage_path) and not url:
        expected = "the database beside an object store, such as postgresql://host/database"
        raise InvalidSettingError("catalogue_url", url, expected)
    return _with_sqlite(config, layout, blobs, prepare_blobs)


def layout_of(config: ModelVersioningConfig) -> StoreLayout:
    """Return the paths of the files that this machine has of a registry."""
    return StoreLayout(_folder(config))


def _folder(config: ModelVersioningConfig) -> Path:
    if not is_remote(config.storage_path):
        return Path(config.storage_path).absolute()
    # Files that are being written, and copies of what was read: nothing that cannot be lost.
    name = hashlib.sha256(config.storage_path.encode()).hexdigest()[:16]
    return Path(config.work_path).expanduser().absolute() / name


def _blobs(config: ModelVersioningConfig, layout: StoreLayout) -> tuple[Blobs, Callable[[], None]]:
    if not is_remote(config.storage_path):
        local = LocalBlobs(layout.blobs)
        return local, local.prepare
    # obstore is an extra.
    from modelkeep.storage.blobs.cached import CachedBlobs
    from modelkeep.storage.blobs.objects import open_object_store

    objects = open_object_store(config.storage_path)
    cached = CachedBlobs(objects, layout.root / "read", config.cache_bytes)
    return cached, lambda: None


def _with_sqlite(
    config: ModelVersioningConfig,
    layout: StoreLayout,
    blobs: Blobs,
    prepare_blobs: Callable[[], None],
) -> Backends:
    path = layout.catalogue_file
    evidence, tracking, lock = layout.evidence_file, layout.tracking_file, layout.lock_file
    if config.catalogue_url:
        path = Path(config.catalogue_url.removeprefix(_SQLITE)).absolute()
        evidence = path.with_name(f"{path.stem}-evidence.sqlite")
        tracking = path.with_name(f"{path.stem}-tracking.sqlite")
        lock = path.with_name(f"{path.stem}-lock")
    return Backends(
        place=str(layout.root) if not config.catalogue_url else config.storage_path,
        layout=layout,
        blobs=blobs,
        lock=FileLock(lock),
        catalogue=sqlite_at(path, config),
        evidence=sqlite_at(evidence, config, survives_power_loss=False),
        tracking=sqlite_at(tracking, config, survives_power_loss=False),
        changes=lambda: sqlite.ChangeCounter(path),
        clock=SystemClock(),
        prepare_blobs=prepare_blobs,
    )


def sqlite_at(
    path: Path, config: ModelVersioningConfig, *, survives_power_loss: bool = True
) -> Catalogue:
    """Return a database in a file."""
    engine = sqlite.open_engine(
        path,
        busy_timeout_seconds=config.busy_timeout_seconds,
        survives_power_loss=survives_power_loss,
    )
    return Catalogue(engine=engine, path=path)


def _with_postgresql(
    config: ModelVersioningConfig,
    layout: StoreLayout,
    blobs: Blobs,
    prepare_blobs: Callable[[], None],
) -> Backends:
    # psycopg is an extra.
    from sqlalchemy import make_url

    from modelkeep.catalogue.dialects import postgresql
    from modelkeep.catalogue.dialects.postgresql_hints import PostgresHints
    from modelkeep.catalogue.dialects.postgresql_lock import AdvisoryLock

    seconds = config.busy_timeout_seconds
    made: dict[str, Catalogue] = {}
    engines = {}
    for room, durable_room in (("catalogue", True), ("evidence", False), ("tracking", False)):
        engines[room] = postgresql.open_engine(
            config.catalogue_url, room=room, busy_timeout_seconds=seconds, durable=durable_room
        )
        name = make_url(config.catalogue_url).render_as_string(hide_password=True)
        hints = PostgresHints(engines[room]) if room == "catalogue" else None
        made[room] = Catalogue(
            engine=engines[room],
            path=Path(name),
            name=name,
            dialect=postgresql,
            hints=hints,
            look_up_seconds=seconds,
        )
    return Backends(
        place=config.storage_path if is_remote(config.storage_path) else str(layout.root),
        layout=layout,
        blobs=blobs,
        lock=AdvisoryLock(engines["catalogue"], name=made["catalogue"].name, wait_seconds=seconds),
        changes=lambda: postgresql.ChangeCounter(engines["catalogue"]),
        clock=postgresql.ServerClock(engines["catalogue"]),
        prepare_blobs=prepare_blobs,
        **made,
    )


def bring_up_to_date(backends: Backends, config: ModelVersioningConfig) -> None:
    """Make what is missing: the folder, the tables.

    Raises:
        DamagedCatalogueError: The catalogue is damaged, or missing beside its versions.
        NewerFormatError: A later release wrote it.
        StorageUnavailableError: The place cannot be used.
    """
    backends.layout.prepare(backends.prepare_blobs)
    catalogue, path = backends.catalogue, backends.catalogue.path
    is_file = not config.catalogue_url.startswith(_POSTGRESQL)
    is_there = not is_file or (path.is_file() and path.stat().st_size)
    if is_there and catalogue.schema_revision() == HEAD:
        return
    with backends.lock.alone(wait_seconds=config.busy_timeout_seconds) as acquired:
        if not acquired:
            raise StorageUnavailableError(
                backends.place, "others are writing while the catalogue must be brought up to date"
            )
        is_empty = not path.is_file() if is_file else not catalogue.schema_revision()
        if is_empty and next(backends.blobs.list(), None) is not None:
            raise DamagedCatalogueError(str(path), "it is missing beside the documents of versions")
        if not is_file:
            catalogue.migrate()
            return
        with durable.disk_errors(path):
            backends.layout.folders.make(path.parent)
            catalogue.migrate()
            durable.sync_folder(path.parent)
