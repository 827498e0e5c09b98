"""The former import path; the names are those of Modelkeep."""

from modelkeep.models import (
    DeploymentStage,
    ModelStatus,
    ModelVersion,
    ModelVersioningConfig,
)
from modelkeep.orchestrator.versioning_orchestrator import ModelVersioningService

__all__ = [
    "DeploymentStage",
    "ModelStatus",
    "ModelVersion",
    "ModelVersioningConfig",
    "ModelVersioningService",
]
