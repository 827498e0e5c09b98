"""Choices that come as arrays: what they must be, and the copy that a recorder keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import numpy.typing as npt

from modelkeep.deployment.evidence.admission import (
    PredictionIds,
    ValueNames,
    checked_latencies,
    checked_prediction_ids,
    checked_successes,
)
from modelkeep.deployment.evidence.blocks import Bytes, Points
from modelkeep.deployment.evidence.waiting import Batch
from modelkeep.deployment.routing.table import RoutingTable
from modelkeep.errors import InvalidInputError


class Choices(Protocol):
    """Choices of one table as arrays.

    Where it has an array `forced` of bool, those rows are no evidence.
    """

    @property
    def point(self) -> Points:
        """Of each unit, shape (n,)."""

    @property
    def arm_index(self) -> Bytes:
        """Of each unit, shape (n,)."""

    @property
    def table(self) -> RoutingTable:
        """What chose."""


def to_batch(
    choices: Choices,
    names: ValueNames,
    *,
    success: npt.ArrayLike | None,
    latency_seconds: npt.ArrayLike | None,
    values: Mapping[str, npt.ArrayLike] | None,
    prediction_ids: PredictionIds | None,
) -> Batch:
    """Return what became of choices as arrays of its own, without those that are no evidence.

    Args:
        choices: What the router said of n units.
        names: Of the values seen so far.
        success: Truth values, or 0, 1 and NaN for not known, shape (n,).
        latency_seconds: NaN where not known, shape (n,).
        values: Arrays of shape (n,) by name; NaN where not known.
        prediction_ids: n texts, or hashes.

    Raises:
        InvalidInputError: Something is not what it must be.
    """
    points, arms = _checked_choices(choices)
    count = len(points)
    batch = Batch(
        split_id=choices.table.split_id,
        revision=choices.table.revision,
        points=points,
        arms=arms,
        successes=checked_successes(success, count),
        latencies=checked_latencies(latency_seconds, count),
        values=names.checked_arrays(values, count),
        predictions=checked_prediction_ids(prediction_ids, count),
    )
    forced = getattr(choices, "forced", None)
    return batch if forced is None else _without(batch, np.asarray(forced))


def _checked_choices(choices: Choices) -> tuple[Points, Bytes]:
    points, indices = np.asarray(choices.point), np.asarray(choices.arm_index)
    arms = len(choices.table.arms)
    if points.dtype != np.uint64 or points.ndim != 1:
        raise InvalidInputError(
            f"point is {points.dtype} of shape {points.shape}; it must be uint64 of shape (n,)"
        )
    if indices.dtype != np.uint8 or indices.shape != points.shape:
        raise InvalidInputError(
            f"arm_index is {indices.dtype} of shape {indices.shape}; "
            f"it must be uint8 of shape {points.shape}"
        )
    if indices.size and indices.max() >= arms:
        raise InvalidInputError(f"arm_index holds {indices.max()}; the table has {arms} arms")
    return points.copy(), indices.copy()


def _without(batch: Batch, forced: npt.NDArray[np.bool_]) -> Batch:
    if forced.dtype != np.bool_ or forced.shape != batch.points.shape:
        raise InvalidInputError(
            f"forced is {forced.dtype} of shape {forced.shape}; "
            f"it must be bool of shape {batch.points.shape}"
        )
    if not forced.any():
        return batch
    kept = np.flatnonzero(~forced)
    ids = batch.predictions
    return batch._replace(
        points=batch.points[kept],
        arms=batch.arms[kept],
        successes=batch.successes[kept],
        latencies=batch.latencies[kept],
        values={name: numbers[kept] for name, numbers in batch.values.items()},
        predictions=tuple(ids[at] for at in kept) if isinstance(ids, tuple) else ids[kept],
    )
