"""Loads a pickle without `pickle`: our own reader, which builds only what an allow-list permits."""

from __future__ import annotations

import io
import mmap
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, BinaryIO

from modelkeep.errors import UntrustedModelError
from modelkeep.storage.trust.allow_list import AllowList
from modelkeep.storage.trust.limits import Limits
from modelkeep.storage.trust.machine import Machine
from modelkeep.storage.trust.session import Session

DEFAULT_LIMITS = Limits()


def load(
    content: memoryview | BinaryIO,
    *,
    source: str,
    allow: AllowList,
    limits: Limits = DEFAULT_LIMITS,
    buffers: Iterable[Any] = (),
    persistent: Callable[[Any], Any] | None = None,
) -> Any:
    """Return the object of a pickle, if all that it asks for is allowed.

    Args:
        content: The pickle, and nothing after it.
        source: What to call it in errors.
        allow: The names that it may use.
        limits: How much it may take.
        buffers: What protocol 5 keeps beside the stream, in order.
        persistent: Gives what a persistent id stands for; without it they are refused.

    Raises:
        UntrustedModelError: It asks for what it may not have; all such names are told.
        IntegrityError: It is no sound pickle, or its parts do not fit together.
    """
    view = content_of(content)
    session = Session(source, allow, limits, buffers=buffers, persistent=persistent)
    machine = Machine(view, session, source=source, limits=limits)
    found = run(machine, session)
    if machine.at != len(view):
        raise machine.damaged(f"{len(view) - machine.at} bytes follow its end")
    return found


def run(machine: Machine, session: Session) -> Any:
    """Read one object, check what must fit together, and name all that is asked for too much."""
    start = machine.at
    try:
        found = machine.run()
    except UntrustedModelError as error:
        raise _with_all_names(error, machine, session, start) from error
    session.finish()
    return found


def content_of(content: memoryview | BinaryIO) -> memoryview:
    """Return the bytes of a view, or of a file from where it stands; mapped if that is possible."""
    if isinstance(content, memoryview):
        return content.cast("B") if content.format != "B" or content.ndim != 1 else content
    with suppress(OSError, ValueError, io.UnsupportedOperation, AttributeError):
        at = content.tell()
        mapped = mmap.mmap(content.fileno(), 0, access=mmap.ACCESS_READ)
        return memoryview(mapped)[at:]
    return memoryview(content.read())


def _with_all_names(
    error: UntrustedModelError, machine: Machine, session: Session, start: int
) -> UntrustedModelError:
    from modelkeep.storage.trust.inspecting import names_in

    more = names_in(machine.view, session.allow, source=machine.source, at=start)
    names = tuple(dict.fromkeys([*error.asked_for, *more]))
    return UntrustedModelError(error.source, asked_for=names, reason=error.reason)
