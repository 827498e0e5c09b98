"""Histories give what scikit-learn gives on the raw rows, over versions, stages and spans."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from sklearn import metrics as sk

import modelkeep
from modelkeep.errors import InvalidInputError

RNG = np.random.default_rng(5)
START = datetime(2026, 1, 1, tzinfo=UTC)
HOURS, ROWS = 4, 300


def fed(mk, clock, draw):
    """Log rows of three versions in three stages over some hours; return them by place and hour."""
    versions = [mk.versions.create_version("m", {"n": n}).version_id for n in range(3)]
    stages = ("production", "staging", "none")
    for version, stage in zip(versions, stages, strict=True):
        if stage != "none":
            mk.deployments.deploy_version(version, stage)
    logged = {}
    for hour in range(HOURS):
        for version, stage in zip(versions, stages, strict=True):
            rows = logged[version, stage, hour] = draw()
            for part in np.array_split(np.arange(ROWS), 3):
                mk.tracking.log_batch(
                    version, **{name: column[part] for name, column in rows.items()}
                )
                mk.tracking.flush()
        clock.advance(hours=1)
    return logged


def of_many_classes():
    return {"predictions": RNG.integers(0, 4, ROWS), "labels": RNG.integers(0, 4, ROWS)}


def of_numbers():
    return {"predictions": RNG.normal(5, 1, ROWS), "labels": RNG.normal(5, 2, ROWS)}


def of_two_classes():
    labels = RNG.integers(0, 2, ROWS)
    # In steps of a twentieth, so that the bins of scores are exact.
    scores = np.clip(np.rint((0.25 + 0.5 * labels + RNG.normal(0, 0.3, ROWS)) * 20), 1, 19) / 20
    answers = (scores >= 0.5).astype(int)
    chances = np.where(answers == 1, scores, 1 - scores)
    return {"predictions": answers, "labels": labels, "probabilities": chances}


def scores_of(rows):
    return np.where(rows["predictions"] == 1, rows["probabilities"], 1 - rows["probabilities"])


CLASSES = {
    "accuracy": sk.accuracy_score,
    "balanced_accuracy": sk.balanced_accuracy_score,
    "precision": lambda y, p: sk.precision_score(y, p, average="macro"),
    "recall": lambda y, p: sk.recall_score(y, p, average="macro"),
    "f1": lambda y, p: sk.f1_score(y, p, average="macro"),
    "matthews_correlation": sk.matthews_corrcoef,
    "cohen_kappa": sk.cohen_kappa_score,
}
NUMBERS = {
    "mean_absolute_error": sk.mean_absolute_error,
    "mean_squared_error": sk.mean_squared_error,
    "root_mean_squared_error": sk.root_mean_squared_error,
    "mean_absolute_percentage_error": sk.mean_absolute_percentage_error,
    "max_error": sk.max_error,
    "r2": sk.r2_score,
    "explained_variance": sk.explained_variance_score,
    "mean_error": lambda y, p: np.mean(p - y),
}


@pytest.fixture(scope="module")
def tracking(tmp_path_factory):
    folder = tmp_path_factory.mktemp("history")
    with modelkeep.connect(folder / "registry", backup_path=folder / "backups") as mk:
        yield mk.tracking


PLACES = {
    "version": lambda version, stage: (version, ""),
    "stage": lambda version, stage: ("", stage),
    "version_and_stage": lambda version, stage: (version, stage),
    "model": lambda version, stage: ("", ""),
}


def expected_points(logged, by, hours):
    """Return the raw rows of each point by its begin in hours and its place."""
    found = {}
    for (version, stage, hour), rows in logged.items():
        found.setdefault((hour // hours * hours, *PLACES[by](version, stage)), []).append(rows)
    return {
        key: {name: np.concatenate([rows[name] for rows in parts]) for name in parts[0]}
        for key, parts in found.items()
    }


@pytest.mark.parametrize(
    ("draw", "scores"), [(of_many_classes, CLASSES), (of_numbers, NUMBERS)], ids=["class", "number"]
)
def test_scores_are_those_of_the_raw_rows(mk, clock, draw, scores):
    logged = fed(mk, clock, draw)
    for by in PLACES:
        for hours in (1, 2):
            expected = expected_points(logged, by, hours)
            found = mk.tracking.histories(
                "m", list(scores), START, clock.now(), by=by, step_seconds=3600 * hours
            )
            for name, score in scores.items():
                points = {
                    ((p.start - START) // timedelta(hours=1), p.version_id, p.stage): p
                    for p in found[name]
                }
                assert points.keys() == expected.keys()
                for key, rows in expected.items():
                    wanted = score(rows["labels"], rows["predictions"])
                    assert points[key].value == pytest.approx(wanted, rel=1e-9), (name, by)
                    assert points[key].rows == len(rows["labels"])
                    assert points[key].seconds == 3600 * hours


def test_probabilities_of_two_classes(mk, clock):
    logged = fed(mk, clock, of_two_classes)
    names = ("log_loss", "brier_score_loss", "roc_auc", "average_precision")
    found = mk.tracking.histories("m", names, START, clock.now(), by="model", step_seconds=86400)
    (rows,) = expected_points(logged, "model", 24).values()
    truth, scores = rows["labels"], scores_of(rows)
    for name, wanted in (
        ("log_loss", sk.log_loss(truth, scores)),
        ("brier_score_loss", sk.brier_score_loss(truth, scores)),
        ("roc_auc", sk.roc_auc_score(truth, scores)),
        ("average_precision", sk.average_precision_score(truth, scores)),
    ):
        (point,) = found[name]
        assert point.value == pytest.approx(wanted, rel=1e-6), name


def test_probabilities_of_many_classes_are_of_what_was_answered(mk):
    version = mk.versions.create_version("m", {"n": 1}).version_id
    answers, labels = RNG.integers(0, 3, 900), RNG.integers(0, 3, 900)
    chances = RNG.uniform(0.34, 1, 900)
    for part in np.array_split(np.arange(900), 300):
        mk.tracking.log_batch(
            version, predictions=answers[part], labels=labels[part], probabilities=chances[part]
        )
        mk.tracking.flush()
    right = answers == labels
    names = ("log_loss", "brier_score_loss", "roc_auc", "expected_calibration_error")
    found = mk.tracking.histories("m", names)
    values = {name: history.points[0].value for name, history in found.items()}
    assert values["log_loss"] == pytest.approx(sk.log_loss(right, chances))
    assert values["brier_score_loss"] == pytest.approx(sk.brier_score_loss(right, chances))
    assert values["roc_auc"] is None
    bins = np.minimum((chances * 10).astype(int), 9)
    error = sum(abs((right[bins == n] - chances[bins == n]).sum()) for n in range(10)) / 900
    assert values["expected_calibration_error"] == pytest.approx(error, rel=1e-9)


def test_where_spans_begin_and_end(mk, clock):
    version = mk.versions.create_version("m", {"n": 1}).version_id
    for minute in (0, 59, 60, 61, 119, 120):
        mk.tracking.log(version, prediction=1, at=START + timedelta(minutes=minute))
        mk.tracking.log(version, prediction=1, at=START + timedelta(minutes=minute, seconds=59.9))

    def counts(start, end, step):
        points = mk.tracking.history(
            "m",
            "count",
            START + timedelta(minutes=start),
            START + timedelta(minutes=end),
            step_seconds=60 * step,
        )
        return [((p.start - START) // timedelta(minutes=1), p.value) for p in points]

    assert counts(0, 121, 60) == [(0, 4.0), (60, 6.0), (120, 2.0)]
    assert counts(0, 120, 60) == [(0, 4.0), (60, 6.0)]
    assert counts(60, 61, 1) == [(60, 2.0)]
    assert counts(60.5, 61, 1) == [(60, 2.0)]
    assert counts(60, 60.5, 1) == [(60, 2.0)]
    assert counts(62, 119, 1) == []


def test_time_zones_are_only_other_names_of_a_time(mk):
    version = mk.versions.create_version("m", {"n": 1}).version_id
    delhi = timezone(timedelta(hours=5, minutes=30))
    mk.tracking.log(version, prediction=1, at=START.astimezone(delhi))
    for zone in (UTC, delhi):
        start = START.astimezone(zone)
        (point,) = mk.tracking.history("m", "count", start, start + timedelta(hours=1))
        assert (point.start, point.start.tzinfo, point.value) == (START, UTC, 1.0)


def test_steps_fit_the_time_that_is_asked_for(mk):
    version = mk.versions.create_version("m", {"n": 1}).version_id
    mk.tracking.log(version, prediction=1, at=START)
    for days, seconds in ((0.3, 60), (1, 300), (4, 900), (20, 3600), (90, 21600), (300, 86400)):
        (point,) = mk.tracking.history("m", "count", START, START + timedelta(days=days))
        assert point.seconds == seconds


def test_tables_of_points(mk, clock):
    version = mk.versions.create_version("m", {"n": 1}).version_id
    for label in (1, 0, None):
        mk.tracking.log(version, prediction=1, label=label)
        mk.tracking.flush()
        clock.advance(minutes=1)
    history = mk.tracking.history("m", "accuracy", START, clock.now())
    frame = history.to_frame()
    assert list(frame.columns) == list(history.to_rows()[0])
    assert frame["value"].tolist()[:2] == [1.0, 0.0]
    assert frame["value"].isna().tolist() == [False, False, True]
    assert str(frame["start"].dt.tz) == "UTC"
    assert mk.tracking.history("other", "accuracy").to_frame().empty


@pytest.mark.parametrize(
    ("metric", "times", "words"),
    [
        ("acuracy", {}, "did you mean 'accuracy'"),
        ("latency_p98", {}, "did you mean 'latency_p9"),
        ("zzz", {}, "there are count, units"),
        ("drift:", {}, "no metric 'drift:'"),
        (None, {}, "metric is None"),
        ("count", {"end": "2026-01-01"}, "end is '2026-01-01'; it must be a datetime"),
        ("count", {"start": datetime(2026, 1, 1)}, "start is .* with a time zone"),
        ("count", {"start": START, "end": START}, "must be after"),
        ("count", {"by": "day"}, "by is 'day'"),
        ("count", {"step_seconds": 61}, "multiple of 60"),
        ("prediction_drift", {"by": "stage"}, "by='version'"),
    ],
)
def test_what_cannot_be_told_is_refused(tracking, metric, times, words):
    with pytest.raises(InvalidInputError, match=words):
        tracking.history("m", metric, **times)


def test_drift_takes_the_same_times(mk):
    version = mk.versions.create_version("m", {"n": 1}).version_id
    with pytest.raises(InvalidInputError, match="with a time zone"):
        mk.tracking.drift(version, datetime(2026, 1, 1))
    with pytest.raises(InvalidInputError, match="must be after"):
        mk.tracking.drift(version, START, START - timedelta(days=1))


def test_estimates_of_unsure_answers_of_many_classes(mk):
    version = mk.versions.create_version("m", {"n": 1}).version_id
    # Right as often as it says, and mostly less sure than a half, also of the classes 0 and 1.
    answers, chances = RNG.integers(0, 10, 40_000), RNG.uniform(0.1, 0.6, 40_000)
    right = RNG.random(40_000) < chances
    labels = np.where(right, answers, (answers + 1) % 10)
    for part in np.array_split(np.arange(40_000), 4):
        mk.tracking.log_batch(
            version, predictions=answers[part], labels=labels[part], probabilities=chances[part]
        )
        mk.tracking.flush()
    (point,) = mk.tracking.history("m", "estimated_accuracy")
    assert point.is_estimate
    assert point.value == pytest.approx(right.mean(), abs=1e-3)
    (point,) = mk.tracking.history("m", "expected_calibration_error")
    assert point.value < 0.02


def test_a_threshold_other_than_a_half_leaves_the_ranking_as_it_is(mk):
    version = mk.versions.create_version("m", {"n": 1}).version_id
    scores = RNG.integers(1, 100, 5_000) / 100
    labels = (RNG.random(5_000) < scores).astype(int)
    answers = (scores > 0.2).astype(int)
    for part in np.array_split(np.arange(5_000), 3):
        mk.tracking.log_batch(
            version,
            predictions=answers[part],
            labels=labels[part],
            probabilities=np.where(answers == 1, scores, 1 - scores)[part],
        )
        mk.tracking.flush()
    found = mk.tracking.histories("m", ("roc_auc", "log_loss", "accuracy"))
    values = {name: history.points[0].value for name, history in found.items()}
    assert values["roc_auc"] == pytest.approx(sk.roc_auc_score(labels, scores), abs=1e-3)
    assert values["log_loss"] == pytest.approx(sk.log_loss(labels, scores))
    assert values["accuracy"] == pytest.approx(sk.accuracy_score(labels, answers))
