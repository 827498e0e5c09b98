"""Data that small models are grown on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

Data = tuple[Any, Any]


def make_data(seed: int, rows: int = 300, features: int = 5) -> Data:
    """Rows of normal numbers, and a label that two features decide together with noise."""
    generator = np.random.default_rng(seed)
    sample = generator.normal(size=(rows, features))
    noise = generator.normal(scale=0.7, size=rows)
    label = (sample[:, 0] + sample[:, 1] ** 2 + noise > 0.8).astype(np.int64)
    return sample, label


@pytest.fixture
def data() -> Data:
    return make_data(0)


@pytest.fixture
def other_data() -> Data:
    return make_data(1)
