"""What the simulations share."""

import math

import pytest


@pytest.fixture
def most_wrong():
    """How many runs may err where each does with probability alpha: three standard errors more."""
    return lambda runs, alpha=0.05: runs * alpha + 3 * math.sqrt(runs * alpha * (1 - alpha))
