"""An artifact that is being kept, while the caller prepares what will refer to it."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection

from modelkeep.catalogue.chunks import ChunkKind
from modelkeep.storage import documents
from modelkeep.storage.documents import VersionDocument
from modelkeep.storage.manifest import Manifest
from modelkeep.storage.upload import Upload


class Saving:
    """The chunks of an artifact, to be joined by the document of its version.

    Args:
        manifest: Of the artifact; of format "" where there is none.
        upload: Has its chunks.
        compress: Whether the document is coded.
        mends: Whether a document that is there may be damaged, and is written again.

    Attributes:
        manifest: Of the artifact.
    """

    def __init__(
        self, manifest: Manifest, upload: Upload, *, compress: bool, mends: bool = False
    ) -> None:
        self.manifest = manifest
        self._mends = mends
        self._upload = upload
        self._compress = compress

    def attach(self, connection: Connection, document: VersionDocument) -> str:
        """Keep the document, and let all chunks count in this transaction.

        Call `settle` before it is committed.

        Returns:
            The chunk of the document, BLAKE3 in hexadecimal.

        Raises:
            ChunksVanishedError: What was to be shared was removed meanwhile; begin anew.
        """
        from blake3 import blake3

        from modelkeep.storage import codecs

        text = documents.encode(document)
        name = blake3(text).digest()
        encoded = codecs.encode(memoryview(text), element="", compress=self._compress)
        self._upload.add(
            name,
            encoded.parts,
            raw_bytes=len(text),
            kind=ChunkKind.DOCUMENT,
            replace=self._mends,
        )
        roots = Counter(bytes.fromhex(file.root_blake3) for file in document.manifest.files)
        roots[name] += 1
        self._upload.attach(connection, roots)
        return name.hex()

    def settle(self) -> None:
        """Wait until all is durable; nothing may be committed that refers to it before.

        Raises:
            StorageUnavailableError: It could not be kept.
        """
        self._upload.settle()
