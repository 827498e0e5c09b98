"""A thread that calls something again and again, and goes on when that fails."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

_LOG = logging.getLogger("modelkeep")


class BackgroundLoop:
    """Calls something every interval in a thread of its own.

    Args:
        call: What is called.
        what: What it does, for the log: "alerts could not be looked at".
        thread_name: Of the thread.
        interval_seconds: Time between the end of one call and the next.

    Attributes:
        last_error: What the last call raised; empty where it went well.
    """

    def __init__(
        self,
        *,
        call: Callable[[], object],
        what: str,
        thread_name: str,
        interval_seconds: float,
    ) -> None:
        self._call = call
        self._what = what
        self._thread_name = thread_name
        self._interval_seconds = interval_seconds
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self.last_error = ""

    def start(self) -> None:
        """Begin; the first call comes after one interval. A second start changes nothing."""
        with self._starting:
            if self._thread is None:
                self._stop.clear()
                self._thread = threading.Thread(
                    target=self._run, name=self._thread_name, daemon=True
                )
                self._thread.start()

    def is_stopping(self) -> bool:
        """Whether it was told to end; may be asked from any thread."""
        return self._stop.is_set()

    def stop(self) -> bool:
        """End after the call that is being made, and wait for that.

        Returns:
            Whether it ran; a second stop changes nothing.
        """
        with self._starting:
            thread, self._thread = self._thread, None
            self._stop.set()
        if thread is None:
            return False
        thread.join()
        return True

    def _run(self) -> None:
        while not self._stop.wait(self._interval_seconds):
            try:
                self._call()
            except Exception as error:  # noqa: BLE001 - kept and logged; the loop must go on
                said = str(error) or type(error).__name__
                if self.last_error != said:
                    _LOG.exception(self._what)
                self.last_error = said
            else:
                self.last_error = ""
