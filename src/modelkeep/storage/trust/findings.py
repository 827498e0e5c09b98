"""What a look at the files of an artifact found, in a form that is kept with the version."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from modelkeep.storage.formats.base import Format, Rank
from modelkeep.storage.staging import StagedFile
from modelkeep.storage.trust import inspecting
from modelkeep.storage.trust.decompressing import compression_of

_MOST_NAMES = 100
_MOST_COMPRESSED_BYTES = 1 << 20
_HEAD_BYTES = 16
_PLAIN = frozenset(("not a pickle", "data only"))


def find_in(chosen: Format, files: Iterable[StagedFile]) -> dict[str, Any]:
    """Return what pickles among the files ask for; empty where there is none, or nothing to tell.

    Args:
        chosen: The format of the artifact; files of data alone are not looked at.
        files: As they were staged.

    Returns:
        `{"files": {name: verdict}, "asks_for": [name, …]}`, the names being those that the
        allow-list does not have.
    """
    if chosen.rank is Rank.DATA and chosen.name not in ("file", "folder"):
        return {}
    verdicts: dict[str, str] = {}
    wanted: set[str] = set()
    for file in files:
        if _is_large_and_compressed(file.source):
            # To look into it takes as much memory as it grows to; the load looks again.
            verdicts[file.name] = "compressed, not looked into"
            continue
        found = _look(file.source, file.name)
        is_other = found.kind == "unknown" and chosen.rank is Rank.DATA
        if found.verdict not in _PLAIN and not is_other:
            verdicts[file.name] = found.verdict
        wanted.update(each.name for each in found.imports if not each.is_allowed)
    if not verdicts:
        return {}
    return {"files": verdicts, "asks_for": sorted(wanted)[:_MOST_NAMES]}


def _is_large_and_compressed(source: Path | bytes) -> bool:
    if isinstance(source, bytes) or source.stat().st_size <= _MOST_COMPRESSED_BYTES:
        return False
    with source.open("rb") as file:
        return bool(compression_of(memoryview(file.read(_HEAD_BYTES))))


def _look(source: Path | bytes, name: str) -> inspecting.Findings:
    if isinstance(source, bytes):
        return inspecting.inspect_content(memoryview(source), source=name)
    return inspecting.inspect_pickle(source)
