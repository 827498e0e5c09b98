"""All rows of one model: read and checked in one registry, written in another in one transaction.

Ids of events are those of their database, so what refers to one is written with the new id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, delete, select

from modelkeep import canonical
from modelkeep.catalogue import changed, registrations, rows, versions
from modelkeep.catalogue.alert_tables import ALERT_RULES
from modelkeep.catalogue.tables import (
    EVENTS,
    EXPERIMENTS,
    MODEL_POLICIES,
    MODELS,
    REMOVED_VERSIONS,
    ROLLOUTS,
    ROUTING_TABLES,
    STAGE_POINTERS,
    VERSION_CARDS,
    VERSION_SIGNATURES,
    VERSIONS,
)
from modelkeep.errors import IntegrityError, ModelNotFoundError

Row = dict[str, Any]
OWNED = (REMOVED_VERSIONS, MODEL_POLICIES, ROUTING_TABLES, ROLLOUTS, EXPERIMENTS, ALERT_RULES)
"""Tables of which a model has whole rows of its own, that nothing else points to."""
_EVENT_KEYS = ("event_id", "fired_event_id")
_BATCH = 400
# A document may have been written anew where it was mended; each registry keeps its own.
_OWN_COLUMNS = frozenset(("row_blake2b", "document_blake3"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRows:
    """What a catalogue has of one model.

    Attributes:
        model: The row of the model.
        versions: Rows of its versions, in their order.
        events: What happened, the oldest first.
        pointers: What its stages serve.
        owned: Rows by the name of their table, for each of `OWNED`.
        cards: Model cards of its versions.
        signatures: Signatures of its versions, also of removed ones.
    """

    model: Row
    versions: list[Row]
    events: list[Row]
    pointers: list[Row]
    owned: dict[str, list[Row]]
    cards: list[Row]
    signatures: list[Row]

    @property
    def removed_ids(self) -> set[str]:
        """The ids of its versions that were removed."""
        return {row["version_id"] for row in self.owned[REMOVED_VERSIONS.name]}


def read_model(connection: Connection, model_id: str) -> ModelRows:
    """Return all rows of a model.

    Raises:
        ModelNotFoundError: There is no such model.
        IntegrityError: The digest of a row does not hold.
    """
    found = _of_model(connection, MODELS, model_id)
    if not found:
        raise ModelNotFoundError(model_id)
    owned = {table.name: _of_model(connection, table, model_id) for table in OWNED}
    kept = sorted(_of_model(connection, VERSIONS, model_id), key=lambda row: row["ordinal"])
    ids = [row["version_id"] for row in (*kept, *owned[REMOVED_VERSIONS.name])]
    return ModelRows(
        model=found[0],
        versions=kept,
        events=events_of_model(connection, model_id),
        pointers=_of_model(connection, STAGE_POINTERS, model_id),
        owned=owned,
        cards=_of_versions(connection, VERSION_CARDS, ids),
        signatures=_of_versions(connection, VERSION_SIGNATURES, ids),
    )


def events_of_model(connection: Connection, model_id: str) -> list[Row]:
    """Return the rows of the events of a model, the oldest first."""
    return sorted(_of_model(connection, EVENTS, model_id), key=lambda row: row["event_id"])


def _of_model(connection: Connection, table: Table, model_id: str) -> list[Row]:
    query = select(table).where(table.c.model_id == model_id)
    return _checked(table, connection.execute(query).mappings())


def _of_versions(connection: Connection, table: Table, ids: Sequence[str]) -> list[Row]:
    found: list[Row] = []
    for at in range(0, len(ids), _BATCH):
        query = select(table).where(table.c.version_id.in_(ids[at : at + _BATCH]))
        found += _checked(table, connection.execute(query).mappings())
    return found


def _checked(table: Table, found: Iterable[Mapping[Any, Any]]) -> list[Row]:
    plain = [{str(name): value for name, value in row.items()} for row in found]
    for row in plain:
        if not rows.is_sound(table, row):
            key = ", ".join(f"{column.name}={row[column.name]}" for column in table.primary_key)
            raise IntegrityError(f"{table.name}({key})", detail="the digest of the row fails")
    return plain


def with_new_ids(table: Table, row: Mapping[str, Any], ids: Mapping[int, int]) -> Row:
    """Return a row in which what refers to an event names it by its new id.

    Args:
        table: Of the row.
        row: As the source has it.
        ids: New ids of events by the old ones; others become 0, or NULL in a column.
    """
    new = dict(row)
    if table is EVENTS and row["returns_to"] is not None:
        new["returns_to"] = ids.get(row["returns_to"])
    column = {EVENTS.name: "after", ALERT_RULES.name: "progress"}.get(table.name)
    if column is not None and any(f'"{key}"' in row[column] for key in _EVENT_KEYS):
        content = canonical.decode(row[column])
        named = {key: ids.get(content[key], 0) for key in _EVENT_KEYS if key in content}
        new[column] = canonical.encode_text(content | named)
    return new


def register(connection: Connection, model: Row) -> None:
    """Make the model known with what it has counted, or let it have counted as much."""
    here = registrations.find(connection, model["model_id"])
    if here is None:
        rows.insert(connection, MODELS, model)
        return
    changes = {name: model[name] for name in ("created_at", "last_ordinal", "last_numbers")}
    rows.change(connection, MODELS, here, changes)


def append_events(
    connection: Connection, events: Sequence[Row], known: Sequence[int]
) -> dict[int, int]:
    """Add the events that are not there.

    Args:
        connection: Of the target, in a transaction.
        events: All of the source, the oldest first.
        known: The ids that the first of them have in the target.

    Returns:
        The ids of all in the target, by those in the source.
    """
    ids = {row["event_id"]: new for row, new in zip(events, known, strict=False)}
    for row in events[len(known) :]:
        new = rows.insert(connection, EVENTS, with_new_ids(EVENTS, row, ids))
        assert new is not None
        ids[row["event_id"]] = new
    return ids


def settle(connection: Connection, source: ModelRows, ids: Mapping[int, int]) -> list[str]:
    """Let all rows of a model but its events be those of the source.

    Args:
        connection: Of the target, in a transaction; the versions are there.
        source: What the source has.
        ids: New ids of events by the old ones.

    Returns:
        Versions that are there and were removed in the source since; their rows are still there.
    """
    model_id = source.model["model_id"]
    for table in (STAGE_POINTERS, *OWNED):
        connection.execute(delete(table).where(table.c.model_id == model_id))
    for row in source.versions:
        _bring_up_to_date(connection, row)
    for table in OWNED:
        for row in source.owned[table.name]:
            rows.insert(connection, table, with_new_ids(table, row, ids))
    for row in source.pointers:
        rows.insert(connection, STAGE_POINTERS, {**row, "event_id": ids[row["event_id"]]})
    for table, found in ((VERSION_CARDS, source.cards), (VERSION_SIGNATURES, source.signatures)):
        for row in found:
            key = [table.c[column.name] == row[column.name] for column in table.primary_key]
            connection.execute(delete(table).where(*key))
            rows.insert(connection, table, row)
    changed.note(connection, model_id)
    here = select(VERSIONS.c.version_id).where(VERSIONS.c.model_id == model_id)
    return sorted(set(connection.execute(here).scalars()) & source.removed_ids)


def _bring_up_to_date(connection: Connection, row: Row) -> None:
    here = versions.get_row(connection, row["version_id"])
    other = [name for name in row if name not in _OWN_COLUMNS and row[name] != here[name]]
    if other:
        version = versions.version_of_row(row)
        versions.update(connection, here, **{name: getattr(version, name) for name in other})


def serves_nothing(row: Row) -> Row:
    """Return the row of a version as it is before its stages are there."""
    if not row["is_active"]:
        return row
    return {**row, "is_active": False, "status": "ready"}
