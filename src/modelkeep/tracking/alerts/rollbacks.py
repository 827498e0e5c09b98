"""Rolls a stage back because an alert fired: at most once for each firing.

What is to be done is noted with the firing, that it begins before it is done, and how it went
after. A process that ends before it begins leaves it to the next look. One that ends in between
leaves it undecided: it is not tried again, and an event says so.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any, Protocol

from sqlalchemy import Connection

from modelkeep import canonical
from modelkeep.catalogue import alerts, pointers
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.errors import ConflictError, IllegalTransitionError, NotFoundError
from modelkeep.management.journal import Journal
from modelkeep.management.leased_work import Check
from modelkeep.models import DeploymentStage, ModelVersioningConfig
from modelkeep.tracking.alerts.evaluation import FIRING
from modelkeep.tracking.alerts.records import Alert, Progress, progress_text, to_alert
from modelkeep.tracking.alerts.rules import PRODUCTION

_LOG = logging.getLogger("modelkeep")
BEGUN = "alert_rollback_begun"
DONE, REFUSED, UNKNOWN = "alert_rolled_back", "alert_rollback_refused", "alert_rollback_unknown"
OUTCOMES = (DONE, REFUSED, UNKNOWN)
_LONGEST_SECONDS = 60.0


class Rollback(Protocol):
    """Makes a stage serve again what it served before."""

    def __call__(self, model_id: str, stage: str, version_id: str, reason: str) -> object:
        """Roll back.

        Args:
            model_id: The model.
            stage: The stage.
            version_id: What the stage must serve still; else nothing may be changed.
            reason: For the record.

        Raises:
            IllegalTransitionError: It is not allowed, or there is nothing to go back to.
            NotFoundError: The stage serves nothing.
            ConflictError: The stage serves another version.
        """
        ...


class AlertRollbacks:
    """Does the rollbacks that firings ask for.

    Args:
        catalogue: Has the rules and what the stages serve.
        journal: Writes the events.
        config: Whether rollbacks are allowed.
        rollback: Rolls back; None where nothing here can.
    """

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        journal: Journal,
        config: ModelVersioningConfig,
        rollback: Rollback | None,
    ) -> None:
        self._catalogue = catalogue
        self._journal = journal
        self._config = config
        self._rollback = rollback

    def act(self, alert: Alert, check: Check) -> None:
        """Do what is due for a rule, if anything is.

        Args:
            alert: As it was read last.
            check: Raises, in the transaction that begins it, where this process may not.

        Raises:
            LeaseTakenError: Another process does this now.
        """
        if not self._is_time(alert):
            return
        with self._catalogue.write() as connection:
            check(connection)
            row = alerts.find(connection, alert.rule_id)
            if row is None:
                return
            alert = to_alert(row)
            if not self._is_time(alert) or not self._begin(connection, row, alert):
                return
        kind, why = self._call(alert)
        with self._catalogue.write() as connection:
            row = alerts.find(connection, alert.rule_id)
            now = to_alert(row) if row is not None else None
            self._tell(connection, kind, alert, why)
            if row is not None and now is not None:
                same = now.progress.fired_event_id == alert.progress.fired_event_id
                if same and now.progress.rollback == "begun":
                    self._note(connection, row, replace(now.progress, rollback=""))

    def settle(self, connection: Connection, alert: Alert, why: str) -> Progress:
        """Give up, in a transaction of the caller, what a rule has due; return its progress."""
        if alert.progress.rollback == "due":
            self._tell(connection, REFUSED, alert, why)
        elif alert.progress.rollback == "begun":
            self._tell(connection, UNKNOWN, alert, why)
        return replace(alert.progress, rollback="")

    def _is_time(self, alert: Alert) -> bool:
        if alert.progress.rollback == "begun":
            # Whoever began may be at it still.
            return not 0 <= self._now() - alert.progress.begun_at < _LONGEST_SECONDS * 1e6
        return alert.progress.rollback == "due" and alert.state.name == FIRING

    def _begin(self, connection: Connection, row: dict[str, Any], alert: Alert) -> bool:
        """Note that it begins; return False where it does not, which is told."""
        if alert.progress.rollback == "begun":
            why = "the process that began it ended before it told how it went; it is not repeated"
            self._note(connection, row, self.settle(connection, alert, why))
            return False
        why = self._refusal(connection, alert)
        if why:
            self._note(connection, row, self.settle(connection, alert, why))
            return False
        self._tell(connection, BEGUN, alert, alert.reason)
        begun = replace(alert.progress, rollback="begun", begun_at=self._now())
        self._note(connection, row, begun)
        return True

    def _refusal(self, connection: Connection, alert: Alert) -> str:
        """Return why it may not be rolled back; empty where it may."""
        if not self._config.enable_rollback:
            return "rollbacks are switched off by the configuration (enable_rollback = false)"
        if self._rollback is None:
            return "nothing in this process can roll back"
        stage, wanted = alert.rule.rollback, _measured(alert)
        pointer = pointers.find(connection, alert.rule.model_id, DeploymentStage(stage))
        if not wanted:
            return "it is not known which version was measured"
        if pointer is None:
            return f"{stage} serves nothing by now"
        if pointer.version_id != wanted:
            return f"{stage} serves {pointer.version_id} by now; {wanted} was measured"
        return ""

    def _call(self, alert: Alert) -> tuple[str, str]:
        """Roll back; return the kind of the event about it, and why."""
        assert self._rollback is not None
        rule = alert.rule
        reason = f"alert {rule.name!r} fired: {alert.reason}"
        try:
            self._rollback(rule.model_id, rule.rollback, _measured(alert), reason)
        except (IllegalTransitionError, NotFoundError, ConflictError) as error:
            return REFUSED, error.message
        except Exception as error:  # noqa: BLE001 - logged and told; it may have been done or not
            _LOG.exception("the rollback for %s failed", alert.rule_id)
            return UNKNOWN, f"it failed: {error!r}"
        return DONE, reason

    def _tell(self, connection: Connection, kind: str, alert: Alert, why: str) -> None:
        # The stage is told in `after`: an event with a stage of its own says what that serves.
        self._journal.record(
            connection,
            kind,
            alert.rule.model_id,
            _measured(alert),
            after={
                "rule_id": alert.rule_id,
                "name": alert.rule.name,
                "fired_event_id": alert.progress.fired_event_id,
                "rolled_stage": alert.rule.rollback,
                "reason": why,
            },
        )

    def _note(self, connection: Connection, row: dict[str, Any], progress: Progress) -> None:
        changes = {"progress": progress_text(progress), "updated_at": self._now()}
        alerts.change(connection, row, changes)

    def _now(self) -> int:
        return canonical.to_microseconds(self._journal.clock.now())


def _measured(alert: Alert) -> str:
    """Return the version that the firing is about; empty where that is not known."""
    named = alert.rule.version
    return alert.progress.fired_version_id if named == PRODUCTION else named
