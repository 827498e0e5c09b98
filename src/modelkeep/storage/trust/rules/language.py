"""What Python's own library may be asked for: data, and nothing that acts."""

from __future__ import annotations

import datetime as dt
import decimal
import fractions
import pathlib
import uuid
from collections import Counter, OrderedDict, defaultdict, deque
from typing import Any

from modelkeep.storage.trust.entries import Caller, Entry
from modelkeep.storage.trust.references import UNFIT, Draft, Reference, named
from modelkeep.storage.trust.rules import plain
from modelkeep.storage.trust.session import Session

_LONGEST_NUMBER = 5000
_LONGEST_RANGE = 1 << 63
_CONSTRUCTOR_PARTS = 3
_FACTORIES = frozenset(
    f"builtins.{name}" for name in ("list", "dict", "set", "int", "float", "str", "tuple", "bool")
)
_BUNCH = "sklearn.utils._bunch.Bunch"


def _reconstructor(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    # Protocols 0 and 1: (class, base, state of the base).
    session.require(len(arguments) == _CONSTRUCTOR_PARTS, f"{reference.name} with wrong arguments")
    kind, base, state = arguments
    if session.named(base, "builtins.object") and state is None:
        return session.new(kind, (), {})
    if session.named(base, "builtins.dict") and session.named(kind, _BUNCH) and type(state) is dict:
        made = session.new(kind, (), {})
        made.update(state)
        return made
    return session.refuse([reference.name], "it builds on other than object")


def _new_object(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    session.require(len(arguments) > 0, f"{reference.name} of nothing")
    return session.new(arguments[0], arguments[1:], {})


def _checked(kind: Any, *wanted: type | tuple[type, ...], least: int = 0) -> Caller:
    """Return a call of a class, with arguments of these exact types, some of them optional."""
    groups = [each if isinstance(each, tuple) else (each,) for each in wanted]

    def call(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
        session.require(
            least <= len(arguments) <= len(groups)
            and all(type(each) in group for each, group in zip(arguments, groups, strict=False)),
            f"{reference.name} with wrong arguments",
        )
        return kind(*arguments)

    return call


def _bytes(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    made = bytes if reference.name.endswith(".bytes") else bytearray
    if not arguments:
        return made()
    session.require(
        (len(arguments) == 1 and type(arguments[0]) in {bytes, bytearray, list})
        or (len(arguments) == 2 and type(arguments[0]) is str and arguments[1] == "latin-1"),  # noqa: PLR2004
        f"{reference.name} of something other than bytes",
    )
    return made(*arguments)


def _encode(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    session.require(
        len(arguments) == 2  # noqa: PLR2004
        and type(arguments[0]) is str
        and arguments[1] in ("latin1", "latin-1"),
        f"{reference.name} other than to latin1",
    )
    return arguments[0].encode("latin1")


def _sets(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    from modelkeep.storage.trust.keys import KeyRules

    kind = set if reference.name.endswith(".set") else frozenset
    items: Any = arguments[0] if arguments else []
    session.require(
        len(arguments) <= 1 and type(items) in {list, tuple, set, frozenset},
        f"{reference.name} of something other than a list",
    )
    KeyRules(session.source, session.is_key).check(items, items)
    return kind(items)


def _ordered(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    items: Any = arguments[0] if arguments else []
    session.require(
        len(arguments) <= 1 and type(items) is list and all(
            type(pair) in {list, tuple} and len(pair) == 2 and type(pair[0]) is str  # noqa: PLR2004
            and type(pair[1]) not in UNFIT for pair in items
        ),
        f"{reference.name} of something other than pairs",
    )  # fmt: skip
    return OrderedDict(items)


def _ordered_state(session: Session, made: Any, state: Any) -> Any:
    # A state dict of torch carries the versions of its modules so.
    session.require(type(state) is dict and set(state) <= {"_metadata"}, "attributes of a dict")
    made.__dict__.update(state)
    return made


def _default(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    session.require(len(arguments) <= 1, f"{reference.name} with wrong arguments")
    if not arguments or arguments[0] is None:
        return defaultdict()
    factory = session.reference(arguments[0])
    if factory is None or factory.name not in _FACTORIES | {"collections.OrderedDict"}:
        name = factory.name if factory else type(arguments[0]).__name__
        session.refuse([f"{reference.name}({name})"], "it would call that for what is missing")
    return defaultdict(session.resolve(factory))


def _range(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    session.require(
        all(type(each) is int and abs(each) < _LONGEST_RANGE for each in arguments),
        f"{reference.name} with wrong arguments",
    )
    return range(*arguments)


def _timezone(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    session.require(
        [type(each) for each in arguments] in ([dt.timedelta], [dt.timedelta, str]),
        f"{reference.name} with wrong arguments",
    )
    zero = dt.timedelta(0)
    return dt.UTC if arguments == (zero,) else dt.timezone(*arguments)


def _moment(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    kind = getattr(dt, reference.name.rpartition(".")[2])
    session.require(
        1 <= len(arguments) <= 2  # noqa: PLR2004
        and type(arguments[0]) is bytes
        and all(_is_zone(each) for each in arguments[1:]),
        f"{reference.name} with wrong arguments",
    )
    return kind(*arguments)


def _is_zone(zone: Any) -> bool:
    kind = type(zone)
    return zone is None or f"{kind.__module__}.{kind.__name__}" in {
        "datetime.timezone", "zoneinfo.ZoneInfo"
    }  # fmt: skip


def _exact(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    text_fits = all(
        type(each) is int or (type(each) is str and len(each) < _LONGEST_NUMBER)
        for each in arguments
    )
    session.require(0 < len(arguments) <= 2 and text_fits, f"{reference.name} of a wrong number")  # noqa: PLR2004
    if reference.name == "decimal.Decimal":
        session.require(type(arguments[0]) is str, f"{reference.name} of a wrong number")
        return decimal.Decimal(*arguments)
    parts = arguments[0].split("/") if type(arguments[0]) is str else list(arguments)
    return fractions.Fraction(*(int(part) for part in parts))


def _uuid(
    session: Session, reference: Reference, arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> Any:
    session.require(not arguments and not keywords, f"{reference.name} takes no arguments")

    def finish(session: Session, state: Any) -> Any:
        session.require(type(state) is dict and type(state.get("int")) is int, "a UUID of no int")
        return uuid.UUID(int=state["int"])

    return Draft(reference.name, finish)


def _path(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    session.require(all(type(each) is str for each in arguments), "a path of other than text")
    name = reference.name.rpartition(".")[2]
    return getattr(pathlib, name)(*arguments)


def _getattr(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    # So are time zones pickled: by a method of their class.
    is_zone = len(arguments) == 2 and session.named(arguments[0], "zoneinfo.ZoneInfo")  # noqa: PLR2004
    if not is_zone or arguments[1] != "_unpickle":
        shown = ", ".join(named(each) for each in arguments)
        session.refuse([f"{reference.name}({shown})"], "it may not look up attributes")
    return Reference("zoneinfo.ZoneInfo._unpickle", Entry(call=_zone))


def _zone(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    from zoneinfo import ZoneInfo

    session.require(
        bool(arguments) and type(arguments[0]) is str, f"{reference.name} of something else"
    )
    return ZoneInfo(arguments[0])


def _slice(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    # A slice has no guard against deep nesting when it goes, so it may hold no other.
    simple = {int, str, float, type(None), dt.date, dt.datetime}
    session.require(
        0 < len(arguments) <= 3  # noqa: PLR2004
        and all(
            type(each) in simple
            or (type(each).__module__ == "numpy" and type(each).__name__ != "ndarray")
            for each in arguments
        ),
        f"{reference.name} with wrong arguments",
    )
    return slice(*arguments)


def _counter(session: Session, reference: Reference, arguments: tuple[Any, ...]) -> Any:
    session.require(
        len(arguments) <= 1 and all(type(each) is dict for each in arguments),
        f"{reference.name} of something other than a dict",
    )
    return Counter(*arguments)


_NUMBER = (int, float, str)
ENTRIES: dict[str, Entry] = {
    "copyreg._reconstructor": Entry(call=_reconstructor),
    "copyreg.__newobj__": Entry(call=_new_object),
    "builtins.object": plain.ARGUMENT,
    "builtins.bytes": Entry(value=True, call=_bytes),
    "builtins.bytearray": Entry(call=_bytes),
    "builtins.set": Entry(value=True, call=_sets),
    "builtins.frozenset": Entry(call=_sets),
    "builtins.complex": Entry(value=True, call=_checked(complex, _NUMBER, _NUMBER)),
    "builtins.slice": Entry(call=_slice),
    "builtins.range": Entry(call=_range),
    "builtins.getattr": Entry(call=_getattr),
    **dict.fromkeys(sorted(_FACTORIES - {"builtins.set"}), plain.VALUE),
    **{f"builtins.{name}": plain.VALUE for name in ("Ellipsis", "NotImplemented", "None")},
    "_codecs.encode": Entry(call=_encode),
    "collections.OrderedDict": Entry(argument=True, call=_ordered, state=_ordered_state),
    "collections.defaultdict": Entry(call=_default),
    "collections.deque": Entry(call=_checked(deque, (list, tuple), (int, type(None)))),
    "collections.Counter": Entry(call=_counter),
    "datetime.date": Entry(call=_moment),
    "datetime.datetime": Entry(call=_moment),
    "datetime.time": Entry(call=_moment),
    "datetime.timedelta": Entry(call=_checked(dt.timedelta, int, int, int)),
    "datetime.timezone": Entry(call=_timezone),
    "decimal.Decimal": Entry(call=_exact),
    "fractions.Fraction": Entry(call=_exact),
    "uuid.UUID": Entry(new=_uuid),
    "zoneinfo.ZoneInfo": plain.ARGUMENT,
    **{
        f"pathlib.{name}": Entry(call=_path)
        for name in ("PurePosixPath", "PureWindowsPath", "PosixPath", "WindowsPath")
    },
}
