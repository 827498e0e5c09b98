"""Aborts that were asked for and may still wait for their turn to write.

They lie beside the evidence, not in the catalogue, so that one is put down without a wait for who
writes there: a promotion that has that turn finds it, and gives way.
"""

from __future__ import annotations

from sqlalchemy import Select, delete, select

from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.evidence_tables import ABORT_REQUESTS, EVIDENCE_METADATA
from modelkeep.catalogue.own_tables import OwnTables


class AbortRequests:
    """Which rollouts someone wants to end.

    Args:
        database: Where they are.
    """

    def __init__(self, *, database: Catalogue) -> None:
        self._database = OwnTables(database, EVIDENCE_METADATA)

    def put(self, rollout_id: str) -> None:
        """Ask for the end of a rollout; asking again changes nothing."""
        with self._database.write() as connection:
            found = connection.execute(self._of(rollout_id)).first()
            if found is None:
                connection.execute(ABORT_REQUESTS.insert(), {"rollout_id": rollout_id})

    def is_put(self, rollout_id: str) -> bool:
        """Tell whether someone asked for the end of a rollout."""
        with self._database.read() as connection:
            return connection.execute(self._of(rollout_id)).first() is not None

    def remove(self, rollout_id: str) -> None:
        """Forget that someone asked, once the rollout has ended."""
        with self._database.write() as connection:
            connection.execute(
                delete(ABORT_REQUESTS).where(ABORT_REQUESTS.c.rollout_id == rollout_id)
            )

    @staticmethod
    def _of(rollout_id: str) -> Select[tuple[str]]:
        return select(ABORT_REQUESTS.c.rollout_id).where(ABORT_REQUESTS.c.rollout_id == rollout_id)
