"""A thread that calls something again and again, and is there again after a fork."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress

# The call may be waiting for a locked database; the thread is a daemon and ends after that.
_LONGEST_JOIN_SECONDS = 2.0
_POLLERS: weakref.WeakSet[Poller] = weakref.WeakSet()
_FORKS_WATCHED = threading.Lock()


class Poller:
    """Calls a method at an interval, in a daemon thread, until it is stopped or its object is gone.

    Args:
        call: A bound method; what it raises it has to keep by itself, the calls go on.
        pause: A bound method of the same object, which tells the seconds from the end of one call
            to the next.
        name: Of the thread.
        after_fork: A bound method of the same object, called in the child of a fork before the
            thread starts there: whatever lock a thread of the parent held is to be made anew.
    """

    def __init__(
        self,
        call: Callable[[], object],
        *,
        pause: Callable[[], float],
        name: str,
        after_fork: Callable[[], object],
    ) -> None:
        # Weak, so that an object that is dropped without a word takes its thread along.
        self._call = weakref.WeakMethod(call)
        self._after_fork = weakref.WeakMethod(after_fork)
        self._pause, self._name = weakref.WeakMethod(pause), name
        self._bell, self._thread = self._started()
        # Once in a process: what is registered stays for good.
        if _FORKS_WATCHED.acquire(blocking=False):
            os.register_at_fork(after_in_child=_restart_all)
        _POLLERS.add(self)

    def wake(self) -> None:
        """Let the next call be now."""
        self._bell.rings.set()

    def stop(self) -> None:
        """Stop calling, and wait a moment for the call that is under way."""
        self._bell.is_last = True
        self.wake()
        self._thread.join(_LONGEST_JOIN_SECONDS)

    def restart(self) -> None:
        """Start the thread anew in the child of a fork, where it is gone."""
        after_fork = self._after_fork()
        if after_fork is not None and not self._bell.is_last:
            after_fork()
            self._bell, self._thread = self._started()

    def _started(self) -> tuple[_Bell, threading.Thread]:
        bell = _Bell()
        thread = threading.Thread(
            target=_poll, args=(self._call, self._pause, bell), name=self._name, daemon=True
        )
        thread.start()
        return bell, thread


class _Bell:
    """Ends a pause."""

    def __init__(self) -> None:
        self.rings = threading.Event()
        self.is_last = False


def _poll(
    find: weakref.WeakMethod[Callable[[], object]],
    find_pause: weakref.WeakMethod[Callable[[], float]],
    bell: _Bell,
) -> None:
    while True:
        pause = find_pause()
        if pause is None:
            return
        seconds = pause()
        del pause
        bell.rings.wait(seconds)
        if bell.is_last:
            return
        # Before the call: what rings during it means another one.
        bell.rings.clear()
        call = find()
        if call is None:
            return
        with suppress(Exception):
            call()
        del call


def _restart_all() -> None:
    for poller in list(_POLLERS):
        poller.restart()
