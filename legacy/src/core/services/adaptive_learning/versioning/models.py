"""The former import path of the models; the names are those of Modelkeep."""

from modelkeep.models import (
    DeploymentStage,
    ModelStatus,
    ModelVersion,
    ModelVersioningConfig,
)

__all__ = [
    "DeploymentStage",
    "ModelStatus",
    "ModelVersion",
    "ModelVersioningConfig",
]
