"""Event rates: evidence that the canary has more events per unit than the stable version.

Events count, exposures do not: given that an event happened to a unit which the canary had with
probability w, it is in the canary with probability q = w r / (1 - w + w r), where r is the relative
risk. Whatever moves the base rate of both arms alike drops out, so neither a drift of the traffic
nor a ramp of the weight biases it. After Lindon and Malek, Anytime-Valid Inference for Multinomial
Count Data, NeurIPS 2022 (arXiv 2011.03567).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from modelkeep.deployment.statistics.logarithms import bounded_exponential
from modelkeep.deployment.statistics.observations import (
    FloatArray,
    IntArray,
    checked_alpha,
    checked_assignments,
    checked_truths,
)
from modelkeep.errors import InvalidInputError, InvalidSettingError

_COUNT = 60
# Even in the square root: a linear grid has few points at small harm and takes 16 % longer for
# 1 to 1.5 %, a logarithmic one few at great harm and takes 14 % longer for 1 to 3 %.
_LOG_RISKS: FloatArray = np.linspace(math.sqrt(0.05), math.sqrt(3.0), _COUNT) ** 2
# Beyond e^+-40 a relative risk is told as 0 or infinite.
_FARTHEST = 40.0
_HALVINGS = 50


class RateEvidence:
    """Counts of first events by the weight at exposure and the arm; all else follows from them.

    Only the first event of a unit may be added, with the weight its assignment had: events of one
    unit are not independent coins. A unit known to be in an arm carries the weight 0 or 1 and says
    nothing; such events are counted apart.

    Example:
        >>> evidence = RateEvidence()
        >>> evidence.add([True] * 12 + [False] * 20, 0.1)
        >>> round(evidence.e_value()), round(evidence.e_value_of_benefit(), 2)
        (1252, 0.07)
    """

    def __init__(self) -> None:
        self._counts: dict[float, tuple[int, int]] = {}
        self._uninformative = 0

    def add(self, arms: npt.ArrayLike, weights: npt.ArrayLike) -> None:
        """Count events.

        Args:
            arms: For each event whether it was in the canary, shape (events,).
            weights: The probability of the canary at the exposure of its unit, shape (events,) or
                one number.

        Raises:
            InvalidInputError: The arrays do not fit, or hold what they must not; nothing counted.
        """
        arm, weight = checked_assignments(arms, weights)
        informative = (weight > 0) & (weight < 1)
        self._uninformative += int(arm.size - np.count_nonzero(informative))
        distinct, place = np.unique(weight[informative], return_inverse=True)
        canary = np.bincount(place, weights=arm[informative], minlength=distinct.size)
        events = np.bincount(place, minlength=distinct.size)
        for key, total, hits in zip(distinct.tolist(), events.tolist(), canary, strict=True):
            stable_before, canary_before = self._counts.get(key, (0, 0))
            self._counts[key] = (stable_before + total - int(hits), canary_before + int(hits))

    @property
    def counts(self) -> Mapping[float, tuple[int, int]]:
        """The events (stable, canary) by the weight at exposure."""
        return dict(self._counts)

    @property
    def uninformative(self) -> int:
        """How many events had the weight 0 or 1."""
        return self._uninformative

    @property
    def stable_events(self) -> int:
        """How many events of the stable version count."""
        return sum(stable for stable, _ in self._counts.values())

    @property
    def canary_events(self) -> int:
        """How many events of the canary count."""
        return sum(canary for _, canary in self._counts.values())

    def log_e_value(self, null_risk: float = 1.0) -> float:
        """Return ln E against "the relative risk is at most `null_risk`": evidence of harm.

        E is the mean, over 60 values of theta in [0.05, 3], of the product over events of
        (q/w)^a ((1-q)/(1-w))^(1-a). Each product is a supermartingale where the risk is at most
        the null, so by Ville's inequality E ever reaches 1/alpha with probability at most alpha.

        Args:
            null_risk: The greatest relative risk that is no harm, above 0.
        """
        return self._log_mixture(_log_risk(null_risk), 1.0)

    def e_value(self, null_risk: float = 1.0) -> float:
        """Return E, as in `log_e_value`; infinite where it is too great for a float."""
        return bounded_exponential(self.log_e_value(null_risk))

    def log_e_value_of_benefit(self, null_risk: float = 1.0) -> float:
        """Return ln E against "the relative risk is at least `null_risk`": stable is the worse."""
        return self._log_mixture(_log_risk(null_risk), -1.0)

    def e_value_of_benefit(self, null_risk: float = 1.0) -> float:
        """Return E, as in `log_e_value_of_benefit`; infinite where it is too great for a float."""
        return bounded_exponential(self.log_e_value_of_benefit(null_risk))

    def relative_risk_interval(self, alpha: float = 0.05) -> tuple[float, float]:
        """Return an interval for the relative risk that holds at all times together.

        All relative risks that neither one-sided test rejects at alpha/2. The probability that it
        ever misses the true one is at most alpha, if that stays the same; so intervals of several
        looks may also be intersected.

        Args:
            alpha: The error, 0 to 1.

        Returns:
            The lower and the upper end; 0 and infinity where nothing bounds it.
        """
        each = checked_alpha(alpha) / 2
        return self._limit(1.0, each), self._limit(-1.0, each)

    def upper_limit(self, alpha: float = 0.05) -> float:
        """Return what the relative risk is below, for non-inferiority; infinite without a bound.

        The greatest risk r whose test of "at least r", a mixture over smaller risks, is below
        1/alpha. The probability that it ever falls below the true one is at most alpha.

        Args:
            alpha: The error, 0 to 1.
        """
        return self._limit(-1.0, checked_alpha(alpha))

    def to_plain(self) -> dict[str, Any]:
        """Return it as lists and numbers for JSON."""
        rows = [[weight, *self._counts[weight]] for weight in sorted(self._counts)]
        return {"counts": rows, "uninformative": self._uninformative}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> RateEvidence:
        """Undo `to_plain`.

        Raises:
            InvalidInputError: It is not what `to_plain` returns.
        """
        evidence = cls()
        try:
            for weight, stable, canary in plain["counts"]:
                evidence._counts[float(weight)] = (int(stable), int(canary))
            evidence._uninformative = int(plain["uninformative"])
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidInputError(f"this is no stored evidence of a rate: {error!r}") from error
        for weight, pair in evidence._counts.items():
            if not (0 < weight < 1 and min(pair) >= 0):
                raise InvalidInputError(
                    f"this is no stored evidence of a rate: {pair} events with weight {weight}"
                )
        return evidence

    def _log_mixture(self, origin: float, sign: float) -> float:
        if not self._counts:
            return 0.0
        weights = np.array(list(self._counts))
        events = np.array([sum(pair) for pair in self._counts.values()], dtype=np.float64)
        shifts = sign * _LOG_RISKS
        normalisers = _log_normaliser(weights, (origin + shifts)[:, None])
        products = (
            self.canary_events * shifts
            - (normalisers - _log_normaliser(weights, np.float64(origin))) @ events
        )
        return float(np.logaddexp.reduce(products)) - math.log(_COUNT)

    def _limit(self, sign: float, alpha: float) -> float:
        """Return the risk beyond which the test in the direction of `sign` rejects, by halving."""
        goal = -math.log(alpha)
        # Seen from the side that is rejected first: a test above some null rejects all below it.
        rejected, kept = -sign * _FARTHEST, sign * _FARTHEST
        if self._log_mixture(rejected, sign) < goal:
            return 0.0 if sign > 0 else math.inf
        for _ in range(_HALVINGS):
            middle = (rejected + kept) / 2
            if self._log_mixture(middle, sign) >= goal:
                rejected = middle
            else:
                kept = middle
        return math.exp(rejected)


def running_log_e_values(
    arms: npt.ArrayLike,
    weights: npt.ArrayLike,
    *,
    events: npt.ArrayLike | None = None,
    null_risk: float = 1.0,
    benefit: bool = False,
) -> FloatArray:
    """Return ln E after each observation, as a `RateEvidence` to which they are added one by one.

    Args:
        arms: For each observation whether it was in the canary, shape (..., observations).
        weights: The probability of the canary at its exposure, the same shape or one number.
        events: Whether each is an event, the same shape; None where all are.
        null_risk: The relative risk to test, above 0.
        benefit: Whether to look for less risk than that, not for more.

    Returns:
        The shape of `arms`.

    Raises:
        InvalidInputError: The arrays do not fit, or hold what they must not.
    """
    arm, weight = checked_assignments(arms, weights)
    origin, sign = _log_risk(null_risk), -1.0 if benefit else 1.0
    told = (weight > 0) & (weight < 1)
    if events is not None:
        told &= checked_truths("events", events, arm.shape)
    # Events are few where observations are many: only they are looked at, packed to the left.
    seen: IntArray = np.cumsum(told, axis=-1, dtype=np.int64)
    packed = (*told.shape[:-1], int(seen[..., -1:].max(initial=0)))
    places = (*np.nonzero(told)[:-1], seen[told] - 1)
    hits, levels = np.zeros(packed), np.zeros(packed, dtype=np.int64)
    distinct, level = np.unique(weight[told], return_inverse=True)
    hits[places], levels[places] = arm[told], level
    found = _log_mixtures(np.cumsum(hits, axis=-1), levels, distinct, (origin, sign))
    before = np.zeros((*packed[:-1], 1))
    return np.take_along_axis(np.concatenate([before, found], axis=-1), seen, -1)


def _log_mixtures(
    hits: FloatArray, levels: IntArray, weights: FloatArray, direction: tuple[float, float]
) -> FloatArray:
    """Return ln E after each event, from the canary events so far and the index of its weight."""
    origin, sign = direction
    total = np.full(hits.shape, -np.inf)
    base = _log_normaliser(weights, np.float64(origin))
    for shift in sign * _LOG_RISKS:
        # A table by weight: the logarithms are as many as the weights, not as the events.
        steps = _log_normaliser(weights, np.float64(origin + shift)) - base
        np.logaddexp(total, hits * shift - _cumulated(steps, levels), out=total)
    return total - math.log(_COUNT)


def _cumulated(steps: FloatArray, levels: IntArray) -> FloatArray:
    """Return the running sums of the steps at those levels; without a ramp a mere multiple."""
    if steps.size == 1:
        return steps * np.arange(1, levels.shape[-1] + 1)
    return np.cumsum(steps[levels], axis=-1)


def _log_normaliser(weights: FloatArray, log_risk: FloatArray | np.float64) -> FloatArray:
    """Return ln(1 - w + w e^theta)."""
    result: FloatArray = np.log1p(weights * np.expm1(log_risk))
    return result


def _log_risk(risk: float) -> float:
    if not 0 < risk < math.inf:
        raise InvalidSettingError("null_risk", risk, "a finite number above 0; 1 means equal")
    return math.log(risk)
