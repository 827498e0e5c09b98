"""Any Python object: pickle and joblib.

Both are programs. What this installation wrote runs as it is; what others wrote is built by readers
of our own, of what is known to be harmless (`storage.trust`).
"""

from __future__ import annotations

import pickle
from typing import Any

from modelkeep.storage.formats.base import Format, Rank, installed, loaded, require
from modelkeep.storage.reading import ArtifactReader
from modelkeep.storage.staging import ArtifactWriter, StagingWriter

_LARGE_BYTES = 64 << 10
_KINDS = dict.fromkeys("efd", "F") | dict.fromkeys("bhilq", "I") | dict.fromkeys("BHILQ", "U")
_NUMPY_KINDS = {"f": "F", "i": "I", "u": "U"}


class _ArraysInPickle:
    """A file that tells where the large arrays of a pickle are, so that they are cut as tensors.

    Protocol 5 announces each buffer before it writes it; told to keep it in the stream, it hands
    a large one to the file in one piece. So the file is a pickle like any other.
    """

    def __init__(self, file: StagingWriter) -> None:
        self._file = file
        self._announced: tuple[int, str] | None = None

    def announce(self, buffer: pickle.PickleBuffer) -> bool:
        with buffer.raw() as raw:
            self._announced = raw.nbytes, _element_of(memoryview(buffer))
        # Keeps the buffer in the stream.
        return True

    def write(self, data: bytes | memoryview) -> int:
        count = self._file.write(data)
        if self._announced is not None and count == self._announced[0]:
            self._file.mark(*self._announced)
            self._announced = None
        return count


def _element_of(view: memoryview) -> str:
    kind = _KINDS.get(view.format or "", "")
    return f"{kind}{8 * view.itemsize}" if kind else ""


def joblib_pickler(file: StagingWriter) -> Any:
    """Return a pickler of joblib that tells where the large arrays are."""
    from joblib.numpy_pickle import NumpyPickler

    class MarkingPickler(NumpyPickler):  # type: ignore[misc]
        def save(self, obj: Any) -> None:
            super().save(obj)
            numpy = loaded("numpy")
            # Their bytes are the last that joblib writes of arrays.
            if numpy is None or type(obj) is not numpy.ndarray or obj.nbytes < _LARGE_BYTES:
                return
            if (kind := _NUMPY_KINDS.get(obj.dtype.kind, "")) and obj.dtype.isnative:
                file.mark(obj.nbytes, f"{kind}{8 * obj.dtype.itemsize}")

    return MarkingPickler(file)


class PickleFormat(Format):
    """Any object that pickle can write, by protocol 5."""

    name = "pickle"
    file_name = "model.pkl"
    priority = -100
    rank = Rank.ALLOW_LIST

    def accepts(self, model: Any) -> bool:  # noqa: ARG002
        """Accept anything: it is what is left when no other format does."""
        return True

    def write(self, model: Any, files: ArtifactWriter) -> None:
        """Pickle the object."""
        with files.open(self.file_name) as file:
            arrays = _ArraysInPickle(file)
            pickle.Pickler(arrays, protocol=5, buffer_callback=arrays.announce).dump(model)

    def read(self, files: ArtifactReader) -> Any:
        """Unpickle the object."""
        if files.trust.everything:
            return pickle.load(files.open(files.names()[0]))
        from modelkeep.storage.formats.gated import load_gated
        from modelkeep.storage.trust import loader

        return load_gated(
            files,
            lambda name, allow: loader.load(files.buffer(name), source=name, allow=allow),
        )


class JoblibFormat(Format):
    """Objects that hold large numpy arrays, scikit-learn's estimators among them."""

    name = "joblib"
    file_name = "model.joblib"
    library = "joblib"
    rank = Rank.ALLOW_LIST

    def accepts(self, model: Any) -> bool:
        """Whether it is an estimator of scikit-learn."""
        base = loaded("sklearn.base")
        return base is not None and isinstance(model, base.BaseEstimator) and installed("joblib")

    def write(self, model: Any, files: ArtifactWriter) -> None:
        """Dump the object, not compressed."""
        require("joblib", self.name)
        with files.open(self.file_name) as file:
            joblib_pickler(file).dump(model)

    def read(self, files: ArtifactReader) -> Any:
        """Load the object."""
        require("joblib", self.name)
        if files.trust.everything:
            import joblib

            with files.path(files.names()[0]).open("rb") as file:
                return joblib.load(file)
        from modelkeep.storage.formats.gated import load_gated
        from modelkeep.storage.trust import joblib_reader

        return load_gated(
            files,
            lambda name, allow: joblib_reader.load_joblib(
                files.path(name), source=name, allow=allow
            ),
        )
