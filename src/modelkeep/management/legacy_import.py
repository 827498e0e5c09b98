"""LegacyImporter: takes in what the former service kept, as it is, with its ids, numbers and times.

Nothing is unpickled: `model.pkl` is kept byte for byte as the format `pickle`, and read as such
when someone loads the version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from modelkeep.catalogue import events, pages, pointers, registrations, removed, versions
from modelkeep.catalogue.pages import VersionQuery
from modelkeep.catalogue.pointers import StagePointer
from modelkeep.errors import (
    ConflictError,
    InvalidArtifactError,
    InvalidInputError,
    StorageUnavailableError,
)
from modelkeep.management import numbering
from modelkeep.management.legacy_folder import METADATA_FILE, MODEL_FILE, LegacyVersion, read_folder
from modelkeep.management.lifecycle import DEPLOYABLE
from modelkeep.management.parts import ManagerParts
from modelkeep.management.retention import RetentionRule, find_expired
from modelkeep.models import DeploymentStage, ModelStatus, ModelVersion
from modelkeep.storage.documents import VersionDocument
from modelkeep.storage.hashing import Progress, hash_file, no_progress
from modelkeep.storage.layout import StoreLayout
from modelkeep.storage.manifest import Manifest

CHECKSUM_KEY = "legacy_checksum"
_SHA256_DIGITS = 64
# What a checksum of so many hexadecimal digits may be, besides SHA-256.
_OLDER_DIGESTS = {32: "md5", 40: "sha1", 128: "sha512"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LegacyReport:
    """What an import did.

    Attributes:
        imported: Ids of versions that are here from now on, by time of creation.
        known: Ids of versions that were here before, with the same bytes.
        refused: Why others are not here, by their folder relative to the imported one.
        notes: What was not taken as it stood, and what follows from it.
    """

    imported: list[str]
    known: list[str]
    refused: dict[str, str]
    notes: list[str]


class LegacyImporter(ManagerParts):
    """Imports folders of the former service; `ManagerParts` has the arguments."""

    def import_folder(self, folder: Path, *, progress: Progress = no_progress) -> LegacyReport:
        """Take in every version of a folder; one that cannot be taken in never stops the others.

        A version that is here already is left alone, so an import can be repeated, also after it
        was interrupted. A stage is set only if it never served anything here.

        Args:
            folder: With `<model id>/<version id>/{model.pkl,metadata.json}`.
            progress: Told of bytes.

        Raises:
            InvalidArtifactError: There is no such folder, or it cannot be read.
            StorageUnavailableError: The registry cannot be written; what was reported of before
                is here, and the import can be repeated.
        """
        layout = StoreLayout(Path(self._config.storage_path).absolute())
        # The former service and this one have the same default folder.
        own = (layout.blobs, layout.versions, layout.staging)
        contents = read_folder(folder, ignored=own)
        report = LegacyReport(
            imported=[], known=[], refused=contents.refused, notes=contents.notes
        )
        fresh: list[LegacyVersion] = []
        present: list[LegacyVersion] = []
        for found in contents.versions:
            try:
                imported = self._take_in(found, report, progress)
            except (InvalidInputError, ConflictError) as error:
                report.refused[found.place] = error.message
                continue
            present.append(found)
            if imported:
                fresh.append(found)
        self._set_stages(present, fresh, report)
        report.notes.extend(self._numbering_notes(fresh))
        report.notes.extend(self._retention_notes(report.imported))
        return report

    def _take_in(self, found: LegacyVersion, report: LegacyReport, progress: Progress) -> bool:
        """Import a version; return False when it is known."""
        sha256, size = _digest(found)
        with self._catalogue.read() as connection:
            if self._is_known(connection, found.version, sha256):
                report.known.append(found.version.version_id)
                progress(size)
                return False
        notes = [*found.notes, *_contradictions(found)]
        version = replace(
            found.version,
            # As its document says it: a stage that serves it is the catalogue's to know.
            status=_resting_status(found.version.status),
            is_active=False,
            configuration=found.version.configuration | _unproved_checksum(found, sha256, notes),
        )
        manifest = Manifest(format="")
        with self._releasing(sha256), self._storage.writing():
            if found.model_file is not None:
                manifest = self._storage.save_model_data(
                    found.model_file, format="pickle", progress=progress
                )
                if manifest.checksum != sha256:
                    raise InvalidArtifactError(found.place, f"{MODEL_FILE} is being written to")
            with self._catalogue.write() as connection:
                if self._is_known(connection, version, sha256):
                    report.known.append(version.version_id)
                    return False
                self._insert(connection, version, manifest, found.place)
        report.imported.append(version.version_id)
        report.notes.extend(notes)
        return True
