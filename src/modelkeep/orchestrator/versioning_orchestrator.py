"""VersioningOrchestrator: the async face that joins the services.

Every method makes one hop to a thread, with a limiter of its own, so that the event loop goes on
while files are written and models are pickled, and no transaction spans an await.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

import anyio
import anyio.to_thread

from modelkeep.catalogue.pages import MetricFilter, VersionPage
from modelkeep.catalogue.removed import RemovedVersion
from modelkeep.catalogue.statistics import RegistryStatistics
from modelkeep.clock import Clock
from modelkeep.comparison.looking_deeper import Sample
from modelkeep.comparison.result import LineageEntry, VersionComparison
from modelkeep.config import with_overrides
from modelkeep.deployment.records import Deployment, DeploymentEvent, DeploymentStatistics
from modelkeep.deployment.rollouts.plan import CanaryPlan
from modelkeep.deployment.rollouts.records import Rollout
from modelkeep.errors import ClosedError
from modelkeep.management.cleanup import CleanupReport
from modelkeep.management.new_version import NewVersion
from modelkeep.models import DeploymentStage, ModelStatus, ModelVersion, ModelVersioningConfig
from modelkeep.orchestrator import wiring
from modelkeep.orchestrator.services import Services
from modelkeep.storage.usage import StorageUsage
from modelkeep.telemetry.probe import NO_PROBE, Probe
from modelkeep.tracking.history import By, History

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class VersioningStatus:
    """How the registry is doing.

    Attributes:
        initialized: Whether the service is open.
        config: What it was opened with.
        statistics: Counts of all models.
        deployments: Counts of all stages.
        storage: Room that versions take.
        cleanup_rounds: How many rounds the background loop did.
        cleanup_errors: What went wrong in the last one, by model.
    """

    initialized: bool
    config: ModelVersioningConfig
    statistics: RegistryStatistics
    deployments: DeploymentStatistics
    storage: StorageUsage
    cleanup_rounds: int
    cleanup_errors: dict[str, str]


class VersioningOrchestrator:
    """A registry for asyncio.

    Args:
        config: Where it is and how it behaves; None for file and environment.
        clock: The time; that of this machine unless given.
        probe: Is told what the services do; see `modelkeep.telemetry`.

    Example:
        >>> async with VersioningOrchestrator(config) as service:  # doctest: +SKIP
        ...     version_id = await service.create_model_version("m", model)
    """

    def __init__(
        self,
        config: ModelVersioningConfig | None = None,
        *,
        clock: Clock | None = None,
        probe: Probe = NO_PROBE,
    ) -> None:
        self._config = config
        self._probe = probe
        self._clock = clock
        self._services: Services | None = None
        self._limiter: anyio.CapacityLimiter | None = None

    async def initialize_versioning(self, overrides: Mapping[str, Any] | None = None) -> None:
        """Open the registry and start the background loop; a second call changes nothing.

        Args:
            overrides: Configuration fields to replace.

        Raises:
            UnknownChoiceError: A key is no field of the configuration.
            ModelkeepError: The registry cannot be opened; see `wiring.open_services`.
        """
        if self._services is not None:
            return
        base = self._config if self._config is not None else wiring.resolve()
        config = with_overrides(base, overrides or {})
        self._limiter = anyio.CapacityLimiter(config.max_threads)
        self._services = await anyio.to_thread.run_sync(
            partial(wiring.open_services, config, clock=self._clock, probe=self._probe),
            limiter=self._limiter,
        )
        self._services.driver.start()
        self._services.watch.start()
        if config.auto_cleanup_enabled:
            self._services.upkeep.start()

    async def shutdown(self) -> None:
        """Stop the background loop and close the registry; a second call changes nothing."""
        services, self._services = self._services, None
        if services is not None:
            await anyio.to_thread.run_sync(services.close, limiter=self._limiter)

    async def __aenter__(self) -> Self:
        await self.initialize_versioning({})
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.shutdown()

    @property
    def services(self) -> Services:
        """The services behind this face, for what it does not show.

        Raises:
            ClosedError: The service is not initialised, or was shut down.
        """
        if self._services is None:
            raise ClosedError(
                "the service is not open; await initialize_versioning() first, or use it in "
                "'async with'"
            )
        return self._services

    async def _run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        task = partial(call, *args, **kwargs)
        # A span of the caller goes along to the thread, which copies the context.
        with self._probe.operation(f"async_{getattr(call, '__name__', 'call')}"):
            return await anyio.to_thread.run_sync(task, limiter=self._limiter)

    async def get_versioning_status(self) -> VersioningStatus:
        """Return counts, sizes and the state of the background loop."""
        services = self.services
        return VersioningStatus(
            initialized=True,
            config=services.config,
            statistics=await self._run(services.versions.get_statistics),
            deployments=await self._run(services.deployments.get_deployment_statistics),
            storage=await self._run(services.storage.calculate_storage_usage),
            cleanup_rounds=services.upkeep.rounds,
            cleanup_errors=dict(services.upkeep.last_errors),
        )

    async def create_model_version(
        self,
        model_id: str,
        model_data: Any = None,
        metadata: Mapping[str, Any] | None = None,
        description: str = "",
        tags: Iterable[str] = (),
        parent_version: str | None = None,
        *,
        format: str = "auto",
        number: str | None = None,
        bump: str = "patch",
        status: ModelStatus | str = ModelStatus.READY,
    ) -> str:
        """Keep a model as a new version and return its id; see `VersionManager.create_version`."""
        version = await self._run(
            self.services.versions.create_version,
            model_id,
            model_data,
            metadata=metadata,
            description=description,
            tags=tags,
            parent_version=parent_version,
            format=format,
            number=number,
            bump=bump,
            status=status,
        )
        return version.version_id

    async def create_model_versions(self, new: Iterable[NewVersion]) -> list[str]:
        """Keep several models, all or none; see `VersionManager.create_versions`."""
        made = await self._run(self.services.versions.create_versions, new)
        return [version.version_id for version in made]

    async def finish_model_version(
        self,
        version_id: str,
        model_data: Any,
        metadata: Mapping[str, Any] | None = None,
        *,
        format: str = "auto",
    ) -> ModelVersion:
        """Give a version in TRAINING its artifact; see `VersionManager.finish_version`."""
        return await self._run(
            self.services.versions.finish_version,
            version_id,
            model_data,
            metadata=metadata,
            format=format,
        )

    async def update_model_version_status(
        self, version_id: str, status: ModelStatus | str, *, reason: str = ""
    ) -> ModelVersion:
        """Move a version's status; see `VersionManager.update_version_status`."""
        return await self._run(
            self.services.versions.update_version_status, version_id, status, reason=reason
        )

    async def get_model_version(self, version_id: str) -> ModelVersion:
        """Return a version by id or reference; see `VersionManager.get_version`."""
        return await self._run(self.services.versions.get_version, version_id)

    async def get_model_versions(
        self,
        model_id: str,
        status: ModelStatus | str | None = None,
        deployment_stage: DeploymentStage | str | None = None,
        tags: Iterable[str] = (),
        metrics: Sequence[str | MetricFilter] = (),
        limit: int | None = 100,
        cursor: str | None = None,
    ) -> VersionPage:
        """Return versions of a model, newest first; see `VersionManager.get_versions`."""
        return await self._run(
            self.services.versions.get_versions,
            model_id,
            status=status,
            deployment_stage=deployment_stage,
            tags=tags,
            metrics=metrics,
            limit=limit,
            cursor=cursor,
        )

    async def load_model_version(
        self, version_id: str, destination: str | Path | None = None, *, mmap: bool = False
    ) -> Any:
        """Return the object of a version, or copy its files; see `VersionManager.load_model`."""
        return await self._run(
            self.services.versions.load_model, version_id, destination=destination, mmap=mmap
        )

    async def delete_model_version(self, version_id: str, force: bool = False) -> RemovedVersion:
        """Remove a version; see `VersionManager.delete_version`."""
        return await self._run(self.services.versions.delete_version, version_id, force=force)

    async def deploy_model_version(
        self,
        version_id: str,
        deployment_stage: DeploymentStage | str = DeploymentStage.PRODUCTION,
        deployment_config: Mapping[str, Any] | None = None,
        *,
        reason: str = "",
    ) -> Deployment:
        """Make a stage serve a version; see `DeploymentManager.deploy_version`."""
        return await self._run(
            self.services.deployments.deploy_version,
            version_id,
            deployment_stage,
            deployment_config,
            reason=reason,
        )

    async def rollback_deployment(
        self,
        model_id: str,
        deployment_stage: DeploymentStage | str = DeploymentStage.PRODUCTION,
        target_version: str | None = None,
        *,
        reason: str = "",
    ) -> Deployment:
        """Go back to what a stage served; see `DeploymentManager.rollback_deployment`."""
        return await self._run(
            self.services.deployments.rollback_deployment,
            model_id,
            deployment_stage,
            target_version,
            reason=reason,
        )

    async def promote_model_version(
        self,
        version_id: str,
        from_stage: DeploymentStage | str,
        to_stage: DeploymentStage | str,
        *,
        reason: str = "",
    ) -> Deployment:
        """Move a version to a later stage; see `DeploymentManager.promote_version`."""
        return await self._run(
            self.services.deployments.promote_version,
            version_id,
            from_stage,
            to_stage,
            reason=reason,
        )

    async def start_canary(
        self,
        model_id: str,
        version_id: str,
        plan: CanaryPlan | Mapping[str, Any] | Path | str,
        *,
        reason: str = "",
    ) -> Rollout:
        """Try a version on a growing share of the units; see `Rollouts.start`."""
        return await self._run(
            self.services.deployments.start_canary, model_id, version_id, plan, reason=reason
        )

    async def get_canary(self, name: str) -> Rollout:
        """Return a rollout by its id, or the newest of a model; see `Rollouts.get`."""
        return await self._run(self.services.rollouts.get, name)

    async def abort_canary(self, name: str, *, reason: str = "") -> Rollout:
        """Put all units back on stable; see `Rollouts.abort`."""
        return await self._run(self.services.rollouts.abort, name, reason=reason)

    async def promote_canary(self, name: str, *, reason: str = "") -> Rollout:
        """Let the canary serve production now; see `Rollouts.promote`."""
        return await self._run(self.services.rollouts.promote, name, reason=reason)

    async def pause_canary(self, name: str, *, reason: str = "") -> Rollout:
        """Keep the share as it is; see `Rollouts.pause`."""
        return await self._run(self.services.rollouts.pause, name, reason=reason)

    async def resume_canary(self, name: str, *, reason: str = "") -> Rollout:
        """Go on after a pause; see `Rollouts.resume`."""
        return await self._run(self.services.rollouts.resume, name, reason=reason)

    async def get_active_deployment(
        self, model_id: str, deployment_stage: DeploymentStage | str = DeploymentStage.PRODUCTION
    ) -> Deployment:
        """Return what a stage serves; see `DeploymentManager.get_active_deployment`."""
        return await self._run(
            self.services.deployments.get_active_deployment, model_id, deployment_stage
        )

    async def get_deployment_at(
        self, model_id: str, deployment_stage: DeploymentStage | str, when: datetime
    ) -> Deployment:
        """Return what a stage served then; see `DeploymentManager.get_deployment_at`."""
        return await self._run(
            self.services.deployments.get_deployment_at, model_id, deployment_stage, when
        )

    async def get_deployment_history(
        self,
        model_id: str,
        deployment_stage: DeploymentStage | str | None = None,
        limit: int | None = None,
    ) -> list[DeploymentEvent]:
        """Return what changed stages; see `DeploymentManager.get_deployment_history`."""
        return await self._run(
            self.services.deployments.get_deployment_history, model_id, deployment_stage, limit
        )

    async def deactivate_deployment(
        self, model_id: str, deployment_stage: DeploymentStage | str, *, reason: str = ""
    ) -> DeploymentEvent:
        """Make a stage serve nothing; see `DeploymentManager.deactivate_deployment`."""
        return await self._run(
            self.services.deployments.deactivate_deployment,
            model_id,
            deployment_stage,
            reason=reason,
        )

    async def compare_versions(
        self, version1: str, version2: str, *, deep: bool = False, sample: Sample | None = None
    ) -> VersionComparison:
        """Return what changed between two versions; see `VersionComparator.compare_versions`."""
        comparator = self.services.comparator
        if deep:
            return await self._run(
                comparator.compare_versions, version1, version2, deep=True, sample=sample
            )
        return await self._run(comparator.compare_versions, version1, version2)

    async def get_metric_history(
        self,
        model_id: str,
        metric: str,
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        by: By = "version",
    ) -> History:
        """Return a metric of a model over time; see `Tracker.history`."""
        return await self._run(self.services.tracking.history, model_id, metric, start, end, by=by)

    async def performance_report(
        self, model_id: str, start: datetime | None = None, end: datetime | None = None
    ) -> str:
        """Return a page on how a model does in use; see `PerformanceReports.page`."""
        return await self._run(self.services.performance_report, model_id, start, end)

    async def compare_to_baseline(
        self, version_id: str, baseline: str | None = None
    ) -> VersionComparison:
        """Compare with the first version, or a given one; see `VersionComparator`."""
        return await self._run(self.services.comparator.compare_to_baseline, version_id, baseline)

    async def get_version_lineage(self, version_id: str) -> list[LineageEntry]:
        """Return what a version was made from; see `VersionComparator.get_version_lineage`."""
        return await self._run(self.services.comparator.get_version_lineage, version_id)

    async def cleanup_old_versions(
        self, model_id: str | None = None, *, dry_run: bool = False
    ) -> CleanupReport:
        """Apply retention; see `VersionManager.cleanup_old_versions`."""
        return await self._run(
            self.services.versions.cleanup_old_versions, model_id, dry_run=dry_run
        )

    async def backup_model_version(self, version_id: str) -> Path:
        """Write a self-contained copy; see `VersionManager.backup_version`."""
        return await self._run(self.services.versions.backup_version, version_id)

    async def restore_model_version(self, source: str | Path) -> ModelVersion:
        """Bring a version back from its backup; see `VersionManager.restore_version`."""
        return await self._run(self.services.versions.restore_version, source)


ModelVersioningService = VersioningOrchestrator
