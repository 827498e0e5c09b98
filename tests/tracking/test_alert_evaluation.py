"""The state machine of an alert: fires once until it clears, and no data is no verdict."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from modelkeep.tracking.alerts.evaluation import AlertState, Observation, evaluate
from modelkeep.tracking.alerts.rules import AlertRule

START = datetime(2026, 1, 1, tzinfo=UTC)
RULE = AlertRule(
    model_id="m", name="fell", metric="accuracy", below=0.9, clear_above=0.92, window_seconds=60
)
DRIFT = AlertRule(model_id="m", name="moved", metric="drift")


def run(rule, seen, state=None):
    """Evaluate one after the other; return the kinds and the last state.

    Args:
        seen: Values, or changes of an observation, each a window after the last.
    """
    state, kinds, end = state or AlertState(), [], START
    for each in seen:
        changes = dict(each) if isinstance(each, dict) else {"value": each}
        end += timedelta(seconds=changes.pop("seconds", rule.window_seconds))
        at = replace(Observation(window_end=end, value=0.0, rows=1000), **changes)
        change = evaluate(rule, state, at)
        state = change.state
        kinds.append(change.kind.removeprefix("alert_"))
    return kinds, state


def test_it_fires_and_clears_with_room_between() -> None:
    kinds, state = run(RULE, [0.95, 0.89, 0.5, 0.91, 0.89, 0.91, 0.92, 0.91, 0.899])
    assert kinds == ["has_data", "fired", "", "", "", "", "cleared", "", "fired"]
    assert (state.name, state.is_open, state.value) == ("firing", True, 0.899)


def test_above_is_the_mirror_image() -> None:
    rule = AlertRule(model_id="m", name="slow", metric="p99", above=2.0, clear_fraction=0.25)
    kinds, _ = run(rule, [2.0, math.inf, 1.6, 1.5, -math.inf])
    assert kinds == ["has_data", "fired", "", "cleared", ""]


def test_only_so_many_windows_in_a_row_count() -> None:
    rule = replace(RULE, for_windows=3)
    kinds, state = run(rule, [0.5, 0.5, 0.91, 0.5, 0.5, 0.5, 0.95, 0.95, 0.91, 0.95, 0.95, 0.95])
    assert kinds == ["has_data", *[""] * 4, "fired", *[""] * 5, "cleared"]
    assert not state.is_open


def test_windows_that_overlap_count_once() -> None:
    rule = replace(RULE, for_windows=2)
    often = [{"value": 0.5, "seconds": 10}] * 7
    assert run(rule, often)[0] == ["has_data", *[""] * 5, "fired"]


def test_windows_of_another_version_begin_anew() -> None:
    rule = replace(RULE, for_windows=2)
    seen = [{"value": 0.5, "version_id": each} for each in "abab"]
    assert run(rule, seen)[0] == ["has_data", "", "", ""]
    assert run(rule, [*seen, seen[-1]])[0][-1] == "fired"


def test_no_data_is_neither() -> None:
    nothing = [None, math.nan, {"value": 0.5, "rows": 99}, {"value": 0.95, "rows": 0}]
    kinds, state = run(RULE, nothing)
    assert (kinds, state.name, state.is_open) == ([""] * 4, "no_data", False)
    kinds, state = run(RULE, [0.95, *nothing, 0.95])
    assert kinds == ["has_data", "no_data", "", "", "", "has_data"]
    assert state.name == "ok"


def test_a_firing_lasts_while_there_is_no_data() -> None:
    kinds, state = run(RULE, [0.5, None, 0.5])
    assert (kinds, state.name) == (["fired", "no_data", "has_data"], "firing")
    kinds, state = run(RULE, [0.5, None, 0.95])
    assert (kinds, state.name) == (["fired", "no_data", "cleared"], "ok")


def test_no_data_breaks_a_row_of_windows() -> None:
    rule = replace(RULE, for_windows=2)
    assert "fired" not in run(rule, [0.5, None, 0.5, None, 0.5])[0]


def test_drift_decides_by_its_verdict() -> None:
    seen = [{"drifted": each, "value": 0.0} for each in (False, True, True, None, True, False)]
    assert run(DRIFT, seen)[0] == ["has_data", "fired", "", "no_data", "has_data", "cleared"]


def test_a_window_from_before_is_passed_over_and_a_clock_set_back_is_not() -> None:
    _, state = run(RULE, [0.95, 0.95, 0.95])
    late = Observation(window_end=state.window_end - timedelta(seconds=30), value=0.1, rows=1000)
    assert evaluate(RULE, state, late).state == state
    back = replace(late, window_end=START - timedelta(days=3))
    assert evaluate(RULE, state, back).kind == "alert_fired"
    assert evaluate(replace(RULE, for_windows=2), state, back).kind == ""


def test_the_reason_says_value_rows_and_bounds() -> None:
    seen = Observation(window_end=START, value=0.8125, rows=640)
    reason = evaluate(RULE, AlertState(), seen).reason
    assert reason == "accuracy is 0.8125 over 640 rows (bad below 0.9, good at 0.92)"
    few = evaluate(RULE, AlertState(name="ok"), replace(seen, rows=3)).reason
    assert few == "3 rows in the window, 100 are needed"


observations = st.builds(
    Observation,
    window_end=st.integers(0, 300).map(lambda s: START + timedelta(seconds=10 * s)),
    value=st.sampled_from([None, math.nan, -math.inf, 0.5, 0.9, 0.91, 0.92, 0.95, math.inf]),
    rows=st.sampled_from([0, 99, 100, 5000]),
    drifted=st.sampled_from([None, True, False]),
    version_id=st.sampled_from(["", "a", "b"]),
)
rules = st.builds(
    lambda drift, windows: replace(DRIFT if drift else RULE, for_windows=windows),
    st.booleans(),
    st.integers(1, 4),
)


def is_bad(rule, seen):
    """Whether a window is bad, said once more and otherwise."""
    if seen.rows < 100:
        return None
    if rule.metric == "drift":
        return seen.drifted
    return None if seen.value is None or math.isnan(seen.value) else seen.value < 0.9


@settings(max_examples=400, deadline=None)
@given(rules, st.lists(observations, max_size=40), st.booleans())
def test_it_never_fires_twice_without_a_clear_between(rule, seen, in_order) -> None:
    seen = sorted(seen, key=lambda each: each.window_end) if in_order else seen
    state, turns, bad_in_a_row = AlertState(), [], []
    for each in seen:
        before, change = state, evaluate(rule, state, each)
        state = change.state
        passed_over = before.window_end is not None and state.window_end != each.window_end
        verdict = is_bad(rule, each)
        if not passed_over:
            bad_in_a_row = [*bad_in_a_row, each.version_id] if verdict else []
            assert (state.name == "no_data") == (verdict is None)
        if change.kind in ("alert_fired", "alert_cleared"):
            turns.append(change.kind)
            assert verdict is (change.kind == "alert_fired")
        if change.kind == "alert_fired":
            assert bad_in_a_row[-rule.for_windows :] == [each.version_id] * rule.for_windows
        assert state.is_open == (turns[-1:] == ["alert_fired"])
        assert state.name != "firing" or state.is_open
        assert state.name != "ok" or not state.is_open
        assert bool(change.kind) == (before.name != state.name)
        assert bool(change.kind) == bool(change.reason)
    wanted = ["alert_fired", "alert_cleared"] * len(turns)
    assert turns == wanted[: len(turns)]
