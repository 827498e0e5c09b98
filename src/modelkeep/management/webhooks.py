"""Tells webhooks what happened: signed, at least once, in a thread that nobody waits for.

What is to be told are the events of the catalogue, so nothing is forgotten when a process ends: an
event is told until an event of its own says that it was, or that it was given up.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import logging
import threading
import urllib.parse
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from sqlalchemy import Connection

from modelkeep import canonical
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.events import Event
from modelkeep.management.journal import Journal

_LOG = logging.getLogger("modelkeep")
TOLD, GIVEN_UP = "webhook_told", "webhook_given_up"
WAITS_SECONDS = (1.0, 2.0, 4.0, 8.0, 16.0)
_TIMEOUT_SECONDS = 5.0
_REMEMBERED = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address that is told of each change of state.

    Attributes:
        url: Where to post the event as JSON.
        secret: Key of an HMAC-SHA256 over the body, told in the header `X-Modelkeep-Signature`.
    """

    url: str
    secret: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """An event that an address was not told of yet.

    Attributes:
        event: What happened.
        hook: Whom to tell.
        about: What the event about the telling says beside the event and the address: what it is
            found by.
    """

    event: Event
    hook: Webhook
    about: Mapping[str, str]


class WebhookSender(ABC):
    """Posts events to addresses; a subclass says which events are to be told to whom.

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
        waits_seconds: tuple[float, ...] = WAITS_SECONDS,
    ) -> None:
        self._catalogue = catalogue
        self._journal = journal
        self._waits_seconds = waits_seconds
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @abstractmethod
    def _untold(self, connection: Connection, since: int) -> Iterator[Notice]:
        """Give what was not told yet, in the order in which it is told.

        Args:
            connection: To read with.
            since: What is older is not told any more, microseconds since 1970.
        """

    def look(self) -> bool:
        """Tell in a thread of its own what was not told yet; one that is at it goes on.

        Returns:
            Whether there is anything to tell.
        """
        if self._thread is not None and self._thread.is_alive():
            return True
        since = canonical.to_microseconds(self._journal.clock.now() - _REMEMBERED)
        with self._catalogue.read() as connection:
            waiting = list(self._untold(connection, since))
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

    def _tell_all(self, waiting: list[Notice]) -> None:
        for notice in waiting:
            if self._stop.is_set():
                return
            told = self._tell(notice)
            if told is None:
                return
            with self._catalogue.write() as connection:
                self._journal.record(
                    connection,
                    TOLD if told else GIVEN_UP,
                    notice.event.model_id,
                    notice.event.version_id,
                    after={
                        **notice.about,
                        "event_id": notice.event.event_id,
                        "url": notice.hook.url,
                    },
                )

    def _tell(self, notice: Notice) -> bool | None:
        """Return whether it was told; None where this process was to end before that was known."""
        for wait in (*self._waits_seconds, None):
            try:
                post(notice.event, notice.hook)
            except (OSError, http.client.HTTPException) as error:
                _LOG.warning("webhook %s was not told: %s", notice.hook.url, error)
            else:
                return True
            if wait is not None and self._stop.wait(wait):
                return None
        return False


def done_of(event: Event) -> tuple[int, str] | None:
    """Return which event an address is done with, if this event says so; else None."""
    if event.kind not in (TOLD, GIVEN_UP):
        return None
    return int(event.after["event_id"]), str(event.after["url"])


def is_address(url: str) -> bool:
    """Whether a webhook can be posted there: over http or https, to a host that is named."""
    if not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = urllib.parse.urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        # A port that is no number, or half of an IPv6 address.
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
    # Who keeps an address checks it by `is_address`.
    request = urllib.request.Request(hook.url, body, headers, method="POST")  # noqa: S310
    with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310
        if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise OSError(f"it answered {answer.status}")
