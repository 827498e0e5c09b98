"""Leases: who does a piece of background work, so that exactly one process does it.

A lease that is not renewed runs out, and another takes it. The token grows each time that it
changes hands: who acts under a lease checks its token in the transaction of the act, so a process
that was paused and wakes cannot act on a lease that it lost (a fencing token: M. Kleppmann, "How to
do distributed locking", 2016).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from modelkeep import canonical
from modelkeep.catalogue.tables import LEASES


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Who does a piece of work.

    Attributes:
        holder: Who; empty for nobody.
        token: To act with.
        expires_at: Until when, microseconds since 1970.
        done_at: When the work was last done to its end, microseconds since 1970; 0 for never, and
            for work that has no end.
    """

    holder: str
    token: int
    expires_at: int
    done_at: int


def find(connection: Connection, name: str) -> Lease | None:
    """Return a lease, also one that has run out, or None where nobody ever had it."""
    row = connection.execute(select(LEASES).where(LEASES.c.name == name)).mappings().first()
    if row is None:
        return None
    return Lease(
        holder=row["holder"],
        token=row["token"],
        expires_at=row["expires_at"],
        done_at=row["done_at"],
    )


def acquire(
    connection: Connection, name: str, holder: str, *, now: datetime, seconds: float
) -> int | None:
    """Take a lease, or make one's own last longer.

    Args:
        connection: In a transaction that writes.
        name: Of the work.
        holder: Who wants it; no two processes give the same.
        now: The time.
        seconds: How long it is held unless it is taken again.

    Returns:
        The token to act with, or None where another holds the lease.
    """
    held = find(connection, name)
    at = canonical.to_microseconds(now)
    values = {
        "holder": holder,
        "expires_at": canonical.to_microseconds(now + timedelta(seconds=seconds)),
    }
    if held is None:
        connection.execute(LEASES.insert().values(name=name, token=1, done_at=0, **values))
        return 1
    if held.holder != holder and at < held.expires_at:
        return None
    token = held.token + (held.holder != holder)
    connection.execute(LEASES.update().where(LEASES.c.name == name).values(token=token, **values))
    return token


def is_held(connection: Connection, name: str, token: int) -> bool:
    """Whether the lease did not change hands since this token was given."""
    query = select(LEASES.c.token).where(LEASES.c.name == name)
    return bool(connection.execute(query).scalar_one_or_none() == token)


def release(
    connection: Connection, name: str, holder: str, *, done_at: datetime | None = None
) -> None:
    """Let another take the lease at once; the token goes on growing.

    Args:
        connection: In a transaction that writes.
        name: Of the work.
        holder: Who had it; where another has it by now, nothing is changed.
        done_at: When the work was done to its end; None leaves what was put down before.
    """
    mine = (LEASES.c.name == name) & (LEASES.c.holder == holder)
    values: dict[str, object] = {"holder": "", "expires_at": 0}
    if done_at is not None:
        values["done_at"] = canonical.to_microseconds(done_at)
    connection.execute(LEASES.update().where(mine).values(values))
