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


def require_model_signing() -> None:
    """Refuse to go on without the library of OpenSSF, and what it needs besides.

    Raises:
        MissingLibraryError: One of them is not installed.
    """
    for module, library in (("model_signing", "model-signing"), ("OpenSSL", "pyopenssl")):
        _require(module, "of OpenSSF model-signing", library)


def _require(module: str, what: str, library: str) -> None:
    if importlib.util.find_spec(module) is None:
        raise MissingLibraryError(what, library)
