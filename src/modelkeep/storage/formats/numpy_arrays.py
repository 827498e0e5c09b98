"""Numpy arrays in numpy's own files."""

from __future__ import annotations

from typing import Any

from modelkeep.storage.formats.base import Format, Rank, loaded, require
from modelkeep.storage.reading import ArtifactReader
from modelkeep.storage.staging import ArtifactWriter

_ONE, _MANY = "array.npy", "arrays.npz"


class NumpyFormat(Format):
    """An array as npy, a dict of arrays as npz; never object arrays, which are pickles."""

    name = "numpy"
    file_name = _ONE
    rank = Rank.DATA
    library = "numpy"

    def accepts(self, model: Any) -> bool:
        """Whether it is an array, or a dict of arrays by name, without objects."""
        return _is_array(model) or is_array_dict(model)

    def write(self, model: Any, files: ArtifactWriter) -> None:
        """Write one array or several."""
        require("numpy", self.name)
        import numpy as np

        if isinstance(model, dict):
            np.savez(files.path(_MANY, ".npz"), allow_pickle=False, **model)
        else:
            with files.open(_ONE) as file:
                np.save(file, model, allow_pickle=False)

    def read(self, files: ArtifactReader) -> Any:
        """Return the array, or the dict of arrays."""
        require("numpy", self.name)
        from modelkeep.storage.formats.in_place import read_numpy

        return read_numpy(files)


def _is_array(value: Any) -> bool:
    numpy = loaded("numpy")
    return numpy is not None and type(value) is numpy.ndarray and not value.dtype.hasobject


def is_array_dict(model: Any) -> bool:
    """Whether it is a dict of numpy arrays by name, not empty and without objects."""
    return (
        isinstance(model, dict)
        and bool(model)
        and all(isinstance(key, str) and _is_array(value) for key, value in model.items())
    )
