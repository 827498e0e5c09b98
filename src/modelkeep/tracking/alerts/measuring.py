"""Measures what an alert rule asks for, from the activity that is kept."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from modelkeep.catalogue import pointers
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.tracked import TrackedStore
from modelkeep.models import DeploymentStage
from modelkeep.tracking.activity import Activity
from modelkeep.tracking.alerts.evaluation import Observation
from modelkeep.tracking.alerts.rules import ANY, DRIFT, OF_FEATURE, PRODUCTION, AlertRule
from modelkeep.tracking.history import read_activity, read_references
from modelkeep.tracking.measures import MEASURES, Known, drift_of, measure_named
from modelkeep.tracking.references import Reference


def metric_names(_model_id: str) -> Collection[str]:
    """Return what a rule may ask for; a name that ends in `:` stands for a family."""
    return (*MEASURES, "mean:", "share:", OF_FEATURE)


class Measuring:
    """Looks at the window of a rule.

    Args:
        store: Where the activity is.
        catalogue: Tells which version production serves.
    """

    def __init__(self, *, store: TrackedStore, catalogue: Catalogue) -> None:
        self._store = store
        self._catalogue = catalogue

    def __call__(self, rule: AlertRule, now: datetime) -> Observation:
        """Return what was seen in the window that ends now.

        Raises:
            IntegrityError: What is kept is damaged.
        """
        version_id = self._version_of(rule)
        if version_id is None:
            return Observation(
                window_end=now, value=None, rows=0, sentence="production serves nothing"
            )
        found = read_activity(
            self._store,
            rule.model_id,
            start=now - timedelta(seconds=rule.window_seconds),
            end=now,
            by="version" if version_id else "model",
            step_seconds=None,
            version_id=version_id or None,
        )
        activity = next(iter(found.values()), Activity())
        reference = read_references(self._store, {version_id}).get(version_id)
        if rule.metric == DRIFT or rule.metric.startswith(OF_FEATURE):
            return _drift(rule, now, activity, reference, version_id)
        value = measure_named(rule.metric).value(activity, Known(reference=reference))
        return Observation(window_end=now, value=value, rows=activity.rows, version_id=version_id)

    def _version_of(self, rule: AlertRule) -> str | None:
        if rule.version == ANY:
            return ""
        if rule.version != PRODUCTION:
            return rule.version
        with self._catalogue.read() as connection:
            pointer = pointers.find(connection, rule.model_id, DeploymentStage.PRODUCTION)
        return None if pointer is None else pointer.version_id


def _drift(
    rule: AlertRule,
    now: datetime,
    activity: Activity,
    reference: Reference | None,
    version_id: str,
) -> Observation:
    verdicts = drift_of(activity, reference)
    feature = rule.metric.removeprefix(OF_FEATURE) if rule.metric != DRIFT else ""
    wanted = [
        verdict
        for name, verdict in verdicts.items()
        if verdict.drifted is not None and feature in ("", name)
    ]
    # They come with the farthest first.
    first = wanted[0] if wanted else None
    return Observation(
        window_end=now,
        value=None if first is None else first.effect,
        rows=activity.rows,
        drifted=None if first is None else any(verdict.drifted for verdict in wanted),
        version_id=version_id,
        sentence="no reference, or too few rows" if first is None else first.reason,
    )
