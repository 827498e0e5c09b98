"""Background work that exactly one process does at a time: the lease of it, held and renewed."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection

from modelkeep import canonical
from modelkeep.catalogue import leases
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.clock import Clock
from modelkeep.errors import ConflictError
from modelkeep.management.background_loop import BackgroundLoop

Check = Callable[[Connection], None]
"""Raises, in the transaction of a change, where this process may not make it."""


class LeaseTakenError(ConflictError):
    """Another process does this work now; what this one was about to do was not done."""

    code = "lease_taken"

    def __init__(self, name: str) -> None:
        super().__init__(f"the lease {name!r} went to another process; nothing was changed")
        self.name = name


class LeasedWork:
    """The right of this process to do a piece of background work, for as long as it has the lease.

    Args:
        catalogue: Has the lease.
        clock: The time, the same for all processes that want the lease.
        name: Of the work; it names the lease.
        lease_seconds: How long the lease lasts unless it is renewed; half of it may go by before
            it is written again.
    """

    def __init__(
        self, *, catalogue: Catalogue, clock: Clock, name: str, lease_seconds: float
    ) -> None:
        self._catalogue = catalogue
        self._clock = clock
        self._name = name
        self._lease_seconds = lease_seconds
        self._holder = uuid.uuid4().hex
        self._token: int | None = None

    @property
    def is_held(self) -> bool:
        """Whether this process had the lease when it last asked for it."""
        return self._token is not None

    def take(self) -> Check | None:
        """Take the lease or renew it.

        Returns:
            What is called in each transaction of the work, and raises `LeaseTakenError` where the
            lease changed hands since; None where another process holds the lease.
        """
        token = self._token = self._take()
        if token is None:
            return None

        def check(connection: Connection) -> None:
            if not leases.is_held(connection, self._name, token):
                self._token = None
                raise LeaseTakenError(self._name)

        return check

    def keep(self) -> Check:
        """Renew the lease, as `take` does.

        Raises:
            LeaseTakenError: Another process holds it.
        """
        check = self.take()
        if check is None:
            raise LeaseTakenError(self._name)
        return check

    def let_lapse(self) -> None:
        """Do no more under the lease; it runs out, and nothing is written."""
        self._token = None

    def release(self) -> None:
        """Let another process take the lease at once, if this one has it."""
        if self._token is not None:
            self._token = None
            with self._catalogue.write() as connection:
                leases.release(connection, self._name, self._holder)

    @contextmanager
    def renewed(self) -> Iterator[None]:
        """Renew the lease in a thread, for as long as a piece of work takes that was begun."""
        renewing = BackgroundLoop(
            call=self.take,
            what=f"the lease {self._name!r} could not be renewed",
            thread_name=f"modelkeep-lease-{self._name}",
            interval_seconds=self._lease_seconds / 4,
        )
        renewing.start()
        try:
            yield
        finally:
            renewing.stop()

    def last_done_at(self) -> datetime | None:
        """Return when any process last did the work to its end; None for never."""
        with self._catalogue.read() as connection:
            found = leases.find(connection, self._name)
        return canonical.from_microseconds(found.done_at) if found and found.done_at else None

    def finish(self) -> None:
        """Put down that the work was done to its end now, and let another process do it next."""
        self._token = None
        with self._catalogue.write() as connection:
            leases.release(connection, self._name, self._holder, done_at=self._clock.now())

    def _take(self) -> int | None:
        now = self._clock.now()
        at = canonical.to_microseconds(now)
        with self._catalogue.read() as connection:
            held = leases.find(connection, self._name)
        if held is not None and held.expires_at > at:
            if held.holder != self._holder:
                return None
            if held.expires_at - at > self._lease_seconds * 1e6 / 2:
                return held.token
        with self._catalogue.write() as connection:
            return leases.acquire(
                connection, self._name, self._holder, now=now, seconds=self._lease_seconds
            )
