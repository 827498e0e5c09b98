"""Brings models from one registry to another, whatever databases and storages they lie in.

Chunks go over in the form they are stored in, each pack of the source held against its BLAKE3
first; so every digest, and every document, stays what it was. Versions appear in the target in
the transactions that make their chunks count, after these are durable; when all of a model are
there, and the evidence of its rollouts and experiments, one more transaction brings its events,
stages, rollouts, experiments, rules, cards and signatures, and one what was tracked of them in
use. A copy that was interrupted goes on where it was, and one that is made again brings what is
new. Backups of versions stay behind.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Connection

from modelkeep.catalogue import chunks, registrations, versions
from modelkeep.errors import (
    IntegrityError,
    InvalidInputError,
    ModelkeepError,
    NotFoundError,
)
from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator import copied_rows, wiring
from modelkeep.orchestrator.backends import Backends, choose_backends, is_remote
from modelkeep.orchestrator.copied_bytes import missing_bytes
from modelkeep.orchestrator.copied_evidence import check_evidence
from modelkeep.orchestrator.copied_rows import ModelRows
from modelkeep.orchestrator.copied_tracking import check_tracking
from modelkeep.orchestrator.copy_conflicts import check_target
from modelkeep.orchestrator.copy_run import CopyReport, CopyRun
from modelkeep.orchestrator.services import Services
from modelkeep.storage.hashing import Progress, no_progress

__all__ = [
    "CopyReport",
    "bytes_to_copy",
    "copy_registry",
    "copy_versions",
    "models_to_copy",
    "open_source",
    "verify_copied",
]


def open_source(config: ModelVersioningConfig) -> Services:
    """Open a registry that must be there.

    Raises:
        NotFoundError: There is none.
    """
    backends = choose_backends(config)
    try:
        path = backends.catalogue.path
        is_file = not config.catalogue_url.startswith("postgresql")
        if (is_file and not path.is_file()) or not backends.catalogue.schema_revision():
            raise NotFoundError(f"there is no registry at {backends.place} (no catalogue {path})")
    finally:
        backends.close()
    return wiring.open_services(config)


def bytes_to_copy(
    source: Services, target: Services, *, models: Sequence[str] | None = None
) -> int:
    """Return how many stored bytes a copy would bring; see `copy_registry`."""
    with source.catalogue.read() as connection:
        found = [copied_rows.read_model(connection, each) for each in _chosen(connection, models)]
        roots: set[bytes] = set()
        for row in (row for rows in found for row in rows.versions):
            roots.update(chunks.roots_of(connection, row["version_id"]))
    return missing_bytes(source.catalogue, target.catalogue, roots)


def copy_registry(
    source: Services,
    target: Services,
    *,
    models: Sequence[str] | None = None,
    progress: Progress = no_progress,
) -> CopyReport:
    """Copy models with all that belongs to them; what is there already is not copied again.

    Args:
        source: Stays as it is, and may be in use.
        target: Of a copied model it may have what an earlier copy brought, and nothing else.
        models: Their names; None for all.
        progress: Told of stored bytes.

    Raises:
        InvalidInputError: Both are the same registry.
        ModelNotFoundError: The source has no such model.
        ConflictError: The target has something else under a name, an id or a number; nothing was
            written.
        IntegrityError: Something in the source is damaged; the versions that were whole before
            stay in the target.
        StorageUnavailableError: One of both does not answer, or is full.
    """
    with _opened(source, target) as (here, there):
        found = _rows_to_copy(source, target, here, there, models)
        run = CopyRun(source, target, here, there, progress)
        for rows in found:
            run.copy_model(rows)
    return run.report(len(found))


def models_to_copy(
    source: Services, target: Services, *, models: Sequence[str] | None = None
) -> list[ModelRows]:
    """Return what the source has of models, if nothing stands in the way of copying all of it.

    Args:
        source: Stays as it is.
        target: Where they are to go.
        models: Their names; None for all.

    Raises:
        ModelkeepError: As of `copy_registry`.
    """
    with _opened(source, target) as (here, there):
        return _rows_to_copy(source, target, here, there, models)


def copy_versions(
    source: Services,
    target: Services,
    model_id: str,
    version_ids: Iterable[str],
    *,
    progress: Progress = no_progress,
) -> CopyReport:
    """Copy some versions of a model, and nothing that is about them; `copy_registry` brings that.

    Several processes may do so at once, each with other versions.

    Args:
        source: Stays as it is.
        target: Where they go.
        model_id: The model.
        version_ids: Those that the source has not any more are left out.
        progress: Told of stored bytes.

    Raises:
        ModelkeepError: As of `copy_registry`.
    """
    wanted = set(version_ids)
    with _opened(source, target) as (here, there):
        (rows,) = _rows_to_copy(source, target, here, there, [model_id])
        run = CopyRun(source, target, here, there, progress)
        run.copy_versions(rows, [row for row in rows.versions if row["version_id"] in wanted])
    return run.report(1)


@contextmanager
def _opened(source: Services, target: Services) -> Iterator[tuple[Backends, Backends]]:
    if _places(source) & _places(target):
        raise InvalidInputError(
            f"both are the registry {source.config.storage_path}; name another one to copy to"
        )
    with ExitStack() as opened:
        here, there = choose_backends(source.config), choose_backends(target.config)
        opened.callback(here.close)
        opened.callback(there.close)
        yield here, there


def _rows_to_copy(
    source: Services,
    target: Services,
    here: Backends,
    there: Backends,
    models: Sequence[str] | None,
) -> list[ModelRows]:
    with source.catalogue.read() as connection:
        found = [copied_rows.read_model(connection, each) for each in _chosen(connection, models)]
    for rows in found:
        with target.catalogue.read() as connection:
            check_target(connection, rows)
        check_evidence(here, there, rows)
        check_tracking(there, rows)
    return found


def verify_copied(
    target: Services, version_ids: Iterable[str], *, progress: Progress = no_progress
) -> list[str]:
    """Read versions back from the target, every file against its SHA-256.

    Args:
        target: Where they are.
        version_ids: Their ids.
        progress: Told of the bytes of files.

    Returns:
        What is wrong, a sentence each; empty when all is as it was.
    """
    problems = []
    for version_id in version_ids:
        try:
            with target.catalogue.read() as connection:
                version = versions.get(connection, version_id)
            document = target.storage.load_version_metadata(version)
            for entry in document.manifest.files:
                digest = hashlib.sha256()
                target.storage.stream_file(entry, digest.update)
                if digest.hexdigest() != entry.sha256:
                    raise IntegrityError(
                        entry.path, expected=entry.sha256, actual=digest.hexdigest()
                    )
                progress(entry.size_bytes)
        except ModelkeepError as error:
            problems.append(f"{version_id}: {error.message}")
    return problems


def _chosen(connection: Connection, models: Sequence[str] | None) -> list[str]:
    return registrations.names(connection) if models is None else list(dict.fromkeys(models))


def _places(services: Services) -> set[str]:
    storage = services.config.storage_path
    return {
        storage.rstrip("/") if is_remote(storage) else str(Path(storage).resolve()),
        f"catalogue {services.config.catalogue_url or Path(storage).resolve()}",
    }
