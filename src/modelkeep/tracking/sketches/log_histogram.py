"""Quantiles of real numbers within a relative error, from counts in logarithmic bins."""

from __future__ import annotations

import math
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from modelkeep.errors import InvalidInputError, InvalidSettingError
from modelkeep.tracking.sketches.arrays import (
    FloatArray,
    IntArray,
    check_bound,
    checked_numbers,
)
from modelkeep.tracking.sketches.bin_reading import middles_at_ranks, shares_below
from modelkeep.tracking.sketches.dense_store import DenseStore
from modelkeep.tracking.sketches.encoding import Count, State, Summary, check_same_settings
from modelkeep.tracking.sketches.log_mapping import LEAST_MAGNITUDE, LogMapping
from modelkeep.tracking.sketches.no_rows import require_rows
from modelkeep.tracking.sketches.varints import pack_counts, unpack_counts

_BLOCK = 16384  # values at a time, so that the intermediate arrays stay in the cache
_MOST_BINS = 65536
_LEAST_ERROR, _GREATEST_ERROR = 1e-4, 0.5
# Bins a bit finer than asked for leave room for the interpolation that other quantiles do.
_SLACK = 0.95


class LogHistogramState(State, frozen=True):
    """What a `LogHistogram` knows; the counts are those of `varints`."""

    relative_error: float
    most_bins: Count
    minimum: float
    maximum: float
    zeros: Count
    nans: Count
    positive_infinities: Count
    negative_infinities: Count
    positive_first: Count
    positive_counts: bytes
    negative_first: Count
    negative_counts: bytes


