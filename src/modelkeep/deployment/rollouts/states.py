"""The states of a rollout, and which may follow which."""

from __future__ import annotations

from enum import Enum


class RolloutState(Enum):
    """Where a rollout stands.

    PENDING: written down, and no unit is served by the canary yet.
    RUNNING: a step serves its share, and the judge moves on by itself.
    PAUSED: the share stays until someone resumes; harm still aborts.
    INCONCLUSIVE: the evidence does not say enough; the share stays until someone decides; harm
    still aborts.
    PROMOTING: decided; for a moment an abort still wins.
    PROMOTED: the canary serves production.
    ABORTING: all units are back on stable; what is left is to write down.
    ABORTED: ended, all units on stable.
    """

    PENDING = "pending"
    RUNNING = "running"
    PAUSED = "paused"
    INCONCLUSIVE = "inconclusive"
    PROMOTING = "promoting"
    PROMOTED = "promoted"
    ABORTING = "aborting"
    ABORTED = "aborted"


_S = RolloutState
TERMINAL = frozenset((_S.PROMOTED, _S.ABORTED))
SPLITTING = frozenset((_S.RUNNING, _S.PAUSED, _S.INCONCLUSIVE, _S.PROMOTING))
"""States in which the canary may get units."""

TRANSITIONS: dict[RolloutState, frozenset[RolloutState]] = {
    _S.PENDING: frozenset((_S.RUNNING, _S.ABORTING)),
    # From one step to the next it stays RUNNING.
    _S.RUNNING: frozenset((_S.RUNNING, _S.PAUSED, _S.INCONCLUSIVE, _S.PROMOTING, _S.ABORTING)),
    _S.PAUSED: frozenset((_S.RUNNING, _S.PROMOTING, _S.ABORTING)),
    _S.INCONCLUSIVE: frozenset((_S.RUNNING, _S.PAUSED, _S.PROMOTING, _S.ABORTING)),
    # Inconclusive where production refuses it.
    _S.PROMOTING: frozenset((_S.PROMOTED, _S.INCONCLUSIVE, _S.ABORTING)),
    _S.PROMOTED: frozenset(),
    _S.ABORTING: frozenset((_S.ABORTED,)),
    _S.ABORTED: frozenset(),
}
