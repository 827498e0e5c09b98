"""Takes what versions did in use, from any thread, and files it behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from datetime import datetime
from typing import Any, Protocol

from modelkeep.catalogue.tracked import TrackedStore
from modelkeep.clock import Clock
from modelkeep.errors import InvalidInputError, ModelkeepError
from modelkeep.models import ModelVersion
from modelkeep.telemetry.probe import NO_PROBE, Probe
from modelkeep.tracking import admission
from modelkeep.tracking.columns import Answer, Columns, RowTuple
from modelkeep.tracking.filing import Filing
from modelkeep.tracking.plain_arrays import length_of
from modelkeep.write_behind import WriteBehind

_ROWS_PER_UNIT = 8  # a row of a batch takes about an eighth of the room of a single one
_ROWS_AT_ONCE = 1_000_000
_KNOWN_SECONDS = 1.0


class VersionSource(Protocol):
    """Finds versions."""

    def get_version(self, reference: str) -> ModelVersion:
        """Return the version that the reference names.

        Raises:
            VersionNotFoundError: There is none.
        """
        ...


class Intake:
    """Takes what versions answered from any thread, and files it about every half second.

    Args:
        store: Where the summaries are.
        versions: Finds versions.
        clock: The time.
        interval_seconds: How long a row waits at most.
        most_waiting: How many single rows are kept at most while they cannot be written; eight of
            a batch count as one. A row with ten features takes about a kilobyte.
        probe: Is told of rows, and of those that are lost.
    """

    def __init__(
        self,
        *,
        store: TrackedStore,
        versions: VersionSource,
        clock: Clock,
        interval_seconds: float = 0.5,
        most_waiting: int = 400_000,
        probe: Probe = NO_PROBE,
    ) -> None:
        self._store = store
        self._versions = versions
        self._clock = clock
        self._lock = threading.Lock()
        self._dropped = 0
        self._others: dict[str, tuple[str, float]] = {}
        self._filing = Filing(store=store, versions=versions, clock=clock, probe=probe)
        self._ids = self._filing.ids
        self._buffer: WriteBehind[RowTuple | Columns] = WriteBehind(
            write=self._filing.write,
            interval_seconds=interval_seconds,
            most_waiting=most_waiting,
            name="tracking",
        )
        self._append = self._buffer.append
        self._watches = (
            probe.watch("records_dropped", lambda: self._dropped, buffer="tracking"),
            probe.watch("records_waiting", lambda: self._buffer.waiting, buffer="tracking"),
        )

    @property
    def dropped(self) -> int:
        """How many rows did not fit, in this process."""
        return self._dropped

    @property
    def repeated(self) -> int:
        """How many rows said nothing new about a prediction that was known, in this process."""
        return self._filing.repeated

    @property
    def contradicted(self) -> int:
        """How many labels differed from the first one of their prediction, in this process."""
        return self._filing.contradicted

    @property
    def last_error(self) -> Exception | None:
        """Why the last write failed; None when it did not."""
        return self._buffer.last_error

    def log(  # noqa: C901 - a line for each argument
        self,
        version_id: str,
        *,
        prediction: Answer | None = None,
        label: Answer | None = None,
        probability: float | None = None,
        success: bool | None = None,
        latency_seconds: float | None = None,
        features: Mapping[str, Answer | None] | None = None,
        unit: str | None = None,
        prediction_id: str | None = None,
        at: datetime | None = None,
    ) -> None:
        """Take what a version answered once, or the label of an answer that had an id.

        Args:
            version_id: The version, by id or as `model@1.2.0`.
            prediction: What it answered: a class (text, whole number, truth value) or a number
                (float).
            label: What was true, where that is known.
            probability: What the model gave its answer, in [0, 1].
            success: Whether the call went well; None where that is not known.
            latency_seconds: How long it took.
            features: What it was asked, by name.
            unit: Who asked, to count different ones.
            prediction_id: Under which the label may come later; or the id of an earlier one, where
                a label comes without a prediction.
            at: When; without it, now.

        Raises:
            VersionNotFoundError: There is no such version.
            InvalidInputError: Something is not what it must be; nothing is tracked.
            ClosedError: It is closed.
        """
        known = self._ids.get(version_id) or self._know(version_id)
        # A plain value is what comes most, so it is looked at first.
        if prediction is not None and type(prediction) not in _PLAIN:
            prediction = admission.checked_answer("prediction", prediction)
        if label is not None and type(label) not in _PLAIN:
            label = admission.checked_answer("label", label)
        if probability is not None:
            probability = admission.checked_share("probability", probability)
        if success is not None and success is not True and success is not False:
            success = admission.checked_success(success)
        if latency_seconds is not None and not (
            type(latency_seconds) is float and 0.0 <= latency_seconds < _INFINITE
        ):
            latency_seconds = admission.checked_latency(latency_seconds)
        if features is not None:
            features = admission.checked_features(features)
        if unit is not None and not (type(unit) is str and unit):
            unit = admission.checked_text("unit", unit)
        if prediction_id is not None and not (type(prediction_id) is str and prediction_id):
            prediction_id = admission.checked_text("prediction_id", prediction_id)
        # A plain tuple: a named one takes twice as long to make.
        row: RowTuple = (
            known,
            None if at is None else admission.checked_at(at),
            prediction,
            label,
            probability,
            success,
            latency_seconds,
            features,
            unit,
            prediction_id,
        )
        if self._filing.opened_at is None:
            self._filing.opened_at = self._clock.now()
        if not self._append(row):
            self._drop(1)

    def label(self, prediction_id: str, label: Answer, *, at: datetime | None = None) -> None:
        """Take the label of a prediction that was, or will be, logged with this id.

        Args:
            prediction_id: As of `log`.
            label: What was true.
            at: When it became known; without it, now.

        Raises:
            InvalidInputError: Something is not what it must be; nothing is tracked.
            ClosedError: It is closed.
        """
        row: RowTuple = (
            "",
            None if at is None else admission.checked_at(at),
            None,
            admission.checked_answer("label", label),
            None,
            None,
            None,
            None,
            None,
            admission.checked_text("prediction_id", prediction_id),
        )
        if not self._append(row):
            self._drop(1)

    def label_batch(self, prediction_ids: Any, labels: Any) -> None:
        """Take the labels of n predictions; as `label`.

        Args:
            prediction_ids: n texts.
            labels: n labels: an array of numpy, pandas or Arrow, or a list.

        Raises:
            InvalidInputError: Something is not what it must be; nothing is tracked.
            ClosedError: It is closed.
        """
        if prediction_ids is None or labels is None:
            raise InvalidInputError("labels are taken by ids; both must be given")
        count = length_of(prediction_ids) or 0
        self._take(
            Columns(
                version_id="",
                count=count,
                labels=admission.answer_column("labels", labels, count),
                prediction_ids=admission.text_column("prediction_ids", prediction_ids, count),
            )
        )

    def log_batch(
        self,
        version_id: str,
        *,
        predictions: Any = None,
        labels: Any = None,
        probabilities: Any = None,
        success: Any = None,
        latency_seconds: Any = None,
        features: Any = None,
        units: Any = None,
        prediction_ids: Any = None,
        at: Any = None,
    ) -> None:
        """Take n answers of a version at once; what is handed in may be used again afterwards.

        Each is an array of n values: of numpy, pandas or Arrow, or a list. What is not known is
        None or NaN in it.

        Args:
            version_id: As of `log`.
            predictions: As of `log`; floats are numbers, all else classes.
            labels: As of `log`.
            probabilities: As of `log`.
            success: As of `log`; 0 and 1 will do.
            latency_seconds: As of `log`.
            features: Arrays by name, a DataFrame or an Arrow table.
            units: As of `log`.
            prediction_ids: As of `log`.
            at: One datetime for all, or n; or n `datetime64` in UTC.

        Raises:
            VersionNotFoundError: There is no such version.
            InvalidInputError: Something is not what it must be; nothing is tracked.
            ClosedError: It is closed.
        """
        known = self._know(version_id)
        columns = (predictions, labels, probabilities, success, latency_seconds, units)
        lengths = list(map(length_of, (*columns, prediction_ids)))
        count = next((length for length in lengths if length is not None), None)
        named = admission.feature_columns(features, count)
        if count is None:
            count = len(next(iter(named.values()))) if named else 0
        if not count:
            raise InvalidInputError("the batch is empty; it needs one row or more")
        batch = Columns(
            version_id=known,
            count=count,
            at=admission.time_column(at, count),
            predictions=admission.answer_column("predictions", predictions, count),
            labels=admission.answer_column("labels", labels, count),
            probabilities=admission.number_column("probabilities", probabilities, count, most=1.0),
            successes=admission.success_column(success, count),
            latencies=admission.number_column("latency_seconds", latency_seconds, count),
            features=named,
            units=admission.text_column("units", units, count),
            prediction_ids=admission.text_column("prediction_ids", prediction_ids, count),
        )
        self._take(batch)

    def flush(self) -> None:
        """Write what waits now.

        Raises:
            Exception: Why it cannot be written; the rows are kept then.
        """
        self._buffer.flush()

    def close(self) -> None:
        """Write what waits and take nothing more.

        Raises:
            Exception: Why it cannot be written; closing again tries again.
        """
        with ExitStack() as last:
            last.callback(self._store.close)
            for end in self._watches:
                last.callback(end)
            self._buffer.close()

    def _take(self, batch: Columns) -> None:
        """Take a batch; where there is no room for it, the caller waits until there is."""
        if self._filing.opened_at is None:
            self._filing.opened_at = self._clock.now()
        for start in range(0, batch.count, _ROWS_AT_ONCE):
            part = batch
            if batch.count > _ROWS_AT_ONCE:
                part = batch.taken(slice(start, start + _ROWS_AT_ONCE))
            units = -(-part.count // _ROWS_PER_UNIT)
            if self._append(part, units):
                continue
            # Why it failed is kept as `last_error`, and told by the log.
            with suppress(ModelkeepError):
                self.flush()
            if not self._append(part, units):
                self._drop(part.count)

    def _know(self, reference: str) -> str:
        """Return the id of a version."""
        if not isinstance(reference, str):
            raise InvalidInputError(f"version_id is {reference!r}; it must be a text")
        version_id, until = self._others.get(reference, ("", 0.0))
        if time.monotonic() < until:
            return version_id
        version = self._versions.get_version(reference)
        self._filing.know(version)
        version_id = version.version_id
        if reference == version_id:
            self._ids[reference] = version_id
        else:
            # A number names one version for ever, a stage does not.
            self._others[reference] = version_id, time.monotonic() + _KNOWN_SECONDS
        return version_id

    def _drop(self, rows: int) -> None:
        with self._lock:
            self._dropped += rows


_PLAIN = frozenset((str, int, float, bool))
_INFINITE = float("inf")
