"""Which versions need a chunk, directly or through others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select

from modelkeep.catalogue import chunks
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.tables import VERSION_FILES, VERSIONS


class Dependents:
    """Answers from what needs what, read once and only when it is asked.

    Args:
        catalogue: Knows it.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._above: dict[bytes, list[bytes]] | None = None
        self._versions: dict[bytes, list[str]] = {}

    def versions_of(self, names: Iterable[bytes]) -> set[str]:
        """Return the ids of the versions that need any of these chunks."""
        waiting = list(names)
        above = self._load() if waiting else {}
        seen = set(waiting)
        found: set[str] = set()
        while waiting:
            name = waiting.pop()
            found.update(self._versions.get(name, ()))
            higher = [each for each in above.get(name, ()) if each not in seen]
            seen.update(higher)
            waiting += higher
        return found

    def _load(self) -> dict[bytes, list[bytes]]:
        if self._above is None:
            above: dict[bytes, list[bytes]] = defaultdict(list)
            direct: dict[bytes, list[str]] = defaultdict(list)
            with self._catalogue.read() as connection:
                for chunk, _ in chunks.all_chunks(connection):
                    for need in chunk.needs:
                        above[need].append(chunk.chunk)
                for query in (
                    select(VERSION_FILES.c.root_blake3, VERSION_FILES.c.version_id),
                    select(VERSIONS.c.document_blake3, VERSIONS.c.version_id),
                ):
                    for name, version_id in connection.execute(query):
                        direct[bytes.fromhex(name)].append(version_id)
            self._above, self._versions = above, direct
        return self._above
