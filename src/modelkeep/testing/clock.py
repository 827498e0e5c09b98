"""A clock that tests move by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class ManualClock:
    """Stands still until it is told otherwise.

    Args:
        start: The first time it tells, aware UTC.
    """

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._now = start

    def now(self) -> datetime:
        """Return the time it stands at."""
        return self._now

    def advance(self, **duration: float) -> None:
        """Go on by a duration, given as for `timedelta`; a negative one goes back."""
        self._now += timedelta(**duration)
