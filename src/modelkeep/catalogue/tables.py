"""The SQL tables.

Every row that is not derived from another carries `row_blake2b`, a digest of its other columns:
a database has no other way to tell that a byte inside a text has flipped. Times are whole
microseconds since 1970 UTC; JSON is text in the form of `modelkeep.canonical`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA = MetaData()
_EVENT_ID = BigInteger().with_variant(Integer(), "sqlite")
_DIGEST = String(32)

MODELS = Table(
    "models",
    METADATA,
    Column("model_id", String(128), primary_key=True),
    Column("name_key", String(128), nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("last_ordinal", BigInteger, nullable=False),
    # The highest number ever given under each strategy, as a JSON object.
    Column("last_numbers", Text, nullable=False),
    Column("row_blake2b", _DIGEST, nullable=False),
)

VERSIONS = Table(
    "versions",
    METADATA,
    Column("version_id", String(200), primary_key=True),
    Column("model_id", String(128), ForeignKey("models.model_id"), nullable=False),
    Column("version_number", String(128), nullable=False),
    Column("status", String(16), nullable=False),
    Column("deployment_stage", String(16), nullable=False),
    Column("model_path", Text, nullable=False),
    Column("metadata_path", Text, nullable=False),
    Column("checksum", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("tags", Text, nullable=False),
    Column("metrics", Text, nullable=False),
    Column("dependencies", Text, nullable=False),
    Column("configuration", Text, nullable=False),
    Column("deployment_config", Text, nullable=False),
    Column("parent_version", String(200)),
    Column("size_bytes", BigInteger, nullable=False),
    Column("is_active", Boolean, nullable=False),
    # Behind the 20 fields of a ModelVersion: its place in its model, and how it is stored.
    Column("ordinal", BigInteger, nullable=False),
    Column("format", String(64), nullable=False),
    # The chunk that holds its document, BLAKE3 in hexadecimal.
    Column("document_blake3", String(64), nullable=False),
    Column("row_blake2b", _DIGEST, nullable=False),
    UniqueConstraint("model_id", "version_number"),
    UniqueConstraint("model_id", "ordinal"),
)
Index("versions_by_status", VERSIONS.c.model_id, VERSIONS.c.status, VERSIONS.c.ordinal)
Index("versions_by_stage", VERSIONS.c.model_id, VERSIONS.c.deployment_stage, VERSIONS.c.ordinal)
Index("versions_sizes", VERSIONS.c.model_id, VERSIONS.c.status, VERSIONS.c.size_bytes)

# Derived from `versions`, for filters.
VERSION_TAGS = Table(
    "version_tags",
    METADATA,
    Column("version_id", String(200), ForeignKey("versions.version_id"), primary_key=True),
    Column("tag", String(128), primary_key=True),
    Column("model_id", String(128), nullable=False),
    Column("ordinal", BigInteger, nullable=False),
)
Index("tags_by_name", VERSION_TAGS.c.model_id, VERSION_TAGS.c.tag, VERSION_TAGS.c.ordinal)

VERSION_METRICS = Table(
    "version_metrics",
    METADATA,
    Column("version_id", String(200), ForeignKey("versions.version_id"), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("model_id", String(128), nullable=False),
    Column("ordinal", BigInteger, nullable=False),
    # NULL stands for NaN, which no comparison may find.
    Column("value", Float(53)),
)
Index(
    "metrics_by_name",
    VERSION_METRICS.c.model_id,
    VERSION_METRICS.c.name,
    VERSION_METRICS.c.ordinal,
    VERSION_METRICS.c.value,
)

# Derived from the manifests: the files of a version, and the chunk that each begins with: the file
# itself where it is one chunk, else its recipe.
VERSION_FILES = Table(
    "version_files",
    METADATA,
    Column("version_id", String(200), ForeignKey("versions.version_id"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("root_blake3", String(64), nullable=False),
)
Index("files_by_digest", VERSION_FILES.c.sha256)
Index("files_by_root", VERSION_FILES.c.root_blake3)
Index("files_by_size", VERSION_FILES.c.size_bytes, VERSION_FILES.c.version_id)

# Derived from the indexes of the packs, for look-ups: which packs count, and where each chunk is.
PACKS = Table(
    "packs",
    METADATA,
    Column("pack_blake3", LargeBinary(32), primary_key=True),
    Column("stored_bytes", BigInteger, nullable=False),
)
Index("packs_by_size", PACKS.c.stored_bytes)

CHUNKS = Table(
    "chunks",
    METADATA,
    Column("chunk_blake3", LargeBinary(32), primary_key=True),
    Column("pack_blake3", LargeBinary(32), ForeignKey("packs.pack_blake3"), nullable=False),
    Column("offset_bytes", BigInteger, nullable=False),
    Column("stored_bytes", BigInteger, nullable=False),
    Column("raw_bytes", BigInteger, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    # How many differences lie between it and a full copy, and how large those are together.
    Column("depth", SmallInteger, nullable=False),
    Column("chain_bytes", BigInteger, nullable=False),
    # The chunks it cannot be read without, 32 bytes each: bases of a difference, parts of a recipe.
    Column("needs", LargeBinary, nullable=False),
    # How many versions and chunks need it, each as often as it does.
    Column("refs", BigInteger, nullable=False),
)
Index("chunks_by_pack", CHUNKS.c.pack_blake3)
Index(
    "chunks_unneeded",
    CHUNKS.c.refs,
    sqlite_where=CHUNKS.c.refs == 0,
    postgresql_where=CHUNKS.c.refs == 0,
)

# How often each version was loaded, as far as it was told: a hint, not a record.
VERSION_LOADS = Table(
    "version_loads",
    METADATA,
    Column(
        "version_id",
        String(200),
        ForeignKey("versions.version_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("loads", BigInteger, nullable=False),
    Column("last_loaded_at", BigInteger, nullable=False),
)

# Signed envelopes of versions. A version that was removed may come back, so they stay.
VERSION_SIGNATURES = Table(
    "version_signatures",
    METADATA,
    Column("version_id", String(200), primary_key=True),
    Column("envelope_sha256", String(64), primary_key=True),
    Column("envelope", Text, nullable=False),
    Column("signed_at", BigInteger, nullable=False),
    Column("row_blake2b", _DIGEST, nullable=False),
)

# Model cards, as they were first made or as someone wrote them.
VERSION_CARDS = Table(
    "version_cards",
    METADATA,
    Column("version_id", String(200), primary_key=True),
    Column("card", Text, nullable=False),
    Column("row_blake2b", _DIGEST, nullable=False),
)

# What a model asks of its versions, as JSON.
MODEL_POLICIES = Table(
    "model_policies",
    METADATA,
    Column("model_id", String(128), ForeignKey("models.model_id"), primary_key=True),
    Column("policy", Text, nullable=False),
    Column("row_blake2b", _DIGEST, nullable=False),
)

# How units are split between versions, as the JSON of a routing table. Its first arm is only a
# place: what the stage production serves is read from its pointer.
ROUTING_TABLES = Table(
    "routing_tables",
    METADATA,
    Column("model_id", String(128), ForeignKey("models.model_id"), primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Column("routing_table", Text, nullable=False),
    Column("row_blake2b", _DIGEST, nullable=False),
)

ROLLOUTS = Table(
    "rollouts",
    METADATA,
    Column("rollout_id", String(64), primary_key=True),
    Column("model_id", String(128), ForeignKey("models.model_id"), nullable=False),
    # The model again while it splits units, else NULL: what makes two such of a model impossible.
    Column("open_model_id", String(128), unique=True),
    Column("version_id", String(200), nullable=False),
    Column("stable_version_id", String(200), nullable=False),
    Column("state", String(16), nullable=False),
    Column("step", Integer, nullable=False),
    Column("plan", Text, nullable=False),
    # What the steps counted and what was found last, as JSON.
    Column("progress", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("row_blake2b", _DIGEST, nullable=False),
)
Index("rollouts_by_model", ROLLOUTS.c.model_id, ROLLOUTS.c.created_at)

EXPERIMENTS = Table(
    "experiments",
    METADATA,
    Column("experiment_id", String(64), primary_key=True),
    Column("model_id", String(128), ForeignKey("models.model_id"), nullable=False),
    # As of rollouts.
    Column("open_model_id", String(128), unique=True),
    Column("state", String(16), nullable=False),
    Column("plan", Text, nullable=False),
    Column("progress", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("row_blake2b", _DIGEST, nullable=False),
)
Index("experiments_by_model", EXPERIMENTS.c.model_id, EXPERIMENTS.c.created_at)

# Who does a piece of background work, until when. The token grows with each new holder.
LEASES = Table(
    "leases",
    METADATA,
    Column("name", String(128), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("token", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("done_at", BigInteger, nullable=False),
)

REMOVED_VERSIONS = Table(
    "removed_versions",
    METADATA,
    Column("version_id", String(200), primary_key=True),
    Column("model_id", String(128), ForeignKey("models.model_id"), nullable=False),
    Column("version_number", String(128), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("parent_version", String(200)),
    Column("removed_at", BigInteger, nullable=False),
    Column("removed_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("backup_path", Text, nullable=False),
    Column("row_blake2b", _DIGEST, nullable=False),
)
Index("removed_by_number", REMOVED_VERSIONS.c.model_id, REMOVED_VERSIONS.c.version_number)

STAGE_POINTERS = Table(
    "stage_pointers",
    METADATA,
    # The primary key is what makes two active versions of one stage impossible.
    Column("model_id", String(128), ForeignKey("models.model_id"), primary_key=True),
    Column("stage", String(16), primary_key=True),
    Column("version_id", String(200), ForeignKey("versions.version_id"), nullable=False),
    Column("event_id", _EVENT_ID, ForeignKey("events.event_id"), nullable=False),
    Column("row_blake2b", _DIGEST, nullable=False),
)
Index("pointers_by_version", STAGE_POINTERS.c.version_id)

EVENTS = Table(
    "events",
    METADATA,
    Column("event_id", _EVENT_ID, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("model_id", String(128), nullable=False),
    Column("version_id", String(200), nullable=False),
    Column("stage", String(16), nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    # The event that put the version in the stage that a rollback of this one goes back to.
    Column("returns_to", _EVENT_ID),
    Column("row_blake2b", _DIGEST, nullable=False),
    sqlite_autoincrement=True,
)
Index("events_by_stage", EVENTS.c.model_id, EVENTS.c.stage, EVENTS.c.event_id)
Index("events_by_version", EVENTS.c.version_id, EVENTS.c.event_id)
Index("events_by_kind", EVENTS.c.kind, EVENTS.c.model_id, EVENTS.c.stage)
