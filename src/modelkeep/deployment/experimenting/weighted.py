"""Differences of arms whose shares follow the results: inverse-probability weights.

The score of a unit for an arm is m + a (y - m) / w, with a whether it was in the arm, w the share
of the arm at its exposure, and m a guess of its mean from units before. Its mean is that of the
arm whatever the shares were, so differences of scores form a martingale about the effect (Robins,
Rotnitzky and Zhao, JASA 1994). The interval is the asymptotic confidence sequence of Waudby-Smith,
Arbour, Sinha, Kennedy and Ramdas (arXiv 2103.06476) with the intrinsic time V, the sum of squares
of the differences about their mean.

V is at least what the variance pooled over both arms would give, since an arm that happened to see
no rare event seems to have no variance.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from modelkeep.deployment.statistics.mixtures import (
    best_rho,
    log_normal_mixture,
    two_sided_margin,
)
from modelkeep.deployment.statistics.observations import (
    FloatArray,
    checked_alpha,
    checked_indices,
    checked_values,
)
from modelkeep.deployment.statistics.sequences import Difference
from modelkeep.errors import InvalidInputError

_GUESS_UNITS = 10.0  # so many units of an arm weigh as much as the mean of all arms


class WeightedSequences:
    """Sums of scores, and the differences from the control that follow.

    Args:
        arms: How many, the control included.
        target: The number of units at which intervals are narrowest.
        minimum: How many units of each arm an interval needs.
    """

    def __init__(self, arms: int, *, target: int, minimum: int) -> None:
        self._target, self._minimum = target, minimum
        self._counts = np.zeros(arms, dtype=np.int64)
        self._sums, self._square_sums = np.zeros(arms), np.zeros(arms)
        self._total = 0
        # Of the difference of the scores of each arm but the control.
        self._means, self._squares = np.zeros(arms - 1), np.zeros(arms - 1)
        self._inverse_shares = np.zeros(arms - 1)
        self._scales = np.full(arms - 1, np.nan)

    @property
    def units(self) -> tuple[int, ...]:
        """How many units each arm has."""
        return tuple(self._counts.tolist())

    @property
    def sums(self) -> tuple[float, ...]:
        """The sum of the values of each arm."""
        return tuple(self._sums.tolist())

    @property
    def means(self) -> tuple[float, ...]:
        """The plain mean of each arm; NaN where it has no units."""
        pairs = zip(self._sums.tolist(), self._counts.tolist(), strict=True)
        return tuple(total / count if count else math.nan for total, count in pairs)

    def add(self, values: npt.ArrayLike, arms: npt.ArrayLike, shares: npt.ArrayLike) -> None:
        """Count units.

        Args:
            values: One for each unit, finite, shape (units,).
            arms: The index of the arm of each, shape (units,); the control is 0.
            shares: Of all arms at the exposure of each, shape (units, arms).

        Raises:
            InvalidInputError: The arrays do not fit, or a unit is in an arm without a share.
        """
        count = len(self._counts)
        arm = checked_indices("arms", arms, count)
        value = checked_values("values", values, arm.shape)
        share = checked_values("shares", shares, (*arm.shape, count))
        if not (share > 0).all():
            raise InvalidInputError("shares hold 0; every arm of the experiment has a share above")
        if not arm.size:
            return
        guesses = self._guesses()
        inside = arm[:, None] == np.arange(count)
        scores = guesses + np.where(inside, (value[:, None] - guesses) / share, 0.0)
        self._merge(scores[:, 1:] - scores[:, :1])
        self._inverse_shares += (1 / share[:, 1:] + 1 / share[:, :1]).sum(axis=0)
        self._counts += inside.sum(axis=0)
        self._sums += np.where(inside, value[:, None], 0.0).sum(axis=0)
        self._square_sums += np.where(inside, value[:, None] ** 2, 0.0).sum(axis=0)
        enough = np.minimum(self._counts[1:], self._counts[0]) >= self._minimum
        fresh = enough & np.isnan(self._scales)
        self._scales[fresh] = self._intrinsic_times()[fresh] / self._total

    def differences(self, alpha: float = 0.05) -> tuple[Difference, ...]:
        """Compare each arm with the control, all intervals together at one error.

        Args:
            alpha: The probability that any interval ever misses, asymptotically; each of the arms
                has an equal part of it.
        """
        each = checked_alpha(alpha) / len(self._means)
        times = self._intrinsic_times()
        return tuple(self._difference(at, float(times[at]), each) for at in range(len(times)))

    def _difference(self, at: int, time: float, alpha: float) -> Difference:
        effect, margin, log_e = math.nan, math.inf, 0.0
        if min(self._counts[0], self._counts[at + 1]):
            effect = float(self._means[at])
        # While all values are equal there is no scale to judge an effect by, nor is one seen.
        if self._scales[at] > 0 and time > 0:
            rho = best_rho(self._target * float(self._scales[at]), alpha)
            margin = float(two_sided_margin(np.array(time), rho, alpha)) / self._total
            sums = np.array(effect * self._total)
            log_e = float(log_normal_mixture(sums, np.array(time), rho))
        return Difference(
            arm=at + 1,
            effect=effect,
            low=-math.inf if math.isinf(margin) else effect - margin,
            high=math.inf if math.isinf(margin) else effect + margin,
            log_e_value=log_e,
            units=int(self._counts[0] + self._counts[at + 1]),
        )

    def _guesses(self) -> FloatArray:
        """Return a mean for each arm from the units before, drawn to the mean of all."""
        overall = self._sums.sum() / self._total if self._total else 0.0
        guesses: FloatArray = (self._sums + _GUESS_UNITS * overall) / (self._counts + _GUESS_UNITS)
        return guesses

    def _merge(self, scores: FloatArray) -> None:
        added, mean = len(scores), scores.mean(axis=0)
        total = self._total + added
        apart = mean - self._means
        self._squares += ((scores - mean) ** 2).sum(axis=0) + apart**2 * (
            self._total * added / total
        )
        self._means += apart * (added / total)
        self._total = total

    def _intrinsic_times(self) -> FloatArray:
        known = np.maximum(self._counts, 1)
        spread = np.maximum(self._square_sums - self._sums**2 / known, 0.0)
        freedom = np.maximum(self._counts[1:] + self._counts[0] - 2, 1)
        pooled = (spread[1:] + spread[0]) / freedom * self._inverse_shares
        times: FloatArray = np.maximum(self._squares, pooled)
        return times
