"""Choices that were answered twice: what was served, and the shadow beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelkeep.deployment.evidence.admission import ValueNames, checked_latency, checked_success
from modelkeep.deployment.evidence.blocks import SERVED, SHADOW
from modelkeep.deployment.evidence.known_tables import KnownTables
from modelkeep.deployment.evidence.waiting import Pair, Row
from modelkeep.deployment.routing.table import Choice
from modelkeep.errors import InvalidInputError, UnknownChoiceError

_OUTCOME = ("success", "latency_seconds", "values")


def to_pair(
    choice: Choice,
    tables: KnownTables,
    names: ValueNames,
    *,
    served: Mapping[str, Any],
    shadow: Mapping[str, Any],
) -> Pair:
    """Return what became of a choice as two rows.

    Args:
        choice: What the router said.
        tables: What is known of its revision.
        names: Of the values seen so far.
        served: `success`, `latency_seconds` and `values` of what was served.
        shadow: The same of the shadow.

    Raises:
        InvalidInputError: Something is not what it must be, or the table calls no shadow.
        UnknownChoiceError: Something else is told of a half.
    """
    tables.check(choice)
    arm = tables.revisions[choice.revision].shadow
    if arm is None or choice.arm_index == arm:
        raise InvalidInputError(
            f"revision {choice.revision} calls nothing in the shadow of {choice.arm!r}; "
            "record what was served with add"
        )
    return Pair(
        _to_row(choice, choice.arm_index, served, names, SERVED),
        _to_row(choice, arm, shadow, names, SHADOW),
    )


def _to_row(
    choice: Choice, arm: int, outcome: Mapping[str, Any], names: ValueNames, half: int
) -> Row:
    for name in outcome:
        if name not in _OUTCOME:
            raise UnknownChoiceError("outcome", name, _OUTCOME)
    success, seconds, values = (outcome.get(name) for name in _OUTCOME)
    return (
        choice.split_id,
        choice.revision,
        choice.point,
        arm,
        None if success is None else checked_success(success),
        None if seconds is None else checked_latency(seconds),
        None if values is None else names.checked(values),
        None,
        half,
    )
