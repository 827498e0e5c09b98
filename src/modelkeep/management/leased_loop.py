"""A look that is made every interval, in exactly one of the processes that offer to."""

from __future__ import annotations

import time
from collections.abc import Callable

from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.clock import Clock
from modelkeep.management.background_loop import BackgroundLoop
from modelkeep.management.leased_work import LeasedWork

LEASE_SECONDS = 5.0
# With the lease: how long after its end the work of a killed process is taken up.
MOST_TICK_SECONDS = 2.0


class LeasedLoop:
    """Looks every interval in a thread, and keeps its lease between two looks.

    Args:
        look: Looks once; takes the lease from `work` itself, and lets it lapse where there is
            nothing to do.
        catalogue: Has the lease.
        clock: The time, the same for all processes that want the lease.
        name: Of the lease.
        what: What a look does, for the log: "alerts could not be looked at".
        interval_seconds: Time between two looks.
    """

    def __init__(
        self,
        look: Callable[[], object],
        *,
        catalogue: Catalogue,
        clock: Clock,
        name: str,
        what: str,
        interval_seconds: float,
    ) -> None:
        self._look = look
        self._interval_seconds = interval_seconds
        self._looked_at = 0.0
        self._loop = BackgroundLoop(
            call=self._tick,
            what=what,
            thread_name=f"modelkeep-{name}",
            interval_seconds=min(interval_seconds, MOST_TICK_SECONDS),
        )
        self.work = LeasedWork(
            catalogue=catalogue, clock=clock, name=name, lease_seconds=LEASE_SECONDS
        )

    @property
    def last_error(self) -> str:
        """What the last look raised; empty where it went well."""
        return self._loop.last_error

    def start(self) -> None:
        """Begin in a thread of its own; a second call changes nothing."""
        self._loop.start()

    def stop(self) -> bool:
        """End, and let another process go on at once; return whether it ran."""
        ran = self._loop.stop()
        if ran:
            self.work.release()
        return ran

    def _tick(self) -> None:
        now = time.monotonic()
        if self.work.is_held and now - self._looked_at < self._interval_seconds:
            self.work.take()
            return
        self._looked_at = now
        self._look()
