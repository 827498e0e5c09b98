"""Creation of versions: bytes first, then number, document and row in one transaction."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from modelkeep.catalogue import registrations, removed, versions
from modelkeep.errors import (
    IllegalStatusError,
    IntegrityError,
    NotFoundError,
    UnknownChoiceError,
    VersionNotFoundError,
)
from modelkeep.identifiers import check_model_id
from modelkeep.management import lifecycle, numbering
from modelkeep.management.dependencies import find_dependencies
from modelkeep.management.metadata import VersionFacts, check_text, read_metadata, read_tags
from modelkeep.management.new_version import NewVersion
from modelkeep.management.parts import ManagerParts, again_if_vanished, policy_of, stored_files
from modelkeep.models import DeploymentStage, ModelStatus, ModelVersion
from modelkeep.storage.artifact_saver import ModelToSave
from modelkeep.storage.documents import VersionDocument
from modelkeep.storage.hashing import Progress, no_progress
from modelkeep.storage.manifest import Manifest
from modelkeep.storage.saving import Saving

_MOST_ALIKE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """A checked request for a new version."""

    model_id: str
    facts: VersionFacts
    description: str
    tags: list[str]
    parent_version: str | None
    number: str | None
    bump: str
    status: ModelStatus
    is_own: bool


class _LookFirstError(Exception):
    """A policy asks what one's own objects ask for, which is not looked at without need."""


