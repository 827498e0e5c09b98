"""Labels meet predictions by their ids, in whatever order and however often they come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelkeep.models import ModelVersioningConfig
from modelkeep.orchestrator import wiring
from modelkeep.testing.clock import ManualClock

IDS = [f"p{n}" for n in range(5)]
CLASSES = ["a", "b"]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("predict"), st.sampled_from(IDS), st.sampled_from(CLASSES)),
        st.tuples(st.just("label"), st.sampled_from(IDS), st.sampled_from(CLASSES)),
        st.tuples(st.just("both"), st.sampled_from(IDS), st.sampled_from(CLASSES)),
        st.tuples(st.just("flush"), st.just(""), st.just("")),
        st.tuples(st.just("wait"), st.just(""), st.just("")),
    ),
    max_size=30,
)


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    folder, clock = tmp_path_factory.mktemp("labels"), ManualClock()
    config = ModelVersioningConfig(
        storage_path=f"{folder}/r", backup_path=f"{folder}/b", actor="ada"
    )
    with wiring.open_services(config, clock=clock) as mk:
        yield mk, clock, iter(range(10**6))


def count(mk, model, name, clock):
    end = clock.now() + timedelta(days=1)
    points = mk.tracking.history(
        model, name, end - timedelta(days=30), end, step_seconds=86400 * 90
    )
    return [point.value for point in points]


@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
def test_any_order_and_repetition_gives_what_a_dict_gives(registry, steps):
    mk, clock, numbers = registry
    model = f"m{next(numbers)}"
    version = mk.versions.create_version(model, {"n": 1}).version_id
    predictions, labels = {}, {}
    before = mk.tracking.contradicted
    contradicted = 0
    for kind, name, answer in steps:
        if kind == "flush":
            mk.tracking.flush()
        elif kind == "wait":
            clock.advance(seconds=7000)
        else:
            key = f"{model}-{name}"
            if kind in ("predict", "both"):
                predictions.setdefault(key, answer)
            if kind in ("label", "both"):
                contradicted += labels.setdefault(key, answer) != answer
            if kind == "label":
                mk.tracking.label(key, answer)
            else:
                mk.tracking.log(
                    version,
                    prediction=answer,
                    label=answer if kind == "both" else None,
                    prediction_id=key,
                )
    both = predictions.keys() & labels.keys()
    right = sum(predictions[key] == labels[key] for key in both)
    expected = [float(len(predictions))] if predictions else []
    assert count(mk, model, "count", clock) == expected
    if predictions:
        assert count(mk, model, "label_coverage", clock) == [len(both) / len(predictions)]
        assert count(mk, model, "accuracy", clock) == [right / len(both) if both else None]
    assert mk.tracking.contradicted - before == contradicted


def test_a_late_label_counts_where_its_prediction_does_also_after_a_roll_up(mk, clock):
    version = mk.versions.create_version("m", {"n": 1}).version_id
    for n in range(4):
        mk.tracking.log(version, prediction=n % 2, prediction_id=f"p{n}")
    mk.tracking.flush()
    began = clock.now()
    clock.advance(seconds=5 * 86400)
    assert mk.tracking.roll_up() == 1
    mk.tracking.label_batch([f"p{n}" for n in range(4)], [0, 0, 0, 0])
    end = clock.now() + timedelta(minutes=1)
    for _ in range(2):
        points = mk.tracking.history(
            "m", "accuracy", began - timedelta(hours=1), end, step_seconds=3600
        )
        assert [(point.value, point.rows) for point in points] == [(0.5, 4)]
        mk.tracking.roll_up()


def test_predictions_wait_thirty_days(mk, clock):
    version = mk.versions.create_version("m", {"n": 1}).version_id
    mk.tracking.log(version, prediction=1, prediction_id="old")
    mk.tracking.flush()
    clock.advance(seconds=31 * 86400)
    mk.tracking.roll_up()
    mk.tracking.label("old", 1)
    end = clock.now() + timedelta(minutes=1)
    points = mk.tracking.history("m", "label_coverage", end - timedelta(days=40), end)
    assert [point.value for point in points] == [0.0]
