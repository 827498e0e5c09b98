"""Arrays whose bytes follow their description in the stream, as joblib writes them."""

from __future__ import annotations

from typing import Any

from modelkeep.storage.trust.entries import Entry
from modelkeep.storage.trust.machine import Machine
from modelkeep.storage.trust.references import Draft, Reference
from modelkeep.storage.trust.rules.numpy_arrays import _count, check_count, sound
from modelkeep.storage.trust.session import Session

WRAPPER = "joblib.numpy_pickle.NumpyArrayWrapper"


def _wrapper(
    session: Session, reference: Reference, arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> Any:
    session.require(not arguments and not keywords, f"{reference.name} takes no arguments")
    if not session.arrays_follow:
        session.refuse([reference.name], "only a joblib file has arrays that follow")
    return Draft(WRAPPER, _read)


def _read(session: Session, state: Any) -> Any:
    import numpy as np

    machine = session.machine
    session.require(
        machine is not None and session.arrays_follow and type(state) is dict,
        "an array of no description",
    )
    assert machine is not None
    parts = state
    dtype, shape = parts.get("dtype"), parts.get("shape")
    session.require(isinstance(dtype, np.dtype), "an array of no type")
    if parts.get("subclass") not in (np.ndarray, np.matrix):
        session.refuse([WRAPPER], "it may not build such an array")
    count = _count(session, shape)
    if dtype.hasobject:
        return _nested(session, machine, shape)
    if parts.get("numpy_array_alignment_bytes") is not None:
        machine.take(machine.take(1)[0])
    size = machine.left(count * dtype.itemsize)
    session.take_array_bytes(size)
    check_count(session, count, dtype)
    flat = np.empty(count, dtype)
    if size:
        raw = machine.view[machine.at : machine.at + size]
        np.copyto(flat.view(np.uint8), np.frombuffer(raw, np.uint8))
    machine.at += size
    made = (
        flat.reshape(shape[::-1]).transpose() if parts.get("order") == "F" else flat.reshape(shape)
    )
    if not dtype.isnative:
        made = made.byteswap().view(dtype.newbyteorder("="))
    sound(session, made)
    return made.view(np.matrix) if parts.get("subclass") is np.matrix else made


def _nested(session: Session, machine: Machine, shape: Any) -> Any:
    """Read an array of objects: a pickle of its own, through the same gate."""
    import numpy as np

    inner = Machine(
        machine.view, session, source=session.source, limits=session.limits, at=machine.at
    )
    session.arrays_follow = False
    try:
        found = inner.run()
    finally:
        session.arrays_follow = True
        session.machine = machine
    machine.at = inner.at
    session.require(
        isinstance(found, np.ndarray) and found.shape == tuple(shape), "an array of another shape"
    )
    return found


ENTRIES: dict[str, Entry] = {WRAPPER: Entry(new=_wrapper)}
