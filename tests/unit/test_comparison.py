"""What VersionComparator says of two versions, seen from its callers."""

from __future__ import annotations

import copy
import json
import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelkeep.comparison.result import VersionComparison
from modelkeep.comparison.source import Removed
from modelkeep.comparison.version_comparator import VersionComparator
from modelkeep.errors import InvalidSettingError, ModelNotFoundError, VersionNotFoundError
from modelkeep.models import DeploymentStage, ModelStatus, ModelVersion

START = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
NOT_FINITE = [math.nan, math.inf, -math.inf]


def make_version(version_id: str = "v1", **fields: Any) -> ModelVersion:
    values: dict[str, Any] = {
        "version_id": version_id,
        "model_id": "churn",
        "version_number": f"1.{version_id.removeprefix('v')}.0",
        "status": ModelStatus.READY,
        "deployment_stage": DeploymentStage.DEVELOPMENT,
        "model_path": "",
        "metadata_path": "",
        "checksum": version_id,
        "created_at": START,
        "updated_at": START,
        "created_by": "ada",
        "description": "",
        "tags": [],
        "metrics": {},
        "dependencies": {},
        "configuration": {},
        "deployment_config": {},
        "parent_version": None,
        "size_bytes": 1000,
        "is_active": False,
    }
    return ModelVersion(**values | fields)


class Shelf:
    """Versions in memory, in the order of their creation."""

    def __init__(self, *versions: ModelVersion) -> None:
        self.versions = versions

    def get_version(self, reference: str) -> ModelVersion:
        for version in self.versions:
            if reference in (version.version_id, f"{version.model_id}@{version.version_number}"):
                return version
        raise VersionNotFoundError(reference)

    def get_first_version(self, model_id: str) -> ModelVersion:
        for version in self.versions:
            if version.model_id == model_id:
                return version
        raise ModelNotFoundError(model_id)

    def find_removed_version(self, version_id: str) -> Removed | None:
        raise AssertionError(f"a comparison asked for the removed {version_id}")


def compare(version1: ModelVersion, version2: ModelVersion) -> VersionComparison:
    return VersionComparator(versions=Shelf()).compare_versions(version1, version2)


def compare_metrics(
    metrics1: dict[str, float], metrics2: dict[str, float], **fields: Any
) -> VersionComparison:
    return compare(
        make_version("v1", metrics=metrics1), make_version("v2", metrics=metrics2, **fields)
    )


def findings(comparison: VersionComparison) -> str:
    return "\n".join(comparison["summary"]["key_findings"])


def recommended(comparison: VersionComparison) -> str:
    return comparison["summary"]["recommendation"]


# -- facts -----------------------------------------------------------------------------------------


def test_the_facts_of_both_versions_are_shown() -> None:
    version2 = make_version(
        "v2",
        status=ModelStatus.DEPLOYED,
        deployment_stage=DeploymentStage.PRODUCTION,
        created_at=START + timedelta(minutes=90),
        size_bytes=1500,
        metrics={"auc": 0.9},
        tags=["a", "b"],
    )
    comparison = compare(make_version("v1"), version2)
    assert comparison["version1"]["id"] == "v1"
    assert comparison["version2"] == {
        "id": "v2",
        "model_id": "churn",
        "number": "1.2.0",
        "created_at": START + timedelta(minutes=90),
        "status": "deployed",
        "stage": "production",
        "size": 1500,
        "metrics": {"auc": 0.9},
        "tags": ["a", "b"],
    }
    assert comparison["time_difference_hours"] == 1.5
    assert comparison["size_difference_bytes"] == 500


def test_differences_are_negative_when_version2_is_older_and_smaller() -> None:
    comparison = compare(
        make_version("v2", created_at=START + timedelta(hours=3)), make_version(size_bytes=10)
    )
    assert comparison["time_difference_hours"] == -3.0
    assert comparison["size_difference_bytes"] == -990


