"""Reads what joblib.dump wrote, without joblib: a pickle with the bytes of arrays between."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from modelkeep.storage.trust.allow_list import AllowList
from modelkeep.storage.trust.decompressing import compression_of, decompressed
from modelkeep.storage.trust.limits import Limits
from modelkeep.storage.trust.loader import DEFAULT_LIMITS, content_of, run
from modelkeep.storage.trust.machine import Machine
from modelkeep.storage.trust.session import Session


def load_joblib(
    path: str | Path | memoryview,
    *,
    allow: AllowList,
    source: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> Any:
    """Return the object of a joblib file, if all that it asks for is allowed.

    Args:
        path: The file, or its content.
        allow: The names that it may use.
        source: What to call it in errors; the path if that is empty.
        limits: How much it may take, also once it is decompressed.

    Raises:
        UntrustedModelError: It asks for what it may not have; all such names are told.
        IntegrityError: It is no sound file of joblib, or its parts do not fit together.
        OSError: The file cannot be read.
    """
    if isinstance(path, memoryview):
        return _load(path, allow=allow, source=source or "a joblib file", limits=limits)
    with Path(path).open("rb") as file:
        view = content_of(file)
    return _load(view, allow=allow, source=source or str(path), limits=limits)


def _load(view: memoryview, *, allow: AllowList, source: str, limits: Limits) -> Any:
    form = compression_of(view)
    if form:
        view = decompressed(view, form, source=source, limits=limits)
    session = Session(source, allow, limits)
    session.arrays_follow = True
    machine = Machine(view, session, source=source, limits=limits)
    found = run(machine, session)
    if machine.at != len(view):
        raise machine.damaged(f"{len(view) - machine.at} bytes follow its end")
    return found
