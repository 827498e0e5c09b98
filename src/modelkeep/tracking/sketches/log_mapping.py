"""Bins of magnitudes whose width is a fixed fraction of what they hold."""

from __future__ import annotations

import math

import numpy as np

from modelkeep.tracking.sketches.arrays import FloatArray, IntArray

LEAST_MAGNITUDE = 2.2250738585072014e-308  # the least normal float64

_MANTISSA_BITS = 52
_MANTISSA = (1 << _MANTISSA_BITS) - 1
_ONE = 1023 << _MANTISSA_BITS
_BIAS = 1023
# The cubic P with P(0) = 0, P(1) = 1 that comes nearest to log2(1 + s): its slope against the
# natural logarithm is at least 10/7 everywhere.
_CUBIC, _SQUARE, _LINEAR = 6 / 35, -3 / 5, 10 / 7
_STEPS = 8


class LogMapping:
    """Numbers the bins of positive floats, so that each bin spans a ratio of at most gamma.

    The logarithm is the exponent plus a cubic of the mantissa: 1 % more bins than the true
    logarithm, a fraction of its time, and the same bins on every processor, as only additions and
    multiplications of IEEE 754 are used. Masson, Rim and Lee, "DDSketch", VLDB 2019, section 2.1;
    the cubic is that of Datadog's sketches.

    Args:
        relative_error: The greatest relative distance of a bin's middle to a value in it;
            gamma is (1 + error) / (1 - error).
    """

    __slots__ = ("_per_octave",)

    def __init__(self, relative_error: float) -> None:
        gamma = (1 + relative_error) / (1 - relative_error)
        self._per_octave = 1 / (_LINEAR * math.log(gamma))

    def bins(self, magnitudes: FloatArray) -> IntArray:
        """Return the number of each magnitude's bin.

        Args:
            magnitudes: Contiguous, finite, each at least `LEAST_MAGNITUDE`.
        """
        bits = magnitudes.view(np.int64)
        octaves = bits >> _MANTISSA_BITS
        fractions = ((bits & _MANTISSA) | _ONE).view(np.float64)
        fractions -= 1
        logarithms = fractions * _CUBIC
        logarithms += _SQUARE
        logarithms *= fractions
        logarithms += _LINEAR
        logarithms *= fractions
        logarithms += octaves
        logarithms *= self._per_octave
        # The biased exponent is positive, so cutting off is rounding down.
        return logarithms.astype(np.int64)

    def lower_edges(self, bins: IntArray) -> FloatArray:
        """Return the least magnitude of each bin, infinite beyond the greatest float."""
        logarithms = bins / self._per_octave
        octaves = np.floor(logarithms)
        wanted = logarithms - octaves
        fractions = wanted.copy()
        for _ in range(_STEPS):  # Newton; the cubic is nearly a line
            value = ((_CUBIC * fractions + _SQUARE) * fractions + _LINEAR) * fractions
            slope = (3 * _CUBIC * fractions + 2 * _SQUARE) * fractions + _LINEAR
            fractions -= (value - wanted) / slope
        with np.errstate(over="ignore", under="ignore"):
            edges: FloatArray = np.ldexp(1 + fractions, octaves.astype(np.int64) - _BIAS)
        return edges
