"""What was tracked of a model, from one registry to another: all of it in one transaction."""

from __future__ import annotations

from modelkeep.catalogue import tracked_copies
from modelkeep.catalogue.own_tables import OwnTables
from modelkeep.catalogue.tracked_tables import TRACKED_METADATA
from modelkeep.orchestrator.backends import Backends
from modelkeep.orchestrator.copied_rows import ModelRows
from modelkeep.orchestrator.copy_conflicts import CopyConflictError


def check_tracking(target: Backends, rows: ModelRows) -> None:
    """Look whether what the target tracked of a model is what an earlier copy brought.

    Raises:
        CopyConflictError: The target tracked something of its own.
    """
    tables = OwnTables(target.tracking, TRACKED_METADATA)
    if not tables.exist():
        return
    model_id = rows.model["model_id"]
    with tables.read() as connection:
        if tracked_copies.is_own(connection, model_id, _version_ids(rows)):
            raise CopyConflictError(model_id, "the target tracked its versions in use by itself")


def copy_tracking(source: Backends, target: Backends, rows: ModelRows) -> int:
    """Bring what was tracked of a model; what an earlier copy brought is replaced.

    Returns:
        How many summaries, references and kept predictions the target has of the model.

    Raises:
        CopyConflictError: The target tracked something of its own.
    """
    here, there = (OwnTables(each.tracking, TRACKED_METADATA) for each in (source, target))
    if not here.exist():
        return 0
    model_id, version_ids = rows.model["model_id"], _version_ids(rows)
    with here.read() as reading:
        found = tracked_copies.rows_of(reading, model_id, version_ids)
        with there.write() as connection:
            # Tracking may have begun there since the copy began.
            if tracked_copies.is_own(connection, model_id, version_ids):
                problem = "the target tracked its versions in use by itself"
                raise CopyConflictError(model_id, problem)
            return tracked_copies.replace_rows(connection, model_id, version_ids, found)


def _version_ids(rows: ModelRows) -> list[str]:
    return [*(str(row["version_id"]) for row in rows.versions), *rows.removed_ids]