@pytest.mark.parametrize(
    ("parent1", "parent2", "related"),
    [(None, "v1", True), ("v2", None, True), ("v0", "v0", False), (None, None, False)],
)
def test_parent_and_child(parent1: str | None, parent2: str | None, related: bool) -> None:
    comparison = compare(
        make_version("v1", parent_version=parent1), make_version("v2", parent_version=parent2)
    )
    assert comparison["is_parent_child"] is related
    assert ("was made from" in findings(comparison)) is related


def test_the_child_is_named_first() -> None:
    child = make_version("v2", parent_version="v1")
    assert "1.2.0 was made from 1.1.0" in findings(compare(make_version("v1"), child))
    assert "1.2.0 was made from 1.1.0" in findings(compare(child, make_version("v1")))


def test_metadata_differences() -> None:
    comparison = compare(
        make_version(
            "v1",
            tags=["old", "both"],
            configuration={"optimizer": {"lr": 0.1}, "seed": 1},
            dependencies={"numpy": "1.26.4", "zope.interface": "6", "six": "1"},
        ),
        make_version(
            "v2",
            tags=["both", "new"],
            configuration={"optimizer": {"lr": 0.2}, "epochs": 2},
            dependencies={"numpy": "1.26.5", "zope.interface": "6", "rich": "13"},
        ),
    )
    assert comparison["metadata"] == {
        "tags": {"added": ["new"], "removed": ["old"]},
        "configuration": {
            "added": {"epochs": 2},
            "removed": {"seed": 1},
            "changed": {"optimizer.lr": {"version1": 0.1, "version2": 0.2}},
        },
        "dependencies": {
            "added": {"rich": "13"},
            "removed": {"six": "1"},
            "changed": {"numpy": {"version1": "1.26.4", "version2": "1.26.5"}},
        },
    }


def test_tags_are_sorted() -> None:
    tags = [f"tag{number}" for number in range(9, -1, -1)]
    there, empty = make_version("v1", tags=tags), make_version("v2")
    assert compare(empty, there)["metadata"]["tags"]["added"] == sorted(tags)
    assert compare(there, empty)["metadata"]["tags"]["removed"] == sorted(tags)


def test_versions_are_found_by_reference() -> None:
    comparator = VersionComparator(versions=Shelf(make_version("v1"), make_version("v2")))
    comparison = comparator.compare_versions("churn@1.1.0", "v2")
    assert (comparison["version1"]["id"], comparison["version2"]["id"]) == ("v1", "v2")


@pytest.mark.parametrize(("first", "second"), [("v1", "nope"), ("nope", "v1")])
def test_an_unknown_reference_is_refused(first: str, second: str) -> None:
    comparator = VersionComparator(versions=Shelf(make_version("v1")))
    with pytest.raises(VersionNotFoundError, match="nope"):
        comparator.compare_versions(first, second)


@pytest.mark.parametrize("tolerance", [-0.1, math.nan, math.inf])
def test_a_senseless_tolerance_is_refused(tolerance: float) -> None:
    with pytest.raises(InvalidSettingError, match=r"metric_tolerance .* must be a number, 0\.0 or"):
        VersionComparator(versions=Shelf(), metric_tolerance=tolerance)


def test_without_tolerance_every_change_counts() -> None:
    comparator = VersionComparator(versions=Shelf(), metric_tolerance=0)
    version1 = make_version("v1", metrics={"auc": 0.9})
    version2 = make_version("v2", metrics={"auc": math.nextafter(0.9, 1.0)})
    assert recommended(comparator.compare_versions(version1, version2)) == "upgrade"


def test_the_tolerance_is_what_counts_as_equal() -> None:
    comparator = VersionComparator(versions=Shelf(), metric_tolerance=0.1)
    version1 = make_version("v1", metrics={"auc": 0.90, "recall": 0.5})
    version2 = make_version("v2", metrics={"auc": 0.95, "recall": 0.7})
    comparison = comparator.compare_versions(version1, version2)
    assert comparison["metrics"]["auc"]["verdict"] == "equal"
    assert comparison["improvements"]["improved_metrics"] == ["recall"]


