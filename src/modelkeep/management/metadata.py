"""What people give as metadata, sorted into the fields of a version."""

from __future__ import annotations

import numbers
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from modelkeep.canonical import plain_value
from modelkeep.errors import InvalidInputError, InvalidMetadataError, InvalidMetricError

_LONGEST_METRIC = 200
_LONGEST_TAG = 128
_INTO_CONFIGURATION = ("signature", "metric_directions")


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFacts:
    """The fields of a version that people give, each checked."""

    metrics: dict[str, float]
    dependencies: dict[str, str]
    configuration: dict[str, Any]
    deployment_config: dict[str, Any]
    created_by: str


def read_metadata(metadata: Mapping[str, Any] | None) -> VersionFacts:
    """Sort metadata into fields.

    `metrics`, `dependencies`, `configuration`, `deployment_config` and `created_by` are taken as
    these fields, `signature` and `metric_directions` are kept in the configuration under their
    names; any other number is a metric, anything else goes to the configuration.

    Raises:
        InvalidMetricError: A metric is not a number.
        InvalidMetadataError: Something cannot be kept as JSON, or is given twice.
    """
    if metadata is None:
        metadata = {}
    if not isinstance(metadata, Mapping):
        raise InvalidMetadataError("metadata", f"a {type(metadata).__name__} is not a dict")
    rest = dict(metadata)
    metrics = read_metrics(_mapping(rest, "metrics"))
    configuration = _plain(rest, "configuration")
    dependencies = _dependencies(_plain(rest, "dependencies"))
    deployment_config = _plain(rest, "deployment_config")
    created_by = check_text("created_by", rest.pop("created_by", ""))
    for name, value in rest.items():
        if name not in _INTO_CONFIGURATION and _is_number(value):
            _set_once(metrics, name, read_metrics({name: value})[name])
        else:
            _set_once(configuration, name, plain_value({name: value}, "metadata")[name])
    return VersionFacts(
        metrics=metrics,
        dependencies=dependencies,
        configuration=configuration,
        deployment_config=deployment_config,
        created_by=created_by,
    )


def read_metrics(metrics: Mapping[str, Any]) -> dict[str, float]:
    """Return metrics as floats; NaN and infinities are kept.

    Raises:
        InvalidMetricError: One is not a real number, or its name is no name.
    """
    return {_metric_name(name, value): _number(name, value) for name, value in metrics.items()}


def read_tags(tags: Iterable[str]) -> list[str]:
    """Return tags sorted, each once.

    Raises:
        InvalidInputError: One is not a text of 1 to 128 characters without control characters.
    """
    if isinstance(tags, str):
        raise InvalidInputError(f"tags is the text {tags!r}; it must be a list of texts")
    for tag in tags:
        check_text("tag", tag)
        if not 1 <= len(tag) <= _LONGEST_TAG or not tag.isprintable() or tag != tag.strip():
            raise InvalidInputError(
                f"tag {tag[:40]!r} must have 1 to {_LONGEST_TAG} printable characters "
                "and no space around"
            )
    return sorted(set(tags))


def check_text(what: str, value: object) -> str:
    """Return the value if it is a text that can be stored.

    Raises:
        InvalidInputError: It is not Unicode, or not a text.
    """
    if not isinstance(value, str):
        raise InvalidInputError(f"{what} is {value!r}; it must be a text")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise InvalidInputError(f"{what} {value!a} is not Unicode text") from error
    if "\0" in value:
        raise InvalidInputError(f"{what} {value!a} has a NUL character")
    return value


def _is_number(value: object) -> bool:
    return not isinstance(value, bool) and isinstance(_scalar(value), numbers.Real)


def _scalar(value: Any) -> Any:
    """Return the number inside a numpy or torch scalar."""
    return value.item() if getattr(value, "shape", None) == () and hasattr(value, "item") else value


def _number(name: object, value: object) -> float:
    if not _is_number(value) or isinstance(_scalar(value), bool):
        raise InvalidMetricError(name, value)
    try:
        return float(_scalar(value))
    except OverflowError as error:
        raise InvalidMetricError(name, value) from error


def _metric_name(name: object, value: object) -> str:
    if not isinstance(name, str) or not 1 <= len(name) <= _LONGEST_METRIC:
        raise InvalidMetricError(name, value)
    return check_text("metric name", name)


def _mapping(rest: dict[str, Any], key: str) -> Mapping[str, Any]:
    value = rest.pop(key, None)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InvalidMetadataError(key, f"a {type(value).__name__} is not a dict")
    return value


def _plain(rest: dict[str, Any], key: str) -> dict[str, Any]:
    result: dict[str, Any] = plain_value(_mapping(rest, key), key)
    return result


def _dependencies(found: dict[str, Any]) -> dict[str, str]:
    for name, version in found.items():
        if not isinstance(version, str):
            raise InvalidMetadataError(f"dependencies.{name}", f"{version!r} is not a text")
    return found


def _set_once(target: dict[str, Any], name: str, value: Any) -> None:
    if name in target and target[name] != value:
        raise InvalidMetadataError(name, f"it is given twice, as {target[name]!r} and {value!r}")
    target[name] = value
