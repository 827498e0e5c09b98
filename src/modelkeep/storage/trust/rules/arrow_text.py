"""Text of pandas that pyarrow keeps: arrays of offsets into bytes, checked before anything reads.

pyarrow believes what a pickle says of lengths and offsets, and would read wherever they point. So
its own `_restore_array` is never called: the array is made here, over bytes that nobody else holds,
when each offset was held against them. Buffers and arrays are used once, as pandas writes them:
else a small file could use large ones often. Layout:
https://arrow.apache.org/docs/format/Columnar.html.
"""

from __future__ import annotations

import math
from importlib import import_module
from typing import TYPE_CHECKING, Any

from modelkeep.errors import MissingLibraryError
from modelkeep.storage.trust.entries import Entry
from modelkeep.storage.trust.references import Draft, Reference
from modelkeep.storage.trust.session import Session

if TYPE_CHECKING:
    import numpy as np

    Offsets = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]

# Bytes of an offset, by the name of the type.
_WIDTHS = {"string": 4, "large_string": 8}
_ARRAY_PARTS = 7
_BUFFERS = 3
_UNKNOWN_COUNT = -1
_SINGLE_BYTE = 1
_STATE = frozenset({"_pa_array", "_data", "_dtype", "_cache", "_readonly"})


def _pyarrow() -> Any:
    try:
        return import_module("pyarrow")
    except ImportError as error:
        raise MissingLibraryError("of texts that pyarrow keeps", "pyarrow") from error


