"""Which methods of the services are measured, and what they are called in metrics and spans."""

from __future__ import annotations

from typing import TypeVar

from modelkeep.comparison.version_comparator import VersionComparator
from modelkeep.deployment.deployment_manager import DeploymentManager
from modelkeep.deployment.experiments import Experiments
from modelkeep.deployment.rollout import Rollouts
from modelkeep.deployment.rollouts.conductor import Conductor
from modelkeep.management.legacy_import import LegacyImporter
from modelkeep.management.version_manager import VersionManager
from modelkeep.storage.registry_backup import RegistryBackup
from modelkeep.storage.scrub import Scrubber
from modelkeep.telemetry.observed import Observed, observed
from modelkeep.telemetry.probe import Probe

Service = TypeVar("Service")

# Bytes are counted where they pass: `create_version` is a batch of one, and so on.
MEASURED: dict[type, tuple[Observed, ...]] = {
    VersionManager: (
        Observed(method="create_version"),
        Observed(method="create_versions", direction="in"),
        Observed(method="finish_version", direction="in"),
        Observed(method="load_model", direction="out"),
        Observed(method="open_tensors"),
        Observed(method="export_signed"),
        Observed(method="convert_version"),
        Observed(method="update_version_status"),
        Observed(method="delete_version"),
        Observed(method="cleanup_old_versions"),
        Observed(method="apply_retention"),
        Observed(method="remove_leftovers"),
        Observed(method="backup_version", direction="out"),
        Observed(method="restore_version", direction="in"),
        Observed(method="repair_version"),
        Observed(method="repack"),
        Observed(method="sign_version"),
        Observed(method="verify_signature"),
    ),
    DeploymentManager: (
        Observed(method="deploy_version"),
        Observed(method="promote_version"),
        Observed(method="rollback_deployment"),
        Observed(method="deactivate_deployment"),
    ),
    Rollouts: (
        Observed(method="start", operation="start_rollout"),
        Observed(method="pause", operation="pause_rollout"),
        Observed(method="resume", operation="resume_rollout"),
        Observed(method="promote", operation="promote_rollout"),
        Observed(method="abort", operation="abort_rollout"),
    ),
    Conductor: (
        Observed(method="advance", operation="look_at_rollout"),
        Observed(method="remove_evidence"),
    ),
    Experiments: (
        Observed(method="start", operation="start_experiment"),
        Observed(method="stop", operation="stop_experiment"),
        Observed(method="reallocate", operation="reallocate_experiment"),
        Observed(method="result", operation="analyse_experiment"),
    ),
    VersionComparator: (
        Observed(method="compare_versions"),
        Observed(method="compare_to_baseline"),
    ),
    Scrubber: (Observed(method="verify"),),
    LegacyImporter: (Observed(method="import_folder", operation="import_legacy"),),
    RegistryBackup: (
        Observed(method="backup", operation="backup_registry"),
        Observed(method="prune", operation="prune_registry_backup"),
    ),
}


def measured(service: type[Service], probe: Probe) -> type[Service]:
    """Return a class of service whose methods tell a probe of themselves; see `observed`."""
    return observed(service, probe, MEASURED[service])
