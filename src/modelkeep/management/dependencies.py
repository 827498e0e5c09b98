"""Which libraries an object needs: those whose types it holds, and Python."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

# A model of more objects has shown its libraries long before; the walk must stay cheap.
_MOST_OBJECTS = 20_000
_PLAIN = (str, bytes, bytearray, int, float, complex, bool, type(None), Path)


def find_dependencies(model: Any) -> dict[str, str]:
    """Return the Python version, and the installed version of each library the object holds.

    Args:
        model: Any object. Its attributes and the items of its containers are followed, at most
            20,000 objects of them.

    Returns:
        Versions by distribution name, with `python`.
    """
    found = {"python": platform.python_version()}
    for package in sorted(_packages(model)):
        named = _distribution(package)
        if named is not None:
            found[named[0]] = named[1]
    return found


def _packages(model: Any) -> set[str]:
    packages: set[str] = set()
    waiting, seen = [model], {id(model)}
    while waiting and len(seen) <= _MOST_OBJECTS:
        value = waiting.pop()
        for kind in type(value).__mro__ if not isinstance(value, type) else value.__mro__:
            packages.add(kind.__module__.partition(".")[0])
        for part in _parts(value):
            if not isinstance(part, _PLAIN) and id(part) not in seen:
                seen.add(id(part))
                waiting.append(part)
    return packages - set(sys.stdlib_module_names) - {"__main__"}


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from list(value.values())[:_MOST_OBJECTS]
    elif isinstance(value, (list, tuple, set, frozenset)):
        yield from list(value)[:_MOST_OBJECTS]
    if not isinstance(value, (type, ModuleType)):
        # Not getattr: asking an object for attributes could run code of its own.
        with suppress(AttributeError):
            yield from list(object.__getattribute__(value, "__dict__").values())


@cache
def _distribution(package: str) -> tuple[str, str] | None:
    for name in (package, package.replace("_", "-")):
        try:
            return _named(metadata.distribution(name))
        except metadata.PackageNotFoundError:
            continue
    for name in _distributions_of_packages().get(package, ()):
        return _named(metadata.distribution(name))
    version = getattr(sys.modules.get(package), "__version__", None)
    return (package, version) if isinstance(version, str) else None


@cache
def _distributions_of_packages() -> dict[str, list[str]]:
    # Reads the file lists of all installed distributions, so it is done at most once.
    return dict(metadata.packages_distributions())


def _named(distribution: metadata.Distribution) -> tuple[str, str]:
    return str(distribution.metadata["Name"]).lower(), distribution.version
