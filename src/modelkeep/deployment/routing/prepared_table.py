"""A routing table made ready to choose by: all that a choice needs is worked out beforehand."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from modelkeep.deployment.routing import claims, points
from modelkeep.deployment.routing.points import Unit
from modelkeep.deployment.routing.table import Choice, Claim, RoutingTable
from modelkeep.errors import ClosedError, DamagedCatalogueError, InvalidInputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What n units got.

    Attributes:
        point: Their points, uint64.
        arm_index: Index of the arm of each in `table.arms`, uint8.
        forced: Where an override chose, bool; those are no evidence.
        table: The table that chose.
    """

    point: NDArray[np.uint64]
    arm_index: NDArray[np.uint8]
    forced: NDArray[np.bool_]
    table: RoutingTable


class PreparedTable:
    """A routing table made ready to choose by; it never changes.

    Args:
        table: The table.
        model_id: The model that it has to be of.

    Attributes:
        table: The table.
        choose: Returns the choice for a unit, or for None that of a random point.

    Raises:
        DamagedCatalogueError: The table contradicts itself or is of another model.
    """

    def __init__(self, table: RoutingTable, model_id: str) -> None:
        _check_table(table, model_id)
        self.table = table
        segments = [*table.claims, *(Claim(*gap, 0) for gap in claims.unclaimed(table.claims))]
        segments.sort()
        self._ends = [segment.end for segment in segments]
        self._arms = [segment.arm for segment in segments]
        self._hasher = points.hasher_of(table.salt)
        # By point, which is at hand: only a unit that has such a point is looked at further.
        self._forced = {
            self._hasher(unit): (points.unit_bytes(unit), arm)
            for unit, arm in table.overrides.items()
        }
        self.choose = self._chooser()

    def choose_batch(self, units: Iterable[Unit | None]) -> Choices:
        """Return what n units get.

        Args:
            units: n units, also as a one-dimensional numpy array; None for a random point.

        Returns:
            Arrays of n, in the same order.

        Raises:
            InvalidInputError: One of them is no unit, or a single unit was given.
        """
        import numpy as np

        listed = points.listed_units(units)
        point = points.points_of(self.table.salt, listed)
        # The last end is 2^64, which has no place in 64 bits and which no point reaches.
        segment = np.searchsorted(np.array(self._ends[:-1], np.uint64), point, side="right")
        arm_index = np.array(self._arms, np.uint8)[segment]
        forced = np.zeros(len(listed), np.bool_)
        if self._forced:
            suspects = np.isin(point, np.array(list(self._forced), np.uint64))
            for place in np.flatnonzero(suspects).tolist():
                arm = self._forced_arm(int(point[place]), listed[place])
                if arm is not None:
                    arm_index[place], forced[place] = arm, True
        return Choices(point=point, arm_index=arm_index, forced=forced, table=self.table)

    def _forced_arm(self, point: int, unit: Unit | None) -> int | None:
        unit_bytes, arm = self._forced[point]
        return arm if unit is not None and points.unit_bytes(unit) == unit_bytes else None

    def _chooser(self) -> Callable[[Unit | None], Choice]:
        """Return a function that has all it needs at hand."""
        table, ends, forced, forced_arm = self.table, self._ends, self._forced, self._forced_arm
        shadow = "" if table.shadow is None else table.arms[table.shadow].version_id
        by_arm = [
            # An arm is no shadow of itself.
            (arm.version_id, arm.name, arm.weight, index, "" if index == table.shadow else shadow)
            for index, arm in enumerate(table.arms)
        ]
        by_segment = [by_arm[arm] for arm in self._arms]
        revision, split_id, hasher = table.revision, table.split_id, self._hasher
        bisect, new, kind = bisect_right, tuple.__new__, Choice

        def choose(unit: Unit | None) -> Choice:
            point = hasher(unit)
            if point in forced and (arm := forced_arm(point, unit)) is not None:
                version_id, name, weight, arm, beside = by_arm[arm]
                fields = (version_id, name, weight, revision, split_id, point, arm, True, beside)
                return Choice(*fields)
            version_id, name, weight, arm, beside = by_segment[bisect(ends, point)]
            # What Choice(...) does, without its Python frame.
            return new(
                kind, (version_id, name, weight, revision, split_id, point, arm, False, beside)
            )

        return choose


class ClosedTable:
    """Stands in for the table of a router that is closed, so that no choice has to ask.

    Args:
        table: The table that chose until then.
    """

    def __init__(self, table: RoutingTable) -> None:
        self.table = table

    def choose(self, _unit: Unit | None) -> NoReturn:
        """Refuse."""
        self.refuse()

    def choose_batch(self, _units: Iterable[Unit | None]) -> NoReturn:
        """Refuse."""
        self.refuse()

    def refuse(self) -> NoReturn:
        """Say that the router is closed.

        Raises:
            ClosedError: Always.
        """
        raise ClosedError(f"the router of {self.table.model_id!r} is closed; make a new one")


def _check_table(table: RoutingTable, model_id: str) -> None:
    """Refuse a table that could not be chosen by, before it replaces one that can."""
    place = f"the routing table of {model_id!r}"
    if table.model_id != model_id:
        raise DamagedCatalogueError(place, f"it is that of {table.model_id!r}")
    named = [claim.arm for claim in table.claims] + list(table.overrides.values())
    named += [0] if table.shadow is None else [table.shadow]
    unknown = [arm for arm in named if not 0 <= arm < len(table.arms)]
    if unknown or len(table.arms) > claims.MOST_ARMS:
        raise DamagedCatalogueError(
            place, f"it has {len(table.arms)} arms, at most {claims.MOST_ARMS}, and names {unknown}"
        )
    try:
        claims.check_claims(table.claims)
    except InvalidInputError as error:
        raise DamagedCatalogueError(place, str(error)) from error