def _dtype(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    kind = session.resolve(reference)
    import pandas as pd

    storage, missing = (*arguments, None, None)[:2]
    session.require(
        len(arguments) <= 2 and type(storage) in (str, type(None))  # noqa: PLR2004
        and storage in (None, "python", "pyarrow", "pyarrow_numpy")
        and (missing is None or missing is pd.NA
             or (type(missing) is float and math.isnan(missing))),
        f"{reference.name} with wrong arguments",
    )  # fmt: skip
    if storage not in (None, "python"):
        _pyarrow()
    return kind(*arguments)


def _type(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    session.require(
        len(arguments) == 1 and type(arguments[0]) is str and arguments[0] in _WIDTHS,
        f"{reference.name} of other than text",
    )
    return getattr(_pyarrow(), arguments[0])()


def _buffer(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    session.require(
        len(arguments) == 1 and type(arguments[0]) in {bytes, bytearray, memoryview},
        f"{reference.name} of other than bytes",
    )
    content = arguments[0]
    view = memoryview(content)
    session.take_array_bytes(view.nbytes)
    # Python keeps one object for all bytes of these lengths.
    if view.nbytes > _SINGLE_BYTE:
        session.take_once(content, _place(view))
    # What is checked must not change afterwards, so what others could write to is copied.
    return _pyarrow().py_buffer(content if type(content) is bytes else bytes(content))


def _place(view: memoryview) -> tuple[int, int]:
    """Return whose memory a view shows, and where: views of the same bytes are many objects."""
    import numpy as np

    return id(view.obj), int(np.frombuffer(view, np.uint8).__array_interface__["data"][0])


def _array(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    parts = arguments[0] if len(arguments) == 1 else None
    session.require(
        type(parts) is tuple and len(parts) == _ARRAY_PARTS,
        f"{reference.name} with wrong arguments",
    )
    assert parts is not None
    kind, length, nulls, offset, buffers, children, dictionary = parts
    pa = _pyarrow()
    session.require(
        isinstance(kind, pa.DataType) and str(kind) in _WIDTHS
        and type(children) is list and not children and dictionary is None,
        f"{reference.name} of other than text",
    )  # fmt: skip
    session.require(
        all(type(each) is int and each >= 0 for each in (length, offset))
        and type(nulls) is int and _UNKNOWN_COUNT <= nulls <= length
        and type(buffers) is list and len(buffers) == _BUFFERS
        and all(each is None or type(each) is pa.Buffer for each in buffers),
        "a text array of no sound parts",
    )  # fmt: skip
    validity, offsets, content = buffers
    for each in buffers:
        if each is not None:
            session.take_once(each)
    _check_validity(session, validity, offset + length)
    if not length and not (offsets and offsets.size):
        # An array of nothing may come without offsets; pyarrow's kernels want one.
        session.require(offset == 0, "a text array that begins beyond its offsets")
        offsets = pa.py_buffer(bytes(_WIDTHS[str(kind)]))
    _check_offsets(session, offsets, content, (offset, length, _WIDTHS[str(kind)]))
    if content is None:
        content = pa.py_buffer(b"")
    made = pa.Array.from_buffers(
        kind, length, [validity, offsets, content], null_count=_UNKNOWN_COUNT, offset=offset
    )
    made.validate(full=True)
    session.require(
        nulls in (_UNKNOWN_COUNT, made.null_count),
        "a text array of another count of missing values",
    )
    return made


def _check_validity(session: Session, validity: Any, bits: int) -> None:
    session.require(
        validity is None or (bits + 7) // 8 <= validity.size,
        "a text array whose missing values are not told to its end",
    )


def _check_offsets(
    session: Session, offsets: Any, content: Any, shape: tuple[int, int, int]
) -> None:
    import numpy as np

    offset, length, width = shape
    session.require(
        offsets is not None and (offset + length + 1) * width <= offsets.size,
        "a text array of fewer offsets than texts",
    )
    element = {4: np.int32, 8: np.int64}[width]
    places: Offsets = np.frombuffer(offsets, element, length + 1, offset * width)
    size = 0 if content is None else content.size
    session.require(
        int(places[0]) >= 0 and int(places[-1]) <= size
        and bool((places[1:] >= places[:-1]).all()),
        "a text array whose offsets lie outside of its bytes",
    )  # fmt: skip


def _chunks(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    pa = _pyarrow()
    session.require(
        len(arguments) == 2 and type(arguments[0]) is list  # noqa: PLR2004
        and isinstance(arguments[1], pa.DataType) and str(arguments[1]) in _WIDTHS
        and all(isinstance(each, pa.Array) and each.type == arguments[1] for each in arguments[0]),
        f"{reference.name} of other than text",
    )  # fmt: skip
    for each in arguments[0]:
        session.take_once(each)
    return pa.chunked_array(*arguments)


def _texts(
    session: Session, reference: Reference, arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> Any:
    session.require(not arguments and not keywords, f"{reference.name} takes no arguments")

    def finish(session: Session, state: Any) -> Any:
        pa = _pyarrow()
        import pandas as pd

        session.require(
            type(state) is dict and set(state) <= _STATE and "_dtype" in state
            and ("_pa_array" in state) != ("_data" in state),
            "an array of texts of other parts",
        )  # fmt: skip
        array = state.get("_pa_array", state.get("_data"))
        dtype, readonly = state["_dtype"], state.get("_readonly", False)
        session.require(
            isinstance(array, pa.Array | pa.ChunkedArray) and str(array.type) in _WIDTHS,
            "an array of texts without texts",
        )
        session.require(
            type(dtype) is pd.StringDtype and dtype.storage.startswith("pyarrow")
            and type(readonly) is bool,
            "an array of texts of another kind",
        )  # fmt: skip
        session.take_once(array)
        if isinstance(array, pa.ChunkedArray):
            array = array.combine_chunks()
        made = object.__new__(session.resolve(reference))
        parts = {"_pa_array": array.cast(pa.large_string()), "_dtype": dtype}
        if "_readonly" in state:
            parts["_readonly"] = readonly
        made.__setstate__(parts)
        return made

    return Draft(reference.name, finish)


_TEXTS = Entry(new=_texts)
ENTRIES: dict[str, Entry] = {
    "pandas.arrays.ArrowStringArray": _TEXTS,
    "pandas.core.arrays.string_arrow.ArrowStringArray": _TEXTS,
    "pandas.StringDtype": Entry(call=_dtype),
    "pyarrow.lib.type_for_alias": Entry(call=_type),
    "pyarrow.lib.py_buffer": Entry(call=_buffer),
    "pyarrow.lib._restore_array": Entry(call=_array),
    "pyarrow.lib.chunked_array": Entry(call=_chunks),
}
