"""Tables of pandas: blocks, indices and extension arrays, held against each other's sizes."""

from __future__ import annotations

from typing import Any

from modelkeep.storage.trust.entries import Entry
from modelkeep.storage.trust.references import Draft, Reference
from modelkeep.storage.trust.rules import plain
from modelkeep.storage.trust.rules.pandas_indices import INDEX_ENTRIES
from modelkeep.storage.trust.session import Session

_MANAGER = "pandas.core.internals.managers.BlockManager"
_SINGLE = "pandas.core.internals.managers.SingleBlockManager"
_PARTS = frozenset({"_mgr", "_typ", "_metadata", "attrs", "_flags", "_name", "name"})


class _Block:
    """What a block is made of, until the manager is there that says how long it must be."""

    __slots__ = ("ndim", "placement", "values")

    def __init__(self, values: Any, placement: Any, ndim: int) -> None:
        self.values = values
        self.placement = placement
        self.ndim = ndim


def _block(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    session.require(
        len(arguments) == 3 and arguments[2] in (1, 2),  # noqa: PLR2004
        f"{reference.name} with wrong arguments",
    )
    return _Block(*arguments)


def _manager(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    session.require(
        len(arguments) == 2 and type(arguments[0]) is tuple and type(arguments[1]) is list  # noqa: PLR2004
        and len(arguments[1]) == 2 and all(type(each) is _Block for each in arguments[0]),  # noqa: PLR2004
        f"{reference.name} with wrong arguments",
    )  # fmt: skip
    blocks, axes = arguments
    return _managed(session, session.resolve(reference), blocks, axes)


def _managed(session: Session, kind: Any, blocks: Any, axes: list[Any]) -> Any:
    import numpy as np
    import pandas as pd
    from pandas._libs.internals import _unpickle_block

    session.require(all(isinstance(axis, pd.Index) for axis in axes), "a table of no axes")
    lengths = [len(axis) for axis in axes]
    places, made = [], []
    for block in blocks:
        place = _placement(session, block.placement, lengths[0])
        shape = getattr(block.values, "shape", None)
        wide = (len(place), lengths[-1]) if len(axes) > 1 else (lengths[0],)
        extension = isinstance(block.values, pd.api.extensions.ExtensionArray)
        session.require(
            (extension or type(block.values) is np.ndarray)
            and (shape == wide or (extension and len(place) == 1 and shape == (lengths[-1],))),
            "a block of another size than its table",
        )
        places.append(place)
        made.append(_unpickle_block(block.values, block.placement, len(axes)))
    if len(axes) > 1:
        everything = np.sort(np.concatenate([np.zeros(0, np.intp), *places]))
        session.require(
            np.array_equal(everything, np.arange(lengths[0])), "blocks that do not fill their table"
        )
        return kind(tuple(made), axes)
    session.require(len(made) == 1, "a column of more than one block")
    return kind(made[0], axes[0])


def _placement(session: Session, placement: Any, size: int) -> Any:
    import numpy as np

    if type(placement) is slice:
        parts = placement.start, placement.stop, placement.step
        session.require(
            all(each is None or (type(each) is int and abs(each) <= size + 1) for each in parts)
            and placement.step != 0,
            "a block of no place",
        )
        return np.arange(size)[placement]
    session.require(
        type(placement) is np.ndarray and placement.dtype.kind == "i" and placement.ndim == 1
        and len(placement) <= size,
        "a block of no place",
    )  # fmt: skip
    return placement


def _single(
    session: Session, reference: Reference, arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> Any:
    session.require(not arguments and not keywords, f"{reference.name} takes no arguments")

    def finish(session: Session, state: Any) -> Any:
        session.require(
            type(state) is tuple and len(state) >= 4 and type(state[3]) is dict  # noqa: PLR2004
            and type(state[3].get("0.14.1")) is dict,
            "a column of no state",
        )  # fmt: skip
        parts = state[3]["0.14.1"]
        axes, blocks = parts.get("axes"), parts.get("blocks")
        session.require(
            type(axes) is list and type(blocks) is list and 0 < len(axes) <= 2  # noqa: PLR2004
            and all(type(each) is dict and {"values", "mgr_locs"} <= set(each) for each in blocks),
            "a column of no blocks",
        )  # fmt: skip
        made = [_Block(each["values"], each["mgr_locs"], len(axes)) for each in blocks]
        return _managed(session, session.resolve(reference), made, axes)

    return Draft(reference.name, finish)


def _table(session: Session, made: Any, state: Any) -> Any:
    session.require(type(state) is dict and set(state) <= _PARTS, "a table of other parts")
    manager = state.get("_mgr")
    wanted = "BlockManager" if type(made).__name__ == "DataFrame" else "SingleBlockManager"
    session.require(
        type(manager).__name__ == wanted and type(manager).__module__.startswith("pandas.core"),
        "a table of no blocks",
    )
    flags = state.get("_flags", {})
    session.require(
        type(flags) is dict and set(flags) <= {"allows_duplicate_labels"}
        and type(state.get("attrs", {})) is dict
        and all(each in ("_name", "name") for each in state.get("_metadata", [])),
        "a table of other flags",
    )  # fmt: skip
    made.__setstate__(dict(state))
    return made


_TABLE = Entry(new=plain.new, state=_table)
ENTRIES: dict[str, Entry] = {
    **INDEX_ENTRIES,
    "pandas.DataFrame": _TABLE,
    "pandas.core.frame.DataFrame": _TABLE,
    "pandas.Series": _TABLE,
    "pandas.core.series.Series": _TABLE,
    "pandas._libs.internals._unpickle_block": Entry(call=_block),
    _MANAGER: Entry(call=_manager, new=_single),
    _SINGLE: Entry(new=_single),
}
