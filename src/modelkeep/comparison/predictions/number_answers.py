"""The comparison of two versions that answer with numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from modelkeep.comparison.deep import PairedTest
from modelkeep.comparison.predictions.answers import AnyArray, FloatArray
from modelkeep.comparison.predictions.codes import is_numeric
from modelkeep.comparison.predictions.flips import (
    choose_examples,
    clearness_of_numbers,
    numbers_differ,
)
from modelkeep.comparison.predictions.number_scores import check_errors
from modelkeep.comparison.predictions.pair import Outcome, Pair, note_labels
from modelkeep.errors import InvalidInputError

# The square of a greater error could not be summed up.
_FARTHEST = 1e150


def compare_numbers(pair: Pair) -> Outcome:
    """Compare answers that may be closer or farther apart.

    Args:
        pair: The answers and labels.

    Raises:
        InvalidInputError: Answers or labels are no numbers.
    """
    one, two = pair.answers1, pair.answers2
    values1 = _as_floats(one.values, "the answers of version1")
    values2 = _as_floats(two.values, "the answers of version2")
    labels = None if pair.labels is None else _as_floats(pair.labels, "labels")
    flipped = numbers_differ(values1, values2)
    notes: list[str] = []
    return Outcome(
        flipped=flipped,
        examples=choose_examples(
            flipped,
            clearness_of_numbers(values1, values2),
            pair.examples,
            values=(one.values, two.values),
            scores=(one.own_scores, two.own_scores),
            labels=pair.labels,
            ids=pair.ids,
        ),
        tests=[] if labels is None else _tests(pair, values1, values2, labels, notes),
        notes=notes,
    )


def _tests(
    pair: Pair, values1: FloatArray, values2: FloatArray, labels: FloatArray, notes: list[str]
) -> list[PairedTest]:
    _, enough = note_labels(pair, notes)
    at = pair.known
    truth, known1, known2 = labels[at], values1[at], values2[at]
    broken = False
    for name, array in (
        ("answers of version1", known1),
        ("answers of version2", known2),
        ("labels", truth),
    ):
        count = int(np.count_nonzero(~(np.abs(array) < _FARTHEST)))
        if count:
            notes.append(f"{count} {name} are not finite or beyond 1e150, so nothing was tested")
            broken = True
    if not enough or broken:
        return []
    if _are_whole(truth, 0.0, 1.0) and all(_are_within(array) for array in (known1, known2)):
        notes.append(
            "The answers look like probabilities of the label 1 and were compared as numbers; "
            "callables that return 0 or 1 would be tested as classes"
        )
    tests = check_errors(known1, known2, truth, pair.draws)
    if not any(test["metric"] == "r2" for test in tests):
        notes.append("All labels are equal, so there is no r2")
    return tests


def _are_whole(array: FloatArray, *values: float) -> bool:
    return bool(np.isin(array, values).all())


def _are_within(array: FloatArray) -> bool:
    return bool(((array >= 0.0) & (array <= 1.0)).all())


def _as_floats(array: AnyArray, what: str) -> FloatArray:
    if is_numeric(array):
        return array.astype(np.float64)
    numbers: Iterable[object] = array.tolist()
    if array.dtype.kind == "O" and all(_is_number(value) for value in numbers):
        return np.array([math.nan if value is None else value for value in array], np.float64)
    raise InvalidInputError(
        f"{what} must be numbers where answers are numbers; they hold values such as "
        f"{array[0]!r}. kind='classes' compares them as classes"
    )


def _is_number(value: object) -> bool:
    return value is None or isinstance(value, int | float | np.number)
