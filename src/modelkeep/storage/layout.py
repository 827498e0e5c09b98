"""Where everything lies in a storage folder.

format.json                 which format the folder has
catalogue.sqlite            the catalogue, where it is SQLite
blobs/ab/ab12…              bytes by their SHA-256, read-only
versions/<model>/<id>.json  the immutable document of each version; `<id>+finished.json` for
                            one that was opened in training and finished later
tmp/                        what is being written
lock                        held by writers (shared) and the collector (alone)
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from modelkeep.errors import IntegrityError, NewerFormatError
from modelkeep.identifiers import check_model_id, check_version_id
from modelkeep.storage import durable

STORE_FORMAT = 1
# '+' is in no version id, so no id can look like this.
_FINISHED = "+finished"


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
        self.blobs = root / "blobs"
        self.versions = root / "versions"
        self.staging = root / "tmp"
        self.lock_file = root / "lock"
        self.folders = durable.Folders()

    def prepare(self) -> None:
        """Make the folder, or check that this release can read the one that is there.

        Many processes may do so at the same moment.

        Raises:
            NewerFormatError: A later release wrote it.
            IntegrityError: Its `format.json` is damaged.
            StorageUnavailableError: It cannot be made.
        """
        with durable.disk_errors(self.root):
            for folder in (self.blobs, self.versions, self.staging):
                self.folders.make(folder)
            if not self.format_file.exists():
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

    def document(self, model_id: str, version_id: str, *, finished: bool = False) -> Path:
        """Return where the document of a version lies.

        Args:
            model_id: Of the model.
            version_id: Of the version.
            finished: Whether it replaces the one of a version that was opened in training.

        Raises:
            InvalidNameError: An id could lead elsewhere.
        """
        name = check_version_id(version_id) + (_FINISHED if finished else "")
        return self.versions / check_model_id(model_id) / f"{name}.json"

    def documents(self, model_id: str | None = None) -> Iterator[Path]:
        """Give the documents of all versions, of one model or of all."""
        models = [self.versions / model_id] if model_id else sorted(self.versions.iterdir())
        for folder in models:
            if folder.is_dir():
                yield from sorted(folder.glob("*.json"))

    def documents_bytes(self) -> int:
        """Return the size of the documents of all versions."""
        return sum(path.stat().st_size for path in self.documents())

    def relative(self, path: Path) -> str:
        """Return the path as it is recorded: below the root, with `/`."""
        return path.relative_to(self.root).as_posix()

    def staging_path(self) -> Path:
        """Return a new name to write under."""
        return self.staging / uuid.uuid4().hex

    @contextmanager
    def staging_folder(self) -> Iterator[Path]:
        """Give an empty folder that is gone when the block ends."""
        folder = self.staging_path()
        with durable.disk_errors(folder):
            folder.mkdir()
        try:
            yield folder
        finally:
            try:
                # Mostly all was taken over and it is empty, and this is the cheaper call.
                folder.rmdir()
            except OSError:
                shutil.rmtree(folder, ignore_errors=not os.path.lexists(folder))
