"""Where settings come from: defaults, then `modelkeep.toml`, then `MODELKEEP_…`, then arguments."""

from __future__ import annotations

import dataclasses
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modelkeep.errors import InvalidSettingError, UnknownChoiceError
from modelkeep.models import ModelVersioningConfig

STRATEGIES = ("semantic", "timestamp", "incremental")
CONFIG_FILE = "modelkeep.toml"
ENVIRONMENT_PREFIX = "MODELKEEP_"
_FIELDS = {field.name: field for field in dataclasses.fields(ModelVersioningConfig)}
_TRUE = frozenset(("1", "true", "yes", "on"))
_FALSE = frozenset(("0", "false", "no", "off"))
_NAMES = "tuple[str, ...]"
_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*(\.\*)?")
_LEAST = {
    "max_versions_per_model": 1,
    "retention_days": 0,
    "backup_retention_days": 0,
    "cleanup_interval_seconds": 0.01,
    "busy_timeout_seconds": 0.0,
    "metric_tolerance": 0.0,
    "cache_bytes": 0,
    "max_threads": 1,
    "scrub_slice_bytes": 1,
}


def resolve_config(
    *, folder: Path, environment: Mapping[str, str], overrides: Mapping[str, Any]
) -> ModelVersioningConfig:
    """Put the settings together from all sources, the later ones winning.

    Args:
        folder: Where `modelkeep.toml` is looked for; its keys stand at the top level.
        environment: Variables such as `MODELKEEP_STORAGE_PATH`.
        overrides: Field names with their values; paths may be `os.PathLike`.

    Raises:
        UnknownChoiceError: A key is not a field.
        InvalidSettingError: A value does not fit, or the file is not TOML.
    """
    values: dict[str, Any] = {}
    path = folder / CONFIG_FILE
    if path.is_file():
        try:
            values.update(tomllib.loads(path.read_text(encoding="utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InvalidSettingError(str(path), str(error), "valid TOML") from error
    for name, text in environment.items():
        key = name.removeprefix(ENVIRONMENT_PREFIX).lower()
        if name.startswith(ENVIRONMENT_PREFIX) and key in _FIELDS:
            values[key] = _from_text(key, text)
    values.update(overrides)
    return with_overrides(ModelVersioningConfig(), values)


def with_overrides(
    config: ModelVersioningConfig, overrides: Mapping[str, Any]
) -> ModelVersioningConfig:
    """Return the configuration with some fields replaced, every field checked.

    Raises:
        UnknownChoiceError: A key is not a field, or the strategy is unknown.
        InvalidSettingError: A value has the wrong type or is out of range.
    """
    for key in overrides:
        if key not in _FIELDS:
            raise UnknownChoiceError("setting", key, _FIELDS)
    plain = {key: _plain(value) for key, value in overrides.items()}
    replaced = dataclasses.replace(config, **plain)
    for key in _FIELDS:
        _check(key, getattr(replaced, key))
    return replaced


def _plain(value: Any) -> Any:
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    return tuple(value) if isinstance(value, list) else value


def _check(key: str, value: object) -> None:
    kind = str(_FIELDS[key].type)
    if kind == _NAMES:
        check_names(key, value)
    elif kind == "bool":
        if not isinstance(value, bool):
            raise InvalidSettingError(key, value, "true or false")
    elif kind == "str":
        if not isinstance(value, str) or "\0" in value:
            raise InvalidSettingError(key, value, "a text")
    elif isinstance(value, bool) or not isinstance(value, int if kind == "int" else (int, float)):
        raise InvalidSettingError(key, value, "a whole number" if kind == "int" else "a number")
    elif not value >= _LEAST[key]:
        raise InvalidSettingError(key, value, f"{_LEAST[key]} or more")
    if key == "versioning_strategy" and value not in STRATEGIES:
        raise UnknownChoiceError("versioning_strategy", value, STRATEGIES)
    if key in ("storage_path", "backup_path") and not value:
        raise InvalidSettingError(key, value, "the path of a folder")


def check_names(what: str, names: object) -> tuple[str, ...]:
    """Return names of classes or functions, or of all in a module, as they were given.

    Raises:
        InvalidSettingError: One is not a dotted name, or `unsafe`, which is no name.
    """
    if not isinstance(names, list | tuple):
        raise InvalidSettingError(what, names, "a list of names such as ['mypackage.MyModel']")
    for name in names:
        if not isinstance(name, str) or not _NAME.fullmatch(name) or "." not in name:
            raise InvalidSettingError(
                what, name, "the dotted name of a class or function, or of a module with .*"
            )
    return tuple(names)


def _from_text(key: str, text: str) -> object:
    kind = str(_FIELDS[key].type)
    name = f"{ENVIRONMENT_PREFIX}{key.upper()}"
    if kind == "str":
        return text
    if kind == _NAMES:
        return tuple(name.strip() for name in text.split(",") if name.strip())
    if kind == "bool":
        if text.lower() in _TRUE | _FALSE:
            return text.lower() in _TRUE
        raise InvalidSettingError(name, text, "true or false")
    try:
        return int(text) if kind == "int" else float(text)
    except ValueError as error:
        rule = "a whole number" if kind == "int" else "a number"
        raise InvalidSettingError(name, text, rule) from error
