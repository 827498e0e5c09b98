"""What follows from a verdict: a change of the rollout that it was made on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import Connection

from modelkeep.deployment.judge import Decision, StepProgress, Verdict
from modelkeep.deployment.rollouts.records import Progress, Rollout
from modelkeep.deployment.rollouts.states import RolloutState

Check = Callable[[Connection], None]
"""Raises, in a transaction, where a process may not act any more."""
_S = RolloutState
_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What to do with a rollout.

    Attributes:
        expects: State, step and since when: as it was when this was worked out.
        state: The next state; None to note the verdict only.
        step: The step it is in then.
        progress: What it remembers then.
    """

    expects: tuple[RolloutState, int, int]
    state: RolloutState | None
    step: int
    progress: Progress


def step_progress(rollout: Rollout, now: int) -> StepProgress:
    """Return how far the step of a rollout is.

    Args:
        rollout: Which.
        now: Microseconds since 1970.
    """
    progress = rollout.progress
    return StepProgress(
        step=rollout.plan.steps[rollout.step],
        is_last=rollout.step + 1 == len(rollout.plan.steps),
        elapsed_seconds=(now - progress.step_started_at) / _MICROSECONDS,
        canary_units_before=progress.canary_units_before,
        told_before=progress.told_before,
    )


def change_after(rollout: Rollout, verdict: Verdict, looked: StepProgress, now: int) -> Change:
    """Return what follows from a verdict.

    Args:
        rollout: As it was when the judge looked.
        verdict: What the judge said.
        looked: How far the step was then.
        now: Microseconds since 1970.
    """
    plain = verdict_to_plain(verdict, looked)
    progress = replace(rollout.progress, verdict=plain)
    state, step, reason = _next(rollout, verdict, now)
    if state is not None:
        progress = replace(progress, reason=reason, at_gate=_is_gate(verdict, state))
    if state is _S.RUNNING:
        told = {each.name: each.told[1] for each in verdict.metrics}
        progress = replace(progress, canary_units_before=verdict.units[1], told_before=told)
    expects = rollout.state, rollout.step, rollout.progress.since
    return Change(expects=expects, state=state, step=step, progress=progress)


def _is_gate(verdict: Verdict, state: RolloutState) -> bool:
    return state is _S.PAUSED and verdict.decision is Decision.ADVANCE


def _next(rollout: Rollout, verdict: Verdict, now: int) -> tuple[RolloutState | None, int, str]:
    """Return the next state, the step, and why."""
    here, plan = rollout.step, rollout.plan
    running = rollout.state is _S.RUNNING
    if verdict.decision is Decision.ABORT:
        if plan.on_failure == "abort":
            return _S.ABORTING, here, verdict.sentence
        # Someone who resumed after such a pause has seen it; the same evidence pauses again.
        return (_S.PAUSED if running else None), here, verdict.sentence
    if not running:
        return None, here, ""
    if verdict.decision is Decision.ADVANCE:
        return _advance(rollout, verdict)
    late = "the deadline passed: " if now >= rollout.progress.decide_by else ""
    if late or verdict.decision is Decision.INCONCLUSIVE:
        return _S.INCONCLUSIVE, here, late + verdict.sentence
    return None, here, ""


def _advance(rollout: Rollout, verdict: Verdict) -> tuple[RolloutState, int, str]:
    here, plan = rollout.step, rollout.plan
    if plan.steps[here].gate == "manual":
        reason = f"step {here + 1} is done and waits for someone to resume: {verdict.sentence}"
        return _S.PAUSED, here, reason
    if here + 1 < len(plan.steps):
        return _S.RUNNING, here + 1, f"step {here + 1} is done: {verdict.sentence}"
    if plan.on_success == "hold":
        return _S.PAUSED, here, f"ready to promote: {verdict.sentence}"
    return _S.PROMOTING, here, verdict.sentence


def verdict_to_plain(verdict: Verdict, looked: StepProgress) -> dict[str, Any]:
    """Return a verdict with what it was made on, as JSON values."""
    plain: dict[str, Any] = msgspec.to_builtins(verdict)
    return plain | {"looked": msgspec.to_builtins(looked)}


def looked_of(plain: dict[str, Any]) -> StepProgress:
    """Return on what a kept verdict was made."""
    return msgspec.convert(plain["looked"], StepProgress)
