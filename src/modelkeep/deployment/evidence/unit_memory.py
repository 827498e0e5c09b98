"""What is known of each unit from its past, and what that makes of its next assignment."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from modelkeep.deployment.evidence.groups import Groups
from modelkeep.deployment.evidence.sorted_runs import Column, Found, SortedRuns
from modelkeep.errors import InvalidInputError

Points = npt.NDArray[np.uint64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

_NEVER = -1.0  # in place of the weight at which a unit was seen in stable
_ASSIGNED_CANARY, _IN_STABLE, _IN_CANARY = 1, 2, 4
_PAIR_WEIGHT = 0.5


class Observed(NamedTuple):
    """What the memory says of rows.

    Attributes:
        weights: The probability of the canary given the past of the unit, shape (rows,).
        new_in_arm: Whether the unit was never seen in this arm before, shape (rows,).
    """

    weights: Floats
    new_in_arm: Bools


class UnitSet:
    """Units that were seen."""

    def __init__(self) -> None:
        self._runs = SortedRuns()

    def __len__(self) -> int:
        return len(self._runs)

    def first(self, points: Points) -> Bools:
        """Return where a unit is seen for the first time, and remember all of them.

        Args:
            points: Of the units, in the order they came, shape (rows,).
        """
        return _first(self._runs, points)


class _Shares:
    """Numbers for the few weights that there are, since a number takes half of their room."""

    def __init__(self) -> None:
        self._by_code = np.array([_NEVER])
        self._ordered = self._by_code
        self._codes = np.zeros(1, dtype=np.uint32)

    def decode(self, codes: npt.NDArray[np.uint32]) -> Floats:
        """Return the weights of codes; of 0, which nothing else has, the one for never."""
        return self._by_code[codes]

    def encode(self, weights: Floats) -> npt.NDArray[np.uint32]:
        """Return the codes of weights; new ones get the next."""
        at = np.searchsorted(self._ordered, weights)
        at[at == len(self._ordered)] = 0
        unknown = self._ordered[at] != weights
        if unknown.any():
            self._by_code = np.concatenate((self._by_code, np.unique(weights[unknown])))
            self._codes = np.argsort(self._by_code).astype(np.uint32)
            self._ordered = self._by_code[self._codes]
            return self.encode(weights)
        return self._codes[at]


class UnitMemory:
    """For each unit the largest weight at which it was seen in stable, and if ever in the canary.

    A ramp gives the canary more points and takes none away, so a unit is a point that is uniform
    where its past allows it. Fresh, it is in the canary of weight w with probability w. Seen in
    stable at w1 <= w, with (w - w1) / (1 - w1); after a step down to w < w1, never. Once it was
    seen in the canary, its arm says nothing new: the probability is 1 in the canary, and 0 where a
    step down put it back. The formula needs claims that hold each other: at a greater weight all
    the points of a smaller one.
    """

    def __init__(self) -> None:
        self._shares = _Shares()
        self._runs = SortedRuns(np.uint32, np.uint8)

    def __len__(self) -> int:
        return len(self._runs)

    @property
    def nbytes(self) -> int:
        """How many bytes its arrays take."""
        return self._runs.nbytes

    def first(self, points: Points) -> Bools:
        """Return where a unit is not known yet, and make it known, without an arm.

        Args:
            points: Of the units, in the order they came, shape (rows,).
        """
        return _first(self._runs, points)

    def conditional_weights(self, points: Points, arms: Bools, weights: Floats) -> Floats:
        """Return the probability of the canary for each row given the past, and remember the rows.

        Args:
            points: Of the units, in the order they came; a unit may come again. Shape (rows,).
            arms: Whether each was in the canary, shape (rows,).
            weights: The share of the canary at that time, 0 to 1, shape (rows,).

        Returns:
            Shape (rows,).

        Raises:
            InvalidInputError: The shapes differ, or a weight is not in [0, 1].
        """
        return self.observe(points, arms, weights).weights

    def observe(
        self, points: Points, arms: Bools, weights: Floats, *, paired: Bools | None = None
    ) -> Observed:
        """Do as `conditional_weights`, and tell as well which units are new in their arm.

        Args:
            points: Of the units, in the order they came; a unit may come again. Shape (rows,).
            arms: Whether each was in the canary, shape (rows,).
            weights: The share of the canary at that time, 0 to 1, shape (rows,).
            paired: Which rows are halves of a pair: they have both arms whatever the unit, so
                their weight is a half, and they tell nothing of its assignment. None for none.

        Raises:
            InvalidInputError: The shapes differ, or a weight is not in [0, 1].
        """
        arms, weights = np.asarray(arms, dtype=np.bool_), np.asarray(weights, dtype=np.float64)
        if not points.shape == arms.shape == weights.shape:
            raise InvalidInputError(
                f"points, arms and weights have the shapes {points.shape}, {arms.shape} and "
                f"{weights.shape}; they must be equal"
            )
        # A NaN fails both comparisons, so it is found as well.
        if (wrong := ~((weights >= 0.0) & (weights <= 1.0))).any():
            raise InvalidInputError(f"weights hold {weights[wrong][0]}; each must be in [0, 1]")
        groups = Groups.of(points)
        arm, share = arms[groups.order], weights[groups.order]
        alone = np.True_ if paired is None else ~paired[groups.order]
        stable_at = np.where(~arm & alone, share, _NEVER)
        bits = np.where(arm, _IN_CANARY, _IN_STABLE).astype(np.uint8)
        bits |= (arm & alone).astype(np.uint8) * np.uint8(_ASSIGNED_CANARY)
        before: list[Column] = []

        def change(_: Found, known: list[Column]) -> list[Column]:
            was_at = self._shares.decode(known[0])
            highest, highest_after = groups.before_and_after(np.maximum, was_at, stable_at)
            seen, seen_after = groups.before_and_after(np.bitwise_or, known[1], bits)
            before.extend((highest, seen))
            return [self._shares.encode(highest_after), seen_after]

        self._runs.update(groups.keys, change)
        conditional = _conditional(share, arm, before[0], before[1])
        conditional[~np.broadcast_to(alone, arm.shape)] = _PAIR_WEIGHT
        new = (before[1] & np.where(arm, _IN_CANARY, _IN_STABLE).astype(np.uint8)) == 0
        return Observed(groups.unsorted(conditional), groups.unsorted(new))


def _conditional(
    share: Floats, arm: Bools, stable_at: Floats, seen: npt.NDArray[np.uint8]
) -> Floats:
    excluded = np.maximum(stable_at, 0.0)
    left = np.where(excluded < 1.0, 1.0 - excluded, 1.0)
    conditional = np.maximum(share - excluded, 0.0) / left
    return np.where(seen & np.uint8(_ASSIGNED_CANARY), arm.astype(np.float64), conditional)


def _first(runs: SortedRuns, points: Points) -> Bools:
    groups = Groups.of(points)
    first = np.zeros(len(points), dtype=np.bool_)
    first[groups.order[groups.starts]] = ~runs.update(groups.keys)
    return first
