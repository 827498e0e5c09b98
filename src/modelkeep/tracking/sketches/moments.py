"""Count, mean, variance and extremes of real numbers."""

from __future__ import annotations

import math
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from modelkeep.errors import InvalidInputError
from modelkeep.tracking.sketches.arrays import checked_numbers
from modelkeep.tracking.sketches.encoding import Count, State, Summary
from modelkeep.tracking.sketches.no_rows import require_rows


class MomentsState(State, frozen=True):
    """What `Moments` know."""

    count: Count
    mean: float
    squares: float
    minimum: float
    maximum: float
    nan_count: Count
    infinite_count: Count


class Moments(Summary):
    """The first two moments of finite numbers, with the least and the greatest.

    Merged by the pairwise update of Chan, Golub and LeVeque, "Algorithms for computing the sample
    variance", The American Statistician 37 (1983), which loses no digits where the mean is great
    against the spread. NaN and infinities are counted apart. A merge is the same in both
    directions, to the bit.

    Attributes:
        count: How many finite numbers there are.
        nan_count: How many were NaN.
        infinite_count: How many were infinite.
        sum_of_squares: Of the differences to the mean.
    """

    __slots__ = (
        "_maximum",
        "_mean",
        "_minimum",
        "count",
        "infinite_count",
        "nan_count",
        "sum_of_squares",
    )
    kind: ClassVar[int] = 2
    state_class: ClassVar[type[State]] = MomentsState

    def __init__(self) -> None:
        self.count = 0
        self.nan_count = 0
        self.infinite_count = 0
        self.sum_of_squares = 0.0
        self._mean = 0.0
        self._minimum, self._maximum = math.inf, -math.inf

    @property
    def mean(self) -> float:
        """The arithmetic mean.

        Raises:
            NoRowsError: There are no finite numbers.
        """
        require_rows("a mean", self.count)
        return self._mean

    @property
    def variance(self) -> float:
        """The variance of the numbers themselves, as `numpy.var`.

        Raises:
            NoRowsError: There are no finite numbers.
        """
        require_rows("a variance", self.count)
        return self.sum_of_squares / self.count

    @property
    def sample_variance(self) -> float:
        """The estimate of a population's variance, with the denominator count - 1.

        Raises:
            NoRowsError: There are fewer than two finite numbers.
        """
        require_rows("a sample variance", self.count, 2)
        return self.sum_of_squares / (self.count - 1)

    @property
    def standard_deviation(self) -> float:
        """The root of the variance, as `numpy.std`."""
        return math.sqrt(self.variance)

    @property
    def minimum(self) -> float:
        """The least finite number.

        Raises:
            NoRowsError: There is none.
        """
        require_rows("a minimum", self.count)
        return self._minimum

    @property
    def maximum(self) -> float:
        """The greatest finite number.

        Raises:
            NoRowsError: There is none.
        """
        require_rows("a maximum", self.count)
        return self._maximum

    def add(self, values: npt.ArrayLike) -> None:
        """Take in the values.

        Args:
            values: Numbers of any shape.

        Raises:
            InvalidInputError: They are not numbers.
        """
        numbers = checked_numbers("values", values)
        if not numbers.size:
            return
        least, greatest = float(numbers.min()), float(numbers.max())
        batch = Moments()
        if not (math.isfinite(least) and math.isfinite(greatest)):
            batch.nan_count = int(np.isnan(numbers).sum())
            batch.infinite_count = int(np.isinf(numbers).sum())
            numbers = numbers[np.isfinite(numbers)]
        batch.count = numbers.size
        if numbers.size:
            batch._minimum, batch._maximum = float(numbers.min()) + 0.0, float(numbers.max()) + 0.0
            with np.errstate(over="ignore"):
                batch._measure(numbers)
        self.merge(batch)

    def merge(self, other: Self) -> None:
        """Take in all that others have seen."""
        self.nan_count += other.nan_count
        self.infinite_count += other.infinite_count
        if not other.count:
            return
        mine, theirs = (self.count, self._mean), (other.count, other._mean)
        (count1, mean1), (count2, mean2) = max(mine, theirs), min(mine, theirs)
        self.count = count1 + count2
        difference, share = mean2 - mean1, count2 / self.count
        if math.isinf(difference):  # of numbers near the greatest float
            self._mean = mean1 * (1 - share) + mean2 * share
        else:
            self._mean = mean1 + difference * share
        between = difference * share * difference * count1 if difference else 0.0
        self.sum_of_squares = self.sum_of_squares + other.sum_of_squares + between
        self._minimum = min(self._minimum, other._minimum)
        self._maximum = max(self._maximum, other._maximum)

    def to_state(self) -> MomentsState:
        """Return what they know."""
        return MomentsState(
            self.count,
            self._mean + 0.0,
            self.sum_of_squares,
            self._minimum,
            self._maximum,
            self.nan_count,
            self.infinite_count,
        )

    @classmethod
    def from_state(cls, state: Any) -> Self:
        """Undo `to_state`.

        Raises:
            InvalidInputError: The parts of the state contradict one another.
        """
        made = cls()
        made.count, made._mean = state.count, state.mean
        made.sum_of_squares = state.squares
        made._minimum, made._maximum = state.minimum, state.maximum
        made.nan_count, made.infinite_count = state.nan_count, state.infinite_count
        if made.count:
            sound = math.isfinite(state.mean) and state.squares >= 0
            sound = sound and -math.inf < state.minimum <= state.maximum < math.inf
        else:
            found = (state.mean, state.squares, state.minimum, state.maximum)
            sound = found == (0.0, 0.0, math.inf, -math.inf)
        if not sound:
            raise InvalidInputError(f"these are no moments: {state}")
        return made

    def _measure(self, numbers: npt.NDArray[np.float64]) -> None:
        if self._minimum == self._maximum:  # or rounding would give them a variance
            self._mean = self._minimum
            return
        mean = float(numbers.mean())
        if not math.isfinite(mean):
            mean = float((numbers / numbers.size).sum())
        self._mean = mean
        differences = numbers - mean
        differences *= differences  # not a dot product, which may start threads
        self.sum_of_squares = float(differences.sum())
