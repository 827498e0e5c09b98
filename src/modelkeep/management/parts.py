"""What every part of VersionManager works with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from modelkeep.catalogue import versions
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.versions import StoredFile
from modelkeep.clock import Clock
from modelkeep.identifiers import VersionIds
from modelkeep.management.journal import Journal
from modelkeep.models import ModelVersioningConfig
from modelkeep.storage.collector import Collector
from modelkeep.storage.documents import VersionDocument
from modelkeep.storage.manifest import Manifest
from modelkeep.storage.version_storage_service import VersionStorageService


class ManagerParts:
    """The collaborators of VersionManager.

    Args:
        catalogue: What is known.
        storage: The bytes.
        collector: Removes what crashes left.
        config: Strategy, retention and who acts.
        clock: The time.
        ids: Makes version ids.
    """

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        storage: VersionStorageService,
        collector: Collector,
        config: ModelVersioningConfig,
        clock: Clock,
        ids: VersionIds,
    ) -> None:
        self._catalogue = catalogue
        self._storage = storage
        self._collector = collector
        self._config = config
        self._ids = ids
        # Models are never forgotten, so what was seen once needs no second look.
        self._known_models: set[str] = set()
        self._journal = Journal(clock=clock, actor=config.actor)

    @contextmanager
    def _written(self, document: VersionDocument) -> Iterator[str]:
        """Write a document and give its digest; when the block fails it is taken back."""
        try:
            yield self._storage.save_version_metadata(document)
        except BaseException:
            self._storage.discard_document(document.version.metadata_path)
            raise

    def _insert_row(
        self, connection: Connection, document: VersionDocument, document_sha256: str
    ) -> None:
        """Add the row of a version whose document is written."""
        versions.insert(
            connection,
            document.version,
            ordinal=document.ordinal,
            format_name=document.manifest.format,
            document_sha256=document_sha256,
            files=stored_files(document.manifest),
        )


def stored_files(manifest: Manifest) -> list[StoredFile]:
    """Return the files of a manifest as the catalogue records them."""
    return [
        StoredFile(path=file.path, sha256=file.sha256, size_bytes=file.size_bytes)
        for file in manifest.files
    ]
