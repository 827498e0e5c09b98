"""The loop that looks at alert rules, in exactly one of the processes that offer to."""

from __future__ import annotations

from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.clock import Clock
from modelkeep.management.leased_loop import LeasedLoop
from modelkeep.management.leased_work import LeaseTakenError
from modelkeep.tracking.alerts.alerts import Alerts
from modelkeep.tracking.alerts.records import Alert

LEASE = "alerts"


class AlertWatch:
    """Looks at all enabled rules every interval, while it holds the lease.

    Args:
        alerts: Looks.
        catalogue: Has the lease.
        clock: The time.
        interval_seconds: Time between two looks.
    """

    def __init__(
        self, *, alerts: Alerts, catalogue: Catalogue, clock: Clock, interval_seconds: float = 10.0
    ) -> None:
        self._alerts = alerts
        self._loop = LeasedLoop(
            self.look,
            catalogue=catalogue,
            clock=clock,
            name=LEASE,
            what="alert rules could not be looked at",
            interval_seconds=interval_seconds,
        )
        self._work = self._loop.work

    @property
    def last_errors(self) -> dict[str, str]:
        """What went wrong at the last look, by id of the rule; the rest under an empty name."""
        error = self._loop.last_error
        return {**self._alerts.last_errors, **({"": error} if error else {})}

    def start(self) -> None:
        """Begin in a thread of its own; a second call changes nothing."""
        self._loop.start()

    def stop(self) -> None:
        """End, and let another process go on at once; a second call changes nothing."""
        if self._loop.stop():
            self._alerts.stop()

    def look(self) -> list[Alert]:
        """Look at all enabled rules once, if this process has the lease or can get it.

        Returns:
            The rules whose state changed.
        """
        if not self._alerts.any_rules():
            # Nothing to do: the lease may run out, and nothing is written until there is.
            self._work.let_lapse()
            return []
        if self._work.take() is None:
            return []
        try:
            return self._alerts.look(self._work.keep)
        except LeaseTakenError:
            self._work.let_lapse()
            return []
