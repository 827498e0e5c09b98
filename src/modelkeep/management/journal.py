"""Writes events: who did what, and when, in the transaction that does it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from modelkeep.catalogue import events
from modelkeep.catalogue.after_commit import after_commit
from modelkeep.clock import Clock
from modelkeep.telemetry.probe import NO_PROBE, Probe


class Journal:
    """Appends events in the name of one actor.

    Args:
        clock: The time.
        actor: Who acts.
        probe: Counts the events that were committed.
    """

    def __init__(self, *, clock: Clock, actor: str, probe: Probe = NO_PROBE) -> None:
        self.clock = clock
        self.actor = actor
        self._probe = probe

    def record(
        self,
        connection: Connection,
        kind: str,
        model_id: str,
        version_id: str = "",
        *,
        stage: str = "",
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        returns_to: int | None = None,
        at: datetime | None = None,
    ) -> int:
        """Append an event and return its id; see `catalogue.events.Event` for the arguments."""
        if self._probe is not NO_PROBE:
            counted = partial(self._probe.count, "events", kind=kind, model=model_id)
            after_commit(connection, counted)
        return events.append(
            connection,
            events.Event(
                at=at or self.clock.now(),
                actor=self.actor,
                kind=kind,
                model_id=model_id,
                version_id=version_id,
                stage=stage,
                before=before or {},
                after=after or {},
                returns_to=returns_to,
            ),
        )
