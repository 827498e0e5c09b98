"""Queries on chunks and packs: where each chunk is, who needs it, and which are needed no more.

Chunks and packs are named by BLAKE3, digests of 32 bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, delete, exists, func, select, update

from modelkeep.catalogue import rows
from modelkeep.catalogue.statements import Prepared
from modelkeep.catalogue.tables import CHUNKS, PACKS, VERSION_FILES, VERSIONS
from modelkeep.errors import DamagedCatalogueError

NAME_BYTES = 32
# SQLite of Debian 12 takes 250,000 parameters, older builds 999.
_BATCH = 500
# From so many rows on, one statement for all is quicker than one for each.
_MANY = 50
# What one transaction forgets, so that it is over within some 10 ms.
_FORGOTTEN_AT_ONCE = 500
_RELEASED_AT_ONCE = 2_000
_COLUMNS = (
    CHUNKS.c.chunk_blake3,
    CHUNKS.c.pack_blake3,
    CHUNKS.c.offset_bytes,
    CHUNKS.c.stored_bytes,
    CHUNKS.c.raw_bytes,
    CHUNKS.c.kind,
    CHUNKS.c.depth,
    CHUNKS.c.chain_bytes,
    CHUNKS.c.needs,
)


class ChunkKind(IntEnum):
    """What a chunk is; the values are those in the index of a pack."""

    DATA = 0
    RECIPE = 1
    DOCUMENT = 2


class StoredChunk(NamedTuple):
    """A chunk, and where it is; a tuple, since a large file has thousands.

    Attributes:
        chunk: BLAKE3 of its raw bytes.
        pack: BLAKE3 of the pack that holds it.
        offset_bytes: Where its stored form begins in the pack.
        stored_bytes: How long that is.
        raw_bytes: How many bytes it stands for.
        kind: What it is.
        depth: How many differences lie between it and a full copy.
        chain_bytes: How large those differences are together.
        needs: Chunks without which it cannot be read: bases, or parts of a recipe.
    """

    chunk: bytes
    pack: bytes
    offset_bytes: int
    stored_bytes: int
    raw_bytes: int
    kind: ChunkKind
    depth: int
    chain_bytes: int
    needs: tuple[bytes, ...]


def at_depth(chunk: StoredChunk, below: Sequence[StoredChunk]) -> StoredChunk:
    """Return a chunk with its depth and the bytes of its chain, as they follow from its needs."""
    if not below or chunk.kind is ChunkKind.RECIPE:
        return chunk._replace(depth=0, chain_bytes=0)
    return chunk._replace(
        depth=1 + max(each.depth for each in below),
        chain_bytes=chunk.stored_bytes + max(each.chain_bytes for each in below),
    )


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that counts.

    Attributes:
        pack: BLAKE3 of it.
        stored_bytes: Its size.
        live_bytes: How much of that are chunks that are still known.
    """

    pack: bytes
    stored_bytes: int
    live_bytes: int


@dataclass(frozen=True, slots=True)
class Unneeded:
    """What nothing needed any more.

    Attributes:
        chunks: How many chunks.
        stored_bytes: Their size.
        packs: The packs that hold nothing else.
    """

    chunks: int
    stored_bytes: int
    packs: list[bytes]


def split_names(joined: bytes) -> tuple[bytes, ...]:
    """Return the digests that stand one after another."""
    return tuple(joined[at : at + NAME_BYTES] for at in range(0, len(joined), NAME_BYTES))


def _to_chunk(row: Sequence[Any]) -> StoredChunk:
    name, pack, offset, stored, raw, kind, depth, chain, needs = row
    return StoredChunk(
        chunk=name,
        pack=pack,
        offset_bytes=offset,
        stored_bytes=stored,
        raw_bytes=raw,
        kind=ChunkKind(kind),
        depth=depth,
        chain_bytes=chain,
        needs=split_names(needs),
    )


