"""Builds the services and picks their backends; the only place that does."""

from __future__ import annotations

import getpass
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from modelkeep.catalogue import salvage
from modelkeep.catalogue.abort_requests import AbortRequests
from modelkeep.catalogue.evidence import EvidenceStore
from modelkeep.catalogue.tracked import TrackedStore
from modelkeep.clock import Clock, SystemClock
from modelkeep.comparison.version_comparator import VersionComparator
from modelkeep.config import resolve_config, with_overrides
from modelkeep.deployment.deployment_manager import DeploymentManager
from modelkeep.deployment.experiments import Experiments
from modelkeep.deployment.rollout import Rollouts
from modelkeep.deployment.rollouts.announcing import Announcer
from modelkeep.deployment.rollouts.conductor import Conductor
from modelkeep.deployment.rollouts.driver import RolloutDriver
from modelkeep.deployment.stages import Stages
from modelkeep.errors import (
    ClosedError,
    InvalidSettingError,
    StorageUnavailableError,
)
from modelkeep.identifiers import VersionIds
from modelkeep.management import rebuild
from modelkeep.management.journal import Journal
from modelkeep.management.legacy_import import LegacyImporter
from modelkeep.management.load_counter import LoadCounter
from modelkeep.management.rebuild import RebuildReport
from modelkeep.management.trusting import TrustDesk
from modelkeep.management.version_manager import VersionManager
from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator.artifacts import StoredArtifacts
from modelkeep.orchestrator.backends import (
    Backends,
    bring_up_to_date,
    choose_backends,
    sqlite_at,
)
from modelkeep.orchestrator.observing import measured
from modelkeep.orchestrator.services import Services
from modelkeep.orchestrator.traffic import Traffic
from modelkeep.orchestrator.upkeep import Upkeep
from modelkeep.provenance.own_key import OwnKey, default_folder
from modelkeep.provenance.pinned import PinnedTrust
from modelkeep.storage import durable
from modelkeep.storage.backup import Backups
from modelkeep.storage.chunk_reader import ChunkReader
from modelkeep.storage.collector import Collector
from modelkeep.storage.compactor import Compactor
from modelkeep.storage.formats.base import FormatRegistry
from modelkeep.storage.hashing import Progress, no_progress
from modelkeep.storage.registry_backup import RegistryBackup
from modelkeep.storage.repacker import Repacker
from modelkeep.storage.scrub import Scrubber
from modelkeep.storage.version_storage_service import VersionStorageService
from modelkeep.telemetry.probe import NO_PROBE, Probe
from modelkeep.tracking.alerts.alerts import Alerts
from modelkeep.tracking.alerts.measuring import Measuring, metric_names
from modelkeep.tracking.alerts.telling import AlertAnnouncer
from modelkeep.tracking.alerts.watch import AlertWatch
from modelkeep.tracking.tracker import Tracker

_SQLITE_FILES = ("", "-wal", "-shm")


def resolve(overrides: Mapping[str, Any] | None = None) -> ModelVersioningConfig:
    """Return the configuration of this process: file and environment, then overrides."""
    return resolve_config(
        folder=Path.cwd(), environment=os.environ, overrides=dict(overrides or {})
    )


def open_services(
    config: ModelVersioningConfig, *, clock: Clock | None = None, probe: Probe = NO_PROBE
) -> Services:
    """Open a registry, and make it where there is none.

    Args:
        config: Where it is and how it behaves.
        clock: The time; that of this machine unless given.
        probe: Is told what the services do.

    Raises:
        InvalidInputError: The configuration cannot be used.
        DamagedCatalogueError: The catalogue is damaged or missing beside its versions.
        NewerFormatError: A later release wrote it.
        StorageUnavailableError: The place cannot be used.
    """
    config = _completed(config)
    backends = choose_backends(config)
    try:
        bring_up_to_date(backends, config)
    except BaseException:
        backends.close()
        raise
    return join_services(config, backends, clock, probe)


