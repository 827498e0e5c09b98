"""What a model answers on a sample, and with what score, however it wants to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from modelkeep.errors import InvalidInputError

FloatArray = npt.NDArray[np.float64]
AnyArray = npt.NDArray[Any]

_METHODS = ("predict", "predict_proba", "decision_function")
# Probabilities of 32 bits, or rounded for a file, do not add up to one to the last digit.
_SUM_TOLERANCE = 1e-3
_TABLE = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answers:
    """The answers of one version.

    Attributes:
        values: Shape (rows,).
        classes: What the columns of `scores` stand for, shape (classes,); None where no scores by
            class are there.
        scores: Shape (rows, classes).
        own_scores: What was given instead: the score of each answer, shape (rows,).
        are_probabilities: Whether each row of `scores` is in [0, 1] and adds up to one.
        are_classes: Whether the model itself says that it tells classes.
    """

    values: AnyArray
    classes: AnyArray | None = None
    scores: FloatArray | None = None
    own_scores: FloatArray | None = None
    are_probabilities: bool = False
    are_classes: bool = False


def read_answers(
    predict: object,
    sample: Any,
    *,
    version: str,
    scores: npt.ArrayLike | None = None,
    classes: Sequence[Any] | None = None,
) -> Answers:
    """Ask a model about a sample.

    Args:
        predict: A model with `predict`, `predict_proba` or `decision_function`, or a callable that
            takes the sample and returns an answer per row, or probabilities of classes per row.
        sample: What the model takes; it is given to it as it is.
        version: How errors name the model.
        scores: Instead of the model's own: of each answer, shape (rows,), or by class, shape
            (rows, classes).
        classes: What the columns of scores are, where the model has no `classes_`; 0, 1, ... by
            default where the answers are made from probabilities.

    Returns:
        Its answers.

    Raises:
        InvalidInputError: It cannot be asked, or what it said has not one answer per row.
    """
    values = _ask(predict, sample, version)
    named = getattr(predict, "classes_", None)
    names = _vector(classes if named is None else named)
    own, matrix = None, None
    if scores is not None:
        given = np.asarray(scores, np.float64)
        own, matrix = (given, None) if given.ndim == 1 else (None, given)
    elif _is_distribution(values):
        values, matrix = None, values
    else:
        matrix = _ask_scores(predict, sample)
    if matrix is not None:
        names = np.arange(matrix.shape[-1]) if names is None and values is None else names
        if matrix.ndim != _TABLE or names is None or names.size != matrix.shape[1]:
            if scores is not None or values is None:
                raise InvalidInputError(
                    f"the scores of {version} have shape {matrix.shape}; they must have shape "
                    "(rows,), or (rows, classes) with `classes` naming each column"
                )
            matrix = None
    if values is None:
        values = _chosen(matrix, names, version)
    values = _checked_values(values, version)
    for found in (own, matrix):
        _check_rows(found, values.size, version)
    return Answers(
        values=values,
        classes=None if matrix is None else names,
        scores=matrix,
        own_scores=own,
        are_probabilities=_is_distribution(matrix),
        are_classes=named is not None or hasattr(predict, "predict_proba"),
    )


def _ask(predict: Any, sample: Any, version: str) -> Any:
    if hasattr(predict, "predict"):
        return np.asarray(predict.predict(sample))
    if any(hasattr(predict, method) for method in _METHODS):
        return None
    if callable(predict):
        return np.asarray(predict(sample))
    raise InvalidInputError(
        f"{version} is a {type(predict).__name__} and cannot be asked; give a callable or a model "
        f"with {', '.join(_METHODS[:-1])} or {_METHODS[-1]}"
    )


def _ask_scores(predict: Any, sample: Any) -> FloatArray | None:
    for method in _METHODS[1:]:
        if hasattr(predict, method):
            found = getattr(predict, method)(sample)
            if isinstance(found, list):
                # Of several outputs scikit-learn gives a list, which are no scores by class.
                return None
            scores = np.asarray(found, np.float64)
            if scores.ndim != 1:
                return scores
            # Of two classes the score of the second may stand alone.
            return np.column_stack([1.0 - scores if method == "predict_proba" else -scores, scores])
    return None


def _chosen(matrix: FloatArray | None, names: AnyArray | None, version: str) -> AnyArray:
    if matrix is None or names is None:
        raise InvalidInputError(
            f"{version} gives scores of several outputs but no answers; "
            "give a callable that returns one answer per row"
        )
    chosen: AnyArray = names[np.argmax(matrix, axis=1)]
    return chosen


def _is_distribution(scores: Any) -> bool:
    if scores is None or scores.ndim != _TABLE or scores.dtype.kind != "f" or scores.shape[1] == 1:
        return False
    within = bool(np.all((scores >= -_SUM_TOLERANCE) & (scores <= 1.0 + _SUM_TOLERANCE)))
    return within and bool(np.all(np.abs(scores.sum(axis=1) - 1.0) <= _SUM_TOLERANCE))


def _vector(classes: Any) -> AnyArray | None:
    """Return the classes as an array; None where there are some for each of several outputs."""
    several = isinstance(classes, list) and any(np.ndim(part) for part in classes)
    return None if classes is None or several else np.asarray(classes)


def _checked_values(values: AnyArray, version: str) -> AnyArray:
    if values.ndim == _TABLE and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim != 1 or not values.size:
        raise InvalidInputError(
            f"the answers of {version} have shape {values.shape}; they must have shape (rows,) "
            "with at least one row, or be probabilities of shape (rows, classes)"
        )
    return values


def _check_rows(scores: FloatArray | None, rows: int, version: str) -> None:
    if scores is not None and scores.shape[0] != rows:
        raise InvalidInputError(
            f"the scores of {version} have shape {scores.shape} for {rows} answers; "
            "they must have one row for each"
        )
