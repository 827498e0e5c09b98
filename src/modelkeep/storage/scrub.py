"""Checks everything that is stored: the database, its rows, the packs, and every file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, select

from modelkeep.catalogue import chunks, events, pointers, rows, versions
from modelkeep.catalogue.alert_tables import ALERT_RULES
from modelkeep.catalogue.catalogue import Catalogue
from modelkeep.catalogue.chunks import StoredChunk
from modelkeep.catalogue.tables import (
    EVENTS,
    EXPERIMENTS,
    MODEL_POLICIES,
    MODELS,
    REMOVED_VERSIONS,
    ROLLOUTS,
    ROUTING_TABLES,
    STAGE_POINTERS,
    VERSION_CARDS,
    VERSION_METRICS,
    VERSION_SIGNATURES,
    VERSION_TAGS,
    VERSIONS,
)
from modelkeep.errors import ModelkeepError
from modelkeep.models import ModelVersion
from modelkeep.storage.blobs import Blobs
from modelkeep.storage.dependents import Dependents
from modelkeep.storage.hashing import Progress, hash_stream, no_progress
from modelkeep.storage.manifest import FileEntry
from modelkeep.storage.packs import read_index
from modelkeep.storage.scrub_plan import Pace, ScrubPart, ScrubPlan
from modelkeep.storage.version_storage_service import VersionStorageService

_SEALED = (
    MODELS,
    VERSIONS,
    REMOVED_VERSIONS,
    EVENTS,
    STAGE_POINTERS,
    MODEL_POLICIES,
    ALERT_RULES,
    EXPERIMENTS,
    ROLLOUTS,
    ROUTING_TABLES,
    VERSION_CARDS,
    VERSION_SIGNATURES,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that is not as it was stored.

    Attributes:
        place: pack, chunk, file, document, row, catalogue or cache.
        what: Which one: a path, a digest, a table with a key.
        detail: What is wrong with it.
        versions: Ids of the versions that it touches.
    """

    place: str
    what: str
    detail: str
    versions: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """What was checked, and what is wrong.

    Attributes:
        versions: How many versions were checked.
        packs: How many packs were hashed.
        checked_bytes: Size of those.
        problems: All damage that was found; empty when everything is sound.
    """

    versions: int
    packs: int
    checked_bytes: int
    problems: list[Problem]

    @property
    def touched_versions(self) -> list[str]:
        """Ids of all versions that some damage touches, sorted."""
        return sorted({each for problem in self.problems for each in problem.versions})


class Scrubber:
    """Verifies a registry.

    Args:
        catalogue: Checked, and asked what there should be.
        storage: Puts documents and files together.
        blobs: With the packs.
        cursor: The file that remembers where a resumable verification goes on.
    """

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        storage: VersionStorageService,
        blobs: Blobs,
        cursor: Path,
    ) -> None:
        self._catalogue = catalogue
        self._storage = storage
        self._blobs = blobs
        self._cursor = cursor

    def verify(
        self, plan: ScrubPlan | None = None, *, progress: Progress = no_progress
    ) -> VerifyReport:
        """Check all digests; goes on after damage, so that all of it is told.

        Args:
            plan: Which packs, and how fast; None for everything. One that leaves packs out also
                leaves out putting the files of versions together, as the packs hold their chunks;
                a slice of so many bytes looks at packs alone.
            progress: Told of the bytes of packs as they are hashed.
        """
        plan = plan or ScrubPlan()
        pace = Pace(plan, self._cursor)
        run = _Run(self._catalogue, self._storage, self._blobs, pace, progress)
        return run.slice_report() if plan.most_bytes is not None else run.report(plan.is_whole)

    def verify_part(self, part: ScrubPart, *, progress: Progress = no_progress) -> VerifyReport:
        """Check one part; goes on after damage, so that all of it is told.

        Args:
            part: Which.
            progress: Told of the bytes of packs as they are hashed.
        """
        pace = Pace(ScrubPlan(), self._cursor)
        return _Run(self._catalogue, self._storage, self._blobs, pace, progress).part_report(part)

    def verify_cache(self) -> VerifyReport:
        """Check the files that this machine keeps decoded, and remove those that are damaged."""
        pace = Pace(ScrubPlan(), self._cursor)
        return _Run(self._catalogue, self._storage, self._blobs, pace, no_progress).cache_report()

    def on_disk_bytes(self) -> int:
        """Return the size of all packs, which is what `verify` reads."""
        return sum(info.stored_bytes for info in self._blobs.list())


