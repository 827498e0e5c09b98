"""Shares: whether the arms get the units they should, a sample ratio mismatch.

A mismatch means that units are lost or routed wrongly in one arm, and then no comparison of the
arms means anything. The sequential test is a Dirichlet-multinomial mixture: Lindon and Malek,
Anytime-Valid Inference for Multinomial Count Data, NeurIPS 2022 (arXiv 2011.03567).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from modelkeep.deployment.statistics.logarithms import bounded_exponential
from modelkeep.deployment.statistics.observations import FloatArray, checked_indices
from modelkeep.errors import InvalidInputError, InvalidSettingError

# The sum of the prior counts: the prior of a share p has the standard deviation
# sqrt(p (1-p) / (k + 1)), 2.2 points at one half. Of 200 to 4,000 the median number of units that
# 52/48 takes at 1/0.01 was least there.
CONCENTRATION = 500.0
_ROUNDING = 1e-9

Shares = tuple[float, ...]


class ShareEvidence:
    """Counts of units by arm, for each vector of shares that was in force.

    Each unit counts once, at its first exposure, with the shares of that moment. Where the shares
    changed there is one mixture for each vector, and the e-value is their product, an e-value since
    the units of one are new given those of the others.

    Args:
        concentration: k: the prior is Dirichlet(k p), so the greater, the smaller the deviations
            that are looked for. Above 0.

    Raises:
        InvalidSettingError: It is not.
    """

    def __init__(self, *, concentration: float = CONCENTRATION) -> None:
        if not 0 < concentration < math.inf:
            raise InvalidSettingError("concentration", concentration, "a finite number above 0")
        self.concentration = concentration
        self._counts: dict[Shares, list[int]] = {}

    def add(self, units: Sequence[int] | npt.NDArray[np.integer[Any]], shares: Shares) -> None:
        """Count units.

        Args:
            units: How many new ones each arm got, shape (arms,).
            shares: The probability of each arm for them; they sum to 1. An arm of share 0 gets
                none, and if one has the share 1, the units say nothing.

        Raises:
            InvalidInputError: The shares are no probabilities, the lengths differ, a count is
                negative, or an arm of share 0 has units.
        """
        expected = _checked_shares(shares)
        counts = np.asarray(units)
        if counts.shape != (len(expected),) or counts.dtype.kind not in "iu" or (counts < 0).any():
            raise InvalidInputError(
                f"units are {units!r}; they must be {len(expected)} whole numbers from 0, "
                "one for each share"
            )
        for share, count in zip(expected, counts.tolist(), strict=True):
            if share == 0 and count:
                raise InvalidInputError(f"an arm of share 0 has {count} units; it can have none")
        before = self._counts.get(expected, [0] * len(expected))
        self._counts[expected] = [
            old + new for old, new in zip(before, counts.tolist(), strict=True)
        ]

    @property
    def counts(self) -> Mapping[Shares, tuple[int, ...]]:
        """The units of each arm by the shares that were in force."""
        return {shares: tuple(counts) for shares, counts in self._counts.items()}

    def log_e_value(self) -> float:
        """Return ln E against "the arms get their shares".

        ln B(k p + n) - ln B(k p) - sum n_i ln p_i, summed over the vectors of shares, with B the
        multivariate beta function. E ever reaches 1/alpha with probability at most alpha.
        """
        return sum(
            _log_ratio(shares, counts, self.concentration)
            for shares, counts in self._counts.items()
        )

    def e_value(self) -> float:
        """Return E, as in `log_e_value`; infinite where it is too great for a float."""
        return bounded_exponential(self.log_e_value())

    def to_plain(self) -> dict[str, Any]:
        """Return it as lists and numbers for JSON."""
        rows = [[list(shares), list(counts)] for shares, counts in sorted(self._counts.items())]
        return {"concentration": self.concentration, "counts": rows}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> ShareEvidence:
        """Undo `to_plain`.

        Raises:
            InvalidInputError: It is not what `to_plain` returns.
        """
        try:
            evidence = cls(concentration=float(plain["concentration"]))
            for shares, counts in plain["counts"]:
                evidence.add(counts, tuple(shares))
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidInputError(f"this is no stored evidence of shares: {error!r}") from error
        return evidence


def running_share_log_e_values(
    arms: npt.ArrayLike, shares: Shares, *, concentration: float = CONCENTRATION
) -> FloatArray:
    """Return ln E after each unit, as a `ShareEvidence` to which they are added one by one.

    Args:
        arms: The index of the arm of each unit, shape (..., units).
        shares: The probability of each arm, all above 0.
        concentration: k, as in `ShareEvidence`.

    Returns:
        The shape of `arms`.

    Raises:
        InvalidInputError: An arm is not an index, or a share not above 0.
    """
    expected = _checked_shares(shares)
    if min(expected) <= 0:
        raise InvalidInputError(f"shares {shares} hold 0; leave out the arms without a share")
    arm = checked_indices("arms", arms, len(expected))
    steps = np.zeros(arm.shape)
    for index, share in enumerate(expected):
        here = arm == index
        # The predictive probability of the next unit given those before it, over its share.
        before = np.cumsum(here, axis=-1) - here
        units = np.arange(arm.shape[-1])
        predicted = (concentration * share + before) / (concentration + units)
        steps += np.where(here, np.log(predicted / share), 0.0)
    return np.cumsum(steps, axis=-1)


def _log_ratio(shares: Shares, counts: Sequence[int], concentration: float) -> float:
    told = [(share, count) for share, count in zip(shares, counts, strict=True) if share > 0]
    total = math.lgamma(concentration) - math.lgamma(concentration + sum(counts))
    return total + sum(
        math.lgamma(concentration * share + count)
        - math.lgamma(concentration * share)
        - count * math.log(share)
        for share, count in told
    )


def _checked_shares(shares: Shares) -> Shares:
    expected = tuple(float(share) for share in shares)
    if len(expected) < 2 or not all(0 <= share <= 1 for share in expected):  # noqa: PLR2004
        raise InvalidInputError(f"shares are {shares!r}; they must be two or more, each in [0, 1]")
    if abs(math.fsum(expected) - 1) > _ROUNDING:
        raise InvalidInputError(f"shares {shares!r} sum to {math.fsum(expected)}, not to 1")
    return expected
