"""The loop that moves rollouts on, in exactly one of the processes that offer to."""

from __future__ import annotations

import logging

from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.clock import Clock
from modelkeep.deployment.experiments import Experiments
from modelkeep.deployment.rollout import Rollouts
from modelkeep.deployment.rollouts.announcing import Announcer
from modelkeep.deployment.rollouts.changes import Check
from modelkeep.deployment.rollouts.conductor import Conductor
from modelkeep.deployment.rollouts.errors import IllegalRolloutMoveError
from modelkeep.management.leased_loop import LeasedLoop
from modelkeep.management.leased_work import LeaseTakenError

_LOG = logging.getLogger("modelkeep")
LEASE = "rollouts"


class RolloutDriver:
    """Looks at all open rollouts every interval, while it holds the lease.

    Args:
        conductor: Looks at one.
        rollouts: Knows which are open.
        catalogue: Has the lease.
        clock: The time.
        experiments: Stops those whose units are not split as they should be.
        announcer: Tells the webhooks.
        interval_seconds: Time between two looks.
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
        self._experiments = experiments
        self._announcer = announcer
        self._loop = LeasedLoop(
            self.look,
            catalogue=catalogue,
            clock=clock,
            name=LEASE,
            what="rollouts could not be looked at",
            interval_seconds=interval_seconds,
        )
        self._work = self._loop.work
        self._has_announced = False
        self._errors: dict[str, str] = {}

    @property
    def last_errors(self) -> dict[str, str]:
        """What went wrong at the last look, by rollout; the rest under an empty name."""
        error = self._loop.last_error
        return {**self._errors, **({"": error} if error else {})}

    def start(self) -> None:
        """Begin in a thread of its own; a second call changes nothing."""
        self._loop.start()

    def stop(self) -> None:
        """End, and let another process go on at once; a second call changes nothing."""
        if self._loop.stop():
            self._announcer.stop()

    def look(self) -> int:
        """Look at all open rollouts once, if this process has the lease or can get it.

        Returns:
            How many were looked at.
        """
        opened = self._rollouts.list_open()
        tested = self._experiments.any_open()
        # What a process before this one did not tell any more is told at the first look.
        if not opened and not tested and not self._work.is_held and self._has_announced:
            self._errors = {}
            return 0
        checked = self._work.take()
        if checked is None:
            return 0
        try:
            self._errors = self._advance_all(opened, checked)
        except LeaseTakenError:
            self._work.let_lapse()
            return 0
        if tested:
            self._experiments.check()
        self._has_announced = True
        if not self._announcer.look() and not opened and not tested:
            # Nothing to do: the lease may run out, and nothing is written until there is.
            self._work.let_lapse()
        return len(opened)

    def _advance_all(self, opened: list[str], checked: Check) -> dict[str, str]:
        """Look at each; return what went wrong, by rollout."""
        errors = {}
        for rollout_id in opened:
            try:
                self._conductor.advance(rollout_id, checked=checked)
            except LeaseTakenError:
                raise
            except IllegalRolloutMoveError:
                # Someone moved it by hand between the look and the change: look again next time.
                continue
            except Exception as error:  # noqa: BLE001 - kept and logged; the others go on
                if self._errors.get(rollout_id) != str(error):
                    _LOG.exception("%s could not be moved on", rollout_id)
                errors[rollout_id] = str(error)
        return errors
