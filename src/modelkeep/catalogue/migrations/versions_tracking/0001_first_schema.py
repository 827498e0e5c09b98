"""First schema of what versions did in use."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply it."""
    op.create_table(
        "tracked_buckets",
        sa.Column("version_id", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("width_seconds", sa.Integer(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("model_id", sa.String(length=128), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("version_id", "stage", "width_seconds", "start"),
    )
    op.create_index(
        "tracked_by_model", "tracked_buckets", ["model_id", "width_seconds", "start"], unique=False
    )
    op.create_index("tracked_by_age", "tracked_buckets", ["width_seconds", "start"], unique=False)
    op.create_table(
        "tracked_references",
        sa.Column("version_id", sa.String(length=64), nullable=False),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("version_id"),
    )
    op.create_table(
        "tracked_predictions",
        sa.Column("prediction_blake2b", sa.LargeBinary(length=16), nullable=False),
        sa.Column("logged_at", sa.BigInteger(), nullable=False),
        sa.Column("version_id", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("minute", sa.BigInteger(), nullable=False),
        sa.Column("prediction", sa.Text(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("prediction_blake2b"),
    )
    op.create_index("tracked_predictions_by_time", "tracked_predictions", ["logged_at"])
    op.create_table(
        "tracked_copies",
        sa.Column("model_id", sa.String(length=128), nullable=False),
        sa.Column("rows_blake2b", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("model_id"),
    )
    op.create_table(
        "tracked_writers",
        sa.Column("writer", sa.String(length=32), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("writer"),
    )
