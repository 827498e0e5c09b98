r"""Packs: many chunks in one immutable blob, with an index at its end.

    8 bytes   "MKPACK1\n"
    8 bytes   random, so that no two packs are equal and whoever wrote one may take it back
    …         stored chunks, one after another
    …         the index: for each chunk, in the order of offsets
                  32 bytes  BLAKE3 of the raw chunk
                  u8        kind: 0 data, 1 recipe, 2 document
                  u8        depth: differences between it and a full copy
                  u32       offset of its stored form, from the start of the pack
                  u32       length of its stored form
                  u32       length of the raw chunk
                  u32       length of its differences and those below it together
                  u32       how many chunks it needs
                  32 bytes  BLAKE3 of each of those
    56 bytes  u64 offset of the index, u64 its length, 32 bytes its BLAKE3, "MKPEND1\n"

All numbers are little-endian. The blob is named by the BLAKE3 of all its bytes.
"""

from __future__ import annotations

import os
import struct
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from modelkeep.catalogue.chunks import NAME_BYTES, ChunkKind, StoredChunk, split_names
from modelkeep.errors import IntegrityError, NewerFormatError
from modelkeep.storage.blobs import Blobs
from modelkeep.storage.hashing import new_digest

PACK_BYTES = 64 << 20
"""A pack is closed when it is this large."""
_MAGIC, _END = b"MKPACK1\n", b"MKPEND1\n"
_ENTRY = struct.Struct("<32sBBIIIII")
_FOOTER = struct.Struct("<QQ32s8s")
_NONCE_BYTES = 8
_KINDS = {int(kind) for kind in ChunkKind}
_IN_MEMORY_BYTES = 1 << 20
_BLOCK_BYTES = 2 << 20
_BLOCKS = 4
_WRITE_BYTES = 256 << 10
"""Larger writes make the kernel look for large free pages, which took up to five times as long."""
_MOST_INDEX_BYTES = 256 << 20

Parts = Sequence[bytes | memoryview]
"""Bytes that belong one after another."""


@dataclass(frozen=True, slots=True)
class FinishedPack:
    """A complete pack that is not a blob yet.

    Attributes:
        pack: Its name, BLAKE3.
        size_bytes: How long it is.
        chunks: What is in it.
        path: The file that has it, or will have it.
        content: All its bytes where no file has them yet; else empty.
    """

    pack: bytes
    size_bytes: int
    chunks: tuple[StoredChunk, ...]
    path: Path
    content: bytes

    def write(self) -> Path:
        """Return a file that has its bytes."""
        if self.content:
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                view = memoryview(self.content)
                while view:
                    view = view[os.write(handle, view) :]
            finally:
                os.close(handle)
        return self.path


class PackBuilder:
    """Puts chunks in a pack; a small one stays in memory, a large one goes to a file.

    Args:
        path: Of the file; it must not exist.
        spare: Memory of earlier packs, which is used and given back.
    """

    def __init__(self, path: Path, spare: list[memoryview] | None = None) -> None:
        self._path = path
        self._spare = [] if spare is None else spare
        self._small: list[bytes] = [_MAGIC + os.urandom(_NONCE_BYTES)]
        self._out: _Writer | None = None
        self.size_bytes = len(self._small[0])
        self._chunks: list[StoredChunk] = []
        self._offsets: list[int] = []

    def add(self, chunk: StoredChunk, stored: Parts) -> None:
        """Append a chunk; its `pack` and `offset_bytes` do not count yet."""
        self._chunks.append(chunk)
        self._offsets.append(self.size_bytes)
        for part in stored:
            self._append(part)

    def finish(self) -> FinishedPack:
        """Append the index and return the pack."""
        offsets, ended = self._offsets, self.size_bytes
        index = b"".join(map(_index_entry, self._chunks, offsets))
        footer = _FOOTER.pack(ended, len(index), _blake3(index), _END)
        self._append(index)
        self._append(footer)
        content = b""
        if self._out is not None:
            pack = self._out.finish()
            self._out = None
        else:
            content = b"".join(self._small)
            pack = _blake3(content)
        placed = tuple(
            chunk._replace(pack=pack, offset_bytes=offset)
            for chunk, offset in zip(self._chunks, offsets, strict=True)
        )
        return FinishedPack(pack, self.size_bytes, placed, self._path, content)

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._out is not None:
            self._out.close()
            self._out = None

    def _append(self, data: bytes | memoryview) -> None:
        self.size_bytes += len(data)
        if self._out is None and self.size_bytes > _IN_MEMORY_BYTES:
            self._out = _Writer(self._path, self._spare)
            for each in self._small:
                self._out.append(each)
            self._small.clear()
        if self._out is None:
            self._small.append(bytes(data))
        else:
            self._out.append(data)