# -- baseline --------------------------------------------------------------------------------------


def test_the_baseline_is_the_first_version_of_the_same_model() -> None:
    other = make_version("x0", model_id="fraud")
    shelf = Shelf(other, make_version("v1"), make_version("v2"), make_version("v3"))
    comparison = VersionComparator(versions=shelf).compare_to_baseline("v3")
    assert (comparison["version1"]["id"], comparison["version2"]["id"]) == ("v1", "v3")


def test_a_baseline_may_be_named() -> None:
    comparator = VersionComparator(versions=Shelf(make_version("v1"), make_version("v2")))
    comparison = comparator.compare_to_baseline(make_version("v3"), baseline="v2")
    assert (comparison["version1"]["id"], comparison["version2"]["id"]) == ("v2", "v3")


@pytest.mark.parametrize("status", list(ModelStatus))
def test_the_first_version_is_equivalent_to_itself(status: ModelStatus) -> None:
    first = make_version("v1", status=status, checksum="", metrics={"auc": math.nan, "x": 1.0})
    comparison = VersionComparator(versions=Shelf(first)).compare_to_baseline("v1")
    assert recommended(comparison) == "equivalent"
    assert comparison["is_parent_child"] is False
    assert "the same version" in comparison["summary"]["overall_verdict"]
    assert "both are the same version, 1.1.0" in findings(comparison)


# -- recommendation --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("metrics1", "metrics2", "recommendation"),
    [
        ({"auc": 0.8}, {"auc": 0.9}, "upgrade"),
        ({"auc": 0.8, "loss": 0.5}, {"auc": 0.9, "loss": 0.5}, "upgrade"),
        ({"auc": 0.8}, {"auc": 0.9, "recall": 0.1}, "upgrade"),
        ({"auc": 0.8, "churn": 1.0}, {"auc": 0.9}, "upgrade"),
        ({"auc": 0.8, "recall": 0.5}, {"auc": 0.9}, "consider_upgrade"),
        ({"auc": 0.5, "loss": 1.0}, {"auc": 0.9, "loss": 1.1}, "consider_upgrade"),
        ({"auc": 0.8, "loss": 0.1}, {"auc": 0.9, "loss": 0.9}, "stay"),
        # Better on balance, but much worse on one metric.
        (
            {"auc": 0.5, "f1": 0.5, "recall": 0.5, "loss": 1.0},
            {"auc": 0.8, "f1": 0.8, "recall": 0.8, "loss": 3.0},
            "stay",
        ),
        # The same, beside a metric that tells nothing.
        (
            {"auc": 0.5, "f1": 0.5, "recall": 0.5, "loss": 1.0, "churn": 1.0},
            {"auc": 0.8, "f1": 0.8, "recall": 0.8, "loss": 3.0, "churn": 2.0},
            "stay",
        ),
        # The largest loss is just as large as the largest gain.
        (
            {"auc": 0.5, "f1": 0.5, "loss": 1.0},
            {"auc": 1.0, "f1": 1.0, "loss": 2.0},
            "consider_upgrade",
        ),
        # As good as it is bad.
        ({"auc": 0.5, "loss": 1.0}, {"auc": 1.0, "loss": 2.0}, "stay"),
        # The largest gain and the largest loss are 1 both, but a broken metric is never outweighed.
        ({"r2": -1.0, "f1": 0.5, "auc": 0.5}, {"r2": 1.0, "f1": 1.0, "auc": math.nan}, "stay"),
        ({"auc": 0.9}, {"auc": 0.8}, "stay"),
        ({"auc": 0.9}, {"auc": 0.9}, "equivalent"),
        ({"auc": 0.9, "churn": 3.0}, {"auc": 0.9, "churn": 3.0}, "equivalent"),
        ({"churn": 3.0}, {"churn": 3.0}, "equivalent"),
        ({"auc": 0.9}, {"auc": 0.9, "recall": 0.1}, "equivalent"),
        ({"auc": 0.9, "loss": math.nan}, {"auc": 0.9, "loss": math.nan}, "equivalent"),
        ({"auc": 0.9, "loss": math.nan}, {"auc": 0.9, "loss": 0.1}, "stay"),
        ({"auc": 0.9, "churn": 3.0}, {"auc": 0.9, "churn": 4.0}, "stay"),
        ({"auc": 0.9, "recall": 0.1}, {"auc": 0.9}, "stay"),
        ({"loss": math.nan}, {"loss": math.nan}, "stay"),
        ({"auc": 0.9}, {"recall": 0.9}, "stay"),
        ({}, {}, "stay"),
    ],
)
def test_recommendation(
    metrics1: dict[str, float], metrics2: dict[str, float], recommendation: str
) -> None:
    assert recommended(compare_metrics(metrics1, metrics2)) == recommendation


