"""Scores of predicted numbers from sums over their errors."""

from __future__ import annotations

import math
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from modelkeep.errors import InvalidInputError
from modelkeep.tracking.sketches.arrays import check_same_length, checked_numbers
from modelkeep.tracking.sketches.encoding import Count, State, Summary
from modelkeep.tracking.sketches.log_histogram import LogHistogram, LogHistogramState
from modelkeep.tracking.sketches.moments import Moments, MomentsState
from modelkeep.tracking.sketches.no_rows import require_rows

_LEAST_LABEL = 2.0**-52  # what scikit-learn divides by where the label is 0


class ResidualsState(State, frozen=True):
    """What `Residuals` know."""

    labels: MomentsState
    errors: MomentsState
    magnitudes: LogHistogramState
    sum_of_magnitudes: float
    sum_of_relative_errors: float
    left_out: Count


class Residuals(Summary):
    """The errors of predicted numbers, where an error is the prediction less the label.

    All scores are those of scikit-learn and, up to the rounding of sums, the same after any
    merges; only the median absolute error is an estimate, within 1 % by a `LogHistogram`.

    Attributes:
        left_out: How many rows have a label, a prediction or an error that is NaN or infinite;
            they count nowhere else.
    """

    __slots__ = (
        "_errors",
        "_labels",
        "_magnitudes",
        "_sum_of_magnitudes",
        "_sum_of_relative_errors",
        "left_out",
    )
    kind: ClassVar[int] = 5
    state_class: ClassVar[type[State]] = ResidualsState

    def __init__(self) -> None:
        self._labels = Moments()
        self._errors = Moments()
        self._magnitudes = LogHistogram()
        self._sum_of_magnitudes = 0.0
        self._sum_of_relative_errors = 0.0
        self.left_out = 0

    @property
    def count(self) -> int:
        """How many rows count."""
        return self._errors.count

    def add(self, labels: npt.ArrayLike, predictions: npt.ArrayLike) -> None:
        """Take in rows.

        Args:
            labels: The true numbers, of any shape.
            predictions: The predicted numbers, as many.

        Raises:
            InvalidInputError: They are not numbers, or the numbers of rows differ.
        """
        truth = checked_numbers("labels", labels)
        predicted = checked_numbers("predictions", predictions)
        check_same_length("labels", truth.size, "predictions", predicted.size)
        with np.errstate(over="ignore", invalid="ignore"):
            errors = predicted - truth
        sound = np.isfinite(errors)  # so are then both that it is the difference of
        if not sound.all():
            self.left_out += int(errors.size - sound.sum())
            truth, errors = truth[sound], errors[sound]
        magnitudes = np.abs(errors)
        self._labels.add(truth)
        self._errors.add(errors)
        self._magnitudes.add(magnitudes)
        with np.errstate(over="ignore"):
            self._sum_of_magnitudes += float(magnitudes.sum())
            relative = magnitudes / np.maximum(np.abs(truth), _LEAST_LABEL)
            self._sum_of_relative_errors += float(relative.sum())

    def merge(self, other: Self) -> None:
        """Take in all that others have seen."""
        self._labels.merge(other._labels)
        self._errors.merge(other._errors)
        self._magnitudes.merge(other._magnitudes)
        self._sum_of_magnitudes += other._sum_of_magnitudes
        self._sum_of_relative_errors += other._sum_of_relative_errors
        self.left_out += other.left_out

    def mean_error(self) -> float:
        """Return the bias: above 0 where predictions are too high on average.

        Raises:
            NoRowsError: There are no rows; so do all scores.
        """
        require_rows("a mean error", self.count)
        return self._errors.mean

    def mean_absolute_error(self) -> float:
        """Return the mean of |error|."""
        require_rows("a mean absolute error", self.count)
        return self._sum_of_magnitudes / self.count

    def mean_squared_error(self) -> float:
        """Return the mean of the squared errors."""
        require_rows("a mean squared error", self.count)
        return self._sum_of_squares() / self.count

    def root_mean_squared_error(self) -> float:
        """Return the root of the mean squared error, in the unit of the labels."""
        return math.sqrt(self.mean_squared_error())

    def median_absolute_error(self) -> float:
        """Return the median of |error|, an estimate within 1 %."""
        require_rows("a median absolute error", self.count)
        return self._magnitudes.quantile(0.5)

    def mean_absolute_percentage_error(self) -> float:
        """Return the mean of |error| / |label|, a fraction; a label of 0 counts as 2.2e-16."""
        require_rows("a mean absolute percentage error", self.count)
        return self._sum_of_relative_errors / self.count

    def max_error(self) -> float:
        """Return the greatest |error|."""
        require_rows("a greatest error", self.count)
        return self._magnitudes.maximum

    def r2(self) -> float:
        """Return the coefficient of determination, 1 - sum error² / sum (label - mean)².

        Where all labels are equal it is 1 if there is no error, else 0.

        Raises:
            NoRowsError: There are fewer than two rows.
        """
        require_rows("R²", self.count, 2)
        return self._explained(self._sum_of_squares())

    def explained_variance(self) -> float:
        """Return 1 - variance of the errors / variance of the labels, which forgives a bias.

        Where all labels are equal it is 1 if all errors are equal, else 0.
        """
        require_rows("an explained variance", self.count)
        return self._explained(self._errors.sum_of_squares)

    def scores(self) -> dict[str, float]:
        """Return all scores by name; R² only where there are two rows.

        Raises:
            NoRowsError: There are no rows.
        """
        found = {
            "mean_error": self.mean_error(),
            "mean_absolute_error": self.mean_absolute_error(),
            "mean_squared_error": self.mean_squared_error(),
            "root_mean_squared_error": self.root_mean_squared_error(),
            "median_absolute_error": self.median_absolute_error(),
            "mean_absolute_percentage_error": self.mean_absolute_percentage_error(),
            "max_error": self.max_error(),
            "explained_variance": self.explained_variance(),
        }
        return found if self.count == 1 else {**found, "r2": self.r2()}

    def to_state(self) -> ResidualsState:
        """Return what they know."""
        return ResidualsState(
            self._labels.to_state(),
            self._errors.to_state(),
            self._magnitudes.to_state(),
            self._sum_of_magnitudes,
            self._sum_of_relative_errors,
            self.left_out,
        )

    @classmethod
    def from_state(cls, state: Any) -> Self:
        """Undo `to_state`.

        Raises:
            InvalidInputError: The parts of the state contradict one another.
        """
        made = cls()
        made._labels = Moments.from_state(state.labels)
        made._errors = Moments.from_state(state.errors)
        made._magnitudes = LogHistogram.from_state(state.magnitudes)
        made._sum_of_magnitudes = state.sum_of_magnitudes
        made._sum_of_relative_errors = state.sum_of_relative_errors
        made.left_out = state.left_out
        counts = {made._labels.count, made._errors.count, made._magnitudes.count}
        sums = (state.sum_of_magnitudes, state.sum_of_relative_errors)
        if len(counts) > 1 or not min(sums) >= 0 or not max(sums) >= 0:
            raise InvalidInputError(f"counts {sorted(counts)} and sums {sums} are no residuals")
        # A merge checks that the histogram has the settings of all others.
        LogHistogram().merge(made._magnitudes)
        return made

    def _sum_of_squares(self) -> float:
        return self._errors.sum_of_squares + self.count * self._errors.mean * self._errors.mean

    def _explained(self, unexplained: float) -> float:
        if self._labels.sum_of_squares == 0:
            return 0.0 if unexplained else 1.0
        return 1 - unexplained / self._labels.sum_of_squares
