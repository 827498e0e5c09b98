"""PostgreSQL: what others change is heard of at once, by one connection of a process that listens.

A hint only spares a wait (https://www.postgresql.org/docs/current/sql-notify.html): who listens
looks by itself as well, more often while the connection is lost. It is opened again on its own,
and nobody is told an error, since nobody needs it.
"""

from __future__ import annotations

import logging
import selectors
import socket
import threading
import weakref
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from sqlalchemy import Engine

from modelkeep.catalogue.dialects.forks import call_after_fork, leave_to_parent
from modelkeep.catalogue.dialects.postgresql import CHANNEL, DRIVER_ERRORS, translate

_LOG = logging.getLogger("modelkeep")
_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 0.1, 5.0
# The thread may be waiting for a server that is away; it is a daemon and ends after that.
_LONGEST_JOIN_SECONDS = 2.0
_NOT_HEARD = "hints of changes in the catalogue are not heard, all goes on without: %s"
_LOST: tuple[type[Exception], ...] = (*DRIVER_ERRORS, OSError)


class PostgresHints:
    """Listens for changes of models, from the first time that someone asks on.

    After a fork the child listens on a connection of its own.

    Args:
        engine: Of the catalogue.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._subscribers = _Subscribers()
        self._lock = threading.Lock()
        self._listener: _Listener | None = None
        self._forgotten: weakref.finalize[Any, Any] | None = None
        self._is_closed, self._is_told = False, False
        call_after_fork(self._begin_anew)

    def subscribe(self, model_id: str, wake: Callable[[], object]) -> None:
        """Call something whenever the model may have been changed.

        That is so also when the connection is lost, and when it is there again.

        Args:
            model_id: Which.
            wake: A bound method that waits for nothing; it is forgotten with its object.
        """
        self._subscribers.add(model_id, wake)

    def are_heard(self) -> bool:
        """Whether hints come at the moment; the first time it is asked, listening begins."""
        with self._lock:
            if self._is_closed:
                return False
            if self._listener is None:
                try:
                    self._listener = _Listener(self._engine, self._subscribers)
                except (OSError, RuntimeError) as error:
                    # No file or thread is left for it; the next time there may be.
                    self._tell_once(error)
                    return False
                # One that is dropped without a word takes its thread along.
                self._forgotten = weakref.finalize(self, self._listener.stop)
            return self._listener.is_connected

    def close(self) -> None:
        """Listen no more; closing twice does no harm."""
        with self._lock:
            self._is_closed = True
            listener, self._listener = self._listener, None
        if listener is not None:
            listener.stop()
            listener.thread.join(_LONGEST_JOIN_SECONDS)

    def _tell_once(self, error: Exception) -> None:
        if not self._is_told:
            _LOG.warning(_NOT_HEARD, error)
        self._is_told = True

    def _begin_anew(self) -> None:
        self._lock = threading.Lock()
        self._subscribers.renew_lock()
        leave_to_parent(self._listener)
        self._listener = None
        if self._forgotten is not None:
            # Its end would ring in the parent.
            self._forgotten.detach()


class _Subscribers:
    """Who is to be woken for which model."""

    def __init__(self) -> None:
        self._entries: list[tuple[str, weakref.WeakMethod[Callable[[], object]]]] = []
        self.renew_lock()

    def renew_lock(self) -> None:
        self._lock = threading.Lock()

    def add(self, model_id: str, wake: Callable[[], object]) -> None:
        with self._lock:
            self._entries = [each for each in self._entries if each[1]() is not None]
            self._entries.append((model_id, weakref.WeakMethod(wake)))

    def wake(self, model_ids: Iterable[str] | None = None) -> None:
        """Wake those of some models, or all."""
        wanted = None if model_ids is None else set(model_ids)
        with self._lock:
            found = [each for name, each in self._entries if wanted is None or name in wanted]
        for each in found:
            wake = each()
            if wake is not None:
                wake()


class _Listener:
    """A thread with the connection that listens."""

    def __init__(self, engine: Engine, subscribers: _Subscribers) -> None:
        self.is_connected = False
        self._engine = engine
        self._subscribers = subscribers
        self._stopped = threading.Event()
        self._is_silent = False
        self._wait_seconds = _FIRST_WAIT_SECONDS
        self._bell, self._ringer = socket.socketpair()
        self.thread = threading.Thread(target=self._run, name="modelkeep-hints", daemon=True)
        try:
            self.thread.start()
        except RuntimeError:
            self._bell.close()
            self._ringer.close()
            raise

    def stop(self) -> None:
        self._stopped.set()
        # A thread that has ended has closed it.
        with suppress(OSError):
            self._ringer.send(b"!")

    def _run(self) -> None:
        with self._bell, self._ringer:
            while not self._stopped.is_set():
                try:
                    self._connect_and_hear()
                except _LOST as error:
                    self._tell_once(error)
                self._stopped.wait(self._wait_seconds)
                self._wait_seconds = min(2 * self._wait_seconds, _LONGEST_WAIT_SECONDS)

    def _connect_and_hear(self) -> None:
        pooled = self._engine.raw_connection()
        driver: Any = pooled.driver_connection
        # It is no place of the pool that is taken.
        pooled.detach()
        try:
            driver.autocommit = True
            driver.execute(f"LISTEN {CHANNEL}")
            self.is_connected, self._wait_seconds = True, _FIRST_WAIT_SECONDS
            if self._is_silent:
                _LOG.warning("hints of changes in the catalogue are heard again")
                self._is_silent = False
            # What was changed before is looked for by those who wait.
            self._subscribers.wake()
            self._hear(driver)
        finally:
            self.is_connected = False
            driver.close()
            # They look by themselves more often from now on.
            self._subscribers.wake()

    def _hear(self, driver: Any) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(driver.fileno(), selectors.EVENT_READ)
            selector.register(self._bell, selectors.EVENT_READ)
            while not self._stopped.is_set():
                selector.select()
                driver.pgconn.consume_input()
                changed = set()
                while (found := driver.pgconn.notifies()) is not None:
                    changed.add(bytes(found.extra).decode())
                if changed:
                    self._subscribers.wake(changed)

    def _tell_once(self, error: Exception) -> None:
        if not self._is_silent:
            name = self._engine.url.render_as_string(hide_password=True)
            _LOG.warning(_NOT_HEARD, translate(error, name))
        self._is_silent = True
