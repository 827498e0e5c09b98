"""The shape of what a ranking of versions returns: plain dicts, ready for JSON."""

from __future__ import annotations

from typing import TypedDict

from modelkeep.comparison.result import Direction


class RankedVersion(TypedDict):
    """One row of the table.

    Attributes:
        metrics: Value by metric; None where it was not measured or is not finite.
        latency_seconds: None where it is not known.
        on_front: Whether no other version is at least as good on every axis and better on one.
        score: Weighted mean of the gains on the axes that count, in [0, 1]; None where a value
            that counts is missing, or nothing counts.
        rank: From 1; versions with the same score share it. None where there is no score.
        missing: Axes with a direction that the version has no value for.
    """

    version_id: str
    model_id: str
    version_number: str
    metrics: dict[str, float | None]
    size_bytes: int
    latency_seconds: float | None
    on_front: bool
    score: float | None
    rank: int | None
    missing: list[str]


class Axis(TypedDict):
    """One axis of a plot with parallel coordinates.

    Attributes:
        name: A metric, `size_bytes` or `latency_seconds`.
        direction: Which way is better; None if that is not known, and then it does not count.
        weight: How much it counts in the score.
        min: The least value that any version has; None if none has one. Likewise max.
        values: In the order of the rows.
    """

    name: str
    direction: Direction | None
    weight: float
    min: float | None
    max: float | None
    values: list[float | None]


class Ranking(TypedDict):
    """Versions held against each other, as plain values for JSON.

    Attributes:
        rows: The best rank first; those without a rank come last, in the order they were given.
        axes: Metrics first, then size, then latency where any is known.
        notes: What does not count, and why.
    """

    rows: list[RankedVersion]
    axes: list[Axis]
    notes: list[str]
