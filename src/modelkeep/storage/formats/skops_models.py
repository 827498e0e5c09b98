"""Estimators of scikit-learn in the form of skops (https://skops.readthedocs.io): types checked.

A file says which types it is made of, and skops builds only those that it knows and those that the
loader names. The names here are fixed: what a file says of itself is never trusted. Estimators that
hold others, such as trees, whose arrays could be tampered with so that a prediction crashes, are
left to other formats.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from modelkeep.errors import IntegrityError, UnserialisableModelError, UntrustedModelError
from modelkeep.storage.formats.base import Format, Rank, installed, loaded, require
from modelkeep.storage.reading import ArtifactReader
from modelkeep.storage.staging import ArtifactWriter

TRUSTED = (
    "sklearn.metrics._scorer._PassthroughScorer",
    "sklearn.metrics._scorer._Scorer",
    "sklearn.model_selection._split.GroupKFold",
    "sklearn.model_selection._split.KFold",
    "sklearn.model_selection._split.LeaveOneOut",
    "sklearn.model_selection._split.RepeatedKFold",
    "sklearn.model_selection._split.RepeatedStratifiedKFold",
    "sklearn.model_selection._split.ShuffleSplit",
    "sklearn.model_selection._split.StratifiedKFold",
    "sklearn.model_selection._split.StratifiedShuffleSplit",
    "sklearn.model_selection._split.TimeSeriesSplit",
)
"""Beside what skops trusts by itself: classes without code or memory of their own."""
_SMALL_BYTES = 1 << 20


class SkopsFormat(Format):
    """Estimators of scikit-learn that skops keeps whole and builds without running their code."""

    name = "skops"
    file_name = "model.skops"
    priority = 5
    library = "skops"
    rank = Rank.TYPES_CHECKED

    def accepts(self, model: Any) -> bool:
        """Whether it is an estimator, and skops is there; whether it is kept whole shows later."""
        base = loaded("sklearn.base")
        return base is not None and isinstance(model, base.BaseEstimator) and installed("skops")

    def write(self, model: Any, files: ArtifactWriter) -> None:
        """Write the estimator, and see that it can be built again.

        Raises:
            UnserialisableModelError: It holds types that are not trusted, or comes back otherwise.
        """
        require("skops", self.name)
        from skops import io

        path = files.path(self.file_name, ".skops")
        io.dump(model, path)
        kind = f"{type(model).__module__}.{type(model).__qualname__}"
        if found := _not_trusted(path):
            reason = f"it holds {', '.join(found)}"
            raise UnserialisableModelError(kind, self.name, reason)
        if path.stat().st_size <= _SMALL_BYTES and not _is_same(model, _load(path)):
            raise UnserialisableModelError(kind, self.name, "it comes back otherwise than it was")

    def read(self, files: ArtifactReader) -> Any:
        """Return the estimator.

        Raises:
            UntrustedModelError: The file wants types that are not trusted.
            IntegrityError: It is not a file of skops.
        """
        require("skops", self.name)
        name = files.names()[0]
        path = files.path(name, ".skops")
        trust = files.trust
        with _told(name):
            wanted = [] if trust.everything else _not_trusted(path, trust.names)
        if wanted:
            reason = "it is made of types that are not trusted"
            raise UntrustedModelError(name, asked_for=wanted, reason=reason, origin=trust.origin)
        with _told(name):
            return _load(path, trust.names, everything=trust.everything)


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Turn what skops raises: the file is in the hands of whoever made it, so that is anything."""
    try:
        yield
    except Exception as error:
        raise IntegrityError(name, detail=f"{type(error).__name__}: {error}") from error


def _not_trusted(path: Path, names: tuple[str, ...] = ()) -> list[str]:
    from skops import io

    found = io.get_untrusted_types(file=path)
    return sorted(set(found) - set(TRUSTED) - set(names))


def _load(path: Path, names: tuple[str, ...] = (), *, everything: bool = False) -> Any:
    from skops import io

    trusted = io.get_untrusted_types(file=path) if everything else [*TRUSTED, *names]
    with warnings.catch_warnings():
        # What another release of scikit-learn made is told by the dependencies of the version.
        warnings.simplefilter("ignore")
        return io.load(path, trusted=trusted)


def _is_same(model: Any, other: Any) -> bool:
    """Whether two estimators hash alike, arrays and all."""
    import joblib

    return bool(joblib.hash(model) == joblib.hash(other))
