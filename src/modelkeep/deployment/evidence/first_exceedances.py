"""Which latencies are the first of their unit above each of some thresholds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from modelkeep.deployment.evidence.blocks import SERVED, Bytes, Points
from modelkeep.deployment.evidence.groups import Groups
from modelkeep.deployment.evidence.sorted_runs import Column, Found, SortedRuns
from modelkeep.errors import InvalidInputError, InvalidSettingError

_MOST_THRESHOLDS = 64

Bools = npt.NDArray[np.bool_]
_Masks = npt.NDArray[np.uint64]

_NONE = np.empty(0, dtype=np.intp)


class FirstExceedances:
    """Remembers which units were above which thresholds.

    Args:
        thresholds: In seconds, 1 to 64 finite numbers.

    Raises:
        InvalidSettingError: They are none, too many or not finite.
    """

    def __init__(self, thresholds: Sequence[float]) -> None:
        self._thresholds = np.asarray(thresholds, dtype=np.float64).ravel()
        count = len(self._thresholds)
        if not 0 < count <= _MOST_THRESHOLDS or not np.isfinite(self._thresholds).all():
            raise InvalidSettingError(
                "thresholds", thresholds, f"1 to {_MOST_THRESHOLDS} finite numbers"
            )
        self._places = np.uint64(1) << np.arange(count, dtype=np.uint64)
        self._dtype = np.dtype(f"u{next(size for size in (1, 2, 4, 8) if count <= 8 * size)}")
        self._runs = SortedRuns(self._dtype)

    def mark(
        self, points: Points, latencies: npt.ArrayLike, *, pairs: Bytes | None = None
    ) -> Bools:
        """Return which latencies are the first of their unit above each threshold.

        Args:
            points: Of the units, in the order they came, shape (rows,).
            latencies: In seconds, shape (rows,).
            pairs: SINGLE, SERVED or SHADOW for each row, shape (rows,); None where all stand
                alone. Where both halves of a pair are above, the unit is used up and neither
                counts, for that tells the arms not apart.

        Returns:
            Shape (rows, thresholds).

        Raises:
            InvalidInputError: The shapes differ, or a latency is NaN.
        """
        seconds = np.asarray(latencies, dtype=np.float64)
        if points.shape != seconds.shape or (pairs is not None and pairs.shape != points.shape):
            raise InvalidInputError(
                f"points and latencies have the shapes {points.shape} and {seconds.shape}; "
                "they and pairs must have the same"
            )
        if np.isnan(seconds).any():
            raise InvalidInputError("latencies hold NaN; leave out what was not told")
        above = seconds[:, None] > self._thresholds
        masks: _Masks = (above * self._places).sum(axis=1, dtype=np.uint64)
        uses, served = masks, np.flatnonzero(pairs == SERVED) if pairs is not None else _NONE
        if len(served):
            # The served half speaks for both; what both are above counts for neither.
            both = masks[served] & masks[served + 1]
            uses = masks.copy()
            uses[served] |= masks[served + 1]
            uses[served + 1] = 0
            masks[served] &= ~both
            masks[served + 1] &= ~both
        used = self._used_before(points, uses)
        used[served + 1] = used[served]
        marked: Bools = ((masks & ~used)[:, None] & self._places) != 0
        return marked

    def _used_before(self, points: Points, uses: _Masks) -> _Masks:
        used = np.zeros_like(uses)
        rows = np.flatnonzero(uses)
        groups = Groups.of(points[rows])
        new = uses[rows][groups.order].astype(self._dtype)

        def change(_: Found, known: list[Column]) -> list[Column]:
            before, after = groups.before_and_after(np.bitwise_or, known[0], new)
            used[rows[groups.order]] = before
            return [after]

        self._runs.update(groups.keys, change)
        return used
