"""The libraries this room needs only when it is used, and the refusal where they are missing."""

from __future__ import annotations

import importlib.util

from modelkeep.errors import MissingLibraryError


def require_cryptography() -> None:
    """Refuse to go on without the library that signs.

    Raises:
        MissingLibraryError: It is not installed.
    """
    _require("cryptography", "of signatures", "cryptography")


def require_cyclonedx() -> None:
    """Refuse to go on without the library that writes bills of materials.

    Raises:
        MissingLibraryError: It is not installed.
    """
    _require("cyclonedx", "of bills of materials", "cyclonedx-python-lib")


def _require(module: str, what: str, library: str) -> None:
    if importlib.util.find_spec(module) is None:
        raise MissingLibraryError(what, library)
