"""New chunks on their way into packs, and the rows that make them count.

Packs are written and synced while the caller goes on; `settle` waits for them, and must be called
before the transaction in which `attach` was called is committed. Bytes first, rows second: a crash
leaves a pack that nothing refers to, never a row without its bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection

from modelkeep.catalogue import chunks
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.chunks import ChunkKind, StoredChunk, at_depth
from modelkeep.errors import ConflictError, ModelkeepError
from modelkeep.storage.blobs import Blobs
from modelkeep.storage.blobs.base import LocalPaths
from modelkeep.storage.durable import disk_errors
from modelkeep.storage.keeper import PackKeeper
from modelkeep.storage.layout import StoreLayout
from modelkeep.storage.locks import HeldLock, StoreLock
from modelkeep.storage.packs import PACK_BYTES, FinishedPack, PackBuilder, Parts

MOST_DEPTH = 4
_PENDING_BYTES = 256 << 10
_AHEAD_BYTES = 1 << 20
"""A pack from this size on is not worth to be put together with a document."""
_NO_PACK = "0" * 64


class ChunksVanishedError(ConflictError):
    """Chunks that were to be shared were removed meanwhile; doing it again stores them anew."""

    code = "chunks_vanished"

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} chunks were removed while they were being reused; try again")
        self.count = count


class Upload:
    """The chunks that one change of the store adds or shares.

    Args:
        catalogue: Tells which chunks there are.
        blobs: Where the packs go.
        new_path: Gives a new name in the staging folder.
        held: Keeps the collector away until the packs count.

    Attributes:
        is_settled: Whether all was kept, and may count.
        added_bytes: How large the chunks are that `attach` let count; not those that another writer
            had brought by then.
    """

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        blobs: Blobs,
        new_path: Callable[[], Path],
        held: HeldLock,
    ) -> None:
        self._held = held
        self._catalogue = catalogue
        self._blobs = blobs
        self._new_path = new_path
        self._pending: list[tuple[StoredChunk, Parts]] = []
        self._pending_bytes = 0
        self._builder: PackBuilder | None = None
        self._builder_path: Path | None = None
        self._spare: list[memoryview] = []
        self._finished: list[FinishedPack] = []
        self._own: dict[bytes, StoredChunk] = {}
        self._shared: dict[bytes, StoredChunk] = {}
        self._replaced: set[bytes] = set()
        self.is_settled = False
        self.added_bytes = 0
        self._keeper = PackKeeper(blobs=blobs, new_path=new_path)

    def find(self, names: Iterable[bytes]) -> dict[bytes, StoredChunk]:
        """Return those of the chunks that this upload or the store has."""
        wanted = list(names)
        found = {name: self._own[name] for name in wanted if name in self._own}
        missing = [name for name in wanted if name not in found]
        if missing:
            with self._catalogue.read() as connection:
                found |= chunks.find(connection, missing)
        return found

    def share(self, chunk: StoredChunk) -> None:
        """Rely on a chunk that `find` returned."""
        if chunk.chunk not in self._own:
            self._shared[chunk.chunk] = chunk

    def add(
        self,
        name: bytes,
        stored: Parts,
        *,
        raw_bytes: int,
        kind: ChunkKind = ChunkKind.DATA,
        bases: Sequence[StoredChunk] = (),
        needs: Sequence[bytes] = (),
        replace: bool = False,
    ) -> None:
        """Store a chunk, once.

        Args:
            name: BLAKE3 of the raw chunk.
            stored: What a codec made of it, in parts; views are read until `flush`.
            raw_bytes: Its length.
            kind: What it is.
            bases: What it is a difference to.
            needs: What else it cannot be read without: the parts of a recipe.
            replace: Whether the store has it, but damaged.
        """
        if name in self._own:
            return
        for base in bases:
            self.share(base)
        stored_bytes = sum(map(len, stored))
        chunk = StoredChunk(
            chunk=name,
            pack=b"",
            offset_bytes=0,
            stored_bytes=stored_bytes,
            raw_bytes=raw_bytes,
            kind=kind,
            depth=0,
            chain_bytes=0,
            needs=tuple(base.chunk for base in bases) or tuple(needs),
        )
        chunk = at_depth(chunk, bases)
        if replace:
            self._replaced.add(name)
        self._own[name] = chunk
        self._pending.append((chunk, stored))
        self._pending_bytes += stored_bytes
        if self._pending_bytes > _PENDING_BYTES:
            self._pack()

    def flush(self) -> None:
        """Look no more at memory that `add` was given."""
        self._pack()

    def _pack(self, there: Container[bytes] = ()) -> None:
        """Put what is pending in the pack, but for chunks that the store has after all."""
        for chunk, stored in self._pending:
            if chunk.chunk in there and chunk.chunk not in self._replaced:
                del self._own[chunk.chunk]
                continue
            if self._builder is None:
                self._builder_path = self._new_path()
                self._builder = PackBuilder(self._builder_path, self._spare)
            self._builder.add(chunk, stored)
            if self._builder.size_bytes >= PACK_BYTES:
                self._seal()
        self._pending.clear()
        self._pending_bytes = 0

    def _seal(self) -> None:
        """Close the pack that is being filled, and begin to keep it."""
        if self._builder is None:
            return
        finished = self._builder.finish()
        self._builder = None
        self._own |= {chunk.chunk: chunk for chunk in finished.chunks}
        self._finished.append(finished)
        self._keeper.keep(finished)

    def keep_ahead(self) -> None:
        """Wait for an object store before a transaction rather than in it, where others wait too.

        What is large is kept now. Where all is small the store is only asked something: one that
        does not answer is waited for here. For local files there is nothing to gain.

        Raises:
            StorageUnavailableError: The store is away, or does not take a pack.
        """
        if isinstance(self._blobs, LocalPaths):
            return
        if self._builder is not None and self._builder.size_bytes >= _AHEAD_BYTES:
            self._seal()
        if self._finished:
            self._keeper.wait()
        else:
            self._blobs.exists(_NO_PACK)

    def attach(self, connection: Connection, roots: Mapping[bytes, int]) -> None:
        """Let the chunks count, in the transaction that makes something need them.

        Args:
            connection: Of the transaction; `settle` before it is committed.
            roots: The chunks that are needed from outside, and how often.

        Raises:
            ChunksVanishedError: Something that was shared is not there any more.
            StorageUnavailableError: The collector may have taken the packs.
        """
        self._held.check(connection)
        here = chunks.find(connection, {*roots, *self._own, *self._shared})
        # A file may have the bytes of a recipe or a document; what needs more counts more.
        self._replaced |= {
            name
            for name, own in self._own.items()
            if name in here and own.kind > here[name].kind is ChunkKind.DATA
        }
        self._pack(here)
        self._seal()
        new = [each for name, each in self._own.items() if name not in here]
        refs: Counter[bytes] = Counter(roots)
        for each in new:
            refs.update(each.needs)
        added = {each.chunk for each in new}
        vanished = {*self._shared, *refs} - here.keys() - added
        if vanished:
            raise ChunksVanishedError(len(vanished))
        used = {each.pack for each in new} | {self._own[name].pack for name in self._replaced}
        sizes = {each.pack: each.size_bytes for each in self._finished if each.pack in used}
        self.added_bytes = sum(each.stored_bytes for each in new)
        self.added_bytes += sum(self._own[name].stored_bytes for name in self._replaced)
        chunks.insert_packs(connection, sizes)
        chunks.insert(connection, new, refs)
        self._replace(connection, here)
        chunks.add_refs(connection, {name: refs[name] for name in refs if name not in added})

    def _replace(self, connection: Connection, here: Mapping[bytes, StoredChunk]) -> None:
        for name in self._replaced & here.keys():
            chunks.replace_row(connection, self._own[name])
            released = Counter(here[name].needs)
            released.subtract(Counter(self._own[name].needs))
            chunks.add_refs(connection, {need: -times for need, times in released.items()})

    def settle(self) -> None:
        """Wait until all packs are durable.

        Raises:
            StorageUnavailableError: One could not be kept.
        """
        self._keeper.finish()
        self.is_settled = True

    def discard(self) -> None:
        """Take back what was written, unless it counts after all."""
        self._keeper.close()
        if self._builder is not None:
            self._builder.close()
            self._builder = None
        if self._builder_path is not None:
            self._builder_path.unlink(missing_ok=True)
        # What made it fail matters more; the collector finds what is left.
        with suppress(ModelkeepError, OSError):
            for finished in self._finished:
                finished.path.unlink(missing_ok=True)
                # In its turn as a writer: a commit whose answer was lost is over by then.
                with self._catalogue.write() as connection:
                    known = chunks.is_known_pack(connection, finished.pack)
                if not known:
                    self._blobs.delete(finished.pack.hex())


@contextmanager
def uploading(
    *, catalogue: Catalogue, blobs: Blobs, layout: StoreLayout, lock: StoreLock
) -> Iterator[Upload]:
    """Give an upload that is taken back when the block fails, or does not settle it."""
    with lock.writing() as held:
        upload = Upload(catalogue=catalogue, blobs=blobs, new_path=layout.staging_path, held=held)
        try:
            with disk_errors(layout.staging):
                yield upload
        except BaseException:
            upload.discard()
            raise
        if not upload.is_settled:
            upload.discard()


def can_be_base(chunk: StoredChunk) -> bool:
    """Whether another difference may be put on top of a chunk.

    A chain ends when it is four differences deep, or when they are half as large as what they
    stand for: then the next one is kept in full again.
    """
    return chunk.depth < MOST_DEPTH and 2 * chunk.chain_bytes <= chunk.raw_bytes