class LogHistogram(Summary):
    """Counts of real numbers in bins of fixed relative width: a DDSketch.

    Masson, Rim and Lee, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error
    guarantees", VLDB 2019, arXiv 1908.10693. Positive and negative numbers have bins of their own,
    magnitudes below 2.3e-308 count as zero. NaN and infinities are counted apart and belong to no
    quantile. A merge gives, to the bit, what adding all values to one histogram gives.

    Each sign has at most `most_bins` bins. Beyond that the smallest magnitudes collapse into the
    lowest bin, and quantiles that fall there lose the bound of the error: with the defaults, where
    magnitudes of one sign span more than 33 powers of ten.

    Args:
        relative_error: The greatest error of a quantile as a fraction of it, 0.0001 to 0.5.
        most_bins: For each sign, 1 to 65,536.

    Raises:
        InvalidSettingError: A setting is out of range.
    """

    __slots__ = (
        "_mapping",
        "_maximum",
        "_minimum",
        "_most_bins",
        "_negative",
        "_positive",
        "_relative_error",
        "_zeros",
        "nan_count",
        "negative_infinities",
        "positive_infinities",
    )
    kind: ClassVar[int] = 1
    state_class: ClassVar[type[State]] = LogHistogramState

    def __init__(self, relative_error: float = 0.01, most_bins: int = 4096) -> None:
        if not _LEAST_ERROR <= relative_error <= _GREATEST_ERROR:
            raise InvalidSettingError(
                "relative_error", relative_error, f"from {_LEAST_ERROR} to {_GREATEST_ERROR}"
            )
        check_bound("most_bins", most_bins, _MOST_BINS)
        self._relative_error, self._most_bins = float(relative_error), most_bins
        self._mapping = LogMapping(relative_error * _SLACK)
        self._positive, self._negative = DenseStore(most_bins), DenseStore(most_bins)
        self._zeros = 0
        self._minimum, self._maximum = math.inf, -math.inf
        self.nan_count = 0
        self.positive_infinities = 0
        self.negative_infinities = 0

    @property
    def count(self) -> int:
        """How many finite values there are."""
        return self._positive.total + self._zeros + self._negative.total

    @property
    def minimum(self) -> float:
        """The least finite value, exact.

        Raises:
            NoRowsError: There is none.
        """
        require_rows("a minimum", self.count)
        return self._minimum

    @property
    def maximum(self) -> float:
        """The greatest finite value, exact.

        Raises:
            NoRowsError: There is none.
        """
        require_rows("a maximum", self.count)
        return self._maximum

    def add(self, values: npt.ArrayLike) -> None:
        """Count the values.

        Args:
            values: Numbers of any shape.

        Raises:
            InvalidInputError: They are not numbers.
        """
        numbers = checked_numbers("values", values)
        for start in range(0, numbers.size, _BLOCK):
            self._add_block(numbers[start : start + _BLOCK])

    def merge(self, other: Self) -> None:
        """Take in all that another histogram has counted.

        Raises:
            InvalidInputError: Its settings differ.
        """
        check_same_settings("relative_error", self._relative_error, other._relative_error)
        check_same_settings("most_bins", self._most_bins, other._most_bins)
        self._positive.add_counts(other._positive.first, other._positive.counts)
        self._negative.add_counts(other._negative.first, other._negative.counts)
        self._zeros += other._zeros
        self._minimum = min(self._minimum, other._minimum)
        self._maximum = max(self._maximum, other._maximum)
        self.nan_count += other.nan_count
        self.positive_infinities += other.positive_infinities
        self.negative_infinities += other.negative_infinities

    def quantile(self, q: float) -> float:
        """Return the value at a quantile; see `quantiles`."""
        return float(self.quantiles([q])[0])

    def quantiles(self, qs: npt.ArrayLike) -> FloatArray:
        """Return, for each q, the value of the rank nearest to q (count - 1).

        Within the relative error of `numpy.quantile(values, q, method="nearest")`; the quantiles
        0 and 1 are exact.

        Args:
            qs: Each 0 to 1.

        Raises:
            InvalidInputError: A q is out of range.
            NoRowsError: There are no finite values.
        """
        wanted = checked_numbers("quantiles", qs)
        if not np.all((wanted >= 0) & (wanted <= 1)):
            raise InvalidInputError(f"quantiles {wanted.tolist()} must lie from 0 to 1")
        require_rows("a quantile", self.count)
        ranks = np.rint(wanted * (self.count - 1)).astype(np.int64)
        middles = middles_at_ranks(*self.bins(), ranks)
        found: FloatArray = np.clip(middles, self._minimum, self._maximum)
        found[ranks == 0] = self._minimum
        found[ranks == self.count - 1] = self._maximum
        return found

    def cumulative_below(self, x: float) -> float:
        """Return the share of the finite values that lie below x; see `shares_below`."""
        return float(self.shares_below([x])[0])

    def shares_below(self, xs: npt.ArrayLike) -> FloatArray:
        """Return, for each x, the share of the finite values that lie below it.

        Exact at the edges of bins, and a line between them.

        Args:
            xs: Numbers, not NaN.

        Raises:
            InvalidInputError: An x is NaN.
            NoRowsError: There are no finite values.
        """
        points = checked_numbers("limits", xs)
        if np.isnan(points).any():
            raise InvalidInputError("a limit is NaN; it must be a number")
        require_rows("a share below a limit", self.count)
        shares = shares_below(*self.bins(), points)
        shares[points <= self._minimum] = 0.0
        shares[points > self._maximum] = 1.0
        return shares

    def bins(self) -> tuple[FloatArray, FloatArray, IntArray]:
        """Return the bins that hold values, ascending: lower edges, upper edges, counts."""
        low, high = self._negative.bins[::-1], self._positive.bins
        zero = [LEAST_MAGNITUDE] if self._zeros else []
        edges = self._mapping.lower_edges
        lower = np.concatenate([-edges(low + 1), np.zeros(len(zero)), edges(high)])
        upper = np.concatenate([-edges(low), zero, edges(high + 1)])
        counts = np.concatenate(
            [
                self._negative.counts[::-1],
                np.full(len(zero), self._zeros, dtype=np.int64),
                self._positive.counts,
            ]
        )
        full = counts > 0
        lower, upper, counts = lower[full], upper[full], counts[full]
        if counts.size and abs(self._minimum) >= LEAST_MAGNITUDE:
            lower[0] = self._minimum
        if counts.size and abs(self._maximum) >= LEAST_MAGNITUDE:
            upper[-1] = self._maximum
        return lower, upper, counts

    def to_state(self) -> LogHistogramState:
        """Return what it knows."""
        return LogHistogramState(
            self._relative_error,
            self._most_bins,
            self._minimum,
            self._maximum,
            self._zeros,
            self.nan_count,
            self.positive_infinities,
            self.negative_infinities,
            self._positive.first,
            pack_counts(self._positive.counts),
            self._negative.first,
            pack_counts(self._negative.counts),
        )

    @classmethod
    def from_state(cls, state: Any) -> Self:
        """Undo `to_state`.

        Raises:
            InvalidInputError: The parts of the state contradict one another.
        """
        made = cls(state.relative_error, state.most_bins)
        for store, first, counts in (
            (made._positive, state.positive_first, state.positive_counts),
            (made._negative, state.negative_first, state.negative_counts),
        ):
            store.first, store.counts = first, unpack_counts(counts, state.most_bins)
            store.check()
        made._zeros = state.zeros
        made._minimum, made._maximum = state.minimum, state.maximum
        empty = (math.inf, -math.inf)
        ordered = -math.inf < state.minimum <= state.maximum < math.inf
        if not (ordered if made.count else (state.minimum, state.maximum) == empty):
            raise InvalidInputError(
                f"{made.count} values cannot lie from {state.minimum} to {state.maximum}"
            )
        made.nan_count = state.nans
        made.positive_infinities = state.positive_infinities
        made.negative_infinities = state.negative_infinities
        return made

    def _add_block(self, values: FloatArray) -> None:
        least, greatest = float(values.min()), float(values.max())
        if not (math.isfinite(least) and math.isfinite(greatest)):
            finite = np.isfinite(values)
            self.nan_count += int(np.isnan(values).sum())
            self.positive_infinities += int((values == math.inf).sum())
            self.negative_infinities += int((values == -math.inf).sum())
            values = values[finite]
            if not values.size:
                return
            least, greatest = float(values.min()), float(values.max())
        # Adding 0.0 turns -0.0, which equals 0.0 but has other bytes, into 0.0.
        self._minimum = min(self._minimum, least + 0.0)
        self._maximum = max(self._maximum, greatest + 0.0)
        positive = values if least >= LEAST_MAGNITUDE else values[values >= LEAST_MAGNITUDE]
        self._positive.add(self._mapping.bins(positive))
        if positive.size < values.size:
            negative = -values[values <= -LEAST_MAGNITUDE]
            self._negative.add(self._mapping.bins(negative))
            self._zeros += values.size - positive.size - negative.size
