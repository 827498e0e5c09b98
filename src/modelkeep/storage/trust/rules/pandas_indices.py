"""Indices, extension arrays, their types and moments of pandas."""

from __future__ import annotations

from typing import Any

from modelkeep.storage.trust.entries import Entry
from modelkeep.storage.trust.references import Draft, Reference
from modelkeep.storage.trust.rules import plain
from modelkeep.storage.trust.session import Session

_INDICES = ("Index", "RangeIndex", "MultiIndex", "CategoricalIndex", "IntervalIndex")
_MOMENT_INDICES = {"datetimes": "DatetimeIndex", "timedeltas": "TimedeltaIndex"}
_INDEX_PARTS = frozenset({
    "data", "name", "names", "levels", "codes", "sortorder", "start", "stop", "step", "dtype",
    "left", "right", "closed", "freq", "tz",
})  # fmt: skip
_BACKED = {
    "Categorical": "iu", "StringArray": "OT", "PeriodArray": "i", "DatetimeArray": "M",
    "TimedeltaArray": "m", "NumpyExtensionArray": "?bBiufcSUO",
}  # fmt: skip
_MASKED = ("IntegerArray", "FloatingArray", "BooleanArray")
_NUMBER_TYPES = ("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64",
                 "Float32", "Float64", "Boolean")  # fmt: skip
_LONGEST_NAME = 100
# Where pandas 3 says that its values are defined.
_PUBLIC_HOMES = frozenset({"pandas", "pandas.api.typing"})
_PUBLIC_MOMENTS = frozenset({"Timestamp", "Timedelta", "Period", "NaTType", "NAType"})


