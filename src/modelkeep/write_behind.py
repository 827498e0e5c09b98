"""Writing behind: a caller hands over an item and goes on, a thread writes what came together."""

from __future__ import annotations

import atexit
import functools
import logging
import math
import os
import sys
import threading
import weakref
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from modelkeep.errors import ClosedError, InvalidInputError, InvalidSettingError

Item = TypeVar("Item")

_LOG = logging.getLogger("modelkeep")
_LONGEST_BACKOFF_SECONDS = 30.0
_open: weakref.WeakSet[WriteBehind[Any]] = weakref.WeakSet()
_wakes: dict[threading.Thread, threading.Event] = {}  # of the threads that run


class WriteBehind(Generic[Item]):
    """A bounded buffer that a thread empties every interval.

    Items are written in the order in which they were appended. They wait until the writer has
    returned, so a write that fails is tried again with the same items at the front. What does not
    fit is dropped and counted. Close it at the end; what is open when the interpreter exits is
    written then. A forked child starts empty: what waits at the fork is written by the parent.

    Args:
        write: Gets all that waits. It should not refer to the buffer, or only `close` frees it.
        interval_seconds: How long an item waits at most, while the writer works.
        most_waiting: How many units are kept at most, those being written included.
        name: What is written, for the log.

    Raises:
        InvalidSettingError: The interval or the bound is not above 0.

    Example:
        >>> written = []
        >>> buffer = WriteBehind(write=written.extend)
        >>> buffer.append("a"), buffer.append("b")
        (True, True)
        >>> buffer.close()
        >>> written
        ['a', 'b']
    """

    def __init__(
        self,
        *,
        write: Callable[[list[Item]], None],
        interval_seconds: float = 0.5,
        most_waiting: int = 1_000_000,
        name: str = "records",
    ) -> None:
        if not interval_seconds > 0:
            raise InvalidSettingError("interval_seconds", interval_seconds, "above 0")
        if most_waiting < 1:
            raise InvalidSettingError("most_waiting", most_waiting, "1 or more")
        self._write = write
        self._interval = float(interval_seconds)
        self._most = most_waiting
        self._name = name
        self._closed = False
        self._start_empty()
        _watch_process()
        _open.add(self)

    def _start_empty(self) -> None:
        self._items: list[Item] = []
        self._extra = 0  # units beyond one for each item
        self._calm = 0  # below so many units an append has nothing else to do
        self._dropped = 0
        self._failures = 0
        self._last_error: Exception | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.RLock()
        self._writing = threading.Lock()
        self._wake = threading.Event()

    @property
    def waiting(self) -> int:
        """How many units are not written yet."""
        return len(self._items) + self._extra

    @property
    def dropped(self) -> int:
        """How many units did not fit, in this process."""
        return self._dropped

    @property
    def last_error(self) -> Exception | None:
        """Why the last write failed; None when it did not."""
        return self._last_error

    def append(self, item: Item, units: int = 1) -> bool:
        """Take an item to be written soon.

        Args:
            item: Anything.
            units: How much of the room it takes.

        Returns:
            Whether it was taken; otherwise it was dropped, because the buffer is full.

        Raises:
            ClosedError: The buffer was closed.
            InvalidInputError: The units are fewer than 1.
        """
        # No lock: one list append is atomic, and the bound may be passed by an item per thread.
        if units != 1 or len(self._items) + self._extra >= self._calm:
            return self._append_with_care(item, units)
        self._items.append(item)
        return True

    def flush(self) -> None:
        """Write what waits now.

        Raises:
            Exception: What the writer raised; the items are kept then.
        """
        with self._writing:
            with self._lock:
                items, extra = self._items[:], self._extra
            if not items:
                return
            try:
                self._write(items)
            except Exception as error:
                self._note_failure(error)
                raise
            with self._lock:
                del self._items[: len(items)]
                self._extra -= extra
            self._note_success()

    def close(self) -> None:
        """Write what waits and take nothing more; closing again tries again what failed.

        Raises:
            Exception: What the writer raised; the items are kept then.
        """
        with self._lock:
            self._closed = True
            self._calm = 0
            thread, self._thread = self._thread, None
        self._wake.set()
        if thread is not None and thread is not threading.current_thread():
            thread.join()
        self.flush()
        _open.discard(self)

    def _append_with_care(self, item: Item, units: int) -> bool:
        if units < 1:
            raise InvalidInputError(f"units is {units}; an item takes 1 or more")
        with self._lock:
            if self._closed:
                raise ClosedError(f"the buffer of {self._name} is closed and takes nothing more")
            if self._thread is None:
                self._start_thread()
            waiting = self.waiting + units
            if waiting >= self._calm and not self._failures:
                self._wake.set()
            if waiting > self._most:
                self._dropped += units
                return False
            self._extra += units - 1
            self._items.append(item)
            return True

    def _start_thread(self) -> None:
        self._thread = threading.Thread(
            target=_keep_writing,
            args=(weakref.ref(self), self._items, self._write, self._name),
            name=f"modelkeep-write-{self._name}",
            daemon=True,
        )
        _wakes[self._thread] = self._wake
        self._thread.start()
        _watch_end_of_worker()
        self._calm = (self._most + 1) // 2

    def _wait_seconds(self) -> float:
        longest = max(_LONGEST_BACKOFF_SECONDS, self._interval)
        return min(math.ldexp(self._interval, self._failures), longest)

    def _note_failure(self, error: Exception) -> None:
        self._last_error = error
        # The exponent is bounded, since the wait is.
        self._failures = min(self._failures + 1, 32)
        if self._failures == 1:
            _LOG.error(
                "%s cannot be written (%s: %s); up to %d units are kept and tried again",
                self._name,
                type(error).__name__,
                error,
                self._most,
            )

    def _note_success(self) -> None:
        if self._failures:
            _LOG.warning("%s are written again; %d units were dropped", self._name, self._dropped)
        self._failures = 0
        self._last_error = None


