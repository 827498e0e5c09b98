"""A version as a folder of its own, which needs neither Modelkeep nor the rest of the store.

<model>/<version id>+<time>/
    files/…        the artifact's files under their own names
    version.json   the version's document, with its fields as they were at the backup
    SHA256SUMS     for `sha256sum --strict -c SHA256SUMS`
    README.txt     how to check it and bring it back
"""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from datetime import datetime
from pathlib import Path

from modelkeep.errors import BackupNotFoundError, IntegrityError
from modelkeep.identifiers import check_model_id, check_version_id
from modelkeep.storage import documents, durable
from modelkeep.storage.assembling import Assembler
from modelkeep.storage.documents import VersionDocument
from modelkeep.storage.hashing import Progress, no_progress
from modelkeep.storage.reading import export_file

_PARTIAL = ".partial-"
_README = """\
Backup of version {number} of the model {model}, id {version_id}.

  files/        the artifact as it was created
  version.json  what is known of it: metrics, tags, lineage, configuration
  SHA256SUMS    check all of it:  sha256sum --strict -c SHA256SUMS

Bring it back:  modelkeep restore {version_id}
or from this folder, wherever it lies:  modelkeep restore PATH_OF_THIS_FOLDER
"""


class Backups:
    """The backups under one folder.

    Args:
        root: The folder; made with the first backup. Several registries may share it.
        owner: A word that only this registry has; it marks its unfinished backups.
    """

    def __init__(self, *, root: Path, owner: str) -> None:
        self.root = root
        self._folders = durable.Folders()
        self._partial = f"{_PARTIAL}{owner}-"

    def write(
        self,
        document: VersionDocument,
        assembler: Assembler,
        now: datetime,
        progress: Progress = no_progress,
    ) -> Path:
        """Write a backup; it is whole and durable when this returns, or not there.

        Args:
            document: Of the version.
            assembler: Puts its files together.
            now: For the name of the backup.
            progress: Told of bytes.

        Raises:
            IntegrityError: A file of the version is damaged.
            StorageUnavailableError: It could not be written.
        """
        version = document.version
        name = f"{version.version_id}+{now:%Y%m%dT%H%M%S%fZ}"
        target = self.root / version.model_id / name
        partial = self.root / f"{self._partial}{uuid.uuid4().hex}"
        with durable.disk_errors(target):
            self._folders.make(self.root)
            partial.mkdir()
            try:
                self._fill(partial, document, assembler, progress)
                self._folders.make(target.parent)
                os.replace(partial, target)
                durable.sync_folder(target.parent)
            finally:
                if partial.exists():
                    shutil.rmtree(partial)
        return target

    @staticmethod
    def _fill(
        folder: Path, document: VersionDocument, assembler: Assembler, progress: Progress
    ) -> None:
        version = document.version
        (folder / "files").mkdir()
        for name in document.manifest.empty_folders:
            (folder / "files" / name).mkdir(parents=True)
        sums = []
        for entry in document.manifest.files:
            path = folder / "files" / entry.path
            path.parent.mkdir(parents=True, exist_ok=True)
            export_file(entry, assembler, path, progress)
            sums.append(f"{entry.sha256}  files/{entry.path}\n")
        text = documents.encode(document)
        readme = _README.format(
            number=version.version_number, model=version.model_id, version_id=version.version_id
        ).encode()
        for name, content in (("version.json", text), ("README.txt", readme)):
            (folder / name).write_bytes(content)
            sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
        (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
        for path in sorted(folder.rglob("*")):
            (durable.sync_folder if path.is_dir() else durable.sync_file)(path)
        durable.sync_folder(folder)

    def find_newest(self, model_id: str, version_id: str) -> Path | None:
        """Return the newest backup of a version, or None."""
        folder = self.root / check_model_id(model_id)
        found = sorted(folder.glob(f"{check_version_id(version_id)}+*"))
        return found[-1] if found else None

    def find_any(self, version_id: str) -> Path | None:
        """Return the newest backup of a version of whatever model, or None."""
        found = sorted(self.root.glob(f"*/{check_version_id(version_id)}+*"))
        return found[-1] if found else None

    def remove(self, folder: Path) -> int:
        """Remove a backup, if it is there; return how many bytes that freed."""
        with durable.disk_errors(folder):
            if not folder.is_dir():
                return 0
            size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
            # Under another name first: half a backup must never look like one.
            doomed = self.root / f"{self._partial}{uuid.uuid4().hex}"
            os.replace(folder, doomed)
            shutil.rmtree(doomed)
        return size

    def partial_folders(self) -> list[Path]:
        """Return what is left of backups that were never finished."""
        return sorted(self.root.glob(f"{self._partial}*"))


def read_document(folder: Path) -> VersionDocument:
    """Return what a backup says of its version.

    Raises:
        BackupNotFoundError: The folder is no backup.
        IntegrityError: The document in it is damaged.
    """
    path = folder / "version.json"
    if not path.is_file():
        raise BackupNotFoundError(str(folder), str(folder))
    return documents.decode(path.read_bytes(), source=str(path))


def file_of(folder: Path, name: str) -> Path:
    """Return the path of one of the artifact's files in a backup.

    Raises:
        IntegrityError: It is missing.
    """
    path = folder / "files" / name
    if not path.is_file():
        raise IntegrityError(str(path), detail="it is missing from the backup")
    return path