@pytest.mark.parametrize("metrics2", [{}, {"churn": 2.0}])
def test_without_evidence_only_identical_artifacts_are_equivalent(
    metrics2: dict[str, float],
) -> None:
    version1 = make_version("v1", checksum="Ab", metrics={"churn": 1.0})
    same = compare(version1, make_version("v2", checksum="aB", metrics=metrics2))
    assert recommended(same) == "equivalent"
    assert "the artifacts are identical" in same["summary"]["key_findings"]
    other = compare(version1, make_version("v2", checksum="cd", metrics=metrics2))
    assert recommended(other) == "stay"
    assert "no evidence that 1.2.0 is better" in other["summary"]["overall_verdict"]
    assert "identical" not in findings(other)


def test_versions_without_a_checksum_are_not_identical() -> None:
    comparison = compare(make_version("v1", checksum=""), make_version("v2", checksum=""))
    assert recommended(comparison) == "stay"
    assert "identical" not in findings(comparison)


def test_identical_artifacts_with_other_metrics_are_said_to_be_measured_differently() -> None:
    comparison = compare_metrics({"auc": 0.8, "r2": 1.0}, {"auc": 0.9, "r2": 1.0}, checksum="v1")
    assert "identical, so the metrics differ by how they were measured" in findings(comparison)


@pytest.mark.parametrize("status", [ModelStatus.TRAINING, ModelStatus.FAILED])
@pytest.mark.parametrize("after", [{"auc": 0.9}, {"auc": 0.9, "loss": 0.51}, {"auc": 0.8}])
def test_a_version_that_is_not_ready_is_never_recommended(
    status: ModelStatus, after: dict[str, float]
) -> None:
    comparison = compare_metrics({"auc": 0.8, "loss": 0.5}, after, status=status, checksum="v1")
    assert recommended(comparison) == "stay"
    assert "so it is not recommended" in comparison["summary"]["key_findings"][0]
    assert comparison["summary"]["overall_verdict"].startswith(
        f"stay with 1.1.0: 1.2.0 is {status.value}; "
    )


def test_the_status_of_version1_does_not_matter() -> None:
    failed = make_version("v1", status=ModelStatus.FAILED, metrics={"auc": 0.8})
    comparison = compare(failed, make_version("v2", metrics={"auc": 0.9}))
    assert recommended(comparison) == "upgrade"
    assert "not recommended" not in findings(comparison)


def test_a_deprecated_version_is_named() -> None:
    comparison = compare_metrics({}, {}, status=ModelStatus.DEPRECATED)
    assert "1.2.0 is deprecated" in comparison["summary"]["key_findings"]


