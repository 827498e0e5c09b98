"""Routing tables as the catalogue has them: where routers look for a new revision."""

from __future__ import annotations

from typing import Protocol

from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.deployment.rollouts import splits
from modelkeep.deployment.routing.table import RoutingTable


class ChangeCounter(Protocol):
    """A value that is another one whenever something was written."""

    def version(self) -> object:
        """Return it, cheaply."""
        ...

    def close(self) -> None:
        """Let go of what it holds."""
        ...


class CatalogueTables:
    """Reads routing tables, after a look whether anything was written at all.

    Args:
        catalogue: Has the tables.
        changes: Tells of writes, those of this process as well.
    """

    def __init__(self, *, catalogue: Catalogue, changes: ChangeCounter) -> None:
        self._catalogue = catalogue
        self._changes = changes

    def version(self) -> int:
        """Return a number that changes whenever anything was written.

        Raises:
            StorageUnavailableError: The catalogue is away.
        """
        with self._catalogue.translated():
            return hash(self._changes.version())

    def read(self, model_id: str) -> RoutingTable:
        """Return the table of now.

        Raises:
            NoActiveDeploymentError: Production serves nothing.
            StorageUnavailableError: The catalogue is away.
        """
        with self._catalogue.read() as connection:
            return splits.current(connection, model_id)

    def close(self) -> None:
        """Let go of what counts the changes."""
        self._changes.close()
