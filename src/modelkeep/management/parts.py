"""What every part of VersionManager works with."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy import Connection

from modelkeep.catalogue import provenance, versions
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.versions import StoredFile
from modelkeep.errors import UntrustedModelError
from modelkeep.identifiers import VersionIds
from modelkeep.management.journal import Journal
from modelkeep.management.load_counter import LoadCounter
from modelkeep.management.trusting import TrustDesk
from modelkeep.models import ModelVersioningConfig
from modelkeep.provenance.model_policy import ModelPolicy
from modelkeep.provenance.pinned import PinnedTrust
from modelkeep.storage.collector import Collector
from modelkeep.storage.compactor import Compactor
from modelkeep.storage.documents import VersionDocument
from modelkeep.storage.manifest import Manifest
from modelkeep.storage.repacker import Repacker
from modelkeep.storage.upload import ChunksVanishedError
from modelkeep.storage.version_storage_service import VersionStorageService

_Result = TypeVar("_Result")
_MOST_TRIES = 8


class FindingWarning(UserWarning):
    """Files that came from elsewhere ask for more than is known to be harmless."""


def policy_of(connection: Connection, model_id: str) -> ModelPolicy:
    """Return what a model asks of its versions; nothing where none was set."""
    plain = provenance.find_policy(connection, model_id)
    return ModelPolicy() if plain is None else ModelPolicy.from_plain(plain)


class ManagerParts:
    """The collaborators of VersionManager.

    Args:
        catalogue: What is known.
        storage: The bytes.
        collector: Removes what crashes left.
        compactor: Gives back the room of what nothing needs.
        repacker: Codes anew what is there.
        loads: Counts loads.
        trust: Says what a load may run.
        pinned: Whose signatures count.
        config: Strategy, retention and who acts.
        journal: Writes the events.
        ids: Makes version ids.
    """

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        storage: VersionStorageService,
        collector: Collector,
        compactor: Compactor,
        repacker: Repacker,
        loads: LoadCounter,
        trust: TrustDesk,
        pinned: PinnedTrust,
        config: ModelVersioningConfig,
        journal: Journal,
        ids: VersionIds,
    ) -> None:
        self._catalogue = catalogue
        self._storage = storage
        self._collector = collector
        self._compactor = compactor
        self._repacker = repacker
        self._loads = loads
        self._trust = trust
        self._pinned = pinned
        self._config = config
        self._ids = ids
        # Models are never forgotten, so what was seen once needs no second look.
        self._known_models: set[str] = set()
        self._journal = journal

    def _check_finding(
        self,
        connection: Connection,
        model_id: str,
        finding: Mapping[str, Any],
        *,
        warns: bool,
    ) -> None:
        """Refuse files that ask for more than the allow-list, or warn, as the model's policy says.

        Raises:
            UntrustedModelError: The policy refuses them.
        """
        wanted = finding.get("asks_for")
        if not wanted:
            return
        reason = "the files ask for more than the allow-list has"
        if policy_of(connection, model_id).on_finding == "refuse":
            reason += f", and the policy of {model_id!r} refuses such versions"
            raise UntrustedModelError("the new version", asked_for=wanted, reason=reason)
        if warns:
            warnings.warn(f"{reason}: {', '.join(wanted)}", FindingWarning, stacklevel=2)

    def _insert_row(
        self, connection: Connection, document: VersionDocument, document_blake3: str
    ) -> None:
        """Add the row of a version whose chunks are attached."""
        versions.insert(
            connection,
            document.version,
            ordinal=document.ordinal,
            format_name=document.manifest.format,
            document_blake3=document_blake3,
            files=stored_files(document.manifest),
        )


def stored_files(manifest: Manifest) -> list[StoredFile]:
    """Return the files of a manifest as the catalogue records them."""
    return [
        StoredFile(
            path=file.path,
            sha256=file.sha256,
            size_bytes=file.size_bytes,
            root_blake3=file.root_blake3,
        )
        for file in manifest.files
    ]


def again_if_vanished(change: Callable[[], _Result]) -> _Result:
    """Make a change of the store, anew where others removed meanwhile what it was to share."""
    for _ in range(_MOST_TRIES - 1):
        with suppress(ChunksVanishedError):
            return change()
    return change()
