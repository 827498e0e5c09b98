"""Connections over a fork: a child uses none of its parent's, which go on being the parent's."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable

from sqlalchemy import Engine

_engines: weakref.WeakSet[Engine] = weakref.WeakSet()
_calls: list[weakref.WeakMethod[Callable[[], object]]] = []
_of_parents: list[object] = []
_registered: list[bool] = []


def start_anew_after_fork(engine: Engine) -> None:
    """Let an engine open connections of its own in each process that is forked from this one.

    Two processes on one connection mix up what the server says to them, and one that closes its
    parent's connection to SQLite lets go of locks (https://www.sqlite.org/howtocorrupt.html, 2.6).
    """
    _engines.add(engine)
    _register()


def call_after_fork(call: Callable[[], object]) -> None:
    """Call a bound method in each process that is forked from this one, while its object lives."""
    _calls[:] = [each for each in _calls if each() is not None]
    _calls.append(weakref.WeakMethod(call))
    _register()


def leave_to_parent(thing: object) -> None:
    """Keep what is the parent's for as long as this process lives, so that nothing closes it."""
    _of_parents.append(thing)


def _register() -> None:
    if not _registered:
        _registered.append(True)
        os.register_at_fork(after_in_child=_begin_anew)


def _begin_anew() -> None:
    for engine in list(_engines):
        leave_to_parent(engine.pool)
        engine.dispose(close=False)
    for each in _calls:
        call = each()
        if call is not None:
            call()
