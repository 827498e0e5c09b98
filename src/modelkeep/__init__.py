"""Modelkeep: versioning and deployment of machine-learning models.

The names below are imported when they are first used, so `import modelkeep` stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from modelkeep.comparison.version_comparator import VersionComparator
    from modelkeep.deployment.deployment_manager import DeploymentManager
    from modelkeep.errors import ModelkeepError
    from modelkeep.management.new_version import NewVersion
    from modelkeep.management.version_manager import VersionManager
    from modelkeep.models import (
        DeploymentStage,
        ModelStatus,
        ModelVersion,
        ModelVersioningConfig,
    )
    from modelkeep.orchestrator.connection import connect, connect_traffic
    from modelkeep.orchestrator.versioning_orchestrator import (
        ModelVersioningService,
        VersioningOrchestrator,
    )
    from modelkeep.storage.version_storage_service import VersionStorageService

__version__ = "0.1.0"

_HOMES = {
    "DeploymentManager": "modelkeep.deployment.deployment_manager",
    "DeploymentStage": "modelkeep.models",
    "ModelStatus": "modelkeep.models",
    "ModelVersion": "modelkeep.models",
    "ModelVersioningConfig": "modelkeep.models",
    "ModelVersioningService": "modelkeep.orchestrator.versioning_orchestrator",
    "ModelkeepError": "modelkeep.errors",
    "NewVersion": "modelkeep.management.new_version",
    "VersionComparator": "modelkeep.comparison.version_comparator",
    "VersionManager": "modelkeep.management.version_manager",
    "VersionStorageService": "modelkeep.storage.version_storage_service",
    "VersioningOrchestrator": "modelkeep.orchestrator.versioning_orchestrator",
    "connect": "modelkeep.orchestrator.connection",
    "connect_traffic": "modelkeep.orchestrator.connection",
}

__all__ = [
    "DeploymentManager",
    "DeploymentStage",
    "ModelStatus",
    "ModelVersion",
    "ModelVersioningConfig",
    "ModelVersioningService",
    "ModelkeepError",
    "NewVersion",
    "VersionComparator",
    "VersionManager",
    "VersionStorageService",
    "VersioningOrchestrator",
    "__version__",
    "connect",
    "connect_traffic",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
