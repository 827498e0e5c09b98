"""Tensors in memory as a source, and versions of a registry as one."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from modelkeep.comparison.tensors import TensorEntry, VersionTensors, compare_tensors
from modelkeep.management.parts import FindingWarning
from modelkeep.orchestrator.services import Services


class ArraySource:
    """Arrays by name; kinds that numpy lacks are those of ml_dtypes."""

    def __init__(self, arrays: dict[str, Any], *, file: str = "m", kinds=None) -> None:
        self.notes: list[str] = []
        self.arrays = {name: np.asarray(array) for name, array in arrays.items()}
        self.kinds = kinds or {}
        self.file = file
        self.read_elements = 0

    def list_tensors(self) -> list[TensorEntry]:
        return [
            TensorEntry(
                file=self.file,
                name=name,
                shape=array.shape,
                dtype=self.kinds.get(name, str(array.dtype)),
                elements=array.size,
                size_bytes=array.nbytes,
            )
            for name, array in self.arrays.items()
        ]

    def read(self, file, name, start, count):
        assert file == self.file
        self.read_elements += count
        found = self.arrays[name].reshape(-1)[start : start + count].copy()
        assert len(found) == count
        return found

    def identity(self, file, name, start, count):
        return None


def _between(arrays1: dict[str, Any], arrays2: dict[str, Any]) -> dict[str, Any]:
    found = compare_tensors(ArraySource(arrays1), ArraySource(arrays2))
    return found | {"by_name": {change["name"]: change for change in found["tensors"]}}


@pytest.fixture(scope="session")
def between() -> Callable[..., dict[str, Any]]:
    return _between


@pytest.fixture(scope="session")
def array_source() -> type[ArraySource]:
    return ArraySource


@pytest.fixture
def version_tensors(mk: Services) -> Callable[..., VersionTensors]:
    """Stores a model or a path as a version and gives its tensors."""

    def make(model: Any, **arguments: Any) -> VersionTensors:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FindingWarning)
            version = mk.versions.create_version("m", model, **arguments).version_id
        manifest = mk.versions.get_manifest(version)
        files = [entry.path for entry in manifest.files]
        return VersionTensors(files, lambda file: mk.versions.open_tensors(version, file=file))

    return make
