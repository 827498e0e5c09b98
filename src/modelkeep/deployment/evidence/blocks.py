"""Blocks: batches of recorded rows as columns, the form in which evidence is kept and read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from modelkeep.errors import InvalidInputError

FAILED, SUCCEEDED, NOT_TOLD = 0, 1, 2
"""What a row says of its success."""
SINGLE, SERVED, SHADOW = 0, 1, 2
"""Whether a row stands alone, or is the served or the shadow half of a pair."""
MOST_ROWS = 1 << 18
MOST_REVISIONS = 1 << 16
MOST_ARMS = 255
MOST_VALUES = 64
MOST_NAME_BYTES = 255

Points = npt.NDArray[np.uint64]
Bytes = npt.NDArray[np.uint8]
Indices = npt.NDArray[np.uint16]
Seconds = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]
Values = Mapping[str, Floats]

_NO_VALUES: Values = MappingProxyType({})


class Revision(NamedTuple):
    """How the units were split while some of the rows were recorded.

    Attributes:
        revision: Of the routing table.
        weights: The share of each arm.
        shadow: The index of the arm that was called beside the first; None for none.
    """

    revision: int
    weights: tuple[float, ...]
    shadow: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """Rows of one split, in the order in which they were recorded; all arrays of one length.

    A pair is two rows next to one another: what was served, then the shadow.

    Attributes:
        split_id: The rollout or the experiment.
        first_at: About when the first row was recorded, microseconds since 1970 in UTC.
        last_at: When the rows were written, in the same unit.
        revisions: Those that the rows refer to.
        points: The point of each unit.
        arms: The index of each arm.
        revision_indices: Which of `revisions` each row had.
        successes: FAILED, SUCCEEDED or NOT_TOLD.
        latencies: In seconds; NaN where not told.
        values: Named values; NaN where not told.
        predictions: The hash of each prediction id; 0 for none.
        pairs: SINGLE, SERVED or SHADOW.

    Raises:
        InvalidInputError: The columns do not fit together.
    """

    split_id: str
    first_at: int = 0
    last_at: int = 0
    revisions: tuple[Revision, ...]
    points: Points
    arms: Bytes
    revision_indices: Indices
    successes: Bytes
    latencies: Seconds
    values: Values = field(default_factory=lambda: _NO_VALUES)
    predictions: Points
    pairs: Bytes

    def __post_init__(self) -> None:
        problem = _size_problem(self.fixed_columns, self.values) or _rows_problem(self)
        if problem:
            raise InvalidInputError(f"a block of evidence cannot be made: {problem}")

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.points)

    @property
    def fixed_columns(self) -> dict[str, npt.NDArray[np.generic]]:
        """Every column but the named values, by its name."""
        return {
            "points": self.points,
            "arms": self.arms,
            "revision_indices": self.revision_indices,
            "successes": self.successes,
            "latencies": self.latencies,
            "predictions": self.predictions,
            "pairs": self.pairs,
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelBlock:
    """Outcomes that became known after their predictions, in the order in which they came.

    Attributes:
        split_id: The rollout or the experiment; empty where the one who told did not know it.
        first_at: About when the first was recorded, microseconds since 1970 in UTC.
        last_at: When they were written, in the same unit.
        predictions: The hash of each prediction id.
        successes: FAILED, SUCCEEDED or NOT_TOLD.
        values: Named values; NaN where not told.

    Raises:
        InvalidInputError: The columns do not fit together.
    """

    split_id: str = ""
    first_at: int = 0
    last_at: int = 0
    predictions: Points
    successes: Bytes
    values: Values = field(default_factory=lambda: _NO_VALUES)

    def __post_init__(self) -> None:
        problem = _size_problem(self.fixed_columns, self.values) or _codes_problem(
            "successes", self.successes, NOT_TOLD
        )
        if problem:
            raise InvalidInputError(f"a block of labels cannot be made: {problem}")

    @property
    def count(self) -> int:
        """How many labels there are."""
        return len(self.predictions)

    @property
    def fixed_columns(self) -> dict[str, npt.NDArray[np.generic]]:
        """Every column but the named values, by its name."""
        return {"predictions": self.predictions, "successes": self.successes}


DTYPES: Mapping[str, np.dtype[np.generic]] = MappingProxyType(
    {
        "points": np.dtype("<u8"),
        "arms": np.dtype("u1"),
        "revision_indices": np.dtype("<u2"),
        "successes": np.dtype("u1"),
        "latencies": np.dtype("<f4"),
        "predictions": np.dtype("<u8"),
        "pairs": np.dtype("u1"),
    }
)
"""Of each column but the named values."""
VALUE_DTYPE: np.dtype[np.float64] = np.dtype("<f8")


def _size_problem(fixed: Mapping[str, npt.NDArray[np.generic]], values: Values) -> str:
    count = len(next(iter(fixed.values())))
    if count > MOST_ROWS:
        return f"it has {count} rows, {MOST_ROWS} is the most"
    if len(values) > MOST_VALUES:
        return f"it has {len(values)} named values, {MOST_VALUES} is the most"
    wanted = [(name, column, DTYPES[name]) for name, column in fixed.items()]
    wanted += [(name, column, VALUE_DTYPE) for name, column in values.items()]
    for name, column, dtype in wanted:
        if column.dtype != dtype or column.shape != (count,):
            return (
                f"{name!r} is {column.dtype} of shape {column.shape}, "
                f"it must be {dtype} of shape ({count},)"
            )
    for name in values:
        if not 0 < len(name.encode()) <= MOST_NAME_BYTES:
            return f"{name!r} is no name for a value"
    return ""


def _rows_problem(block: Block) -> str:
    if problem := _revisions_problem(block.revisions):
        return problem
    if not block.count:
        return ""
    if block.revision_indices.max() >= len(block.revisions):
        return f"a row refers to revision {block.revision_indices.max()} of {len(block.revisions)}"
    arms_of = np.array([len(revision.weights) for revision in block.revisions])
    if (block.arms >= arms_of[block.revision_indices]).any():
        return "a row has an arm that its revision does not have"
    return _codes_problem("successes", block.successes, NOT_TOLD) or _pairs_problem(block)


def _revisions_problem(revisions: tuple[Revision, ...]) -> str:
    if len(revisions) > MOST_REVISIONS:
        return f"it has {len(revisions)} revisions, {MOST_REVISIONS} is the most"
    for revision in revisions:
        arms = len(revision.weights)
        if not 0 < arms <= MOST_ARMS or not all(0 <= weight <= 1 for weight in revision.weights):
            return f"revision {revision.revision} has the weights {revision.weights}"
        if revision.shadow is not None and not 0 < revision.shadow < arms:
            return f"revision {revision.revision} has the shadow {revision.shadow} of {arms} arms"
    return ""


def _codes_problem(name: str, codes: Bytes, greatest: int) -> str:
    if codes.size and codes.max() > greatest:
        return f"{name} hold {codes.max()}, {greatest} is the greatest"
    return ""


def _pairs_problem(block: Block) -> str:
    pairs = block.pairs
    problem = _codes_problem("pairs", pairs, SHADOW)
    if problem or not pairs.any():
        return problem
    served, shadow = np.flatnonzero(pairs == SERVED), np.flatnonzero(pairs == SHADOW)
    if len(served) != len(shadow) or (served + 1 != shadow).any():
        return "a pair is not whole"
    if (block.points[served] != block.points[shadow]).any():
        return "the rows of a pair are of two units"
    return ""
