"""Asymptotic confidence sequences for A/B tests with fixed shares: how much better is an arm?

An interval for the difference of means that may be looked at after every unit. It is asymptotic:
its error tends to alpha or less as the first look, `minimum` units of each arm, moves to later.
Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, Time-uniform central limit theory and asymptotic
confidence sequences (arXiv 2103.06476). The variance is the greater of two estimates, each arm's
own and the one pooled over both: by its own alone an arm of 10 % that happened to see no rare event
seems to have no variance, and 17 % of the tests of two equal rates of 2 % were wrong, not 1 %.

The shares must stay the same. Where they are ramped, arms with a drift are not comparable by their
means; `values` and `rates` are made for that.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from modelkeep.deployment.statistics.mixtures import (
    best_rho,
    log_normal_mixture,
    two_sided_margin,
)
from modelkeep.deployment.statistics.moments import Moments, variance_of_difference
from modelkeep.deployment.statistics.observations import (
    BoolArray,
    FloatArray,
    checked_alpha,
    checked_indices,
    checked_truths,
    checked_values,
)
from modelkeep.errors import InvalidInputError, InvalidSettingError

MINIMUM = 100
TARGET = 10_000
_LEAST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How an arm compares with the control.

    Attributes:
        arm: Its index; the control is 0.
        effect: Its mean less that of the control, adjusted where there is a covariate; NaN while
            one of the two has no unit.
        low: The lower end of the interval, minus infinity before the minimum of units.
        high: The upper end, infinity before the minimum of units.
        log_e_value: ln E against "no difference", two-sided; it is at least ln(1/alpha') where the
            interval leaves out 0, with alpha' the share of alpha that this arm has.
        units: Of the arm and the control together.
    """

    arm: int
    effect: float
    low: float
    high: float
    log_e_value: float
    units: int


