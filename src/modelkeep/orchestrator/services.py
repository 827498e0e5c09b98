"""The services of one registry, joined: what `modelkeep.connect` gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.clock import Clock
from modelkeep.comparison.version_comparator import VersionComparator
from modelkeep.deployment.deployment_manager import DeploymentManager
from modelkeep.deployment.experiments import Experiments
from modelkeep.deployment.rollout import Rollouts
from modelkeep.deployment.rollouts.conductor import Conductor
from modelkeep.deployment.rollouts.driver import RolloutDriver
from modelkeep.deployment.router import Router
from modelkeep.deployment.serving import ServedModel
from modelkeep.management.legacy_import import LegacyImporter
from modelkeep.management.load_counter import LoadCounter
from modelkeep.management.version_manager import VersionManager
from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator.traffic import Traffic
from modelkeep.orchestrator.upkeep import Upkeep
from modelkeep.storage.compactor import Compactor
from modelkeep.storage.registry_backup import RegistryBackup
from modelkeep.storage.scrub import Scrubber
from modelkeep.storage.version_storage_service import VersionStorageService
from modelkeep.tracking.alerts.alerts import Alerts
from modelkeep.tracking.alerts.watch import AlertWatch
from modelkeep.tracking.tracker import Tracker


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The services of one registry, joined; a context manager that closes them.

    Attributes:
        config: What they were built from.
        storage: Bytes.
        versions: Life of versions.
        comparator: Differences.
        deployments: Stages.
        rollouts: Canaries.
        experiments: A/B tests.
        conductor: Moves canaries on, one look at a time.
        driver: Does so in a thread, where it was started.
        traffic: Routers and served models.
        tracking: What versions did in use.
        alerts: Rules on that.
        watch: Looks at the rules in a thread, where it was started.
        scrubber: Verification.
        legacy: Import of what the former service kept.
        registry_backup: Backups of all of it.
        compactor: Gives back the room of what nothing needs.
        upkeep: Retention, collection and the look for damage in a thread, where it was started.
        loads: Counts loads.
        catalogue: What the others share.
    """

    config: ModelVersioningConfig
    storage: VersionStorageService
    versions: VersionManager
    comparator: VersionComparator
    deployments: DeploymentManager
    rollouts: Rollouts
    experiments: Experiments
    conductor: Conductor
    driver: RolloutDriver
    traffic: Traffic
    tracking: Tracker
    alerts: Alerts
    watch: AlertWatch
    upkeep: Upkeep
    scrubber: Scrubber
    compactor: Compactor
    loads: LoadCounter
    legacy: LegacyImporter
    registry_backup: RegistryBackup
    catalogue: Catalogue
    clock: Clock

    def router(self, model_id: str) -> Router:
        """Return a router of the units of a model; see `Traffic.router`."""
        return self.traffic.router(model_id)

    def serve(
        self,
        model_id: str,
        *,
        predict: Callable[[Any, Any], Any] | None = None,
        trust: str | list[str] | None = None,
    ) -> ServedModel:
        """Return a callable that routes, predicts and records.

        Rollouts go on and alert rules are looked at meanwhile, in this process or in another.

        Args:
            model_id: The model.
            predict: Gives the answer for a loaded model and an input; None for its `predict`, or
                the model itself where it has none.
            trust: As of `load_model`.

        Raises:
            NoActiveDeploymentError: Production serves nothing.
        """
        served = self.traffic.serve(model_id, predict=predict, trust=trust)
        self.driver.start()
        self.watch.start()
        return served

    def performance_report(
        self,
        model_id: str,
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        metrics: Sequence[str] | None = None,
    ) -> str:
        """Return a page on how a model does in use; see `PerformanceReports.page`."""
        # altair is an extra.
        from modelkeep.orchestrator.performance import PerformanceReports

        reports = PerformanceReports(
            tracker=self.tracking,
            releases=self.deployments.get_deployment_history,
            catalogue=self.catalogue,
            clock=self.clock,
        )
        return reports.page(model_id, start, end, metrics=metrics)

    def close(self) -> None:
        """End what runs in the background, and close the connections to the catalogue."""
        with ExitStack() as last:
            last.callback(self.catalogue.close)
            last.callback(self.loads.flush)
            last.callback(self.traffic.close)
            last.callback(self.tracking.close)
            last.callback(self.watch.stop)
            last.callback(self.driver.stop)
            last.callback(self.upkeep.stop)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