class _Writer:
    """Gathers bytes in blocks, which a thread hashes and writes to a file.

    Blocks are used again: a system call for each chunk, or fresh memory, costs more than the copy.
    """

    def __init__(self, path: Path, spare: list[memoryview]) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        self._handle = os.open(path, flags, 0o600)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="modelkeep-pack")
        self._digest = new_digest("blake3")
        self._writing: deque[Future[memoryview]] = deque()
        self._spare = spare
        self._block = self._take()
        self._filled = 0

    def append(self, data: bytes | memoryview) -> None:
        """Take a copy of bytes that come next."""
        view = memoryview(data)
        while view:
            room = min(len(view), _BLOCK_BYTES - self._filled)
            self._block[self._filled : self._filled + room] = view[:room]
            self._filled += room
            view = view[room:]
            if self._filled == _BLOCK_BYTES:
                self._hand_over()

    def finish(self) -> bytes:
        """Write what is left, close the file, and return its BLAKE3."""
        self._hand_over()
        while self._writing:
            self._spare.append(self._writing.popleft().result())
        self._spare.append(self._block)
        self.close()
        return self._digest.digest()

    def close(self) -> None:
        """Close the file once nothing is written to it any more."""
        self._thread.shutdown(cancel_futures=True)
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def _hand_over(self) -> None:
        self._writing.append(self._thread.submit(self._write_out, self._block, self._filled))
        if len(self._writing) < _BLOCKS:
            self._block = self._take()
        else:
            self._block = self._writing.popleft().result()
        self._filled = 0

    def _take(self) -> memoryview:
        return self._spare.pop() if self._spare else memoryview(bytearray(_BLOCK_BYTES))

    def _write_out(self, block: memoryview, filled: int) -> memoryview:
        self._digest.update(block[:filled])
        view = block[:filled]
        while view:
            view = view[os.write(self._handle, view[:_WRITE_BYTES]) :]
        return block


def read_index(blobs: Blobs, pack: bytes) -> list[StoredChunk]:
    """Return the chunks of a pack, from its index alone.

    Raises:
        IntegrityError: It is missing, or its index is damaged.
        NewerFormatError: A later release wrote it.
    """
    name = pack.hex()
    with blobs.get(name) as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
        magic = stream.read(len(_MAGIC))
        if magic != _MAGIC:
            if magic[:6] == _MAGIC[:6] and magic[6:7].isdigit():
                raise NewerFormatError(f"pack {name}", magic[6:7].decode(), 1)
            raise IntegrityError(f"pack {name}", detail="it does not begin as a pack")
        if size < len(_MAGIC) + _NONCE_BYTES + _FOOTER.size:
            raise IntegrityError(f"pack {name}", detail=f"it ends after {size} bytes")
        stream.seek(size - _FOOTER.size)
        offset, length, digest, end = _FOOTER.unpack(stream.read(_FOOTER.size))
        if end != _END or offset + length + _FOOTER.size != size or length > _MOST_INDEX_BYTES:
            raise IntegrityError(f"pack {name}", detail="its last bytes are not those of a pack")
        stream.seek(offset)
        index = stream.read(length)
    if _blake3(index) != digest:
        raise IntegrityError(f"pack {name}", detail="the BLAKE3 of its index does not hold")
    return _parse_index(pack, index)


def _parse_index(pack: bytes, index: bytes) -> list[StoredChunk]:
    found, at = [], 0
    while at < len(index):
        name, kind, depth, offset, stored, raw, chain, count = _ENTRY.unpack_from(index, at)
        if kind not in _KINDS:
            raise NewerFormatError(f"pack {pack.hex()}", f"a chunk of kind {kind}", max(_KINDS))
        at += _ENTRY.size
        needs = split_names(index[at : at + count * NAME_BYTES])
        at += count * NAME_BYTES
        found.append(
            StoredChunk(
                chunk=name,
                pack=pack,
                offset_bytes=offset,
                stored_bytes=stored,
                raw_bytes=raw,
                kind=ChunkKind(kind),
                depth=depth,
                chain_bytes=chain,
                needs=needs,
            )
        )
    return found


def _index_entry(chunk: StoredChunk, offset: int) -> bytes:
    fixed = _ENTRY.pack(
        chunk.chunk,
        chunk.kind,
        chunk.depth,
        offset,
        chunk.stored_bytes,
        chunk.raw_bytes,
        chunk.chain_bytes,
        len(chunk.needs),
    )
    return fixed + b"".join(chunk.needs)


def _blake3(content: bytes) -> bytes:
    from blake3 import blake3

    return blake3(content).digest()
