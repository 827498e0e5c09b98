"""E-values are kept as logarithms, since they grow beyond what a float can hold."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

# The next whole number has an exponential beyond the greatest float.
_GREATEST = 709.0


def bounded_exponential(logarithm: float) -> float:
    """Return e to that power; infinite, with no error, where it is too great for a float."""
    return math.exp(logarithm) if logarithm <= _GREATEST else math.inf


def log_mean(logarithms: Sequence[float]) -> float:
    """Return the logarithm of the mean of what these are the logarithms of."""
    return float(np.logaddexp.reduce(np.array(logarithms))) - math.log(len(logarithms))
