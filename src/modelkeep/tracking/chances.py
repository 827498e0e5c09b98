"""Probabilities of answers, as those of the class 1 of two, or as those of what was answered.

Whether there are two classes is not known of a single row. So rows are kept such that both can be
told of them later, in no more room than one takes: an answer of 0 or 1 that is more probable than
not is known by the probability of 1, and the others are kept apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from modelkeep.tracking.answer_kinds import are_floats, told
from modelkeep.tracking.columns import Array, Columns
from modelkeep.tracking.scores.probabilities import Of, Probabilities, ProbabilitiesState
from modelkeep.tracking.scores.score_bins import SCORE_BINS
from modelkeep.tracking.sketches.arrays import FloatArray, IntArray
from modelkeep.tracking.sketches.varints import pack_counts, unpack_counts

if TYPE_CHECKING:
    from modelkeep.tracking.activity import Activity

_HALF = 0.5
_IN_A_WIDE_BIN = 4
_LOSSES = 2  # sums of log losses and squares; behind them those of the scores in equal bins


def add_chances(activity: Activity, columns: Columns, both: Array | None, *, late: bool) -> None:
    """Take in the probabilities of rows.

    Args:
        activity: Takes them.
        columns: The rows.
        both: Where a prediction and a label are known; None where there are no labels.
        late: Whether the rows were taken before, without labels.
    """
    predictions, chances = columns.predictions, columns.probabilities
    if predictions is None or chances is None:
        return
    given = told(predictions) & ~are_floats(predictions) & ~np.isnan(chances)
    if not given.any():
        return
    zero = np.asarray(predictions == 0, dtype=bool)
    one = np.asarray(predictions == 1, dtype=bool)
    sure = (zero & (chances > _HALF)) | (one & (chances >= _HALF))
    right = np.zeros(columns.count, dtype=bool)
    if columns.labels is not None:
        right = np.asarray(columns.labels == predictions, dtype=bool)
    positive = np.where(zero, 1.0 - chances, chances), np.where(zero, ~right, right)
    for room, of, rows, (scores, truths) in (
        ("positive_chances", "positive_class", sure, positive),
        ("zero_chances", "positive_class", zero & ~sure, positive),
        ("answer_chances", "predicted_class", ~zero & ~sure, (chances, right)),
    ):
        if not (rows := rows & given).any():
            continue
        kept = getattr(activity, room) or Probabilities(of)  # type: ignore[arg-type]
        setattr(activity, room, kept)
        if not late:
            # All rows, with a label or not: the estimate is of the accuracy of all of them.
            kept.add_unlabelled(scores[rows])
        if both is not None and (labelled := rows & both).any():
            kept.add(truths[labelled].astype(np.int64), scores[labelled])


def settle_chances(activity: Activity) -> None:
    """Give up what only two classes need, where there are others: that never changes back."""
    if not is_of_two(activity):
        activity.answer_chances = chances_of(activity, of_two=False)
        activity.positive_chances = activity.zero_chances = None


def is_of_two(activity: Activity) -> bool:
    """Return whether no answer or label is a class but 0 and 1, or False and True."""
    seen: set[object] = set()
    others = 0
    if activity.answers is not None:
        seen |= set(activity.answers.counts())
        others += activity.answers.other
    if activity.confusion is not None:
        seen |= set(activity.confusion.classes)
        others += activity.confusion.other
    return not others and seen <= {0, 1}


def chances_of(activity: Activity, *, of_two: bool) -> Probabilities | None:
    """Return the probabilities of all answers, or None where none was given.

    Args:
        activity: What was done.
        of_two: Whether they are to be those of the class 1, which needs classes of `is_of_two`;
            otherwise they are those of what was answered, which no ranking is told of, and in
            wider bins.
    """
    found = []
    if activity.positive_chances is not None:
        found.append(_Parts.of(activity.positive_chances, upper_half=not of_two))
    if activity.zero_chances is not None:
        zero = _Parts.of(activity.zero_chances)
        found.append(zero if of_two else zero.turned())
    if activity.answer_chances is not None:
        found.append(_Parts.of(activity.answer_chances))
    if not found:
        return None
    together = _Parts(
        counts=np.sum([each.counts for each in found], axis=0),
        losses=np.sum([each.losses for each in found], axis=0),
        scores=np.sum([each.scores for each in found], axis=0),
    )
    if of_two:
        return together.said_of("positive_class")
    return together.in_wide_bins().said_of("predicted_class")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What `Probabilities` know, as arrays.

    Attributes:
        counts: Of negative, positive and all rows by bins of the score, shape (3, bins).
        losses: The sums of log losses and of squares, which stay for the opposite.
        scores: The sums of the scores of labelled rows in some equal bins.
    """

    counts: IntArray
    losses: FloatArray
    scores: FloatArray

    @classmethod
    def of(cls, chances: Probabilities, *, upper_half: bool = False) -> Self:
        """Return those of scores, or, if asked, of each score or its opposite above a half."""
        state = chances.to_state()
        counts = np.array([unpack_counts(part, SCORE_BINS) for part in state.counts])
        if state.is_beyond:
            counts[2] += counts[0] + counts[1]
        found = cls(
            counts=counts,
            losses=np.array(state.sums[:_LOSSES]),
            scores=np.array(state.sums[_LOSSES:]),
        )
        if not upper_half:
            return found
        turned = found.turned()
        counts, scores = found.counts + turned.counts, found.scores + turned.scores
        counts[:, : SCORE_BINS // 2] = 0
        scores[: scores.size // 2] = 0
        return cls(counts=counts, losses=found.losses, scores=scores)

    def turned(self) -> Self:
        """Return those of the opposite: a score is then 1 less it."""
        negative, positive, every = self.counts[:, ::-1]
        rows = (negative + positive).reshape(self.scores.size, -1).sum(axis=1)
        return replace(
            self,
            counts=np.array([positive, negative, every]),
            scores=np.maximum(rows - self.scores[::-1], 0.0),
        )

    def in_wide_bins(self) -> Self:
        """Return them with each count in the bin in the middle of its neighbours."""
        counts = np.zeros_like(self.counts)
        kinds, bins = counts.shape
        wide = self.counts.reshape(kinds, bins // _IN_A_WIDE_BIN, _IN_A_WIDE_BIN)
        counts[:, _IN_A_WIDE_BIN // 2 :: _IN_A_WIDE_BIN] = wide.sum(axis=2)
        return replace(self, counts=counts)

    def said_of(self, of: Of) -> Probabilities:
        """Return them as what they are said to be of."""
        counts = [pack_counts(part) for part in self.counts]
        return Probabilities.from_state(
            ProbabilitiesState(of, counts, [*self.losses.tolist(), *self.scores.tolist()], 0)
        )
