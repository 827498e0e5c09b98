"""Two versions asked about the same sample: what they answer differently, and who is right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from modelkeep.comparison.deep import PredictionsDifference
from modelkeep.comparison.predictions.answers import read_answers
from modelkeep.comparison.predictions.bootstrap import Draws
from modelkeep.comparison.predictions.class_answers import compare_classes
from modelkeep.comparison.predictions.codes import read_labels
from modelkeep.comparison.predictions.intervals import wilson_interval
from modelkeep.comparison.predictions.number_answers import compare_numbers
from modelkeep.comparison.predictions.pair import Kind, Pair, find_kind
from modelkeep.errors import InvalidInputError, InvalidSettingError, UnknownChoiceError

_SHARE_CONFIDENCE = 0.95
_LEAST_RESAMPLES = 100


def compare_predictions(
    predict1: object,
    predict2: object,
    sample: Any,
    *,
    labels: Sequence[Any] | npt.ArrayLike | None = None,
    ids: Sequence[int | str] | None = None,
    examples: int = 20,
    confidence: float = 0.95,
    seed: int = 0,
    scores1: npt.ArrayLike | None = None,
    scores2: npt.ArrayLike | None = None,
    classes: Sequence[Any] | None = None,
    kind: Kind | None = None,
    resamples: int = 2000,
) -> PredictionsDifference:
    """Ask two versions about the same rows and tell what they answer differently.

    With labels, accuracy is tested by McNemar's test with Newcombe's interval, all else by the
    paired bootstrap: f1_macro, and log_loss and brier_score where both give probabilities; for
    numbers mean_absolute_error, root_mean_squared_error and r2. `improved` follows from the
    interval alone; with few rows that differ, the p-value may lie on the other side of its border.

    Args:
        predict1: A callable that takes the sample, or a model with `predict`, `predict_proba` or
            `decision_function`.
        predict2: Likewise.
        sample: What both take; each is given it once, as it is.
        labels: The truth of each row, shape (rows,); a row with None or NaN is in no test.
        ids: What to call the rows in the examples.
        examples: How many flips to show: of classes those of which both were most sure, of
            numbers those furthest apart.
        confidence: Of the intervals of the tests, in (0, 1); that of the flipped share has 95 %.
        seed: Of the bootstrap, which is the same for the same seed.
        scores1: Instead of the scores that version1 gives itself: of its answers, shape (rows,),
            or by class, shape (rows, classes).
        scores2: Likewise for version2.
        classes: What the columns of scores are, where a model has no `classes_`.
        kind: Whether the answers are classes or numbers. By default they are classes if a model
            has `classes_` or `predict_proba`, if they are words, or if answers and labels are all
            whole numbers; else numbers.
        resamples: How often the bootstrap draws rows, at least 100.

    Returns:
        The differences, version2 seen from version1.

    Raises:
        InvalidInputError: Answers, labels or ids do not fit together, or a setting is out of range.

    Example:
        >>> found = compare_predictions(lambda x: x > 1, lambda x: x > 2, np.arange(4.0))
        >>> found["flipped"], found["examples"][0]["row"]
        (1, 2)
    """
    _check_settings(examples, confidence, kind, resamples)
    answers1 = read_answers(predict1, sample, version="version1", scores=scores1, classes=classes)
    answers2 = read_answers(predict2, sample, version="version2", scores=scores2, classes=classes)
    rows = answers1.values.size
    _check_length("the answers of version2", answers2.values.shape, rows)
    if ids is not None:
        _check_length("ids", (len(ids),), rows)
    truth = None if labels is None else read_labels(labels)
    if truth is not None:
        _check_length("labels", truth[0].shape, rows)
    pair = Pair(
        answers1=answers1,
        answers2=answers2,
        labels=None if truth is None else truth[0],
        known=np.zeros(rows, bool) if truth is None else truth[1],
        ids=ids,
        examples=examples,
        draws=Draws(
            confidence=confidence, resamples=resamples, generator=np.random.default_rng(seed)
        ),
    )
    chosen = kind or find_kind(pair)
    outcome = compare_classes(pair) if chosen == "classes" else compare_numbers(pair)
    count = int(np.count_nonzero(outcome.flipped))
    lower, upper = wilson_interval(count, rows, _SHARE_CONFIDENCE)
    return {
        "kind": chosen,
        "rows": rows,
        "flipped": count,
        "flipped_share": count / rows,
        "flipped_lower": lower,
        "flipped_upper": upper,
        "examples": outcome.examples,
        "tests": outcome.tests,
        "notes": outcome.notes,
    }


def _check_settings(examples: int, confidence: float, kind: str | None, resamples: int) -> None:
    if examples < 0:
        raise InvalidSettingError("examples", examples, "at least 0")
    if not 0.0 < confidence < 1.0:
        raise InvalidSettingError("confidence", confidence, "above 0 and below 1, such as 0.95")
    if resamples < _LEAST_RESAMPLES:
        raise InvalidSettingError("resamples", resamples, f"at least {_LEAST_RESAMPLES}")
    if kind not in (None, "classes", "numbers"):
        raise UnknownChoiceError("kind of answers", kind, ("classes", "numbers"))


def _check_length(what: str, shape: tuple[int, ...], rows: int) -> None:
    if shape != (rows,):
        raise InvalidInputError(
            f"{what} have shape {shape}; version1 gave {rows} answers, so it must be ({rows},)"
        )
