"""What a page on performance is made of, and how points over time become lines with gaps."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Literal, TypedDict

from modelkeep.errors import InvalidInputError

# Buckets need not be evenly long; a bucket and a half without any is a gap.
_GAP = 1.5


class MetricPoint(TypedDict):
    """A metric of one version over a span of time.

    Attributes:
        start: When the span begins, as an ISO 8601 time with its zone.
        value: None where the rows do not tell.
        count: How many rows it comes from.
        estimated: Whether it stands in for what labels would tell.
        lower: Lower end of its interval, if one is known; likewise upper.
    """

    start: str | datetime
    version: str
    value: float | None
    count: int
    estimated: bool
    lower: float | None
    upper: float | None


class DeploymentSeen(TypedDict):
    """A version that began to serve in a stage."""

    at: str | datetime
    stage: str
    version: str
    kind: Literal["deployed", "rolled_back", "promoted"]
    reason: str


class DriftSeen(TypedDict):
    """What was seen of one feature; `drifted` is None where there were too few rows to say."""

    at: str | datetime
    feature: str
    effect: float | None
    sentence: str
    drifted: bool | None


class AlertSeen(TypedDict):
    """An alert that fired or cleared."""

    at: str | datetime
    rule: str
    kind: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A point in a line: points of one segment are joined.

    Attributes:
        at: When its span begins, aware UTC.
        segment: Number of the segment among all of the metric.
        is_joint: Whether it repeats the end of the segment before, to join two that are drawn
            differently.
    """

    at: datetime
    point: MetricPoint
    value: float
    segment: int
    is_dashed: bool
    is_joint: bool


def moment_of(given: str | datetime) -> datetime:
    """Read a time.

    Raises:
        InvalidInputError: It is no ISO 8601 time, or has no time zone.
    """
    try:
        moment = datetime.fromisoformat(given) if isinstance(given, str) else given
    except ValueError as error:
        raise InvalidInputError(
            f"{given!r} is no time; give an ISO 8601 time such as 2026-03-01T12:00:00+00:00"
        ) from error
    if moment.tzinfo is None:
        raise InvalidInputError(f"the time {given!r} has no time zone; give an aware one")
    return moment.astimezone(UTC)


def step_seconds(points: Sequence[MetricPoint]) -> float:
    """Return the usual time between two points of one version, in seconds; 0 if there is none."""
    steps = []
    for line in _by_version(points):
        starts = sorted({moment_of(point["start"]) for point in line})
        steps += [(later - earlier).total_seconds() for earlier, later in pairwise(starts)]
    return statistics.median(steps) if steps else 0.0


def place_points(points: Sequence[MetricPoint]) -> Iterator[Placed]:
    """Cut the points of each version into segments: at gaps, and where estimates begin or end.

    Args:
        points: Of one metric, of any versions, in any order.
    """
    step = step_seconds(points)
    segment = 0
    for line in _by_version(points):
        before: Placed | None = None
        for point in sorted(line, key=lambda point: moment_of(point["start"])):
            at, value = moment_of(point["start"]), point["value"]
            if value is None:
                before = None
                continue
            dashed = point["estimated"]
            apart = before is None or (at - before.at).total_seconds() > _GAP * step
            if apart or before is None or before.is_dashed != dashed:
                segment += 1
                if not apart and before is not None:
                    yield Placed(
                        at=before.at,
                        point=before.point,
                        value=before.value,
                        segment=segment,
                        is_dashed=dashed,
                        is_joint=True,
                    )
            before = Placed(
                at=at,
                point=point,
                value=value,
                segment=segment,
                is_dashed=dashed,
                is_joint=False,
            )
            yield before


def effect_of(
    deployment: DeploymentSeen, deployments: Sequence[DeploymentSeen], points: Sequence[MetricPoint]
) -> tuple[float | None, float | None]:
    """Return the mean of a metric just before a deployment and while it lasted.

    Before are the points of other versions since the deployment before it in the stage; after are
    those of its own version until the next one there. Each point counts as much as it has rows.

    Args:
        deployment: One of the deployments.
        deployments: All of them.
        points: Of one metric.
    """
    at = moment_of(deployment["at"])
    times = sorted(
        moment_of(other["at"]) for other in deployments if other["stage"] == deployment["stage"]
    )
    start = max((time for time in times if time < at), default=None)
    end = min((time for time in times if time > at), default=None)
    before, after = [], []
    for point in points:
        begins = moment_of(point["start"])
        if point["version"] == deployment["version"]:
            if begins >= at and (end is None or begins < end):
                after.append(point)
        elif begins < at and (start is None or begins >= start):
            before.append(point)
    return mean_of(before), mean_of(after)


def mean_of(points: Sequence[MetricPoint]) -> float | None:
    """Return the mean of the values, each counting as much as it has rows; None without any."""
    known = [(p["value"], p["count"]) for p in points if p["value"] is not None and p["count"] > 0]
    rows = sum(count for _, count in known)
    return sum(value * (count / rows) for value, count in known) if rows else None


def versions_of(points: Sequence[MetricPoint]) -> list[str]:
    """Return the versions in the order of their first points."""
    ordered = sorted(points, key=lambda point: moment_of(point["start"]))
    return list(dict.fromkeys(point["version"] for point in ordered))


def _by_version(points: Sequence[MetricPoint]) -> Iterator[list[MetricPoint]]:
    for version in versions_of(points):
        yield [point for point in points if point["version"] == version]
