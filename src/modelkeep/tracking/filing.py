"""Files what was logged: rows become summaries, and these join those that are kept."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

import numpy as np
import numpy.typing as npt

from modelkeep import canonical
from modelkeep.catalogue.tracked import BucketKey, TrackedRows, TrackedStore
from modelkeep.clock import Clock
from modelkeep.errors import (
    DamagedCatalogueError,
    InvalidInputError,
    NotFoundError,
    StorageUnavailableError,
)
from modelkeep.models import ModelVersion
from modelkeep.telemetry.probe import NO_PROBE, Probe
from modelkeep.tracking.activity import Activity
from modelkeep.tracking.columns import Columns, RowTuple, to_columns
from modelkeep.tracking.labels import Joined, LabelDesk, minutes_of, outcome_columns
from modelkeep.tracking.references import FirstRows, Reference
from modelkeep.tracking.roll_up import width_at

_LOG = logging.getLogger("modelkeep")
NO_STAGE = "none"
_PLACED_SECONDS = 0.25
# Errors that no rows are to blame for: what waits is written when the store can be used again.
_OF_THE_STORE = (StorageUnavailableError, DamagedCatalogueError)


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
        ids: Those of versions that are known, which name themselves.
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
        self._references: dict[str, tuple[bytes, Reference]] = {}
        self._places: dict[str, tuple[str, str, float]] = {}
        self.opened_at: datetime | None = None
        self.ids: dict[str, str] = {}
        self._process = os.getpid()
        # Kept for the case that a write fails: converted rows, and how many items they were.
        self._waiting: list[Columns] = []
        self._converted = 0
        self.repeated = 0
        self.contradicted = 0
        self.refused = 0

    def write(self, waiting: list[RowTuple | Columns]) -> None:
        """Write rows.

        Args:
            waiting: What was taken. After a failure the same must come again, and more may follow.

        Raises:
            ModelkeepError: The store or the catalogue cannot be used; nothing was written.
        """
        if self._process != os.getpid():
            # A forked child has rows of its own; these are its parent's.
            self._forget_waiting()
        fresh = waiting[self._converted :]
        if fresh:
            # Rows that come from now on get a time of their own, also while this is tried again.
            at, self.opened_at = self.opened_at or self._clock.now(), None
            self._waiting += list(to_columns(fresh, canonical.to_microseconds(at)))
            self._converted = len(waiting)
        try:
            self._write(self._waiting)
        except _OF_THE_STORE:
            raise
        except Exception:
            # Some rows cannot be written, which must not hold up the rest for ever.
            sound = [columns for columns in self._waiting if self._can_write(columns)]
            if len(sound) == len(self._waiting):
                raise
            self._write(sound)
            self.refused += sum(each.count for each in self._waiting) - sum(
                each.count for each in sound
            )
        self._forget_waiting()

    def _forget_waiting(self) -> None:
        if self._process != os.getpid():
            self._process, self.opened_at = os.getpid(), None
        self._waiting, self._converted = [], 0

    def _can_write(self, columns: Columns) -> bool:
        """Return whether rows can be written, by trying it and taking it back."""
        try:
            with self._store.write() as rows:
                self._file(rows, [(columns, *self._place(columns.version_id))])
                raise _TakenBackError  # noqa: TRY301 - ends the transaction
        except _TakenBackError:
            return True
        except _OF_THE_STORE:
            raise
        except Exception:  # noqa: BLE001 - logged and counted; whatever it is, others go on
            _LOG.exception("%d rows of %s cannot be tracked", columns.count, columns.version_id)
            return False

    def _write(self, waiting: list[Columns]) -> None:
        groups = [(columns, *self._place(columns.version_id)) for columns in waiting]
        with self._store.write() as rows:
            joined, refused = self._file(rows, groups)
        for columns, model_id, _ in groups:
            self._probe.count("tracking_rows", columns.count, model=model_id)
        self.repeated += joined.repeated
        self.contradicted += joined.contradicted
        self.refused += refused

    def _file(
        self, rows: TrackedRows, groups: list[tuple[Columns, str, str]]
    ) -> tuple[Joined, int]:
        """Return what came of ids, and how many rows could not be counted."""
        desk = LabelDesk(rows=rows, now=canonical.to_microseconds(self._clock.now()))
        seconds = desk.now // 1_000_000
        deltas: dict[BucketKey, Activity] = {}
        models: dict[str, str] = {}
        references: dict[str, Reference | FirstRows] = {}
        refused = 0
        for columns, model_id, stage in groups:
            models[columns.version_id] = model_id
            counted = desk.admit(columns, stage)
            if not counted.count:
                continue
            minutes = minutes_of(counted, desk.now)
            for places, known in self._held_against(rows, counted, references):
                part = counted if places is None else counted.taken(places)
                some = minutes if places is None else minutes[places]
                refused += _count(part, some, stage, seconds, known, deltas)
        for key, late in outcome_columns(desk.joined.outcomes).items():
            version_id, stage, minute = key
            if version_id not in models:
                models[version_id] = self._model_of(rows, version_id)
            bucket = _bucket(version_id, stage, minute, seconds)
            deltas.setdefault(bucket, Activity()).add_outcomes(late)
        for bucket, delta in deltas.items():
            kept = rows.payload(bucket)
            if kept is not None:
                delta.merge(Activity.from_bytes(kept))
            rows.put(bucket, models[bucket.version_id], delta.to_bytes())
        for version_id, first in references.items():
            if isinstance(first, FirstRows) and first.values:
                rows.put_reference(version_id, first.to_bytes(), is_complete=False)
        return desk.joined, refused

    def _held_against(
        self,
        rows: TrackedRows,
        columns: Columns,
        references: dict[str, Reference | FirstRows],
    ) -> Iterator[tuple[slice | None, Reference | None]]:
        """Give the places of rows, None for all, with the reference that drift is told by."""
        version_id = columns.version_id
        found = references.get(version_id) or self._reference(rows, version_id)
        references[version_id] = found
        if isinstance(found, Reference):
            yield None, found
            return
        taken = found.add(columns)
        if not found.is_complete:
            yield None, None
            return
        made = references[version_id] = found.to_reference()
        rows.put_reference(version_id, made.to_bytes(), is_complete=True)
        yield slice(taken), None
        if taken < columns.count:
            yield slice(taken, None), made

    def _reference(self, rows: TrackedRows, version_id: str) -> Reference | FirstRows:
        kept = rows.reference(version_id)
        if kept is None:
            return FirstRows()
        is_complete, payload = kept
        if not is_complete:
            return FirstRows.from_bytes(payload)
        # Another process may have set a new one; to read it anew takes longer than to compare.
        known = self._references.get(version_id)
        if known is None or known[0] != payload:
            known = self._references[version_id] = payload, Reference.from_bytes(payload)
        return known[1]

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
                # It was removed meanwhile: what it did is still told, and nothing more taken.
                self.ids.pop(version_id, None)
                return known[0], NO_STAGE
        model_id, stage, _ = self._places[version_id]
        return model_id, stage

    def _model_of(self, rows: TrackedRows, version_id: str) -> str:
        """Return the model of a version whose prediction was counted, also after its removal."""
        kept = rows.buckets(version_id=version_id, limit=1)
        return kept[0].model_id if kept else self._place(version_id)[0]


def _count(
    columns: Columns,
    minutes: npt.NDArray[np.int64],
    stage: str,
    now: int,
    reference: Reference | None,
    deltas: dict[BucketKey, Activity],
) -> int:
    """Count rows in the minutes that they are of; return how many could not be."""
    refused = 0
    different = np.unique(minutes) if isinstance(columns.at, np.ndarray) else minutes[:1]
    for minute in different.tolist():
        part = columns if len(different) == 1 else columns.taken(minutes == minute)
        delta = Activity()
        try:
            delta.add(part, reference)
        except InvalidInputError:
            # What was taken cannot be given back any more, and must not hold up the rest.
            _LOG.exception("%d rows of %s cannot be tracked", part.count, columns.version_id)
            refused += part.count
            continue
        bucket = _bucket(columns.version_id, stage, minute, now)
        deltas.setdefault(bucket, Activity()).merge(delta)
    return refused


def _bucket(version_id: str, stage: str, minute: int, now: int) -> BucketKey:
    """Return where a minute is kept now: what is older is kept by hours and days."""
    width = width_at(minute, now)
    return BucketKey(version_id, stage, width, minute // width * width)


class _TakenBackError(Exception):
    """Ends a transaction without keeping it."""
