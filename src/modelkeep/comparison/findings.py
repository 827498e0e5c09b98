"""The short plain sentences of a comparison, what matters most first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from modelkeep.comparison.directions import read_declarations
from modelkeep.comparison.metadata import (
    has_same_artifact,
    is_parent_child,
    is_same_value,
    is_same_version,
)
from modelkeep.comparison.metrics import gain_of, has_broken
from modelkeep.comparison.result import MetadataDifference, MetricChange, Verdict
from modelkeep.models import ModelStatus, ModelVersion

_MOST_NAMED = 5
_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")
_STATUS_NOTES = {
    ModelStatus.TRAINING: "is still in training, so it is not recommended",
    ModelStatus.FAILED: "has failed, so it is not recommended",
    ModelStatus.DEPRECATED: "is deprecated",
}


def labels(version1: ModelVersion, version2: ModelVersion) -> tuple[str, str]:
    """Return short names for the two: their numbers, with the model where the models differ."""
    if version1.model_id == version2.model_id:
        return version1.version_number, version2.version_number
    return (
        f"{version1.model_id}@{version1.version_number}",
        f"{version2.model_id}@{version2.version_number}",
    )


def key_findings(
    version1: ModelVersion,
    version2: ModelVersion,
    metrics: Mapping[str, MetricChange],
    metadata: MetadataDifference,
) -> list[str]:
    """Put into words what somebody who chooses between two versions should know.

    Args:
        version1: The version in use, or the baseline.
        version2: The version that may replace it.
        metrics: As `metrics.compare_metrics` returns them.
        metadata: As `metadata.compare_metadata` returns it.
    """
    name1, name2 = labels(version1, version2)
    return [
        *_on_identity(version1, version2),
        *_on_changes(metrics, name2),
        *_on_gaps(metrics, name1, name2),
        *_on_declarations(version1, version2, metrics),
        *_on_artifact(version1, version2, metrics),
        *_on_signature(version1, version2),
        *_on_dependencies(metadata),
    ]


def _on_identity(version1: ModelVersion, version2: ModelVersion) -> Iterator[str]:
    name1, name2 = labels(version1, version2)
    if version2.status in _STATUS_NOTES:
        yield f"{name2} {_STATUS_NOTES[version2.status]}"
    if is_same_version(version1, version2):
        yield f"both are the same version, {name1}"
    if version1.model_id != version2.model_id:
        yield (
            f"the versions are of different models, {version1.model_id} and {version2.model_id}: "
            "their metrics may measure different things"
        )
    if is_parent_child(version1, version2):
        child_first = version1.parent_version == version2.version_id
        child, parent = (name1, name2) if child_first else (name2, name1)
        yield f"{child} was made from {parent}"


def _on_changes(metrics: Mapping[str, MetricChange], name2: str) -> Iterator[str]:
    broken = [name for name, change in metrics.items() if has_broken(change)]
    if broken:
        shown = ", ".join(f"{name} is {metrics[name]['version2_value']}" for name in broken)
        yield f"measurements broke in {name2}: {shown}"
    for word, verdict in (("degraded", "worse"), ("improved", "better")):
        changed = [
            name
            for name, change in metrics.items()
            if change["verdict"] == verdict and not has_broken(change)
        ]
        changed.sort(key=lambda name: -abs(gain_of(metrics[name]) or 0.0))
        if changed:
            shown = ", ".join(f"{name} {_step(metrics[name])}" for name in changed[:_MOST_NAMED])
            more = len(changed) - _MOST_NAMED
            yield f"{word}: {shown}" + (f", and {more} more" if more > 0 else "")


def _on_gaps(metrics: Mapping[str, MetricChange], name1: str, name2: str) -> Iterator[str]:
    def named(verdict: Verdict, condition: Callable[[MetricChange], bool]) -> str:
        return ", ".join(
            name
            for name, change in metrics.items()
            if change["verdict"] == verdict and condition(change)
        )

    if lost := named("missing", lambda change: change["version2_value"] is None):
        yield f"missing in {name2}, so not compared: {lost}"
    if new := named("missing", lambda change: change["version1_value"] is None):
        yield f"missing in {name1}, so not compared: {new}"
    if void := named("not_comparable", lambda _: True):
        yield f"not finite in {name1}, so not compared: {void}"
    if odd := named("unknown_direction", lambda _: True):
        example = odd.split(", ", 1)[0]
        yield (
            f"the direction is not known, so whether the change is good is not either: {odd}; "
            f'declare it with metadata={{"metric_directions": {{"{example}": "higher"}}}}, '
            'or "lower"'
        )


def _on_declarations(
    version1: ModelVersion, version2: ModelVersion, metrics: Mapping[str, MetricChange]
) -> Iterator[str]:
    name1, name2 = labels(version1, version2)
    declared = read_declarations(version1.configuration, version2.configuration)
    for name in declared.contradictory:
        if name in metrics:
            used = declared.chosen[name]
            yield (
                f"{name1} and {name2} contradict each other on the direction of {name}; "
                f"that of {name2} is used: {used} is better"
            )
    if declared.unreadable:
        yield (
            f"not a direction, so ignored: {', '.join(declared.unreadable)}; "
            'a direction is "higher" or "lower"'
        )


def _on_artifact(
    version1: ModelVersion, version2: ModelVersion, metrics: Mapping[str, MetricChange]
) -> Iterator[str]:
    name1, name2 = labels(version1, version2)
    if has_same_artifact(version1, version2):
        differ = any(change["verdict"] in ("better", "worse") for change in metrics.values())
        yield "the artifacts are identical" + (
            ", so the metrics differ by how they were measured" if differ else ""
        )
    change = version2.size_bytes - version1.size_bytes
    if change:
        word = "larger" if change > 0 else "smaller"
        base = version1.size_bytes
        share = f" ({100.0 * abs(change) / base:.3g} %)" if base else ""
        yield f"{name2} is {_bytes(abs(change))}{share} {word} than {name1}"


def _on_signature(version1: ModelVersion, version2: ModelVersion) -> Iterator[str]:
    name1, name2 = labels(version1, version2)
    before = version1.configuration.get("signature")
    after = version2.configuration.get("signature")
    if is_same_value(before, after):
        return
    if before is None or after is None:
        yield f"only {name2 if before is None else name1} has a signature"
    else:
        yield f"the signature changed: what calls {name1} may not fit {name2}"


def _on_dependencies(metadata: MetadataDifference) -> Iterator[str]:
    for name, change in metadata["dependencies"]["changed"].items():
        before, after = _major(change["version1"]), _major(change["version2"])
        if before and after and before != after:
            yield (
                f"{name} changed its major version, from {change['version1']} "
                f"to {change['version2']}"
            )


def _major(version: str) -> tuple[int, int] | None:
    """Return epoch and first number of a PEP 440 version."""
    found = re.match(r"\s*(?:([0-9]+)!)?v?([0-9]+)", version)
    return (int(found[1] or 0), int(found[2])) if found else None


def _step(change: MetricChange) -> str:
    percent = change["percent_change"]
    shown = "" if percent is None else f" ({percent:+.3g} %)"
    return f"from {change['version1_value']:.6g} to {change['version2_value']:.6g}{shown}"


def _bytes(count: int) -> str:
    power = min((count.bit_length() - 1) // 10, len(_UNITS) - 1)
    return f"{count / 1024**power:.1f} {_UNITS[power]}" if power else f"{count} bytes"
