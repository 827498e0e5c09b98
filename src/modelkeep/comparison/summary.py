"""What to do with version2, and why, in one word and one sentence."""

from __future__ import annotations

from collections.abc import Mapping

from modelkeep.comparison.findings import key_findings, labels
from modelkeep.comparison.metadata import has_same_artifact, is_same_value, is_same_version
from modelkeep.comparison.metrics import gain_of, has_broken
from modelkeep.comparison.result import (
    Improvements,
    MetadataDifference,
    MetricChange,
    Recommendation,
    Summary,
)
from modelkeep.models import ModelStatus, ModelVersion

_UNFIT = (ModelStatus.TRAINING, ModelStatus.FAILED)


def summarise(
    version1: ModelVersion,
    version2: ModelVersion,
    metrics: Mapping[str, MetricChange],
    improvements: Improvements,
    metadata: MetadataDifference,
) -> Summary:
    """Put recommendation, verdict and findings together.

    Args:
        version1: The version in use, or the baseline.
        version2: The version that may replace it.
        metrics: As `metrics.compare_metrics` returns them.
        improvements: As `metrics.calculate_improvements` returns them.
        metadata: As `metadata.compare_metadata` returns it.
    """
    recommendation = recommend(version1, version2, metrics, improvements)
    return {
        "recommendation": recommendation,
        "key_findings": key_findings(version1, version2, metrics, metadata),
        "overall_verdict": _verdict(version1, version2, metrics, improvements, recommendation),
    }


def recommend(
    version1: ModelVersion,
    version2: ModelVersion,
    metrics: Mapping[str, MetricChange],
    improvements: Improvements,
) -> Recommendation:
    """Decide whether version2 should replace version1.

    The first rule that applies decides:

    1. No metric got better or worse: `equivalent` if the two are one version, or their artifacts
       are the same bytes, or every metric of version1 has an equal value in version2 and there is
       one at least; else `stay`, as there is no evidence that version2 is better. A version that
       is in training or failed is equivalent to itself only.
    2. Version2 is in training or failed: `stay`.
    3. Some got better, none worse: `upgrade`; but `consider_upgrade` if a metric of version1 with
       a known direction is missing in version2, as it may have got worse unseen.
    4. Some got better, some worse: `consider_upgrade` if the overall improvement is positive, no
       metric broke (went from finite to NaN or infinite) and no metric got worse by more than the
       one that got better most, both as the relative change clipped to 1; else `stay`.
    5. Some got worse, none better: `stay`.

    Args:
        version1: The version in use, or the baseline.
        version2: The version that may replace it.
        metrics: As `metrics.compare_metrics` returns them.
        improvements: As `metrics.calculate_improvements` returns them.
    """
    improved, degraded = improvements["improved_metrics"], improvements["degraded_metrics"]
    unfit = version2.status in _UNFIT
    if not improved and not degraded:
        same = is_same_version(version1, version2)
        unchanged = has_same_artifact(version1, version2) or _is_unchanged(metrics)
        return "equivalent" if same or (unchanged and not unfit) else "stay"
    if unfit or not improved:
        return "stay"
    if not degraded:
        return "consider_upgrade" if _lost(metrics) else "upgrade"
    gains = [gain_of(change) or 0.0 for change in metrics.values()]
    broken = any(has_broken(change) for change in metrics.values())
    net_better = improvements["overall_improvement"] > 0 and -min(gains) <= max(gains)
    return "consider_upgrade" if net_better and not broken else "stay"


def _is_unchanged(metrics: Mapping[str, MetricChange]) -> bool:
    before = [change for change in metrics.values() if change["version1_value"] is not None]
    return any(change["verdict"] == "equal" for change in before) and all(
        change["verdict"] == "equal"
        or is_same_value(change["version1_value"], change["version2_value"])
        for change in before
    )


def _lost(metrics: Mapping[str, MetricChange]) -> list[str]:
    """Name the metrics of known direction that version1 has and version2 lacks."""
    return [
        name
        for name, change in metrics.items()
        if change["version2_value"] is None and change["direction"]
    ]


def _verdict(
    version1: ModelVersion,
    version2: ModelVersion,
    metrics: Mapping[str, MetricChange],
    improvements: Improvements,
    recommendation: Recommendation,
) -> str:
    name1, name2 = labels(version1, version2)
    better, worse = (
        improvements["total_metrics_improved"],
        improvements["total_metrics_degraded"],
    )
    counts = (
        f"{better} {_metrics(better)} improved, {worse} degraded, "
        f"overall improvement {improvements['overall_improvement']:+.3g}"
    )
    if recommendation == "upgrade":
        return f"{name2} is better than {name1}: {counts}"
    if recommendation == "equivalent":
        return f"{name2} is equivalent to {name1}: {_why_equivalent(version1, version2, metrics)}"
    if recommendation == "consider_upgrade":
        lost = _lost(metrics)
        but = f"; but {', '.join(lost)} cannot be compared" if lost else ""
        return f"{name2} is better than {name1} on balance: {counts}{but}"
    if version2.status in _UNFIT:
        return f"stay with {name1}: {name2} is {version2.status.value}; {counts}"
    if better or worse:
        return f"stay with {name1}: {counts}"
    return f"there is no evidence that {name2} is better than {name1}: {_why_unknown(metrics)}"


def _why_equivalent(
    version1: ModelVersion, version2: ModelVersion, metrics: Mapping[str, MetricChange]
) -> str:
    if is_same_version(version1, version2):
        return "they are the same version"
    if _is_unchanged(metrics):
        return "no metric changed measurably"
    return "the artifacts are identical; there is no evidence from metrics"


def _why_unknown(metrics: Mapping[str, MetricChange]) -> str:
    equal = sum(change["verdict"] == "equal" for change in metrics.values())
    if equal:
        return f"{equal} {_metrics(equal)} equal, the others cannot be compared"
    return "no metric can be compared"


def _metrics(count: int) -> str:
    return "metric" if count == 1 else "metrics"