def open_traffic(config: ModelVersioningConfig, *, clock: Clock | None = None) -> Traffic:
    """Open what routes and records, and nothing else.

    That works also while the catalogue is away: routers start from the copies of their tables, and
    follow the catalogue when it is back.

    Args:
        config: Where the registry is.
        clock: The time; that of this machine unless given.
    """
    config = _completed(config)
    backends = choose_backends(config)

    def refuse(version_id: str, **_: object) -> NoReturn:
        raise ClosedError(f"{version_id} is not loaded: only routing is open; use connect()")

    return Traffic(
        layout=backends.layout,
        catalogue=backends.catalogue,
        evidence=EvidenceStore(database=backends.evidence),
        clock=clock or SystemClock(),
        load=refuse,
        changes=backends.changes,
        owns_catalogue=True,
    )


def _completed(config: ModelVersioningConfig) -> ModelVersioningConfig:
    """Check the configuration and fill in who acts."""
    config = with_overrides(config, {})
    return config if config.actor else replace(config, actor=_login_name())


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container may run under a number that has no name.
        return f"uid {os.getuid()}"


def join_services(
    config: ModelVersioningConfig, backends: Backends, given: Clock | None, probe: Probe = NO_PROBE
) -> Services:
    """Build the services of a registry that is up to date.

    Args:
        config: How it behaves.
        backends: What it is made of.
        given: The time; that of this machine, and for leases that of all, when it is None.
        probe: Is told what the services do.
    """
    clock, shared_clock = given or SystemClock(), given or backends.clock
    layout, blobs, lock = backends.layout, backends.blobs, backends.lock
    catalogue = backends.catalogue
    reader = ChunkReader(catalogue=catalogue, blobs=blobs)
    formats = FormatRegistry()
    own_folder = default_folder(os.environ, Path.home())
    backups = Backups(
        root=Path(config.backup_path).absolute(),
        owner=backends.owner,
    )
    storage = VersionStorageService(
        layout=layout,
        blobs=blobs,
        reader=reader,
        lock=lock,
        formats=formats,
        backups=backups,
        catalogue=catalogue,
        clock=clock,
        compress=config.compression_enabled,
        cache_bytes=config.cache_bytes,
    )
    collector = Collector(
        layout=layout, blobs=blobs, lock=lock, backups=backups, catalogue=catalogue
    )
    compactor = Compactor(layout=layout, blobs=blobs, reader=reader, lock=lock, catalogue=catalogue)
    repacker = Repacker(layout=layout, blobs=blobs, reader=reader, lock=lock, catalogue=catalogue)
    loads = LoadCounter(catalogue=catalogue, clock=clock)
    journal = Journal(clock=clock, actor=config.actor, probe=probe)
    parts: dict[str, Any] = {
        "catalogue": catalogue,
        "storage": storage,
        "collector": collector,
        "compactor": compactor,
        "repacker": repacker,
        "loads": loads,
        "trust": TrustDesk(own_key=OwnKey(own_folder), names=config.trusted_names, formats=formats),
        "pinned": PinnedTrust(own_folder),
        "config": config,
        "journal": journal,
        "ids": VersionIds(),
    }
    manager = measured(VersionManager, probe)(**parts)
    stages = Stages(journal=journal, check=manager.check_deployable)
    rollouts = measured(Rollouts, probe)(
        catalogue=catalogue,
        requests=AbortRequests(database=backends.evidence),
        config=config,
        journal=journal,
        stages=stages,
        check=manager.check_deployable,
        ids=VersionIds(),
    )
    evidence = EvidenceStore(database=backends.evidence)
    conductor = measured(Conductor, probe)(rollouts=rollouts, evidence=evidence, clock=clock)
    traffic = Traffic(
        layout=layout,
        catalogue=catalogue,
        evidence=evidence,
        clock=clock,
        load=manager.load_model,
        probe=probe,
        changes=backends.changes,
    )
    experiments = measured(Experiments, probe)(
        catalogue=catalogue,
        journal=journal,
        evidence=evidence,
        check=manager.check_deployable,
        ids=VersionIds(),
        recorder=traffic.record,
    )
    deployments = measured(DeploymentManager, probe)(
        catalogue=catalogue, config=config, stages=stages, rollouts=rollouts
    )
    tracked = TrackedStore(database=backends.tracking)
    alerts = Alerts(
        catalogue=catalogue,
        journal=journal,
        ids=VersionIds(),
        config=config,
        measure=Measuring(store=tracked, catalogue=catalogue),
        metrics=metric_names,
        announcer=AlertAnnouncer(catalogue=catalogue, journal=journal, secret_of=os.environ.get),
        rollback=lambda model_id, stage, serving, reason: deployments.rollback_deployment(
            model_id, stage, serving=serving, reason=reason
        ),
    )
    tracking = Tracker(store=tracked, versions=manager, clock=clock, probe=probe)
    scrubber = measured(Scrubber, probe)(
        catalogue=catalogue, storage=storage, blobs=blobs, cursor=layout.scrub_cursor
    )
    return Services(
        config=config,
        storage=storage,
        versions=manager,
        comparator=measured(VersionComparator, probe)(
            versions=manager,
            artifacts=StoredArtifacts(versions=manager),
            metric_tolerance=config.metric_tolerance,
        ),
        deployments=deployments,
        rollouts=rollouts,
        conductor=conductor,
        driver=RolloutDriver(
            conductor=conductor,
            rollouts=rollouts,
            catalogue=catalogue,
            clock=shared_clock,
            experiments=experiments,
            announcer=Announcer(catalogue=catalogue, journal=journal),
        ),
        traffic=traffic,
        experiments=experiments,
        tracking=tracking,
        alerts=alerts,
        watch=AlertWatch(alerts=alerts, catalogue=catalogue, clock=shared_clock),
        upkeep=Upkeep(
            versions=manager,
            tracking=tracking,
            conductor=conductor,
            scrubber=scrubber,
            catalogue=catalogue,
            config=config,
            clock=shared_clock,
        ),
        scrubber=scrubber,
        compactor=compactor,
        loads=loads,
        legacy=measured(LegacyImporter, probe)(**parts),
        registry_backup=measured(RegistryBackup, probe)(
            layout=layout, blobs=blobs, catalogue=catalogue, clock=clock
        ),
        catalogue=catalogue,
        clock=clock,
    )


