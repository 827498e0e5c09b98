"""The shapes that other programs rely on."""

from __future__ import annotations

import dataclasses

import pytest

from modelkeep.models import DeploymentStage, ModelStatus, ModelVersion, ModelVersioningConfig

TWENTY = [
    "version_id", "model_id", "version_number", "status", "deployment_stage", "model_path",
    "metadata_path", "checksum", "created_at", "updated_at", "created_by", "description", "tags",
    "metrics", "dependencies", "configuration", "deployment_config", "parent_version",
    "size_bytes", "is_active",
]  # fmt: skip
FIRST_TEN = {
    "storage_path": "model_versions/",
    "backup_path": "model_backups/",
    "max_versions_per_model": 10,
    "retention_days": 90,
    "auto_cleanup_enabled": True,
    "backup_enabled": True,
    "compression_enabled": True,
    "enable_rollback": True,
    "enable_canary_deployments": True,
    "versioning_strategy": "semantic",
}


def test_a_version_has_exactly_the_twenty_fields() -> None:
    assert [field.name for field in dataclasses.fields(ModelVersion)] == TWENTY


def test_a_version_cannot_be_changed(mk) -> None:
    version = mk.versions.create_version("m", {"a": 1})
    with pytest.raises(dataclasses.FrozenInstanceError):
        version.description = "other"


def test_the_configuration_begins_with_the_ten_fields_and_all_have_defaults() -> None:
    fields = dataclasses.fields(ModelVersioningConfig)
    assert {field.name: field.default for field in fields[:10]} == FIRST_TEN
    assert [field.name for field in fields[:10]] == list(FIRST_TEN)
    assert all(field.default is not dataclasses.MISSING for field in fields)


def test_values_are_the_lower_case_names() -> None:
    for kind, names in (
        (ModelStatus, "TRAINING READY DEPLOYED DEPRECATED FAILED"),
        (DeploymentStage, "DEVELOPMENT STAGING PRODUCTION CANARY ROLLBACK"),
    ):
        assert {each.name: each.value for each in kind} == {n: n.lower() for n in names.split()}