@pytest.mark.parametrize(
    ("metrics1", "metrics2", "verdict"),
    [
        (
            {"auc": 0.8},
            {"auc": 1.0},
            "1.2.0 is better than 1.1.0: 1 metric improved, 0 degraded, overall improvement +0.2",
        ),
        (
            {"auc": 0.8, "recall": 0.1},
            {"auc": 1.0},
            (
                "1.2.0 is better than 1.1.0 on balance: 1 metric improved, 0 degraded, "
                "overall improvement +0.2; but recall cannot be compared"
            ),
        ),
        (
            {"auc": 1.0, "r2": 1.0},
            {"auc": 0.8, "r2": 0.6},
            "stay with 1.1.0: 0 metrics improved, 2 degraded, overall improvement -0.3",
        ),
        ({"auc": 1.0}, {"auc": 1.0}, "1.2.0 is equivalent to 1.1.0: no metric changed measurably"),
        (
            {"auc": 1.0, "churn": 1.0},
            {"auc": 1.0, "churn": 2.0},
            (
                "there is no evidence that 1.2.0 is better than 1.1.0: "
                "1 metric equal, the others cannot be compared"
            ),
        ),
        (
            {},
            {"auc": 1.0},
            "there is no evidence that 1.2.0 is better than 1.1.0: no metric can be compared",
        ),
    ],
)
def test_verdict(metrics1: dict[str, float], metrics2: dict[str, float], verdict: str) -> None:
    assert compare_metrics(metrics1, metrics2)["summary"]["overall_verdict"] == verdict


# -- findings --------------------------------------------------------------------------------------


def test_a_metric_of_unknown_direction_says_how_to_declare_it() -> None:
    comparison = compare_metrics({"churn": 1.0, "zeal": 1.0}, {"churn": 2.0, "zeal": 2.0})
    assert comparison["metrics"]["churn"]["improved"] is None
    assert (
        "the direction is not known, so whether the change is good is not either: churn, zeal; "
        'declare it with metadata={"metric_directions": {"churn": "higher"}}, or "lower"'
    ) in comparison["summary"]["key_findings"]


def test_a_declared_direction_is_used() -> None:
    comparison = compare_metrics(
        {"churn": 1.0}, {"churn": 0.5}, configuration={"metric_directions": {"churn": "lower"}}
    )
    assert recommended(comparison) == "upgrade"
    assert "direction" not in findings(comparison)


def test_contradicting_declarations_are_named_and_version2_wins() -> None:
    comparison = compare(
        make_version(
            metrics={"churn": 1.0},
            configuration={"metric_directions": {"churn": "lower", "absent": "lower"}},
        ),
        make_version(
            "v2",
            metrics={"churn": 2.0},
            configuration={"metric_directions": {"churn": "higher", "absent": "higher"}},
        ),
    )
    assert comparison["metrics"]["churn"]["verdict"] == "better"
    assert (
        "1.1.0 and 1.2.0 contradict each other on the direction of churn; "
        "that of 1.2.0 is used: higher is better"
    ) in comparison["summary"]["key_findings"]
    assert "absent contradict" not in findings(comparison)
    assert "of absent" not in findings(comparison)


def test_an_unknown_word_for_a_direction_is_named() -> None:
    comparison = compare_metrics(
        {"auc": 0.8}, {"auc": 0.9}, configuration={"metric_directions": {"auc": "up"}}
    )
    assert comparison["metrics"]["auc"]["verdict"] == "better"
    assert "not a direction, so ignored: auc = 'up'; a direction is" in findings(comparison)


def test_missing_metrics_are_named_by_side() -> None:
    comparison = compare_metrics({"auc": 0.8, "old": 1.0}, {"auc": 0.9, "new": 1.0})
    assert "missing in 1.2.0, so not compared: old" in comparison["summary"]["key_findings"]
    assert "missing in 1.1.0, so not compared: new" in comparison["summary"]["key_findings"]


@pytest.mark.parametrize("value", NOT_FINITE)
def test_broken_and_unusable_measurements_are_named(value: float) -> None:
    broken = compare_metrics({"auc": 0.8}, {"auc": value})
    assert f"measurements broke in 1.2.0: auc is {value}" in findings(broken)
    assert broken["improvements"]["degraded_metrics"] == ["auc"]
    mended = compare_metrics({"auc": value}, {"auc": 0.8})
    assert "not finite in 1.1.0, so not compared: auc" in findings(mended)
    assert mended["improvements"]["improved_metrics"] == []


