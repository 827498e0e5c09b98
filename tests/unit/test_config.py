"""Settings: where they come from, in which order, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelkeep.config import resolve_config, with_overrides
from modelkeep.errors import InvalidSettingError, UnknownChoiceError
from modelkeep.models import ModelVersioningConfig


def test_later_sources_win(tmp_path: Path) -> None:
    (tmp_path / "modelkeep.toml").write_text(
        'storage_path = "from_file"\nretention_days = 7\nmax_versions_per_model = 3\n'
    )
    config = resolve_config(
        folder=tmp_path,
        environment={"MODELKEEP_RETENTION_DAYS": "8", "MODELKEEP_MAX_VERSIONS_PER_MODEL": "4"},
        overrides={"max_versions_per_model": 5},
    )
    assert config.storage_path == "from_file"
    assert config.retention_days == 8
    assert config.max_versions_per_model == 5
    assert config.backup_path == "model_backups/"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("BACKUP_ENABLED", "no", False),
        ("BACKUP_ENABLED", "TRUE", True),
        ("CLEANUP_INTERVAL_SECONDS", "1.5", 1.5),
        ("VERSIONING_STRATEGY", "incremental", "incremental"),
    ],
)
def test_every_kind_of_field_can_be_set_by_environment(tmp_path, name, text, value) -> None:
    config = resolve_config(folder=tmp_path, environment={f"MODELKEEP_{name}": text}, overrides={})
    assert getattr(config, name.lower()) == value


@pytest.mark.parametrize("text", ["maybe", "", "2"])
def test_a_bad_word_in_the_environment_names_the_variable(tmp_path, text) -> None:
    with pytest.raises(InvalidSettingError, match="MODELKEEP_BACKUP_ENABLED.*true or false"):
        resolve_config(
            folder=tmp_path, environment={"MODELKEEP_BACKUP_ENABLED": text}, overrides={}
        )


def test_a_bad_number_in_the_environment_names_the_variable(tmp_path) -> None:
    with pytest.raises(InvalidSettingError, match="MODELKEEP_RETENTION_DAYS.*whole number"):
        resolve_config(
            folder=tmp_path, environment={"MODELKEEP_RETENTION_DAYS": "9.5"}, overrides={}
        )


def test_a_file_that_is_no_toml_is_told(tmp_path) -> None:
    (tmp_path / "modelkeep.toml").write_text("storage_path = \n")
    with pytest.raises(InvalidSettingError, match=r"modelkeep\.toml"):
        resolve_config(folder=tmp_path, environment={}, overrides={})


def test_an_unknown_key_is_told_with_those_there_are() -> None:
    with pytest.raises(UnknownChoiceError, match="'retention'.*retention_days"):
        with_overrides(ModelVersioningConfig(), {"retention": 3})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("max_versions_per_model", 0),
        ("max_versions_per_model", True),
        ("retention_days", -1),
        ("retention_days", "90"),
        ("metric_tolerance", float("nan")),
        ("backup_enabled", 1),
        ("storage_path", ""),
        ("storage_path", 5),
        ("cleanup_interval_seconds", 0),
    ],
)
def test_values_out_of_range_or_of_another_type_are_refused(key, value) -> None:
    with pytest.raises(InvalidSettingError, match=key):
        with_overrides(ModelVersioningConfig(), {key: value})


def test_an_unknown_strategy_is_told_with_those_there_are() -> None:
    with pytest.raises(UnknownChoiceError, match="semantic, timestamp, incremental"):
        with_overrides(ModelVersioningConfig(), {"versioning_strategy": "calver"})
