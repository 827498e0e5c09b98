"""Where everything lies in a storage folder.

format.json                 which format the folder has
catalogue.sqlite            the catalogue, where it is SQLite
evidence.sqlite             what was recorded of rollouts and experiments
tracking.sqlite             what versions did in use
routing/                    copies of routing tables, for a start without the catalogue
blobs/ab/ab12…              packs of chunks by their BLAKE3, read-only
cache/ab/…                  whole files by their SHA-256, made again when they are gone
tmp/                        what is being written
cache/ab/ab12…              files decoded for mapping; may be removed at any time
lock                        held by writers (shared), and alone by who removes leftovers
verified-up-to              where a verification that was interrupted goes on
bulk/                       what of an interrupted bulk work is done
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from modelkeep.errors import IntegrityError, NewerFormatError
from modelkeep.identifiers import check_model_id, check_version_id
from modelkeep.storage import durable

STORE_FORMAT = 1


class StoreLayout:
    """The paths of one storage folder.

    Args:
        root: The folder; `prepare` makes it.

    Attributes:
        folders: Makes folders in it.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.format_file = root / "format.json"
        self.catalogue_file = root / "catalogue.sqlite"
        self.evidence_file = root / "evidence.sqlite"
        self.tracking_file = root / "tracking.sqlite"
        self.routing = root / "routing"
        self.blobs = root / "blobs"
        self.staging = root / "tmp"
        self.cache = root / "cache"
        self.lock_file = root / "lock"
        self.scrub_cursor = root / "verified-up-to"
        self.bulk = root / "bulk"
        self.folders = durable.Folders()

    def prepare(self, prepare_blobs: Callable[[], None] = lambda: None) -> None:
        """Make the folder, or check that this release can read the one that is there.

        Many processes may do so at the same moment.

        Args:
            prepare_blobs: Makes what is in the folder of the blobs, durably; asked while
                `format.json` is not there, which so says that this was done.

        Raises:
            NewerFormatError: A later release wrote it.
            IntegrityError: Its `format.json` is damaged.
            StorageUnavailableError: It cannot be made.
        """
        with durable.disk_errors(self.root):
            for folder in (self.blobs, self.staging):
                self.folders.make(folder)
            if not self.format_file.exists():
                prepare_blobs()
                content = json.dumps({"modelkeep_store": STORE_FORMAT}).encode() + b"\n"
                staging = self.root / f".format-{uuid.uuid4().hex}"
                durable.write_file(self.format_file, content, staging=staging, folders=self.folders)
        self._check_format()

    def _check_format(self) -> None:
        try:
            found = json.loads(self.format_file.read_bytes())["modelkeep_store"]
        except (ValueError, KeyError, TypeError) as error:
            raise IntegrityError(
                str(self.format_file), detail=f'it is not {{"modelkeep_store": {STORE_FORMAT}}}'
            ) from error
        if not isinstance(found, int) or found > STORE_FORMAT:
            raise NewerFormatError(str(self.root), found, STORE_FORMAT)

    @staticmethod
    def document_name(model_id: str, version_id: str) -> str:
        """Return the name of a version's document in the store.

        Raises:
            InvalidNameError: An id could not be part of a path.
        """
        return f"versions/{check_model_id(model_id)}/{check_version_id(version_id)}.json"

    def staging_path(self) -> Path:
        """Return a new name to write under."""
        return self.staging / uuid.uuid4().hex

    @contextmanager
    def staging_folder(self) -> Iterator[Callable[[], Path]]:
        """Give a function that makes an empty folder, once; it is gone when the block ends."""
        folder = self.staging_path()

        def make() -> Path:
            folder.mkdir()
            return folder

        try:
            yield make
        finally:
            if folder.is_dir():
                shutil.rmtree(folder)
