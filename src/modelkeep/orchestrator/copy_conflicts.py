"""What stands in the way of a copy: things of the target that are not those of the source."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, func, select

from modelkeep.catalogue import registrations
from modelkeep.catalogue.alert_tables import ALERT_RULES
from modelkeep.catalogue.tables import EVENTS, EXPERIMENTS, ROLLOUTS, VERSIONS
from modelkeep.errors import ConflictError
from modelkeep.orchestrator.copied_rows import ModelRows, Row, events_of_model, with_new_ids

_IDENTITY = (
    "model_id",
    "version_number",
    "ordinal",
    "checksum",
    "created_at",
    "created_by",
    "format",
    "size_bytes",
)
_NOT_COMPARED = frozenset(("event_id", "row_blake2b"))


class CopyConflictError(ConflictError):
    """The target has something else where a copy would go; nothing was written.

    Attributes:
        model_id: The model that cannot be copied.
    """

    code = "copy_conflict"

    def __init__(self, model_id: str, problem: str) -> None:
        super().__init__(
            f"model {model_id!r} is not copied: {problem}; "
            "copy to an empty registry, or leave this model out"
        )
        self.model_id = model_id


def check_target(connection: Connection, source: ModelRows) -> list[int]:
    """Return the ids that the first events of the source have in the target.

    A target may have nothing of a model, or what an earlier copy brought: then its events are the
    first ones of the source. One that went on by itself has others.

    Args:
        connection: Of the target.
        source: What is to be copied.

    Raises:
        ModelNameConflictError: The target has a model whose name differs only by case.
        CopyConflictError: It has something else under an id, a number or a place.
    """
    model_id = source.model["model_id"]
    registrations.find(connection, model_id)
    known = _check_events(connection, source)
    _check_versions(connection, source)
    for table in (ROLLOUTS, EXPERIMENTS, ALERT_RULES):
        _check_owners(connection, table, source)
    return known


def check_unchanged(connection: Connection, source: ModelRows, known: int) -> None:
    """Look whether the target still has only so many events of a model.

    Raises:
        CopyConflictError: Others changed the model there meanwhile.
    """
    model_id = source.model["model_id"]
    query = select(func.count()).select_from(EVENTS).where(EVENTS.c.model_id == model_id)
    if connection.execute(query).scalar_one() != known:
        raise CopyConflictError(model_id, "others changed it in the target during the copy")


def _check_events(connection: Connection, source: ModelRows) -> list[int]:
    model_id = source.model["model_id"]
    here = events_of_model(connection, model_id)
    ids: dict[int, int] = {}
    for at, event in enumerate(here):
        theirs = source.events[at] if at < len(source.events) else None
        if theirs is None or _compared(with_new_ids(EVENTS, theirs, ids)) != _compared(event):
            raise CopyConflictError(
                model_id,
                f"the target has a history of its own (its event {event['event_id']}, "
                f"{event['kind']} of {event['version_id'] or model_id}, is not in the source)",
            )
        ids[theirs["event_id"]] = event["event_id"]
    return [event["event_id"] for event in here]


def _compared(event: Row) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name not in _NOT_COMPARED}


def _check_versions(connection: Connection, source: ModelRows) -> None:
    model_id = source.model["model_id"]
    columns = [VERSIONS.c[name] for name in ("version_id", *_IDENTITY)]
    query = select(*columns)
    here = [dict(row) for row in connection.execute(query.where(VERSIONS.c.model_id == model_id))
            .mappings()]  # fmt: skip
    by_id = {row["version_id"]: row for row in here}
    numbers = {row["version_number"]: row["version_id"] for row in here}
    places = {row["ordinal"]: row["version_id"] for row in here}
    for row in source.versions:
        key, number = row["version_id"], row["version_number"]
        found = by_id.pop(key, None)
        if found is None:
            elsewhere = connection.execute(query.where(VERSIONS.c.version_id == key)).mappings()
            found = next((dict(each) for each in elsewhere), None)
        wrong = [name for name in _IDENTITY if found and found[name] != row[name]]
        if found and wrong:
            name = wrong[0]
            raise CopyConflictError(
                model_id,
                f"the target has another version under the id {key} "
                f"({name} {found[name]!r}, not {row[name]!r})",
            )
        for what, taken in (
            (f"number {number}", numbers.get(number)),
            (f"place {row['ordinal']}", places.get(row["ordinal"])),
        ):
            if taken not in (None, key):
                raise CopyConflictError(
                    model_id, f"the {what} of {key} belongs to {taken} in the target"
                )
    unknown = sorted(by_id.keys() - source.removed_ids)
    if unknown:
        raise CopyConflictError(model_id, f"the target has {unknown[0]}, which the source has not")


def _check_owners(connection: Connection, table: Table, source: ModelRows) -> None:
    model_id = source.model["model_id"]
    (key,) = table.primary_key
    for row in source.owned[table.name]:
        query = select(table.c.model_id).where(key == row[key.name])
        owner = connection.execute(query).scalar_one_or_none()
        if owner not in (None, model_id):
            raise CopyConflictError(
                model_id, f"{key.name} {row[key.name]} belongs to {owner!r} in the target"
            )
