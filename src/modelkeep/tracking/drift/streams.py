"""A stream of single values, watched for a change of its mean by ADWIN."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from modelkeep.errors import InvalidInputError, InvalidSettingError, MissingExtraError


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanChange:
    """A change of the mean that was found.

    Attributes:
        found_at: The number of values before the one it was found with, since the beginning.
        began_at: From which value on the mean is the later one, as ADWIN cuts its window; it is
            about right, not exact.
        mean_before: Of the values that the cut removed from the window.
        mean_after: Of those that are left.
    """

    found_at: int
    began_at: int
    mean_before: float
    mean_after: float


class AdwinStream:
    """Watches one number per row, such as 1 for an error, without a reference or a window length.

    Bifet and Gavalda, Learning from time-changing data with adaptive windowing, SIAM International
    Conference on Data Mining, 2007. It needs `modelkeep[river]`. After a change the window starts
    anew with the next value.

    Args:
        low: The least value there can be.
        high: The greatest; ADWIN's bound on wrong changes holds for values in a known range.
        delta: How readily it tells a change, 0 to 1.

    Raises:
        MissingExtraError: River is not installed.
        InvalidSettingError: A setting is out of range.

    Example:
        >>> stream = AdwinStream()
        >>> changes = stream.update([0.0, 1.0] * 500 + [1.0] * 500)
        >>> changes[0].found_at, round(changes[0].mean_before, 2)
        (1055, 0.5)
    """

    def __init__(self, *, low: float = 0.0, high: float = 1.0, delta: float = 0.002) -> None:
        if not 0 < delta < 1:
            raise InvalidSettingError("delta", delta, "between 0 and 1")
        if not (np.isfinite([low, high]).all() and low < high):
            raise InvalidSettingError("high", high, f"finite and above low, {low}")
        self._low, self._range = low, high - low
        self._detector = _detector(delta)
        self._rows = 0

    @property
    def rows(self) -> int:
        """How many values there were since the beginning."""
        return self._rows

    @property
    def window_rows(self) -> int:
        """How many of the last values the window holds."""
        return int(self._detector.width)

    @property
    def mean(self) -> float:
        """The mean of the values in the window; `low` where there are none."""
        return self._low + self._range * float(self._detector.estimation)

    def update(self, values: npt.ArrayLike) -> tuple[MeanChange, ...]:
        """Take in values and tell the changes found with them.

        Args:
            values: In the order they came, shape (rows,).

        Returns:
            The changes, in order; mostly none.

        Raises:
            InvalidInputError: A value is NaN or out of the range; none was taken in.
        """
        array = np.asarray(values, dtype=np.float64)
        if array.ndim != 1:
            raise InvalidInputError(f"values have the shape {array.shape}; it must be (rows,)")
        scaled = (array - self._low) / self._range
        # A NaN fails both comparisons, so it is found as well.
        wrong = ~((scaled >= 0) & (scaled <= 1))
        if wrong.any():
            at = int(np.argmax(wrong))
            raise InvalidInputError(
                f"value {at} is {array[at]}; it must be in "
                f"[{self._low}, {self._low + self._range}], the range of this stream"
            )
        return tuple(change for value in scaled.tolist() if (change := self._taken(value)))

    def _taken(self, value: float) -> MeanChange | None:
        detector = self._detector
        fresh = bool(detector.drift_detected)
        width, total = (0, 0.0) if fresh else (detector.width, detector.total)
        detector.update(value)
        self._rows += 1
        if not detector.drift_detected:
            return None
        removed = width + 1 - detector.width
        before = (total + value - detector.total) / removed
        return MeanChange(
            found_at=self._rows - 1,
            began_at=self._rows - int(detector.width),
            mean_before=self._low + self._range * float(before),
            mean_after=self.mean,
        )


def _detector(delta: float) -> Any:
    try:
        drift = importlib.import_module("river.drift")
    except ModuleNotFoundError as error:
        raise MissingExtraError("AdwinStream", "river", "river") from error
    return drift.ADWIN(delta=delta)
