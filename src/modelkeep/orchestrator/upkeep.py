"""Upkeep: retention, collection, repacking and the look for damage, again and again.

Of all processes that offer to, exactly one does a round; another takes over soon after it died.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.clock import Clock
from modelkeep.deployment.rollouts.conductor import Conductor
from modelkeep.errors import IntegrityError
from modelkeep.management.background_loop import BackgroundLoop
from modelkeep.management.leased_loop import LEASE_SECONDS, MOST_TICK_SECONDS
from modelkeep.management.leased_work import LeasedWork, LeaseTakenError
from modelkeep.management.retention import Expired
from modelkeep.management.version_manager import VersionManager
from modelkeep.models import ModelVersioningConfig
from modelkeep.storage.scrub import Scrubber
from modelkeep.storage.scrub_plan import ScrubPlan
from modelkeep.tracking.tracker import Tracker

_LOG = logging.getLogger("modelkeep")
LEASE = "cleanup"


class Upkeep:
    """Does a round of upkeep each interval, if no other process does it.

    Args:
        versions: Retention, collection and repacking.
        tracking: Folds what was tracked long ago.
        conductor: Removes old evidence.
        scrubber: Looks for damage.
        catalogue: Has the lease.
        config: The interval, and how much is looked at.
        clock: The time that all processes share.

    Attributes:
        rounds: How many rounds this process did.
        last_errors: What went wrong in the last one, by model; the rest is under an empty name.
    """

    def __init__(
        self,
        *,
        versions: VersionManager,
        tracking: Tracker,
        conductor: Conductor,
        scrubber: Scrubber,
        catalogue: Catalogue,
        config: ModelVersioningConfig,
        clock: Clock,
    ) -> None:
        self._versions = versions
        self._tracking = tracking
        self._conductor = conductor
        self._scrubber = scrubber
        self._catalogue = catalogue
        self._config = config
        self._clock = clock
        self._work = LeasedWork(
            catalogue=catalogue, clock=clock, name=LEASE, lease_seconds=LEASE_SECONDS
        )
        self._loop = BackgroundLoop(
            call=self.look,
            what="upkeep could not be done",
            thread_name="modelkeep-upkeep",
            interval_seconds=min(config.cleanup_interval_seconds, MOST_TICK_SECONDS),
        )
        self._since: datetime | None = None
        self.rounds = 0
        self.last_errors: dict[str, str] = {}

    def start(self) -> None:
        """Begin in a thread of its own; a second call changes nothing."""
        self._loop.start()

    def stop(self) -> None:
        """End within a second, between two steps of what is being done."""
        if self._loop.stop():
            self._work.release()

    def look(self) -> bool:
        """Do a round if one is due and no other process is at it; return whether it was done.

        A round is due an interval after the last one ended, in whichever process; where there was
        none yet, an interval after the first look of this process.
        """
        if not self._is_due():
            return False
        check = self._work.take()
        if check is None:
            return False
        # Another one may have done it between the look and the lease.
        if not self._is_due():
            self._work.release()
            return False
        try:
            with self._work.renewed(), self._catalogue.fenced(check):
                self.run_once(stopped=self._loop.is_stopping)
        except LeaseTakenError:
            self._work.let_lapse()
            return False
        if self._loop.is_stopping():
            self._work.release()
            return False
        self._work.finish()
        return True

    def _is_due(self) -> bool:
        now = self._clock.now()
        self._since = self._since or now
        since = self._work.last_done_at() or self._since
        return now - since >= timedelta(seconds=self._config.cleanup_interval_seconds)

    def run_once(self, *, stopped: Callable[[], bool] = lambda: False) -> None:
        """Do one round, whether it is due or not; an error in one model stops no other.

        Args:
            stopped: Asked between two steps; True ends early.

        Raises:
            LeaseTakenError: Another process has the lease by now.
        """
        self.last_errors = {}
        models: list[str] = []
        self._do("", lambda: models.extend(self._versions.get_models()))
        for model_id in models:
            if stopped():
                return
            retain = partial(self._versions.apply_retention, model_id, stopped=stopped, told=_tell)
            self._do(model_id, retain)
        if not stopped():
            self._do("", partial(self._clean_rest, stopped))
        self.rounds += 1

    def _clean_rest(self, stopped: Callable[[], bool]) -> None:
        """Remove what belongs to no model, repack, then look at the next packs for damage.

        Raises:
            IntegrityError: Some of them are damaged.
        """
        self._versions.remove_leftovers()
        self._versions.repack(stopped=stopped)
        self._tracking.roll_up()
        self._conductor.remove_evidence(older_than_days=self._config.retention_days)
        plan = ScrubPlan(most_bytes=self._config.scrub_slice_bytes, resume=True, stopped=stopped)
        for problem in self._scrubber.verify(plan).problems:
            touched = ", ".join(problem.versions) or "no version"
            raise IntegrityError(problem.what, detail=f"{problem.detail} (touches {touched})")

    def _do(self, model_id: str, step: Callable[[], object]) -> None:
        try:
            step()
        except LeaseTakenError:
            raise
        except Exception as error:  # noqa: BLE001 - kept and logged; the loop must go on
            _LOG.exception("upkeep of %s failed", model_id or "the registry")
            self.last_errors[model_id] = str(error)


def _tell(item: Expired, error: str) -> None:
    if error:
        _LOG.warning("retention left %s: %s", item.version.version_id, error)
