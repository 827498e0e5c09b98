"""The recorder: takes what became of choices, and writes it behind as blocks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

import numpy.typing as npt

from modelkeep.clock import Clock
from modelkeep.deployment.evidence.admission import (
    MOST_SECONDS,
    PredictionIds,
    ValueNames,
    checked_latency,
    checked_prediction_id,
    checked_prediction_ids,
    checked_success,
    checked_successes,
)
from modelkeep.deployment.evidence.batches import Choices, to_batch
from modelkeep.deployment.evidence.block_writer import BlockWriter, WriteBlock
from modelkeep.deployment.evidence.blocks import SINGLE
from modelkeep.deployment.evidence.known_tables import KnownTables
from modelkeep.deployment.evidence.pairs import to_pair
from modelkeep.deployment.evidence.waiting import Label, LabelBatch, Pair, Waiting
from modelkeep.deployment.routing.table import POINTS, Choice, RoutingTable
from modelkeep.errors import InvalidInputError
from modelkeep.write_behind import WriteBehind

_ROWS_PER_UNIT = 8  # a row of a batch takes about an eighth of the room of a single one


class Recorder:
    """Takes outcomes of choices from any thread, and writes them about every interval.

    A choice that nothing splits, or that an override made, is no evidence and is dropped. A label
    goes to the split that its caller names; else to the last split of each model that is known.

    Args:
        write: Keeps a block: it gets split_id, payload and how many records that has.
        clock: The time.
        interval_seconds: How long a record waits at most.
        most_waiting: How many single records are kept at most while they cannot be written; eight
            of a batch count as one. A record takes about 200 bytes.
        current_table: Gives the table that chooses now, for a choice of a revision that nobody
            told of; None where `know` is called in time.

    Example:
        >>> from modelkeep.clock import SystemClock
        >>> from modelkeep.deployment.routing.table import Arm
        >>> arms = (
        ...     Arm(name="stable", version_id="m@1", weight=0.9),
        ...     Arm(name="canary", version_id="m@2", weight=0.1),
        ... )
        >>> table = RoutingTable(model_id="m", revision=7, split_id="r1", arms=arms)
        >>> kept = []
        >>> recorder = Recorder(write=lambda *block: kept.append(block), clock=SystemClock())
        >>> recorder.know(table)
        >>> choice = Choice("m@1", "stable", 0.9, 7, "r1", 12345, 0, False, "")
        >>> recorder.add(choice, success=True, latency_seconds=0.012)
        >>> recorder.close()
        >>> [(split_id, count) for split_id, payload, count in kept]
        [('r1', 1)]
    """

    def __init__(
        self,
        *,
        write: WriteBlock,
        clock: Clock,
        interval_seconds: float = 0.5,
        most_waiting: int = 400_000,
        current_table: Callable[[], RoutingTable] | None = None,
    ) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._dropped = 0
        self._names = ValueNames()
        self._tables = KnownTables(current_table)
        self._arms = self._tables.arms
        self._writer = BlockWriter(write=write, clock=clock, revisions=self._tables.revisions)
        self._buffer: WriteBehind[Waiting] = WriteBehind(
            write=self._writer.write,
            interval_seconds=interval_seconds,
            most_waiting=most_waiting,
            name="evidence",
        )
        self._append = self._buffer.append

    @property
    def dropped(self) -> int:
        """How many records did not fit, in this process."""
        return self._dropped

    @property
    def last_error(self) -> Exception | None:
        """Why the last write failed; None when it did not."""
        return self._buffer.last_error

    def know(self, table: RoutingTable) -> None:
        """Take note of a table, before choices of it are recorded.

        Raises:
            InvalidInputError: Another split was told under this revision.
        """
        self._tables.know(table)

    def add(
        self,
        choice: Choice,
        *,
        success: bool | None = None,
        latency_seconds: float | None = None,
        values: Mapping[str, float] | None = None,
        prediction_id: str | None = None,
    ) -> None:
        """Take what became of a choice.

        Args:
            choice: What the router said.
            success: Whether it went well; None where that is not known.
            latency_seconds: How long it took; None where that is not known.
            values: Named numbers.
            prediction_id: Under which labels may come later.

        Raises:
            InvalidInputError: Something is not what it must be; nothing is recorded.
            ClosedError: The recorder is closed.
        """
        _, _, _, revision, split_id, point, arm, forced, _ = choice
        if forced or not split_id:
            return
        if not (0 <= arm < self._arms.get(revision, 0) and 0 <= point < POINTS):
            self._tables.check(choice)
        if success is not None and success is not True and success is not False:
            success = checked_success(success)
        seconds = latency_seconds
        # A plain float is what comes most, so it is looked at first.
        if seconds is not None and not (type(seconds) is float and 0.0 <= seconds <= MOST_SECONDS):
            seconds = checked_latency(seconds)
        numbers = None if values is None else self._names.checked(values)
        if prediction_id is not None and not (type(prediction_id) is str and prediction_id):
            prediction_id = checked_prediction_id(prediction_id)
        if self._writer.opened_at is None:
            self._writer.opened_at = self._clock.now()
        row = split_id, revision, point, arm, success, seconds, numbers, prediction_id, SINGLE
        if not self._append(row):
            self._drop(1)

    def add_batch(
        self,
        choices: Choices,
        *,
        success: npt.ArrayLike | None = None,
        latency_seconds: npt.ArrayLike | None = None,
        values: Mapping[str, npt.ArrayLike] | None = None,
        prediction_ids: PredictionIds | None = None,
    ) -> None:
        """Take what became of the choices of a batch; the arrays may be used again afterwards.

        Args:
            choices: What the router said of n units.
            success: Truth values, or 0, 1 and NaN for not known, shape (n,).
            latency_seconds: NaN where not known, shape (n,).
            values: Arrays of shape (n,) by name; NaN where not known.
            prediction_ids: n texts, None where there is none; or `prediction_hash` of them as an
                array of uint64.

        Raises:
            InvalidInputError: Something is not what it must be; nothing is recorded.
            ClosedError: The recorder is closed.
        """
        batch = to_batch(
            choices,
            self._names,
            success=success,
            latency_seconds=latency_seconds,
            values=values,
            prediction_ids=prediction_ids,
        )
        if batch.split_id and len(batch.points):
            self.know(choices.table)
            self._take(batch, len(batch.points))

    def add_pair(
        self, choice: Choice, *, served: Mapping[str, Any], shadow: Mapping[str, Any]
    ) -> None:
        """Take what became of a choice that was answered twice, once in the shadow.

        Args:
            choice: What the router said.
            served: `success`, `latency_seconds` and `values` of what was served, as in `add`.
            shadow: The same of the shadow.

        Raises:
            InvalidInputError: Something is not what it must be; nothing is recorded.
            ClosedError: The recorder is closed.
        """
        if choice.forced or not choice.split_id:
            return
        pair = to_pair(choice, self._tables, self._names, served=served, shadow=shadow)
        self._take(pair, 2)

    def label(
        self,
        prediction_id: str,
        *,
        success: bool | None = None,
        values: Mapping[str, float] | None = None,
        split_id: str = "",
    ) -> None:
        """Take what became known later of a prediction.

        Args:
            prediction_id: What was given when it was recorded, or will be.
            success: Whether it was right; None where that is not known.
            values: Named numbers.
            split_id: Of the choice, where the caller knows it.

        Raises:
            InvalidInputError: Something is not what it must be; nothing is recorded.
            ClosedError: The recorder is closed.
        """
        label = Label(
            self._tables.splits_of_label(split_id),
            checked_prediction_id(prediction_id),
            None if success is None else checked_success(success),
            None if values is None else self._names.checked(values),
        )
        self._take(label, 1)

    def label_batch(
        self,
        prediction_ids: PredictionIds,
        *,
        success: npt.ArrayLike | None = None,
        values: Mapping[str, npt.ArrayLike] | None = None,
        split_id: str = "",
    ) -> None:
        """Take what became known later of n predictions; the arrays may be used again afterwards.

        Args:
            prediction_ids: n texts, or `prediction_hash` of them as an array of uint64.
            success: Truth values, or 0, 1 and NaN for not known, shape (n,).
            values: Arrays of shape (n,) by name; NaN where not known.
            split_id: Of the choices, where the caller knows it.

        Raises:
            InvalidInputError: Something is not what it must be; nothing is recorded.
            ClosedError: The recorder is closed.
        """
        count = len(prediction_ids)
        ids = checked_prediction_ids(prediction_ids, count)
        if not all(ids if isinstance(ids, tuple) else ids.tolist()):
            raise InvalidInputError("prediction_ids hold an empty id; a label is of a prediction")
        labels = LabelBatch(
            self._tables.splits_of_label(split_id),
            ids,
            checked_successes(success, count),
            self._names.checked_arrays(values, count),
        )
        if count:
            self._take(labels, count)

    def flush(self) -> None:
        """Write what waits now.

        Raises:
            Exception: What the writer raised; the records are kept then.
        """
        self._buffer.flush()

    def close(self) -> None:
        """Write what waits and take nothing more.

        Raises:
            Exception: What the writer raised; closing again tries again.
        """
        self._buffer.close()

    def _take(self, item: Waiting, rows: int) -> None:
        if self._writer.opened_at is None:
            self._writer.opened_at = self._clock.now()
        single = isinstance(item, (Pair, Label))
        units = rows if single else -(-rows // _ROWS_PER_UNIT)
        if not self._append(item, units):
            self._drop(rows)

    def _drop(self, rows: int) -> None:
        with self._lock:
            self._dropped += rows