class _Run:
    """One verification, with what it found so far."""

    def __init__(
        self,
        catalogue: Catalogue,
        storage: VersionStorageService,
        blobs: Blobs,
        pace: Pace,
        progress: Progress,
    ) -> None:
        self._catalogue = catalogue
        self._storage = storage
        self._blobs = blobs
        self._pace = pace
        self._progress = progress
        self._files = True
        self._problems: list[Problem] = []
        self._dependents = Dependents(catalogue)
        self._touched: set[str] = set()
        self._checked_files: set[str] = set()
        self._versions = self._packs = self._bytes = 0

    def slice_report(self) -> VerifyReport:
        self._guarded("table packs", [], self._check_packs)
        return self._result()

    def report(self, files: bool) -> VerifyReport:
        self._files = files
        everything = self._everything()
        self._check_catalogue(everything)
        self._guarded("table packs", everything, self._check_packs)
        self._guarded("table chunks", everything, self._check_refs)
        self._guarded("table versions", everything, self._check_versions)
        if files:
            self._guarded("cache", [], self._check_cache)
        return self._result()

    def part_report(self, part: ScrubPart) -> VerifyReport:
        everything = self._everything()
        self._files, self._touched = part.files, set(part.touched)
        if part.kind == "catalogue":
            self._check_catalogue(everything)
        elif part.kind == "packs":
            packs = [bytes.fromhex(name) for name in part.names]
            self._guarded("table packs", everything, self._check_packs, packs)
        elif part.kind == "references":
            self._guarded("table chunks", everything, self._check_refs)
        else:
            self._guarded("table versions", everything, self._check_versions, part.names)
        return self._result()

    def cache_report(self) -> VerifyReport:
        self._guarded("cache", [], self._check_cache)
        return self._result()

    def _check_catalogue(self, everything: list[str]) -> None:
        self._guarded("catalogue", everything, self._check_database)
        for table in _SEALED:
            self._guarded(f"table {table.name}", everything, self._check_rows, table)
        self._guarded("table stage_pointers", everything, self._check_pointers)

    def _result(self) -> VerifyReport:
        return VerifyReport(
            versions=self._versions,
            packs=self._packs,
            checked_bytes=self._bytes,
            problems=self._problems,
        )

    def _everything(self) -> list[str]:
        """Return the ids of all versions; what can be read of them in a damaged catalogue."""
        try:
            with self._catalogue.read() as connection:
                found = connection.execute(select(VERSIONS.c.version_id)).scalars()
                # A damaged one may be of any type.
                return sorted(map(str, found))
        except ModelkeepError:
            return []

    def _add(self, place: str, what: str, detail: str, touched: Iterable[str]) -> None:
        problem = Problem(place=place, what=what, detail=detail, versions=sorted(map(str, touched)))
        if problem not in self._problems:
            self._problems.append(problem)

    def _guarded(
        self, what: str, touched: list[str], check: Callable[..., None], *arguments: Any
    ) -> None:
        """Run a check of the catalogue; a catalogue too damaged to be asked is a finding."""
        try:
            check(*arguments)
        except ModelkeepError as error:
            self._add("catalogue", what, error.message, touched)
        except (ValueError, LookupError, TypeError) as error:
            self._add("catalogue", what, f"a value in it cannot be read ({error})", touched)

    def _check_database(self) -> None:
        for problem, touched in self._catalogue.integrity_problems():
            self._add("catalogue", self._catalogue.name, problem, touched)

    def _check_cache(self) -> None:
        """Remove files of the cache that are damaged: they are made again when they are wanted."""
        for sha256 in self._storage.cache.verify():
            self._add("cache", sha256, "it was damaged, and is removed from the cache", ())

    def _check_rows(self, table: Table) -> None:
        with self._catalogue.read() as connection:
            for row in connection.execute(select(table)).mappings():
                plain = dict(row)
                if not rows.is_sound(table, plain):
                    self._add(
                        "row",
                        _key(table, plain),
                        "its digest does not hold",
                        _ids(connection, plain),
                    )

    def _check_packs(self, among: Iterable[bytes] | None = None) -> None:
        with self._catalogue.read() as connection:
            packs = chunks.packs(connection, among=among)
        for pack in self._pace.choose(packs):
            with self._catalogue.read() as connection:
                known = chunks.chunks_of_pack(connection, pack.pack)
            try:
                self._check_pack(pack.pack, known)
            except ModelkeepError as error:
                with self._catalogue.read() as connection:
                    still = chunks.is_known_pack(connection, pack.pack)
                if still:
                    names = [chunk.chunk for chunk in known]
                    self._tell("pack", _path(pack.pack), error.message, names)

    def _check_pack(self, pack: bytes, known: list[StoredChunk]) -> None:
        """Hash a pack; of a damaged one, find the chunks that are."""
        self._packs += 1
        with self._blobs.get(pack.hex()) as stream:
            actual, size = hash_stream(stream, self._progress, algorithm="blake3")
        self._bytes += size
        if actual == pack.hex():
            index = {chunk.chunk: chunk for chunk in read_index(self._blobs, pack)}
            wrong = [chunk.chunk for chunk in known if not _is_told(chunk, index)]
            if wrong:
                detail = f"{len(wrong)} rows of chunks differ from its index"
                self._tell("row", f"chunks of {_path(pack)}", detail, wrong)
            return
        broken = [chunk.chunk for chunk in known if not self._storage.is_sound(chunk.chunk)]
        detail = f"expected blake3 {pack.hex()}, found {actual}; "
        detail += f"{len(broken)} of its {len(known)} chunks are damaged"
        self._tell("pack", _path(pack), detail, broken)

    def _tell(self, place: str, what: str, detail: str, damaged: Iterable[bytes]) -> None:
        touched = self._dependents.versions_of(damaged)
        self._touched |= touched
        self._add(place, what, detail, touched)

    def _check_refs(self) -> None:
        with self._catalogue.read() as connection:
            counted = chunks.counted_refs(connection)
            for chunk, refs in chunks.all_chunks(connection):
                if counted.pop(chunk.chunk, 0) != refs:
                    detail = "the number of its references is wrong"
                    self._tell("row", f"chunk {chunk.chunk.hex()}", detail, [chunk.chunk])
        if counted:
            names = list(counted)
            detail = f"{len(names)} chunks are needed and not there"
            self._tell("chunk", names[0].hex(), detail, names)

    def _check_versions(self, among: Iterable[str] | None = None) -> None:
        with self._catalogue.read() as connection:
            for row in versions.all_rows(connection, among=among):
                self._versions += 1
                try:
                    self._check_version(connection, row)
                except (ModelkeepError, ValueError, LookupError, TypeError) as error:
                    detail = f"a value in it cannot be read ({error})"
                    self._add("row", _key(VERSIONS, row), detail, [row["version_id"]])

    def _check_version(self, connection: Connection, row: Mapping[str, Any]) -> None:
        version = versions.version_of_row(row)
        key = version.version_id
        files = versions.files_of(connection, key)
        self._check_derived(connection, version)
        if key in self._touched:
            return
        try:
            document = self._storage.load_version_metadata(version)
        except ModelkeepError as error:
            self._add("document", version.metadata_path, error.message, [key])
            return
        described = [
            (each.path, each.sha256, each.size_bytes, each.root_blake3)
            for each in document.manifest.files
        ]
        recorded = [(each.path, each.sha256, each.size_bytes, each.root_blake3) for each in files]
        if sorted(described) != sorted(recorded):
            self._add("row", f"version_files of {key}", "they differ from the document", [key])
            return
        for entry in document.manifest.files if self._files else ():
            if entry.sha256 not in self._checked_files:
                self._check_file(entry, key)

    def _check_file(self, entry: FileEntry, key: str) -> None:
        """Put a file together, and hold its SHA-256 against the document."""
        digest = hashlib.sha256()
        try:
            self._storage.stream_file(entry, digest.update)
        except ModelkeepError as error:
            self._add("file", f"{entry.path} of {key}", error.message, [key])
            return
        if digest.hexdigest() != entry.sha256:
            detail = f"expected sha256 {entry.sha256}, found {digest.hexdigest()}"
            self._add("file", f"{entry.path} of {key}", detail, [key])
            return
        # Only what is sound: each version that has a damaged file is told.
        self._checked_files.add(entry.sha256)

    def _check_derived(self, connection: Connection, version: ModelVersion) -> None:
        key = version.version_id
        tags = select(VERSION_TAGS.c.tag).where(VERSION_TAGS.c.version_id == key)
        metrics = select(VERSION_METRICS.c.name).where(VERSION_METRICS.c.version_id == key)
        for table, query, expected in (
            (VERSION_TAGS, tags, version.tags),
            (VERSION_METRICS, metrics, version.metrics),
        ):
            if sorted(connection.execute(query).scalars()) != sorted(expected):
                self._add("row", f"{table.name} of {key}", "they differ from the version", [key])

    def _check_pointers(self) -> None:
        with self._catalogue.read() as connection:
            for pointer in pointers.all_active(connection):
                event = events.find(connection, pointer.event_id)
                if event is None or event.after.get("version_id") != pointer.version_id:
                    what = f"stage {pointer.stage.value} of {pointer.model_id}"
                    self._add("row", what, "it differs from its event", [pointer.version_id])


def _path(pack: bytes) -> str:
    name = pack.hex()
    return f"blobs/{name[:2]}/{name}"


def _key(table: Table, row: Mapping[str, Any]) -> str:
    values = ", ".join(f"{column.name}={row[column.name]}" for column in table.primary_key)
    return f"{table.name}({values})"


def _ids(connection: Connection, row: Mapping[str, Any]) -> list[str]:
    """Return the versions that a row is about: its own, or all those that a policy holds for."""
    if row.get("version_id"):
        return [row["version_id"]]
    if "policy" not in row:
        return []
    query = select(VERSIONS.c.version_id).where(VERSIONS.c.model_id == row["model_id"])
    return list(connection.execute(query).scalars())


def _is_told(chunk: StoredChunk, index: Mapping[bytes, StoredChunk]) -> bool:
    """Whether the index says of a chunk what its row does; a repack may change how deep it is."""
    found = index.get(chunk.chunk)
    whole = isinstance(chunk.depth, int) and isinstance(chunk.chain_bytes, int)
    return (
        whole
        and found is not None
        and found == chunk._replace(depth=found.depth, chain_bytes=found.chain_bytes)
    )
