"""Alerts: rules on what is tracked, kept in the catalogue and looked at again and again.

Each change of a state is one transaction with its event; what follows is done after it. Webhooks
are told at least once, a rollback is done at most once, and the log is written at most once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from modelkeep import canonical
from modelkeep.catalogue import alerts, registrations, versions
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.errors import ModelNotFoundError
from modelkeep.identifiers import VersionIds
from modelkeep.management.journal import Journal
from modelkeep.management.leased_work import Check
from modelkeep.models import ModelVersioningConfig
from modelkeep.tracking.alerts.errors import (
    AlertExistsError,
    AlertNotFoundError,
    InvalidAlertError,
)
from modelkeep.tracking.alerts.evaluation import CLEARED, AlertState, Observation
from modelkeep.tracking.alerts.looking import AlertLooks, tell_change
from modelkeep.tracking.alerts.parsing import check_metric, rule_of
from modelkeep.tracking.alerts.records import Alert, Progress, columns_of, to_alert
from modelkeep.tracking.alerts.rollbacks import AlertRollbacks, Rollback
from modelkeep.tracking.alerts.rules import ANY, PRODUCTION, AlertRule
from modelkeep.tracking.alerts.telling import AlertAnnouncer

ADDED, REMOVED = "alert_added", "alert_removed"
ENABLED, DISABLED = "alert_enabled", "alert_disabled"


def anyone(_connection: Connection) -> None:
    """Let any process make a change: the rows themselves keep it from being made twice."""


class Alerts:
    """Keeps rules, looks at them, and does what follows.

    Args:
        catalogue: Has the rules.
        journal: Writes the events.
        ids: Makes the ids of rules.
        config: Whether rollbacks are allowed.
        measure: Measures what a rule asks for, in the window that ends about then (aware UTC).
        metrics: Names what is tracked of a model.
        announcer: Tells the webhooks.
        rollback: Rolls a stage back; None where nothing here can.

    Attributes:
        last_errors: What went wrong at the last look, by id of the rule.
    """

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        journal: Journal,
        ids: VersionIds,
        config: ModelVersioningConfig,
        measure: Callable[[AlertRule, datetime], Observation],
        metrics: Callable[[str], Collection[str]],
        announcer: AlertAnnouncer,
        rollback: Rollback | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._journal = journal
        self._ids = ids
        self._metrics = metrics
        self._announcer = announcer
        self._rollbacks = AlertRollbacks(
            catalogue=catalogue, journal=journal, config=config, rollback=rollback
        )
        self._looks = AlertLooks(
            catalogue=catalogue, journal=journal, measure=measure, rollbacks=self._rollbacks
        )
        self._looking = threading.Lock()

    @property
    def last_errors(self) -> dict[str, str]:
        """What went wrong at the last look, by id of the rule."""
        return self._looks.last_errors

    def add(self, rule: AlertRule | Mapping[str, Any]) -> Alert:
        """Keep a rule; it is looked at from then on.

        Args:
            rule: A rule, or a mapping with its fields. Its version may be any reference; what is
                kept is the id of the version that it names now.

        Raises:
            InvalidAlertError: It cannot be followed, or nothing tracks its metric.
            AlertExistsError: The model has a rule of this name.
            ModelNotFoundError: There is no such model.
            VersionNotFoundError: There is no such version.
        """
        given = dict(rule) if isinstance(rule, Mapping) else rule.to_mapping()
        reference = given.get("version", PRODUCTION)
        if isinstance(reference, str) and "@" in reference:
            with self._catalogue.read() as connection:
                given["version"] = versions.get(connection, reference).version_id
        asked = rule_of(given)
        check_metric(asked.metric, self._metrics(asked.model_id))
        with self._catalogue.write() as connection:
            return self._insert(connection, asked)

    def _insert(self, connection: Connection, rule: AlertRule) -> Alert:
        if not registrations.is_known(connection, rule.model_id):
            raise ModelNotFoundError(rule.model_id)
        if rule.version not in (ANY, PRODUCTION):
            found = versions.get(connection, rule.version)
            if found.model_id != rule.model_id:
                wanted = f"a version of {rule.model_id!r}; this one is of {found.model_id!r}"
                raise InvalidAlertError("version", rule.version, wanted)
        if alerts.find_named(connection, rule.model_id, rule.name) is not None:
            raise AlertExistsError(rule.model_id, rule.name)
        now = self._journal.clock.now()
        at = canonical.to_microseconds(now)
        row = {
            "rule_id": f"alert-{self._ids.new(now)}",
            "model_id": rule.model_id,
            "name": rule.name,
            "definition": canonical.encode_text(rule.to_mapping()),
            "enabled": True,
            "since": at,
            "created_at": at,
            "updated_at": at,
            **columns_of(AlertState(), Progress()),
        }
        alerts.insert(connection, row)
        self._tell(connection, ADDED, to_alert(row), {"rule": rule.to_mapping()})
        return to_alert(row)

    def get(self, reference: str) -> Alert:
        """Return a rule by its id, or by its model and its name as `model/name`.

        Raises:
            AlertNotFoundError: There is none.
        """
        with self._catalogue.read() as connection:
            return to_alert(self._row(connection, reference))

    def list_alerts(self, model_id: str | None = None) -> list[Alert]:
        """Return the rules of a model, or of all, by model and name.

        Raises:
            ModelNotFoundError: There is no such model.
        """
        with self._catalogue.read() as connection:
            if model_id is not None and not registrations.is_known(connection, model_id):
                raise ModelNotFoundError(model_id)
            return [to_alert(row) for row in alerts.all_rules(connection, model_id)]

    def remove(self, reference: str) -> None:
        """Remove a rule; what its webhooks were not told by then they are not told any more.

        Raises:
            AlertNotFoundError: There is none.
        """
        with self._catalogue.write() as connection:
            alert = to_alert(self._row(connection, reference))
            self._end(connection, alert, "the rule was removed")
            alerts.remove(connection, alert.rule_id)
            self._tell(connection, REMOVED, alert, {})

    def enable(self, reference: str) -> Alert:
        """Look at a rule again; it begins without data.

        Raises:
            AlertNotFoundError: There is none.
        """
        return self._switch(reference, enabled=True)

    def disable(self, reference: str) -> Alert:
        """Look at a rule no more; one that fires is cleared.

        Raises:
            AlertNotFoundError: There is none.
        """
        return self._switch(reference, enabled=False)

    def _switch(self, reference: str, *, enabled: bool) -> Alert:
        with self._catalogue.write() as connection:
            row = self._row(connection, reference)
            alert = to_alert(row)
            if alert.is_enabled == enabled:
                return alert
            if not enabled:
                self._end(connection, alert, "the rule was disabled")
            at = canonical.to_microseconds(self._journal.clock.now())
            anew = columns_of(AlertState(), Progress())
            changes = {"enabled": enabled, "since": at, "updated_at": at, **anew}
            alert = to_alert(alerts.change(connection, row, changes))
            self._tell(connection, ENABLED if enabled else DISABLED, alert, {})
            return alert

    def _end(self, connection: Connection, alert: Alert, why: str) -> None:
        """Clear what fires, and give up what is due."""
        self._rollbacks.settle(connection, alert, why)
        if alert.state.is_open:
            ended = replace(alert.state, name="no_data", is_open=False)
            tell_change(self._journal, connection, CLEARED, alert, ended, why)

    def look(self, turn: Callable[[], Check] | None = None) -> list[Alert]:
        """Look at all enabled rules once and do what follows; what fails is in `last_errors`.

        Args:
            turn: Called before each rule; gives what raises, in the transaction of a change, where
                this process may not make it. None for a look by hand, beside any other.

        Returns:
            The rules whose state changed, as they are now.

        Raises:
            LeaseTakenError: Another process does this now.
        """
        with self._looking:
            changed = self._looks.look_at_all(turn or (lambda: anyone))
        self._announcer.look()
        return changed

    def any_rules(self) -> bool:
        """Whether there is any rule, also one that is disabled: its webhooks may wait."""
        with self._catalogue.read() as connection:
            return bool(alerts.all_rules(connection))

    def stop(self) -> None:
        """End what tells the webhooks, after the address that is being told."""
        self._announcer.stop()

    @staticmethod
    def _row(connection: Connection, reference: str) -> dict[str, Any]:
        model_id, _, name = reference.partition("/")
        row = (
            alerts.find_named(connection, model_id, name)
            if name
            else alerts.find(connection, reference)
        )
        if row is None:
            raise AlertNotFoundError(reference)
        return row

    def _tell(
        self, connection: Connection, kind: str, alert: Alert, more: Mapping[str, Any]
    ) -> None:
        after = {"rule_id": alert.rule_id, "name": alert.rule.name, **more}
        self._journal.record(connection, kind, alert.rule.model_id, after=after)
