"""Tables of what versions did in use, in a database of their own."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from modelkeep.catalogue import commit_marks

TRACKED_METADATA = MetaData(info={"room": "tracking"})
BUCKETS = Table(
    "tracked_buckets",
    TRACKED_METADATA,
    Column("version_id", String(64), primary_key=True),
    Column("stage", String(16), primary_key=True),
    Column("width_seconds", Integer, primary_key=True),
    Column("start", BigInteger, primary_key=True),
    Column("model_id", String(128), nullable=False),
    Column("payload", LargeBinary, nullable=False),
)
Index(
    "tracked_by_model",
    BUCKETS.c.model_id,
    BUCKETS.c.width_seconds,
    BUCKETS.c.start,
)
Index("tracked_by_age", BUCKETS.c.width_seconds, BUCKETS.c.start)
REFERENCES = Table(
    "tracked_references",
    TRACKED_METADATA,
    Column("version_id", String(64), primary_key=True),
    Column("is_complete", Boolean, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)
PREDICTIONS = Table(
    "tracked_predictions",
    TRACKED_METADATA,
    Column("prediction_blake2b", LargeBinary(16), primary_key=True),
    Column("logged_at", BigInteger, nullable=False),
    Column("version_id", String(64), nullable=False),
    Column("stage", String(16), nullable=False),
    Column("minute", BigInteger, nullable=False),
    Column("prediction", Text, nullable=False),
    Column("probability", Float),
    Column("label", Text, nullable=False),
)
Index("tracked_predictions_by_time", PREDICTIONS.c.logged_at)

# What of a model was the same as elsewhere when it was copied here: nothing of its own is lost.
COPIES = Table(
    "tracked_copies",
    TRACKED_METADATA,
    Column("model_id", String(128), primary_key=True),
    Column("rows_blake2b", LargeBinary(16), nullable=False),
)

commit_marks.add_table("tracked_writers", TRACKED_METADATA)
