"""Metrics over time, from the activity that is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from modelkeep.catalogue.tracked import Bucket, TrackedStore
from modelkeep.errors import InvalidInputError, MissingExtraError
from modelkeep.tracking.activity import Activity
from modelkeep.tracking.measures import Known, Measure, measure_named
from modelkeep.tracking.references import Reference
from modelkeep.tracking.roll_up import DAY, HOUR, MINUTE

By = Literal["version", "stage", "version_and_stage", "model"]
_MOST_POINTS = 500
_GROUPS: Mapping[By, Callable[[Bucket], tuple[str, str]]] = {
    "version": lambda bucket: (bucket.key.version_id, ""),
    "stage": lambda bucket: ("", bucket.key.stage),
    "version_and_stage": lambda bucket: (bucket.key.version_id, bucket.key.stage),
    "model": lambda _: ("", ""),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPoint:
    """A metric over a span of time.

    Attributes:
        start: When the span begins, aware UTC.
        seconds: How long it is.
        version_id: Of which version; empty for all. `stage` likewise.
        value: None where the rows do not tell.
        rows: How many answers there were.
        is_estimate: Whether it stands in for what labels would tell.
    """

    start: datetime
    seconds: int
    version_id: str
    stage: str
    value: float | None
    rows: int
    is_estimate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A metric of a model over time; its points in the order of time."""

    model_id: str
    metric: str
    points: tuple[HistoryPoint, ...]

    def __iter__(self) -> Iterator[HistoryPoint]:
        return iter(self.points)

    def __len__(self) -> int:
        return len(self.points)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return a dict for each point."""
        return [asdict(point) for point in self.points]

    def to_frame(self) -> Any:
        """Return a DataFrame with a row for each point.

        Raises:
            MissingExtraError: pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise MissingExtraError("a DataFrame", "pandas", "pandas") from error
        names = list(HistoryPoint.__dataclass_fields__)
        return pd.DataFrame(self.to_rows(), columns=names)


def read_histories(
    store: TrackedStore,
    model_id: str,
    metrics: Sequence[str],
    *,
    start: datetime,
    end: datetime,
    by: By,
    step_seconds: int | None = None,
) -> dict[str, History]:
    """Return metrics over time, by their names.

    Args:
        store: Where the activity is.
        model_id: Of which model.
        metrics: As `measures.measure_named` takes them.
        start: From the bucket that holds this time.
        end: Up to and without this time.
        by: What gets a line of its own.
        step_seconds: Length of a span, a multiple of 60; without it, what gives up to 500. Older
            activity is kept by hours and days, and told by these.

    Raises:
        InvalidInputError: There is no such metric, or something else is not what it must be.
    """
    measures = [measure_named(metric) for metric in metrics]
    for measure in measures:
        _check(start, end, by, step_seconds, measure)
    step = step_seconds or _fitting_step(start, end)
    spans = read_activity(store, model_id, start=start, end=end, by=by, step_seconds=step)
    references = read_references(store, {version for _, _, version, _ in spans if version})
    are_estimates = any(measure.is_estimate for measure in measures)
    everything = _everything(spans) if are_estimates else {}

    def point(span: tuple[int, int, str, str], measure: Measure) -> HistoryPoint:
        begin, seconds, version, stage = span
        known = Known(
            reference=references.get(version), all_activity=everything.get((version, stage))
        )
        return HistoryPoint(
            start=datetime.fromtimestamp(begin, UTC),
            seconds=seconds,
            version_id=version,
            stage=stage,
            value=measure.value(spans[span], known),
            rows=spans[span].rows,
            is_estimate=measure.is_estimate,
        )

    return {
        measure.name: History(
            model_id=model_id,
            metric=measure.name,
            points=tuple(point(span, measure) for span in spans),
        )
        for measure in measures
    }


def read_activity(
    store: TrackedStore,
    model_id: str,
    *,
    start: datetime,
    end: datetime,
    by: By,
    step_seconds: int | None,
    version_id: str | None = None,
    stage: str | None = None,
) -> dict[tuple[int, int, str, str], Activity]:
    """Return activity by begin (seconds since 1970), length in seconds, version and stage.

    Args:
        store: Where it is.
        model_id: Of which model.
        start: As of `read_histories`.
        end: As of `read_histories`.
        by: As of `read_histories`.
        step_seconds: Length of a span; None for one span of all.
        version_id: As of `read_histories`.
        stage: As of `read_histories`.
    """
    first, last = start.timestamp(), end.timestamp()
    with store.read() as rows:
        buckets = rows.buckets(
            model_id, version_id=version_id, start=int(first) - DAY, end=int(-(-last // 1))
        )
    spans: dict[tuple[int, int, str, str], Activity] = {}
    for bucket in buckets:
        key = bucket.key
        # A bucket that reaches into the time that is asked for counts with all that it has.
        if key.start + key.width_seconds <= first or (stage is not None and key.stage != stage):
            continue
        step = max(step_seconds or 0, key.width_seconds)
        span = (key.start // step * step, step) if step_seconds else (int(first), int(last - first))
        activity = Activity.from_bytes(bucket.payload)
        name = (*span, *_GROUPS[by](bucket))
        if name in spans:
            spans[name].merge(activity)
        else:
            spans[name] = activity
    return dict(sorted(spans.items(), key=lambda item: item[0]))


def _everything(
    spans: Mapping[tuple[int, int, str, str], Activity],
) -> dict[tuple[str, str], Activity]:
    """Return the activity of all spans together, by version and stage."""
    found: dict[tuple[str, str], Activity] = {}
    for (_, _, version, stage), activity in spans.items():
        found.setdefault((version, stage), Activity()).merge(
            Activity.from_bytes(activity.to_bytes())
        )
    return found


def read_references(store: TrackedStore, version_ids: set[str]) -> dict[str, Reference]:
    """Return the references of versions that have one, by their ids."""
    found = {}
    with store.read() as rows:
        for version_id in version_ids:
            kept = rows.reference(version_id)
            if kept is not None and kept[0]:
                found[version_id] = Reference.from_bytes(kept[1])
    return found


def _fitting_step(start: datetime, end: datetime) -> int:
    seconds = (end - start).total_seconds()
    steps = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 6 * HOUR)
    return next((step for step in steps if seconds / step <= _MOST_POINTS), DAY)


def check_span(start: datetime | None, end: datetime | None) -> None:
    """Check the ends of a time, as far as they are given.

    Raises:
        InvalidInputError: One is no time, or without a time zone, or the end is not after the
            start.
    """
    for name, moment in (("start", start), ("end", end)):
        if moment is not None and not (isinstance(moment, datetime) and moment.tzinfo):
            raise InvalidInputError(f"{name} is {moment!r}; it must be a datetime with a time zone")
    if start is not None and end is not None and end <= start:
        raise InvalidInputError(f"end is {end.isoformat()}; it must be after {start.isoformat()}")


def _check(
    start: datetime, end: datetime, by: str, step_seconds: int | None, measure: Measure
) -> None:
    check_span(start, end)
    if by not in get_args(By):
        raise InvalidInputError(f"by is {by!r}; it must be one of {', '.join(get_args(By))}")
    if step_seconds is not None and (step_seconds < MINUTE or step_seconds % MINUTE):
        raise InvalidInputError(f"step_seconds is {step_seconds}; it must be a multiple of 60")
    if measure.needs_version and not by.startswith("version"):
        raise InvalidInputError(
            f"{measure.name!r} is held against the reference of a version; use by='version'"
        )
