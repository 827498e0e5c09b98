"""Both versions' answers beside the labels, and what they are: classes or numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from modelkeep.comparison.deep import FlippedAnswer, PairedTest
from modelkeep.comparison.predictions.answers import Answers, AnyArray
from modelkeep.comparison.predictions.bootstrap import Draws
from modelkeep.comparison.predictions.codes import BoolArray, has_fractions, is_numeric

Kind = Literal["classes", "numbers"]

# Fewer rows say too little of what other rows would be like for a bootstrap to be honest.
_LEAST_ROWS = 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pair:
    """What two versions answered on the same rows, and how to compare it.

    Attributes:
        answers1: Of version1.
        answers2: Of version2.
        labels: The truths, shape (rows,); None where none were given.
        known: Which of them are known, shape (rows,).
        ids: What to call the rows.
        examples: How many flips to show.
        draws: How the bootstrap is done.
    """

    answers1: Answers
    answers2: Answers
    labels: AnyArray | None
    known: BoolArray
    ids: Sequence[int | str] | None
    examples: int
    draws: Draws


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """What came of it; see `PredictionsDifference`."""

    flipped: BoolArray
    examples: list[FlippedAnswer]
    tests: list[PairedTest]
    notes: list[str]


def find_kind(pair: Pair) -> Kind:
    """Tell classes from numbers: by the models, else by whether any value is no whole number.

    Args:
        pair: The answers and labels.
    """
    answers = (pair.answers1, pair.answers2)
    arrays = [one.values for one in answers]
    if any(one.are_classes for one in answers) or not all(is_numeric(one) for one in arrays):
        return "classes"
    if pair.labels is not None:
        arrays.append(pair.labels)
    return "numbers" if any(has_fractions(array) for array in arrays) else "classes"


def note_labels(pair: Pair, notes: list[str]) -> tuple[bool, bool]:
    """Tell whether there are labels to test with, and enough for a bootstrap; note what is not.

    Args:
        pair: The answers and labels.
        notes: What is missing is added to it.
    """
    if pair.labels is None:
        return False, False
    count = int(np.count_nonzero(pair.known))
    if count < pair.known.size:
        notes.append(f"{pair.known.size - count} rows have no label and are in no test")
    if 0 < count < _LEAST_ROWS:
        notes.append(
            f"{count} rows with a label are too few for a bootstrap, which takes {_LEAST_ROWS}"
        )
    return count > 0, count >= _LEAST_ROWS
