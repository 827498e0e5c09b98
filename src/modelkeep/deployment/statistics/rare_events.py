"""How often an event happens at most, where it is too rare to be compared: a limit of a rate.

Two arms without events say nothing of their ratio, but many units without one say that the rate is
small. The limit inverts the martingale of a mixture over rates, Beta(1/2, 1/2), against each rate
(Robbins, Annals of Mathematical Statistics 1970; Howard, Ramdas, McAuliffe and Sekhon, Annals of
Statistics 2021, arXiv 1810.08240, the beta-binomial mixture), so it holds at all times together for
units that are coins of the same rate.
"""

from __future__ import annotations

import math

from modelkeep.deployment.statistics.observations import checked_alpha
from modelkeep.errors import InvalidInputError

_HALVINGS = 60
_PRIOR = 0.5


def rate_upper_limit(events: int, units: int, alpha: float = 0.05) -> float:
    """Return what the rate of an event is below.

    Args:
        events: How many units had it.
        units: How many there are.
        alpha: Chance that the limit is ever below the true rate, 0 to 1.

    Returns:
        A rate, 0 to 1; 1 without units.

    Raises:
        InvalidInputError: There are more events than units, or fewer than none.
    """
    if not 0 <= events <= units:
        raise InvalidInputError(f"events are {events} of {units} units; they must be from 0 to all")
    goal = -math.log(checked_alpha(alpha))
    if events == units:
        return 1.0
    low, high = events / units, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _log_mixture(events, units, middle) < goal:
            low = middle
        else:
            high = middle
    return high


def _log_mixture(events: int, units: int, rate: float) -> float:
    """Return the logarithm of the mixture's likelihood over that of this rate."""
    mixed = _log_beta(events + _PRIOR, units - events + _PRIOR) - _log_beta(_PRIOR, _PRIOR)
    alone = (events * math.log(rate) if events else 0.0) + (units - events) * math.log1p(-rate)
    return mixed - alone


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
