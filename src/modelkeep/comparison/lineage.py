"""The line of versions that a version was made from."""

from __future__ import annotations

from modelkeep.comparison.result import LineageEntry
from modelkeep.comparison.source import Removed, VersionSource
from modelkeep.errors import InvalidInputError, NotFoundError
from modelkeep.models import ModelVersion


def trace_lineage(versions: VersionSource, version: ModelVersion) -> list[LineageEntry]:
    """Follow the parents of a version as far as they are known.

    The walk goes on through removed parents. It ends, with a note on the oldest entry, at a
    parent of which only the id is known and where a parent is already in the line, since parents
    that form a loop have no beginning.

    Args:
        versions: Where parents are looked up.
        version: The version to start from.

    Returns:
        The oldest ancestor first, the version itself last.
    """
    line = [_present(version)]
    seen = {version.version_id}
    parent = version.parent_version
    while parent is not None:
        # Looked for in the line first: a version handed in need not be known to the source.
        found = None if parent in seen else _find(versions, parent)
        if parent in seen or (found is not None and found.version_id in seen):
            loop = f"its parent {parent} is in this line already: a loop of parents"
            line[-1]["note"] = "; ".join(filter(None, (line[-1]["note"], loop)))
            break
        if found is None:
            line.append(_unknown(parent))
            break
        seen.add(found.version_id)
        line.append(_present(found) if isinstance(found, ModelVersion) else _removed(found))
        parent = found.parent_version
    return line[::-1]


def _find(versions: VersionSource, version_id: str) -> ModelVersion | Removed | None:
    try:
        return versions.get_version(version_id)
    # An id that is not even a valid reference names no version either.
    except (NotFoundError, InvalidInputError):
        return versions.find_removed_version(version_id)


def _present(version: ModelVersion) -> LineageEntry:
    return {
        "version_id": version.version_id,
        "version_number": version.version_number,
        "model_id": version.model_id,
        "created_at": version.created_at,
        "removed": False,
        "status": version.status.value,
        "note": "",
    }


def _removed(version: Removed) -> LineageEntry:
    return {
        "version_id": version.version_id,
        "version_number": version.version_number,
        "model_id": version.model_id,
        "created_at": version.created_at,
        "removed": True,
        "status": None,
        "note": f"removed at {version.removed_at.isoformat(timespec='seconds')}",
    }


def _unknown(version_id: str) -> LineageEntry:
    return {
        "version_id": version_id,
        "version_number": None,
        "model_id": None,
        "created_at": None,
        "removed": False,
        "status": None,
        "note": "nothing is known of this parent but its id",
    }
