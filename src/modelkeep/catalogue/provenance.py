"""Signatures of versions, and what each model asks of its versions before they are used."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from modelkeep import canonical
from modelkeep.catalogue import rows
from modelkeep.catalogue.tables import MODEL_POLICIES, VERSION_CARDS, VERSION_SIGNATURES


def add_envelope(
    connection: Connection, version_id: str, envelope: bytes, signed_at: datetime
) -> None:
    """Keep a signed envelope beside a version; one that is there already is left."""
    sha256 = hashlib.sha256(envelope).hexdigest()
    key = {"version_id": version_id, "envelope_sha256": sha256}
    if rows.find(connection, VERSION_SIGNATURES, **key) is None:
        at = canonical.to_microseconds(signed_at)
        row = {**key, "envelope": envelope.decode(), "signed_at": at}
        rows.insert(connection, VERSION_SIGNATURES, row)


def envelopes_of(connection: Connection, version_id: str) -> list[bytes]:
    """Return the envelopes of a version, the oldest first."""
    table = VERSION_SIGNATURES.c
    query = select(table.envelope).where(table.version_id == version_id)
    found = connection.execute(query.order_by(table.signed_at, table.envelope_sha256)).scalars()
    return [each.encode() for each in found]


def find_policy(connection: Connection, model_id: str) -> dict[str, Any] | None:
    """Return the policy of a model as JSON values, or None."""
    row = rows.find(connection, MODEL_POLICIES, model_id=model_id)
    return None if row is None else canonical.decode(row["policy"].encode())


def set_policy(connection: Connection, model_id: str, policy: Mapping[str, Any]) -> None:
    """Let a model have this policy, in place of the one that it had."""
    text = canonical.encode(policy).decode()
    row = rows.find(connection, MODEL_POLICIES, model_id=model_id)
    if row is None:
        rows.insert(connection, MODEL_POLICIES, {"model_id": model_id, "policy": text})
    else:
        rows.change(connection, MODEL_POLICIES, row, {"policy": text})


def find_card(connection: Connection, version_id: str) -> str | None:
    """Return the model card that is kept of a version, or None."""
    row = rows.find(connection, VERSION_CARDS, version_id=version_id)
    return None if row is None else str(row["card"])


def set_card(connection: Connection, version_id: str, card: str) -> None:
    """Keep a model card, in place of the one that there was."""
    row = rows.find(connection, VERSION_CARDS, version_id=version_id)
    if row is None:
        rows.insert(connection, VERSION_CARDS, {"version_id": version_id, "card": card})
    else:
        rows.change(connection, VERSION_CARDS, row, {"card": card})
