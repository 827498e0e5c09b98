"""VersionManager: creates, numbers, finds, changes and removes versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from modelkeep.catalogue import events, pages, pointers, registrations, removed, versions
from modelkeep.catalogue.pages import MetricFilter, VersionPage, VersionQuery
from modelkeep.catalogue.removed import RemovedVersion
from modelkeep.catalogue.statistics import RegistryStatistics, registry_statistics
from modelkeep.errors import IllegalStatusError, InvalidInputError, ModelNotFoundError
from modelkeep.identifiers import check_model_id
from modelkeep.management import lifecycle
from modelkeep.management.cleanup import VersionCleanup
from modelkeep.management.creation import VersionCreation
from modelkeep.management.describing import VersionDescribing
from modelkeep.management.loading import VersionLoading
from modelkeep.management.metadata import check_text, read_metrics, read_tags
from modelkeep.management.repacking import VersionRepacking
from modelkeep.management.restoring import VersionRestoring
from modelkeep.management.signing import VersionSigning
from modelkeep.management.trusting import UNSAFE, TrustReport
from modelkeep.models import DeploymentStage, ModelStatus, ModelVersion
from modelkeep.storage.documents import VersionDocument
from modelkeep.storage.hashing import Progress, no_progress
from modelkeep.storage.manifest import Manifest

if TYPE_CHECKING:
    from modelkeep.storage.tensor_access import TensorFile
    from modelkeep.storage.trust.isolation import Limits


class VersionManager(
    VersionCreation,
    VersionCleanup,
    VersionRestoring,
    VersionLoading,
    VersionRepacking,
    VersionSigning,
    VersionDescribing,
):
    """The life of versions; `ManagerParts` has the arguments."""

    def get_version(self, version: str) -> ModelVersion:
        """Return a version.

        Args:
            version: Its id, `model@number`, `model@latest`, or `model@stage` for what serves there.

        Raises:
            VersionNotFoundError: There is none.
        """
        with self._catalogue.read() as connection:
            return versions.get(connection, version)

    def get_versions(
        self,
        model_id: str,
        *,
        status: ModelStatus | str | None = None,
        deployment_stage: DeploymentStage | str | None = None,
        tags: Iterable[str] = (),
        metrics: Sequence[str | MetricFilter] = (),
        limit: int | None = 100,
        cursor: str | None = None,
    ) -> VersionPage:
        """Return versions of a model, newest first; all conditions must hold.

        Args:
            model_id: The model.
            status: Only in this status.
            deployment_stage: Only those last put in this stage.
            tags: Only with all of these.
            metrics: Conditions such as `accuracy>=0.9`.
            limit: At most so many; None for all.
            cursor: `next_cursor` of the page before.

        Raises:
            ModelNotFoundError: There is no such model.
            InvalidInputError: A condition cannot be read.
        """
        query = VersionQuery(
            model_id=check_model_id(model_id),
            status=None if status is None else lifecycle.status_named(status),
            deployment_stage=None
            if deployment_stage is None
            else lifecycle.stage_named(deployment_stage),
            tags=read_tags(tags),
            metrics=[
                each if isinstance(each, MetricFilter) else MetricFilter.parse(each)
                for each in metrics
            ],
        )
        with self._catalogue.read() as connection:
            page = pages.page(connection, query, limit=limit, cursor=cursor)
            if not page and not registrations.is_known(connection, model_id):
                raise ModelNotFoundError(model_id)
        return page

    def get_models(self) -> list[str]:
        """Return the names of all models, sorted."""
        with self._catalogue.read() as connection:
            return registrations.names(connection)

    def get_first_version(self, model_id: str) -> ModelVersion:
        """Return the oldest version of a model that is still there.

        Raises:
            ModelNotFoundError: There is no such model, or it has no version.
        """
        with self._catalogue.read() as connection:
            version = versions.find_first(connection, check_model_id(model_id))
        if version is None:
            raise ModelNotFoundError(model_id)
        return version

    def find_removed_version(self, version_id: str) -> RemovedVersion | None:
        """Return what is still known of a removed version, or None."""
        with self._catalogue.read() as connection:
            return removed.find(connection, version_id)

    def get_manifest(self, version: str) -> Manifest:
        """Return the files and the format of a version.

        Raises:
            VersionNotFoundError: There is none.
            IntegrityError: Its document is damaged.
        """
        with self._catalogue.read() as connection:
            row = versions.get_row(connection, version)
        return self._document_of(row).manifest

    def _document_of(self, row: Mapping[str, Any]) -> VersionDocument:
        found = versions.version_of_row(row)
        if not row["format"]:
            raise IllegalStatusError(
                found.version_id, found.status.value, "loaded", "it has no artifact"
            )
        return self._storage.load_version_metadata(found)

    def _document_to_load(self, version: str) -> tuple[VersionDocument, bool]:
        """Return the document of a version that may be loaded, and whether it is vouched for."""
        with self._catalogue.read() as connection:
            row = versions.get_row(connection, version)
        document = self._document_of(row)
        latest = version == f"{document.version.model_id}@latest"
        vouched = self._vouched_for(document, as_latest=latest)
        self._loads.count(row["version_id"])
        return document, vouched

    def load_model(
        self,
        version: str,
        *,
        destination: str | Path | None = None,
        mmap: bool = False,
        trust: str | Sequence[str] | None = None,
        isolate: bool | Limits = False,
        progress: Progress = no_progress,
    ) -> Any:
        """Return the object of a version, or copy its files to a place.

        Every digest is verified before a byte is interpreted. Pickles may run code: those that this
        installation made are loaded as they are, those of others as far as they are built of what
        is known to be harmless, and of what you trust besides.

        Args:
            version: A reference.
            destination: Where the files go, as they are; None to get the object.
            mmap: Whether arrays are mapped from a file that is decoded once; see
                `storage.mapping`.
            trust: Names that you trust beside those of the configuration, such as
                `["mypackage.MyModel"]`; or "unsafe", to let it run whatever it says, which is
                recorded in the events.
            isolate: Whether it is loaded in a process of its own, without network where
                bubblewrap is installed, and with limits: `True`, or other limits than usual.
            progress: Told of bytes.

        Returns:
            The object; isolated, an `IsolatedModel` to call; or the path that was written.

        Raises:
            UntrustedModelError: It asks for more than is trusted.
            IsolatedModelError: It does not load in its process.
            IntegrityError: A stored byte is not what was stored.
            InvalidInputError: It holds plain files and needs a destination, or cannot be mapped.
        """
        if mmap and destination is not None:
            raise InvalidInputError("mmap gives an object, so it takes no destination")
        document, vouched = self._document_to_load(version)
        manifest = document.manifest
        if destination is not None:
            return self._storage.export_model_data(manifest, Path(destination), progress=progress)
        if mmap:
            return self._storage.map_model_data(manifest, progress=progress)
        granted = self._trust.granted(document, trust, vouched=vouched)
        if trust == UNSAFE:
            self._record_unsafe_load(document.version)
        if isolate:
            from modelkeep.storage.trust.isolation import Limits

            limits = isolate if isinstance(isolate, Limits) else Limits()
            return self._storage.isolate_model_data(
                manifest, trust=granted, limits=limits, progress=progress
            )
        return self._storage.load_model_data(manifest, trust=granted, progress=progress)

    def _record_unsafe_load(self, version: ModelVersion) -> None:
        with self._catalogue.write() as connection:
            self._journal.record(connection, "loaded_unsafe", version.model_id, version.version_id)

    def get_trust_report(self, version: str) -> TrustReport:
        """Return what is known of how safe a version is to load.

        Raises:
            IllegalStatusError: It has no artifact.
        """
        with self._catalogue.read() as connection:
            row = versions.get_row(connection, version)
        return self._trust.report(self._storage.look_into(self._document_of(row)))

    def export_signed(
        self,
        version: str,
        destination: str | Path,
        private_key: bytes,
        *,
        password: bytes | None = None,
        progress: Progress = no_progress,
    ) -> Path:
        """Copy the files of a version to a place, and sign them there in OpenSSF's form.

        Args:
            version: A reference.
            destination: As for `load_model`.
            private_key: In PEM; ECDSA on P-256.
            password: Opens the key; None if it is not encrypted.
            progress: Told of bytes.

        Returns:
            The signature, beside what was written: `model_signing verify key` checks it.

        Raises:
            MissingLibraryError: `model-signing` is not installed.
            InvalidInputError: The key is of another kind, or there is something at the place.
        """
        from modelkeep.provenance.model_signing_export import sign_files

        written: Path = self.load_model(version, destination=destination, progress=progress)
        signature = written.with_name(f"{written.name}.sig")
        sign_files(written, signature, private_key, password)
        return signature

    def convert_version(
        self,
        version: str,
        *,
        format: str = "auto",
        trust: str | Sequence[str] | None = None,
        progress: Progress = no_progress,
    ) -> ModelVersion:
        """Keep the object of a version once more, in a safer format, as a child of it.

        Metrics, configuration and tags go over; the old version stays.

        Args:
            version: A reference.
            format: Of the new version; `auto` for the safest that keeps the object.
            trust: As for `load_model`.
            progress: Told of bytes.

        Raises:
            UntrustedModelError: It asks for more than is trusted.
            UnserialisableModelError: The format cannot write it.
        """
        old = self.get_version(version)
        model = self.load_model(old.version_id, trust=trust, progress=progress)
        return self.create_version(
            old.model_id,
            model,
            metadata={
                "metrics": old.metrics,
                "configuration": old.configuration,
                "deployment_config": old.deployment_config,
                "dependencies": old.dependencies,
            },
            description=old.description,
            tags=old.tags,
            parent_version=old.version_id,
            format=format,
            progress=progress,
        )

    def open_tensors(self, version: str, *, file: str = "") -> TensorFile:
        """Open the tensors of a version one by one; only what is asked for is read.

        Args:
            version: A reference.
            file: Which file of the version; needed where several may have tensors.

        Raises:
            InvalidInputError: It has no file with tensors, or several.
        """
        document, _ = self._document_to_load(version)
        return self._storage.open_tensors(document.manifest, file=file)

    def update_version_status(
        self, version: str, status: ModelStatus | str, *, reason: str = ""
    ) -> ModelVersion:
        """Move a version along `management.lifecycle`.

        Raises:
            IllegalStatusError: The move is not allowed.
        """
        wanted = lifecycle.status_named(status)
        with self._catalogue.write() as connection:
            row = versions.get_row(connection, version)
            before = versions.version_of_row(row)
            if before.status is wanted:
                return before
            lifecycle.check_move(
                before.version_id,
                before.status,
                wanted,
                has_artifact=bool(row["format"]),
                active=bool(pointers.of_version(connection, before.version_id)),
            )
            return self._change(
                connection, row, "status_changed", {"status": wanted}, reason=reason
            )

    def update_tags(
        self, version: str, *, add: Iterable[str] = (), remove: Iterable[str] = ()
    ) -> ModelVersion:
        """Add and remove tags of a version."""
        added, taken = read_tags(add), read_tags(remove)
        with self._catalogue.write() as connection:
            row = versions.get_row(connection, version)
            tags = sorted((set(versions.version_of_row(row).tags) | set(added)) - set(taken))
            return self._change(connection, row, "tags_changed", {"tags": tags})

    def update_description(self, version: str, description: str) -> ModelVersion:
        """Replace the description of a version."""
        text = check_text("description", description)
        with self._catalogue.write() as connection:
            row = versions.get_row(connection, version)
            return self._change(connection, row, "description_changed", {"description": text})

    def update_metrics(self, version: str, metrics: Mapping[str, float]) -> ModelVersion:
        """Add metrics to a version, or replace those of the same names."""
        found = read_metrics(metrics)
        with self._catalogue.write() as connection:
            row = versions.get_row(connection, version)
            merged = versions.version_of_row(row).metrics | found
            return self._change(connection, row, "metrics_changed", {"metrics": merged})

    def _change(
        self,
        connection: Connection,
        row: dict[str, Any],
        kind: str,
        fields: dict[str, Any],
        *,
        reason: str = "",
    ) -> ModelVersion:
        """Change fields of a version and record what they were and are."""
        new = versions.update(connection, row, **fields, updated_at=self._journal.clock.now())
        before = {name: row[name] for name in fields}
        after = {name: new[name] for name in fields}
        self._journal.record(
            connection,
            kind,
            row["model_id"],
            row["version_id"],
            before=before,
            after=after | ({"reason": reason} if reason else {}),
        )
        return versions.version_of_row(new)

    def get_events(self, version: str) -> list[events.Event]:
        """Return what happened to a version, oldest first."""
        with self._catalogue.read() as connection:
            return events.of_version(connection, versions.get(connection, version).version_id)

    def get_statistics(self, model_id: str | None = None) -> RegistryStatistics:
        """Return counts and sizes of a model, or of all.

        Raises:
            ModelNotFoundError: There is no such model.
        """
        with self._catalogue.read() as connection:
            if model_id is not None and not registrations.is_known(connection, model_id):
                raise ModelNotFoundError(model_id)
            return registry_statistics(connection, model_id)
