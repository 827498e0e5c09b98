"""What the comparison asks of the catalogue, so that it depends on no other room."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from modelkeep.models import ModelVersion


class Removed(Protocol):
    """What is still known of a version after its removal."""

    @property
    def version_id(self) -> str:
        """The id it had."""
        ...

    @property
    def model_id(self) -> str:
        """The model it was a version of."""
        ...

    @property
    def version_number(self) -> str:
        """The number it had; no other version gets it."""
        ...

    @property
    def created_at(self) -> datetime:
        """When it was given its number, aware UTC."""
        ...

    @property
    def parent_version(self) -> str | None:
        """The id of the version it was made from."""
        ...

    @property
    def removed_at(self) -> datetime:
        """When it was removed, aware UTC."""
        ...


class VersionSource(Protocol):
    """Finds versions, present and removed."""

    def get_version(self, reference: str) -> ModelVersion:
        """Return the version that the reference names.

        Args:
            reference: A version id, or a model with a number such as `model@1.2.0`.

        Raises:
            VersionNotFoundError: No version answers to it, or it was removed.
        """
        ...

    def get_first_version(self, model_id: str) -> ModelVersion:
        """Return the oldest version of the model that is still there.

        Raises:
            NotFoundError: The model is not known or has no version.
        """
        ...

    def find_removed_version(self, version_id: str) -> Removed | None:
        """Return what is known of a removed version, or None if no such version was removed."""
        ...
