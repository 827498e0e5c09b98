"""The shape of what a comparison returns: plain dicts, JSON but for times and non-finite floats."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, TypedDict

Direction = Literal["higher", "lower"]
Verdict = Literal["better", "worse", "equal", "unknown_direction", "missing", "not_comparable"]
Recommendation = Literal["upgrade", "consider_upgrade", "stay", "equivalent"]


class VersionFacts(TypedDict):
    """What identifies one side of a comparison.

    Attributes:
        size: Bytes of the artifact's files together.
    """

    id: str
    model_id: str
    number: str
    created_at: datetime
    status: str
    stage: str
    size: int
    metrics: dict[str, float]
    tags: list[str]


class MetricChange(TypedDict):
    """How one metric went from version1 to version2.

    Attributes:
        version1_value: None where version1 does not have the metric; likewise version2_value.
        difference: version2 minus version1; None unless both are finite and so is the result.
        percent_change: 100 * difference / |version1|; None where that is not defined.
        relative_change: difference / max(|version1|, |version2|), in [-2, 2], before the
            direction is applied; None unless both are finite.
        direction: Which way is better; None if that is not known.
        improved: True only for `better`, False only for `worse`, else None.
        verdict: Why `improved` is what it is.
    """

    version1_value: float | None
    version2_value: float | None
    difference: float | None
    percent_change: float | None
    relative_change: float | None
    direction: Direction | None
    improved: bool | None
    verdict: Verdict


class Improvements(TypedDict):
    """The metrics counted; `metrics.calculate_improvements` defines `overall_improvement`."""

    total_metrics_improved: int
    total_metrics_degraded: int
    overall_improvement: float
    improved_metrics: list[str]
    degraded_metrics: list[str]


class Summary(TypedDict):
    """What to do; `summary.recommend` defines the recommendation."""

    recommendation: Recommendation
    key_findings: list[str]
    overall_verdict: str


class TagsDifference(TypedDict):
    """Tags that only version2 has, and tags that only version1 has, each sorted."""

    added: list[str]
    removed: list[str]


class ChangedValue(TypedDict):
    """One value on both sides."""

    version1: Any
    version2: Any


class MappingDifference(TypedDict):
    """Entries that only version2 has, that only version1 has, and that differ, by dotted path."""

    added: dict[str, Any]
    removed: dict[str, Any]
    changed: dict[str, ChangedValue]


class MetadataDifference(TypedDict):
    """What differs beside the metrics."""

    tags: TagsDifference
    configuration: MappingDifference
    dependencies: MappingDifference


class VersionComparison(TypedDict):
    """version2 seen from version1.

    Attributes:
        time_difference_hours: Creation of version2 minus creation of version1.
        size_difference_bytes: Size of version2 minus size of version1.
        is_parent_child: Whether one of the two was made directly from the other.
    """

    version1: VersionFacts
    version2: VersionFacts
    time_difference_hours: float
    size_difference_bytes: int
    is_parent_child: bool
    metrics: dict[str, MetricChange]
    metadata: MetadataDifference
    improvements: Improvements
    summary: Summary


class LineageEntry(TypedDict):
    """One version in a line of descent.

    Attributes:
        version_number: None, as model_id and created_at, where nothing is known but the id.
        removed: Whether the version is known but no longer there.
        status: None where the version is not there.
        note: Why the walk ended here, or what became of the version; mostly empty.
    """

    version_id: str
    version_number: str | None
    model_id: str | None
    created_at: datetime | None
    removed: bool
    status: str | None
    note: str
