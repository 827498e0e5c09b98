"""Tells the webhooks of alert rules what became of them; see `management.webhooks`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from modelkeep.catalogue import alerts
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.events import Event
from modelkeep.management.journal import Journal
from modelkeep.management.webhooks import (
    GIVEN_UP,
    TOLD,
    WAITS_SECONDS,
    Notice,
    Webhook,
    WebhookSender,
    done_of,
)
from modelkeep.tracking.alerts import rollbacks
from modelkeep.tracking.alerts.evaluation import CLEARED, DATA_CAME, DATA_ENDED, FIRED
from modelkeep.tracking.alerts.records import to_alert
from modelkeep.tracking.alerts.rules import AlertWebhook

_LOG = logging.getLogger("modelkeep")
_TOLD_OF = frozenset((FIRED, CLEARED, DATA_ENDED, DATA_CAME, *rollbacks.OUTCOMES))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """Which events of a model there are to tell, and which address is done with which."""

    events: list[Event]
    done: set[tuple[int, str] | None]


class AlertAnnouncer(WebhookSender):
    """Posts events of alert rules to the addresses that they name.

    Where the variable with the key of an address is not set in this process, nothing is posted
    unsigned: the event waits, at most a day, for a process that has it.

    Args:
        catalogue: Has the events.
        journal: Notes what was told.
        secret_of: Gives the value of an environment variable, None where it is not set.
        waits_seconds: How long to wait before each further try.
    """

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        journal: Journal,
        secret_of: Callable[[str], str | None],
        waits_seconds: tuple[float, ...] = WAITS_SECONDS,
    ) -> None:
        super().__init__(catalogue=catalogue, journal=journal, waits_seconds=waits_seconds)
        self._secret_of = secret_of
        self._missing: set[str] = set()

    def _untold(self, connection: Connection, since: int) -> Iterator[Notice]:
        by_model: dict[str, _Told] = {}
        for alert in map(to_alert, alerts.all_rules(connection)):
            hooks = [hook for each in alert.rule.webhooks if (hook := self._hook(each))]
            model_id = alert.rule.model_id
            if hooks and model_id not in by_model:
                by_model[model_id] = _told(connection, model_id, since)
            for event in by_model[model_id].events if hooks else ():
                for hook in hooks:
                    known = (event.event_id, hook.url) in by_model[model_id].done
                    if event.after.get("rule_id") == alert.rule_id and not known:
                        yield Notice(event=event, hook=hook, about={"rule_id": alert.rule_id})

    def _hook(self, given: AlertWebhook) -> Webhook | None:
        """Return the address with its key; None where the key is not known here."""
        name = given.secret_variable
        secret = self._secret_of(name) if name else ""
        if name and not secret:
            if name not in self._missing:
                _LOG.warning("webhook %s waits: %s is not set here", given.url, name)
            self._missing.add(name)
            return None
        self._missing.discard(name)
        return Webhook(url=given.url, secret=secret or "")


def _told(connection: Connection, model_id: str, since: int) -> _Told:
    found = alerts.events_of(connection, model_id, {*_TOLD_OF, TOLD, GIVEN_UP}, since=since)
    return _Told(
        events=[event for event in found if event.kind in _TOLD_OF],
        done={done_of(event) for event in found if event.after.get("rule_id")},
    )
