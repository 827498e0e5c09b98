"""Which names a pickle may use, and for what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module

from modelkeep.storage.trust.entries import Entry

# Names of Python 2 and of numpy before its second edition, as they are called now.
_MODULES = {"__builtin__": "builtins", "copy_reg": "copyreg"}
_NAMES = {
    ("builtins", "xrange"): ("builtins", "range"),
    ("builtins", "unicode"): ("builtins", "str"),
    ("builtins", "long"): ("builtins", "int"),
    # An array that was mapped is read as one that is not: a map opens files.
    ("numpy", "memmap"): ("numpy", "ndarray"),
}
_OLD_NUMPY = re.compile(r"numpy\.core(?=\.|$)")
_OLD_SPARSE = re.compile(r"scipy\.sparse\.(?=(bsr|coo|csc|csr|dia)$)")
_RULES = (
    "language", "numpy_arrays", "numpy_random", "scipy_matrices", "pandas_tables", "arrow_text",
    "sklearn_models", "sklearn_compiled", "torch_tensors", "boosters", "joblib_arrays",
)  # fmt: skip
_IDENTIFIER = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*\Z")


def canonical(module: str, name: str) -> tuple[str, str]:
    """Return a name as it is called today."""
    module = _MODULES.get(module, module)
    module = _OLD_SPARSE.sub("scipy.sparse._", _OLD_NUMPY.sub("numpy._core", module))
    return _NAMES.get((module, name), (module, name))


@cache
def _tables() -> tuple[Mapping[str, Entry], tuple[Callable[[str, str], Entry | None], ...]]:
    rooms = [import_module(f"modelkeep.storage.trust.rules.{name}") for name in _RULES]
    entries = {name: entry for room in rooms for name, entry in room.ENTRIES.items()}
    return entries, tuple(room.find for room in rooms if hasattr(room, "find"))


@dataclass(frozen=True, slots=True)
class AllowList:
    """The names that are allowed: those of known libraries, and those that the user trusts.

    Attributes:
        trusted: What the user named: `package.module.Name`, or `package.*` for all that is defined
            in a package.

    Example:
        >>> AllowList().with_names(["mypackage.*"]).entry("mypackage.models", "Mine").trusted
        True
        >>> AllowList().entry("os", "system") is None
        True
    """

    trusted: frozenset[str] = field(default=frozenset())

    def with_names(self, names: Iterable[str]) -> AllowList:
        """Return a list that also allows these.

        Raises:
            ValueError: One is no dotted name, or would trust everything.
        """
        added = frozenset(names)
        for name in added:
            plain = name.removesuffix(".*")
            if not _IDENTIFIER.match(plain) or (plain == name and "." not in name):
                raise ValueError(f"{name!r} is not 'module.Name' or 'package.*'")
        return replace(self, trusted=self.trusted | added)

    def entry(self, module: str, name: str) -> Entry | None:
        """Return what is said of a name; None where nothing is. Imports no library."""
        if not _IDENTIFIER.match(module) or not name.isidentifier():
            return None
        if self.covers(module, name):
            from modelkeep.storage.trust.rules.trusted import TRUSTED

            return TRUSTED
        entries, rules = _tables()
        found = entries.get(f"{module}.{name}")
        if found is not None:
            return found
        return next((entry for rule in rules if (entry := rule(module, name))), None)

    def covers(self, module: str, name: str) -> bool:
        """Whether the user trusts this name."""
        return f"{module}.{name}" in self.trusted or self.covers_package(module)

    def covers_package(self, module: str) -> bool:
        """Whether the user trusts all that is in this module."""
        parts = module.split(".")
        return any(f"{'.'.join(parts[:end])}.*" in self.trusted for end in range(1, len(parts) + 1))
