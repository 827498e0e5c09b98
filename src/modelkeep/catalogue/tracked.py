"""What versions did in use: summaries by time, references, and predictions that wait for labels.

It lies in a database of its own, so that what serves never waits for who deploys. Its commits
outlive the process, not each of them a power loss.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    bindparam,
    delete,
    func,
    select,
    update,
)

from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.own_tables import OwnTables
from modelkeep.catalogue.statements import Prepared
from modelkeep.catalogue.tracked_tables import (
    BUCKETS,
    PREDICTIONS,
    REFERENCES,
    TRACKED_METADATA,
)

_PAYLOAD = Prepared(
    select(BUCKETS.c.payload).where(
        BUCKETS.c.version_id == bindparam("version_id"),
        BUCKETS.c.stage == bindparam("stage"),
        BUCKETS.c.width_seconds == bindparam("width_seconds"),
        BUCKETS.c.start == bindparam("start"),
    )
)
_CHANGE = Prepared(
    update(PREDICTIONS)
    .where(PREDICTIONS.c.prediction_blake2b == bindparam("prediction_blake2b"))
    .values({c.name: bindparam(c.name) for c in PREDICTIONS.c if c.name != "prediction_blake2b"})
)
_KEY = (
    BUCKETS.c.version_id,
    BUCKETS.c.stage,
    BUCKETS.c.width_seconds,
    BUCKETS.c.start,
)
_AT_ONCE = 400
_REMOVED_AT_ONCE = 10_000


class BucketKey(NamedTuple):
    """Names a summary: of a version in a stage, from `start` (seconds since 1970) so long."""

    version_id: str
    stage: str
    width_seconds: int
    start: int


class Bucket(NamedTuple):
    """A summary with its name and the model that the version is of."""

    key: BucketKey
    model_id: str
    payload: bytes


class TrackedStore:
    """Summaries of what versions did.

    Args:
        database: Where they are.
    """

    def __init__(self, *, database: Catalogue) -> None:
        self._database = OwnTables(database, TRACKED_METADATA)

    @contextmanager
    def write(self) -> Iterator[TrackedRows]:
        """Give what changes are made with; all are kept when the block ends, or none."""
        with self._database.write() as connection:
            yield TrackedRows(connection)

    @contextmanager
    def read(self) -> Iterator[TrackedRows]:
        """Give what is read with; it sees one consistent state."""
        with self._database.read() as connection:
            yield TrackedRows(connection)

    def size_bytes(self) -> dict[str, int]:
        """Return how many bytes the summaries of each model take."""
        columns = BUCKETS.c.model_id, func.sum(func.length(BUCKETS.c.payload))
        with self._database.read() as connection:
            found = connection.execute(select(*columns).group_by(BUCKETS.c.model_id))
            return {model_id: int(total) for model_id, total in found}

    def close(self) -> None:
        """Close all connections."""
        self._database.close()


class TrackedRows:
    """Reads and writes in one transaction.

    Args:
        connection: Of the transaction.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def payload(self, key: BucketKey) -> bytes | None:
        """Return a summary, or None where there is none yet."""
        row = _PAYLOAD.one(self._connection, key._asdict())
        return None if row is None else bytes(row[0])

    def put(self, key: BucketKey, model_id: str, payload: bytes) -> None:
        """Write a summary in place of the one that is there."""
        changed = self._connection.execute(
            update(BUCKETS).where(_is(key)).values(payload=payload)
        ).rowcount
        if not changed:
            values = key._asdict() | {"model_id": model_id, "payload": payload}
            self._connection.execute(BUCKETS.insert(), values)

    def remove(self, key: BucketKey) -> None:
        """Remove a summary."""
        self._connection.execute(delete(BUCKETS).where(_is(key)))

    def buckets(
        self,
        model_id: str | None = None,
        *,
        version_id: str | None = None,
        width_seconds: int | None = None,
        start: int | None = None,
        end: int | None = None,
        limit: int | None = None,
    ) -> list[Bucket]:
        """Return summaries, the earliest first.

        Args:
            model_id: Only of this model.
            version_id: Only of this version.
            width_seconds: Only of this width.
            start: Only those that begin then or later, seconds since 1970.
            end: Only those that begin before then.
            limit: At most so many.
        """
        table = BUCKETS.c
        query = select(*_KEY, table.model_id, table.payload).limit(limit)
        for column, value in (
            (table.model_id, model_id),
            (table.version_id, version_id),
            (table.width_seconds, width_seconds),
        ):
            if value is not None:
                query = query.where(column == value)
        if start is not None:
            query = query.where(table.start >= start)
        if end is not None:
            query = query.where(table.start < end)
        query = query.order_by(table.start, table.version_id, table.stage, table.width_seconds)
        return [
            Bucket(BucketKey(*key), model_id, bytes(payload))
            for *key, model_id, payload in self._connection.execute(query)
        ]

    def reference(self, version_id: str) -> tuple[bool, bytes] | None:
        """Return whether the reference of a version is complete, and it; or None."""
        table = REFERENCES.c
        query = select(table.is_complete, table.payload).where(table.version_id == version_id)
        row = self._connection.execute(query).first()
        return None if row is None else (bool(row[0]), bytes(row[1]))

    def put_reference(self, version_id: str, payload: bytes, *, is_complete: bool) -> None:
        """Write the reference of a version in place of the one that is there."""
        values = {"payload": payload, "is_complete": is_complete}
        mine = REFERENCES.c.version_id == version_id
        if not self._connection.execute(update(REFERENCES).where(mine).values(values)).rowcount:
            self._connection.execute(REFERENCES.insert(), {"version_id": version_id, **values})

    def predictions(self, digests: Sequence[bytes]) -> dict[bytes, dict[str, Any]]:
        """Return the predictions of these ids that are kept, by the digest of their id."""
        found = {}
        table = PREDICTIONS
        for at in range(0, len(digests), _AT_ONCE):
            some = table.c.prediction_blake2b.in_(digests[at : at + _AT_ONCE])
            for row in self._connection.execute(select(table).where(some)).mappings():
                found[bytes(row["prediction_blake2b"])] = dict(row)
        return found

    def insert_predictions(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Keep predictions whose ids are not there yet."""
        if rows:
            self._connection.execute(PREDICTIONS.insert(), rows)

    def change_predictions(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write predictions in place of those with the same ids."""
        if rows:
            _CHANGE.run(self._connection, rows)

    def remove_predictions(self, *, before: int) -> int:
        """Remove some of the predictions that were logged before then; return how many."""
        table = PREDICTIONS.c
        old = select(table.prediction_blake2b).where(table.logged_at < before)
        mine = table.prediction_blake2b.in_(old.limit(_REMOVED_AT_ONCE))
        return self._connection.execute(delete(PREDICTIONS).where(mine)).rowcount


def _is(key: BucketKey) -> Any:
    return (
        (BUCKETS.c.version_id == key.version_id)
        & (BUCKETS.c.stage == key.stage)
        & (BUCKETS.c.width_seconds == key.width_seconds)
        & (BUCKETS.c.start == key.start)
    )
