"""Versions side by side: the front, the order and the axes."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelkeep.comparison.ranking import rank_versions
from modelkeep.errors import InvalidInputError, InvalidSettingError, UnknownChoiceError
from modelkeep.models import DeploymentStage, ModelStatus, ModelVersion

START = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


def make_version(
    version_id: str,
    metrics: dict[str, float],
    size_bytes: int = 1000,
    configuration: dict[str, Any] | None = None,
) -> ModelVersion:
    return ModelVersion(
        version_id=version_id,
        model_id="churn",
        version_number=f"1.{version_id}.0",
        status=ModelStatus.READY,
        deployment_stage=DeploymentStage.DEVELOPMENT,
        model_path="",
        metadata_path="",
        checksum=version_id,
        created_at=START,
        updated_at=START,
        created_by="ada",
        description="",
        tags=[],
        metrics=metrics,
        dependencies={},
        configuration=configuration or {},
        deployment_config={},
        parent_version=None,
        size_bytes=size_bytes,
        is_active=False,
    )


def rank(*versions: ModelVersion, **settings: Any) -> Any:
    ranking = rank_versions(versions, **settings)
    json.dumps(ranking, allow_nan=False)
    return ranking


def by_id(ranking: Any, field: str) -> dict[str, Any]:
    return {row["version_id"]: row[field] for row in ranking["rows"]}


def test_the_mean_of_the_gains_orders_the_versions():
    ranking = rank(
        make_version("a", {"accuracy": 0.8, "loss": 0.4}),
        make_version("b", {"accuracy": 0.9, "loss": 0.2}),
        make_version("c", {"accuracy": 0.85, "loss": 0.5}),
    )
    assert [row["version_id"] for row in ranking["rows"]] == ["b", "c", "a"]
    assert by_id(ranking, "rank") == {"b": 1, "c": 2, "a": 3}
    assert by_id(ranking, "score") == pytest.approx({"b": 1.0, "c": 0.25, "a": (0 + 1 / 3) / 2})
    assert by_id(ranking, "on_front") == {"b": True, "c": False, "a": False}
    assert ranking["notes"] == []


def test_size_and_latency_open_the_front_but_count_only_with_a_weight():
    versions = (
        make_version("big", {"accuracy": 0.9}, 9000),
        make_version("small", {"accuracy": 0.8}, 10),
        make_version("worse", {"accuracy": 0.8}, 20),
        make_version("quick", {"accuracy": 0.8}, 20),
    )
    latencies = {"big": 0.5, "small": 0.5, "worse": 0.5, "quick": 0.1, "unrelated": 1.0}
    ranking = rank(*versions, latencies=latencies)
    fronts = {"big": True, "small": True, "worse": False, "quick": True}
    assert by_id(ranking, "on_front") == fronts
    assert by_id(ranking, "rank") == {"big": 1, "small": 2, "worse": 2, "quick": 2}
    weighted = rank(*versions, latencies=latencies, weights={"latency_seconds": 3})
    assert weighted["rows"][0]["version_id"] == "quick"
    assert weighted["rows"][0]["score"] == pytest.approx(0.75)
    assert by_id(rank(*versions), "latency_seconds")["big"] is None


def test_axes_have_the_values_in_the_order_of_the_rows():
    ranking = rank(
        make_version("a", {"accuracy": 0.8}, 5),
        make_version("b", {"accuracy": 0.9}, 7),
        latencies={"b": 0.25},
    )
    assert ranking["axes"] == [
        {
            "name": "accuracy",
            "direction": "higher",
            "weight": 1.0,
            "min": 0.8,
            "max": 0.9,
            "values": [0.9, 0.8],
        },
        {
            "name": "size_bytes",
            "direction": "lower",
            "weight": 0.0,
            "min": 5.0,
            "max": 7.0,
            "values": [7.0, 5.0],
        },
        {
            "name": "latency_seconds",
            "direction": "lower",
            "weight": 0.0,
            "min": 0.25,
            "max": 0.25,
            "values": [0.25, None],
        },
    ]
    assert by_id(ranking, "missing") == {"a": ["latency_seconds"], "b": []}


@pytest.mark.parametrize("absent", [{}, {"accuracy": math.nan}, {"accuracy": math.inf}])
def test_a_missing_value_has_no_rank_and_never_helps(absent):
    ranking = rank(
        make_version("a", absent),
        make_version("b", {"accuracy": 0.1}),
        make_version("c", {"accuracy": 0.2}),
    )
    assert [row["version_id"] for row in ranking["rows"]] == ["c", "b", "a"]
    last = ranking["rows"][-1]
    assert (last["rank"], last["score"], last["on_front"]) == (None, None, False)
    assert last["metrics"] == {"accuracy": None}
    assert ranking["notes"] == ["a has no rank: it has no accuracy"]


def test_by_default_metrics_of_the_many_count():
    versions = (
        make_version("a", {"accuracy": 0.8, "recall": 0.9, "churn": 1.0}),
        make_version("b", {"accuracy": 0.9}),
    )
    ranking = rank(*versions)
    assert [axis["name"] for axis in ranking["axes"]] == ["accuracy", "size_bytes"]
    assert ranking["notes"] == [
        "churn left out: whether higher or lower is better is not known",
        "recall left out: no more than half of the versions have it",
    ]
    chosen = rank(*versions, metrics=["recall", "churn"])
    assert [axis["name"] for axis in chosen["axes"]] == ["recall", "churn", "size_bytes"]
    assert chosen["axes"][1]["direction"] is None
    assert by_id(chosen, "rank") == {"a": 1, "b": None}
    assert "churn does not count" in chosen["notes"][0]


def test_directions_are_given_or_declared_or_told_by_the_name():
    declared = {"metric_directions": {"churn": "minimize"}}
    versions = (
        make_version("a", {"churn": 1.0}, configuration=declared),
        make_version("b", {"churn": 2.0}),
    )
    assert by_id(rank(*versions), "rank") == {"a": 1, "b": 2}
    assert by_id(rank(*versions, directions={"churn": "higher"}), "rank") == {"a": 2, "b": 1}


def test_without_any_metric_there_is_no_rank():
    ranking = rank(make_version("a", {}), make_version("b", {}, 2000))
    assert by_id(ranking, "rank") == {"a": None, "b": None}
    assert by_id(ranking, "on_front") == {"a": True, "b": False}
    assert ranking["notes"] == ["There is no rank: no axis has a weight"]


def test_extreme_values_have_finite_gains():
    ranking = rank(
        make_version("a", {"accuracy": -1.7e308}),
        make_version("b", {"accuracy": 1.7e308}),
        make_version("c", {"accuracy": 0.0}),
        weights={"accuracy": 1e308, "size_bytes": 1e308},
    )
    assert by_id(ranking, "score") == pytest.approx({"a": 0.5, "b": 1.0, "c": 0.75})


def test_what_cannot_be_ranked_is_refused():
    version = make_version("a", {"accuracy": 0.5})
    with pytest.raises(InvalidInputError, match="0 versions cannot be ranked; give from 1 to 50"):
        rank()
    with pytest.raises(InvalidInputError, match="51 versions"):
        rank(*(make_version(str(number), {}) for number in range(51)))
    with pytest.raises(InvalidInputError, match="version 'a' is given more than once"):
        rank(version, version)
    with pytest.raises(UnknownChoiceError, match="metric 'recall'; one of accuracy"):
        rank(version, metrics=["recall"])
    with pytest.raises(UnknownChoiceError, match="direction of 'accuracy'"):
        rank(version, directions={"accuracy": "up"})
    with pytest.raises(UnknownChoiceError, match="axis in weights 'speed'"):
        rank(version, weights={"speed": 1.0})
    with pytest.raises(InvalidSettingError, match="weight of 'accuracy'"):
        rank(version, weights={"accuracy": -1.0})
    with pytest.raises(InvalidSettingError, match="latency of 'a'"):
        rank(version, latencies={"a": math.nan})


VALUES = st.one_of(st.none(), st.integers(0, 4))


@given(st.lists(st.tuples(VALUES, VALUES, st.integers(0, 3)), min_size=1, max_size=12))
def test_the_front_is_what_nothing_dominates(rows):
    versions = [
        make_version(
            str(place),
            {
                name: float(value)
                for name, value in zip(("accuracy", "loss"), row, strict=False)
                if value is not None
            },
            row[2],
        )
        for place, row in enumerate(rows)
    ]
    named = sorted({name for version in versions for name in version.metrics})
    ranking = rank(*versions, metrics=named)
    goodness = [
        (
            -math.inf if accuracy is None else accuracy,
            -math.inf if loss is None else -loss,
            -size,
        )
        for accuracy, loss, size in rows
    ]
    front = by_id(ranking, "on_front")
    for place, one in enumerate(goodness):
        beaten = any(
            other != one and all(b >= a for a, b in zip(one, other, strict=True))
            for other in goodness
        )
        assert front[str(place)] is not beaten
    assert any(front.values())
    scores = [row["score"] for row in ranking["rows"] if row["score"] is not None]
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 <= score <= 1.0 for score in scores)
