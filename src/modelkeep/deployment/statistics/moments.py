"""Moments of values with a covariate, which two parts of the data can merge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from modelkeep.deployment.statistics.observations import FloatArray
from modelkeep.errors import InvalidInputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Count, means, and sums of squares and products about the means.

    Attributes:
        count: How many units.
        mean: Of the values.
        covariate_mean: Of the covariates.
        squares: The sum of (y - mean y)^2.
        products: The sum of (y - mean y)(x - mean x).
        covariate_squares: The sum of (x - mean x)^2.
    """

    count: int = 0
    mean: float = 0.0
    covariate_mean: float = 0.0
    squares: float = 0.0
    products: float = 0.0
    covariate_squares: float = 0.0

    @classmethod
    def of(cls, values: FloatArray, covariates: FloatArray) -> Moments:
        """Return those of some units.

        Args:
            values: y, shape (units,), at least one.
            covariates: x, shape (units,).
        """
        # About the first one: then equal values have no spread, not one of rounding.
        mean = float(values[0] + np.mean(values - values[0]))
        covariate_mean = float(covariates[0] + np.mean(covariates - covariates[0]))
        away, covariate_away = values - mean, covariates - covariate_mean
        return cls(
            count=values.size,
            mean=mean,
            covariate_mean=covariate_mean,
            squares=float(away @ away),
            products=float(away @ covariate_away),
            covariate_squares=float(covariate_away @ covariate_away),
        )

    def merged(self, other: Moments) -> Moments:
        """Return those of both together, without losing digits to a great mean.

        Chan, Golub and LeVeque, Algorithms for computing the sample variance, The American
        Statistician 1983.
        """
        count = self.count + other.count
        if not self.count or not other.count:
            return other if not self.count else self
        apart = other.mean - self.mean
        covariate_apart = other.covariate_mean - self.covariate_mean
        share, between = other.count / count, self.count * other.count / count
        return Moments(
            count=count,
            mean=self.mean + apart * share,
            covariate_mean=self.covariate_mean + covariate_apart * share,
            squares=self.squares + other.squares + apart**2 * between,
            products=self.products + other.products + apart * covariate_apart * between,
            covariate_squares=self.covariate_squares
            + other.covariate_squares
            + covariate_apart**2 * between,
        )

    def adjusted_mean(self, slope: float) -> float:
        """Return the mean of y - slope x."""
        return self.mean - slope * self.covariate_mean

    def adjusted_squares(self, slope: float) -> float:
        """Return the sum of squares of y - slope x about its mean."""
        squares = self.squares - 2 * slope * self.products + slope**2 * self.covariate_squares
        # Where x explains y wholly, rounding could leave less than nothing.
        return max(squares, 0.0)

    def to_plain(self) -> dict[str, Any]:
        """Return it as numbers for JSON."""
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Moments:
        """Undo `to_plain`.

        Raises:
            InvalidInputError: It is not what `to_plain` returns.
        """
        try:
            numbers = {name: float(plain[name]) for name in cls.__dataclass_fields__}
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidInputError(f"these are no stored moments: {error!r}") from error
        return cls(**{**numbers, "count": int(numbers["count"])})  # type: ignore[arg-type]


def variance_of_difference(squares: FloatArray, counts: FloatArray) -> FloatArray:
    """Return the estimated variance of the difference of two means, rather too great.

    Args:
        squares: The sums of squares about the mean of each arm, shape (2, ...).
        counts: How many units each has, at least 2, shape (2, ...).

    Returns:
        The greater of the sum of the variances of both means and the same with the variance pooled.
    """
    own = (squares / (counts - 1) / counts).sum(axis=0)
    pooled = squares.sum(axis=0) / (counts.sum(axis=0) - 2) * (1 / counts).sum(axis=0)
    greater: FloatArray = np.maximum(own, pooled)
    return greater
