"""What a recorder has taken and not yet written: small records, made quickly."""

from __future__ import annotations

from typing import NamedTuple

from modelkeep.deployment.evidence.blocks import Bytes, Floats, Points, Seconds

Row = tuple[
    str,  # split_id
    int,  # revision
    int,  # point
    int,  # arm
    bool | None,  # success
    float | None,  # latency in seconds
    dict[str, float] | None,  # values
    str | None,  # prediction id
    int,  # SINGLE, SERVED or SHADOW
]
"""A row; a plain tuple, since nothing else is made as quickly."""


class Pair(NamedTuple):
    """Two rows that belong together.

    Attributes:
        served: What was served.
        shadow: What was called beside it.
    """

    served: Row
    shadow: Row


class Batch(NamedTuple):
    """Rows as arrays of one length.

    Attributes:
        split_id: The rollout or the experiment.
        revision: Of the table that chose.
        points: Of the units.
        arms: The index of each arm.
        successes: FAILED, SUCCEEDED or NOT_TOLD.
        latencies: In seconds; NaN where not told.
        values: Named values; NaN where not told.
        predictions: Hashes, or the ids themselves, empty for none.
    """

    split_id: str
    revision: int
    points: Points
    arms: Bytes
    successes: Bytes
    latencies: Seconds
    values: dict[str, Floats]
    predictions: Points | tuple[str, ...]


class Label(NamedTuple):
    """A label.

    Attributes:
        split_ids: The splits that it is for.
        prediction_id: Of its prediction.
        success: Whether that was right; None where not told.
        values: Named values.
    """

    split_ids: tuple[str, ...]
    prediction_id: str
    success: bool | None
    values: dict[str, float] | None


class LabelBatch(NamedTuple):
    """Labels as arrays of one length.

    Attributes:
        split_ids: The splits that they are for.
        predictions: Hashes, or the ids themselves, empty for none.
        successes: FAILED, SUCCEEDED or NOT_TOLD.
        values: Named values; NaN where not told.
    """

    split_ids: tuple[str, ...]
    predictions: Points | tuple[str, ...]
    successes: Bytes
    values: dict[str, Floats]


Waiting = Row | Pair | Batch | Label | LabelBatch
