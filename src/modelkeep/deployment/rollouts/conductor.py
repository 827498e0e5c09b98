"""Moves rollouts on: reads what is new of their evidence, asks the judge, does what follows."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from modelkeep import canonical
from modelkeep.catalogue.evidence import EvidenceStore
from modelkeep.clock import Clock
from modelkeep.deployment.judge import judge
from modelkeep.deployment.rollout import Rollouts
from modelkeep.deployment.rollouts.changes import (
    Check,
    change_after,
    looked_of,
    step_progress,
    verdict_to_plain,
)
from modelkeep.deployment.rollouts.endings import SETTLE_SECONDS
from modelkeep.deployment.rollouts.errors import (
    EvidenceGoneError,
    IllegalRolloutMoveError,
    RolloutNotFoundError,
)
from modelkeep.deployment.rollouts.records import Rollout
from modelkeep.deployment.rollouts.states import SPLITTING, RolloutState
from modelkeep.deployment.rollouts.watched import RolloutEvidence
from modelkeep.errors import ModelkeepError
from modelkeep.management.leased_work import LeaseTakenError

_S = RolloutState


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A verdict worked out anew from the evidence that is kept.

    Attributes:
        rollout: Which rollout.
        kept: The verdict as it was written down, as JSON values.
        recomputed: The same from the blocks of evidence.
        agrees: Whether both are equal.
        blocks: How many blocks were read.
    """

    rollout: Rollout
    kept: dict[str, Any]
    recomputed: dict[str, Any]
    agrees: bool
    blocks: int


class Conductor:
    """Moves rollouts on, one look at a time.

    Args:
        rollouts: Makes the changes.
        evidence: What was recorded.
        clock: The time.
    """

    def __init__(self, *, rollouts: Rollouts, evidence: EvidenceStore, clock: Clock) -> None:
        self._rollouts = rollouts
        self._evidence = evidence
        self._clock = clock
        self._folded: dict[str, RolloutEvidence] = {}
        self._looking = threading.Lock()

    def advance(self, name: str, *, checked: Check) -> Rollout:
        """Look at a rollout once and do what follows.

        Args:
            name: Id of the rollout, or the model.
            checked: Raises, in the transaction of a change, where this process may not make it.

        Returns:
            The rollout as it is then.

        Raises:
            LeaseTakenError: Another process does this now.
            ModelkeepError: The catalogue or the evidence cannot be read.
        """
        with self._looking:
            return self._advance(self._rollouts.get(name), checked)

    def _advance(self, rollout: Rollout, checked: Check) -> Rollout:
        if rollout.is_open and self._rollouts.endings.is_unwanted(rollout.rollout_id):
            # Who asked for it may have ended before its turn came.
            reason = "aborted as was asked"
            return self._rollouts.endings.abort(rollout.rollout_id, reason=reason, checked=checked)
        if rollout.state is _S.PENDING:
            return self._rollouts.begin(rollout.rollout_id)
        if rollout.state is _S.ABORTING:
            return self._rollouts.endings.finish_abort(rollout.rollout_id)
        if rollout.state is _S.PROMOTING:
            return self._promote(rollout, checked)
        if rollout.state in SPLITTING:
            return self._look(rollout, checked)
        self._folded.pop(rollout.rollout_id, None)
        return rollout

    def _promote(self, rollout: Rollout, checked: Check) -> Rollout:
        if self._now() - rollout.progress.since < SETTLE_SECONDS * 1e6:
            return rollout
        try:
            return self._rollouts.endings.finish_promotion(rollout.rollout_id, checked=checked)
        except (LeaseTakenError, IllegalRolloutMoveError):
            raise
        except ModelkeepError:
            # Production refuses it, which was logged; a person decides.
            return self._rollouts.get(rollout.rollout_id)

    def _look(self, rollout: Rollout, checked: Check) -> Rollout:
        evidence = self._fold(rollout)
        now = self._now()
        looked = step_progress(rollout, now)
        change = change_after(rollout, judge(rollout.plan, evidence, looked), looked, now)
        if change.state is None and _same(change.progress.verdict, rollout.verdict):
            return rollout
        found = self._rollouts.apply(rollout.rollout_id, change, checked=checked)
        if found.state is _S.ABORTING:
            found = self._rollouts.endings.finish_abort(rollout.rollout_id)
        return found

    def _fold(self, rollout: Rollout) -> RolloutEvidence:
        evidence = self._folded.get(rollout.rollout_id)
        if evidence is None:
            evidence = self._folded[rollout.rollout_id] = RolloutEvidence(rollout.plan)
        try:
            for sequence, payload in self._evidence.read(
                rollout.rollout_id, after=evidence.sequence
            ):
                evidence.add(sequence, payload)
        except BaseException:
            # Half of a block may be counted: begin anew at the next look.
            del self._folded[rollout.rollout_id]
            raise
        return evidence

    def explain(self, name: str) -> Explanation:
        """Work the last verdict of a rollout out anew, from the evidence that is kept.

        Raises:
            RolloutNotFoundError: There is no such rollout.
            IllegalRolloutMoveError: The judge has not looked at it yet.
            EvidenceGoneError: Its evidence was removed.
            IntegrityError: The evidence is damaged.
        """
        rollout = self._rollouts.get(name)
        kept = rollout.verdict
        if not kept:
            raise IllegalRolloutMoveError(
                rollout.rollout_id, rollout.state.value, "explained", "no verdict was made yet"
            )
        looked, evidence, blocks = looked_of(kept), RolloutEvidence(rollout.plan), 0
        until = int(kept["evidence_until"])
        for sequence, payload in self._evidence.read(rollout.rollout_id, until=until):
            evidence.add(sequence, payload)
            blocks += 1
        if evidence.sequence < until:
            raise EvidenceGoneError(rollout.rollout_id, until, evidence.sequence)
        verdict = verdict_to_plain(judge(rollout.plan, evidence, looked), looked)
        recomputed = canonical.decode(canonical.encode(verdict))
        return Explanation(
            rollout=rollout,
            kept=kept,
            recomputed=recomputed,
            agrees=recomputed == kept,
            blocks=blocks,
        )

    def remove_evidence(self, *, older_than_days: float) -> list[str]:
        """Remove the evidence of rollouts that ended so long ago; their events stay.

        Returns:
            Whose was removed.
        """
        before = self._clock.now() - timedelta(days=older_than_days)
        gone = []
        for split_id in self._evidence.splits():
            try:
                rollout = self._rollouts.get(split_id)
            except RolloutNotFoundError:
                # Of an experiment.
                continue
            if not rollout.is_open and rollout.updated_at < before:
                self._evidence.remove(split_id)
                gone.append(split_id)
        return gone

    def _now(self) -> int:
        return canonical.to_microseconds(self._clock.now())


def _same(new: dict[str, Any], old: dict[str, Any]) -> bool:
    """Whether a verdict says nothing new: then nothing is written."""
    return (
        bool(old)
        and new["evidence_until"] == old["evidence_until"]
        and (new["decision"] == old["decision"])
    )
