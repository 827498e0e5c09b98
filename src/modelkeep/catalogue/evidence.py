"""The evidence of rollouts and experiments: blocks of records, in the order they were written.

It lies in a database of its own, so that what serves never waits for who deploys, and the catalogue
stays small. Its commits outlive the process, not each of them a power loss: at most the last of the
evidence is lost, and no decision.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import delete, func, select

from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.evidence_tables import EVIDENCE_BLOCKS, EVIDENCE_METADATA
from modelkeep.catalogue.own_tables import OwnTables

_AT_ONCE = 64


class EvidenceStore:
    """Blocks of evidence by the split that they belong to.

    Args:
        database: Where they are.
    """

    def __init__(self, *, database: Catalogue) -> None:
        self._database = OwnTables(database, EVIDENCE_METADATA)

    def append(self, split_id: str, payload: bytes, records: int) -> None:
        """Keep a block after those that are there."""
        values = {"split_id": split_id, "payload": payload, "records": records}
        with self._database.write() as connection:
            connection.execute(EVIDENCE_BLOCKS.insert(), values)

    def read(
        self, split_id: str, *, after: int = 0, until: int | None = None
    ) -> Iterator[tuple[int, bytes]]:
        """Give the blocks of a split with their sequence numbers, in order.

        Args:
            split_id: The rollout or the experiment.
            after: Only those with a greater sequence number.
            until: Only those with at most this sequence number.
        """
        table = EVIDENCE_BLOCKS.c
        query = select(table.sequence, table.payload).where(table.split_id == split_id)
        if until is not None:
            query = query.where(table.sequence <= until)
        query = query.order_by(table.sequence).limit(_AT_ONCE)
        while True:
            with self._database.read() as connection:
                found = connection.execute(query.where(table.sequence > after)).all()
            for sequence, payload in found:
                yield int(sequence), bytes(payload)
            if len(found) < _AT_ONCE:
                return
            after = int(found[-1][0])

    def count(self, split_id: str) -> tuple[int, int]:
        """Return how many records a split has, and how many bytes they take."""
        table = EVIDENCE_BLOCKS.c
        sums = func.sum(table.records), func.sum(func.length(table.payload))
        with self._database.read() as connection:
            row = connection.execute(select(*sums).where(table.split_id == split_id)).one()
        return int(row[0] or 0), int(row[1] or 0)

    def splits(self) -> list[str]:
        """Return the splits that have blocks."""
        query = select(EVIDENCE_BLOCKS.c.split_id).distinct()
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())

    def remove(self, split_id: str) -> None:
        """Remove the blocks of a split."""
        with self._database.write() as connection:
            of_split = EVIDENCE_BLOCKS.c.split_id == split_id
            connection.execute(delete(EVIDENCE_BLOCKS).where(of_split))

    def close(self) -> None:
        """Close all connections."""
        self._database.close()
