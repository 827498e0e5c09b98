"""ADWIN on a stream: when the mean changed, from what to what, and what it refuses."""

import pickle
import sys

import numpy as np
import pytest

from modelkeep.errors import (
    InvalidInputError,
    InvalidSettingError,
    MissingExtraError,
    MissingLibraryError,
)
from modelkeep.tracking.drift.streams import AdwinStream


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-5.0, 20.0)])
def test_a_change_of_the_mean_is_told_with_when_and_what(low, high):
    random = np.random.default_rng(1)
    values = low + (high - low) * (random.random(4_000) < np.repeat([0.1, 0.5], 2_000))
    stream = AdwinStream(low=low, high=high)
    (change,) = stream.update(values)
    assert 2_000 < change.found_at < 2_200
    assert 1_500 < change.began_at < change.found_at
    assert change.mean_before == pytest.approx(values[: change.began_at].mean())
    after = values[change.began_at : change.found_at + 1].mean()
    assert change.mean_after == pytest.approx(after)
    assert stream.rows == 4_000
    assert stream.window_rows == 4_000 - change.found_at - 1
    assert stream.mean == pytest.approx(values[change.found_at + 1 :].mean())


def test_batches_do_not_matter():
    random = np.random.default_rng(2)
    values = (random.random(6_000) < np.repeat([0.1, 0.4, 0.1], 2_000)).astype(float)
    whole, parts = AdwinStream(), AdwinStream()
    changes = whole.update(values)
    assert len(changes) == 2
    assert sum((parts.update(part) for part in np.array_split(values, 37)), ()) == changes


def test_a_steady_stream_has_no_change():
    stream = AdwinStream()
    assert stream.update(np.random.default_rng(3).random(20_000)) == ()
    assert stream.mean == pytest.approx(0.5, abs=0.02)
    assert stream.update([]) == ()


@pytest.mark.parametrize("wrong", [np.nan, 1.5, -0.1, np.inf])
def test_a_value_out_of_range_is_refused_before_any_is_taken_in(wrong):
    stream = AdwinStream()
    with pytest.raises(InvalidInputError, match=rf"value 1 is {wrong}; it must be in \[0.0, 1.0\]"):
        stream.update([0.5, wrong])
    assert stream.rows == 0


def test_values_of_another_shape_are_refused():
    with pytest.raises(InvalidInputError, match=r"shape \(1, 1\)"):
        AdwinStream().update([[0.5]])


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"delta": 0.0}, "delta"),
        ({"delta": 1.0}, "delta"),
        ({"low": 1.0}, "high"),
        ({"high": np.inf}, "high"),
        ({"low": np.nan}, "high"),
    ],
)
def test_a_setting_out_of_range_is_refused(settings, name):
    with pytest.raises(InvalidSettingError, match=f"setting {name} is"):
        AdwinStream(**settings)


def test_without_river_the_extra_is_named(monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "river"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "river", None)
    with pytest.raises(MissingLibraryError) as caught:
        AdwinStream()
    assert str(caught.value) == (
        "AdwinStream needs the library 'river': pip install \"modelkeep[river]\""
    )
    again = pickle.loads(pickle.dumps(caught.value))
    assert isinstance(again, MissingExtraError)
    assert (again.extra, again.library, str(again)) == ("river", "river", str(caught.value))