class VersionCreation(ManagerParts):
    """The part of VersionManager that creates and finishes versions."""

    def create_version(
        self,
        model_id: str,
        model_data: Any = None,
        *,
        metadata: Mapping[str, Any] | None = None,
        description: str = "",
        tags: Iterable[str] = (),
        parent_version: str | None = None,
        format: str = "auto",
        number: str | None = None,
        bump: str = "patch",
        status: ModelStatus | str = ModelStatus.READY,
        progress: Progress = no_progress,
    ) -> ModelVersion:
        """Keep a model as a new version; it is durable when this returns.

        Args:
            model_id: The model; made known with its first version.
            model_data: An object, or the path of a file or folder. A text is taken as a path.
                Left out for a version in TRAINING.
            metadata: See `management.metadata.read_metadata`.
            description: Free text.
            tags: Labels; `keep` protects from retention.
            parent_version: A reference to the version it was made from.
            format: Name of a format, or `auto`.
            number: An explicit number, greater than the last; None for the next.
            bump: Under the semantic strategy: patch, minor, major or auto.
            status: READY, or TRAINING to finish or fail it later.
            progress: Told of bytes.

        Returns:
            The version.

        Raises:
            InvalidInputError: An argument cannot be used; its subclasses say which.
            ConflictError: The name collides with that of another model.
            StorageUnavailableError: It could not be kept; nothing of it is.
        """
        new = NewVersion(
            model_id=model_id,
            model_data=model_data,
            metadata=metadata,
            description=description,
            tags=tags,
            parent_version=parent_version,
            format=format,
            number=number,
            bump=bump,
            status=status,
        )
        return self.create_versions([new], progress=progress)[0]

    def create_versions(
        self, new: Iterable[NewVersion], *, progress: Progress = no_progress
    ) -> list[ModelVersion]:
        """Keep several models, all or none; they are durable when this returns.

        They share a pack, a transaction and what waits for the disk, so many small models take a
        fraction of the time that they take one by one.

        Args:
            new: What `create_version` takes, each. Their parents must be there before.
            progress: Told of bytes.

        Returns:
            The versions, in the same order.

        Raises:
            InvalidInputError: An argument cannot be used; its subclasses say which.
            ConflictError: A name collides with that of another model.
            StorageUnavailableError: They could not be kept; nothing of them is.
        """
        wanted = list(new)
        if not wanted:
            return []
        orders = [self._order_of(each) for each in wanted]

        def keep(*, look: bool) -> list[ModelVersion]:
            models = [
                self._to_save(order, each, look=look)
                for order, each in zip(orders, wanted, strict=True)
            ]
            with self._storage.save_model_data(*models, progress=progress) as saving:
                return self._insert(orders, saving, looked=look)

        try:
            created = again_if_vanished(lambda: keep(look=False))
        except _LookFirstError:
            created = again_if_vanished(lambda: keep(look=True))
        self._compactor.merge_small_packs(created[0].version_id)
        return created

    def _order_of(self, new: NewVersion) -> _Order:
        wanted = lifecycle.status_named(new.status)
        if wanted not in (ModelStatus.READY, ModelStatus.TRAINING):
            raise UnknownChoiceError("status of a new version", wanted.value, ("ready", "training"))
        if wanted is ModelStatus.TRAINING and new.model_data is not None:
            raise IllegalStatusError(
                "(new)", "training", "created", "it has no artifact until it is finished"
            )
        order = self._check_order(
            _Order(
                model_id=check_model_id(new.model_id),
                facts=read_metadata(new.metadata),
                description=check_text("description", new.description),
                tags=read_tags(new.tags),
                parent_version=new.parent_version,
                number=new.number,
                bump=numbering.check_bump(new.bump),
                status=wanted,
                # A file may come from anyone.
                is_own=_is_made_here(new.model_data),
            )
        )
        return self._with_dependencies(order, new.model_data)

    def _to_save(self, order: _Order, new: NewVersion, *, look: bool) -> ModelToSave:
        return ModelToSave(
            data=new.model_data,
            format="" if order.status is ModelStatus.TRAINING else new.format,
            like=partial(self._find_alike, order.model_id, order.parent_version),
            look=look or not order.is_own,
        )

    def _find_alike(
        self, model_id: str, parent_version: str | None, size_bytes: int
    ) -> list[Manifest]:
        """Return artifacts that a new version may differ little from, the likeliest first.

        That is its parent alone, where one is given; else the newest of its model, and the newest
        of any model with a file of this size.
        """
        with self._catalogue.read() as connection:
            alike = [versions.find(connection, parent_version or f"{model_id}@latest")]
            if parent_version is None:
                alike += versions.with_file_of_size(connection, size_bytes, limit=_MOST_ALIKE)
        manifests = {}
        for version in alike:
            if version is not None and version.checksum:
                with suppress(NotFoundError, IntegrityError):
                    found = self._storage.load_version_metadata(version).manifest
                    manifests[found.checksum] = found
        return list(manifests.values())

    def _check_order(self, order: _Order) -> _Order:
        """Refuse before any byte is written what would be refused after."""
        plain = order.number is None and order.parent_version is None
        if plain and order.model_id in self._known_models:
            return order
        with self._catalogue.read() as connection:
            model = registrations.find(connection, order.model_id)
            if model is not None:
                self._known_models.add(order.model_id)
            if order.number is not None:
                self._next_number(connection, model, order)
            if order.parent_version is None:
                return order
            parent = versions.find(connection, order.parent_version)
            if parent is not None:
                return replace(order, parent_version=parent.version_id)
            if removed.find(connection, order.parent_version) is not None:
                return order
        raise VersionNotFoundError(order.parent_version, "the parent of a version must be known")

    def _with_dependencies(self, order: _Order, model_data: Any) -> _Order:
        found = find_dependencies(model_data) | order.facts.dependencies
        return replace(order, facts=replace(order.facts, dependencies=found))

    def _insert(
        self, orders: Sequence[_Order], saving: Saving, *, looked: bool
    ) -> list[ModelVersion]:
        """Give numbers, add documents and rows; all bytes are durable before the commit."""
        with self._catalogue.write() as connection:
            for order in orders if not looked else ():
                if order.is_own and policy_of(connection, order.model_id).on_finding == "refuse":
                    raise _LookFirstError
            now = self._journal.clock.now()
            documents = [
                self._number(connection, order, manifest, finding, now)
                for order, manifest, finding in zip(
                    orders, saving.manifests, saving.findings, strict=True
                )
            ]
            # First of all: the bytes go to the disk while the rows are written.
            with self._storage.save_version_metadata(connection, saving, *documents) as names:
                for document, name in zip(documents, names, strict=True):
                    self._insert_row(connection, document, name)
                    version = document.version
                    self._journal.record(
                        connection,
                        "version_created" if document.manifest.format else "version_opened",
                        version.model_id,
                        version.version_id,
                        after={
                            "version_number": version.version_number,
                            "status": version.status.value,
                        },
                    )
        return [document.version for document in documents]

    def _number(
        self,
        connection: Connection,
        order: _Order,
        manifest: Manifest,
        finding: Mapping[str, Any],
        now: datetime,
    ) -> VersionDocument:
        """Register the model, give the next number, and count it."""
        model, is_new = registrations.register(connection, order.model_id, now)
        if is_new:
            self._journal.record(connection, "model_registered", order.model_id)
        self._check_finding(connection, order.model_id, finding, warns=not order.is_own)
        number = self._next_number(connection, model, order, now)
        ordinal = int(model["last_ordinal"]) + 1
        numbers = {self._config.versioning_strategy: number}
        registrations.count(connection, model, ordinal=ordinal, numbers=numbers)
        version = self._new_version(order, manifest, number, now)
        return VersionDocument(
            version=version,
            manifest=manifest,
            ordinal=ordinal,
            seal=self._seal(version, manifest, is_own=order.is_own),
            finding=finding,
        )

    def _seal(self, version: ModelVersion, manifest: Manifest, *, is_own: bool) -> str:
        return self._trust.seal(version, manifest) if is_own and manifest.format else ""

    def _new_version(
        self, order: _Order, manifest: Manifest, number: str, now: datetime
    ) -> ModelVersion:
        version_id = self._ids.new(now)
        version = ModelVersion(
            version_id=version_id,
            model_id=order.model_id,
            version_number=number,
            status=order.status,
            deployment_stage=DeploymentStage.DEVELOPMENT,
            model_path="",
            metadata_path=self._storage.metadata_path(order.model_id, version_id),
            checksum="",
            created_at=now,
            updated_at=now,
            created_by=order.facts.created_by or self._journal.actor,
            description=order.description,
            tags=order.tags,
            metrics=order.facts.metrics,
            dependencies=order.facts.dependencies,
            configuration=order.facts.configuration,
            deployment_config=order.facts.deployment_config,
            parent_version=order.parent_version,
            size_bytes=0,
            is_active=False,
        )
        return self._storage.described(version, manifest) if manifest.format else version

    def finish_version(
        self,
        version: str,
        model_data: Any,
        *,
        metadata: Mapping[str, Any] | None = None,
        format: str = "auto",
        progress: Progress = no_progress,
    ) -> ModelVersion:
        """Give a version in TRAINING its artifact and make it READY.

        Args:
            version: A reference.
            model_data: As in `create_version`.
            metadata: What has become known; it is added to what was given at the opening.
            format: As in `create_version`.
            progress: Told of bytes.

        Raises:
            IllegalStatusError: The version is not in TRAINING.
        """
        facts = read_metadata(metadata)
        with self._catalogue.read() as connection:
            opened = versions.get(connection, version)
        self._check_training(opened)

        def keep() -> ModelVersion:
            model = ModelToSave(
                data=model_data,
                format=format,
                like=partial(self._find_alike, opened.model_id, opened.parent_version),
            )
            with self._storage.save_model_data(model, progress=progress) as saving:
                return self._finish(opened, facts, model_data, saving)

        return again_if_vanished(keep)

    def _finish(
        self,
        opened: ModelVersion,
        facts: VersionFacts,
        model_data: Any,
        saving: Saving,
    ) -> ModelVersion:
        dependencies = find_dependencies(model_data)
        with self._catalogue.write() as connection:
            row = versions.get_row(connection, opened.version_id)
            current = versions.version_of_row(row)
            self._check_training(current)
            is_own = _is_made_here(model_data)
            self._check_finding(connection, current.model_id, saving.findings[0], warns=not is_own)
            finished = self._finished(current, facts, dependencies, saving.manifest)
            document = VersionDocument(
                version=finished,
                manifest=saving.manifest,
                ordinal=row["ordinal"],
                seal=self._seal(finished, saving.manifest, is_own=is_own),
                finding=saving.findings[0],
            )
            with self._storage.save_version_metadata(connection, saving, document) as (name,):
                gone = self._storage.release_version(connection, opened.version_id)
                self._update_finished(connection, row, document, name)
        self._storage.delete_version_files(gone)
        return finished

    @staticmethod
    def _check_training(version: ModelVersion) -> None:
        if version.status is not ModelStatus.TRAINING:
            raise IllegalStatusError(
                version.version_id, version.status.value, "finished", "only TRAINING can be"
            )

    def _finished(
        self,
        current: ModelVersion,
        facts: VersionFacts,
        dependencies: dict[str, str],
        manifest: Manifest,
    ) -> ModelVersion:
        version = replace(
            current,
            status=ModelStatus.READY,
            updated_at=self._journal.clock.now(),
            metrics=current.metrics | facts.metrics,
            configuration=current.configuration | facts.configuration,
            deployment_config=current.deployment_config | facts.deployment_config,
            dependencies=dependencies | current.dependencies | facts.dependencies,
        )
        return self._storage.described(version, manifest)

    def _update_finished(
        self,
        connection: Connection,
        row: dict[str, Any],
        document: VersionDocument,
        document_blake3: str,
    ) -> None:
        version = document.version
        row = versions.update(
            connection,
            row,
            **{name: getattr(version, name) for name in ModelVersion.__dataclass_fields__},
        )
        described = {"format": document.manifest.format, "document_blake3": document_blake3}
        versions.update(connection, row, **described)
        versions.set_files(connection, version.version_id, stored_files(document.manifest))
        self._journal.record(
            connection,
            "version_finished",
            version.model_id,
            version.version_id,
            before={"status": ModelStatus.TRAINING.value},
            after={"status": version.status.value},
        )

    def generate_version_number(
        self,
        model_id: str,
        model_data: Any = None,
        *,
        bump: str = "patch",
        metadata: Mapping[str, Any] | None = None,
    ) -> str:
        """Return the number that the next version would be given; it is not reserved.

        Args:
            model_id: The model.
            model_data: As in `create_version`; `bump="auto"` looks at the libraries it needs.
            bump: As in `create_version`.
            metadata: As in `create_version`; `bump="auto"` looks at it.
        """
        facts = read_metadata(metadata)
        order = _Order(
            model_id=check_model_id(model_id),
            facts=facts,
            description="",
            tags=[],
            parent_version=None,
            number=None,
            bump=numbering.check_bump(bump),
            status=ModelStatus.READY,
            is_own=False,
        )
        order = self._with_dependencies(order, model_data)
        with self._catalogue.read() as connection:
            model = registrations.find(connection, order.model_id)
            return self._next_number(connection, model, order)

    def _next_number(
        self,
        connection: Connection,
        model: Mapping[str, Any] | None,
        order: _Order,
        now: datetime | None = None,
    ) -> str:
        strategy = self._config.versioning_strategy
        last = registrations.last_number(model, strategy)
        if order.number is not None:
            return numbering.check_number(order.number, strategy=strategy, last=last)
        bump = order.bump
        if bump == "auto":
            bump = numbering.choose_bump(
                versions.find_latest(connection, order.model_id),
                dependencies=order.facts.dependencies,
                configuration=order.facts.configuration,
            )
        chosen = numbering.strategy_named(strategy)
        return str(chosen.next(last, now=now or self._journal.clock.now(), bump=bump))


def _is_made_here(model_data: Any) -> bool:
    """Whether this process writes the files itself; those at a path may come from anyone."""
    return not isinstance(model_data, (str, os.PathLike))
