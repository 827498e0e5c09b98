"""Which version a unit gets: from a picture of the routing table that never waits for the database.

A thread looks whether the catalogue was written and, if so, reads the table and swaps it in with
one assignment; where the catalogue gives hints of changes, it looks at once. While the catalogue is
away the last good table goes on serving.
"""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, Protocol, Self

from modelkeep.catalogue.dialects.base import Hints, NoHints
from modelkeep.clock import Clock
from modelkeep.deployment.routing.points import Unit
from modelkeep.deployment.routing.polling import Poller
from modelkeep.deployment.routing.prepared_table import Choices, ClosedTable, PreparedTable
from modelkeep.deployment.routing.table import Choice, RoutingTable
from modelkeep.deployment.routing.table_copy import OlderTableError, TableCopy, TableSource
from modelkeep.errors import (
    InvalidInputError,
    InvalidSettingError,
    ModelkeepError,
    NotFoundError,
)

_LOG = logging.getLogger("modelkeep")


class Recorder(Protocol):
    """Takes the evidence of what became of choices, and drops what is no evidence."""

    @property
    def dropped(self) -> int:
        """How many records did not fit."""

    def know(self, table: RoutingTable, /) -> None:
        """Take note of a table, before anything is chosen by it."""

    def add(self, choice: Choice, /, *args: Any, **outcome: Any) -> Any:
        """Take the outcome of one choice."""

    def add_batch(self, choices: Choices, /, *args: Any, **outcomes: Any) -> Any:
        """Take the outcomes of the choices of a batch."""

    def add_pair(self, choice: Choice, /, *args: Any, **outcomes: Any) -> Any:
        """Take the outcomes of the served and of the shadow version."""

    def label(self, prediction_id: str, /, *args: Any, **labels: Any) -> Any:
        """Take what arrived later for a prediction."""

    def flush(self) -> None:
        """Return when all that was taken is written."""

    def close(self) -> None:
        """Write all that was taken, then take no more."""


