"""Files what was logged: rows become summaries, and these join those that are kept."""

from __future__ import annotations

import logging
import time
from datetime import datetime
from typing import Protocol

import numpy as np

from modelkeep import canonical
from modelkeep.catalogue.tracked import BucketKey, TrackedRows, TrackedStore
from modelkeep.clock import Clock
from modelkeep.errors import InvalidInputError, NotFoundError
from modelkeep.models import ModelVersion
from modelkeep.telemetry.probe import NO_PROBE, Probe
from modelkeep.tracking.activity import Activity
from modelkeep.tracking.columns import Columns, RowTuple, to_columns
from modelkeep.tracking.labels import LabelDesk, minutes_of, outcome_columns
from modelkeep.tracking.references import FirstRows, Reference

MINUTE_SECONDS = 60
_LOG = logging.getLogger("modelkeep")
NO_STAGE = "none"
_PLACED_SECONDS = 0.25


class _Versions(Protocol):
    def get_version(self, reference: str) -> ModelVersion: ...


class Filing:
    """Writes rows, each call in one transaction: all of them are kept, or none.

    Args:
        store: Where the summaries are.
        versions: Tells of which model a version is, and in which stage.
        clock: The time.
        probe: Is told of rows that are written.

    Attributes:
        opened_at: When the first of the rows that wait was taken; None where none waits.
        repeated: Rows that said nothing new, in this process.
        contradicted: Labels that differed from the first one, in this process.
        refused: Rows that no summary could take, in this process; the log says why.
    """

    def __init__(
        self,
        *,
        store: TrackedStore,
        versions: _Versions,
        clock: Clock,
        probe: Probe = NO_PROBE,
    ) -> None:
        self._store = store
        self._versions = versions
        self._clock = clock
        self._probe = probe
        self._references: dict[str, Reference] = {}
        self._places: dict[str, tuple[str, str, float]] = {}
        self.opened_at: datetime | None = None
        self.repeated = 0
        self.contradicted = 0
        self.refused = 0

    def write(self, waiting: list[RowTuple | Columns]) -> None:
        """Write rows.

        Raises:
            ModelkeepError: The store or the catalogue cannot be used; nothing was written.
        """
        at = self.opened_at or self._clock.now()
        groups = [(columns, *self._place(columns.version_id)) for columns in to_columns(waiting)]
        with self._store.write() as rows:
            desk = LabelDesk(rows=rows, now=canonical.to_microseconds(at))
            deltas: dict[BucketKey, Activity] = {}
            models: dict[str, str] = {}
            references: dict[str, Reference | FirstRows] = {}
            for columns, model_id, stage in groups:
                models[columns.version_id] = model_id
                counted = desk.admit(columns, stage)
                if counted.count:
                    self._count(rows, counted, stage, desk.now, deltas, references)
            for key, late in outcome_columns(desk.joined.outcomes).items():
                version_id, stage, minute = key
                if version_id not in models:
                    models[version_id] = self._model_of(rows, version_id)
                delta = deltas.setdefault(_minute(version_id, stage, minute), Activity())
                delta.add_outcomes(late)
            for bucket, delta in deltas.items():
                kept = rows.payload(bucket)
                if kept is not None:
                    delta.merge(Activity.from_bytes(kept))
                rows.put(bucket, models[bucket.version_id], delta.to_bytes())
            self._keep_first_rows(rows, references)
        for columns, model_id, _ in groups:
            self._probe.count("tracking_rows", columns.count, model=model_id)
        self.opened_at = None
        self.repeated += desk.joined.repeated
        self.contradicted += desk.joined.contradicted
        for version_id, reference in references.items():
            if isinstance(reference, Reference):
                self._references[version_id] = reference

    def forget(self, version_id: str) -> None:
        """Read the reference of a version anew: it was changed."""
        self._references.pop(version_id, None)

    def _count(
        self,
        rows: TrackedRows,
        columns: Columns,
        stage: str,
        now: int,
        deltas: dict[BucketKey, Activity],
        references: dict[str, Reference | FirstRows],
    ) -> None:
        version_id = columns.version_id
        reference = references.get(version_id)
        if reference is None:
            reference = references[version_id] = self._reference(rows, version_id)
        if isinstance(reference, FirstRows):
            reference.add(columns)
        known = reference if isinstance(reference, Reference) else None
        minutes = minutes_of(columns, now)
        different = np.unique(minutes) if columns.at is not None else minutes[:1]
        for minute in different.tolist():
            part = columns if len(different) == 1 else columns.taken(minutes == minute)
            delta = Activity()
            try:
                delta.add(part, known)
            except InvalidInputError:
                # What was taken cannot be given back any more, and must not hold up the rest.
                _LOG.exception("%d rows of %s cannot be tracked", part.count, version_id)
                self.refused += part.count
                continue
            deltas.setdefault(_minute(version_id, stage, minute), Activity()).merge(delta)

    def _reference(self, rows: TrackedRows, version_id: str) -> Reference | FirstRows:
        known = self._references.get(version_id)
        if known is not None:
            return known
        kept = rows.reference(version_id)
        if kept is None:
            return FirstRows()
        is_complete, payload = kept
        return Reference.from_bytes(payload) if is_complete else FirstRows.from_bytes(payload)

    @staticmethod
    def _keep_first_rows(rows: TrackedRows, references: dict[str, Reference | FirstRows]) -> None:
        for version_id, first in references.items():
            if not isinstance(first, FirstRows):
                continue
            if not first.is_complete:
                rows.put_reference(version_id, first.to_bytes(), is_complete=False)
            elif first.values:
                made = references[version_id] = first.to_reference()
                rows.put_reference(version_id, made.to_bytes(), is_complete=True)

    def know(self, version: ModelVersion) -> None:
        """Remember of which model a version is, and which stage it serves."""
        stage = version.deployment_stage.value if version.is_active else NO_STAGE
        until = time.monotonic() + _PLACED_SECONDS
        self._places[version.version_id] = version.model_id, stage, until

    def _place(self, version_id: str) -> tuple[str, str]:
        """Return the model of a version and the stage that it serves."""
        if not version_id:
            # Labels alone: each goes to the version of its prediction.
            return "", NO_STAGE
        known = self._places.get(version_id)
        if known is None or time.monotonic() >= known[2]:
            try:
                self.know(self._versions.get_version(version_id))
            except NotFoundError:
                if known is None:
                    raise
                # It was removed meanwhile: what it did is still told.
                return known[0], NO_STAGE
        model_id, stage, _ = self._places[version_id]
        return model_id, stage

    def _model_of(self, rows: TrackedRows, version_id: str) -> str:
        """Return the model of a version whose prediction was counted, also after its removal."""
        kept = rows.buckets(version_id=version_id, limit=1)
        return kept[0].model_id if kept else self._place(version_id)[0]


def _minute(version_id: str, stage: str, minute: int) -> BucketKey:
    return BucketKey(version_id, stage, MINUTE_SECONDS, minute)
