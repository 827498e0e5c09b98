"""Pickles on their way in: as they are where all is trusted, else through the allow-list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from modelkeep.errors import UntrustedModelError
from modelkeep.storage.reading import ArtifactReader
from modelkeep.storage.trust.allow_list import AllowList
from modelkeep.storage.trust.granted import Trust


def load_gated(files: ArtifactReader, load: Callable[[str, AllowList], Any]) -> Any:
    """Load the file of an artifact under the allow-list.

    Args:
        files: The artifact.
        load: Loads the file of this name with what is allowed.

    Raises:
        UntrustedModelError: It asks for more; it is told where it came from.
        IntegrityError: It is no sound file.
    """
    name = files.names()[0]
    try:
        return load(name, allowed(files.trust))
    except UntrustedModelError as error:
        origin = files.trust.origin
        raise UntrustedModelError(
            name, asked_for=error.asked_for, reason=error.reason, origin=origin
        ) from error


def allowed(trust: Trust) -> AllowList:
    """Return the allow-list with what is trusted beside it."""
    return AllowList().with_names(trust.names)
