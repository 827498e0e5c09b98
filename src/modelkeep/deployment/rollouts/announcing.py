"""Tells the webhooks of a plan what happened to its rollout: signed, at least once, not waited for.

What is to be told are the events of the catalogue, so nothing is forgotten when a process ends: an
event is told until an event of its own says that it was, or that it was given up.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import logging
import threading
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus

from modelkeep import canonical
from modelkeep.catalogue import events, rollouts
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.events import Event
from modelkeep.deployment.rollouts.plan import Webhook
from modelkeep.deployment.rollouts.records import to_rollout
from modelkeep.management.journal import Journal

_LOG = logging.getLogger("modelkeep")
TOLD, GIVEN_UP = "webhook_told", "webhook_given_up"
_TIMEOUT_SECONDS = 5.0
_WAITS_SECONDS = (1.0, 2.0, 4.0, 8.0, 16.0)
_REMEMBERED = timedelta(days=1)


class Announcer:
    """Posts events of rollouts to the addresses that their plans name.

    Args:
        catalogue: Has the events.
        journal: Notes what was told.
        waits_seconds: How long to wait before each further try.
    """

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        journal: Journal,
        waits_seconds: tuple[float, ...] = _WAITS_SECONDS,
    ) -> None:
        self._catalogue = catalogue
        self._journal = journal
        self._waits_seconds = waits_seconds
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def look(self) -> bool:
        """Tell in a thread of its own what was not told yet; one that is at it goes on.

        Returns:
            Whether there is anything to tell.
        """
        if self._thread is not None and self._thread.is_alive():
            return True
        waiting = list(self._untold())
        if waiting:
            self._stop.clear()
            self._thread = threading.Thread(
                target=self._tell_all, args=(waiting,), name="modelkeep-webhooks", daemon=True
            )
            self._thread.start()
        return bool(waiting)

    def stop(self) -> None:
        """End after the address that is being told; what is left is told by the next process."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _untold(self) -> Iterator[tuple[Event, Webhook]]:
        since = canonical.to_microseconds(self._journal.clock.now() - _REMEMBERED)
        with self._catalogue.read() as connection:
            for row in rollouts.updated_since(connection, since):
                rollout = to_rollout(row)
                if not rollout.plan.webhooks:
                    continue
                happened = [
                    event
                    for event in events.of_version(connection, rollout.version_id)
                    if event.after.get("rollout_id") == rollout.rollout_id
                ]
                done = {
                    (event.after["event_id"], event.after["url"])
                    for event in happened
                    if event.kind in (TOLD, GIVEN_UP)
                }
                for event in happened:
                    for hook in rollout.plan.webhooks:
                        if event.kind.startswith("rollout_") and (
                            (event.event_id, hook.url) not in done
                        ):
                            yield event, hook

    def _tell_all(self, waiting: list[tuple[Event, Webhook]]) -> None:
        for event, hook in waiting:
            if self._stop.is_set():
                return
            told = self._tell(event, hook)
            if told is None:
                return
            with self._catalogue.write() as connection:
                self._journal.record(
                    connection,
                    TOLD if told else GIVEN_UP,
                    event.model_id,
                    event.version_id,
                    after={
                        "rollout_id": event.after["rollout_id"],
                        "event_id": event.event_id,
                        "url": hook.url,
                    },
                )

    def _tell(self, event: Event, hook: Webhook) -> bool | None:
        """Return whether it was told; None where this process was to end before that was known."""
        for wait in (*self._waits_seconds, None):
            try:
                post(event, hook)
            except (OSError, http.client.HTTPException) as error:
                _LOG.warning("webhook %s was not told: %s", hook.url, error)
            else:
                return True
            if wait is not None and self._stop.wait(wait):
                return None
        return False


def body_of(event: Event) -> bytes:
    """Return an event as the JSON that is posted."""
    return canonical.encode(
        {
            "event_id": event.event_id,
            "at": event.at.isoformat(),
            "kind": event.kind,
            "actor": event.actor,
            "model_id": event.model_id,
            "version_id": event.version_id,
            **event.after,
        }
    )


def signature_of(body: bytes, secret: str) -> str:
    """Return the value of the header `X-Modelkeep-Signature`."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def post(event: Event, hook: Webhook) -> None:
    """Post an event to an address once.

    Raises:
        OSError: The address does not answer, or not with success.
    """
    body = body_of(event)
    headers = {"Content-Type": "application/json", "X-Modelkeep-Event": str(event.event_id)}
    if hook.secret:
        headers["X-Modelkeep-Signature"] = signature_of(body, hook.secret)
    # The plan allows http and https only.
    request = urllib.request.Request(hook.url, body, headers, method="POST")  # noqa: S310
    with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310
        if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise OSError(f"it answered {answer.status}")
