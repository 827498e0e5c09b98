"""The SQL table of alert rules: what each asks, and how it stands."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from modelkeep.catalogue.tables import METADATA

ALERT_RULES = Table(
    "alert_rules",
    METADATA,
    Column("rule_id", String(64), primary_key=True),
    Column("model_id", String(128), ForeignKey("models.model_id"), nullable=False),
    Column("name", String(128), nullable=False),
    # What is asked, as JSON.
    Column("definition", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    # ok, firing or no_data, and since when.
    Column("state", String(16), nullable=False),
    Column("since", BigInteger, nullable=False),
    # NULL where nothing was measured, or nothing that is a finite number.
    Column("last_value", Float(53)),
    # What it remembers from look to look, as JSON.
    Column("progress", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("row_blake2b", String(32), nullable=False),
    UniqueConstraint("model_id", "name"),
)
