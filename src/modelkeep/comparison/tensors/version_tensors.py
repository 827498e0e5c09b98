"""The tensors of a stored version, file by file, as the comparison wants them."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from typing import Any

import numpy as np

from modelkeep.comparison.tensors.source import TensorEntry
from modelkeep.errors import InvalidInputError, UntrustedModelError
from modelkeep.storage.tensor_access import SUFFIXES, TensorFile

_MOST_OPEN = 4
_ALSO = (".bin", ".ckpt")  # of torch, or of anything


class VersionTensors:
    """A `TensorSource` over a version; nothing in its files is executed.

    Args:
        files: The files of the version, by their names in the artifact.
        open_file: Opens one of them, as `open_tensors` of the versions does.

    Example:
        >>> def tensors_of(versions, version):
        ...     files = [entry.path for entry in versions.get_manifest(version).files]
        ...     return VersionTensors(
        ...         files, lambda file: versions.open_tensors(version, file=file)
        ...     )
    """

    def __init__(self, files: Iterable[str], open_file: Callable[[str], TensorFile]) -> None:
        self.notes: list[str] = []
        self._files = list(files)
        self._open_file = open_file
        self._lock = threading.Lock()
        self._open: OrderedDict[str, TensorFile] = OrderedDict()

    def list_tensors(self) -> list[TensorEntry]:
        """Return all tensors; what cannot be read as a file of tensors is noted.

        Raises:
            IntegrityError: A file is damaged.
        """
        self.notes.clear()
        found = []
        for file in self._files:
            if not file.lower().endswith(SUFFIXES + _ALSO):
                continue
            try:
                tensors = self._file(file)
            except (InvalidInputError, UntrustedModelError) as error:
                self.notes.append(error.message)
                continue
            found += [_entry(tensors, file, name) for name in tensors.names()]
            self.notes += [f"{name} ({file}): {why}" for name, why in tensors.left_out().items()]
        return found

    def read(self, file: str, name: str, start: int, count: int) -> np.ndarray[Any, Any]:
        """Return elements of a tensor; see `TensorSource.read`."""
        return self._file(file).read(name, start, count)

    def identity(self, file: str, name: str, start: int, count: int) -> Hashable | None:
        """Return the chunks that elements of a tensor are in, whose names are digests."""
        return self._file(file).spans(name, start, count)

    def _file(self, file: str) -> TensorFile:
        with self._lock:
            if file not in self._open:
                self._open[file] = self._open_file(file)
                if len(self._open) > _MOST_OPEN:
                    # Another thread may still read from it: it goes when the last lets go of it.
                    self._open.popitem(last=False)
            self._open.move_to_end(file)
            return self._open[file]


def _entry(tensors: TensorFile, file: str, name: str) -> TensorEntry:
    shape = tensors.shape(name)
    return TensorEntry(
        file=file,
        name=name,
        shape=shape,
        dtype=tensors.dtype(name),
        elements=math.prod(shape),
        size_bytes=tensors.size_bytes(name),
    )
