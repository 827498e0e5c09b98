"""Latency: evidence that the canary is slow more often, from how often it exceeds thresholds.

A latency has no mean worth testing: a few requests decide it. So the quantiles of the stable
version are frozen in a warm-up, and each is an event rate: how often is a request slower than that?
Those tests are exact for any distribution of latencies.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from modelkeep.deployment.statistics.logarithms import bounded_exponential, log_mean
from modelkeep.deployment.statistics.observations import (
    BoolArray,
    FloatArray,
    checked_assignments,
    checked_truths,
    checked_values,
)
from modelkeep.deployment.statistics.rates import RateEvidence, running_log_e_values
from modelkeep.deployment.statistics.warm_ups import WarmUp
from modelkeep.errors import InvalidInputError, InvalidSettingError

# A tail that moves as a whole shows most at p95, a shift of everything at p75: with only p50, p90
# and p99 a 20 % slower tenth took 1,200 canary requests in the median and not 700.
QUANTILES = (0.5, 0.75, 0.9, 0.95, 0.99)


class ThresholdWarmUp(WarmUp):
    """Collects latencies of the stable version and freezes their quantiles."""

    def thresholds(self, quantiles: Sequence[float] = QUANTILES) -> tuple[float, ...]:
        """Return the quantiles of what was collected, in seconds.

        Args:
            quantiles: Rising, each above 0 and below 1.

        Raises:
            IncompleteWarmUpError: There are not enough latencies yet.
            InvalidSettingError: The quantiles are not as described.
        """
        levels = tuple(quantiles)
        rising = all(low < high for low, high in zip((0.0, *levels), (*levels, 1.0), strict=True))
        if not levels or not rising:
            raise InvalidSettingError(
                "quantiles", levels, "rising, each above 0 and below 1, such as (0.5, 0.9, 0.99)"
            )
        return tuple(np.quantile(self.values(), levels).tolist())


class LatencyEvidence:
    """One event rate per threshold, and the average of their e-values.

    An e-value is a nonnegative statistic whose expectation is at most 1 without harm. Expectation
    is linear, so an average of e-values is an e-value, however they depend on each other; and an
    average of supermartingales is one, so it may be looked at after every observation (Vovk and
    Wang, E-values: calibration, combination and applications, Annals of Statistics 2021). A product
    would need independence, which exceedances of nested thresholds do not have. It costs ln(k) in
    ln(1/alpha) for k thresholds where only one of them sees the harm.

    Args:
        thresholds: In seconds, rising or equal, as a warm-up froze them.

    Raises:
        InvalidSettingError: They are no finite numbers in that order, or there is none.
    """

    def __init__(self, thresholds: Sequence[float]) -> None:
        limits = np.asarray(thresholds, dtype=np.float64)
        if not limits.size or not np.isfinite(limits).all() or (np.diff(limits) < 0).any():
            raise InvalidSettingError("thresholds", thresholds, "finite numbers that never fall")
        self._limits = limits
        self.rates = tuple(RateEvidence() for _ in range(limits.size))

    @property
    def thresholds(self) -> tuple[float, ...]:
        """What the latencies are held against, in seconds."""
        return tuple(self._limits.tolist())

    def exceeds(self, latencies: npt.ArrayLike) -> BoolArray:
        """Return which thresholds each latency is above.

        Args:
            latencies: In seconds, shape (observations,).

        Returns:
            Shape (observations, thresholds).
        """
        flat = np.asarray(latencies, dtype=np.float64)
        above: BoolArray = checked_values("latencies", flat, (flat.size,))[:, None] > self._limits
        return above

    def add(
        self,
        latencies: npt.ArrayLike,
        arms: npt.ArrayLike,
        weights: npt.ArrayLike,
        *,
        first: npt.ArrayLike | None = None,
    ) -> None:
        """Count observations.

        Args:
            latencies: In seconds, shape (observations,).
            arms: Whether each was in the canary, shape (observations,).
            weights: The probability of the canary at its exposure, shape (observations,) or one
                number.
            first: Whether each counts for each threshold, shape (observations, thresholds): False
                where an earlier latency of its unit was above that threshold. None where each
                observation is a unit of its own.

        Raises:
            InvalidInputError: The arrays do not fit, or hold what they must not; nothing counted.
        """
        arm, weight = checked_assignments(arms, weights)
        events = self.exceeds(checked_values("latencies", latencies, arm.shape))
        if first is not None:
            events &= checked_truths("first", first, events.shape)
        for rate, happened in zip(self.rates, events.T, strict=True):
            rate.add(arm[happened], weight[happened])

    def log_e_value(self, null_risk: float = 1.0) -> float:
        """Return ln E against "no threshold is exceeded more often", the average over thresholds.

        Args:
            null_risk: The greatest relative risk of exceeding that is no harm, above 0.
        """
        return log_mean([rate.log_e_value(null_risk) for rate in self.rates])

    def e_value(self, null_risk: float = 1.0) -> float:
        """Return E, as in `log_e_value`; infinite where it is too great for a float."""
        return bounded_exponential(self.log_e_value(null_risk))

    def log_e_value_of_benefit(self, null_risk: float = 1.0) -> float:
        """Return ln E against "no threshold is exceeded less often": the stable one is slower."""
        return log_mean([rate.log_e_value_of_benefit(null_risk) for rate in self.rates])

    def e_value_of_benefit(self, null_risk: float = 1.0) -> float:
        """Return E, as in `log_e_value_of_benefit`; infinite where it is too great for a float."""
        return bounded_exponential(self.log_e_value_of_benefit(null_risk))

    def upper_limits(self, alpha: float = 0.05) -> tuple[float, ...]:
        """Return for each threshold what the relative risk of exceeding it is below.

        Each holds at alpha by itself. A promotion that needs all of them below a margin errs with
        at most alpha as well, for it errs only if the one that is truly above errs: an
        intersection-union test (Berger, Technometrics 1982).

        Args:
            alpha: The error, 0 to 1.
        """
        return tuple(rate.upper_limit(alpha) for rate in self.rates)

    def to_plain(self) -> dict[str, Any]:
        """Return it as lists and numbers for JSON."""
        return {
            "thresholds": list(self.thresholds),
            "rates": [rate.to_plain() for rate in self.rates],
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> LatencyEvidence:
        """Undo `to_plain`.

        Raises:
            InvalidInputError: It is not what `to_plain` returns.
        """
        try:
            evidence = cls(plain["thresholds"])
            rates = tuple(RateEvidence.from_plain(rate) for rate in plain["rates"])
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidInputError(f"this is no stored evidence of latency: {error!r}") from error
        if len(rates) != len(evidence.rates):
            raise InvalidInputError(
                f"this is no stored evidence of latency: {len(rates)} rates for "
                f"{len(evidence.rates)} thresholds"
            )
        evidence.rates = rates
        return evidence


def running_latency_log_e_values(
    latencies: npt.ArrayLike,
    arms: npt.ArrayLike,
    weights: npt.ArrayLike,
    thresholds: npt.ArrayLike,
) -> FloatArray:
    """Return ln E of harm after each observation, each a unit of its own.

    Args:
        latencies: In seconds, shape (..., observations).
        arms: Whether each was in the canary, the same shape.
        weights: The probability of the canary at its exposure, the same shape or one number.
        thresholds: In seconds, shape (thresholds,), or (..., thresholds) for each run its own.

    Returns:
        The shape of `latencies`.

    Raises:
        InvalidInputError: The arrays do not fit, or hold what they must not.
    """
    arm, weight = checked_assignments(arms, weights)
    seconds = checked_values("latencies", latencies, arm.shape)
    limits = np.asarray(thresholds, dtype=np.float64)
    total = np.full(arm.shape, -np.inf)
    for limit in np.moveaxis(limits, -1, 0):
        above = seconds > limit[..., None]
        np.logaddexp(total, running_log_e_values(arm, weight, events=above), out=total)
    return total - math.log(limits.shape[-1])