def packs_bytes(config: ModelVersioningConfig) -> int:
    """Return the size of the packs that a rebuild looks through."""
    return sum(info.stored_bytes for info in choose_backends(config).blobs.list())


def rebuild_catalogue(
    config: ModelVersioningConfig,
    *,
    clock: Clock | None = None,
    progress: Progress = no_progress,
) -> RebuildReport:
    """Make the catalogue anew; the old one is kept beside it under another name.

    What the old catalogue still holds soundly is taken from it, with all that changed since the
    versions were created; the rest comes from the documents on disk.

    Args:
        config: Where the registry is.
        clock: The time; that of this machine unless given.
        progress: Told of the bytes of packs, as they are looked through.

    Raises:
        StorageUnavailableError: Others are writing.
    """
    config, clock = _completed(config), clock or SystemClock()
    backends = choose_backends(config)
    if config.catalogue_url.startswith("postgresql"):
        raise InvalidSettingError(
            "catalogue_url", "of PostgreSQL", "a file of SQLite: PostgreSQL has backups of its own"
        )
    layout, lock = backends.layout, backends.lock
    layout.prepare(backends.prepare_blobs)
    with lock.alone(wait_seconds=config.busy_timeout_seconds) as acquired:
        if not acquired:
            raise StorageUnavailableError(str(layout.root), "others are writing; stop them first")
        new_path = layout.staging_path().with_suffix(".sqlite")
        catalogue = sqlite_at(new_path, config)
        try:
            catalogue.migrate()
            services = join_services(config, replace(backends, catalogue=catalogue), clock)
            report = rebuild.fill(
                catalogue=catalogue,
                manager=services.versions,
                storage=services.storage,
                documents=list(services.storage.load_all_versions_from_disk(progress=progress)),
                salvage=salvage.read_sound_rows(backends.catalogue.path),
            )
        finally:
            catalogue.close()
        with durable.disk_errors(layout.root):
            _fold_log(new_path)
            old = _put_aside(backends.catalogue.path, f"{clock.now():%Y%m%dT%H%M%SZ}")
            os.replace(new_path, backends.catalogue.path)
            durable.sync_folder(layout.root)
    return replace(report, old_catalogue=old)


def _fold_log(path: Path) -> None:
    """Make the database one file, so that one rename puts it in its place."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    durable.sync_file(path)


def _put_aside(path: Path, stamp: str) -> str:
    aside = path.with_name(f"catalogue.damaged-{stamp}.sqlite")
    if not path.exists():
        return ""
    for suffix in _SQLITE_FILES:
        file = path.with_name(path.name + suffix)
        if file.exists():
            os.replace(file, aside.with_name(aside.name + suffix))
    return str(aside)
