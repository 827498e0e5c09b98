"""LegacyImporter: takes in what the former service kept, as it is, with its ids, numbers and times.

Nothing is unpickled: `model.pkl` is kept byte for byte as the format `pickle`, and read as such
when someone loads the version.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
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
)
from modelkeep.management import numbering
from modelkeep.management.legacy_folder import CHECKSUM_KEY, MODEL_FILE, LegacyVersion, read_folder
from modelkeep.management.lifecycle import DEPLOYABLE
from modelkeep.management.parts import ManagerParts, again_if_vanished
from modelkeep.management.retention import RetentionRule, find_expired
from modelkeep.models import DeploymentStage, ModelStatus, ModelVersion
from modelkeep.storage.artifact_saver import ModelToSave
from modelkeep.storage.documents import VersionDocument
from modelkeep.storage.hashing import Progress, no_progress
from modelkeep.storage.layout import StoreLayout
from modelkeep.storage.saving import Saving


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
        layout = StoreLayout(Path(self._config.storage_path).resolve())
        # The former service and this one have the same default folder.
        own = (layout.blobs, layout.staging)
        report = LegacyReport(imported=[], known=[], refused={}, notes=[])
        fresh: list[LegacyVersion] = []
        present: list[LegacyVersion] = []
        for found in read_folder(folder, ignored=own, refused=report.refused):
            try:
                imported = self._take_in(found, report, progress)
            except (InvalidInputError, ConflictError) as error:
                report.refused[found.place] = error.message
                continue
            present.append(found)
            if imported:
                fresh.append(found)
        self._set_stages(present, fresh, report)
        report.notes.extend(self._retention_notes(fresh))
        return report

    def _take_in(self, found: LegacyVersion, report: LegacyReport, progress: Progress) -> bool:
        """Import a version; return False when it is known."""
        sha256, size = found.digest()
        with self._catalogue.read() as connection:
            if self._is_known(connection, found, sha256, report):
                progress(size)
                return False
        unproved = found.check_digest(sha256)
        notes = [*found.notes, *_contradictions(found), *unproved]
        kept = {CHECKSUM_KEY: found.checksum} if unproved else {}
        version = replace(
            found.version,
            # As a document says it: that a stage serves it is for the catalogue to know.
            status=_status_at_rest(found.version.status),
            is_active=False,
            configuration=found.version.configuration | kept,
        )
        named = "" if found.model_file is None else "pickle"

        def keep() -> bool:
            model = ModelToSave(data=found.model_file, format=named)
            with self._storage.save_model_data(model, progress=progress) as saving:
                if named and saving.manifest.checksum != sha256:
                    raise InvalidArtifactError(found.place, f"{MODEL_FILE} is being written to")
                with self._catalogue.write() as connection:
                    if self._is_known(connection, found, sha256, report):
                        return False
                    self._insert(connection, version, saving, found.place)
            return True

        if not again_if_vanished(keep):
            return False
        report.imported.append(version.version_id)
        report.notes.extend(notes)
        return True

    @staticmethod
    def _is_known(
        connection: Connection, found: LegacyVersion, sha256: str, report: LegacyReport
    ) -> bool:
        version = found.version
        here = versions.find(connection, version.version_id)
        gone = removed.find(connection, version.version_id)
        if here is not None and (here.model_id, here.checksum) != (version.model_id, sha256):
            raise ConflictError(
                f"another version has the id {version.version_id}: of model {here.model_id}, "
                f"with sha256 {here.checksum or '(no file)'}, not {sha256 or '(no file)'}"
            )
        if gone is not None:
            report.notes.append(
                f"{found.place}: it was removed here ({gone.reason}) and stays so; "
                f"`modelkeep restore {version.version_id}` brings it back from a backup"
            )
        if here is not None or gone is not None:
            report.known.append(version.version_id)
            return True
        return False

    def _insert(
        self, connection: Connection, version: ModelVersion, saving: Saving, place: str
    ) -> None:
        manifest = saving.manifest
        model_id, number = version.model_id, version.version_number
        other = versions.find(connection, f"{model_id}@{number}") or removed.find_by_number(
            connection, model_id, number
        )
        if other is not None:
            raise ConflictError(
                f"version {other.version_id} of {model_id!r} has the number {number} already"
            )
        model, is_new = registrations.register(connection, model_id, version.created_at)
        if is_new:
            self._journal.record(connection, "model_registered", model_id)
        self._check_finding(connection, model_id, saving.findings[0], warns=False)
        ordinal = int(model["last_ordinal"]) + 1
        numbers = numbering.highest_with(model, number)
        registrations.count(connection, model, ordinal=ordinal, numbers=numbers)
        path = self._storage.metadata_path(model_id, version.version_id)
        version = replace(version, metadata_path=path)
        if manifest.format:
            version = self._storage.described(version, manifest)
        document = VersionDocument(
            version=version, manifest=manifest, ordinal=ordinal, finding=saving.findings[0]
        )
        after = {"version_number": number, "status": version.status.value, "from": place}
        with self._storage.save_version_metadata(connection, saving, document) as (name,):
            self._insert_row(connection, document, name)
            self._journal.record(
                connection, "version_imported", model_id, version.version_id, after=after
            )

    def _set_stages(
        self, present: list[LegacyVersion], fresh: list[LegacyVersion], report: LegacyReport
    ) -> None:
        claims: dict[tuple[str, DeploymentStage], list[LegacyVersion]] = {}
        for found in present:
            if found.claims_stage:
                key = found.version.model_id, found.version.deployment_stage
                claims.setdefault(key, []).append(found)
        new_places = {found.place for found in fresh}
        for (model_id, stage), claimants in claims.items():
            last = max(claimants, key=_claim)
            served = self._serve(last.version)
            reason = f"{stage.value} of {model_id} has a history here, which is left as it is"
            if served:
                reason = f"version {last.version.version_id} serves {stage.value} instead"
            report.notes.extend(
                f"{found.place}: it said it was active and is not: {reason}"
                for found in claimants
                if found.place in new_places and not (served and found is last)
            )

    def _serve(self, version: ModelVersion) -> bool:
        """Let its stage serve a version, unless the stage ever served one here."""
        model_id, version_id = version.model_id, version.version_id
        stage = version.deployment_stage
        with self._catalogue.write() as connection:
            here = versions.find(connection, version_id)
            if here is None or here.status not in DEPLOYABLE:
                return False
            if events.of_stage(connection, model_id, stage, limit=1):
                return False
            after = {
                "version_id": version_id,
                "version_number": version.version_number,
                "deployment_config": here.deployment_config,
                "reason": "imported: it was active there",
            }
            event_id = self._journal.record(
                connection,
                events.DEPLOYED,
                model_id,
                version_id,
                stage=stage.value,
                before={"version_id": "", "version_number": ""},
                after=after,
                at=version.updated_at,
            )
            pointer = StagePointer(
                model_id=model_id, stage=stage, version_id=version_id, event_id=event_id
            )
            pointers.move(connection, pointer)
            row = versions.get_row(connection, version_id)
            fields: dict[str, Any] = {"status": ModelStatus.DEPLOYED, "deployment_stage": stage}
            versions.update(connection, row, **fields, is_active=True)
        return True

    def _retention_notes(self, fresh: list[LegacyVersion]) -> Iterator[str]:
        newest, days = self._config.max_versions_per_model, self._config.retention_days
        rule, now = RetentionRule(newest=newest, days=days), self._journal.clock.now()
        imported = {found.version.version_id for found in fresh}
        for model_id in sorted({found.version.model_id for found in fresh}):
            with self._catalogue.read() as connection:
                query = VersionQuery(model_id=model_id)
                page = pages.page(connection, query, limit=None, cursor=None)
                targets = pointers.rollback_targets(connection, model_id)
            expired = find_expired(
                enumerate(page, start=1), rule=rule, rollback_targets=targets, now=now
            )
            count = sum(item.version.version_id in imported for item in expired)
            if count:
                yield (
                    f"model {model_id}: the next cleanup removes {count} imported versions "
                    f"(max_versions_per_model = {newest}, retention_days = {days}); "
                    "to keep them, raise these settings or tag the versions `keep`"
                )


def _claim(found: LegacyVersion) -> tuple[bool, datetime, datetime]:
    version = found.version
    # Being deprecated or made ready again came after serving, though it is the later update.
    return version.status is ModelStatus.DEPLOYED, version.updated_at, version.created_at


def _status_at_rest(status: ModelStatus) -> ModelStatus:
    return ModelStatus.READY if status is ModelStatus.DEPLOYED else status


def _contradictions(found: LegacyVersion) -> list[str]:
    """Return where the fields contradict one another, and what was made of it.

    Raises:
        InvalidArtifactError: The file is missing and must be there.
    """
    version, place = found.version, found.place
    status = version.status
    unfinished = (ModelStatus.TRAINING, ModelStatus.FAILED)
    if found.model_file is None and status not in unfinished:
        raise InvalidArtifactError(
            place,
            f"there is no {MODEL_FILE} in it, and it is {status.value}, not training or failed",
        )
    notes = []
    if found.model_file is not None and status is ModelStatus.TRAINING:
        notes.append(
            f"{place}: it is in training but has a {MODEL_FILE}; see whether that is whole"
        )
    if version.is_active and not found.claims_stage:
        state = f"{status.value} in {version.deployment_stage.value}"
        notes.append(f"{place}: it said it was active and is not: it was {state}")
    elif status is ModelStatus.DEPLOYED and not version.is_active:
        notes.append(f"{place}: it said it was deployed, but not active: it is ready")
    return notes