def test_the_largest_changes_are_named_first_and_not_all() -> None:
    names = [f"recall_{number}" for number in range(7)]
    comparison = compare_metrics(
        dict.fromkeys(names, 0.5) | {"error": 2.0, "loss": 2.0},
        {name: 0.6 + number / 100 for number, name in enumerate(names)}
        | {"error": 2.2, "loss": 2.5},
    )
    assert (
        "degraded: loss from 2 to 2.5 (+25 %), error from 2 to 2.2 (+10 %)"
        in comparison["summary"]["key_findings"]
    )
    improved = next(
        text for text in comparison["summary"]["key_findings"] if text.startswith("improved")
    )
    assert improved.startswith("improved: recall_6 from 0.5 to 0.66 (+32 %), recall_5 ")
    assert improved.endswith(", and 2 more")


def test_versions_of_different_models_are_named_with_their_model() -> None:
    comparison = compare(make_version(), make_version("v2", model_id="fraud", metrics={"a": 1.0}))
    assert comparison["summary"]["key_findings"][0].startswith(
        "the versions are of different models, churn and fraud"
    )
    assert "missing in churn@1.1.0" in findings(comparison)


@pytest.mark.parametrize(
    ("size1", "size2", "finding"),
    [
        (1000, 1500, "1.2.0 is 500 bytes (50 %) larger than 1.1.0"),
        (4096, 1024, "1.2.0 is 3.0 KiB (75 %) smaller than 1.1.0"),
        (0, 5 * 2**20, "1.2.0 is 5.0 MiB larger than 1.1.0"),
        (2**50, 0, "1.2.0 is 1024.0 TiB (100 %) smaller than 1.1.0"),
    ],
)
def test_a_change_of_size_is_named(size1: int, size2: int, finding: str) -> None:
    comparison = compare(make_version("v1", size_bytes=size1), make_version("v2", size_bytes=size2))
    assert finding in comparison["summary"]["key_findings"]


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("1.26.4", "2.0.0", True),
        ("1.26.4", "1.27.0", False),
        ("1.9", "1!1.9", True),
        ("v1.0", "1.5", False),
        ("9.0", "10.0", True),
        ("main", "2.0", False),
    ],
)
def test_a_change_of_major_version_is_named(before: str, after: str, named: bool) -> None:
    comparison = compare(
        make_version("v1", dependencies={"numpy": before}),
        make_version("v2", dependencies={"numpy": after}),
    )
    text = f"numpy changed its major version, from {before} to {after}"
    assert (text in comparison["summary"]["key_findings"]) is named


@pytest.mark.parametrize(
    ("before", "after", "finding"),
    [
        ({"in": ["f4"]}, {"in": ["f8"]}, "the signature changed: what calls 1.1.0 may not fit"),
        (None, {"in": ["f8"]}, "only 1.2.0 has a signature"),
        ({"in": ["f8"]}, None, "only 1.1.0 has a signature"),
    ],
)
def test_a_change_of_signature_is_named(before: Any, after: Any, finding: str) -> None:
    comparison = compare(
        make_version("v1", configuration={"signature": before} if before else {}),
        make_version("v2", configuration={"signature": after} if after else {}),
    )
    assert finding in findings(comparison)


def test_versions_that_differ_in_nothing_have_no_findings() -> None:
    configuration = {"signature": {"in": [1]}}
    comparison = compare(
        make_version("v1", metrics={"auc": 0.9}, configuration=configuration),
        make_version("v2", metrics={"auc": 0.9}, configuration=configuration),
    )
    assert comparison["summary"]["key_findings"] == []


# -- properties ------------------------------------------------------------------------------------

NAMES = ["accuracy", "loss", "r2", "latency_ms", "churn", "neg_mae"]
FINITE = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([0.0, 0.5, 0.5001, 1.0])
FINITE_METRICS = st.dictionaries(st.sampled_from(NAMES), FINITE)
ANY_METRICS = st.dictionaries(st.sampled_from(NAMES), FINITE | st.floats())
CONFIGURATION = st.fixed_dictionaries(
    {}, optional={"metric_directions": st.just({"churn": "lower"}), "lr": st.just([0.1])}
)
CHECKSUM = st.sampled_from(["", "ab", "cd"])


