"""The fold: blocks of records, in their order, become the rows that the statistics count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from modelkeep.deployment.evidence.blocks import SINGLE, Block, Floats, LabelBlock
from modelkeep.deployment.evidence.counted import Counted, Metric, Outcomes, counter_of
from modelkeep.deployment.evidence.predictions import LabelledRows, Predictions
from modelkeep.deployment.evidence.totals import ArmTotals, Tally
from modelkeep.deployment.evidence.unit_memory import UnitMemory
from modelkeep.errors import InvalidInputError, UnknownChoiceError

_ARMS = 2
_CANARY = 1

Bools = npt.NDArray[np.bool_]
Assignment = Literal["conditional", "marginal"]


class Fold:
    """Counts the evidence of a stable arm and a canary.

    The same blocks in the same order give the same rows, however the rows are cut into blocks.

    The probability of the canary that each row gets is one of two:

    - `conditional`: given all that was seen of the unit before. It is right whatever the metric
      and the traffic do, and a unit that returns while the weight stands still says nothing new.
    - `marginal`: the share of the canary when the row was recorded. It counts an event at any
      visit of a unit, so it finds harm sooner where units return. It is right where a unit counts
      once and, without harm, the time at which it counts does not depend on its arm.

    Args:
        metrics: What is to be counted; pairs of name and kind will do.
        assignment: Which probability the rows get.

    Raises:
        UnknownChoiceError: A kind or the assignment is none of those.
        InvalidInputError: A metric is named twice.
    """

    def __init__(
        self,
        *,
        metrics: Sequence[Metric | tuple[str, Literal["event", "latency", "value"]]],
        assignment: Assignment = "conditional",
    ) -> None:
        if assignment not in ("conditional", "marginal"):
            raise UnknownChoiceError("assignment", assignment, ("conditional", "marginal"))
        self._metrics = tuple(Metric(*metric) for metric in metrics)
        self._counters = {metric.name: counter_of(metric) for metric in self._metrics}
        if len(self._counters) < len(self._metrics):
            names = sorted(metric.name for metric in self._metrics)
            raise InvalidInputError(f"metrics are {names}; each may be named once")
        self._assignment = assignment
        self._units = UnitMemory()
        self._predictions = Predictions()
        self._tally = Tally(self._counters)
        self._names = {metric.name for metric in self._metrics if metric.kind != "latency"}
        self._unasked: set[str] = set()
        self._contradictions = 0

    @property
    def totals(self) -> tuple[ArmTotals, ArmTotals]:
        """The raw counts of the stable arm and of the canary."""
        return self._tally.totals()

    @property
    def unasked(self) -> frozenset[str]:
        """The names of the values that were told, though no metric asks for them."""
        return frozenset(self._unasked)

    @property
    def units(self) -> int:
        """How many units were seen, in any arm."""
        return len(self._units)

    @property
    def unknown_labels(self) -> int:
        """How many labels came for predictions that were not seen, until now."""
        return self._predictions.unknown

    @property
    def repeated_labels(self) -> int:
        """How many labels were not the first of their prediction; they do not count."""
        return self._predictions.repeated

    @property
    def contradictions(self) -> int:
        """How many rows were in an arm that the past of their unit excludes; 0 if all is well."""
        return self._contradictions

    def add(self, block: Block | LabelBlock) -> dict[str, Counted]:
        """Fold the next block.

        Args:
            block: The one that was written after the last.

        Returns:
            The rows that count, by the name of the metric.

        Raises:
            InvalidInputError: The block splits the units into more than two arms.
        """
        self._note_names(block)
        if isinstance(block, LabelBlock):
            rows = _outcomes_of(self._predictions.label(block))
        else:
            rows = self._exposed(block)
        counted = {}
        for metric in self._metrics:
            told, numbers = rows.told(metric)
            self._tally.add_metric(
                metric.name, rows.arms[told], numbers[told], are_events=metric.kind == "event"
            )
            counted[metric.name] = self._counters[metric.name].count(rows, told, numbers)
        return counted

    def _exposed(self, block: Block) -> Outcomes:
        arms, weights = self._assign(block)
        rows = Outcomes(
            points=block.points,
            arms=arms,
            weights=weights,
            successes=block.successes,
            latencies=block.latencies,
            values=block.values,
            pairs=block.pairs,
        )
        if not block.predictions.any():
            return rows
        predictions = np.where(block.pairs == SINGLE, block.predictions, np.uint64(0))
        labelled = self._predictions.expose(predictions, block.points, arms, weights)
        return _joined(rows, labelled) if len(labelled.rows) else rows

    def _assign(self, block: Block) -> tuple[Bools, Floats]:
        if any(len(revision.weights) > _ARMS for revision in block.revisions):
            raise InvalidInputError(
                f"a block of {block.split_id!r} has more than two arms; this counts a stable arm "
                "and a canary"
            )
        shares = np.array(
            [revision.weights[_CANARY] if revision.weights[_CANARY:] else 0.0
             for revision in block.revisions]
        )  # fmt: skip
        arms, share = block.arms == _CANARY, shares[block.revision_indices]
        paired = block.pairs != SINGLE
        observed = self._units.observe(block.points, arms, share, paired=paired)
        self._tally.add_rows(arms, observed.new_in_arm)
        impossible = np.where(arms, observed.weights == 0.0, observed.weights == 1.0)
        self._contradictions += int(np.count_nonzero(impossible))
        weights = observed.weights
        if self._assignment == "marginal":
            weights = np.where(paired, observed.weights, share)
            impossible = np.where(arms, weights == 0.0, weights == 1.0)
        # What cannot be says nothing: as sure as it happened.
        return arms, np.where(impossible, arms.astype(np.float64), weights)

    def _note_names(self, block: Block | LabelBlock) -> None:
        for name, numbers in block.values.items():
            if name not in self._names | self._unasked and not np.isnan(numbers).all():
                self._unasked.add(name)


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


def _joined(rows: Outcomes, labelled: LabelledRows) -> Outcomes:
    """Return rows with the labels that waited for them, each just after its exposure."""
    count, labels = len(rows.points), _outcomes_of(labelled)
    order = np.argsort(np.concatenate((np.arange(count), labelled.rows)), kind="stable")
    names = rows.values.keys() | labels.values.keys()

    def filled(of: Outcomes, name: str) -> Floats:
        return of.values.get(name, np.full(len(of.points), np.nan))

    return Outcomes(
        points=np.concatenate((rows.points, labels.points))[order],
        arms=np.concatenate((rows.arms, labels.arms))[order],
        weights=np.concatenate((rows.weights, labels.weights))[order],
        successes=np.concatenate((rows.successes, labels.successes))[order],
        latencies=np.concatenate((rows.latencies, labels.latencies))[order],
        values={
            name: np.concatenate((filled(rows, name), filled(labels, name)))[order]
            for name in sorted(names)
        },
        pairs=np.concatenate((rows.pairs, labels.pairs))[order],
    )
