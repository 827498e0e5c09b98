"""Artifacts that are being kept, while the caller prepares what will refer to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from modelkeep.catalogue.chunks import ChunkKind
from modelkeep.storage.documents import VersionDocument, encode
from modelkeep.storage.manifest import Manifest
from modelkeep.storage.upload import Upload


class Saving:
    """The chunks of artifacts, to be joined by the documents of their versions.

    Args:
        manifests: Of the artifacts; of format "" where there is none.
        upload: Has its chunks.
        compress: Whether the document is coded.
        mends: Whether a document that is there may be damaged, and is written again.
        findings: What a look at the files of each artifact found; see `trust.findings`.

    Attributes:
        manifests: Of the artifacts.
        findings: As given, or one that is empty for each.
    """

    def __init__(
        self,
        manifests: Sequence[Manifest],
        upload: Upload,
        *,
        compress: bool,
        mends: bool = False,
        findings: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        self.manifests = tuple(manifests)
        self.findings = tuple(findings) or ({},) * len(self.manifests)
        self._mends = mends
        self._upload = upload
        self._compress = compress

    @property
    def manifest(self) -> Manifest:
        """That of the artifact, where there is one."""
        (manifest,) = self.manifests
        return manifest

    def attach(self, connection: Connection, documents: Iterable[VersionDocument]) -> list[str]:
        """Keep the documents, and let all chunks count in this transaction.

        Call `settle` before it is committed.

        Returns:
            The chunk of each document, BLAKE3 in hexadecimal.

        Raises:
            ChunksVanishedError: What was to be shared was removed meanwhile; begin anew.
        """
        roots: Counter[bytes] = Counter()
        names = []
        for document in documents:
            name = self._add(document)
            roots[name] += 1
            roots.update(bytes.fromhex(file.root_blake3) for file in document.manifest.files)
            names.append(name.hex())
        self._upload.attach(connection, roots)
        return names

    def _add(self, document: VersionDocument) -> bytes:
        from blake3 import blake3

        from modelkeep.storage import codecs

        text = encode(document)
        name = blake3(text).digest()
        encoded = codecs.encode(memoryview(text), element="", compress=self._compress)
        self._upload.add(
            name,
            encoded.parts,
            raw_bytes=len(text),
            kind=ChunkKind.DOCUMENT,
            replace=self._mends,
        )
        return name

    def settle(self) -> None:
        """Wait until all is durable; nothing may be committed that refers to it before.

        Raises:
            StorageUnavailableError: It could not be kept.
        """
        self._upload.settle()
