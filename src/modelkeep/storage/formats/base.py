"""What a format is, and how a name or a type finds one.

A format is published under the entry-point group `modelkeep.formats`; the name of the entry point
is recorded in each version that it wrote, so it must stay what it is.
"""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from enum import IntEnum
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any, ClassVar

from modelkeep.errors import (
    MissingLibraryError,
    ModelkeepError,
    UnknownChoiceError,
    UnserialisableModelError,
    UntrustedModelError,
)
from modelkeep.storage.reading import ArtifactReader
from modelkeep.storage.staging import ArtifactWriter

GROUP = "modelkeep.formats"
_RUST_OS_ERROR = re.compile(r"\(os error (\d+)\)")


class Rank(IntEnum):
    """How much a format may do while it is loaded; a higher rank is safer.

    PICKLE is what is left when a pickle asks for more than the allow-list has.
    """

    PICKLE = 1
    ALLOW_LIST = 2
    TYPES_CHECKED = 3
    DATA = 4


class Format(ABC):
    """Writes objects of some types as files, and reads them back.

    Attributes:
        name: The entry point it is published under.
        file_name: What its file is called where it writes a single one.
        priority: Of the formats that accept an object under `auto`, the highest is taken.
        library: The distribution it needs; empty for none.
        rank: What its files may do at most; a plug-in that says nothing may do anything.
    """

    name: ClassVar[str]
    file_name: ClassVar[str]
    priority: ClassVar[int] = 0
    library: ClassVar[str] = ""
    rank: ClassVar[Rank] = Rank.PICKLE

    @abstractmethod
    def accepts(self, model: Any) -> bool:
        """Whether it would keep this object whole; asked under `auto`, must not be slow."""

    @abstractmethod
    def write(self, model: Any, files: ArtifactWriter) -> None:
        """Write the object.

        Raises:
            Exception: Anything; the caller turns it into `UnserialisableModelError`.
        """

    @abstractmethod
    def read(self, files: ArtifactReader) -> Any:
        """Return an object equal to the one that was written."""


def loaded(module: str) -> ModuleType | None:
    """Return a module if the program has imported it.

    An object of a library can exist only where that is so: formats need not import it to say no.
    """
    return sys.modules.get(module)


def installed(module: str) -> bool:
    """Whether a library could be imported; it is not."""
    return importlib.util.find_spec(module) is not None


def require(module: str, format_name: str, library: str = "") -> None:
    """Refuse to go on without a library.

    Raises:
        MissingLibraryError: It is not installed.
    """
    if not installed(module):
        raise MissingLibraryError(format_name, library or module)


@cache
def _published() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}


@cache
def _load(name: str) -> Format:
    made: Format = _published()[name].load()()
    return made


def _raise_disk_failure(error: Exception) -> None:
    """Raise the OSError that a library wrapped in an error of its own, if it was one.

    Those written in Rust keep its number only in their text, as `(os error 28)`.
    """
    found = _RUST_OS_ERROR.search(str(error))
    if found is not None:
        number = int(found[1])
        raise OSError(number, os.strerror(number)) from error


class FormatRegistry:
    """The formats that are installed, found by entry point when they are first needed."""

    def names(self) -> list[str]:
        """Return their names, sorted."""
        return sorted(_published())

    def get(self, name: str) -> Format:
        """Return the format of this name.

        Raises:
            UnknownChoiceError: There is none.
        """
        if name not in _published():
            raise UnknownChoiceError("format", name, ["auto", *self.names()])
        return _load(name)

    def choose(self, model: Any) -> Iterator[Format]:
        """Give the formats that `auto` tries for an object, the best first.

        Raises:
            UnserialisableModelError: There is none, or none more.
        """
        # One after another: to ask them all would take longer than to write a small object.
        for each in sorted((_load(name) for name in _published()), key=lambda each: -each.priority):
            if each.accepts(model):
                yield each
        raise UnserialisableModelError(type(model).__name__, "auto", "no format accepts it")

    def read(self, name: str, files: ArtifactReader) -> Any:
        """Return the object of an artifact in the format of this name.

        Raises:
            UntrustedModelError: The format may run anything, and that is not trusted.
        """
        chosen = self.get(name)
        if chosen.rank is Rank.PICKLE and not files.trust.everything:
            reason = f"its format {name!r} may run anything when it is loaded"
            raise UntrustedModelError(
                ", ".join(files.names()), reason=reason, origin=files.trust.origin
            )
        return chosen.read(files)

    def write(self, chosen: Format, model: Any, files: ArtifactWriter) -> None:
        """Write an object, with whatever goes wrong told as one error.

        Raises:
            UnserialisableModelError: The format cannot write it.
        """
        try:
            chosen.write(model, files)
        except (ModelkeepError, MemoryError, OSError):
            raise
        except Exception as error:
            _raise_disk_failure(error)
            reason = f"{type(error).__name__}: {error}"
            raise UnserialisableModelError(
                f"{type(model).__module__}.{type(model).__qualname__}", chosen.name, reason
            ) from error
