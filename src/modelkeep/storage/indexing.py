"""Takes the indexes of packs into the catalogue, where that does not know them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from modelkeep.catalogue import chunks
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.errors import ModelkeepError
from modelkeep.storage.blobs import Blobs
from modelkeep.storage.packs import read_index


def index_packs(catalogue: Catalogue, blobs: Blobs) -> list[str]:
    """Let every pack count that is there, for a caller who keeps writers away.

    Chunks that are in several packs are found in the first one.

    Returns:
        What could not be read, an error each.
    """
    failures = []
    added = 0
    for info in blobs.list():
        pack = bytes.fromhex(info.sha256)
        with catalogue.write() as connection:
            if chunks.is_known_pack(connection, pack):
                continue
            try:
                found = read_index(blobs, pack)
            except ModelkeepError as error:
                failures.append(str(error))
                continue
            here = chunks.find(connection, [each.chunk for each in found])
            new = [each for each in found if each.chunk not in here]
            chunks.insert_packs(connection, {pack: info.stored_bytes})
            chunks.insert(connection, new, {})
            added += len(new)
    if added:
        # Once for all: a chunk may need one of a pack that comes later.
        with catalogue.write() as connection:
            chunks.recount(connection)
    return failures


def missing_chunks(connection: Connection, roots: Iterable[str]) -> set[str]:
    """Return which of these chunks, and of all that they need, are not known."""
    names = {bytes.fromhex(root) for root in roots}
    found = chunks.needed_by(connection, names)
    wanted = names | {need for row in found.values() for need in row.needs}
    return {name.hex() for name in wanted - found.keys()}
