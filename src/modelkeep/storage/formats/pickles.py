"""Any Python object: pickle and joblib.

Both run code while they load. What is loaded must come from someone you trust.
"""

from __future__ import annotations

import pickle
from typing import Any

from modelkeep.storage.formats.base import Format, installed, loaded, require
from modelkeep.storage.reading import ArtifactReader
from modelkeep.storage.staging import ArtifactWriter


class PickleFormat(Format):
    """Any object that pickle can write, by protocol 5."""

    name = "pickle"
    file_name = "model.pkl"
    priority = -100

    def accepts(self, model: Any) -> bool:  # noqa: ARG002
        """Accept anything: it is what is left when no other format does."""
        return True

    def write(self, model: Any, files: ArtifactWriter) -> None:
        """Pickle the object."""
        with files.open(self.file_name) as file:
            pickle.dump(model, file, protocol=5)

    def read(self, files: ArtifactReader) -> Any:
        """Unpickle the object."""
        return pickle.load(files.open(files.names()[0]))


class JoblibFormat(Format):
    """Objects that hold large numpy arrays, scikit-learn's estimators among them."""

    name = "joblib"
    file_name = "model.joblib"
    library = "joblib"

    def accepts(self, model: Any) -> bool:
        """Whether it is an estimator of scikit-learn."""
        base = loaded("sklearn.base")
        return base is not None and isinstance(model, base.BaseEstimator) and installed("joblib")

    def write(self, model: Any, files: ArtifactWriter) -> None:
        """Dump the object, not compressed."""
        require("joblib", self.name)
        import joblib

        with files.open(self.file_name) as file:
            joblib.dump(model, file)

    def read(self, files: ArtifactReader) -> Any:
        """Load the object."""
        require("joblib", self.name)
        import joblib

        with files.path(files.names()[0]).open("rb") as file:
            return joblib.load(file)
