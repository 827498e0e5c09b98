"""Connections over a fork: a child uses none of its parent's, which go on being the parent's."""

from __future__ import annotations

import os
import weakref

from sqlalchemy import Engine, Pool

_engines: weakref.WeakSet[Engine] = weakref.WeakSet()
_of_parents: list[Pool] = []
_registered: list[bool] = []


def start_anew_after_fork(engine: Engine) -> None:
    """Let an engine open connections of its own in each process that is forked from this one.

    Two processes on one connection mix up what the server says to them, and one that closes its
    parent's connection to SQLite lets go of locks (https://www.sqlite.org/howtocorrupt.html, 2.6).
    """
    _engines.add(engine)
    if not _registered:
        _registered.append(True)
        os.register_at_fork(after_in_child=_leave_to_parent)


def _leave_to_parent() -> None:
    for engine in list(_engines):
        # Kept, so that nothing closes them here.
        _of_parents.append(engine.pool)
        engine.dispose(close=False)
