"""The tables that a recorder was told of, by their revision."""

from __future__ import annotations

import threading
from collections.abc import Callable

from modelkeep.deployment.evidence.blocks import MOST_REVISIONS, Revision
from modelkeep.deployment.routing.table import POINTS, Choice, RoutingTable
from modelkeep.errors import InvalidInputError


class KnownTables:
    """How the units were split at each revision.

    Args:
        current_table: Gives the table that chooses now, for a choice of a revision that nobody
            told of; None where `know` is called in time.

    Attributes:
        revisions: What the rows of a revision refer to, by its number.
        arms: How many arms each revision has.
    """

    def __init__(self, current_table: Callable[[], RoutingTable] | None) -> None:
        self._current_table = current_table
        self._lock = threading.Lock()
        self._split_ids: dict[int, str] = {}
        self._last_splits: dict[str, str] = {}  # of each model
        self.revisions: dict[int, Revision] = {}
        self.arms: dict[int, int] = {}

    def know(self, table: RoutingTable) -> None:
        """Take note of a table.

        Raises:
            InvalidInputError: Another split was told under this revision.
        """
        if not table.split_id:
            return
        with self._lock:
            known = self._split_ids.setdefault(table.revision, table.split_id)
            if known != table.split_id:
                raise InvalidInputError(
                    f"revision {table.revision} is of split {table.split_id!r}, but was told to be "
                    f"of {known!r}; a revision is of one table"
                )
            if table.revision in self.arms:
                return
            self._last_splits[table.model_id] = table.split_id
            weights = tuple(float(arm.weight) for arm in table.arms)
            self.revisions[table.revision] = Revision(table.revision, weights, table.shadow)
            self.arms[table.revision] = len(weights)
            if len(self.arms) > MOST_REVISIONS:
                oldest = next(iter(self.arms))
                del self.arms[oldest], self._split_ids[oldest], self.revisions[oldest]

    def check(self, choice: Choice) -> None:
        """Refuse a choice that no known table can have made.

        Raises:
            InvalidInputError: Its revision, its split, its arm or its point cannot be.
        """
        if choice.revision not in self.arms and self._current_table is not None:
            self.know(self._current_table())
        arms = self.arms.get(choice.revision)
        if arms is None:
            raise InvalidInputError(
                f"the choice is of revision {choice.revision}, which this recorder was not told "
                "of; call know with its table first"
            )
        if self._split_ids[choice.revision] != choice.split_id:
            raise InvalidInputError(
                f"the choice is of split {choice.split_id!r}, but revision {choice.revision} is of "
                f"{self._split_ids[choice.revision]!r}"
            )
        if not 0 <= choice.arm_index < arms:
            raise InvalidInputError(
                f"arm_index is {choice.arm_index}; revision {choice.revision} has {arms} arms"
            )
        if not 0 <= choice.point < POINTS:
            raise InvalidInputError(f"point is {choice.point}; it must be in [0, 2**64)")

    def splits_of_label(self, split_id: str) -> tuple[str, ...]:
        """Return the splits that a label goes to.

        Args:
            split_id: The one that its caller named; empty for the last one of each model, and
                nowhere in particular if there is none.
        """
        if split_id:
            return (split_id,)
        return tuple(self._last_splits.values()) or ("",)
