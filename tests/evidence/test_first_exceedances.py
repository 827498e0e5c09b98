"""The first latency of a unit above each threshold, alone and in pairs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelkeep.deployment.evidence.blocks import SERVED, SHADOW, SINGLE
from modelkeep.deployment.evidence.first_exceedances import FirstExceedances
from modelkeep.errors import InvalidInputError, InvalidSettingError

THRESHOLDS = (0.1, 0.5, 0.5, 2.0)
single = st.tuples(st.integers(0, 4), st.tuples(st.sampled_from([0.05, 0.1, 0.3, 1.0, 3.0])))
pair = st.tuples(
    st.integers(0, 4),
    st.tuples(st.sampled_from([0.05, 0.3, 1.0, 3.0]), st.sampled_from([0.05, 0.3, 1.0, 3.0])),
)


@given(st.lists(st.lists(single | pair, max_size=12), max_size=5), st.booleans())
@settings(deadline=None, max_examples=300)
def test_it_is_as_if_rows_came_one_by_one(calls, only_single):
    exceedances, used = FirstExceedances(THRESHOLDS), set()
    for call in calls:
        points, latencies, pairs, expected = [], [], [], []
        for point, seconds in call:
            told = seconds[:1] if only_single else seconds
            points += [point] * len(told)
            latencies += told
            pairs += [SINGLE] if len(told) == 1 else [SERVED, SHADOW]
            rows = [[False] * len(THRESHOLDS) for _ in told]
            for place, threshold in enumerate(THRESHOLDS):
                above = [each > threshold for each in told]
                if any(above) and (point, place) not in used:
                    used.add((point, place))
                    if sum(above) == 1:
                        rows[above.index(True)][place] = True
            expected += rows
        marked = exceedances.mark(
            np.array(points, dtype=np.uint64),
            np.array(latencies, dtype=np.float64),
            pairs=None if only_single else np.array(pairs, dtype=np.uint8),
        )
        assert marked.shape == (len(points), len(THRESHOLDS))
        assert marked.tolist() == expected


def test_the_64th_threshold_is_like_the_first():
    exceedances = FirstExceedances(np.arange(64))
    marked = exceedances.mark(np.array([1, 1], np.uint64), np.array([62.5, 63.5]))
    assert marked[0].tolist() == [True] * 63 + [False]
    assert marked[1].tolist() == [False] * 63 + [True]


@pytest.mark.parametrize("thresholds", [(), np.arange(65), (0.1, np.nan)])
def test_bad_thresholds_are_refused(thresholds):
    with pytest.raises(InvalidSettingError, match="1 to 64 finite numbers"):
        FirstExceedances(thresholds)


def test_bad_latencies_are_refused():
    exceedances = FirstExceedances((0.1,))
    with pytest.raises(InvalidInputError, match="NaN"):
        exceedances.mark(np.zeros(1, np.uint64), np.array([np.nan]))
    with pytest.raises(InvalidInputError, match="must have the same"):
        exceedances.mark(np.zeros(1, np.uint64), np.zeros(2))
