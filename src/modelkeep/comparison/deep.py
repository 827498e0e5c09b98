"""The shape of what a deep comparison returns beside the rest: plain dicts, ready for JSON.

Numbers that do not exist, such as the cosine of a tensor of zeros, are None, never NaN.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from modelkeep.comparison.result import (
    Direction,
    LineageEntry,
    MappingDifference,
    VersionComparison,
)

TensorVerdict = Literal[
    "same",
    "changed",
    "renamed",
    "reshaped",
    "permuted",
    "dtype_changed",
    "added",
    "removed",
]


class TensorChange(TypedDict):
    """How one tensor went from version1 to version2.

    Attributes:
        name: Its name in version2; in version1 where it was removed.
        old_name: Its name in version1 where that is another.
        file: The file of the artifact it is in.
        verdict: What became of it. A tensor that was renamed, reshaped or permuted has the same
            values; `detail` says how they moved.
        detail: More in words; mostly empty.
        shape1: None where version1 does not have it; likewise the others that end in 1 or 2.
        elements: How many numbers it has, in version2 if it is there.
        size_bytes: How many bytes they take.
        relative_norm: Norm of the change over norm in version1.
        cosine: Cosine between the two, seen as vectors.
        changed_share: Share of the elements whose bits differ.
        largest_change: Largest absolute change of an element.
    """

    name: str
    old_name: str | None
    file: str
    verdict: TensorVerdict
    detail: str
    shape1: list[int] | None
    shape2: list[int] | None
    dtype1: str | None
    dtype2: str | None
    elements: int
    size_bytes: int
    relative_norm: float | None
    cosine: float | None
    changed_share: float | None
    largest_change: float | None


class TensorsDifference(TypedDict):
    """All tensors of two versions.

    Attributes:
        tensors: In the order of version2; those that were removed come last.
        counts: How many tensors have each verdict; verdicts that none has are left out.
        relative_norm: Over all tensors that could be held against each other.
        changed_share: Over all elements of these.
        notes: What could not be compared, and why.
    """

    tensors: list[TensorChange]
    counts: dict[str, int]
    relative_norm: float | None
    changed_share: float | None
    notes: list[str]


class ImportanceShift(TypedDict):
    """Share of a feature in the importance of an ensemble, each in [0, 1]."""

    feature: str
    version1: float
    version2: float
    shift: float


class TreesDifference(TypedDict):
    """Two ensembles of decision trees, held against each other tree by tree in their order.

    Attributes:
        library: Whose trees they are: `sklearn`, `xgboost` or `lightgbm`.
        trees_same: Trees that are equal in both, in the same place.
        trees_changed: Trees in the same place that differ.
        splits_compared: Splits in the same place of trees in the same place.
        split_features_changed: Of these, how many ask another feature.
        thresholds_changed: Of those that ask the same feature, how many ask at another threshold.
        importance: Largest shift first.
        notes: What could not be compared, and why.
    """

    library: str
    trees1: int
    trees2: int
    trees_added: int
    trees_removed: int
    trees_same: int
    trees_changed: int
    splits_compared: int
    split_features_changed: int
    thresholds_changed: int
    importance: list[ImportanceShift]
    notes: list[str]


class FlippedAnswer(TypedDict):
    """One row of the sample where the answers differ; a score is what a model gave its answer.

    Attributes:
        row: Number of the row in the sample, from 0, or the id that was given for it.
        label: The truth, where it was given.
    """

    row: int | str
    answer1: Any
    answer2: Any
    score1: float | None
    score2: float | None
    label: Any


class PairedTest(TypedDict):
    """A score of both versions on the same rows, and whether the difference is more than noise.

    Attributes:
        metric: Name of the score, such as `accuracy` or `mean_absolute_error`.
        test: How the interval and the p-value came about.
        difference: version2 minus version1.
        lower: Lower end of the interval of the difference; likewise upper.
        confidence: Of the interval, such as 0.95.
        p_value: Two-sided, of no difference.
        improved: True or False where the interval is all on one side of zero, else None.
    """

    metric: str
    test: Literal["mcnemar", "paired_bootstrap"]
    direction: Direction
    version1: float
    version2: float
    difference: float
    lower: float
    upper: float
    confidence: float
    p_value: float
    improved: bool | None


class PredictionsDifference(TypedDict):
    """The answers of two versions on one sample.

    Attributes:
        kind: Whether the answers are classes or numbers; numbers flip when they differ at all
            beyond rounding (relative 1e-6).
        flipped_lower: Lower end of the 95 % interval of the share; likewise flipped_upper.
        examples: The clearest flips first, at most as many as were asked for.
        tests: Only with labels.
        notes: What could not be done, and why.
    """

    kind: Literal["classes", "numbers"]
    rows: int
    flipped: int
    flipped_share: float
    flipped_lower: float
    flipped_upper: float
    examples: list[FlippedAnswer]
    tests: list[PairedTest]
    notes: list[str]


class DeepComparison(VersionComparison):
    """A comparison that also looked into the artifacts.

    Attributes:
        signature: What the models take and give, by dotted path.
        lineage1: The line of versions that version1 was made from; likewise lineage2.
        tensors: None where no file of either has tensors that can be read.
        trees: None unless both are ensembles of trees.
        predictions: None where no sample was given.
        notes: What was not looked into, and why.
    """

    signature: MappingDifference
    lineage1: list[LineageEntry]
    lineage2: list[LineageEntry]
    tensors: TensorsDifference | None
    trees: TreesDifference | None
    predictions: PredictionsDifference | None
    notes: list[str]
    verdict: NotRequired[str]