def batches(names: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Give the names, each once, so many at a time that one statement takes them all."""
    ordered = list(dict.fromkeys(names))
    for at in range(0, len(ordered), _BATCH):
        yield ordered[at : at + _BATCH]


@cache
def _select_among(count: int) -> Prepared:
    names: list[ColumnElement[bytes]] = [bindparam(f"c{at}") for at in range(count)]
    return Prepared(select(*_COLUMNS).where(CHUNKS.c.chunk_blake3.in_(names)))


def find(connection: Connection, names: Iterable[bytes]) -> dict[bytes, StoredChunk]:
    """Return those of the chunks that are known, by name."""
    found = {}
    for batch in batches(names):
        size = next(size for size in (1, 2, 8, 64, _BATCH) if size >= len(batch))
        padded = batch + batch[-1:] * (size - len(batch))
        values = {f"c{at}": name for at, name in enumerate(padded)}
        for row in _select_among(size).all(connection, values):
            found[row[0]] = _to_chunk(row)
    return found


def insert(
    connection: Connection, chunks: Sequence[StoredChunk], refs: Mapping[bytes, int]
) -> None:
    """Add chunks that are not known yet.

    Args:
        connection: In a transaction that found them not known.
        chunks: With the packs that hold them known.
        refs: By name, how many versions and chunks need each.
    """
    values = [
        {
            "chunk_blake3": each.chunk,
            "pack_blake3": each.pack,
            "offset_bytes": each.offset_bytes,
            "stored_bytes": each.stored_bytes,
            "raw_bytes": each.raw_bytes,
            "kind": int(each.kind),
            "depth": each.depth,
            "chain_bytes": each.chain_bytes,
            "needs": b"".join(each.needs),
            "refs": refs.get(each.chunk, 0),
        }
        for each in chunks
    ]
    rows.insert_all(connection, CHUNKS, values)


_MOVE = Prepared(
    update(CHUNKS)
    .where(
        CHUNKS.c.chunk_blake3 == bindparam("key"), CHUNKS.c.pack_blake3 == bindparam("from_pack")
    )
    .values(pack_blake3=bindparam("to_pack"), offset_bytes=bindparam("to_offset"))
)


def move(connection: Connection, moved: Iterable[tuple[StoredChunk, bytes, int]]) -> None:
    """Let chunks be found elsewhere, as far as they are still known where they were.

    Args:
        connection: In a transaction.
        moved: Each chunk as it was, its new pack, and its new offset.
    """
    values = [
        {"key": old.chunk, "from_pack": old.pack, "to_pack": pack, "to_offset": offset}
        for old, pack, offset in moved
    ]
    if values:
        _MOVE.run(connection, values)


def replace_row(connection: Connection, new: StoredChunk) -> None:
    """Let a known chunk have another stored form elsewhere; its references stay."""
    change = (
        update(CHUNKS)
        .where(CHUNKS.c.chunk_blake3 == new.chunk)
        .values(
            pack_blake3=new.pack,
            offset_bytes=new.offset_bytes,
            stored_bytes=new.stored_bytes,
            kind=int(new.kind),
            depth=new.depth,
            chain_bytes=new.chain_bytes,
            needs=b"".join(new.needs),
        )
    )
    connection.execute(change)


_SET_DEPTH = Prepared(
    update(CHUNKS)
    .where(CHUNKS.c.chunk_blake3 == bindparam("key"))
    .values(depth=bindparam("deep"), chain_bytes=bindparam("chain"))
)


def set_depths(connection: Connection, depths: Mapping[bytes, tuple[int, int]]) -> None:
    """Let chunks be so many differences deep, these having so many bytes together."""
    values = [
        {"key": name, "deep": depth, "chain": chain} for name, (depth, chain) in depths.items()
    ]
    if values:
        _SET_DEPTH.run(connection, values)


def differences(connection: Connection) -> Iterator[StoredChunk]:
    """Give every chunk that is a difference to others."""
    query = select(*_COLUMNS).where(CHUNKS.c.depth > 0)
    for row in connection.execute(query):
        yield _to_chunk(row)


_ADD_REFS = Prepared(
    update(CHUNKS)
    .where(CHUNKS.c.chunk_blake3 == bindparam("key"))
    .values(refs=CHUNKS.c.refs + bindparam("more"))
)


def add_refs(connection: Connection, counts: Mapping[bytes, int]) -> None:
    """Count more references to chunks, or fewer where the number is negative."""
    by_count: dict[int, list[bytes]] = {}
    for name, count in counts.items():
        by_count.setdefault(count, []).append(name)
    by_count.pop(0, None)
    single: list[dict[str, Any]] = []
    for count, names in by_count.items():
        if len(names) < _MANY:
            single += ({"key": name, "more": count} for name in names)
            continue
        more = update(CHUNKS).values(refs=CHUNKS.c.refs + count)
        for batch in batches(names):
            connection.execute(more.where(CHUNKS.c.chunk_blake3.in_(batch)))
    if single:
        _ADD_REFS.run(connection, single)


def roots_of(connection: Connection, version_id: str) -> Counter[bytes]:
    """Return the chunks that a version needs directly: its document and the roots of its files.

    Raises:
        DamagedCatalogueError: One is no name of a chunk.
    """
    files, table = VERSION_FILES.c, VERSIONS.c
    query = select(files.root_blake3).where(files.version_id == version_id)
    found = Counter(_name_of(root) for root in connection.execute(query).scalars())
    query = select(table.document_blake3).where(table.version_id == version_id)
    found.update(_name_of(name) for name in connection.execute(query).scalars() if name)
    return found


def _name_of(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except (ValueError, TypeError) as error:
        raise DamagedCatalogueError("a row of a version", f"{text!r} is no chunk") from error


def insert_packs(connection: Connection, sizes: Mapping[bytes, int]) -> None:
    """Let packs count; their bytes must be durable before this is committed."""
    values = [{"pack_blake3": pack, "stored_bytes": size} for pack, size in sizes.items()]
    rows.insert_all(connection, PACKS, values)


_UNNEEDED = select(
    CHUNKS.c.chunk_blake3, CHUNKS.c.pack_blake3, CHUNKS.c.stored_bytes, CHUNKS.c.needs
).where(CHUNKS.c.refs == 0)


def has_unneeded(connection: Connection) -> bool:
    """Whether there are chunks that nothing needs."""
    return connection.execute(_UNNEEDED.limit(1)).first() is not None


def remove_unneeded(connection: Connection) -> Unneeded:
    """Forget chunks that nothing needs, those that only they needed, and packs empty since then.

    A few hundred at most: what is left is for further transactions.

    Returns:
        What was forgotten; the packs may be deleted once this is committed.
    """
    count = size = needed = 0
    touched: set[bytes] = set()
    while count < _FORGOTTEN_AT_ONCE and needed < _RELEASED_AT_ONCE:
        found = connection.execute(_UNNEEDED.limit(_FORGOTTEN_AT_ONCE - count)).all()
        released: Counter[bytes] = Counter()
        names: list[bytes] = []
        for name, pack, stored, needs in found:
            # One recipe alone may be more: it goes as a whole.
            if names and needed + len(needs) // NAME_BYTES > _RELEASED_AT_ONCE:
                break
            needed += len(needs) // NAME_BYTES
            released.update(split_names(needs))
            touched.add(pack)
            size += stored
            names.append(name)
        if not names:
            break
        connection.execute(delete(CHUNKS).where(CHUNKS.c.chunk_blake3.in_(names)))
        add_refs(connection, {name: -times for name, times in released.items()})
        count += len(names)
    return Unneeded(count, size, remove_empty_packs(connection, touched))


def unneeded_bytes(connection: Connection) -> tuple[int, int]:
    """Return how many chunks nothing needs directly, and their stored bytes."""
    query = select(func.count(), func.coalesce(func.sum(CHUNKS.c.stored_bytes), 0))
    number, size = connection.execute(query.where(CHUNKS.c.refs == 0)).one()
    return int(number), int(size)


def packs(connection: Connection, *, among: Iterable[bytes] | None = None) -> list[Pack]:
    """Return the packs that count, in the order of names, with what is alive in them."""
    live = func.coalesce(func.sum(CHUNKS.c.stored_bytes), 0)
    query = (
        select(PACKS.c.pack_blake3, PACKS.c.stored_bytes, live)
        .join(CHUNKS, CHUNKS.c.pack_blake3 == PACKS.c.pack_blake3, isouter=True)
        .group_by(PACKS.c.pack_blake3, PACKS.c.stored_bytes)
        .order_by(PACKS.c.pack_blake3)
    )
    if among is None:
        found = connection.execute(query).all()
    else:
        found = [
            row
            for batch in batches(among)
            for row in connection.execute(query.where(PACKS.c.pack_blake3.in_(batch)))
        ]
    return [Pack(row[0], int(row[1]), int(row[2])) for row in found]


def is_known_pack(connection: Connection, pack: bytes) -> bool:
    """Whether the pack counts."""
    query = select(PACKS.c.pack_blake3).where(PACKS.c.pack_blake3 == pack)
    return connection.execute(query).first() is not None


def known_packs(connection: Connection, among: Iterable[bytes]) -> set[bytes]:
    """Return those of the packs that count."""
    known: set[bytes] = set()
    for batch in batches(among):
        query = select(PACKS.c.pack_blake3).where(PACKS.c.pack_blake3.in_(batch))
        known.update(connection.execute(query).scalars())
    return known


def small_packs(connection: Connection, *, below_bytes: int, limit: int) -> list[bytes]:
    """Return packs that are smaller than that, the smallest first."""
    query = select(PACKS.c.pack_blake3).where(PACKS.c.stored_bytes < below_bytes)
    query = query.order_by(PACKS.c.stored_bytes).limit(limit)
    return list(connection.execute(query).scalars())


def chunks_of_pack(connection: Connection, pack: bytes) -> list[StoredChunk]:
    """Return the chunks that are found in a pack, by offset."""
    query = select(*_COLUMNS).where(CHUNKS.c.pack_blake3 == pack).order_by(CHUNKS.c.offset_bytes)
    return [_to_chunk(row) for row in connection.execute(query)]


def remove_empty_packs(connection: Connection, among: Iterable[bytes]) -> list[bytes]:
    """Forget those of the packs in which no chunk is found any more; return them."""
    gone: list[bytes] = []
    # One look into an index for each: a pack may have many thousands of chunks.
    used = exists().where(CHUNKS.c.pack_blake3 == PACKS.c.pack_blake3)
    for batch in batches(among):
        query = select(PACKS.c.pack_blake3).where(PACKS.c.pack_blake3.in_(batch), ~used)
        empty = sorted(connection.execute(query).scalars())
        if empty:
            connection.execute(delete(PACKS).where(PACKS.c.pack_blake3.in_(empty)))
            gone += empty
    return gone


def totals(connection: Connection) -> tuple[int, int]:
    """Return how many packs count, and their size together."""
    query = select(func.count(), func.coalesce(func.sum(PACKS.c.stored_bytes), 0))
    number, size = connection.execute(query).one()
    return int(number), int(size)


def totals_of_model(connection: Connection, model_id: str) -> tuple[int, int]:
    """Return how many packs hold what the versions of a model need, and the size of that.

    Chunks that other models need too are counted in full.
    """
    files, table = VERSION_FILES.c, VERSIONS.c
    roots = select(files.root_blake3).join(VERSIONS, table.version_id == files.version_id)
    documents = select(table.document_blake3).where(table.model_id == model_id)
    names = set(connection.execute(roots.where(table.model_id == model_id)).scalars())
    names |= set(connection.execute(documents).scalars())
    seen = needed_by(connection, (bytes.fromhex(name) for name in names if name))
    packs_used = {row.pack for row in seen.values()}
    return len(packs_used), sum(row.stored_bytes for row in seen.values())


def needed_by(connection: Connection, roots: Iterable[bytes]) -> dict[bytes, StoredChunk]:
    """Return chunks with all that they need, and what those need, as far as they are known."""
    seen: dict[bytes, StoredChunk] = {}
    waiting = set(roots)
    while waiting:
        found = find(connection, waiting)
        seen |= found
        waiting = {need for row in found.values() for need in row.needs} - seen.keys() - waiting
    return seen


def bytes_only_of(connection: Connection, roots: Mapping[bytes, int]) -> int:
    """Return the stored bytes of chunks that nothing would need without these references."""
    taken: Counter[bytes] = Counter(roots)
    waiting = set(roots)
    gone: set[bytes] = set()
    size = 0
    while waiting:
        found = find(connection, waiting)
        refs = _refs(connection, waiting)
        waiting = set()
        for name, chunk in found.items():
            if name in gone or taken[name] < refs[name]:
                continue
            gone.add(name)
            size += chunk.stored_bytes
            taken.update(chunk.needs)
            waiting.update(chunk.needs)
    return size


def _refs(connection: Connection, names: Iterable[bytes]) -> dict[bytes, int]:
    query = select(CHUNKS.c.chunk_blake3, CHUNKS.c.refs)
    return {
        row[0]: row[1]
        for batch in batches(names)
        for row in connection.execute(query.where(CHUNKS.c.chunk_blake3.in_(batch)))
    }


def all_chunks(connection: Connection) -> Iterator[tuple[StoredChunk, int]]:
    """Give every chunk with the number of its references, in the order of names."""
    query = select(*_COLUMNS, CHUNKS.c.refs).order_by(CHUNKS.c.chunk_blake3)
    for row in connection.execute(query):
        yield _to_chunk(row[:-1]), row[-1]


def recount(connection: Connection) -> None:
    """Set the number of references of every chunk anew."""
    counts = counted_refs(connection)
    connection.execute(update(CHUNKS).values(refs=0))
    add_refs(connection, counts)


def counted_refs(connection: Connection) -> Counter[bytes]:
    """Return how often each chunk is needed, counted anew from versions and chunks."""
    counts: Counter[bytes] = Counter()
    for root in connection.execute(select(VERSION_FILES.c.root_blake3)).scalars():
        counts[_name_of(root)] += 1
    for document in connection.execute(select(VERSIONS.c.document_blake3)).scalars():
        if document:
            counts[_name_of(document)] += 1
    for needs in connection.execute(select(CHUNKS.c.needs)).scalars():
        counts.update(split_names(needs))
    return counts
