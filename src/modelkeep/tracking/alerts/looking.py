"""Looks at alert rules: measures, says what changes, writes it with its event, and does the rest.

A rule is measured outside of any transaction. Its state is read again in the one that changes it,
so of two processes that look at the same time only one makes the change.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from modelkeep import canonical
from modelkeep.catalogue import alerts
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.management.journal import Journal
from modelkeep.management.leased_work import Check, LeaseTakenError
from modelkeep.tracking.alerts.evaluation import (
    CLEARED,
    FIRED,
    AlertState,
    Change,
    Observation,
    evaluate,
)
from modelkeep.tracking.alerts.records import Alert, columns_of, to_alert
from modelkeep.tracking.alerts.rollbacks import AlertRollbacks
from modelkeep.tracking.alerts.rules import AlertRule

_LOG = logging.getLogger("modelkeep")
_FRESH_SECONDS = 60.0


class AlertLooks:
    """Looks at rules, one after the other.

    Args:
        catalogue: Has the rules.
        journal: Writes the events.
        measure: Measures what a rule asks for, in the window that ends about then (aware UTC).
        rollbacks: Does the rollbacks that firings ask for.

    Attributes:
        last_errors: What went wrong at the last look, by id of the rule.
    """

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        journal: Journal,
        measure: Callable[[AlertRule, datetime], Observation],
        rollbacks: AlertRollbacks,
    ) -> None:
        self._catalogue = catalogue
        self._journal = journal
        self._measure = measure
        self._rollbacks = rollbacks
        self.last_errors: dict[str, str] = {}

    def look_at_all(self, turn: Callable[[], Check]) -> list[Alert]:
        """Look at all enabled rules; return those whose state changed. See `Alerts.look`."""
        with self._catalogue.read() as connection:
            rows = alerts.all_rules(connection)
        changed, errors = [], {}
        for row in rows:
            if not row["enabled"]:
                continue
            rule_id, check = str(row["rule_id"]), turn()
            try:
                found = self._look_at(to_alert(row), check)
            except LeaseTakenError:
                raise
            except Exception as error:  # noqa: BLE001 - kept and logged; the others go on
                if self.last_errors.get(rule_id) != str(error):
                    _LOG.exception("alert rule %s could not be looked at", rule_id)
                errors[rule_id] = str(error)
            else:
                changed += [] if found is None else [found]
        self.last_errors = errors
        return changed

    def _look_at(self, alert: Alert, check: Check) -> Alert | None:
        """Look at one rule; return it if its state changed."""
        observation = self._measure(alert.rule, self._journal.clock.now())
        change, changed = evaluate(alert.rule, alert.state, observation), None
        if self._is_news(alert, change):
            alert, changed = self._apply(alert, observation, check)
        self._rollbacks.act(alert, check)
        return changed

    def _is_news(self, alert: Alert, change: Change) -> bool:
        """Whether anything is to be written: a mere change of the value is, once a minute."""
        new, old = change.state, alert.state
        same = replace(new, value=old.value, rows=old.rows, window_end=old.window_end)
        if same != old:
            return True
        aged = (self._journal.clock.now() - alert.updated_at).total_seconds()
        return (new.value, new.rows) != (old.value, old.rows) and not 0 <= aged < _FRESH_SECONDS

    def _apply(
        self, seen: Alert, observation: Observation, check: Check
    ) -> tuple[Alert, Alert | None]:
        """Write what changes; return the rule as it is, and again if its state changed."""
        with self._catalogue.write() as connection:
            check(connection)
            row = alerts.find(connection, seen.rule_id)
            if row is None or not row["enabled"]:
                # Someone removed or disabled it meanwhile.
                return replace(seen, progress=replace(seen.progress, rollback="")), None
            alert = to_alert(row)
            change = evaluate(alert.rule, alert.state, observation)
            changes = self._changes(connection, alert, change, observation.version_id)
            alert = to_alert(alerts.change(connection, row, changes))
        if not change.kind:
            return alert, None
        if alert.rule.log:
            level = logging.WARNING if change.kind == FIRED else logging.INFO
            named = f"{alert.rule.model_id}/{alert.rule.name}"
            _LOG.log(level, "%s: %s: %s", change.kind, named, change.reason)
        return alert, alert

    def _changes(
        self, connection: Connection, alert: Alert, change: Change, version_id: str
    ) -> dict[str, Any]:
        """Write the event of a change, if it is one of state; return the columns that change."""
        at = canonical.to_microseconds(self._journal.clock.now())
        progress = alert.progress
        if change.kind == CLEARED and progress.rollback == "due":
            progress = self._rollbacks.settle(connection, alert, "it cleared before")
        if change.kind == FIRED:
            progress = self._rollbacks.settle(connection, alert, "it fired again before that")
        if change.kind:
            event_id = tell_change(
                self._journal,
                connection,
                change.kind,
                alert,
                change.state,
                change.reason,
                version_id,
            )
            progress = replace(progress, reason=change.reason)
            if change.kind == FIRED:
                progress = replace(
                    progress,
                    fired_event_id=event_id,
                    fired_version_id=version_id,
                    rollback="due" if alert.rule.rollback else "",
                )
        since = at if change.kind else canonical.to_microseconds(alert.since)
        return {"since": since, "updated_at": at, **columns_of(change.state, progress)}


def tell_change(
    journal: Journal,
    connection: Connection,
    kind: str,
    alert: Alert,
    state: AlertState,
    reason: str,
    version_id: str = "",
) -> int:
    """Write the event of a change of state and return its id.

    Args:
        journal: Writes it.
        connection: In the transaction of the change.
        kind: What happened.
        alert: As it was before.
        state: How it stands after.
        reason: Why, in words.
        version_id: The version that was measured; empty for all together, or none.
    """
    value = {} if state.value is None else canonical.metrics_to_plain({"value": state.value})
    after = {
        "rule_id": alert.rule_id,
        "name": alert.rule.name,
        "metric": alert.rule.metric,
        "state": state.name,
        "rows": state.rows,
        "reason": reason,
        **value,
    }
    if state.window_end is not None:
        after["window_end"] = state.window_end.isoformat()
    return journal.record(
        connection,
        kind,
        alert.rule.model_id,
        version_id,
        before={"state": alert.state.name},
        after=after,
    )
