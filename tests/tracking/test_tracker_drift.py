"""Drift is held against the reference of a version: given, or made of the first rows."""

from __future__ import annotations

import numpy as np
import pytest

from modelkeep.errors import InvalidInputError
from modelkeep.tracking.measures import PREDICTIONS
from modelkeep.tracking.references import FIRST_ROWS

RNG = np.random.default_rng(11)


def made(mk):
    return mk.versions.create_version("m", {"n": 1}).version_id


def drifted(mk, version):
    return {name: verdict.drifted for name, verdict in mk.tracking.drift(version).items()}


def rows(count, *, shift=0.0, fox=0.2):
    return {
        "features": {"age": RNG.normal(shift, 1, count), "land": RNG.choice(["de", "fr"], count)},
        "predictions": RNG.choice(["cat", "fox"], count, p=[1 - fox, fox]),
    }


def test_a_given_reference(mk):
    version = made(mk)
    mk.tracking.set_reference(version, **rows(5_000))
    assert mk.tracking.drift(version) == {}
    mk.tracking.log_batch(version, **rows(2_000))
    assert drifted(mk, version) == {"age": False, "land": False, PREDICTIONS: False}
    for _ in range(2):
        mk.tracking.log_batch(version, **rows(2_000, shift=0.6, fox=0.6))
    found = mk.tracking.drift(version)
    assert [found["age"].drifted, found[PREDICTIONS].drifted] == [True, True]
    assert found["land"].drifted is False
    assert "values are greater" in found["age"].reason


def test_the_first_rows_become_the_reference(mk, open_registry):
    version = made(mk)
    mk.tracking.log_batch(version, **rows(FIRST_ROWS - 500))
    mk.tracking.flush()
    assert mk.tracking.reference(version) is None
    # Another process brings the rest.
    other = open_registry()
    other.tracking.log_batch(version, **rows(600))
    other.tracking.flush()
    assert mk.tracking.reference(version).bins["feature:age"].reference_counts.sum() == FIRST_ROWS
    mk.tracking.log_batch(version, **rows(3_000, shift=0.6))
    assert drifted(mk, version)["age"] is True


def test_a_new_reference_takes_the_place_of_the_old(mk):
    version = made(mk)
    mk.tracking.set_reference(version, **rows(3_000))
    mk.tracking.log_batch(version, **rows(3_000, shift=1.0))
    assert drifted(mk, version)["age"] is True
    mk.tracking.set_reference(version, **rows(3_000, shift=1.0))
    assert mk.tracking.drift(version) == {}
    mk.tracking.log_batch(version, **rows(3_000, shift=1.0))
    assert drifted(mk, version)["age"] is False


def test_columns_that_change_their_kind_are_missing_values_and_new_ones_do_no_harm(mk):
    version = made(mk)
    mk.tracking.set_reference(version, features={"age": RNG.normal(size=3_000)})
    mk.tracking.log_batch(
        version,
        predictions=["a"] * 1_000,
        features={"age": ["unknown"] * 1_000, "new": RNG.normal(size=1_000)},
    )
    found = mk.tracking.drift(version)
    assert found["age"].drifted is True
    assert "missing" in found["age"].reason
    assert "new" not in found
    assert mk.tracking.last_error is None


def test_a_feature_named_like_the_answers_is_another(mk):
    version = made(mk)
    mk.tracking.set_reference(
        version, features={"prediction": RNG.normal(size=2_000)}, predictions=["a", "b"] * 1_000
    )
    mk.tracking.log_batch(
        version,
        features={"prediction": RNG.normal(1.0, 1, size=2_000)},
        predictions=["a", "b"] * 1_000,
    )
    assert drifted(mk, version) == {"prediction": True, PREDICTIONS: False}


def test_an_empty_reference_is_refused(mk):
    with pytest.raises(InvalidInputError, match="needs features, predictions or both"):
        mk.tracking.set_reference(made(mk))
    with pytest.raises(InvalidInputError, match="empty"):
        mk.tracking.set_reference("m@latest", features={"x": []})
