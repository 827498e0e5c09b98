"""An alert rule as people and programs see it, and as its row keeps it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

import msgspec

from modelkeep import canonical
from modelkeep.errors import DamagedCatalogueError
from modelkeep.tracking.alerts.evaluation import AlertState, StateName
from modelkeep.tracking.alerts.rules import AlertRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What a rule remembers from look to look.

    Attributes:
        state: How it stands, without its value.
        reason: Why, in words.
        fired_event_id: The event of its last firing; 0 for none.
        fired_version_id: The version that was measured then; empty where all were.
        rollback: Of that firing: `due`, or `begun` by a process that did not tell how it went yet;
            empty for no rollback, and for one that is done with.
        begun_at: When it was begun, microseconds since 1970.
    """

    state: AlertState = field(default_factory=AlertState)
    reason: str = ""
    fired_event_id: int = 0
    fired_version_id: str = ""
    rollback: Literal["", "due", "begun"] = ""
    begun_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert rule and how it stands.

    Attributes:
        rule_id: Of the rule; one of the same name that is made later has another.
        rule: What is asked.
        is_enabled: Whether it is looked at.
        state: How it stands.
        since: Since when, aware UTC.
        last_value: What was measured last; None for no data, or no finite number.
        reason: Why it is in its state, in words; empty before the first look.
        created_at: When it was made, aware UTC.
        updated_at: When anything of it was last written, aware UTC.
        progress: What it remembers.
    """

    rule_id: str
    rule: AlertRule
    is_enabled: bool
    state: AlertState
    since: datetime
    last_value: float | None
    reason: str
    created_at: datetime
    updated_at: datetime
    progress: Progress


def to_alert(row: Mapping[str, Any]) -> Alert:
    """Return an alert from its row.

    Raises:
        DamagedCatalogueError: The row cannot be read.
    """
    try:
        progress = msgspec.json.decode(row["progress"], type=Progress)
        name: StateName = msgspec.convert(row["state"], StateName)
        return Alert(
            rule_id=row["rule_id"],
            rule=msgspec.json.decode(row["definition"], type=AlertRule),
            is_enabled=bool(row["enabled"]),
            state=replace(progress.state, name=name, value=row["last_value"]),
            since=canonical.from_microseconds(row["since"]),
            last_value=row["last_value"],
            reason=progress.reason,
            created_at=canonical.from_microseconds(row["created_at"]),
            updated_at=canonical.from_microseconds(row["updated_at"]),
            progress=progress,
        )
    except (ValueError, TypeError, OverflowError) as error:
        raise DamagedCatalogueError(f"alert rule {row['rule_id']!r}", str(error)) from error


def columns_of(state: AlertState, progress: Progress) -> dict[str, Any]:
    """Return the columns that keep a state and what a rule remembers."""
    value = state.value
    return {
        "state": state.name,
        # The database keeps -0.0 as 0, which would not be what the digest of the row is of.
        "last_value": value + 0.0 if value is not None and math.isfinite(value) else None,
        "progress": progress_text(replace(progress, state=replace(state, value=None))),
    }


def progress_text(progress: Progress) -> str:
    """Return progress as it is kept."""
    return canonical.encode_text(msgspec.to_builtins(progress))
