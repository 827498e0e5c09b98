"""Features for the simulations of drift: what their rows are like, and shifted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from modelkeep.tracking.drift.bins import Bins, CategoryBins, NumberBins

Values = npt.NDArray[Any]
Draw = Callable[[np.random.Generator, int, float], Values]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A feature that can be drawn.

    Attributes:
        name: For the table.
        bins: Makes bins from reference values.
        draw: Makes so many rows with a shift in standard deviations.
        whole: Whether the shift is one of all its rows.
    """

    name: str
    bins: Callable[[Values], Bins]
    draw: Draw
    whole: bool = True


def _normal(rng: np.random.Generator, rows: int, shift: float) -> Values:
    return rng.normal(shift, size=rows)


def _lognormal(rng: np.random.Generator, rows: int, shift: float) -> Values:
    # The standard deviation of exp(Z) is sqrt((e - 1) e).
    return rng.lognormal(size=rows) + shift * np.sqrt((np.e - 1) * np.e)


def _whole_numbers(rng: np.random.Generator, rows: int, shift: float) -> Values:
    # The standard deviation of 40 equally probable whole numbers is 11.54.
    return rng.integers(0, 40, rows) + round(11.54 * shift)


def _missing(rng: np.random.Generator, rows: int, shift: float) -> Values:
    values = np.where(rng.random(rows) < 0.3, 0.0, rng.lognormal(shift, size=rows))
    return np.where(rng.random(rows) < 0.1, np.nan, values)


def _zipf(categories: int, rng: np.random.Generator, rows: int, shift: float) -> Values:
    # For categories a shift is one of the logarithm of their share, which has sd 1 when scaled.
    shares = 1 / np.arange(1, categories + 1) ** 1.2
    shares /= shares.sum()
    logs = np.log(shares)
    centred = logs - shares @ logs
    tilted = shares * np.exp(shift * centred / np.sqrt(shares @ centred**2))
    return rng.choice(categories, size=rows, p=tilted / tilted.sum())


FEATURES = (
    Feature(name="normal", bins=NumberBins.from_values, draw=_normal),
    Feature(name="lognormal", bins=NumberBins.from_values, draw=_lognormal),
    Feature(
        name="30 % zeros, 10 % missing", bins=NumberBins.from_values, draw=_missing, whole=False
    ),
    Feature(name="40 whole numbers", bins=NumberBins.from_values, draw=_whole_numbers),
    Feature(name="20 categories", bins=CategoryBins.from_values, draw=partial(_zipf, 20)),
    Feature(name="500 categories", bins=CategoryBins.from_values, draw=partial(_zipf, 500)),
)
