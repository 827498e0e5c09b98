"""Labels that come late, twice, before their exposure, or for nothing that was seen."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from modelkeep.deployment.evidence.blocks import LabelBlock
from modelkeep.deployment.evidence.predictions import Predictions, prediction_hash


def labels(*told):
    hashes, successes, values = zip(*told, strict=True) if told else ((), (), ())
    return LabelBlock(
        predictions=np.array(hashes, dtype=np.uint64),
        successes=np.array(successes, dtype=np.uint8),
        values={"quality": np.array(values, dtype=np.float64)},
    )


def expose(predictions, *rows):
    hashes, points, arms, weights = zip(*rows, strict=True) if rows else ((), (), (), ())
    return predictions.expose(
        np.array(hashes, np.uint64),
        np.array(points, np.uint64),
        np.array(arms, bool),
        np.array(weights, float),
    )


def seen(labelled):
    quality = labelled.values.get("quality", np.full(len(labelled.rows), np.nan))
    columns = (labelled.points, labelled.arms, labelled.weights, labelled.successes, quality)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_a_late_label_gets_the_weight_at_exposure():
    predictions = Predictions()
    assert seen(expose(predictions, (11, 1, True, 0.1), (12, 2, False, 0.25))) == []
    assert seen(predictions.label(labels((12, 0, 0.5), (11, 1, 0.75)))) == [
        (2, False, 0.25, 0, 0.5),
        (1, True, 0.1, 1, 0.75),
    ]
    assert (predictions.unknown, predictions.repeated) == (0, 0)


def test_of_two_labels_the_first_counts():
    predictions = Predictions()
    expose(predictions, (11, 1, True, 0.1))
    assert seen(predictions.label(labels((11, 1, 1.0), (11, 0, 2.0)))) == [(1, True, 0.1, 1, 1.0)]
    assert seen(predictions.label(labels((11, 0, 3.0)))) == []
    assert predictions.repeated == 2


def test_a_label_before_its_exposure_waits():
    predictions = Predictions()
    assert seen(predictions.label(labels((12, 0, 0.5), (11, 0, 0.25), (12, 1, 9.0)))) == []
    assert seen(predictions.label(labels((11, 1, 9.0)))) == []
    assert (predictions.unknown, predictions.repeated) == (2, 2)
    labelled = expose(predictions, (10, 7, False, 0.1), (11, 8, True, 0.2), (12, 9, False, 0.3))
    assert seen(labelled) == [(8, True, 0.2, 0, 0.25), (9, False, 0.3, 0, 0.5)]
    assert labelled.rows.tolist() == [1, 2]
    assert (predictions.unknown, predictions.repeated) == (0, 2)
    assert seen(predictions.label(labels((11, 1, 1.0)))) == []
    assert predictions.repeated == 3
    assert not predictions._blocks


def test_a_label_for_nothing_is_counted():
    predictions = Predictions()
    expose(predictions, (11, 1, True, 0.1), (0, 5, False, 0.1))
    assert seen(predictions.label(labels((99, 0, 0.5), (0, 0, 0.5)))) == []
    assert predictions.unknown == 2
    assert len(predictions) == 1


def test_a_prediction_that_is_exposed_twice_is_what_it_was_first():
    predictions = Predictions()
    expose(predictions, (11, 1, True, 0.1), (11, 2, False, 0.5))
    expose(predictions, (11, 3, False, 0.6))
    assert seen(predictions.label(labels((11, 1, 1.0)))) == [(1, True, 0.1, 1, 1.0)]


few = st.integers(1, 5)
exposures = st.tuples(few, st.integers(0, 9), st.booleans(), st.sampled_from([0.1, 0.5]))
told = st.tuples(few, st.integers(0, 2), st.floats(0, 1))
call = st.tuples(st.just("expose"), st.lists(exposures, max_size=6)) | st.tuples(
    st.just("label"), st.lists(told, max_size=6)
)


@given(st.lists(call, max_size=8))
@settings(deadline=None, max_examples=300)
def test_it_is_as_if_they_came_one_by_one(calls):
    predictions, exposed, waiting, done, repeated = Predictions(), {}, {}, set(), 0
    for what, rows in calls:
        expected = []
        if what == "expose":
            for hashed, *exposure in rows:
                if hashed not in exposed:
                    exposed[hashed] = exposure
                    if hashed in waiting:
                        expected.append((*exposure, *waiting.pop(hashed)))
                        done.add(hashed)
            assert seen(expose(predictions, *rows)) == expected
        else:
            for hashed, *label in rows:
                if hashed in done or hashed in waiting:
                    repeated += 1
                elif hashed in exposed:
                    expected.append((*exposed[hashed], *label))
                    done.add(hashed)
                else:
                    waiting[hashed] = label
            assert seen(predictions.label(labels(*rows))) == expected
        assert (predictions.unknown, predictions.repeated) == (len(waiting), repeated)


def test_a_hash_never_changes_and_never_is_the_one_for_none():
    assert prediction_hash("request-1") == GOLDEN
    assert len({prediction_hash(f"{n}") for n in range(20_000)}) == 20_000
    assert prediction_hash("") != 0
    assert prediction_hash("\ud800") != 0


GOLDEN = 7239539881221587450
