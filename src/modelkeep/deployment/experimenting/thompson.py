"""Thompson sampling of rates: each arm gets units as often as it is likely to be the best."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from modelkeep.deployment.experimenting.plan import LEAST_SHARE
from modelkeep.errors import InvalidInputError

DRAWS = 20_000
_SEED = 20_180_707
_DIGITS = 6


def best_probabilities(
    events: Sequence[int], units: Sequence[int], *, higher_is_better: bool
) -> tuple[float, ...]:
    """Return how likely each arm is to have the best rate.

    Under a uniform prior the rate of an arm is Beta(1 + events, 1 + units - events). Thompson,
    Biometrika 1933; the share of 20,000 draws of a fixed seed, so the same counts give the same.

    Args:
        events: How many units of each arm had the event, shape (arms,).
        units: How many units each arm has, shape (arms,).
        higher_is_better: Whether the greatest rate is the best.

    Returns:
        Shape (arms,); they sum to 1.

    Raises:
        InvalidInputError: The counts do not fit.
    """
    had, all_of = np.asarray(events), np.asarray(units)
    if had.shape != all_of.shape or (had < 0).any() or (had > all_of).any():
        raise InvalidInputError(f"events are {events!r} of units {units!r}; they must be 0 to that")
    drawn = np.random.default_rng(_SEED).beta(1 + had, 1 + all_of - had, (DRAWS, had.size))
    best = (drawn if higher_is_better else -drawn).argmax(axis=1)
    return tuple((np.bincount(best, minlength=had.size) / DRAWS).tolist())


def shares_for(probabilities: Sequence[float], *, least: float = LEAST_SHARE) -> tuple[float, ...]:
    """Return shares that follow probabilities, and leave each arm a least one.

    Args:
        probabilities: Of each arm to be the best; they sum to 1.
        least: The least share, at most 1 through the number of arms.

    Returns:
        Shares that sum to 1. What rounding leaves goes to the first arm, the control.
    """
    free = 1 - least * len(probabilities)
    others = [
        math.floor((least + free * probability) * 10**_DIGITS) / 10**_DIGITS
        for probability in probabilities[1:]
    ]
    return round(1 - math.fsum(others), _DIGITS), *others
