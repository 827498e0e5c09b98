"""Counts of labels against predictions, and the scores that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self, TypeAlias

import numpy as np

from modelkeep.errors import InvalidInputError, UnknownChoiceError
from modelkeep.tracking.scores import class_scores
from modelkeep.tracking.sketches.arrays import (
    FloatArray,
    IntArray,
    check_bound,
    check_same_length,
)
from modelkeep.tracking.sketches.encoding import Count, State, Summary, check_same_settings
from modelkeep.tracking.sketches.labels import Category, category_order, coded, combined
from modelkeep.tracking.sketches.no_rows import require_rows
from modelkeep.tracking.sketches.varints import pack_counts, unpack_counts

Average: TypeAlias = Literal["macro", "weighted", "binary"]

_MOST_CLASSES = 1024
_AVERAGES = ("macro", "weighted", "binary")


class ConfusionState(State, frozen=True):
    """What a `Confusion` knows; the cells are row by row, as the counts of `varints`."""

    most_classes: Count
    classes: list[Category]
    cells: bytes
    right_in_other: Count
    missing: Count


class Confusion(Summary):
    """How often each class was predicted for each label.

    Exact, and under merge to the bit the same as adding all rows to one in any order, while there
    are at most `most_classes` classes. With more, the classes with the most rows (as label or
    prediction; the first in order among equals) keep their own counts, and the rest are one class
    `other`, also in the scores. The merge of two is the same in both directions, but of many it
    then depends on their order. The accuracy is exact at all times.

    Args:
        most_classes: Besides `other`, 1 to 1,024.

    Attributes:
        missing: How many rows had no label or no prediction (None or NaN) and count nowhere else.
    """

    __slots__ = ("_cells", "_classes", "_most_classes", "_right_in_other", "missing")
    kind: ClassVar[int] = 4
    state_class: ClassVar[type[State]] = ConfusionState

    def __init__(self, most_classes: int = 64) -> None:
        check_bound("most_classes", most_classes, _MOST_CLASSES)
        self._most_classes = most_classes
        self._classes: tuple[Category, ...] = ()
        self._cells: IntArray = np.zeros((1, 1), dtype=np.int64)  # the last class is `other`
        self._right_in_other = 0
        self.missing = 0

    @property
    def count(self) -> int:
        """How many rows have a label and a prediction."""
        return int(self._cells.sum())

    @property
    def classes(self) -> tuple[Category, ...]:
        """The classes with counts of their own, numbers first, then strings."""
        return self._classes

    @property
    def other(self) -> int:
        """How many rows have a label or a prediction that is in no class of its own."""
        return self.count - int(self._cells[:-1, :-1].sum())

    def matrix(self) -> IntArray:
        """Return the counts: rows are labels, columns predictions; the last of each is `other`."""
        return self._cells.copy()

    def add(self, labels: Any, predictions: Any) -> None:
        """Count rows.

        Args:
            labels: The true classes: an array or other iterable of strings, integers or truths.
            predictions: The predicted classes, as many.

        Raises:
            InvalidInputError: A value can be no class, or the numbers of rows differ.
        """
        label_classes, label_codes = coded(labels)
        prediction_classes, prediction_codes = coded(predictions)
        check_same_length("labels", label_codes.size, "predictions", prediction_codes.size)
        gone = (label_codes < 0) | (prediction_codes < 0)
        if gone.any():
            self.missing += int(gone.sum())
            label_codes, prediction_codes = label_codes[~gone], prediction_codes[~gone]
        self._recast(
            [
                _supports(label_classes, label_codes),
                _supports(prediction_classes, prediction_codes),
            ]
        )
        places = {name: place for place, name in enumerate(self._classes)}
        rows = _places(label_classes, places)[label_codes]
        columns = _places(prediction_classes, places)[prediction_codes]
        side = len(places) + 1
        self._cells += np.bincount(rows * side + columns, minlength=side * side).reshape(side, side)
        both = (rows == side - 1) & (columns == side - 1)
        if both.any():
            index = {name: place for place, name in enumerate(label_classes)}
            same = np.array([index.get(name, -1) for name in prediction_classes], dtype=np.int64)
            self._right_in_other += int((same[prediction_codes[both]] == label_codes[both]).sum())

    def merge(self, other: Self) -> None:
        """Take in all that another has counted.

        Raises:
            InvalidInputError: The setting `most_classes` differs.
        """
        check_same_settings("most_classes", self._most_classes, other._most_classes)
        if [*map(repr, self._classes)] == [*map(repr, other._classes)]:
            self._add_cells(other)
            return
        theirs: Self = self.from_state(other.to_state())
        self._recast([theirs._own_supports()])
        theirs._keep(self._classes)
        self._add_cells(theirs)

    def accuracy(self) -> float:
        """Return the share of rows whose prediction is the label.

        Raises:
            NoRowsError: There are no rows; so do all scores.
        """
        require_rows("an accuracy", self.count)
        return (int(np.trace(self._cells[:-1, :-1])) + self._right_in_other) / self.count

    def balanced_accuracy(self) -> float:
        """Return the mean recall of the classes that occur as labels."""
        return class_scores.balanced_accuracy(self._occupied("a balanced accuracy"))

    def precision(self, average: Average = "macro", positive: Category | None = None) -> float:
        """Return the share of predictions of a class that are right.

        Args:
            average: "macro" is the mean over classes, "weighted" that by the number of labels,
                "binary" the score of the positive class of two.
            positive: For "binary"; the greater of the two where it is None.

        Raises:
            InvalidInputError: "binary" with more than two classes, or without the positive one.
            NoRowsError: There are no rows.
        """
        return self._averaged(class_scores.precisions, average, positive)

    def recall(self, average: Average = "macro", positive: Category | None = None) -> float:
        """Return the share of labels of a class that were predicted; see `precision`."""
        return self._averaged(class_scores.recalls, average, positive)

    def f1(self, average: Average = "macro", positive: Category | None = None) -> float:
        """Return the harmonic mean of precision and recall of a class; see `precision`."""
        return self._averaged(class_scores.f1_scores, average, positive)

    def matthews_corrcoef(self) -> float:
        """Return the correlation of labels and predictions, -1 to 1."""
        return class_scores.matthews_correlation(self._occupied("a correlation"))

    def cohen_kappa(self) -> float:
        """Return the agreement of labels and predictions beyond chance."""
        return class_scores.cohen_kappa(self._occupied("Cohen's kappa"))

    def scores(self) -> dict[str, float]:
        """Return all scores by name; those of a positive class only where there are two classes.

        Raises:
            NoRowsError: There are no rows.
        """
        found = {
            "accuracy": self.accuracy(),
            "balanced_accuracy": self.balanced_accuracy(),
            "matthews_corrcoef": self.matthews_corrcoef(),
            "cohen_kappa": self.cohen_kappa(),
        }
        averages: list[Average] = ["macro", "weighted"]
        if self._is_binary():
            averages.append("binary")
        for average in averages:
            ending = "" if average == "binary" else f"_{average}"
            found[f"precision{ending}"] = self.precision(average)
            found[f"recall{ending}"] = self.recall(average)
            found[f"f1{ending}"] = self.f1(average)
        return found

    def to_state(self) -> ConfusionState:
        """Return what it knows."""
        return ConfusionState(
            self._most_classes,
            list(self._classes),
            pack_counts(self._cells.ravel()),
            self._right_in_other,
            self.missing,
        )

    @classmethod
    def from_state(cls, state: Any) -> Self:
        """Undo `to_state`.

        Raises:
            InvalidInputError: The parts of the state contradict one another.
        """
        made = cls(state.most_classes)
        side = len(state.classes) + 1
        cells = unpack_counts(state.cells, (state.most_classes + 1) ** 2)
        ordered = sorted(set(state.classes), key=category_order)
        if side > state.most_classes + 1 or cells.size != side * side or ordered != state.classes:
            raise InvalidInputError(f"{cells.size} counts of {side - 1} classes are no confusion")
        made._classes, made._cells = tuple(state.classes), cells.reshape(side, side)
        if state.right_in_other > made._cells[-1, -1]:
            raise InvalidInputError("more rows are right than there are")
        made._right_in_other, made.missing = state.right_in_other, state.missing
        return made

    def _averaged(self, score: Any, average: Average, positive: Category | None) -> float:
        if average not in _AVERAGES:
            raise UnknownChoiceError("average", average, _AVERAGES)
        counts = self._occupied(f"a score ({average})")
        values: FloatArray = score(counts)
        if average == "macro":
            return float(values.mean())
        if average == "weighted":
            return float(np.average(values, weights=counts.sum(axis=1)))
        wanted = self._positive(positive)
        return float(values[self._classes.index(wanted)]) if wanted in self._classes else 0.0

    def _is_binary(self) -> bool:
        return len(self._classes) <= 2 and not self.other  # noqa: PLR2004  what binary means

    def _positive(self, positive: Category | None) -> Category:
        classes = self._classes
        if not self._is_binary():
            raise InvalidInputError(
                f"there are {len(classes)} classes and {self.other} rows of others; a binary score "
                "needs two at most, average='macro' takes any number"
            )
        if positive is None:
            # Of the usual 0 and 1 there may be but one yet.
            return 1 if set(classes) <= {0, 1} else max(classes, key=category_order)
        if positive not in classes and len(classes) > 1:
            raise InvalidInputError(
                f"the positive class {positive!r} is none of {', '.join(map(repr, classes))}"
            )
        return positive

    def _occupied(self, what: str) -> IntArray:
        """Return the matrix, without `other` where no row is in it."""
        require_rows(what, self.count)
        return self._cells if self.other else self._cells[:-1, :-1]

    def _own_supports(self) -> dict[Category, int]:
        rows = self._cells.sum(axis=0) + self._cells.sum(axis=1)
        return dict(zip(self._classes, rows.tolist(), strict=False))

    def _add_cells(self, other: Self) -> None:
        """Take in the counts of the same classes."""
        self._cells += other._cells
        self._right_in_other += other._right_in_other
        self.missing += other.missing

    def _recast(self, supports: list[dict[Category, int]]) -> None:
        """Choose the classes to keep, with rows that are about to come, and refit the matrix."""
        total = combined([self._own_supports(), *supports])
        ranked = sorted(total, key=lambda name: (-total[name], category_order(name)))
        self._keep(tuple(sorted(ranked[: self._most_classes], key=category_order)))

    def _keep(self, classes: tuple[Category, ...]) -> None:
        """Refit the matrix to these classes; the counts of those that go are those of `other`."""
        places = {name: place for place, name in enumerate(classes)}
        to = np.append(_places(self._classes, places), len(classes))
        lost = to[:-1] == len(classes)
        self._right_in_other += int(np.diag(self._cells)[:-1][lost].sum())
        cells = np.zeros((len(classes) + 1, len(classes) + 1), dtype=np.int64)
        np.add.at(cells, (to[:, None], to[None, :]), self._cells)
        self._classes, self._cells = classes, cells


def _supports(classes: Sequence[Category], codes: IntArray) -> dict[Category, int]:
    counts = np.bincount(codes, minlength=len(classes)).tolist()
    return {name: count for name, count in zip(classes, counts, strict=True) if count}


def _places(classes: Sequence[Category], places: dict[Category, int]) -> IntArray:
    """Return where each class stands among the kept, or the place of `other` behind them."""
    return np.array([places.get(name, len(places)) for name in classes], dtype=np.int64)
