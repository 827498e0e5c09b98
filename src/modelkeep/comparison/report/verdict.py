"""What a comparison comes to, in one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, cast

from modelkeep.comparison.deep import DeepComparison, PredictionsDifference, TensorsDifference
from modelkeep.comparison.report.grouping import group_tensors
from modelkeep.comparison.result import Recommendation, VersionComparison
from modelkeep.pages.wording import plural, shortened, shown_share

_MOST_NAMED = 3
_OPENINGS: Mapping[Recommendation, str] = {
    "upgrade": "Upgrade to {new}",
    "consider_upgrade": "Consider an upgrade to {new}",
    "stay": "Stay with {old}",
    "equivalent": "{new} is equivalent to {old}",
}
_TONES: Mapping[Recommendation, Literal["plain", "good", "bad"]] = {
    "upgrade": "good",
    "consider_upgrade": "plain",
    "stay": "bad",
    "equivalent": "plain",
}


def names_of(result: VersionComparison) -> tuple[str, str]:
    """Return short names of the two versions: numbers, with the model where the models differ."""
    first, second = result["version1"], result["version2"]
    if first["model_id"] == second["model_id"]:
        return first["number"], second["number"]
    return (
        f"{first['model_id']}@{first['number']}",
        f"{second['model_id']}@{second['number']}",
    )


def tone_of(result: VersionComparison) -> Literal["plain", "good", "bad"]:
    """Return the colour of the recommendation."""
    return _TONES[result["summary"]["recommendation"]]


def as_deep(result: VersionComparison) -> DeepComparison | None:
    """Return the comparison as one that looked into the artifacts; None if it did not."""
    return cast("DeepComparison", result) if "tensors" in result else None


def verdict_of(result: VersionComparison) -> str:
    """Say in one sentence what to do and what the main differences are.

    Args:
        result: A comparison, deep or not.

    Returns:
        The recommendation, metrics that moved, those beyond noise on the sample, answers that
        flipped and where the weights changed, as far as each is known.
    """
    old, new = names_of(result)
    old, new = shortened(old, 48), shortened(new, 48)
    opening = _OPENINGS[result["summary"]["recommendation"]].format(old=old, new=new)
    parts = [_metrics_part(result)]
    deep = as_deep(result)
    if deep is not None:
        if deep["predictions"] is not None:
            parts += _sample_parts(deep["predictions"])
        if deep["tensors"] is not None:
            parts.append(_weights_part(deep["tensors"]))
        if deep["trees"] is not None:
            trees = deep["trees"]
            parts.append(
                f"{trees['trees_changed']:,} of {plural(trees['trees1'], 'tree')} changed, "
                f"{trees['trees_added']:,} added, {trees['trees_removed']:,} removed"
            )
    return f"{opening}: {'; '.join(parts)}."


def _metrics_part(result: VersionComparison) -> str:
    counts = result["improvements"]
    better, worse = counts["improved_metrics"], counts["degraded_metrics"]
    if not better and not worse:
        equal = sum(change["verdict"] == "equal" for change in result["metrics"].values())
        if equal:
            return f"no metric got better or worse, {plural(equal, 'is', 'are')} equal"
        return "no metric can be compared"
    parts = []
    if better:
        parts.append(f"{plural(len(better), 'metric')} better ({_named(better)})")
    if worse:
        noun = "worse" if better else f"{'metric' if len(worse) == 1 else 'metrics'} worse"
        parts.append(f"{len(worse):,} {noun} ({_named(worse)})")
    else:
        parts.append("none worse")
    return ", ".join(parts)


def _sample_parts(predictions: PredictionsDifference) -> Iterator[str]:
    for word, improved in (("better", True), ("worse", False)):
        beyond = [test["metric"] for test in predictions["tests"] if test["improved"] is improved]
        if beyond:
            yield f"on the sample {_named(beyond)} {word} beyond noise"
    if predictions["tests"] and all(test["improved"] is None for test in predictions["tests"]):
        yield "on the sample no score differs beyond noise"
    yield (
        f"{predictions['flipped']:,} of {plural(predictions['rows'], 'answer')} differ "
        f"({shown_share(predictions['flipped_share'])})"
    )


def _weights_part(tensors: TensorsDifference) -> str:
    total = len(tensors["tensors"])
    same = tensors["counts"].get("same", 0)
    if same == total:
        return f"all weights are the same ({plural(total, 'tensor')})"
    groups = [group for group in group_tensors(tensors["tensors"]) if group.largest]
    groups.sort(key=lambda group: -(group.largest or 0.0))
    changed = f"{total - same:,} of {plural(total, 'tensor')} changed"
    if not groups:
        return changed
    return (
        f"{changed}, most in {shortened(groups[0].shown_name, 40)} "
        f"(by {shown_share(groups[0].largest)} of the norm)"
    )


def _named(names: list[str]) -> str:
    shown = ", ".join(shortened(name, 40) for name in names[:_MOST_NAMED])
    more = len(names) - _MOST_NAMED
    return f"{shown} and {more} more" if more > 0 else shown
