"""What one look at a rule changes: a pure function of the rule, its state and what was observed.

A rule has fired from its event `alert_fired` to `alert_cleared`, whatever lies between; so it never
fires twice without a clear between. No data is a state of its own: it neither fires nor clears.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from modelkeep.tracking.alerts.rules import AlertRule

StateName = Literal["ok", "firing", "no_data"]
Side = Literal["bad", "good", "between"]
OK: StateName = "ok"
FIRING: StateName = "firing"
NO_DATA: StateName = "no_data"
FIRED, CLEARED = "alert_fired", "alert_cleared"
DATA_ENDED, DATA_CAME = "alert_no_data", "alert_has_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What was measured for a rule.

    Attributes:
        window_end: Where the window ends, aware UTC.
        value: The number that was asked for; of drift the size of the effect. None for no data.
        rows: How many rows it is made of.
        drifted: Of drift: whether there is; None where that cannot be said.
        version_id: The version that was measured; empty for all together.
        sentence: What was seen, in words; may be empty.
    """

    window_end: datetime
    value: float | None
    rows: int
    drifted: bool | None = None
    version_id: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertState:
    """How a rule stands.

    Attributes:
        name: `ok`, `firing` or `no_data`.
        is_open: Whether it fired and did not clear yet; so also while it has no data meanwhile.
        windows: So many windows in a row spoke for the other side: bad ones until it fires, good
            ones until it clears.
        counted_end: Where the last of these ends; a window that overlaps it is not counted.
        version_id: Which version they are of.
        window_end: Where the last window that was looked at ends.
        value: The last value; None where there was none.
        rows: How many rows that was made of.
    """

    name: StateName = NO_DATA
    is_open: bool = False
    windows: int = 0
    counted_end: datetime | None = None
    version_id: str = ""
    window_end: datetime | None = None
    value: float | None = None
    rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What follows from a look.

    Attributes:
        state: How the rule stands from now on.
        kind: `alert_fired`, `alert_cleared`, `alert_no_data` or `alert_has_data`; empty where the
            state stays as it is.
        reason: Why, in words; empty where there is no kind.
    """

    state: AlertState
    kind: str = ""
    reason: str = ""


def evaluate(rule: AlertRule, state: AlertState, observation: Observation) -> Change:
    """Say how a rule stands after what was observed.

    It fires after `for_windows` bad windows in a row, and clears after as many good ones: windows
    that were looked at one after the other, of one version, without overlap. Anything else between
    them begins the count anew: no data, another version, a value on the other side. A window that
    ends before the last one is passed over, unless it ends so much before that it does not overlap
    it: then the clock was set back, and the count begins anew as well.

    Args:
        rule: What is asked.
        state: How it stood.
        observation: What was measured for it.
    """
    end = observation.window_end
    if state.window_end is not None and end < state.window_end:
        if state.window_end - end < timedelta(seconds=rule.window_seconds):
            return Change(state=state)
        state = _uncounted(state)
    side = _side(rule, observation)
    seen = replace(
        state,
        window_end=end,
        value=observation.value if side is not None else None,
        rows=observation.rows,
    )
    if side is None:
        return _without_data(rule, state, seen, observation)
    wanted: Side = "good" if state.is_open else "bad"
    seen = _counted(rule, seen, observation) if side == wanted else _uncounted(seen)
    reason = _reason(rule, observation)
    if seen.windows >= rule.for_windows:
        name, kind = (OK, CLEARED) if state.is_open else (FIRING, FIRED)
        turned = replace(_uncounted(seen), name=name, is_open=not state.is_open)
        turned = replace(turned, version_id=observation.version_id)
        return Change(state=turned, kind=kind, reason=reason)
    name = FIRING if state.is_open else OK
    kind = DATA_CAME if state.name == NO_DATA else ""
    return Change(state=replace(seen, name=name), kind=kind, reason=reason if kind else "")


def _side(rule: AlertRule, observation: Observation) -> Side | None:
    """Return where the observation lies; None where it is no data."""
    if observation.rows < rule.least_rows:
        return None
    if rule.asks_for_drift:
        if observation.drifted is None:
            return None
        return "bad" if observation.drifted else "good"
    value, clears_at = observation.value, rule.clears_at
    if value is None or math.isnan(value):
        return None
    assert clears_at is not None
    if rule.above is not None:
        return "bad" if value > rule.above else "good" if value <= clears_at else "between"
    assert rule.below is not None
    return "bad" if value < rule.below else "good" if value >= clears_at else "between"


def _without_data(
    rule: AlertRule, state: AlertState, seen: AlertState, observation: Observation
) -> Change:
    ended = state.name != NO_DATA
    few = observation.rows < rule.least_rows
    reason = f"{observation.rows} rows in the window" if few else "nothing could be measured"
    if few and observation.rows:
        reason += f", {rule.least_rows} are needed"
    return Change(
        state=replace(_uncounted(seen), name=NO_DATA),
        kind=DATA_ENDED if ended else "",
        reason=reason if ended else "",
    )


def _uncounted(state: AlertState) -> AlertState:
    return replace(state, windows=0, counted_end=None, version_id="")


def _counted(rule: AlertRule, state: AlertState, observation: Observation) -> AlertState:
    """Count the window, unless it overlaps the one that was counted last."""
    end = observation.window_end
    first = state.windows == 0 or state.version_id != observation.version_id
    if first or state.counted_end is None:
        return replace(state, windows=1, counted_end=end, version_id=observation.version_id)
    if end < state.counted_end + timedelta(seconds=rule.window_seconds):
        return state
    return replace(state, windows=state.windows + 1, counted_end=end)


def _reason(rule: AlertRule, observation: Observation) -> str:
    if observation.sentence:
        return observation.sentence
    rows = f"{observation.rows} rows"
    if rule.asks_for_drift:
        return f"{rule.metric}: {'found' if observation.drifted else 'none'} in {rows}"
    said = f"{rule.metric} is {observation.value:.6g} over {rows}"
    bound = f"above {rule.above:.6g}" if rule.above is not None else f"below {rule.below:.6g}"
    clear = "" if rule.clears_at in (rule.above, rule.below) else f", good at {rule.clears_at:.6g}"
    return f"{said} (bad {bound}{clear})"
