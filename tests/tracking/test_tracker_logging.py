"""What may be logged, of whatever kind and filed in whatever parts, tells the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelkeep.errors import InvalidInputError, VersionNotFoundError
from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator import wiring
from modelkeep.testing.clock import ManualClock

METRICS = (
    "count", "accuracy", "f1", "label_coverage", "mean_absolute_error", "prediction_mean",
    "log_loss", "brier_score_loss", "roc_auc", "estimated_accuracy", "mean:x", "share:a",
    "share:1", "error_rate",
)  # fmt: skip


def version_of(mk, model=""):
    return mk.versions.create_version(model or mk.model, {"n": 1}).version_id


def told(mk, model="", metrics=METRICS):
    model = model or mk.model
    end = mk.tracking._clock.now() + timedelta(days=1)
    found = mk.tracking.histories(
        model, metrics, end - timedelta(days=9), end, step_seconds=86400 * 20
    )
    return {name: [point.value for point in history] for name, history in found.items()}


class Place:
    """One registry for all tests of this file, in which each has a model of its own."""

    def __init__(self, services, model):
        self.tracking, self.versions, self.model = services.tracking, services.versions, model


@pytest.fixture
def mk(registry):
    services, numbers = registry
    return Place(services, f"m{next(numbers)}")


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kinds")
    config = ModelVersioningConfig(
        storage_path=f"{folder}/r", backup_path=f"{folder}/b", actor="ada"
    )
    with wiring.open_services(config, clock=ManualClock()) as mk:
        yield mk, iter(range(10**6))


VALUES = st.sampled_from([0, 1, 2, 0.5, 1.0, 2.25, True, False, "a", "1", None, float("inf")])
CASES = st.lists(
    st.tuples(VALUES, VALUES, st.sampled_from([None, 0.5, 0.75, 0.9]), VALUES, st.booleans()),
    min_size=1,
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(rows=CASES)
def test_it_does_not_matter_which_rows_are_filed_together(registry, rows):
    mk, numbers = registry
    together, apart = f"t{next(numbers)}", f"a{next(numbers)}"
    for model in (together, apart):
        version = version_of(mk, model)
        for prediction, label, probability, x, is_flushed in rows:
            mk.tracking.log(
                version, prediction=prediction, label=label, probability=probability,
                features={"x": x},
            )  # fmt: skip
            if is_flushed and model == apart:
                mk.tracking.flush()
        mk.tracking.flush()
    assert mk.tracking._filing.refused == 0
    first, second = told(mk, together), told(mk, apart)
    for name in METRICS:
        assert second[name] == pytest.approx(first[name], nan_ok=True), name


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from("ABL"), st.sampled_from("pqr"), st.sampled_from([0, 1]), st.booleans()
        ),
        max_size=25,
    )
)
def test_versions_and_labels_by_turns_join_in_their_order(registry, rows):
    mk, numbers = registry
    model = f"j{next(numbers)}"
    versions = {name: mk.versions.create_version(model, {"n": name}).version_id for name in "AB"}
    contradicted = mk.tracking.contradicted
    predicted, labels, expected = {}, {}, 0
    for kind, name, answer, brings_label in rows:
        key = f"{model}{name}"
        if kind == "L":
            mk.tracking.label(key, answer)
        else:
            mk.tracking.log(
                versions[kind],
                prediction=answer,
                label=answer if brings_label else None,
                prediction_id=key,
            )
            predicted.setdefault(key, (versions[kind], answer))
        if kind == "L" or brings_label:
            expected += labels.setdefault(key, answer) != answer
    end = mk.tracking._clock.now() + timedelta(days=1)
    found = mk.tracking.histories(
        model, ("count", "accuracy"), end - timedelta(days=9), end, step_seconds=86400 * 20
    )
    counts = {point.version_id: point.value for point in found["count"]}
    rights = {point.version_id: point.value for point in found["accuracy"]}
    for version in versions.values():
        mine = {key: answer for key, (of, answer) in predicted.items() if of == version}
        assert counts.get(version, 0) == len(mine)
        right = [labels[key] == answer for key, answer in mine.items() if key in labels]
        assert rights.get(version) == (pytest.approx(np.mean(right)) if right else None)
    assert mk.tracking.contradicted - contradicted == expected


@pytest.mark.parametrize(
    "ints",
    [
        [1, 0, None, 1],
        pa.array([1, 0, None, 1]),
        pa.chunked_array([[1, 0], [None, 1]]),
        pd.Series([1, 0, None, 1], dtype="Int64"),
        pd.array([1, 0, None, 1], dtype="Int8"),
        pd.Series([1, 0, None, 1], dtype="int64[pyarrow]"),
        pd.Series(pd.Categorical([1, 0, None, 1])).astype(object),
        np.ma.array([1, 0, 7, 1], mask=[0, 0, 1, 0]),
        np.array([1, 0, None, 1], dtype=object),
        [True, False, None, True],
        pd.array([True, False, None, True], dtype="boolean"),
        pa.array([True, False, None, True]),
    ],
    ids=lambda ints: f"{type(ints).__module__.partition('.')[0]}-{getattr(ints, 'dtype', '')}",
)
def test_whole_numbers_with_gaps_stay_classes(mk, ints):
    mk.tracking.log_batch(version_of(mk), predictions=ints, labels=np.array([1, 1, 1, 1]))
    found = told(mk)
    assert found["accuracy"] == [pytest.approx(2 / 3)]
    assert found["prediction_mean"] == [None]
    assert found["label_coverage"] == [1.0]


@pytest.mark.parametrize(
    "texts",
    [
        ["a", None, "b"],
        np.array(["a", None, "b"], dtype=object),
        pd.Series(["a", pd.NA, "b"], dtype="string"),
        pd.Series(["a", None, "b"], dtype="category"),
        pd.Series(["a", pd.NaT, "b"], dtype=object),
        pa.array(["a", None, "b"]),
        pa.array(["a", None, "b"]).dictionary_encode(),
        pa.array(["a", None, "b"], pa.large_string()),
    ],
    ids=lambda texts: f"{type(texts).__name__}-{getattr(texts, 'dtype', '')}",
)
def test_texts_with_gaps(mk, texts):
    mk.tracking.log_batch(
        version_of(mk), predictions=texts, labels=["a", "a", "a"], features={"x": texts}
    )
    found = told(mk)
    assert (found["accuracy"], found["share:a"]) == ([0.5], [0.5])


@pytest.mark.parametrize(
    "floats",
    [
        [0.25, None, 0.75],
        np.array([0.25, np.nan, 0.75], dtype=np.float32),
        np.ma.array([0.25, 9.0, 0.75], mask=[0, 1, 0]),
        pd.Series([0.25, None, 0.75], dtype="Float64"),
        pd.Series([0.25, None, 0.75], dtype="double[pyarrow]"),
        pa.chunked_array([[0.25], [None, 0.75]]),
    ],
    ids=lambda floats: f"{type(floats).__module__.partition('.')[0]}-{type(floats).__name__}",
)
def test_floats_with_gaps(mk, floats):
    mk.tracking.log_batch(
        version_of(mk), predictions=floats, latency_seconds=floats, probabilities=floats,
        success=[True, None, False], features={"x": floats},
    )  # fmt: skip
    found = told(mk, metrics=("prediction_mean", "mean:x", "error_rate", "latency_p99"))
    assert found["prediction_mean"] == found["mean:x"] == found["error_rate"] == [0.5]
    assert found["latency_p99"] == [pytest.approx(0.75)]


def test_tables_of_arrow_and_times_of_pandas(mk):
    berlin = pd.Series(pd.to_datetime(["2026-01-01 01:00", "2026-01-01 01:01"]))
    for at in (
        berlin.dt.tz_localize("Europe/Berlin"),
        berlin.dt.tz_localize("Europe/Berlin").dt.tz_convert("UTC").to_list(),
        np.array(["2026-01-01T00:00", "2026-01-01T00:01"], dtype="datetime64[s]"),
        pa.array([0, 60], pa.timestamp("s", tz="UTC")).cast("int64").to_numpy().astype("M8[s]")
        + (np.datetime64("2026-01-01") - np.datetime64("1970-01-01")),
    ):
        mk.tracking.log_batch(
            version_of(mk), features=pa.RecordBatch.from_pydict({"x": [1, 2]}), at=at
        )
    start = datetime(2026, 1, 1, tzinfo=UTC)
    points = mk.tracking.history(
        mk.model, "mean:x", start, start + timedelta(hours=1), by="model", step_seconds=60
    )
    assert [(point.start.minute, point.value, point.rows) for point in points] == [
        (0, 1.0, 4),
        (1, 2.0, 4),
    ]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"predictions": [[1], [1, 2]]}, "no array of single values"),
        ({"predictions": np.array(1.0)}, "no sequence of values"),
        ({"predictions": (n for n in range(3))}, "no sequence of values"),
        ({"predictions": [1], "latency_seconds": np.array([5], "m8[s]")}, "timedelta64"),
        ({"predictions": [1], "latency_seconds": ["0.5"]}, "latency_seconds holds '0.5'"),
        ({"predictions": [1], "latency_seconds": [float("inf")]}, "must be finite"),
        ({"predictions": [1], "probabilities": ["x"]}, "probabilities holds 'x'"),
        ({"predictions": [b"a"]}, "predictions is b'a'"),
        ({"predictions": [Decimal("1.5")]}, "must be a text, a number or a truth value"),
        ({"predictions": [1j]}, "complex"),
        ({"predictions": pd.Series(pd.to_datetime(["2026-01-01"]))}, "datetime64"),
        ({"predictions": [1], "units": [""]}, "units is ''"),
        ({"predictions": [1], "units": ["u", "v"]}, "units has 2 entries"),
        ({"predictions": [1], "prediction_ids": [7]}, "prediction_ids is 7"),
        ({"predictions": [1], "features": pd.DataFrame([[1]])}, "a feature is named 0"),
        ({"predictions": [1], "at": pd.Series([pd.NaT])}, "NaT"),
        ({"predictions": [1, 1], "at": [datetime(2026, 1, 1, tzinfo=UTC), None]}, "at is None"),
        ({"predictions": [1], "at": datetime(2026, 1, 1)}, "time zone"),
    ],
)  # fmt: skip
def test_batches_that_make_no_sense_are_refused(mk, given, words):
    with pytest.raises(InvalidInputError, match=words):
        mk.tracking.log_batch(version_of(mk), **given)
    assert told(mk)["count"] == []


def test_labels_in_batches_need_both_columns(mk):
    for ids, labels in ((["a"], None), (None, [1]), (["a"], [1, 2]), (["a", "b"], [1])):
        with pytest.raises(InvalidInputError, match="both must be given|entries"):
            mk.tracking.label_batch(ids, labels)
    with pytest.raises(InvalidInputError, match="prediction_id"):
        mk.tracking.label("", 1)
    with pytest.raises(InvalidInputError, match="label is"):
        mk.tracking.label("a", object())


def test_an_array_may_be_used_again_after_it_was_logged(mk):
    latency, answers, age = np.full(3, 0.5), np.array([1, 1, 1]), np.full(3, 2.0)
    mk.tracking.log_batch(
        version_of(mk), predictions=answers, latency_seconds=latency, features={"x": age}
    )
    for array in (latency, answers, age):
        array[:] = 0
    found = told(mk, metrics=("latency_p50", "share:1", "mean:x"))
    assert found == {"latency_p50": [0.5], "share:1": [1.0], "mean:x": [2.0]}


def test_text_that_is_no_unicode_and_great_numbers_do_no_harm(mk):
    version = version_of(mk)
    mk.tracking.log(
        version, prediction="\ud800", label="\ud800", unit="\udfff", prediction_id="\ud800",
        features={"\ud800": "\ud800"},
    )  # fmt: skip
    mk.tracking.log(version, prediction=2**70, label=2**70, features={"x": 2**70})
    mk.tracking.log(version, prediction=2**63, label=2**63, prediction_id="great")
    assert told(mk, metrics=("count", "accuracy")) == {"count": [3.0], "accuracy": [1.0]}


def test_labels_of_another_kind_than_the_answer(mk):
    version = version_of(mk)
    for key, prediction, label in (
        ("text of a number", 0.5, "cat"),
        ("truth of a number", 0.75, True),
        ("number of a class", 1, 2.5),
        ("number of a text", "1", 1),
        ("whole float of a class", 1, 1.0),
    ):
        mk.tracking.log(version, prediction=prediction, prediction_id=key)
        mk.tracking.flush()
        mk.tracking.label(key, label)
    found = told(mk)
    assert found["label_coverage"] == [1.0]
    assert found["accuracy"] == [0.25]
    assert found["mean_absolute_error"] == [0.25]
    assert mk.tracking.last_error is None


def test_equal_labels_of_other_kinds_contradict_nothing(mk):
    before = mk.tracking.contradicted, mk.tracking.repeated
    mk.tracking.log(version_of(mk), prediction=1, label=1, prediction_id="equal")
    for label in (1.0, True, np.float32(1), 1):
        mk.tracking.label("equal", label)
    mk.tracking.flush()
    assert (mk.tracking.contradicted, mk.tracking.repeated) == (before[0], before[1] + 4)


def test_a_call_that_failed_counts_though_it_has_an_id_and_no_answer(mk):
    version = version_of(mk)
    mk.tracking.log(version, success=False, latency_seconds=0.1, prediction_id="x")
    mk.tracking.log(version, success=True, prediction=1, prediction_id="y")
    assert told(mk, metrics=("count", "error_rate")) == {"count": [2.0], "error_rate": [0.5]}


def test_a_batch_that_is_greater_than_the_room_is_taken_in_parts(mk):
    mk.tracking.log_batch(version_of(mk), predictions=np.zeros(3_500_000, dtype=np.int8))
    assert told(mk, metrics=("count",)) == {"count": [3_500_000.0]}
    assert mk.tracking.dropped == 0


def test_a_removed_version_takes_nothing_more(mk):
    mk.versions.create_version(mk.model, {"n": 0})
    version = version_of(mk)
    mk.tracking.log(version, prediction=1)
    mk.tracking.flush()
    mk.versions.delete_version(version)
    mk.tracking._filing._places[version] = mk.model, "none", 0.0  # as after a quarter of a second
    mk.tracking.log(version, prediction=1)
    mk.tracking.flush()
    with pytest.raises(VersionNotFoundError):
        mk.tracking.log(version, prediction=1)
    assert told(mk, metrics=("count",)) == {"count": [2.0]}
