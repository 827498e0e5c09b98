"""What was known of each unit before the experiment, for CUPED."""

from __future__ import annotations

import numpy as np

from modelkeep.deployment.evidence.blocks import Block, Floats, Points
from modelkeep.deployment.evidence.groups import Groups
from modelkeep.deployment.evidence.sorted_runs import Column, Found, SortedRuns


class UnitCovariates:
    """The covariate of each unit: what was recorded of it first.

    A unit that has none counts with the mean of those known by then. Whether it has one must not
    depend on its arm, and then that leaves the difference of the arms as it is.

    Args:
        name: Under which it is recorded.

    Attributes:
        missing: How many units were asked for that had none.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._known = SortedRuns(np.float64)
        self._sum = 0.0
        self.missing = 0

    def learn(self, block: Block) -> None:
        """Remember those that a block tells.

        Args:
            block: Rows as they were recorded.
        """
        if self._name not in block.values:
            return
        told = np.flatnonzero(~np.isnan(block.values[self._name]))
        groups = Groups.of(block.points[told])
        first = block.values[self._name][told[groups.order[groups.starts]]]

        def change(found: Found, known: list[Column]) -> list[Column]:
            return [np.where(found, known[0], first)]

        found = self._known.update(groups.keys, change)
        self._sum += float(first[~found].sum())

    def of(self, points: Points) -> Floats:
        """Return the covariates of units.

        Args:
            points: Of the units, none twice, shape (units,).
        """
        groups = Groups.of(points)
        found, (known,) = self._known.get(groups.keys)
        mean = self._sum / len(self._known) if len(self._known) else 0.0
        self.missing += int(np.count_nonzero(~found))
        covariates = np.empty(len(points))
        covariates[groups.order] = groups.spread(np.where(found, known, mean))
        return covariates
