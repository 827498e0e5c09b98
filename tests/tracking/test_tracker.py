"""What is logged, and what is told of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn import metrics as sk

from modelkeep.errors import ClosedError, InvalidInputError, VersionNotFoundError

RNG = np.random.default_rng(7)
N = 400
ROWS = {
    "prediction": RNG.choice(["cat", "dog", "fox"], N),
    "label": RNG.choice(["cat", "dog", "fox"], N),
    "probability": RNG.uniform(0.4, 1.0, N),
    "success": RNG.random(N) > 0.1,
    "latency_seconds": RNG.lognormal(-4, 1, N),
    "age": RNG.normal(40, 9, N),
    "land": RNG.choice(["de", "fr", "it"], N),
    "unit": [f"u{n % 50}" for n in range(N)],
}
ASKED = ("count", "units", "error_rate", "accuracy", "f1", "latency_p90", "mean:age", "share:fox",
         "estimated_accuracy", "label_coverage", "log_loss")  # fmt: skip


def made(mk, count=1, model="m"):
    return [mk.versions.create_version(model, {"n": n}) for n in range(count)]


def values(mk, model="m", asked=ASKED, **settings):
    """Return each metric over all that was logged, in one span of ten days."""
    end = mk.clock.now() + timedelta(days=1)
    found = mk.tracking.histories(
        model, asked, end - timedelta(days=9), end, step_seconds=86400 * 20, **settings
    )
    return {name: [point.value for point in history] for name, history in found.items()}


def log_singly(mk, version):
    for n in range(N):
        mk.tracking.log(
            version,
            **{
                name: ROWS[name][n].item()
                for name in ("prediction", "label", "probability", "success", "latency_seconds")
            },
            features={"age": float(ROWS["age"][n]), "land": str(ROWS["land"][n])},
            unit=ROWS["unit"][n],
        )


def log_batch(mk, version, kind):
    features = kind({"age": ROWS["age"], "land": ROWS["land"]})
    convert = {
        dict: np.asarray,
        pd.DataFrame: pd.Series,
        pa.table: lambda values: pa.array(np.asarray(values).tolist()),
        list: lambda values: np.asarray(values).tolist(),
    }[kind if kind is not _listed else list]
    mk.tracking.log_batch(
        version,
        predictions=convert(ROWS["prediction"]),
        labels=convert(ROWS["label"]),
        probabilities=convert(ROWS["probability"]),
        success=convert(ROWS["success"]),
        latency_seconds=convert(ROWS["latency_seconds"]),
        features=features,
        units=convert(ROWS["unit"]),
    )


def _listed(columns):
    return {name: column.tolist() for name, column in columns.items()}


@pytest.mark.parametrize("kind", [dict, pd.DataFrame, pa.table, _listed])
def test_batches_of_any_kind_tell_what_single_rows_tell(mk, kind):
    one, other = made(mk, model="one")[0], made(mk, model="other")[0]
    log_singly(mk, one.version_id)
    log_batch(mk, other.version_id, kind)
    singly, at_once = values(mk, "one"), values(mk, "other")
    for name in ASKED:
        assert at_once[name] == pytest.approx(singly[name], rel=1e-12), name
    assert singly["count"] == [N]
    assert singly["units"] == [pytest.approx(50, abs=2)]
    assert singly["accuracy"] == [
        pytest.approx(sk.accuracy_score(ROWS["label"], ROWS["prediction"]))
    ]
    assert singly["f1"] == [
        pytest.approx(sk.f1_score(ROWS["label"], ROWS["prediction"], average="macro"))
    ]
    assert singly["error_rate"] == [pytest.approx(1 - ROWS["success"].mean())]
    assert singly["mean:age"] == [pytest.approx(ROWS["age"].mean())]
    assert singly["latency_p90"][0] == pytest.approx(
        np.quantile(ROWS["latency_seconds"], 0.9, method="nearest"), rel=0.02
    )


def test_scores_of_0_and_1_and_of_numbers_are_those_of_scikit_learn(mk):
    binary, numbers = made(mk, model="b")[0], made(mk, model="n")[0]
    truth = RNG.integers(0, 2, 3000)
    chance = np.clip(np.where(truth, 0.6, 0.4) + RNG.normal(0, 0.2, 3000), 0.001, 0.999)
    answer = (chance >= 0.5).astype(int)
    given = np.where(answer == 1, chance, 1 - chance)
    for part in np.array_split(np.arange(3000), 7):
        mk.tracking.log_batch(
            binary.version_id, predictions=answer[part], labels=truth[part],
            probabilities=given[part],
        )  # fmt: skip
        mk.tracking.flush()
    found = values(mk, "b", ("roc_auc", "log_loss", "brier_score_loss", "accuracy"))
    assert found["roc_auc"] == [pytest.approx(sk.roc_auc_score(truth, chance), abs=2e-3)]
    assert found["log_loss"] == [pytest.approx(sk.log_loss(truth, chance), rel=1e-9)]
    assert found["brier_score_loss"] == [pytest.approx(sk.brier_score_loss(truth, chance))]
    real, guess = RNG.normal(size=900), RNG.normal(size=900)
    mk.tracking.log_batch(numbers.version_id, predictions=guess, labels=real)
    for name, score in (
        ("mean_absolute_error", sk.mean_absolute_error),
        ("root_mean_squared_error", sk.root_mean_squared_error),
        ("r2", sk.r2_score),
    ):
        assert values(mk, "n", (name,))[name] == [pytest.approx(score(real, guess))]


def test_versions_and_stages_have_lines_of_their_own(mk, clock):
    first, second = made(mk, 2)
    mk.deployments.deploy_version(first.version_id, "production")
    mk.deployments.deploy_version(second.version_id, "staging")
    for version, right in ((first, 1), (second, 0)):
        mk.tracking.log(version.version_id, prediction=1, label=right)
    mk.tracking.flush()
    clock.advance(seconds=3600)
    mk.deployments.deploy_version(second.version_id, "production")
    import time

    time.sleep(0.3)  # so long a stage is taken for granted
    mk.tracking.log("m@production", prediction=1, label=0)
    assert values(mk, asked=("accuracy",))["accuracy"] == [1.0, 0.0]
    assert values(mk, asked=("count",), by="stage")["count"] == [2.0, 1.0]
    assert values(mk, asked=("count",), by="model")["count"] == [3.0]
    end = clock.now() + timedelta(minutes=1)
    points = mk.tracking.history("m", "count", end - timedelta(hours=2), end, step_seconds=3600)
    assert [(p.version_id, p.value) for p in points] == [
        (first.version_id, 1.0),
        (second.version_id, 1.0),
        (second.version_id, 1.0),
    ]
    assert points.points[0].start.tzinfo is UTC
    frame = points.to_frame()
    assert list(frame["value"]) == [1.0, 1.0, 1.0]
    assert frame["rows"].sum() == 3


def test_estimates_are_marked_and_follow_the_labels(mk):
    (version,) = made(mk)
    right = RNG.random(4000) < 0.7
    mk.tracking.log_batch(
        version.version_id,
        predictions=np.array(["a"] * 4000),
        labels=np.where(right, "a", "b"),
        probabilities=np.full(4000, 0.95),  # much too sure of itself
    )
    mk.tracking.flush()
    end = mk.clock.now() + timedelta(minutes=1)
    (point,) = mk.tracking.history("m", "estimated_accuracy", end - timedelta(hours=1), end)
    assert point.is_estimate
    assert point.value == pytest.approx(right.mean(), abs=0.01)
    (point,) = mk.tracking.history("m", "accuracy", end - timedelta(hours=1), end)
    assert not point.is_estimate


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"prediction": object()}, "prediction"),
        ({"prediction": 1, "latency_seconds": -1.0}, "latency_seconds is -1.0"),
        ({"prediction": 1, "latency_seconds": float("nan")}, "latency_seconds"),
        ({"prediction": 1, "probability": 1.5}, r"probability is 1.5; it must lie in \[0, 1\]"),
        ({"prediction": 1, "success": 1}, "success is 1"),
        ({"prediction": 1, "features": [1]}, "features"),
        ({"prediction": 1, "features": {"": 1}}, "names are texts"),
        ({"prediction": 1, "features": {"a": [1]}}, "feature 'a'"),
        ({"prediction": 1, "unit": ""}, "unit is ''"),
        ({"prediction": 1, "at": datetime(2026, 1, 1)}, "time zone"),
    ],
)
def test_bad_rows_are_refused_and_nothing_is_tracked(mk, given, words):
    (version,) = made(mk)
    with pytest.raises(InvalidInputError, match=words):
        mk.tracking.log(version.version_id, **given)
    assert values(mk, asked=("count",))["count"] == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "empty"),
        ({"predictions": [1, 2], "labels": [1]}, "labels has 1 entries; the batch has 2 rows"),
        ({"predictions": np.ones((2, 2))}, "one dimension"),
        ({"predictions": [1], "probabilities": [2.0]}, r"probabilities\[0\] is 2.0"),
        ({"predictions": [1], "features": {"a": [1, 2]}}, "feature 'a'"),
        ({"predictions": [1], "success": [0.5]}, "success"),
        ({"predictions": "abc"}, "predictions"),
        ({"predictions": [1], "at": [3]}, "at is 3"),
    ],
)
def test_bad_batches_are_refused(mk, given, words):
    (version,) = made(mk)
    with pytest.raises(InvalidInputError, match=words):
        mk.tracking.log_batch(version.version_id, **given)
    assert values(mk, asked=("count",))["count"] == []


def test_what_is_asked_for_wrongly_is_told(mk):
    (version,) = made(mk)
    with pytest.raises(VersionNotFoundError):
        mk.tracking.log("m@9.9.9", prediction=1)
    with pytest.raises(InvalidInputError, match="did you mean 'accuracy'"):
        mk.tracking.history("m", "acuracy")
    with pytest.raises(InvalidInputError, match="by='version'"):
        mk.tracking.history("m", "drift", by="model")
    with pytest.raises(InvalidInputError, match="multiple of 60"):
        mk.tracking.history("m", "count", step_seconds=90)
    now = datetime.now(UTC)
    with pytest.raises(InvalidInputError, match="must be after"):
        mk.tracking.history("m", "count", now, now)
    mk.close()
    with pytest.raises(ClosedError):
        mk.tracking.log(version.version_id, prediction=1)


def test_missing_values_of_pandas_are_nothing_told(mk):
    (version,) = made(mk)
    mk.tracking.log_batch(
        version.version_id,
        predictions=pd.Series(["a", None, "b", pd.NA], dtype="string"),
        labels=pd.Series(["a", "a", pd.NA, "b"], dtype="object"),
        latency_seconds=pd.Series([0.1, None, 0.3, 0.2]),
        features=pd.DataFrame(
            {"kind": pd.Categorical(["x", None, "y", "x"]), "n": pd.array([1, 2, None, 4])}
        ),
    )
    found = values(mk, asked=("count", "accuracy", "label_coverage", "mean:n"))
    assert found["count"] == [4.0]
    assert found["accuracy"] == [1.0]
    assert found["label_coverage"] == [0.5]
    assert found["mean:n"] == [pytest.approx(7 / 3)]


def test_texts_among_numbers_are_classes(mk):
    (version,) = made(mk)
    for answer in (1, "a", 2.5, True, None, np.int64(3)):
        mk.tracking.log(version.version_id, prediction=answer, label="a")
    found = values(mk, asked=("count", "accuracy", "share:a"))
    assert (found["count"], found["accuracy"]) == ([6.0], [0.2])


def test_what_a_removed_version_did_is_still_told(mk):
    first, _ = made(mk, 2)
    mk.tracking.log(first.version_id, prediction=1, label=1)
    mk.tracking.flush()
    mk.versions.delete_version(first.version_id)
    assert values(mk, asked=("accuracy",))["accuracy"] == [1.0]
