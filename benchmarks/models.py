"""The models that are kept."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

SmallModel = dict[str, NDArray[np.float64]]


def small_models() -> Iterator[SmallModel]:
    """Give models without end, each other numbers, each about 5 KB as a pickle."""
    generator = np.random.default_rng(20261124)
    for _ in itertools.count():
        yield {f"layer{i}": generator.standard_normal(100) for i in range(6)}
