"""What may be a key of a dict or a member of a set: hashing and comparing it must be cheap.

The hash of a tuple is not kept, so a tuple that holds itself twice, forty levels deep, would never
be hashed to the end; and numbers can be chosen that all hash the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from modelkeep.errors import IntegrityError, UntrustedModelError
from modelkeep.storage.trust.references import UNFIT

_MOST_PARTS = 2000
_MOST_ALIKE = 100
_LONGEST_INTEGER = 1 << 14
_SMALL = 1 << 60
_ATOMS = frozenset({
    "builtins.str", "builtins.bytes", "builtins.float", "builtins.bool", "builtins.NoneType",
    "builtins.complex", "builtins.frozenset", "builtins.type", "builtins.function",
    "builtins.ellipsis", "builtins.range", "builtins.builtin_function_or_method",
    "datetime.date", "datetime.datetime", "datetime.time", "datetime.timedelta",
    "datetime.timezone", "decimal.Decimal", "fractions.Fraction", "uuid.UUID",
    "pathlib.PurePosixPath", "pathlib.PureWindowsPath", "torch.dtype", "torch.device",
    "pandas._libs.tslibs.timestamps.Timestamp", "pandas._libs.tslibs.timedeltas.Timedelta",
    "pandas._libs.missing.NAType", "pandas._libs.tslibs.nattype.NaTType",
    "pandas._libs.tslibs.period.Period", "pandas.Timestamp", "pandas.Timedelta", "pandas.Period",
    "pandas.api.typing.NAType", "pandas.api.typing.NaTType",
})  # fmt: skip


class KeyRules:
    """Looks at keys before they are hashed."""

    def __init__(self, source: str, is_key: Callable[[Any], bool]) -> None:
        self._source = source
        self._is_key = is_key
        self._alike: dict[tuple[int, int], int] = {}

    def check(self, target: Any, keys: Iterable[Any]) -> None:
        """Refuse keys that are dear to hash, or hash like many others of the same container.

        Raises:
            UntrustedModelError: A key is of a kind whose hash runs code of its own.
            IntegrityError: A key is dear.
        """
        alike, number = self._alike, id(target)
        for key in keys:
            kind = type(key)
            if kind is str or (kind is int and -_SMALL < key < _SMALL):
                continue
            self._walk(key)
            mark = (number, hash(key))
            alike[mark] = count = alike.get(mark, 0) + 1
            if count > _MOST_ALIKE:
                raise IntegrityError(self._source, detail="its keys are chosen to hash alike")

    def _walk(self, key: Any) -> None:
        waiting, parts = [key], 0
        while waiting:
            part = waiting.pop()
            parts += 1
            if parts > _MOST_PARTS:
                raise IntegrityError(self._source, detail="a key of too many parts")
            if type(part) is tuple:
                waiting.extend(part[: _MOST_PARTS + 1])
            elif not self._is_atom(part):
                name = f"{type(part).__module__}.{type(part).__qualname__}"
                raise UntrustedModelError(
                    self._source, asked_for=[name], reason="it may not be a key"
                )

    def _is_atom(self, part: Any) -> bool:
        kind = type(part)
        if kind is int:
            return int(part.bit_length()) <= _LONGEST_INTEGER
        if kind in UNFIT:
            return False
        return (
            f"{kind.__module__}.{kind.__qualname__}" in _ATOMS
            or (
                kind.__module__ == "numpy"
                and kind.__hash__ is not None
                and not kind.__flags__ & 1 << 9
            )
            or self._is_key(part)
        )
