"""Which answers flipped between two versions, how many of all that is, and the clearest of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from modelkeep.comparison.deep import FlippedAnswer
from modelkeep.comparison.predictions.answers import Answers, AnyArray, FloatArray
from modelkeep.comparison.predictions.codes import BoolArray, IntArray, plain, plain_number

_RELATIVE_ROUNDING = 1e-6


def numbers_differ(values1: FloatArray, values2: FloatArray) -> BoolArray:
    """Tell where two numbers differ by more than 1e-6 of the greater magnitude.

    NaN is equal to NaN and differs from everything else.

    Args:
        values1: Shape (rows,).
        values2: Shape (rows,).
    """
    same = np.isclose(
        values1, values2, rtol=_RELATIVE_ROUNDING, atol=0.0, equal_nan=True
    ) | np.isclose(values2, values1, rtol=_RELATIVE_ROUNDING, atol=0.0, equal_nan=True)
    return ~same


def own_scores(answers: Answers, values: IntArray, columns: IntArray) -> FloatArray | None:
    """Return the score that a model gave to each of its answers, NaN where it has none.

    Args:
        answers: Of the model.
        values: Its answers as numbers, shape (rows,).
        columns: What the columns of its scores stand for, as numbers of the same kind.
    """
    if answers.own_scores is not None or answers.scores is None:
        return answers.own_scores
    return scores_of(answers.scores, values, columns)


def scores_of(scores: FloatArray, wanted: IntArray, columns: IntArray) -> FloatArray:
    """Return the score of one class in each row, NaN where the scores do not have the class.

    Args:
        scores: Shape (rows, classes).
        wanted: The class of each row as a number, shape (rows,).
        columns: What the columns stand for, as numbers of the same kind.
    """
    size = int(max(wanted.max(initial=0), columns.max(initial=0))) + 1
    column_of = np.full(size, -1, np.int64)
    column_of[columns] = np.arange(columns.size)
    column = column_of[wanted]
    return np.where(column < 0, math.nan, scores[np.arange(wanted.size), column])


def clearness_of_classes(
    scores1: FloatArray | None, scores2: FloatArray | None
) -> FloatArray | None:
    """Return how sure both versions were together of their answers, shape (rows,).

    For two classes this orders flips as the gap between the scores of one class does. A score
    that is not there counts as 0; None where there are none at all.

    Args:
        scores1: That version1 gave its answer, shape (rows,).
        scores2: Likewise.
    """
    parts = [np.nan_to_num(scores) for scores in (scores1, scores2) if scores is not None]
    return np.asarray(sum(parts), np.float64) if parts else None


def clearness_of_numbers(values1: FloatArray, values2: FloatArray) -> FloatArray:
    """Return how far two numbers are apart, infinite where only one is a number.

    Args:
        values1: Shape (rows,).
        values2: Shape (rows,).
    """
    with np.errstate(invalid="ignore", over="ignore"):
        apart = np.abs(values2 - values1)
    return np.where(np.isnan(apart), math.inf, apart)


def choose_examples(
    flipped: BoolArray,
    clearness: FloatArray | None,
    count: int,
    *,
    values: tuple[AnyArray, AnyArray],
    scores: tuple[FloatArray | None, FloatArray | None],
    labels: AnyArray | None,
    ids: Sequence[int | str] | None,
) -> list[FlippedAnswer]:
    """Return the clearest flips first; of equally clear ones the one that comes first.

    Args:
        flipped: Which rows flipped, shape (rows,).
        clearness: The greater the clearer, shape (rows,); None for the order of the rows.
        count: At most this many.
        values: The answers of both versions.
        scores: What each gave its answer.
        labels: The truths where they were given.
        ids: What to call the rows.
    """
    rows = np.flatnonzero(flipped)
    if clearness is not None:
        rows = rows[np.argsort(-clearness[rows], kind="stable")]
    return [
        {
            "row": row if ids is None else _row_id(ids[row]),
            "answer1": plain(values[0][row]),
            "answer2": plain(values[1][row]),
            "score1": plain_number(scores[0], row),
            "score2": plain_number(scores[1], row),
            "label": None if labels is None else plain(labels[row]),
        }
        for row in rows[:count].tolist()
    ]


def _row_id(value: Any) -> int | str:
    known = plain(value)
    return known if isinstance(known, int) else str(known)
