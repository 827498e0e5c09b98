"""Requests to an object store, made again while what fails may pass.

obstore makes some of them again by itself, but not a conditional PUT or a bulk delete whose
connection breaks, nor a listing whose body ends early; so all attempts are made here.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from typing import TypeVar

from modelkeep.errors import StorageUnavailableError
from modelkeep.storage.blobs.object_errors import may_pass, translated

T = TypeVar("T")

_FIRST_WAIT_SECONDS, _MOST_WAIT_SECONDS = 0.1, 5.0
_users: set[int] = set()
"""This process if it used obstore, and those it was forked from that did."""


class ObjectRequests:
    """Makes requests to one store.

    Args:
        url: How the store is called in errors.
        retry_seconds: How long after its first failure a request is made again.
    """

    def __init__(self, url: str, *, retry_seconds: float) -> None:
        self._url = url
        self._retry_seconds = retry_seconds

    def ask(self, call: Callable[[], T], where: str) -> T:
        """Return what the store answers; wait longer and longer, with jitter, while it fails.

        Args:
            call: Makes the request; it is called again after a failure that may pass.
            where: The URL of what is asked for.

        Raises:
            obstore.exceptions.AlreadyExistsError: The condition of a PUT does not hold.
            IntegrityError: The object is not there.
            OutOfRangeError: The object ends before the range.
            StorageReadOnlyError: The credentials do not allow it.
            StorageUnavailableError: The store does not do it, or there is no such bucket.
            UnsupportedRequestError: The store has no such request.
        """
        from obstore.exceptions import AlreadyExistsError, BaseError

        self._check_process()
        deadline: float | None = None
        wait, attempts = _FIRST_WAIT_SECONDS, 0
        while True:
            attempts += 1
            try:
                return call()
            except AlreadyExistsError:
                raise
            # Some errors of obstore have no parent but a builtin one.
            except (BaseError, OSError, ValueError, NotImplementedError) as error:
                # Half of it is jitter, so that those who failed together do not come back together.
                pause = wait * random.uniform(0.5, 1)  # noqa: S311 - it is no secret
                now = time.monotonic()
                deadline = now + self._retry_seconds if deadline is None else deadline
                if now + pause > deadline or not may_pass(error):
                    raise translated(
                        error, url=self._url, where=where, attempts=attempts
                    ) from error
            time.sleep(pause)
            wait = min(2 * wait, _MOST_WAIT_SECONDS)

    def _check_process(self) -> None:
        """Refuse in a fork, whose copy of obstore has lost its threads and would wait for ever."""
        own = os.getpid()
        if own not in _users and _users:
            raise StorageUnavailableError(
                self._url,
                "this process was forked from one that used the object store, which has no way to "
                "go on in a fork; start processes by spawn, or use the store only after the fork",
            )
        _users.add(own)
