"""Tables of what rollouts and experiments recorded, in a database of their own."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

from modelkeep.catalogue import commit_marks

EVIDENCE_METADATA = MetaData(info={"room": "evidence"})
EVIDENCE_BLOCKS = Table(
    "evidence_blocks",
    EVIDENCE_METADATA,
    Column(
        "sequence",
        BigInteger().with_variant(Integer(), "sqlite"),
        primary_key=True,
        autoincrement=True,
    ),
    Column("split_id", String(64), nullable=False),
    Column("records", BigInteger, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
Index("evidence_by_split", EVIDENCE_BLOCKS.c.split_id, EVIDENCE_BLOCKS.c.sequence)

# Rollouts that someone wants to end.
ABORT_REQUESTS = Table(
    "abort_requests", EVIDENCE_METADATA, Column("rollout_id", String(64), primary_key=True)
)

commit_marks.add_table("evidence_writers", EVIDENCE_METADATA)
