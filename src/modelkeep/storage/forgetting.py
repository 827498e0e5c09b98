"""Forgets what nothing needs any more, in short transactions, so that other writers get in between.

A chunk that waits for its turn is found by who would share it, and is needed again then. A crash in
between leaves what the next round finds.
"""

from __future__ import annotations

from dataclasses import dataclass

from modelkeep.catalogue import chunks
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.storage.blobs import Blobs


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was forgotten, and deleted.

    Attributes:
        chunks: How many chunks.
        packs: How many packs.
        freed_bytes: The size of the packs.
    """

    chunks: int
    packs: int
    freed_bytes: int


def forget_unneeded(catalogue: Catalogue, blobs: Blobs) -> Forgotten:
    """Forget all chunks that nothing needs, and delete the packs that hold nothing else."""
    count = packs = freed = 0
    while True:
        with catalogue.read() as connection:
            if not chunks.has_unneeded(connection):
                break
        if count:
            catalogue.give_way()
        with catalogue.write() as connection:
            found = chunks.remove_unneeded(connection)
        freed += sum(blobs.delete(pack.hex()) for pack in found.packs)
        count += found.chunks
        packs += len(found.packs)
    return Forgotten(chunks=count, packs=packs, freed_bytes=freed)


def forget_empty_packs(catalogue: Catalogue, blobs: Blobs, among: list[bytes]) -> Forgotten:
    """Forget those of the packs in which no chunk is found any more, and delete them."""
    packs = freed = 0
    for number, batch in enumerate(chunks.batches(among)):
        if number:
            catalogue.give_way()
        with catalogue.write() as connection:
            gone = chunks.remove_empty_packs(connection, batch)
        freed += sum(blobs.delete(pack.hex()) for pack in gone)
        packs += len(gone)
    return Forgotten(chunks=0, packs=packs, freed_bytes=freed)
