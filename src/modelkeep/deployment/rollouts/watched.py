"""The evidence of a rollout, metric by metric, as the judge looks at it.

The probability of the canary that a row carries is its share when the row was recorded
(`marginal` in `Fold`), and each unit counts once: by its first event, or its first value. Without
harm the time of that does not depend on the arm, so at that time the arm is a fresh coin of the
share of then, also for a unit that was seen in stable before a ramp moved it.
"""

from __future__ import annotations

import numpy as np

from modelkeep.deployment.evidence import encoding
from modelkeep.deployment.evidence.blocks import SHADOW, Block
from modelkeep.deployment.evidence.counted import Counted
from modelkeep.deployment.evidence.first_exceedances import FirstExceedances
from modelkeep.deployment.evidence.rows import Fold
from modelkeep.deployment.evidence.totals import ArmTotals
from modelkeep.deployment.evidence.unit_memory import UnitSet
from modelkeep.deployment.rollouts.plan import CanaryPlan, GuardedMetric
from modelkeep.deployment.statistics.exceedances import LatencyEvidence, ThresholdWarmUp
from modelkeep.deployment.statistics.rates import RateEvidence
from modelkeep.deployment.statistics.shares import ShareEvidence
from modelkeep.deployment.statistics.values import StandardWarmUp, ValueEvidence


class WatchedRate:
    """First events of units."""

    def __init__(self) -> None:
        self.evidence = RateEvidence()

    def add(self, rows: Counted) -> None:
        """Count the rows."""
        self.evidence.add(rows.arms, rows.weights)


class WatchedLatency:
    """Latencies: the first stable ones give the thresholds, what comes then counts.

    Attributes:
        evidence: None until the warm-up is over.
    """

    def __init__(self, warm_up_units: int) -> None:
        self._warm_up = ThresholdWarmUp(warm_up_units)
        self.evidence: LatencyEvidence | None = None
        self._first: FirstExceedances | None = None

    def add(self, rows: Counted) -> None:
        """Count the rows."""
        start = 0
        if self.evidence is None:
            start = warmed_up(self._warm_up, rows)
            if not self._warm_up.is_complete:
                return
            self.evidence = LatencyEvidence(self._warm_up.thresholds())
            self._first = FirstExceedances(self.evidence.thresholds)
        assert self._first is not None
        latencies = rows.outcomes[start:]
        first = self._first.mark(rows.points[start:], latencies, pairs=rows.pairs[start:])
        self.evidence.add(latencies, rows.arms[start:], rows.weights[start:], first=first)


class WatchedValue:
    """First values of units: the first stable ones give the scale, what comes then counts.

    Attributes:
        evidence: None until the warm-up is over.
    """

    def __init__(self, warm_up_units: int, *, higher_is_better: bool) -> None:
        self._warm_up = StandardWarmUp(warm_up_units)
        self._higher_is_better = higher_is_better
        self.evidence: ValueEvidence | None = None

    def add(self, rows: Counted) -> None:
        """Count the rows."""
        start = 0
        if self.evidence is None:
            start = warmed_up(self._warm_up, rows)
            if not self._warm_up.is_complete:
                return
            standard = self._warm_up.standard(higher_is_better=self._higher_is_better)
            self.evidence = ValueEvidence(standard)
        self.evidence.add(rows.outcomes[start:], rows.arms[start:], rows.weights[start:])


def warmed_up(warm_up: ThresholdWarmUp | StandardWarmUp, rows: Counted) -> int:
    """Give the stable rows to a warm-up; return from which row on both arms count."""
    stable = np.flatnonzero(~rows.arms)
    taken = warm_up.add(rows.outcomes[stable])
    if not warm_up.is_complete:
        return len(rows.arms)
    last = int(stable[taken - 1]) + 1 if taken else 0
    # A pair counts as a whole or not at all.
    return last + 1 if last < len(rows.pairs) and rows.pairs[last] == SHADOW else last


Watched = WatchedRate | WatchedLatency | WatchedValue


class RolloutEvidence:
    """All evidence of a rollout: a function of its blocks in their order, and of the plan.

    Args:
        plan: Says what is guarded.

    Attributes:
        metrics: What was seen, by the name of the metric.
        shares: How many units each arm got, held against the shares it should have.
        sequence: Of the last block that was added.
    """

    def __init__(self, plan: CanaryPlan) -> None:
        kinds = [(each.name, each.kind) for each in plan.metrics]
        self._fold = Fold(metrics=kinds, assignment="marginal")
        self._seen = UnitSet()
        self.metrics: dict[str, Watched] = {
            each.name: _watched(each, plan.warm_up_units) for each in plan.metrics
        }
        self.shares = ShareEvidence()
        self.sequence = 0

    def add(self, sequence: int, payload: bytes) -> None:
        """Add the next block.

        Raises:
            DamagedEvidenceError: It is not what was written.
        """
        block = encoding.decode(payload)
        for name, rows in self._fold.add(block).items():
            self.metrics[name].add(rows)
        if isinstance(block, Block):
            self._count_shares(block)
        self.sequence = sequence

    def _count_shares(self, block: Block) -> None:
        new = self._seen.first(block.points)
        for index, revision in enumerate(block.revisions):
            shares = tuple(revision.weights)
            if revision.shadow is not None or not all(0 < each < 1 for each in shares):
                continue
            here = new & (block.revision_indices == index)
            counts = np.bincount(block.arms[here], minlength=len(shares))
            self.shares.add(counts, shares)

    @property
    def totals(self) -> tuple[ArmTotals, ArmTotals]:
        """Raw counts of the stable arm and of the canary."""
        return self._fold.totals

    @property
    def unasked(self) -> frozenset[str]:
        """Names of values that were recorded though nothing guards them."""
        return self._fold.unasked


def _watched(metric: GuardedMetric, warm_up_units: int) -> Watched:
    if metric.kind == "event":
        return WatchedRate()
    if metric.kind == "latency":
        return WatchedLatency(warm_up_units)
    return WatchedValue(warm_up_units, higher_is_better=metric.higher_is_better)
