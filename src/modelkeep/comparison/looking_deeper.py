"""Compares what is in the artifacts of two versions: tensors, trees, and answers on a sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from modelkeep.comparison.deep import (
    DeepComparison,
    PredictionsDifference,
    TensorsDifference,
    TreesDifference,
)
from modelkeep.comparison.metadata import compare_mappings, has_same_artifact
from modelkeep.comparison.report.verdict import verdict_of
from modelkeep.comparison.result import LineageEntry, VersionComparison
from modelkeep.comparison.tensors.source import TensorSource
from modelkeep.errors import IsolatedModelError, MissingLibraryError, UntrustedModelError
from modelkeep.models import ModelVersion

_MAY_HAVE_TREES = frozenset(("joblib", "pickle", "skops", "xgboost", "lightgbm"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """Rows that both versions are asked about.

    Attributes:
        rows: What the models take.
        labels: The truth of each row, where it is known.
        ids: What to call the rows in examples.
        examples: How many answers that flipped are shown.
        trust: As of `load_model`.
    """

    rows: Any
    labels: Any = None
    ids: Sequence[int | str] | None = None
    examples: int = 20
    trust: str | Sequence[str] | None = None


class ArtifactSource(Protocol):
    """Gives what is in the artifacts."""

    def format_of(self, version_id: str) -> str:
        """Return the name of the format that a version is kept in."""
        ...

    def tensors_of(self, version_id: str) -> TensorSource:
        """Return the tensors of a version; nothing in its files is executed."""
        ...

    def load(self, version_id: str, *, trust: str | Sequence[str] | None) -> Any:
        """Return the object of a version.

        Raises:
            UntrustedModelError: It asks for more than is allowed.
        """
        ...


def look_deeper(
    shallow: VersionComparison,
    first: ModelVersion,
    second: ModelVersion,
    *,
    lineages: tuple[list[LineageEntry], list[LineageEntry]],
    artifacts: ArtifactSource,
    sample: Sample | None,
) -> DeepComparison:
    """Return a comparison with what is in the artifacts.

    What cannot be looked into is said in `notes`, and the rest is compared all the same.

    Args:
        shallow: What was compared already.
        first: version1.
        second: version2.
        lineages: Of both.
        artifacts: Gives what is in them.
        sample: Rows to ask both about.

    Raises:
        IntegrityError: A file is damaged.
        InvalidInputError: The sample does not fit the models.
        UntrustedModelError: A sample is given, and a version may not be loaded to answer it.
    """
    notes: list[str] = []
    models = _Models(artifacts, first.version_id, second.version_id)
    found: DeepComparison = {
        **shallow,  # type: ignore[typeddict-item]  # a verdict is not there yet
        "signature": compare_mappings(_signature(first), _signature(second)),
        "lineage1": lineages[0],
        "lineage2": lineages[1],
        "tensors": _tensors(artifacts, first, second),
        "trees": _trees(models, artifacts, first, second, sample, notes),
        "predictions": None if sample is None else _predictions(models, sample),
        "notes": notes,
    }
    if has_same_artifact(first, second):
        notes.append("the files of both versions are the same to the byte")
    if sample is None:
        notes.append("no sample was given, so their answers were not compared")
    found["verdict"] = verdict_of(found)
    return found


class _Models:
    """The two models, loaded when they are wanted and only once."""

    def __init__(self, artifacts: ArtifactSource, first: str, second: str) -> None:
        self._artifacts = artifacts
        self._ids = first, second
        self._loaded: tuple[Any, Any] | None = None

    def loaded(self, trust: str | Sequence[str] | None) -> tuple[Any, Any]:
        if self._loaded is None:
            first, second = (self._artifacts.load(each, trust=trust) for each in self._ids)
            self._loaded = first, second
        return self._loaded


def _signature(version: ModelVersion) -> dict[str, Any]:
    signature = version.configuration.get("signature")
    return signature if isinstance(signature, dict) else {}


def _tensors(
    artifacts: ArtifactSource, first: ModelVersion, second: ModelVersion
) -> TensorsDifference | None:
    from modelkeep.comparison.tensors.comparing import compare_tensors

    compared = compare_tensors(
        artifacts.tensors_of(first.version_id), artifacts.tensors_of(second.version_id)
    )
    return compared if compared["tensors"] or compared["notes"] else None


def _trees(
    models: _Models,
    artifacts: ArtifactSource,
    first: ModelVersion,
    second: ModelVersion,
    sample: Sample | None,
    notes: list[str],
) -> TreesDifference | None:
    formats = {artifacts.format_of(each.version_id) for each in (first, second)}
    if not formats <= _MAY_HAVE_TREES:
        return None
    from modelkeep.comparison.trees.comparing import compare_trees, why_not

    try:
        loaded = models.loaded(None if sample is None else sample.trust)
    except (UntrustedModelError, MissingLibraryError, IsolatedModelError) as error:
        notes.append(f"trees were not compared: {error}")
        return None
    compared = compare_trees(*loaded)
    if compared is None:
        notes.append(why_not(*loaded))
    return compared


def _predictions(models: _Models, sample: Sample) -> PredictionsDifference:
    from modelkeep.comparison.predictions.comparing import compare_predictions

    first, second = models.loaded(sample.trust)
    return compare_predictions(
        first,
        second,
        sample.rows,
        labels=sample.labels,
        ids=sample.ids,
        examples=sample.examples,
    )