def _keep_writing(
    reference: weakref.ref[WriteBehind[Item]],
    items: list[Item],
    write: Callable[[list[Item]], None],
    name: str,
) -> None:
    """Empty a buffer until it is closed, or until nobody holds it; then for a last time."""
    try:
        while (buffer := reference()) is not None:
            wake, seconds = buffer._wake, buffer._wait_seconds()  # noqa: SLF001 - of the class
            del buffer
            wake.wait(seconds)
            wake.clear()
            if not _turn(reference(), name):
                return
        if items:
            write(items)
    except Exception:  # noqa: BLE001 - logged; nobody is left to be told
        _LOG.exception("%d items of an abandoned buffer of %s are lost", len(items), name)
    finally:
        _wakes.pop(threading.current_thread(), None)


def _turn(buffer: WriteBehind[Any] | None, name: str) -> bool:
    """Write what waits in a buffer that somebody holds, and return whether it is not closed."""
    if buffer is None:
        return True
    if buffer._closed:  # noqa: SLF001 - a part of the class
        return False
    try:
        buffer.flush()
    except Exception:  # noqa: BLE001 - logged and kept as last_error; the next turn tries again
        _LOG.debug("a write of %s failed", name, exc_info=True)
    return True


@functools.cache
def _watch_process() -> None:
    atexit.register(_finish_open)
    os.register_at_fork(after_in_child=_start_empty_in_child)


def _watch_end_of_worker() -> None:
    # A worker of multiprocessing ends without the exit functions of the interpreter, and forgets
    # what was registered before its fork; so this is done again by each process.
    workers = sys.modules.get("multiprocessing.util")
    if workers is not None and sys.modules["multiprocessing"].parent_process() is not None:
        workers.Finalize(None, _finish_open, exitpriority=10)


def _finish_open() -> None:
    for buffer in list(_open):
        try:
            buffer.close()
        except Exception:  # noqa: BLE001 - logged; the others are still to be written
            _LOG.exception("%d units are lost at exit", buffer.waiting)
    # Of a buffer that nobody held any more, only its thread still has the items.
    for thread, wake in list(_wakes.items()):
        wake.set()
        thread.join()


def _start_empty_in_child() -> None:
    # The thread is not in the child, and a lock may have been held by one that is not either.
    _wakes.clear()
    for buffer in list(_open):
        buffer._start_empty()  # noqa: SLF001 - a part of the class
