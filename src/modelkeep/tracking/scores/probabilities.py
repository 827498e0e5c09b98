"""Scores of predicted probabilities, and estimates of the accuracy before labels are known."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, Self, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from modelkeep.errors import InvalidInputError, InvalidSettingError, UnknownChoiceError
from modelkeep.tracking.scores import ranking
from modelkeep.tracking.scores.calibration import Calibration, learned_calibration
from modelkeep.tracking.scores.score_bins import (
    SCORE_BINS,
    bin_middles,
    checked_scores,
    counted,
    likelihood_clip,
    score_bins,
)
from modelkeep.tracking.sketches.arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    check_same_length,
    checked_numbers,
)
from modelkeep.tracking.sketches.encoding import Count, State, Summary, check_same_settings
from modelkeep.tracking.sketches.no_rows import require_rows
from modelkeep.tracking.sketches.varints import pack_counts, unpack_counts

Of: TypeAlias = Literal["positive_class", "predicted_class"]

_CALIBRATION_BINS = 10
_NEGATIVE, _POSITIVE, _UNLABELLED = range(3)  # rows of the counts
_LOG_LOSS, _SQUARES, _SCORES = 0, 1, slice(2, None)  # places of the sums
_FEWEST_STEPS, _MOST_STEPS = 10, 50


class ProbabilitiesState(State, frozen=True):
    """What `Probabilities` know.

    The counts of negative, positive and unlabelled rows are those of `varints`; the sums are of
    log losses, of squared differences, and of the scores in each of ten bins. Where each bin has
    as many unlabelled rows as others or more, those beyond them are written: mostly all rows are
    counted there too, and their differences take less room.
    """

    of: Of
    counts: list[bytes]
    sums: list[float]
    left_out: Count
    is_beyond: bool = False


class Probabilities(Summary):
    """Predicted probabilities against what came true.

    Either of two things has a score and a truth in each row, as `of` says:

    - "positive_class": the score is the probability of the positive class of two, the truth
      whether it is the label. All scores are then those of scikit-learn.
    - "predicted_class": the score is the probability of the predicted class, one of any number,
      the truth whether the prediction is right. The log loss and the Brier score are those of
      this yes or no, since the probabilities of the other classes are not known.

    The area under the ROC curve and the average precision come from 240 equal bins of the
    score: exact where no two different scores share a bin, else between their `_bounds`. On
    scores that are spread over 0 to 1 they are within 0.002. All else is exact up to the rounding
    of sums. A merge gives the same counts, to the bit, as adding all rows to one.

    Args:
        of: Whose probability a score is.

    Attributes:
        left_out: How many rows have the score NaN; they count nowhere else.
    """

    __slots__ = ("_counts", "_sums", "left_out", "of")
    kind: ClassVar[int] = 6
    state_class: ClassVar[type[State]] = ProbabilitiesState

    def __init__(self, of: Of = "positive_class") -> None:
        if of not in get_args(Of):
            raise UnknownChoiceError("of", of, get_args(Of))
        self.of: Of = of
        self._counts: IntArray = np.zeros((3, SCORE_BINS), dtype=np.int64)
        self._sums: FloatArray = np.zeros(2 + _CALIBRATION_BINS)
        self.left_out = 0

    @property
    def count(self) -> int:
        """How many rows have a truth."""
        return self.positive_count + self.negative_count

    @property
    def positive_count(self) -> int:
        """How many rows have a truth that is 1."""
        return int(self._counts[_POSITIVE].sum())

    @property
    def negative_count(self) -> int:
        """How many rows have a truth that is 0."""
        return int(self._counts[_NEGATIVE].sum())

    @property
    def unlabelled_count(self) -> int:
        """How many rows have no truth yet."""
        return int(self._counts[_UNLABELLED].sum())

    def add(self, truths: npt.ArrayLike, scores: npt.ArrayLike) -> None:
        """Take in rows with a truth.

        Args:
            truths: 0 or 1 of each row.
            scores: Each 0 to 1, as many; NaN leaves a row out.

        Raises:
            InvalidInputError: A truth is neither 0 nor 1, a score is out of range, or the numbers
                of rows differ.
        """
        truth = checked_numbers("truths", truths)
        score, known = checked_scores(scores)
        check_same_length("truths", truth.size, "scores", known.size)
        positive: BoolArray = truth == 1
        if not np.all(positive | (truth == 0)):
            wrong = truth[~positive & (truth != 0)][0]
            raise InvalidInputError(f"the truth {wrong!r} must be 0 or 1")
        self.left_out += int(known.size - score.size)
        positive = positive[known]
        self._counts[_POSITIVE] += counted(score[positive])
        self._counts[_NEGATIVE] += counted(score[~positive])
        likelihoods, least = np.where(positive, score, 1 - score), likelihood_clip(scores)
        self._sums[_LOG_LOSS] -= np.log(np.clip(likelihoods, least, 1 - least)).sum()
        self._sums[_SQUARES] += ((score - positive) ** 2).sum()
        wide = score_bins(score) // (SCORE_BINS // _CALIBRATION_BINS)
        self._sums[_SCORES] += np.bincount(wide, weights=score, minlength=_CALIBRATION_BINS)

    def add_unlabelled(self, scores: npt.ArrayLike) -> None:
        """Take in rows whose truth is not known yet, for estimates.

        Args:
            scores: Each 0 to 1; NaN leaves a row out.

        Raises:
            InvalidInputError: A score is out of range.
        """
        score, known = checked_scores(scores)
        self.left_out += int(known.size - score.size)
        self._counts[_UNLABELLED] += counted(score)

    def merge(self, other: Self) -> None:
        """Take in all that others have seen.

        Raises:
            InvalidInputError: Their scores are of something else.
        """
        check_same_settings("of", self.of, other.of)
        self._counts += other._counts
        self._sums += other._sums
        self.left_out += other.left_out

    def log_loss(self) -> float:
        """Return the mean of -ln of the probability of what came true.

        Scores are clipped by the rounding error of their float type, as by scikit-learn.

        Raises:
            NoRowsError: No row has a truth; so do all scores.
        """
        require_rows("a log loss", self.count)
        return float(self._sums[_LOG_LOSS]) / self.count

    def brier_score_loss(self) -> float:
        """Return the mean of (score - truth)²."""
        require_rows("a Brier score", self.count)
        return float(self._sums[_SQUARES]) / self.count

    def roc_auc(self) -> float:
        """Return the area under the ROC curve, by bins of the score.

        Raises:
            NoRowsError: There is no positive or no negative row.
        """
        require_rows("an area under the ROC curve", min(self.positive_count, self.negative_count))
        return ranking.roc_auc(self._counts[_POSITIVE], self._counts[_NEGATIVE])

    def roc_auc_bounds(self) -> tuple[float, float]:
        """Return limits between which the area by the exact scores lies for certain."""
        self.roc_auc()
        return ranking.roc_auc_bounds(self._counts[_POSITIVE], self._counts[_NEGATIVE])

    def average_precision(self) -> float:
        """Return the average precision, by bins of the score.

        Raises:
            NoRowsError: There is no positive row.
        """
        require_rows("an average precision", self.positive_count)
        return ranking.average_precision(self._counts[_POSITIVE], self._counts[_NEGATIVE])

    def average_precision_bounds(self) -> tuple[float, float]:
        """Return limits between which the average precision by exact scores lies for certain."""
        self.average_precision()
        return ranking.average_precision_bounds(self._counts[_POSITIVE], self._counts[_NEGATIVE])

    def expected_calibration_error(self) -> float:
        """Return how far scores are from shares that came true, on average over ten equal bins.

        Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian
        binning", AAAI 2015. A bin holds its lower edge; the last one also holds 1.
        """
        require_rows("an expected calibration error", self.count)
        came_true = self._counts[_POSITIVE].reshape(_CALIBRATION_BINS, -1).sum(axis=1)
        return float(np.abs(came_true - self._sums[_SCORES]).sum()) / self.count

    def calibration(self, steps: int = 20, least_rows: int = 100) -> Calibration:
        """Return what the scores stand for, learned from the rows with a truth.

        Args:
            steps: Groups of scores, 10 to 50; see `learned_calibration`.
            least_rows: With fewer rows than this the scores are taken at their word.

        Raises:
            InvalidSettingError: `steps` is out of range.
        """
        if not _FEWEST_STEPS <= steps <= _MOST_STEPS:
            raise InvalidSettingError("steps", steps, f"from {_FEWEST_STEPS} to {_MOST_STEPS}")
        if self.count < max(least_rows, 1):
            return Calibration()
        return learned_calibration(self._counts[_POSITIVE], self._counts[_NEGATIVE], steps)

    def estimated_accuracy(self, calibration: Calibration | None = None) -> float:
        """Return an estimate of the accuracy on the rows without a truth: not a measurement.

        The mean of the calibrated probability that the prediction is right (confidence-based
        performance estimation; Kivimäki and others, "Confidence-based estimators for predictive
        performance in model monitoring", 2024). It holds only while scores mean what they meant
        on the labelled rows: it sees a shift of the scores, not of what they stand for. Of scores
        of a positive class, 0.5 and above count as the prediction of it.

        Args:
            calibration: Learned elsewhere; None learns it from the rows with a truth here.

        Raises:
            NoRowsError: There are no rows without a truth.
        """
        require_rows("an estimated accuracy", self.unlabelled_count)
        chosen = self.calibration() if calibration is None else calibration
        middles = bin_middles()
        chances = chosen.apply(middles)
        if self.of == "positive_class":
            chances = np.where(middles > 1 / 2, chances, 1 - chances)
        return float(self._counts[_UNLABELLED] @ chances) / self.unlabelled_count

    def accuracy(self) -> float:
        """Return the accuracy on the rows with a truth, where 0.5 and above predicts a class."""
        require_rows("an accuracy", self.count)
        if self.of == "predicted_class":
            return self.positive_count / self.count
        half = SCORE_BINS // 2
        positives, negatives = self._counts[_POSITIVE], self._counts[_NEGATIVE]
        return int(positives[half:].sum() + negatives[:half].sum()) / self.count

    def scores(self) -> dict[str, float]:
        """Return all scores by name; those of ranking only where there are rows of both truths.

        Raises:
            NoRowsError: No row has a truth.
        """
        found = {
            "accuracy": self.accuracy(),
            "log_loss": self.log_loss(),
            "brier_score_loss": self.brier_score_loss(),
            "expected_calibration_error": self.expected_calibration_error(),
        }
        if self.positive_count and self.negative_count:
            found["roc_auc"] = self.roc_auc()
            found["average_precision"] = self.average_precision()
        return found

    def to_state(self) -> ProbabilitiesState:
        """Return what they know."""
        negative, positive, unlabelled = self._counts
        beyond = unlabelled - negative - positive
        is_beyond = bool((beyond >= 0).all())
        parts = negative, positive, beyond if is_beyond else unlabelled
        return ProbabilitiesState(
            self.of,
            [pack_counts(part) for part in parts],
            self._sums.tolist(),
            self.left_out,
            is_beyond,
        )

    @classmethod
    def from_state(cls, state: Any) -> Self:
        """Undo `to_state`.

        Raises:
            InvalidInputError: The parts of the state contradict one another.
        """
        made = cls(state.of)
        counts = [unpack_counts(part, SCORE_BINS) for part in state.counts]
        sums = np.array(state.sums, dtype=np.float64)
        sound = sums.shape == made._sums.shape and np.all((sums >= 0) & (sums < np.inf))
        sizes = [part.size for part in counts]
        if not sound or sizes != [SCORE_BINS] * len(made._counts):
            raise InvalidInputError(f"counts in {sizes} bins with the sums {state.sums} do not fit")
        made._counts, made._sums, made.left_out = np.array(counts), sums, state.left_out
        if state.is_beyond:
            made._counts[_UNLABELLED] += made._counts[_NEGATIVE] + made._counts[_POSITIVE]
        return made
