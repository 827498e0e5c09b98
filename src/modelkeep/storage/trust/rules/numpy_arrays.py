"""Arrays, types of element and numbers of numpy: made from a checked state, never changed after."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from modelkeep.storage.trust.entries import Entry
from modelkeep.storage.trust.references import Draft, Reference
from modelkeep.storage.trust.rules import plain
from modelkeep.storage.trust.rules.numpy_values import VALUES
from modelkeep.storage.trust.session import Session

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

_CODE = re.compile(r"[?bBhHiIlLqQefdgFDGSUVOMmcpu][0-9]{0,9}\Z")
_UNITS = frozenset(
    {"Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns", "ps", "fs", "as", "generic"}
)
_MOST_DIMENSIONS = 64
_LARGEST_ELEMENT = 1 << 30
_ALIGNED = 0x80
_STATE_PARTS = 8
_MOST_EMPTY = 1 << 20
_LAST_CHARACTER = 0x10FFFF
_SUBCLASSES = {
    "numpy.matrix": "matrix", "numpy.matrixlib.defmatrix.matrix": "matrix",
    "numpy.rec.recarray": "recarray", "numpy.recarray": "recarray", "numpy.ndarray": "ndarray",
}  # fmt: skip


def _dtype(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    session.require(bool(arguments), f"{reference.name} with wrong arguments")
    code = arguments[0]
    is_record = session.named(code, "numpy.record")
    session.require(
        is_record or (type(code) is str and _CODE.match(code) is not None),
        f"{reference.name} of an unknown kind",
    )
    return Draft("numpy.dtype", lambda session, state: _finish_dtype(session, code, state))


def _finish_dtype(session: Session, code: Any, state: Any) -> Any:
    import numpy as np

    session.require(type(state) is tuple and len(state) >= _STATE_PARTS, "a dtype of no state")
    _, order, sub, names, fields, size, _, flags = state[:_STATE_PARTS]
    session.require(type(order) is str and order in "<>=|", "a dtype of no byte order")
    session.require(type(flags) is int and type(size) is int, "a dtype of no size")
    if fields is not None:
        return _record(session, code, names, fields, size, flags)
    if sub is not None:
        session.require(type(sub) is tuple and len(sub) == 2, "a dtype of no parts")  # noqa: PLR2004
        base, shape = sub
        shape = (shape,) if type(shape) is int else shape
        session.require(isinstance(base, np.dtype), "a dtype of no parts")
        count = _count(session, shape)
        session.require(count * base.itemsize <= _LARGEST_ELEMENT, "an element that is too large")
        session.require(not base.hasobject, "objects inside of elements")
        return np.dtype((base, shape))
    session.require(type(code) is str, "a record without fields")
    if code[0] in "Mm" and len(state) > _STATE_PARTS:
        return np.dtype(f"{code[0]}8{_unit(session, state[_STATE_PARTS])}").newbyteorder(order)
    found = np.dtype(f"{code[0]}{size}") if code[0] in "SV" and size >= 0 else np.dtype(code)
    session.require(found.itemsize <= _LARGEST_ELEMENT, "an element that is too large")
    return found if order in "|=" else found.newbyteorder(order)


def _unit(session: Session, metadata: Any) -> str:
    session.require(
        type(metadata) is tuple and len(metadata) == 2 and type(metadata[1]) is tuple  # noqa: PLR2004
        and len(metadata[1]) >= 2 and type(metadata[1][1]) is int,  # noqa: PLR2004
        "a date of no unit",
    )  # fmt: skip
    unit, count = metadata[1][:2]
    unit = unit.decode() if type(unit) is bytes else unit
    session.require(
        type(unit) is str and unit in _UNITS and 0 < count < _LARGEST_ELEMENT,
        "a date of an unknown unit",
    )
    return "" if unit == "generic" else f"[{count}{unit}]"


def _record(session: Session, code: Any, names: Any, fields: Any, size: int, flags: int) -> Any:
    import numpy as np

    session.require(
        type(names) is tuple and type(fields) is dict and 0 <= size <= _LARGEST_ELEMENT
        and all(type(name) is str and name in fields for name in names)
        and all(type(each) is tuple and len(each) >= 2 for each in fields.values()),  # noqa: PLR2004
        "a record whose fields are not sound",
    )  # fmt: skip
    parts = [fields[name] for name in names]
    session.require(
        all(isinstance(part[0], np.dtype) and type(part[1]) is int for part in parts),
        "a record whose fields are not sound",
    )
    session.require(not any(part[0].hasobject for part in parts), "objects inside of records")
    shape: Any = {
        "names": list(names), "formats": [part[0] for part in parts],
        "offsets": [part[1] for part in parts], "itemsize": size,
    }  # fmt: skip
    found = np.dtype(shape, align=bool(flags & _ALIGNED))
    return np.dtype((np.record, found)) if type(code) is not str else found


def _count(session: Session, shape: Any) -> int:
    import numpy as np

    session.require(
        isinstance(shape, tuple) and len(shape) <= _MOST_DIMENSIONS
        and all(type(each) is int or isinstance(each, np.integer) for each in shape)
        and all(each >= 0 for each in shape),
        "an array of no shape",
    )  # fmt: skip
    return math.prod(int(each) for each in shape)


def _reconstruct(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    known = session.reference(arguments[0]) if arguments else None
    if known is None or known.name not in _SUBCLASSES:
        asked = known.name if known else "an unknown class"
        session.refuse([f"{reference.name}({asked})"], "it may not build such an array")
    session.require(arguments[1:2] == ((0,),), f"{reference.name} of a shape before its state")
    kind = _SUBCLASSES[known.name]

    def finish(session: Session, state: Any) -> Any:
        import numpy as np

        session.require(type(state) is tuple and len(state) == 5, "an array of no state")  # noqa: PLR2004
        array = array_of(session, *state[1:])
        return array if kind == "ndarray" else array.view(getattr(np, kind))

    return Draft("numpy.ndarray", finish)


def check_count(session: Session, count: int, dtype: Any) -> None:
    """Refuse elements without end that take no bytes."""
    session.require(dtype.itemsize > 0 or count <= _MOST_EMPTY, "an array of nothing without end")


def array_of(session: Session, shape: Any, dtype: Any, fortran: Any, raw: Any) -> Array:
    """Return an array over bytes that are there, or of a list of objects."""
    import numpy as np

    count = _count(session, shape)
    session.require(isinstance(dtype, np.dtype), "an array of no type")
    check_count(session, count, dtype)
    made = np.ndarray.__new__(np.ndarray, (0,), "b")
    if type(raw) is list:
        session.require(dtype == np.dtype(object) and len(raw) == count, "an array of too little")
        session.take_array_bytes(8 * count)
    else:
        session.require(type(raw) is bytes and not dtype.hasobject, "an array of no bytes")
        session.require(count * dtype.itemsize == len(raw), "an array of more than its bytes")
        session.take_array_bytes(len(raw))
    state: Any = (1, shape, dtype, bool(fortran), raw)
    made.__setstate__(state)
    return sound(session, made)


def sound(session: Session, array: Array) -> Array:
    """Check elements of which not every pattern of bits is one: truth values and characters."""
    import numpy as np

    kind = array.dtype.kind
    if not array.size or not array.dtype.itemsize:
        return array
    if kind == "b":
        session.require(int(array.view(np.uint8).max()) <= 1, "truth values that are neither")
    elif kind == "U":
        flat = array if array.flags.c_contiguous else array.T
        if flat.flags.c_contiguous:
            codes = flat.reshape(-1).view(np.dtype(np.uint32).newbyteorder(array.dtype.byteorder))
            session.require(int(codes.max()) <= _LAST_CHARACTER, "characters that are none")
    elif array.dtype.names:
        for name in array.dtype.names:
            sound(session, array[name])
    return array


def _from_buffer(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    import numpy as np

    session.require(4 <= len(arguments) <= 5, f"{reference.name} with wrong arguments")  # noqa: PLR2004
    buffer, dtype, shape, order = arguments[:4]
    count = _count(session, shape)
    session.require(
        type(buffer) in {bytes, bytearray, memoryview} and isinstance(dtype, np.dtype)
        and not dtype.hasobject and type(order) is str and order in {"C", "F", "K"},
        f"{reference.name} with wrong arguments",
    )  # fmt: skip
    size = buffer.nbytes if type(buffer) is memoryview else len(buffer)
    session.require(count * dtype.itemsize == size, "an array of more than its bytes")
    session.take_array_bytes(size)
    check_count(session, count, dtype)
    flat = np.frombuffer(buffer, dtype=dtype) if size else np.empty(count, dtype)
    axes = arguments[4] if len(arguments) > 4 else None  # noqa: PLR2004
    if order == "K" and axes is not None:
        return sound(session, flat.reshape(shape, order="C").transpose(axes))
    return sound(session, flat.reshape(shape, order="C" if order == "K" else order))


def _scalar(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    import numpy as np

    session.require(
        len(arguments) == 2 and isinstance(arguments[0], np.dtype) and not arguments[0].hasobject  # noqa: PLR2004
        and type(arguments[1]) is bytes and len(arguments[1]) == arguments[0].itemsize,
        f"{reference.name} with wrong arguments",
    )  # fmt: skip
    dtype, raw = arguments
    if not raw:
        return dtype.type()
    return sound(session, np.frombuffer(bytearray(raw), dtype))[0]


def _masked(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    session.require(
        len(arguments) == 4  # noqa: PLR2004
        and session.named(arguments[0], "numpy.ma.MaskedArray", "numpy.ma.core.MaskedArray")
        and session.named(arguments[1], "numpy.ndarray"),
        f"{reference.name} with wrong arguments",
    )

    def finish(session: Session, state: Any) -> Any:
        import numpy as np

        session.require(type(state) is tuple and len(state) == 7, "a masked array of no state")  # noqa: PLR2004
        _, shape, dtype, fortran, raw, mask, fill = state
        data = array_of(session, shape, dtype, fortran, raw)
        session.require(dtype.names is None, "masked records are not read")
        hidden = array_of(session, shape, np.dtype(bool), fortran, mask)
        return np.ma.MaskedArray(data, mask=hidden, fill_value=fill)

    return Draft("numpy.ma.MaskedArray", finish)


def _ufunc(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    session.require(
        len(arguments) == 2 and all(type(each) is str for each in arguments),  # noqa: PLR2004
        f"{reference.name} with wrong arguments",
    )
    name = f"numpy.{arguments[1]}"
    if name not in VALUES or not arguments[0].startswith("numpy"):
        session.refuse([".".join(arguments)], "it asks for names that are not allowed")
    return session.find("numpy", arguments[1])


ENTRIES: dict[str, Entry] = {
    **dict.fromkeys(VALUES, plain.VALUE),
    **dict.fromkeys(_SUBCLASSES, plain.ARGUMENT),
    "numpy.ndarray": plain.VALUE,
    "numpy.matrix": plain.VALUE,
    "numpy.ma.MaskedArray": plain.ARGUMENT,
    "numpy.ma.core.MaskedArray": plain.ARGUMENT,
    "numpy.record": plain.ARGUMENT,
    "numpy.dtype": Entry(call=_dtype),
    "numpy._core.multiarray._reconstruct": Entry(call=_reconstruct),
    "numpy._core.multiarray.scalar": Entry(call=_scalar),
    "numpy._core.numeric._frombuffer": Entry(call=_from_buffer),
    "numpy._core._ufunc_reconstruct": Entry(call=_ufunc),
    "numpy.ma.core._mareconstruct": Entry(call=_masked),
}