@given(FINITE_METRICS, FINITE_METRICS, CONFIGURATION, CHECKSUM)
def test_swapping_the_versions_swaps_better_and_worse(
    metrics1: dict[str, float],
    metrics2: dict[str, float],
    configuration: dict[str, Any],
    checksum: str,
) -> None:
    version1 = make_version("v1", metrics=metrics1, configuration=configuration, checksum="ab")
    version2 = make_version("v2", metrics=metrics2, checksum=checksum)
    there, back = compare(version1, version2), compare(version2, version1)
    assert there["improvements"]["improved_metrics"] == back["improvements"]["degraded_metrics"]
    assert there["improvements"]["degraded_metrics"] == back["improvements"]["improved_metrics"]
    assert (
        there["improvements"]["overall_improvement"] == -back["improvements"]["overall_improvement"]
    )
    if recommended(there) in ("upgrade", "consider_upgrade"):
        assert recommended(back) == "stay"


@given(ANY_METRICS, ANY_METRICS, CONFIGURATION, CHECKSUM, st.sampled_from(ModelStatus))
def test_what_holds_for_every_comparison(
    metrics1: dict[str, float],
    metrics2: dict[str, float],
    configuration: dict[str, Any],
    checksum: str,
    status: ModelStatus,
) -> None:
    version1 = make_version("v1", metrics=metrics1, checksum="ab")
    version2 = make_version(
        "v2", metrics=metrics2, configuration=configuration, checksum=checksum, status=status
    )
    comparison = compare(version1, version2)
    improvements = comparison["improvements"]
    assert -1.0 <= improvements["overall_improvement"] <= 1.0
    assert improvements["total_metrics_improved"] == len(improvements["improved_metrics"])
    assert improvements["total_metrics_degraded"] == len(improvements["degraded_metrics"])
    for name in improvements["improved_metrics"]:
        assert math.isfinite(metrics1[name])
        assert math.isfinite(metrics2[name])
    for name in metrics1.keys() & metrics2.keys():
        if math.isfinite(metrics1[name]) and not math.isfinite(metrics2[name]):
            assert name in improvements["degraded_metrics"]
    if recommended(comparison) == "upgrade":
        assert improvements["improved_metrics"]
        assert not improvements["degraded_metrics"]
        assert improvements["overall_improvement"] > 0
        assert status not in (ModelStatus.TRAINING, ModelStatus.FAILED)
        assert metrics1.keys() - {"churn"} <= metrics2.keys()
    if recommended(comparison) == "consider_upgrade":
        assert improvements["improved_metrics"]
        assert improvements["overall_improvement"] > 0
    if recommended(comparison) == "equivalent":
        assert not improvements["improved_metrics"]
        assert not improvements["degraded_metrics"]
    assert comparison["summary"]["overall_verdict"]


@given(ANY_METRICS, ANY_METRICS, CONFIGURATION)
def test_a_comparison_changes_nothing_and_is_json_but_for_times(
    metrics1: dict[str, float], metrics2: dict[str, float], configuration: dict[str, Any]
) -> None:
    version1 = make_version("v1", metrics=metrics1, tags=["b"])
    version2 = make_version("v2", metrics=metrics2, configuration=configuration, tags=["a"])
    before = repr(copy.deepcopy((version1, version2)))
    comparison = compare(version1, version2)
    for facts in (comparison["version1"], comparison["version2"]):
        facts["metrics"]["added"] = 1.0
        facts["tags"].append("added")
    comparison["metadata"]["configuration"]["added"].get("lr", []).append(2)
    assert repr((version1, version2)) == before
    for facts in (comparison["version1"], comparison["version2"]):
        facts["created_at"] = None  # type: ignore[typeddict-item]
    assert repr(json.loads(json.dumps(comparison))) == repr(comparison)
