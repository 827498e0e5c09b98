"""What was logged, as columns: in bulk, on the thread that writes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter
from typing import Any, cast

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Answer = str | int | float | bool

FAILED, SUCCEEDED, NOT_TOLD = 0, 1, 2
_SUCCESSES = {False: FAILED, True: SUCCEEDED, None: NOT_TOLD}
_AT_ONCE = 8192  # rows; the interpreter is held for a few milliseconds at a time


RowTuple = tuple[
    str,  # id of the version
    int | None,  # when, in microseconds since 1970; None for when it is written
    Answer | None,  # prediction
    Answer | None,  # label
    float | None,  # probability
    bool | None,  # success
    float | None,  # seconds
    Mapping[str, Answer | None] | None,  # features
    str | None,  # unit
    str | None,  # id of the prediction
]
"""One call of `log`, checked."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns:
    """Rows of one version, each column of the same length or None where nothing was told.

    Attributes:
        at: Microseconds since 1970, int64; None for now.
        predictions: Numbers (float64), or classes (integers, booleans, or objects: text); None
            within objects and NaN within numbers is nothing told. `labels` likewise.
        probabilities: That the prediction is right, NaN where not told.
        successes: FAILED, SUCCEEDED or NOT_TOLD, uint8.
        latencies: Seconds, NaN where not told.
        features: Numbers (float64) or classes (objects) by name.
        units: Texts; None within it is nothing told. `prediction_ids` likewise.
    """

    version_id: str
    count: int
    at: Array | None = None
    predictions: Array | None = None
    labels: Array | None = None
    probabilities: Array | None = None
    successes: Array | None = None
    latencies: Array | None = None
    features: Mapping[str, Array] = field(default_factory=dict)
    units: Sequence[str | None] | None = None
    prediction_ids: Sequence[str | None] | None = None

    def taken(self, rows: Array) -> Columns:
        """Return some of the rows, by an array of their numbers or of truth values."""

        def some(column: Array | None) -> Array | None:
            return None if column is None else column[rows]

        def listed(column: Sequence[str | None] | None) -> Sequence[str | None] | None:
            return None if column is None else np.array(column, dtype=object)[rows].tolist()

        return Columns(
            version_id=self.version_id,
            count=int(np.arange(self.count)[rows].size),
            at=some(self.at),
            predictions=some(self.predictions),
            labels=some(self.labels),
            probabilities=some(self.probabilities),
            successes=some(self.successes),
            latencies=some(self.latencies),
            features={name: column[rows] for name, column in self.features.items()},
            units=listed(self.units),
            prediction_ids=listed(self.prediction_ids),
        )


def to_columns(waiting: Iterable[RowTuple | Columns]) -> Iterator[Columns]:
    """Give what waits as columns, in its order."""
    for kind, run in groupby(waiting, key=type):
        if kind is Columns:
            yield from cast("Iterator[Columns]", run)
            continue
        for version_id, same in groupby(cast("Iterator[RowTuple]", run), key=itemgetter(0)):
            rows = list(same)
            for start in range(0, len(rows), _AT_ONCE):
                yield _of_rows(version_id, rows[start : start + _AT_ONCE])


def _of_rows(version_id: str, rows: Sequence[RowTuple]) -> Columns:
    (_, at, predictions, labels, probabilities, successes, latencies, features, units, ids) = zip(
        *rows, strict=True
    )
    count = len(rows)
    return Columns(
        version_id=version_id,
        count=count,
        at=_moments(at),
        predictions=answers(predictions),
        labels=answers(labels),
        probabilities=_floats(probabilities),
        successes=np.frombuffer(bytes(map(_SUCCESSES.__getitem__, successes)), np.uint8),
        latencies=_floats(latencies),
        features=_by_name(features),
        units=units if any(units) else None,
        prediction_ids=ids if any(ids) else None,
    )


def _moments(at: Sequence[int | None]) -> Array | None:
    """A row without a time keeps the least number, which stands for now."""
    if not any(at):
        return None
    return np.array([NOW if each is None else each for each in at], dtype=np.int64)


NOW = np.iinfo(np.int64).min


def _floats(values: Sequence[float | None]) -> Array | None:
    # None becomes NaN.
    column = np.array(values, dtype=np.float64)
    return None if np.isnan(column).all() else column


def answers(values: Sequence[Answer | None]) -> Array | None:
    """Return a column of numbers if one of them is a float, else one of classes.

    Args:
        values: What models answered, or what was true; None where that is not known.

    Returns:
        float64, int64 or objects; None where nothing is known.
    """
    kinds = set(map(type, values))
    kinds.discard(type(None))
    if not kinds:
        return None
    if float in kinds and str not in kinds:
        return np.array(values, dtype=np.float64)
    if kinds == {int} and None not in values:
        try:
            return np.array(values, dtype=np.int64)
        except OverflowError:
            pass
    column = np.empty(len(values), dtype=object)
    # Numbers among texts are classes like them; a class is never NaN.
    column[:] = [_as_class(each) for each in values] if float in kinds else values
    return column


def _as_class(value: Answer | None) -> Answer | None:
    if not isinstance(value, float):
        return value
    return None if math.isnan(value) else repr(value)


def _by_name(features: Sequence[Mapping[str, Any] | None]) -> dict[str, Array]:
    told = [each for each in features if each]
    if not told:
        return {}
    columns = {}
    first = told[0].keys()
    names = first if all(each.keys() == first for each in told) else {n for f in told for n in f}
    for name in sorted(names):
        column = answers([each.get(name) if each else None for each in features])
        if column is not None:
            columns[name] = feature_column(column)
    return columns


def feature_column(column: Array) -> Array:
    """Return a feature as numbers where it is made of these: whole numbers are numbers here."""
    if column.dtype == object:
        kinds = set(map(type, column.tolist()))
        if kinds <= {int, type(None)}:
            return column.astype(np.float64)
        return column
    return column if column.dtype == np.bool_ else column.astype(np.float64, copy=False)


def digest_of(prediction_id: str) -> bytes:
    """Return BLAKE2b (128 bit) of the id of a prediction."""
    return blake2b(prediction_id.encode("utf-8", "surrogatepass"), digest_size=16).digest()
