"""Warm-ups: the first values of the stable version, from which a test takes its yardstick.

The yardstick is frozen before the first value that counts, so it is predictable and cannot lean
towards either arm. All that arrived until then is left out of the evidence, the observations of the
canary as well: to leave out only the stable ones would make stable units rarer among the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from modelkeep.deployment.statistics.observations import FloatArray, checked_values
from modelkeep.errors import IllegalTransitionError, InvalidInputError, InvalidSettingError

LEAST = 20


class IncompleteWarmUpError(IllegalTransitionError):
    """A yardstick was asked for before the warm-up had all its values."""

    code = "incomplete_warm_up"

    def __init__(self, have: int, size: int) -> None:
        super().__init__(f"the warm-up has {have} of {size} stable values; add the others first")
        self.have = have
        self.size = size


class WarmUp:
    """Collects stable values until it has enough.

    Args:
        size: How many, at least 20.

    Raises:
        InvalidSettingError: Fewer.
    """

    def __init__(self, size: int = 300) -> None:
        if size < LEAST:
            raise InvalidSettingError("size", size, f"at least {LEAST} stable values")
        self.size = size
        self._values: list[float] = []

    def add(self, values: npt.ArrayLike) -> int:
        """Take values of the stable version, in the order of their arrival.

        Args:
            values: Finite numbers, shape (values,).

        Returns:
            How many were taken, the first ones; what comes after the last of them may be evidence.

        Raises:
            InvalidInputError: They are no finite numbers in one dimension.
        """
        flat = np.asarray(values, dtype=np.float64)
        checked = checked_values("values", flat, (flat.size,))
        taken = checked[: self.size - len(self._values)].tolist()
        self._values.extend(taken)
        return len(taken)

    @property
    def is_complete(self) -> bool:
        """Whether it has all its values."""
        return len(self._values) >= self.size

    def values(self) -> FloatArray:
        """Return the values, shape (size,).

        Raises:
            IncompleteWarmUpError: There are not enough yet.
        """
        if not self.is_complete:
            raise IncompleteWarmUpError(len(self._values), self.size)
        return np.array(self._values)

    def to_plain(self) -> dict[str, Any]:
        """Return it as lists and numbers for JSON."""
        return {"size": self.size, "values": list(self._values)}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Undo `to_plain`.

        Raises:
            InvalidInputError: It is not what `to_plain` returns.
        """
        try:
            warm_up = cls(int(plain["size"]))
            warm_up.add(plain["values"])
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidInputError(f"this is no stored warm-up: {error!r}") from error
        return warm_up
