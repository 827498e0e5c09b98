"""Tells the webhooks of a plan what happened to its rollout; see `management.webhooks`."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from modelkeep.catalogue import events, rollouts
from modelkeep.deployment.rollouts.records import to_rollout
from modelkeep.management.webhooks import (
    GIVEN_UP,
    TOLD,
    Notice,
    WebhookSender,
    done_of,
    signature_of,
)

__all__ = ["GIVEN_UP", "TOLD", "Announcer", "signature_of"]


class Announcer(WebhookSender):
    """Posts events of rollouts to the addresses that their plans name."""

    def _untold(self, connection: Connection, since: int) -> Iterator[Notice]:
        for row in rollouts.updated_since(connection, since):
            rollout = to_rollout(row)
            if not rollout.plan.webhooks:
                continue
            happened = [
                event
                for event in events.of_version(connection, rollout.version_id)
                if event.after.get("rollout_id") == rollout.rollout_id
            ]
            done = {done_of(event) for event in happened}
            for event in happened:
                for hook in rollout.plan.webhooks:
                    if event.kind.startswith("rollout_") and (event.event_id, hook.url) not in done:
                        about = {"rollout_id": rollout.rollout_id}
                        yield Notice(event=event, hook=hook, about=about)
