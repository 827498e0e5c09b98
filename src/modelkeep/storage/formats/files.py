"""Files and folders that are kept as they are; their bytes are never interpreted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from modelkeep.errors import InvalidInputError
from modelkeep.storage.formats.base import Format, Rank
from modelkeep.storage.intake import take_in
from modelkeep.storage.reading import ArtifactReader
from modelkeep.storage.staging import ArtifactWriter


class FileFormat(Format):
    """One file, kept under its own name."""

    name = "file"
    rank = Rank.DATA
    file_name = ""
    priority = 100

    def accepts(self, model: Any) -> bool:
        """Whether it is a path, of anything but a folder."""
        return isinstance(model, (str, Path)) and not Path(model).is_dir()

    def write(self, model: Any, files: ArtifactWriter) -> None:
        """Copy the file."""
        take_in(Path(model), files)

    def read(self, files: ArtifactReader) -> Any:
        """Refuse: bytes of an unknown kind are loaded to a place, not to an object."""
        raise InvalidInputError(
            f"a version of format {self.name!r} holds {', '.join(files.names()[:3])} as it is; "
            "give a destination to load it to"
        )


class FolderFormat(FileFormat):
    """All files below a folder, kept under their relative names."""

    name = "folder"

    def accepts(self, model: Any) -> bool:
        """Whether it is the path of a folder."""
        return isinstance(model, (str, Path)) and Path(model).is_dir()
