"""How a model does in use, on one page: metrics, releases, drift and alerts together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from modelkeep import canonical
from modelkeep.catalogue import alerts as alert_rows
from modelkeep.catalogue import events, versions
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.clock import Clock
from modelkeep.deployment.records import DeploymentEvent
from modelkeep.errors import NotFoundError
from modelkeep.tracking.history import History
from modelkeep.tracking.report import performance_page
from modelkeep.tracking.report_points import AlertSeen, DeploymentSeen, DriftSeen, MetricPoint
from modelkeep.tracking.tracker import Tracker

METRICS = (
    "count",
    "error_rate",
    "latency_p50",
    "latency_p99",
    "accuracy",
    "estimated_accuracy",
    "f1",
    "roc_auc",
    "mean_absolute_error",
    "r2",
    "label_coverage",
    "drift",
)
"""What is drawn unless metrics are named: those of these that the rows tell."""
_FIRED, _CLEARED = "alert_fired", "alert_cleared"


class PerformanceReports:
    """Draws how models do in use.

    Args:
        tracker: Has the metrics.
        releases: Returns what happened to the stages of a model.
        catalogue: Has versions and alerts.
        clock: The time.
    """

    def __init__(
        self,
        *,
        tracker: Tracker,
        releases: Callable[[str], Sequence[DeploymentEvent]],
        catalogue: Catalogue,
        clock: Clock,
    ) -> None:
        self._tracker = tracker
        self._releases = releases
        self._catalogue = catalogue
        self._clock = clock

    def page(
        self,
        model_id: str,
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        metrics: Sequence[str] | None = None,
    ) -> str:
        """Return a page of HTML that makes no request.

        Args:
            model_id: The model.
            start: From then; without it, the week before `end`.
            end: Up to then; without it, now.
            metrics: What to draw; without it, those of `METRICS` that the rows tell.

        Raises:
            ModelNotFoundError: There is no such model.
            InvalidInputError: There is no such metric.
            MissingExtraError: What draws the charts is not installed.
        """
        end = end or self._clock.now() + timedelta(minutes=1)
        start = start or end - timedelta(days=7)
        releases = [each for each in self._releases(model_id) if start <= each.at < end]
        histories = self._tracker.histories(model_id, metrics or METRICS, start, end)
        if metrics is None:
            histories = {name: each for name, each in histories.items() if _is_told(each)}
        numbers = self._numbers({point.version_id for each in histories.values() for point in each})
        return performance_page(
            model_id,
            {name: _points(each, numbers) for name, each in histories.items()},
            [_release(each) for each in releases if each.version_number is not None],
            [
                seen
                for version_id, number in numbers.items()
                for seen in self._drift(version_id, number, start, end)
            ],
            self._alerts(model_id, start),
        )

    def _numbers(self, version_ids: set[str]) -> dict[str, str]:
        """Return the numbers of versions by their ids; one that was removed keeps its id."""
        found = {}
        with self._catalogue.read() as connection:
            for version_id in sorted(version_ids):
                try:
                    found[version_id] = versions.get(connection, version_id).version_number
                except NotFoundError:
                    found[version_id] = version_id
        return found

    def _drift(
        self, version_id: str, number: str, start: datetime, end: datetime
    ) -> list[DriftSeen]:
        try:
            verdicts = self._tracker.drift(version_id, start, end)
        except NotFoundError:
            return []
        return [
            {
                "at": min(end, self._clock.now()),
                "feature": f"{number}: {feature}",
                "effect": verdict.effect,
                "sentence": verdict.reason,
                "drifted": verdict.drifted,
            }
            for feature, verdict in verdicts.items()
        ]

    def _alerts(self, model_id: str, start: datetime) -> list[AlertSeen]:
        since = canonical.to_microseconds(start)
        with self._catalogue.read() as connection:
            found = alert_rows.events_of(connection, model_id, (_FIRED, _CLEARED), since=since)
        return [_alert(event) for event in found]


def _is_told(history: History) -> bool:
    return any(point.value is not None for point in history)


def _points(history: History, numbers: dict[str, str]) -> list[MetricPoint]:
    return [
        {
            "start": point.start,
            "version": numbers[point.version_id],
            "value": point.value,
            "count": point.rows,
            "estimated": point.is_estimate,
            "lower": None,
            "upper": None,
        }
        for point in history
    ]


def _release(event: DeploymentEvent) -> DeploymentSeen:
    return {
        "at": event.at,
        "stage": event.stage.value,
        "version": event.version_number or "",
        "kind": "rolled_back" if event.kind == events.ROLLED_BACK else "deployed",
        "reason": event.reason,
    }


def _alert(event: events.Event) -> AlertSeen:
    return {
        "at": canonical.from_microseconds(event.at) if isinstance(event.at, int) else event.at,
        "rule": str(event.after.get("name", "")),
        "kind": "fired" if event.kind == _FIRED else "cleared",
        "sentence": str(event.after.get("sentence", "") or event.after.get("reason", "")),
    }
