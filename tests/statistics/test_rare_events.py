"""The upper limit of a rate: it holds at every look, and shrinks where nothing happens."""

from __future__ import annotations

import numpy as np
import pytest

from modelkeep.deployment.statistics.rare_events import rate_upper_limit
from modelkeep.errors import InvalidInputError


def test_it_holds_at_every_look() -> None:
    runs, units, rate, alpha = 400, 2_000, 0.01, 0.05
    happened = np.random.default_rng(5).random((runs, units)) < rate
    looks = np.unique(np.geomspace(1, units, 60).astype(int))
    missed = sum(
        any(rate_upper_limit(int(run[:look].sum()), int(look), alpha) < rate for look in looks)
        for run in happened
    )
    # Three standard errors of 400 coins of 5 % over the bound.
    assert missed <= runs * alpha + 3 * (runs * alpha * (1 - alpha)) ** 0.5


def test_nothing_in_many_units_is_a_small_rate() -> None:
    assert rate_upper_limit(0, 0) == 1.0
    assert rate_upper_limit(0, 2_000) < 0.005 < rate_upper_limit(0, 200)
    assert rate_upper_limit(20, 2_000) > 0.01
    assert rate_upper_limit(5, 5) == 1.0


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="from 0 to all"):
        rate_upper_limit(3, 2)