class MeanSequences:
    """Sums per arm, and the differences from the control that follow.

    With a covariate, known before a unit was exposed, each value y is replaced by
    y - b (x - mean x) (CUPED: Deng, Xu, Kohavi and Walker, WSDM 2013). The coefficient b is pooled:
    one for all arms, the within-arm covariance over the within-arm variance of all units so far. It
    changes with each look, which does not matter asymptotically, since any b leaves the difference
    of the means.

    Args:
        arms: How many, the control included, at least 2.
        covariate: Whether each unit comes with one.
        target: The number of units, of two arms together, at which intervals are narrowest.
        minimum: How many units of each arm an interval needs.

    Raises:
        InvalidSettingError: A number is too small.
    """

    def __init__(
        self,
        arms: int = 2,
        *,
        covariate: bool = False,
        target: int = TARGET,
        minimum: int = MINIMUM,
    ) -> None:
        for name, value in (("arms", arms), ("target", target), ("minimum", minimum)):
            if value < _LEAST:
                raise InvalidSettingError(name, value, f"at least {_LEAST}")
        self.covariate = covariate
        self.target = target
        self.minimum = minimum
        self._arms = [Moments() for _ in range(arms)]

    def add(
        self, values: npt.ArrayLike, arms: npt.ArrayLike, covariates: npt.ArrayLike | None = None
    ) -> None:
        """Count units.

        Args:
            values: One for each unit, finite, shape (units,).
            arms: The index of the arm of each, shape (units,); the control is 0.
            covariates: Shape (units,), if and only if this was made with a covariate.

        Raises:
            InvalidInputError: The arrays do not fit, or hold what they must not; nothing counted.
        """
        arm = checked_indices("arms", arms, len(self._arms))
        value = checked_values("values", values, arm.shape)
        if (covariates is not None) != self.covariate:
            raise InvalidInputError(
                "covariates are needed for every unit of a test with a covariate"
                if self.covariate
                else "covariates were given to a test without; make it with covariate=True"
            )
        before = np.zeros(arm.shape)
        if covariates is not None:
            before = checked_values("covariates", covariates, arm.shape)
        for index in np.unique(arm).tolist():
            here = arm == index
            added = Moments.of(value[here], before[here])
            self._arms[index] = self._arms[index].merged(added)

    @property
    def units(self) -> tuple[int, ...]:
        """How many units each arm has."""
        return tuple(moments.count for moments in self._arms)

    @property
    def means(self) -> tuple[float, ...]:
        """The plain mean of each arm; NaN where it has no units."""
        return tuple(moments.mean if moments.count else math.nan for moments in self._arms)

    @property
    def coefficient(self) -> float:
        """What one unit of the covariate is worth in the value, pooled over the arms."""
        spread = sum(moments.covariate_squares for moments in self._arms)
        products = sum(moments.products for moments in self._arms)
        return products / spread if spread > 0 else 0.0

    def differences(self, alpha: float = 0.05) -> tuple[Difference, ...]:
        """Compare each arm with the control, all intervals together at one error.

        Args:
            alpha: The probability that any interval ever misses; each of the arms has an equal
                part of it.

        Returns:
            One for each arm but the control, in their order.
        """
        each = checked_alpha(alpha) / (len(self._arms) - 1)
        return tuple(self._difference(index, each) for index in range(1, len(self._arms)))

    def to_plain(self) -> dict[str, Any]:
        """Return it as lists and numbers for JSON."""
        return {
            "covariate": self.covariate,
            "target": self.target,
            "minimum": self.minimum,
            "arms": [moments.to_plain() for moments in self._arms],
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> MeanSequences:
        """Undo `to_plain`.

        Raises:
            InvalidInputError: It is not what `to_plain` returns.
        """
        try:
            arms = [Moments.from_plain(row) for row in plain["arms"]]
            sequences = cls(
                len(arms),
                covariate=bool(plain["covariate"]),
                target=int(plain["target"]),
                minimum=int(plain["minimum"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidInputError(f"this is no stored test of means: {error!r}") from error
        sequences._arms = arms
        return sequences

    def _difference(self, index: int, alpha: float) -> Difference:
        control, arm = self._arms[0], self._arms[index]
        units = control.count + arm.count
        effect, margin, log_e = math.nan, math.inf, 0.0
        if min(control.count, arm.count):
            slope = self.coefficient
            effect = arm.adjusted_mean(slope) - control.adjusted_mean(slope)
        if min(control.count, arm.count) >= self.minimum:
            variance = variance_of_difference(
                np.array([control.adjusted_squares(slope), arm.adjusted_squares(slope)]),
                np.array([control.count, arm.count], dtype=np.float64),
            )
            rho = best_rho(self.target, alpha)
            margin, log_e = (
                float(found)
                for found in _margin_and_evidence(
                    np.array(effect), variance, np.array(float(units)), rho, alpha
                )
            )
        return Difference(
            arm=index,
            effect=effect,
            low=-math.inf if math.isinf(margin) else effect - margin,
            high=math.inf if math.isinf(margin) else effect + margin,
            log_e_value=log_e,
            units=units,
        )


def running_differences(
    values: npt.ArrayLike,
    arms: npt.ArrayLike,
    *,
    alpha: float = 0.05,
    target: int = TARGET,
    minimum: int = MINIMUM,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return effect, low and high after each unit, of two arms without a covariate.

    As `MeanSequences` to which the units are added one by one.

    Args:
        values: One for each unit, shape (..., units).
        arms: Whether each is in the arm and not in the control, the same shape.
        alpha: The probability that the interval ever misses.
        target: The number of units at which the interval is narrowest.
        minimum: How many units of each arm an interval needs, at least 2.

    Returns:
        Three arrays of the shape of `values`; NaN and infinite before the minimum.

    Raises:
        InvalidInputError: The arrays do not fit, or hold what they must not.
        InvalidSettingError: A number is out of range.
    """
    rho = best_rho(target, checked_alpha(alpha))
    if minimum < _LEAST:
        raise InvalidSettingError("minimum", minimum, f"at least {_LEAST}")
    arm = checked_truths("arms", arms)
    value = checked_values("values", values, arm.shape)
    # Sums of squares about one of the values lose few digits, and none while all are equal.
    value = value - value[..., :1]
    counts, means, squares = zip(*(_running_sums(value, here) for here in (~arm, arm)), strict=True)
    effect, enough = means[1] - means[0], np.minimum(*counts) >= minimum
    units = np.maximum(np.stack(counts), _LEAST)
    variance = variance_of_difference(np.stack(squares), units)
    margin, _ = _margin_and_evidence(effect, variance, units.sum(axis=0), rho, alpha)
    return (
        np.where(enough, effect, np.nan),
        np.where(enough, effect - margin, -np.inf),
        np.where(enough, effect + margin, np.inf),
    )


def _running_sums(value: FloatArray, here: BoolArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return count, mean and sum of squares about it of the chosen ones so far."""
    count = np.cumsum(here, axis=-1, dtype=np.float64)
    # Below the minimum nothing is told; this only keeps the division possible.
    known = np.maximum(count, _LEAST)
    mean = np.cumsum(np.where(here, value, 0.0), axis=-1) / known
    square = np.cumsum(np.where(here, value**2, 0.0), axis=-1) - known * mean**2
    return count, mean, np.maximum(square, 0.0)


def _margin_and_evidence(
    effect: FloatArray, variance: FloatArray, units: FloatArray, rho: float, alpha: float
) -> tuple[FloatArray, FloatArray]:
    """Return the margin and ln E of an estimate with that variance after so many units.

    In units of its standard error sqrt(v) the estimate times sqrt(t) is a sum of t terms of unit
    variance, for which the boundary at the intrinsic time t is known.
    """
    error = np.sqrt(variance / units)
    # While all values are equal there is no scale to judge an effect by, nor is one seen.
    spread = error > 0
    margin = np.where(spread, two_sided_margin(units, rho, alpha) * error, np.inf)
    sums = np.divide(effect, error, out=np.zeros_like(effect), where=spread)
    return margin, np.where(spread, log_normal_mixture(sums, units, rho), 0.0)
