"""The service that keeps what versions did in use, and tells how it went over time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from modelkeep.catalogue.tracked import TrackedStore
from modelkeep.clock import Clock
from modelkeep.errors import InvalidInputError
from modelkeep.telemetry.probe import NO_PROBE, Probe
from modelkeep.tracking import admission
from modelkeep.tracking.drift.alarm import DriftRule, DriftVerdict
from modelkeep.tracking.history import (
    By,
    History,
    check_span,
    read_activity,
    read_histories,
)
from modelkeep.tracking.intake import Intake, VersionSource
from modelkeep.tracking.measures import drift_of
from modelkeep.tracking.references import PREDICTION, Reference, feature_key, reference_from
from modelkeep.tracking.roll_up import RollUp

_DEFAULT_SPAN = timedelta(days=7)


class Tracker(Intake):
    """Logs what versions answered, and gives metrics, drift and reports of it.

    Args:
        store: Where the summaries are.
        versions: Finds versions.
        clock: The time.
        probe: Is told of rows, and of those that are lost.
    """

    def __init__(
        self,
        *,
        store: TrackedStore,
        versions: VersionSource,
        clock: Clock,
        probe: Probe = NO_PROBE,
    ) -> None:
        super().__init__(store=store, versions=versions, clock=clock, probe=probe)

    def set_reference(
        self, version_id: str, *, features: Any = None, predictions: Any = None
    ) -> None:
        """Say what a version was made for: drift is held against it.

        Without it, the reference is made of the first 2,000 rows that are logged. A new one takes
        the place of the old; what was counted over the old one shows no drift any more.

        Args:
            version_id: As of `log`.
            features: What it was trained on: arrays by name, a DataFrame or an Arrow table.
            predictions: What it answered to that.

        Raises:
            VersionNotFoundError: There is no such version.
            InvalidInputError: Neither is given, or something is not what it must be.
        """
        version = self._versions.get_version(version_id).version_id
        values = {
            feature_key(name): column
            for name, column in admission.feature_columns(features, None).items()
        }
        answered = admission.answer_column("predictions", predictions, None)
        if answered is not None:
            values[PREDICTION] = answered
        if not values:
            raise InvalidInputError("a reference needs features, predictions or both")
        reference = reference_from(values)
        # What waits was logged before this.
        self.flush()
        with self._store.write() as rows:
            rows.put_reference(version, reference.to_bytes(), is_complete=True)

    def reference(self, version_id: str) -> Reference | None:
        """Return the reference of a version, or None while there is none."""
        with self._store.read() as rows:
            found = rows.reference(self._versions.get_version(version_id).version_id)
        return Reference.from_bytes(found[1]) if found is not None and found[0] else None

    def history(
        self,
        model_id: str,
        metric: str,
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        by: By = "version",
        step_seconds: int | None = None,
    ) -> History:
        """Return a metric of a model over time; what this process logged is in it.

        Args:
            model_id: The model.
            metric: Such as `accuracy`, `error_rate`, `latency_p99` or `drift:age`; a mistyped one
                is refused with the list of all.
            start: From then; without it, the week before `end`.
            end: Up to then; without it, now.
            by: What gets a line of its own: `version`, `stage`, `version_and_stage`, or `model`.
            step_seconds: Length of a span, a multiple of 60; without it, what gives up to 500.

        Raises:
            InvalidInputError: Something is not what it must be.
        """
        found = self.histories(model_id, [metric], start, end, by=by, step_seconds=step_seconds)
        return found[metric]

    def histories(
        self,
        model_id: str,
        metrics: Sequence[str],
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        by: By = "version",
        step_seconds: int | None = None,
    ) -> dict[str, History]:
        """Return several metrics over time by their names, read once; see `history`."""
        start, end = self._span(start, end)
        self.flush()
        return read_histories(
            self._store, model_id, metrics, start=start, end=end, by=by, step_seconds=step_seconds
        )

    def drift(
        self,
        version_id: str,
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        rule: DriftRule | None = None,
    ) -> dict[str, DriftVerdict]:
        """Return how far features and predictions are from the reference, the farthest first.

        Args:
            version_id: As of `log`.
            start: As of `history`.
            end: As of `history`.
            rule: What counts as drift.

        Returns:
            Verdicts by feature, and that of the answers under `(predictions)`; empty while the
            version has no reference.

        Raises:
            VersionNotFoundError: There is no such version.
        """
        version = self._versions.get_version(version_id)
        start, end = self._span(start, end)
        self.flush()
        found = read_activity(
            self._store,
            version.model_id,
            start=start,
            end=end,
            by="version",
            step_seconds=None,
            version_id=version.version_id,
        )
        reference = self.reference(version.version_id)
        for activity in found.values():
            return drift_of(activity, reference, rule)
        return {}

    def roll_up(self) -> int:
        """Keep older activity in less detail; return how many buckets were rolled up.

        Minutes are kept for 48 hours, hours for 90 days, days for two years; predictions wait 30
        days for their labels. The background loop does this every hour.

        Raises:
            IntegrityError: What is stored is damaged.
        """
        return RollUp(store=self._store, clock=self._clock).run()

    def size_bytes(self) -> dict[str, int]:
        """Return how many bytes the activity of each model takes."""
        return self._store.size_bytes()

    def _span(self, start: datetime | None, end: datetime | None) -> tuple[datetime, datetime]:
        check_span(start, end)
        # The minute that runs is part of "now".
        end = end or self._clock.now() + timedelta(minutes=1)
        start = start or end - _DEFAULT_SPAN
        check_span(start, end)
        return start, end
