"""From blocks of evidence to what counts in an experiment: the first outcome of each unit.

A unit counts once for a metric, by the first row or label that tells it, with the arm and the
shares of its exposure. A label counts at its exposure, whenever it comes. Without an effect the
time at which a unit tells a metric first must not depend on its arm.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from modelkeep.deployment.evidence.blocks import SHADOW, SINGLE, Block, Floats, LabelBlock
from modelkeep.deployment.evidence.counted import Metric, Outcomes
from modelkeep.deployment.evidence.predictions import LabelledRows, Predictions
from modelkeep.deployment.evidence.unit_memory import UnitSet
from modelkeep.deployment.experimenting.covariates import UnitCovariates
from modelkeep.deployment.experimenting.plan import ExperimentPlan
from modelkeep.deployment.statistics.shares import ShareEvidence
from modelkeep.errors import InvalidInputError

_ARM_BITS = 256

Arms = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FirstOutcomes:
    """Units that told a metric for the first time, in their order.

    Attributes:
        metric: The name of the metric.
        arms: The index of the arm of each, shape (units,).
        values: 1 or 0 for an event, seconds, or the value, shape (units,).
        shares: Of all arms at the exposure of each, shape (units, arms).
        covariates: Shape (units,); None in an experiment without.
    """

    metric: str
    arms: Arms
    values: Floats
    shares: Floats
    covariates: Floats | None = None


class ExperimentOutcomes:
    """Folds the blocks of an experiment, in their order.

    Args:
        plan: Says what is measured, and how many arms there are.

    Attributes:
        share_evidence: New units of each arm, held against the shares they should have.
        units: How many units each arm was seen to have, shape (arms,).
        unasked: Names of values that were recorded, though the plan does not ask for them.
    """

    def __init__(self, plan: ExperimentPlan) -> None:
        self._arms = len(plan.arms)
        self._metrics = [Metric(metric.name, metric.kind) for metric in plan.metrics]
        self._told = {metric.name: UnitSet() for metric in plan.metrics}
        self._seen = UnitSet()
        self._predictions = Predictions()
        self._covariates = None if plan.covariate is None else UnitCovariates(plan.covariate)
        # The vectors of shares that were in force; a row keeps the number of its own.
        self._shares: dict[tuple[float, ...], int] = {}
        self._asked = {plan.covariate, *(metric.name for metric in plan.metrics)}
        self.share_evidence = ShareEvidence()
        self.units = np.zeros(self._arms, dtype=np.int64)
        self.unasked: set[str] = set()

    @property
    def without_covariate(self) -> int:
        """How many units counted with the mean of the covariate, because they had none."""
        return 0 if self._covariates is None else self._covariates.missing

    @property
    def unknown_labels(self) -> int:
        """How many labels came for predictions that were not seen, until now."""
        return self._predictions.unknown

    def add(self, block: Block | LabelBlock) -> Iterator[FirstOutcomes]:
        """Give what counts of the next block.

        Args:
            block: The one that was written after the last.

        Raises:
            InvalidInputError: The block splits the units into other arms than the plan.
        """
        for name, numbers in block.values.items():
            if name not in self._asked and not np.isnan(numbers).all():
                self.unasked.add(name)
        if isinstance(block, LabelBlock):
            yield from self._first(_outcomes_of(self._predictions.label(block)))
            return
        codes = self._codes_of(block)
        self._count_units(block)
        if self._covariates is not None:
            self._covariates.learn(block)
        rows = Outcomes(
            points=block.points,
            arms=np.zeros(block.count, dtype=np.bool_),
            weights=codes,
            successes=block.successes,
            latencies=block.latencies,
            values=block.values,
            pairs=block.pairs,
        )
        yield from self._first(rows)
        if block.predictions.any():
            # Of a pair only what was served belongs to the arm.
            named = np.where(block.pairs == SHADOW, np.uint64(0), block.predictions)
            waited = self._predictions.expose(named, block.points, rows.arms, codes)
            yield from self._first(_outcomes_of(waited))

    def _codes_of(self, block: Block) -> Floats:
        """Return for each row a number for its arm and its shares, as exact as a float may be."""
        numbers = []
        for revision in block.revisions:
            if len(revision.weights) != self._arms:
                raise InvalidInputError(
                    f"revision {revision.revision} of {block.split_id!r} has "
                    f"{len(revision.weights)} arms; the experiment has {self._arms}"
                )
            shares = tuple(float(weight) for weight in revision.weights)
            numbers.append(self._shares.setdefault(shares, len(self._shares)))
        of_row = np.array(numbers, dtype=np.float64)[block.revision_indices]
        codes: Floats = of_row * _ARM_BITS + block.arms
        return codes

    def _count_units(self, block: Block) -> None:
        new = self._seen.first(block.points) & (block.pairs != SHADOW)
        self.units += np.bincount(block.arms[new], minlength=self._arms)
        for index, revision in enumerate(block.revisions):
            here = new & (block.revision_indices == index)
            counts = np.bincount(block.arms[here], minlength=self._arms)
            self.share_evidence.add(counts, tuple(revision.weights))

    def _first(self, rows: Outcomes) -> Iterator[FirstOutcomes]:
        table = np.array(list(self._shares)).reshape(-1, self._arms)
        for metric in self._metrics:
            told, numbers = rows.told(metric)
            at = np.flatnonzero(told & (rows.pairs != SHADOW))
            at = at[self._told[metric.name].first(rows.points[at])]
            if not len(at):
                continue
            numbered, arms = np.divmod(rows.weights[at].astype(np.int64), _ARM_BITS)
            points = rows.points[at]
            yield FirstOutcomes(
                metric=metric.name,
                arms=arms,
                values=numbers[at].astype(np.float64),
                shares=table[numbered],
                covariates=None if self._covariates is None else self._covariates.of(points),
            )


def _outcomes_of(labelled: LabelledRows) -> Outcomes:
    count = len(labelled.rows)
    return Outcomes(
        points=labelled.points,
        arms=labelled.arms,
        weights=labelled.weights,
        successes=labelled.successes,
        latencies=np.full(count, np.nan, dtype=np.float32),
        values=labelled.values,
        pairs=np.full(count, SINGLE, dtype=np.uint8),
    )
