"""What two versions are and how they differ beside their metrics."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

from modelkeep.comparison.result import (
    MappingDifference,
    MetadataDifference,
    TagsDifference,
    VersionFacts,
)
from modelkeep.models import ModelVersion


def describe_version(version: ModelVersion) -> VersionFacts:
    """Return what identifies a version, copied, so that changing it changes no version."""
    return {
        "id": version.version_id,
        "model_id": version.model_id,
        "number": version.version_number,
        "created_at": version.created_at,
        "status": version.status.value,
        "stage": version.deployment_stage.value,
        "size": version.size_bytes,
        "metrics": dict(version.metrics),
        "tags": list(version.tags),
    }


def is_same_version(version1: ModelVersion, version2: ModelVersion) -> bool:
    """Tell whether the two are one version, be it read at different times."""
    return version1.version_id == version2.version_id


def is_parent_child(version1: ModelVersion, version2: ModelVersion) -> bool:
    """Tell whether one of the two was made directly from the other."""
    return not is_same_version(version1, version2) and (
        version1.parent_version == version2.version_id
        or version2.parent_version == version1.version_id
    )


def has_same_artifact(version1: ModelVersion, version2: ModelVersion) -> bool:
    """Tell whether the artifacts are known to be the same bytes; without a checksum they aren't."""
    return bool(version1.checksum) and version1.checksum.lower() == version2.checksum.lower()


def compare_metadata(version1: ModelVersion, version2: ModelVersion) -> MetadataDifference:
    """Compare tags, configuration and dependencies of two versions."""
    tags: TagsDifference = {
        "added": sorted(set(version2.tags) - set(version1.tags)),
        "removed": sorted(set(version1.tags) - set(version2.tags)),
    }
    return {
        "tags": tags,
        "configuration": compare_mappings(version1.configuration, version2.configuration),
        "dependencies": _compare_flat(version1.dependencies, version2.dependencies),
    }


def compare_mappings(mapping1: Mapping[str, Any], mapping2: Mapping[str, Any]) -> MappingDifference:
    """Compare two JSON objects, entry by entry, going into objects that both have.

    A nested entry is named by its path, `optimizer.lr`; a key that has a dot or a quotation mark
    itself, or is empty, stands in the path as JSON text, so that no two entries share a path. An
    object that only one side has, and lists, are taken as one value. Numbers are equal by value,
    true is not 1, and NaN is equal to NaN.

    Args:
        mapping1: Of version1.
        mapping2: Of version2.

    Returns:
        The differences, sorted by path, with copies of the values.

    Example:
        >>> compare_mappings({"opt": {"lr": 1}}, {"opt": {"lr": 2}})["changed"]
        {'opt.lr': {'version1': 1, 'version2': 2}}
    """
    difference: MappingDifference = {"added": {}, "removed": {}, "changed": {}}
    _collect(mapping1, mapping2, "", difference)
    return _sorted(difference)


def _compare_flat(mapping1: Mapping[str, str], mapping2: Mapping[str, str]) -> MappingDifference:
    """Compare without paths: distribution names such as `zope.interface` hold dots."""
    both = mapping1.keys() & mapping2.keys()
    return _sorted(
        {
            "added": {name: mapping2[name] for name in mapping2.keys() - both},
            "removed": {name: mapping1[name] for name in mapping1.keys() - both},
            "changed": {
                name: {"version1": mapping1[name], "version2": mapping2[name]}
                for name in both
                if mapping1[name] != mapping2[name]
            },
        }
    )


def _collect(
    mapping1: Mapping[str, Any], mapping2: Mapping[str, Any], prefix: str, into: MappingDifference
) -> None:
    for key in mapping1.keys() | mapping2.keys():
        path = prefix + (json.dumps(key) if not key or "." in key or '"' in key else key)
        if key not in mapping1:
            into["added"][path] = copy.deepcopy(mapping2[key])
            continue
        if key not in mapping2:
            into["removed"][path] = copy.deepcopy(mapping1[key])
            continue
        value1, value2 = mapping1[key], mapping2[key]
        if isinstance(value1, Mapping) and isinstance(value2, Mapping):
            _collect(value1, value2, f"{path}.", into)
        elif not is_same_value(value1, value2):
            into["changed"][path] = {
                "version1": copy.deepcopy(value1),
                "version2": copy.deepcopy(value2),
            }


def is_same_value(value1: object, value2: object) -> bool:
    """Tell whether two JSON values are equal: true is not 1, and NaN is equal to NaN."""
    if isinstance(value1, Mapping) and isinstance(value2, Mapping):
        return value1.keys() == value2.keys() and all(
            is_same_value(value1[key], value2[key]) for key in value1
        )
    if isinstance(value1, list | tuple) and isinstance(value2, list | tuple):
        return len(value1) == len(value2) and all(map(is_same_value, value1, value2))
    if isinstance(value1, bool) is not isinstance(value2, bool):
        return False
    # NaN alone is unequal to itself.
    return value1 == value2 or (value1 != value1 and value2 != value2)  # noqa: PLR0124


def _sorted(difference: MappingDifference) -> MappingDifference:
    return {
        "added": dict(sorted(difference["added"].items())),
        "removed": dict(sorted(difference["removed"].items())),
        "changed": dict(sorted(difference["changed"].items())),
    }
