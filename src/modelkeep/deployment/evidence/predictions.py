"""Predictions that wait for their labels, and labels that wait for their predictions."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from modelkeep.deployment.evidence.blocks import (
    NOT_TOLD,
    Bytes,
    Floats,
    LabelBlock,
    Points,
    Values,
)
from modelkeep.deployment.evidence.groups import Groups
from modelkeep.deployment.evidence.sorted_runs import Column, Found, SortedRuns

Bools = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]

_CANARY, _LABELLED = 1, 2
_BLOCK_BITS = 32


def prediction_hash(prediction_id: str) -> int:
    """Return what stands for a prediction id: 8 bytes of BLAKE2b (RFC 7693), and never 0.

    Args:
        prediction_id: Any text.

    Example:
        >>> prediction_hash("request-1") == prediction_hash("request-1") != 0
        True
    """
    # Also a lone surrogate has bytes here: recording must not fail for it.
    text = prediction_id.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "little") or 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelledRows:
    """Labels with what their predictions were, one row each.

    Attributes:
        rows: The row of the exposure, or of the label, that brought the two together.
        points: Of the units.
        arms: Whether each was in the canary.
        weights: The probability of the canary at the exposure.
        successes: FAILED, SUCCEEDED or NOT_TOLD.
        values: Named values; NaN where not told.
    """

    rows: Rows
    points: Points
    arms: Bools
    weights: Floats
    successes: Bytes
    values: Values


class Predictions:
    """Brings labels and the exposures of their predictions together, whichever comes first.

    The first label of a prediction counts, and the first exposure of a prediction id. A label that
    comes before its exposure waits for it.

    Attributes:
        repeated: How many labels were not the first of their prediction.
    """

    def __init__(self) -> None:
        self._exposed = SortedRuns(np.uint64, np.float64, np.uint8)
        self._waiting = SortedRuns(np.int64)  # the number of a block, and a row in it
        self._blocks: dict[int, LabelBlock] = {}
        self._left: dict[int, int] = {}  # how many labels of each block still wait
        self._next_block = 0
        self.repeated = 0

    @property
    def unknown(self) -> int:
        """How many labels have no prediction yet."""
        return len(self._waiting)

    def __len__(self) -> int:
        return len(self._exposed)

    def expose(
        self, predictions: Points, points: Points, arms: Bools, weights: Floats
    ) -> LabelledRows:
        """Remember exposures, and return the labels that waited for them.

        Args:
            predictions: The hash of each prediction id; 0 for none, shape (rows,).
            points: Of the units, shape (rows,).
            arms: Whether each was in the canary, shape (rows,).
            weights: The probability of the canary given the past of the unit, shape (rows,).
        """
        named = np.flatnonzero(predictions)
        groups = Groups.of(predictions[named])
        first = named[groups.order[groups.starts]]
        news: list[Column] = [points[first], weights[first], arms[first].astype(np.uint8)]

        def change(found: Found, known: list[Column]) -> list[Column]:
            return [np.where(found, old, new) for old, new in zip(known, news, strict=True)]

        known = self._exposed.update(groups.keys, change)
        keys, first = groups.keys[~known], first[~known]
        waited, (places,) = self._waiting.get(keys)
        return self._resolve(keys[waited], first[waited], places[waited])

    def label(self, block: LabelBlock) -> LabelledRows:
        """Return what the predictions of labels were; those that are not known are kept.

        Args:
            block: The labels, in the order they came.
        """
        groups = Groups.of(block.predictions)
        first = groups.order[groups.starts]
        self.repeated += block.count - len(first)
        found, columns = self._exposed.get(groups.keys)
        self._keep_waiting(block, groups.keys[~found], first[~found])
        fresh = found & ((columns[2] & np.uint8(_LABELLED)) == 0)
        self.repeated += int(found.sum()) - int(fresh.sum())
        exposures = [column[fresh] for column in columns]
        self._exposed.update(groups.keys[fresh], _mark_labelled)
        rows = first[fresh]
        values = {name: column[rows] for name, column in block.values.items()}
        return _in_order(rows, exposures, block.successes[rows], values)

    def _keep_waiting(self, block: LabelBlock, keys: Points, rows: Rows) -> None:
        waits, (places,) = self._waiting.get(keys)
        self.repeated += int(waits.sum())
        keys, rows = keys[~waits], rows[~waits]
        if not len(keys):
            return
        number, self._next_block = self._next_block, self._next_block + 1
        self._blocks[number] = LabelBlock(
            split_id=block.split_id,
            predictions=keys,
            successes=block.successes[rows],
            values={name: column[rows] for name, column in block.values.items()},
        )
        self._left[number] = len(keys)
        places = (number << _BLOCK_BITS) + np.arange(len(keys), dtype=np.int64)
        self._waiting.update(keys, lambda _, __: [places])

    def _resolve(self, keys: Points, rows: Rows, places: npt.NDArray[np.int64]) -> LabelledRows:
        _, exposures = self._exposed.get(keys)
        self._exposed.update(keys, _mark_labelled)
        self._waiting.remove(keys)
        numbers, inside = places >> _BLOCK_BITS, places & ((1 << _BLOCK_BITS) - 1)
        successes = np.full(len(keys), NOT_TOLD, dtype=np.uint8)
        values: dict[str, Floats] = {}
        for number, count in zip(*(a.tolist() for a in np.unique_counts(numbers)), strict=True):
            mine, block = numbers == number, self._blocks[number]
            successes[mine] = block.successes[inside[mine]]
            for name, column in block.values.items():
                values.setdefault(name, np.full(len(keys), np.nan))[mine] = column[inside[mine]]
            self._left[number] -= count
            if not self._left[number]:
                del self._blocks[number], self._left[number]
        return _in_order(rows, exposures, successes, values)


def _mark_labelled(_: Found, known: list[Column]) -> list[Column]:
    return [*known[:2], known[2] | np.uint8(_LABELLED)]


def _in_order(
    rows: Rows, exposures: list[Column], successes: Bytes, values: Values
) -> LabelledRows:
    order = np.argsort(rows)
    points, weights, bits = (column[order] for column in exposures)
    return LabelledRows(
        rows=rows[order],
        points=points,
        arms=(bits & np.uint8(_CANARY)) != 0,
        weights=weights,
        successes=successes[order],
        values={name: column[order] for name, column in values.items()},
    )
