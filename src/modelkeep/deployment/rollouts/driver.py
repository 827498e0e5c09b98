"""The loop that moves rollouts on, in exactly one of the processes that offer to."""

from __future__ import annotations

import logging
import threading
import uuid

from sqlalchemy import Connection

from modelkeep import canonical
from modelkeep.catalogue import leases
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.clock import Clock
from modelkeep.deployment.experiments import Experiments
from modelkeep.deployment.rollout import Rollouts
from modelkeep.deployment.rollouts.announcing import Announcer
from modelkeep.deployment.rollouts.changes import Check
from modelkeep.deployment.rollouts.conductor import Conductor
from modelkeep.deployment.rollouts.errors import IllegalRolloutMoveError, LostLeaseError

_LOG = logging.getLogger("modelkeep")
LEASE = "rollouts"
LEASE_SECONDS = 5.0


class RolloutDriver:
    """Looks at all open rollouts every interval, while it holds the lease.

    Args:
        conductor: Looks at one.
        rollouts: Knows which are open.
        catalogue: Has the lease.
        clock: The time.
        experiments: Stops those whose units are not split as they should be.
        announcer: Tells the webhooks.
        interval_seconds: Time between two looks; the lease lasts five of them, at least 5 seconds.

    Attributes:
        last_errors: What went wrong at the last look, by rollout.
    """

    def __init__(
        self,
        *,
        conductor: Conductor,
        rollouts: Rollouts,
        catalogue: Catalogue,
        clock: Clock,
        experiments: Experiments,
        announcer: Announcer,
        interval_seconds: float = 1.0,
    ) -> None:
        self._conductor = conductor
        self._rollouts = rollouts
        self._catalogue = catalogue
        self._clock = clock
        self._experiments = experiments
        self._announcer = announcer
        self._interval_seconds = interval_seconds
        self._lease_seconds = max(LEASE_SECONDS, 5 * interval_seconds)
        self._holder = uuid.uuid4().hex
        self._token: int | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self.last_errors: dict[str, str] = {}

    def start(self) -> None:
        """Begin in a thread of its own; a second call changes nothing."""
        with self._starting:
            if self._thread is None:
                self._stop.clear()
                self._thread = threading.Thread(
                    target=self._run, name="modelkeep-rollouts", daemon=True
                )
                self._thread.start()

    def stop(self) -> None:
        """End, and let another process go on at once; a second call changes nothing."""
        with self._starting:
            thread, self._thread = self._thread, None
        if thread is None:
            return
        self._stop.set()
        thread.join()
        self._announcer.stop()
        if self._token is not None:
            self._token = None
            with self._catalogue.write() as connection:
                leases.release(connection, LEASE, self._holder)

    def _run(self) -> None:
        while not self._stop.wait(self._interval_seconds):
            try:
                self.look()
            except Exception as error:  # noqa: BLE001 - kept and logged; the loop must go on
                if self.last_errors.get("") != str(error):
                    _LOG.exception("rollouts could not be looked at")
                self.last_errors = {"": str(error)}

    def look(self) -> int:
        """Look at all open rollouts once, if this process has the lease or can get it.

        Returns:
            How many were looked at.
        """
        opened = self._rollouts.list_open()
        tested = self._experiments.any_open()
        if not opened and not tested and self._token is None:
            self.last_errors = {}
            return 0
        token = self._lease()
        if token is None:
            return 0

        def checked(connection: Connection) -> None:
            if not leases.is_held(connection, LEASE, token):
                raise LostLeaseError(LEASE)

        try:
            self.last_errors = self._advance_all(opened, checked)
        except LostLeaseError:
            self._token = None
            return 0
        if tested:
            self._experiments.check()
        if not self._announcer.look() and not opened and not tested:
            # Nothing to do: the lease may run out, and nothing is written until there is.
            self._token = None
        return len(opened)

    def _advance_all(self, opened: list[str], checked: Check) -> dict[str, str]:
        """Look at each; return what went wrong, by rollout."""
        errors = {}
        for rollout_id in opened:
            try:
                self._conductor.advance(rollout_id, checked=checked)
            except LostLeaseError:
                raise
            except IllegalRolloutMoveError:
                # Someone moved it by hand between the look and the change: look again next time.
                continue
            except Exception as error:  # noqa: BLE001 - kept and logged; the others go on
                if self.last_errors.get(rollout_id) != str(error):
                    _LOG.exception("%s could not be moved on", rollout_id)
                errors[rollout_id] = str(error)
        return errors

    def _lease(self) -> int | None:
        """Return the token of the lease, or None where another process holds it."""
        now = self._clock.now()
        with self._catalogue.read() as connection:
            held = leases.find(connection, LEASE)
        at = canonical.to_microseconds(now)
        if held is not None and held.expires_at > at:
            if held.holder != self._holder:
                self._token = None
                return None
            if held.expires_at - at > self._lease_seconds * 1e6 / 2:
                return held.token
        with self._catalogue.write() as connection:
            self._token = leases.acquire(
                connection, LEASE, self._holder, now=now, seconds=self._lease_seconds
            )
        return self._token
