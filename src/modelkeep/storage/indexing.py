"""Takes the indexes of packs into the catalogue, where that does not know them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from modelkeep.catalogue import chunks
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.chunks import StoredChunk, at_depth
from modelkeep.errors import ModelkeepError
from modelkeep.storage.blobs import Blobs
from modelkeep.storage.hashing import hash_stream
from modelkeep.storage.packs import read_index


def index_packs(catalogue: Catalogue, blobs: Blobs) -> list[str]:
    """Let every pack count that is there, for a caller who keeps writers away.

    A chunk may be in several packs, also as a difference in one and in full in another. A copy is
    taken once all that it needs is taken, so that no chunk is left without its base, or needs
    itself; of several the fullest is taken first, and those in damaged packs last.

    Returns:
        What could not be read, an error each.
    """
    failures: list[str] = []
    sizes: dict[bytes, int] = {}
    copies: list[tuple[bool, StoredChunk]] = []
    for info in blobs.list():
        pack = bytes.fromhex(info.name)
        with catalogue.read() as connection:
            if chunks.is_known_pack(connection, pack):
                continue
        try:
            index = read_index(blobs, pack)
            with blobs.get(info.name) as stream:
                damaged = hash_stream(stream, algorithm="blake3")[0] != info.name
        except ModelkeepError as error:
            failures.append(str(error))
            continue
        sizes[pack] = info.stored_bytes
        copies += [(damaged, each) for each in index]
    if sizes:
        with catalogue.write() as connection:
            here = chunks.find(connection, [each.chunk for _, each in copies])
            chunks.insert_packs(connection, sizes)
            chunks.insert(connection, _readable(copies, here), {})
            chunks.recount(connection)
    return failures


def _readable(
    copies: Iterable[tuple[bool, StoredChunk]], here: Mapping[bytes, StoredChunk]
) -> list[StoredChunk]:
    """Return one copy of each chunk whose needs can be met, in an order that meets them.

    How deep a chunk is, is found anew: what it stands on may have been stored otherwise since.
    """
    taken = dict(here)
    waiting = [each for _, each in sorted(copies, key=lambda copy: (copy[0], copy[1].depth))]
    chosen: list[StoredChunk] = []
    grown = True
    while grown:
        grown, left = False, []
        for each in waiting:
            if each.chunk in taken:
                continue
            if taken.keys() >= set(each.needs):
                placed = at_depth(each, [taken[need] for need in each.needs])
                taken[each.chunk] = placed
                chosen.append(placed)
                grown = True
            else:
                left.append(each)
        waiting = left
    return chosen


def missing_chunks(connection: Connection, roots: Iterable[str]) -> set[str]:
    """Return which of these chunks, and of all that they need, are not known."""
    names = {bytes.fromhex(root) for root in roots}
    found = chunks.needed_by(connection, names)
    wanted = names | {need for row in found.values() for need in row.needs}
    return {name.hex() for name in wanted - found.keys()}
