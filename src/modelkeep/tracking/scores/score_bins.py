"""Predicted probabilities, checked, and the equal bins they are counted in."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from modelkeep.errors import InvalidInputError
from modelkeep.tracking.sketches.arrays import BoolArray, FloatArray, IntArray, checked_numbers

SCORE_BINS = 240
_ROUNDING = 1e-6  # by which float32 scores may exceed 1


def checked_scores(scores: npt.ArrayLike) -> tuple[FloatArray, BoolArray]:
    """Return the scores that are not NaN, within 0 to 1, and which of all they are.

    Args:
        scores: Numbers of any shape, from 0 to 1 but for rounding.

    Raises:
        InvalidInputError: One is no number, or out of range.
    """
    values = checked_numbers("scores", scores)
    known = ~np.isnan(values)
    present = values if known.all() else values[known]
    if present.size:
        least, greatest = float(present.min()), float(present.max())
        if least < -_ROUNDING or greatest > 1 + _ROUNDING:
            raise InvalidInputError(
                f"scores from {least!r} to {greatest!r} are no probabilities; each must lie "
                "from 0 to 1"
            )
        if least < 0 or greatest > 1:
            present = np.clip(present, 0, 1)
    return present, known


def counted(scores: FloatArray) -> IntArray:
    """Return how many scores lie in each bin; a bin holds its lower edge, the last one also 1."""
    return np.bincount(score_bins(scores), minlength=SCORE_BINS)


def score_bins(scores: FloatArray) -> IntArray:
    """Return the number of each score's bin."""
    return np.minimum((scores * SCORE_BINS).astype(np.int64), SCORE_BINS - 1)


def bin_middles() -> FloatArray:
    """Return the middle of each bin."""
    return (np.arange(SCORE_BINS) + 0.5) / SCORE_BINS


def likelihood_clip(scores: npt.ArrayLike) -> float:
    """Return how far scikit-learn keeps scores from 0 and 1: the epsilon of their float type."""
    dtype = np.asarray(scores).dtype
    return float(np.finfo(dtype if dtype.kind == "f" else np.float64).eps)