def _index(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    known = session.reference(arguments[0]) if len(arguments) == 2 else None  # noqa: PLR2004
    parts = arguments[-1] if arguments else None
    session.require(
        known is not None and known.name.startswith("pandas.") and known.entry.argument
        and known.name.endswith("Index") and type(parts) is dict and set(parts) <= _INDEX_PARTS,
        f"{reference.name} with wrong arguments",
    )  # fmt: skip
    assert known is not None
    assert parts is not None
    _check_parts(session, known.name, parts)
    return session.resolve(reference)(session.resolve(known), dict(parts))


def _check_parts(session: Session, name: str, parts: dict[str, Any]) -> None:
    import numpy as np
    import pandas as pd

    for key in ("data", "left", "right"):
        each = parts.get(key)
        session.require(
            each is None or type(each) is np.ndarray
            or isinstance(each, pd.api.extensions.ExtensionArray | pd.Index),
            "an index of no data",
        )  # fmt: skip
    for key in ("start", "stop", "step"):
        session.require(type(parts.get(key, 0)) is int, "an index of no range")
    if name.endswith("MultiIndex"):
        levels, codes = parts.get("levels"), parts.get("codes")
        session.require(
            isinstance(levels, list | tuple) and isinstance(codes, list | tuple)
            and len(levels) == len(codes) > 0
            and all(isinstance(each, pd.Index) for each in levels)
            and all(type(each) is np.ndarray and each.ndim == 1 and each.dtype.kind == "i"
                    and len(each) == len(codes[0])
                    and (not len(each) or (int(each.min()) >= -1 and int(each.max()) < len(level)))
                    for each, level in zip(codes, levels, strict=True)),
            "an index of levels that are not there",
        )  # fmt: skip


def _backed(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    known = session.reference(arguments[0]) if len(arguments) == 3 else None  # noqa: PLR2004
    kind = known.name.rpartition(".")[2] if known else ""
    session.require(
        known is not None and known.name.startswith("pandas.") and kind in _BACKED,
        f"{reference.name} with wrong arguments",
    )
    assert known is not None

    def finish(session: Session, state: Any) -> Any:
        import numpy as np

        parts = dict(state) if type(state) is dict else state
        if type(parts) is tuple and len(parts) >= 2:  # noqa: PLR2004
            first, second = parts[:2]
            dtype, data = (second, first) if type(first) is np.ndarray else (first, second)
        else:
            session.require(type(parts) is dict, "an array of no state")
            dtype, data = parts.get("_dtype"), parts.get("_ndarray", parts.get("_codes"))
        session.require(
            type(data) is np.ndarray and data.dtype.kind in _BACKED[kind] and dtype is not None,
            "an array of another kind",
        )
        _check_dtype(session, kind, dtype, data)
        made = session.resolve(reference)(session.resolve(known), arguments[1], None)
        made.__setstate__(state if type(state) is tuple else parts)
        return made

    return Draft(known.name, finish)


def _check_dtype(session: Session, kind: str, dtype: Any, data: Any) -> None:
    import numpy as np
    import pandas as pd

    if kind == "Categorical":
        session.require(
            isinstance(dtype, pd.CategoricalDtype) and isinstance(dtype.categories, pd.Index),
            "categories that are none",
        )
        session.require(
            not data.size or (int(data.min()) >= -1 and int(data.max()) < len(dtype.categories)),
            "codes of categories that are not there",
        )
    elif kind == "PeriodArray":
        session.require(isinstance(dtype, pd.PeriodDtype), "an array of another kind")
    elif kind in {"DatetimeArray", "TimedeltaArray"}:
        session.require(
            isinstance(dtype, pd.DatetimeTZDtype) or dtype == data.dtype, "an array of another kind"
        )
    elif kind == "StringArray":
        session.require(isinstance(dtype, pd.StringDtype), "an array of another kind")
        if data.dtype == object:
            missing = (str, float, type(None), type(pd.NA), np.str_)
            session.require(
                all(type(each) in missing for each in data.ravel()), "texts that are none"
            )


def _masked(session: Session, made: Any, state: Any) -> Any:
    import numpy as np

    attributes = plain.names_of(session, made, state)
    data, mask = attributes.get("_data"), attributes.get("_mask")
    session.require(
        set(attributes) <= {"_data", "_mask", "_dtype", "_cache", "_readonly"}
        and type(data) is np.ndarray and type(mask) is np.ndarray and data.shape == mask.shape
        and mask.dtype == np.bool_ and data.dtype.kind in "iufb",
        "a masked array of other parts",
    )  # fmt: skip
    made.__dict__.update(attributes)
    return made


def _intervals(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    known = session.reference(arguments[0]) if len(arguments) == 3 else None  # noqa: PLR2004
    session.require(
        known is not None and known.name.endswith(".IntervalArray"),
        f"{reference.name} with wrong arguments",
    )
    assert known is not None

    def finish(session: Session, state: Any) -> Any:
        session.require(type(state) is tuple and len(state) == 1, "intervals of no state")
        kind = session.resolve(known)
        made = session.resolve(reference)(kind, arguments[1], None)
        parts = plain.names_of(session, made, state[0])
        session.require(set(parts) == {"_left", "_right", "_dtype"}, "intervals of other parts")
        session.require(len(parts["_left"]) == len(parts["_right"]), "intervals without ends")
        made.__dict__.update(parts)
        return made

    return Draft(known.name, finish)


def _dtype(session: Session, made: Any, state: Any) -> Any:
    attributes = plain.names_of(session, made, state or {})
    allowed = {"categories", "ordered", "unit", "tz", "subtype", "closed"}
    setter = getattr(made, "__setstate__", None)
    # What else a type keeps is a cache.
    if setter is not None:
        setter({key: value for key, value in attributes.items() if key in allowed})
    return made


def _simple(*kinds: type | tuple[type, ...]) -> Entry:
    """Return a call of plain values, each of one of these types."""

    def call(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
        groups = [each if isinstance(each, tuple) else (each,) for each in kinds]
        session.require(
            len(arguments) <= len(kinds)
            and all(type(each) in group or (object in group and _is_moment(each))
                    for each, group in zip(arguments, groups, strict=False))
            and all(len(each) < _LONGEST_NAME for each in arguments if type(each) is str),
            f"{reference.name} with wrong arguments",
        )  # fmt: skip
        return session.resolve(reference)(*arguments)

    return Entry(call=call)


def _is_moment(value: Any) -> bool:
    kind = type(value)
    if kind.__module__ in _PUBLIC_HOMES:
        return kind.__name__ in _PUBLIC_MOMENTS
    return kind.__module__.startswith(("pandas._libs", "datetime", "zoneinfo", "numpy"))


_NONE = type(None)
_END = (int, float, object)
_ARRAY_HOMES = {
    "IntegerArray": "integer", "FloatingArray": "floating", "BooleanArray": "boolean",
    "Categorical": "categorical", "StringArray": "string_", "PeriodArray": "period",
    "DatetimeArray": "datetimes", "TimedeltaArray": "timedeltas", "IntervalArray": "interval",
    "NumpyExtensionArray": "numpy_",
}  # fmt: skip
_TYPE = Entry(new=plain.new, state=_dtype)
_MASKED_ARRAY = Entry(new=plain.new, state=_masked)
INDEX_ENTRIES: dict[str, Entry] = {
    **{f"pandas.{name}": plain.ARGUMENT for name in (*_INDICES, *_MOMENT_INDICES.values())},
    "pandas.core.indexes.base.Index": plain.ARGUMENT,
    "pandas.core.indexes.range.RangeIndex": plain.ARGUMENT,
    "pandas.core.indexes.multi.MultiIndex": plain.ARGUMENT,
    **{
        f"pandas.core.indexes.{home}.{name}": plain.ARGUMENT
        for home, name in _MOMENT_INDICES.items()
    },
    "pandas.core.indexes.base._new_Index": Entry(call=_index),
    **{
        f"pandas.core.indexes.{home}._new_{name}": Entry(call=_index)
        for home, name in _MOMENT_INDICES.items()
    },
    **{f"pandas.arrays.{name}": plain.ARGUMENT for name in (*_BACKED, "IntervalArray")},
    **{f"pandas.core.arrays.{home}.{name}": plain.ARGUMENT for name, home in _ARRAY_HOMES.items()},
    "pandas.Categorical": plain.ARGUMENT,
    **{f"pandas.arrays.{name}": _MASKED_ARRAY for name in _MASKED},
    **{f"pandas.core.arrays.{_ARRAY_HOMES[name]}.{name}": _MASKED_ARRAY for name in _MASKED},
    **{f"pandas.{name}Dtype": _TYPE for name in _NUMBER_TYPES},
    **{f"pandas.{name}Dtype": _TYPE for name in ("Categorical", "DatetimeTZ", "Interval")},
    **{
        f"pandas.core.dtypes.dtypes.{name}Dtype": _TYPE
        for name in ("Categorical", "DatetimeTZ", "Interval")
    },
    "pandas.PeriodDtype": _simple(str),
    "pandas.NA": plain.VALUE,
    "pandas._libs.missing.NA": plain.VALUE,
    "pandas._libs.arrays.__pyx_unpickle_NDArrayBacked": Entry(call=_backed),
    "pandas._libs.interval.__pyx_unpickle_IntervalMixin": Entry(call=_intervals),
    "pandas._libs.tslibs.nattype._nat_unpickle": _simple(_NONE),
    "pandas._libs.tslibs.timedeltas._timedelta_unpickle": _simple(int, int),
    "pandas._libs.tslibs.timestamps._unpickle_timestamp": _simple(int, _NONE, (_NONE, object), int),
    "pandas.Interval": _simple(_END, _END, str),
    "pandas._libs.interval.Interval": _simple(_END, _END, str),
}
