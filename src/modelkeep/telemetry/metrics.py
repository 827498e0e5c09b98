"""What is measured: the name of each metric, its labels, and what it says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from modelkeep.errors import InvalidInputError, UnknownChoiceError

MODEL = "model"
"""The one label whose values grow with use; it is left out unless asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A number with labels.

    Attributes:
        name: Without the prefix of the library, and without `_total`.
        kind: Whether it only grows, goes up and down, or is a distribution.
        about: What it says, for its reader.
        labels: Each with few values that are known beforehand.
        by_model: Whether it may have the label `model` as well.
    """

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    about: str
    labels: tuple[str, ...] = ()
    by_model: bool = False


METRICS = {
    metric.name: metric
    for metric in (
        Metric(
            name="operations",
            kind="counter",
            about="Operations that ended, by outcome (ok or error) and class of the error.",
            labels=("operation", "outcome", "error"),
            by_model=True,
        ),
        Metric(
            name="operation_duration_seconds",
            kind="histogram",
            about="How long operations took.",
            labels=("operation", "outcome"),
        ),
        Metric(
            name="operations_in_progress",
            kind="gauge",
            about="Operations that have begun and not ended.",
            labels=("operation",),
        ),
        Metric(
            name="bytes",
            kind="counter",
            about="Bytes of artifacts, before they are coded, that came in or went out.",
            labels=("operation", "direction"),
        ),
        Metric(
            name="events",
            kind="counter",
            about="Changes of state that were committed: deployed, rolled_back, rollout_promoted…",
            labels=("kind",),
            by_model=True,
        ),
        Metric(
            name="tracking_rows",
            kind="counter",
            about="Rows that tracking has taken.",
            by_model=True,
        ),
        Metric(
            name="records_dropped",
            kind="counter",
            about="Records that did not fit while they could not be written.",
            labels=("buffer",),
        ),
        Metric(
            name="records_waiting",
            kind="gauge",
            about="Records that are not written yet.",
            labels=("buffer",),
        ),
    )
}
"""All metrics by name."""


def metric_of(name: str, labels: Iterable[str]) -> Metric:
    """Return a metric that is used with these labels.

    Raises:
        UnknownChoiceError: There is no such metric.
        InvalidInputError: It has other labels.
    """
    if name not in METRICS:
        raise UnknownChoiceError("metric", name, tuple(METRICS))
    metric = METRICS[name]
    given = set(labels)
    if given - {MODEL} != set(metric.labels) or (MODEL in given and not metric.by_model):
        raise InvalidInputError(
            f"metric {name} was used with the labels {sorted(given)}; it has "
            f"{sorted(metric.labels)}{' and may have model' if metric.by_model else ''}"
        )
    return metric