class Router:
    """Chooses which version serves a unit, the same one in every process.

    Any number of threads may choose at a time. After a fork the router works in the child as well.

    Args:
        model_id: The model.
        source: Gives the routing table.
        copy_path: A file for a copy of the table, for a start while the source is away; None for
            no copy.
        clock: Tells the time.
        poll_seconds: Time between two looks at the source.
        hints: Tell of changes, so that the next look need not be waited for; None where none do.
        heard_poll_seconds: Time between two looks while hints are heard, if that is longer.
        recorder: Takes the evidence, and is closed with the router; None to record nothing.

    Attributes:
        record: `record(choice, **outcome)` takes what became of a choice.
        record_batch: `record_batch(choices, **outcomes)` does so for a batch.
        record_pair: `record_pair(choice, **outcomes)` does so for served and shadow version.
        label: `label(prediction_id, **labels)` takes what arrived later.
        last_error: What went wrong at the last look at the source; None when it answered.
        copy_error: Why the copy could not be written; None when it was.
        from_copy: Whether the table is that of the copy, and the source was not reached yet.

    Raises:
        NotFoundError: Nothing serves.
        ModelkeepError: The source is away, and there is no copy that can be used.
        InvalidSettingError: `poll_seconds` or `heard_poll_seconds` is not a positive number.
    """

    def __init__(
        self,
        *,
        model_id: str,
        source: TableSource,
        copy_path: Path | None,
        clock: Clock,
        poll_seconds: float = 0.1,
        hints: Hints | None = None,
        heard_poll_seconds: float = 1.0,
        recorder: Recorder | None = None,
    ) -> None:
        for name, seconds in (
            ("poll_seconds", poll_seconds),
            ("heard_poll_seconds", heard_poll_seconds),
        ):
            if not 0 < seconds < math.inf:
                raise InvalidSettingError(name, seconds, "a positive number of seconds")
        self.model_id = model_id
        self.last_error: Exception | None = None
        self.copy_error: ModelkeepError | None = None
        self.from_copy = False
        self._source, self._clock = source, clock
        self._copy = None if copy_path is None else TableCopy(copy_path, model_id)
        self._copy_due = False
        self._version: int | None
        self._prepared: PreparedTable | ClosedTable
        self._recorder = recorder
        refuse = partial(_refuse_record, model_id)
        # Bound once: between a service and its recorder stands nothing.
        self.record: Callable[..., Any] = refuse if recorder is None else recorder.add
        self.record_batch: Callable[..., Any] = refuse if recorder is None else recorder.add_batch
        self.record_pair: Callable[..., Any] = refuse if recorder is None else recorder.add_pair
        self.label: Callable[..., Any] = refuse if recorder is None else recorder.label
        self._renew_locks()
        self._split_ids: set[str] = set()
        self._poll_seconds = poll_seconds
        self._heard_poll_seconds = max(poll_seconds, heard_poll_seconds)
        self._hints: Hints = NoHints() if hints is None else hints
        self._begin()
        self._poller = Poller(
            self.refresh,
            pause=self._pause_seconds,
            name=f"modelkeep-router-{model_id}",
            after_fork=self._renew_locks,
        )
        self._hints.subscribe(model_id, self._poller.wake)

    def choose(self, unit: Unit | None = None) -> Choice:
        """Return what a unit gets; it waits for nothing.

        Args:
            unit: A user, a session: the same unit gets the same arm. None for a coin of its own.

        Returns:
            The version and what the evidence has to know of the choice.

        Raises:
            InvalidInputError: The unit is neither str, int nor bytes.
            ClosedError: The router is closed.
        """
        return self._prepared.choose(unit)

    def choose_batch(self, units: Iterable[Unit | None]) -> Choices:
        """Return what n units get, each as `choose` would say.

        Args:
            units: n units, also as a one-dimensional numpy array.

        Returns:
            Arrays of n, in the same order, all chosen by one table.

        Raises:
            InvalidInputError: A unit is neither str, int nor bytes, or one unit was given alone.
            ClosedError: The router is closed.
        """
        return self._prepared.choose_batch(units)

    @property
    def table(self) -> RoutingTable:
        """The table that chooses now."""
        return self._prepared.table

    @property
    def snapshot_age_seconds(self) -> float:
        """Seconds since the source last confirmed the table.

        After a start from the copy: since the table was confirmed to the process that wrote it.
        """
        return max(0.0, (self._clock.now() - self._confirmed_at).total_seconds())

    def has_split_by(self, split_id: str) -> bool:
        """Whether a table of this rollout or experiment chose here, now or before."""
        return split_id in self._split_ids

    @property
    def recorder(self) -> Recorder | None:
        """Who takes the evidence; it can be told to `flush`, and knows what it `dropped`."""
        return self._recorder

    def refresh(self) -> None:
        """Look at the source now, in this thread, which may have to wait for it.

        Raises:
            ModelkeepError: The table cannot be read; the one held serves on.
            ClosedError: The router is closed.
        """
        with self._looking:
            if isinstance(self._prepared, ClosedTable):
                self._prepared.refuse()
            try:
                self._look()
            except Exception as error:
                # The number of a source that comes back may be that of another connection.
                self._version = None
                if self.last_error is None:
                    _LOG.warning(
                        "the routing table of %s cannot be read, revision %d serves on: %s",
                        self.model_id,
                        self.table.revision,
                        error,
                        exc_info=not isinstance(error, ModelkeepError),
                    )
                self.last_error = error
                raise
            if self.last_error is not None:
                _LOG.warning("the routing table of %s can be read again", self.model_id)
            self.last_error = None
            self._save_copy()

    def close(self) -> None:
        """Stop looking, choose no more, and close the recorder; closing twice does no harm."""
        with self._swapping:
            if isinstance(self._prepared, ClosedTable):
                return
            self._prepared = ClosedTable(self.table)
        self._poller.stop()
        if self._recorder is not None:
            self._recorder.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _pause_seconds(self) -> float:
        return self._heard_poll_seconds if self._hints.are_heard() else self._poll_seconds

    def _begin(self) -> None:
        self._confirmed_at = self._clock.now()
        try:
            version = self._source.version()
            self._prepared = PreparedTable(self._source.read(self.model_id), self.model_id)
        except NotFoundError:
            # The source answered: what once served is not to be brought back from a copy.
            raise
        except ModelkeepError as error:
            table, self._confirmed_at = self._copied(error)
            self._prepared = PreparedTable(table, self.model_id)
            self.from_copy, self.last_error = True, error
            _LOG.warning(
                "the routing table of %s cannot be read, revision %d of the copy serves: %s",
                self.model_id,
                table.revision,
                error,
            )
        else:
            self._version, self._copy_due = version, True
            self._save_copy()
        self._split_ids.add(self.table.split_id)
        if self._recorder is not None:
            self._recorder.know(self.table)

    def _copied(self, away: ModelkeepError) -> tuple[RoutingTable, datetime]:
        try:
            found = None if self._copy is None else self._copy.find()
        except ModelkeepError as refused:
            away.add_note(f"nor can the copy be used: {refused}")
            raise away from refused
        if found is None:
            raise away
        return found

    def _look(self) -> None:
        asked_at = self._clock.now()
        version = self._source.version()
        if version != self._version:
            try:
                self._adopt(self._source.read(self.model_id))
            except NotFoundError:
                # Nothing serves any more: nobody is left on a canary for that.
                self._adopt(_stable_alone(self.table))
                raise
            self._version = version
        self._confirmed_at, self.from_copy = asked_at, False

    def _adopt(self, table: RoutingTable) -> None:
        held = self.table
        if table.revision < held.revision:
            raise OlderTableError(self.model_id, table.revision, held.revision)
        if table == held:
            return
        prepared = PreparedTable(table, self.model_id)
        self._split_ids.add(table.split_id)
        if self._recorder is not None:
            self._recorder.know(table)
        with self._swapping:
            # A router that was closed meanwhile stays closed.
            if isinstance(self._prepared, PreparedTable):
                self._prepared, self._copy_due = prepared, True

    def _save_copy(self) -> None:
        """Write the copy if it is due; when it cannot be, routing goes on and it stays due."""
        if self._copy is None or not self._copy_due:
            return
        try:
            self._copy.write(self.table, self._confirmed_at)
        except ModelkeepError as error:
            if self.copy_error is None:
                _LOG.warning("no copy of the routing table of %s: %s", self.model_id, error)
            self.copy_error = error
        else:
            self.copy_error, self._copy_due = None, False

    def _renew_locks(self) -> None:
        """Start with locks that no thread holds, as has to be after a fork."""
        self._looking, self._swapping = threading.Lock(), threading.Lock()
        # A source that opens a new connection counts anew.
        self._version = None


def _stable_alone(table: RoutingTable) -> RoutingTable:
    stable = replace(table.arms[0], weight=1.0)
    return RoutingTable(model_id=table.model_id, revision=table.revision, arms=(stable,))


def _refuse_record(model_id: str, *_args: object, **_kwargs: object) -> NoReturn:
    raise InvalidInputError(
        f"the router of {model_id!r} records nothing: it was made without a recorder"
    )
