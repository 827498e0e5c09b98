"""What people give as metadata: where it goes, and what is refused."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelkeep import canonical
from modelkeep.errors import InvalidInputError, InvalidMetadataError, InvalidMetricError
from modelkeep.management.metadata import read_metadata, read_tags


def test_known_words_numbers_and_the_rest() -> None:
    facts = read_metadata(
        {
            "metrics": {"f1": 0.8},
            "accuracy": 0.95,
            "epochs": 3,
            "loss": np.float32(0.5),
            "dependencies": {"torch": "2.13.0"},
            "configuration": {"layers": (1, 2)},
            "deployment_config": {"replicas": 2},
            "created_by": "grace",
            "signature": {"inputs": ["text"]},
            "metric_directions": {"f1": "higher"},
            "dataset": "reviews-v3",
            "shuffle": True,
        }
    )
    assert facts.metrics == {"f1": 0.8, "accuracy": 0.95, "epochs": 3.0, "loss": 0.5}
    assert facts.configuration == {
        "layers": [1, 2],
        "signature": {"inputs": ["text"]},
        "metric_directions": {"f1": "higher"},
        "dataset": "reviews-v3",
        "shuffle": True,
    }
    assert facts.dependencies == {"torch": "2.13.0"}
    assert facts.deployment_config == {"replicas": 2}
    assert facts.created_by == "grace"


def test_nothing_given_is_nothing_known() -> None:
    facts = read_metadata(None)
    assert (facts.metrics, facts.configuration, facts.created_by) == ({}, {}, "")


def test_nan_and_infinite_metrics_are_kept() -> None:
    metrics = read_metadata({"a": math.nan, "b": math.inf, "c": -math.inf}).metrics
    assert math.isnan(metrics["a"])
    assert (metrics["b"], metrics["c"]) == (math.inf, -math.inf)


@pytest.mark.parametrize("value", ["0.9", None, True, [0.9], 1j, Decimal("0.9"), np.bool_(True)])
def test_a_metric_that_is_no_real_number_is_told(value) -> None:
    with pytest.raises(InvalidMetricError, match="'accuracy'.*one real number"):
        read_metadata({"metrics": {"accuracy": value}})


def test_a_number_too_large_for_a_float_is_told() -> None:
    with pytest.raises(InvalidMetricError, match="accuracy"):
        read_metadata({"accuracy": 10**400})


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"a": {1, 2}}, r"configuration\.a"),
        ({"a": [0, object()]}, r"configuration\.a\[1\]"),
        ({1: "a"}, "configuration"),
        ({"a": math.nan}, r"configuration\.a"),
        ({"a": "\ud800"}, r"configuration\.a"),
        ({"a": 2**70}, r"configuration\.a"),
        ({"a": np.zeros(3)}, r"configuration\.a"),
        ("text", "configuration"),
    ],
)
def test_what_is_not_json_is_told_with_its_place(value, path) -> None:
    with pytest.raises(InvalidMetadataError, match=f"metadata at {path}: "):
        read_metadata({"configuration": value})


def test_a_loop_is_told() -> None:
    loop: dict = {}
    loop["self"] = loop
    with pytest.raises(InvalidMetadataError, match="loop"):
        read_metadata({"configuration": loop})


def test_metadata_that_is_no_dict_is_told() -> None:
    with pytest.raises(InvalidMetadataError, match="list is not a dict"):
        read_metadata([1, 2])


def test_a_metric_given_twice_with_two_values_is_told() -> None:
    with pytest.raises(InvalidMetadataError, match=r"accuracy.*twice, as 0\.9 and 0\.8"):
        read_metadata({"metrics": {"accuracy": 0.9}, "accuracy": 0.8})


def test_dependencies_must_be_texts() -> None:
    with pytest.raises(InvalidMetadataError, match=r"dependencies\.torch"):
        read_metadata({"dependencies": {"torch": 2}})


@pytest.mark.parametrize("tags", ["keep", ["a" * 129], [""], [" a"], ["a\nb"], ["\ud800"], [1]])
def test_bad_tags_are_told(tags) -> None:
    with pytest.raises(InvalidInputError, match="tag"):
        read_tags(tags)


def test_tags_are_sorted_and_each_once() -> None:
    assert read_tags(["b", "a", "b"]) == ["a", "b"]


def test_paths_are_not_json() -> None:
    with pytest.raises(InvalidMetadataError, match="Path"):
        read_metadata({"data": Path("x")})


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(json_values)
def test_plain_values_come_back_equal_from_canonical_json(value) -> None:
    plain = canonical.plain_value(value, "value")
    assert canonical.decode(canonical.encode(plain)) == plain == value
    assert json.loads(canonical.encode(plain)) == value


@given(st.dictionaries(st.text(max_size=5), st.floats()))
def test_metrics_come_back_from_valid_json_nan_and_infinities_too(metrics) -> None:
    text = json.dumps(canonical.metrics_to_plain(metrics), allow_nan=False)
    back = canonical.metrics_from_plain(json.loads(text))
    assert back.keys() == metrics.keys()
    for name, value in metrics.items():
        assert back[name] == value or (math.isnan(back[name]) and math.isnan(value))
