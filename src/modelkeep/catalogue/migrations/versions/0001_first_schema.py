"""First schema."""

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
        "events",
        sa.Column(
            "event_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("model_id", sa.String(length=128), nullable=False),
        sa.Column("version_id", sa.String(length=200), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column(
            "returns_to", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("row_blake2b", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("event_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("events_by_kind", "events", ["kind", "model_id", "stage"], unique=False)
    op.create_index("events_by_stage", "events", ["model_id", "stage", "event_id"], unique=False)
    op.create_index("events_by_version", "events", ["version_id", "event_id"], unique=False)
    op.create_table(
        "models",
        sa.Column("model_id", sa.String(length=128), nullable=False),
        sa.Column("name_key", sa.String(length=128), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_ordinal", sa.BigInteger(), nullable=False),
        sa.Column("last_numbers", sa.Text(), nullable=False),
        sa.Column("row_blake2b", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("model_id"),
        sa.UniqueConstraint("name_key"),
    )
    op.create_table(
        "removed_versions",
        sa.Column("version_id", sa.String(length=200), nullable=False),
        sa.Column("model_id", sa.String(length=128), nullable=False),
        sa.Column("version_number", sa.String(length=128), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("parent_version", sa.String(length=200), nullable=True),
        sa.Column("removed_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("backup_path", sa.Text(), nullable=False),
        sa.Column("row_blake2b", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"],
            ["models.model_id"],
        ),
        sa.PrimaryKeyConstraint("version_id"),
    )
    op.create_index(
        "removed_by_number", "removed_versions", ["model_id", "version_number"], unique=False
    )
    op.create_table(
        "versions",
        sa.Column("version_id", sa.String(length=200), nullable=False),
        sa.Column("model_id", sa.String(length=128), nullable=False),
        sa.Column("version_number", sa.String(length=128), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("deployment_stage", sa.String(length=16), nullable=False),
        sa.Column("model_path", sa.Text(), nullable=False),
        sa.Column("metadata_path", sa.Text(), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("metrics", sa.Text(), nullable=False),
        sa.Column("dependencies", sa.Text(), nullable=False),
        sa.Column("configuration", sa.Text(), nullable=False),
        sa.Column("deployment_config", sa.Text(), nullable=False),
        sa.Column("parent_version", sa.String(length=200), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("ordinal", sa.BigInteger(), nullable=False),
        sa.Column("format", sa.String(length=64), nullable=False),
        sa.Column("document_blake3", sa.String(length=64), nullable=False),
        sa.Column("row_blake2b", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"],
            ["models.model_id"],
        ),
        sa.PrimaryKeyConstraint("version_id"),
        sa.UniqueConstraint("model_id", "ordinal"),
        sa.UniqueConstraint("model_id", "version_number"),
    )
    op.create_index(
        "versions_by_stage", "versions", ["model_id", "deployment_stage", "ordinal"], unique=False
    )
    op.create_index(
        "versions_by_status", "versions", ["model_id", "status", "ordinal"], unique=False
    )
    op.create_index(
        "versions_sizes", "versions", ["model_id", "status", "size_bytes"], unique=False
    )
    op.create_table(
        "stage_pointers",
        sa.Column("model_id", sa.String(length=128), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("version_id", sa.String(length=200), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("row_blake2b", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["events.event_id"],
        ),
        sa.ForeignKeyConstraint(
            ["model_id"],
            ["models.model_id"],
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["versions.version_id"],
        ),
        sa.PrimaryKeyConstraint("model_id", "stage"),
    )
    op.create_index("pointers_by_version", "stage_pointers", ["version_id"], unique=False)
    op.create_table(
        "version_files",
        sa.Column("version_id", sa.String(length=200), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("root_blake3", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["versions.version_id"],
        ),
        sa.PrimaryKeyConstraint("version_id", "path"),
    )
    op.create_index("files_by_digest", "version_files", ["sha256"], unique=False)
    op.create_index("files_by_root", "version_files", ["root_blake3"], unique=False)
    op.create_index("files_by_size", "version_files", ["size_bytes", "version_id"], unique=False)
    op.create_table(
        "version_signatures",
        sa.Column("version_id", sa.String(length=200), nullable=False),
        sa.Column("envelope_sha256", sa.String(length=64), nullable=False),
        sa.Column("envelope", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=False),
        sa.Column("row_blake2b", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("version_id", "envelope_sha256"),
    )
    op.create_table(
        "version_cards",
        sa.Column("version_id", sa.String(length=200), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("row_blake2b", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("version_id"),
    )
    op.create_table(
        "model_policies",
        sa.Column("model_id", sa.String(length=128), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("row_blake2b", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["models.model_id"]),
        sa.PrimaryKeyConstraint("model_id"),
    )
    op.create_table(
        "version_loads",
        sa.Column("version_id", sa.String(length=200), nullable=False),
        sa.Column("loads", sa.BigInteger(), nullable=False),
        sa.Column("last_loaded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["versions.version_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("version_id"),
    )
    op.create_table(
        "packs",
        sa.Column("pack_blake3", sa.LargeBinary(length=32), nullable=False),
        sa.Column("stored_bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pack_blake3"),
    )
    op.create_index("packs_by_size", "packs", ["stored_bytes"], unique=False)
    op.create_table(
        "chunks",
        sa.Column("chunk_blake3", sa.LargeBinary(length=32), nullable=False),
        sa.Column("pack_blake3", sa.LargeBinary(length=32), nullable=False),
        sa.Column("offset_bytes", sa.BigInteger(), nullable=False),
        sa.Column("stored_bytes", sa.BigInteger(), nullable=False),
        sa.Column("raw_bytes", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("depth", sa.SmallInteger(), nullable=False),
        sa.Column("chain_bytes", sa.BigInteger(), nullable=False),
        sa.Column("needs", sa.LargeBinary(), nullable=False),
        sa.Column("refs", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pack_blake3"],
            ["packs.pack_blake3"],
        ),
        sa.PrimaryKeyConstraint("chunk_blake3"),
    )
    op.create_index("chunks_by_pack", "chunks", ["pack_blake3"], unique=False)
    op.create_index(
        "chunks_unneeded",
        "chunks",
        ["refs"],
        unique=False,
        sqlite_where=sa.text("refs = 0"),
        postgresql_where=sa.text("refs = 0"),
    )
    op.create_table(
        "version_metrics",
        sa.Column("version_id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("model_id", sa.String(length=128), nullable=False),
        sa.Column("ordinal", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Float(precision=53), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["versions.version_id"],
        ),
        sa.PrimaryKeyConstraint("version_id", "name"),
    )
    op.create_index(
        "metrics_by_name", "version_metrics", ["model_id", "name", "ordinal", "value"], unique=False
    )
    op.create_table(
        "version_tags",
        sa.Column("version_id", sa.String(length=200), nullable=False),
        sa.Column("tag", sa.String(length=128), nullable=False),
        sa.Column("model_id", sa.String(length=128), nullable=False),
        sa.Column("ordinal", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["versions.version_id"],
        ),
        sa.PrimaryKeyConstraint("version_id", "tag"),
    )
    op.create_index("tags_by_name", "version_tags", ["model_id", "tag", "ordinal"], unique=False)
    op.create_table(
        "routing_tables",
        sa.Column("model_id", sa.String(length=128), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("routing_table", sa.Text(), nullable=False),
        sa.Column("row_blake2b", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"],
            ["models.model_id"],
        ),
        sa.PrimaryKeyConstraint("model_id"),
    )
    op.create_table(
        "rollouts",
        sa.Column("rollout_id", sa.String(length=64), nullable=False),
        sa.Column("model_id", sa.String(length=128), nullable=False),
        sa.Column("open_model_id", sa.String(length=128), nullable=True),
        sa.Column("version_id", sa.String(length=200), nullable=False),
        sa.Column("stable_version_id", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("row_blake2b", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"],
            ["models.model_id"],
        ),
        sa.PrimaryKeyConstraint("rollout_id"),
        sa.UniqueConstraint("open_model_id"),
    )
    op.create_index("rollouts_by_model", "rollouts", ["model_id", "created_at"], unique=False)
    op.create_table(
        "experiments",
        sa.Column("experiment_id", sa.String(length=64), nullable=False),
        sa.Column("model_id", sa.String(length=128), nullable=False),
        sa.Column("open_model_id", sa.String(length=128), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("row_blake2b", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"],
            ["models.model_id"],
        ),
        sa.PrimaryKeyConstraint("experiment_id"),
        sa.UniqueConstraint("open_model_id"),
    )
    op.create_index("experiments_by_model", "experiments", ["model_id", "created_at"], unique=False)
    op.create_table(
        "alert_rules",
        sa.Column("rule_id", sa.String(length=64), nullable=False),
        sa.Column("model_id", sa.String(length=128), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("last_value", sa.Float(precision=53), nullable=True),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("row_blake2b", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"],
            ["models.model_id"],
        ),
        sa.PrimaryKeyConstraint("rule_id"),
        sa.UniqueConstraint("model_id", "name"),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
