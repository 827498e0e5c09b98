"""Gives the comparison what is in the files of versions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from modelkeep.comparison.tensors.source import TensorSource
from modelkeep.management.version_manager import VersionManager
from modelkeep.storage.tensor_access import TensorFile


class StoredArtifacts:
    """The artifacts of a registry.

    Args:
        versions: Loads and opens them.
    """

    def __init__(self, *, versions: VersionManager) -> None:
        self._versions = versions

    def format_of(self, version_id: str) -> str:
        """Return the name of the format that a version is kept in."""
        return self._versions.get_manifest(version_id).format

    def tensors_of(self, version_id: str) -> TensorSource:
        """Return the tensors of a version; nothing in its files is executed."""
        # numpy is not needed by those who compare metrics alone.
        from modelkeep.comparison.tensors.version_tensors import VersionTensors

        files = [entry.path for entry in self._versions.get_manifest(version_id).files]
        return VersionTensors(files, partial(self._open, version_id))

    def _open(self, version_id: str, file: str) -> TensorFile:
        return self._versions.open_tensors(version_id, file=file)

    def load(self, version_id: str, *, trust: str | Sequence[str] | None) -> Any:
        """Return the object of a version; see `VersionManager.load_model`."""
        return self._versions.load_model(version_id, trust=trust)
