"""What things are: versions, their states, and the configuration of a registry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any


class ModelStatus(Enum):
    """Where a version stands in its life; `management.lifecycle` says which moves are allowed."""

    TRAINING = "training"
    READY = "ready"
    DEPLOYED = "deployed"
    DEPRECATED = "deprecated"
    FAILED = "failed"


class DeploymentStage(Enum):
    """A place that serves one version of a model at a time.

    ROLLBACK serves nothing: it marks a version that was taken out of a stage by a rollback.
    """

    DEVELOPMENT = "development"
    STAGING = "staging"
    PRODUCTION = "production"
    CANARY = "canary"
    ROLLBACK = "rollback"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVersion:
    """One immutable version of a model, as it was when it was read from the catalogue.

    Attributes:
        version_id: Unique over all models; ids sort by time of creation.
        model_id: The model that this is a version of.
        version_number: Unique in its model, never given twice, also not after a removal.
        status: Where the version stands in its life.
        deployment_stage: The stage it was last put in.
        model_path: Where the artifact is described or lies, relative to the storage folder;
            empty while the version is in training.
        metadata_path: The version's immutable document, relative to the storage folder.
        checksum: SHA-256 of the artifact as 64 hexadecimal digits; of a folder, the SHA-256 of
            the listing that `sha256sum` would print for its files sorted by path.
        created_at: When the version was given its number, aware UTC.
        updated_at: When a field of it last changed, aware UTC.
        created_by: Who created it.
        description: Free text.
        tags: Labels, sorted, each once.
        metrics: Measured numbers by name; may hold NaN and infinities.
        dependencies: Versions of the libraries the artifact needs, by distribution name.
        configuration: JSON values that describe how it was made; `signature` and
            `metric_directions` are kept here under these names.
        deployment_config: JSON values that the serving side asked to keep.
        parent_version: The id of the version it was made from.
        size_bytes: Size of the artifact's files together.
        is_active: Whether any stage serves it now.
    """

    version_id: str
    model_id: str
    version_number: str
    status: ModelStatus
    deployment_stage: DeploymentStage
    model_path: str
    metadata_path: str
    checksum: str
    created_at: datetime
    updated_at: datetime
    created_by: str
    description: str
    tags: list[str]
    metrics: dict[str, float]
    dependencies: dict[str, str]
    configuration: dict[str, Any]
    deployment_config: dict[str, Any]
    parent_version: str | None
    size_bytes: int
    is_active: bool


@dataclass(frozen=True, slots=True)
class ModelVersioningConfig:
    """How a registry behaves; `modelkeep.config` reads it from a file and the environment.

    Attributes:
        storage_path: Folder of the registry, made when it is missing; or `s3://bucket/prefix`,
            `gs://…` or `az://…`, beside a `catalogue_url`.
        backup_path: Folder of the backups; made when the first one is written.
        max_versions_per_model: Retention keeps this many of the newest versions of a model.
        retention_days: Retention removes versions that are older than this many days.
        auto_cleanup_enabled: Whether the background loop applies retention.
        backup_enabled: Whether a backup is made before a version is removed.
        compression_enabled: Whether stored bytes may be compressed, where the store can.
        enable_rollback: Whether a stage may be rolled back.
        enable_canary_deployments: Whether the CANARY stage may be used.
        versioning_strategy: `semantic`, `timestamp` or `incremental`.
        backup_retention_days: Backups made before a removal are kept this many days.
        catalogue_url: Of the database: `postgresql://…`, or `sqlite:///path`; empty for SQLite in
            the storage folder.
        actor: Who is named in events and as creator; empty for the login name.
        cleanup_interval_seconds: Time between two runs of the background loop.
        busy_timeout_seconds: How long a writer waits for another one.
        metric_tolerance: Relative changes of a metric up to this fraction count as equal.
        scrub_slice_bytes: The background loop looks at so many bytes of packs each time.
        cache_bytes: How much room decoded files may take that are kept for `mmap=True`.
        max_threads: How many calls of the async face may work at the same time.
        work_path: Folder for files that are being written and for copies of what was read, where
            the bytes lie in an object store; all in it may be lost.
        trusted_names: Classes and functions that models may be made of beside the allow-list, such
            as `mypackage.MyModel` or `mypackage.*`; in the environment with commas between them.
    """

    storage_path: str = "model_versions/"
    backup_path: str = "model_backups/"
    max_versions_per_model: int = 10
    retention_days: int = 90
    auto_cleanup_enabled: bool = True
    backup_enabled: bool = True
    compression_enabled: bool = True
    enable_rollback: bool = True
    enable_canary_deployments: bool = True
    versioning_strategy: str = "semantic"
    backup_retention_days: int = 90
    catalogue_url: str = ""
    actor: str = ""
    cleanup_interval_seconds: float = 3600.0
    busy_timeout_seconds: float = 30.0
    metric_tolerance: float = 0.001
    scrub_slice_bytes: int = 1 << 30
    cache_bytes: int = 10 << 30
    max_threads: int = 8
    work_path: str = "~/.cache/modelkeep"
    trusted_names: tuple[str, ...] = ()
