"""What was logged, as columns: in bulk, on the thread that writes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
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
_NO_VERSION = ""  # of labels alone
_AT_ONCE = 8192  # rows; the interpreter is held for a few milliseconds at a time


RowTuple = tuple[
    str,  # id of the version
    int | None,  # when, in microseconds since 1970; None for about when it is written
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
        at: Microseconds since 1970, int64, or one time for all; None for about now.
        predictions: Numbers (float64), classes (integers, booleans), or objects: texts, or floats
            among classes. None within objects and NaN within numbers is nothing told. `labels`
            likewise.
        probabilities: That the prediction is right, NaN where not told.
        successes: FAILED, SUCCEEDED or NOT_TOLD, uint8.
        latencies: Seconds, NaN where not told.
        features: Numbers (float64) or classes (objects) by name.
        units: Texts; None within it is nothing told. `prediction_ids` likewise.
    """

    version_id: str
    count: int
    at: Array | int | None = None
    predictions: Array | None = None
    labels: Array | None = None
    probabilities: Array | None = None
    successes: Array | None = None
    latencies: Array | None = None
    features: Mapping[str, Array] = field(default_factory=dict)
    units: Sequence[str | None] | None = None
    prediction_ids: Sequence[str | None] | None = None

    def taken(self, rows: Array | slice) -> Columns:
        """Return some of the rows: a part, or by an array of their numbers or of truth values."""

        def some(column: Array | None) -> Array | None:
            return None if column is None else column[rows]

        def listed(column: Sequence[str | None] | None) -> Sequence[str | None] | None:
            return None if column is None else np.array(column, dtype=object)[rows].tolist()

        return Columns(
            version_id=self.version_id,
            count=int(np.arange(self.count)[rows].size),
            at=self.at[rows] if isinstance(self.at, np.ndarray) else self.at,
            predictions=some(self.predictions),
            labels=some(self.labels),
            probabilities=some(self.probabilities),
            successes=some(self.successes),
            latencies=some(self.latencies),
            features={name: column[rows] for name, column in self.features.items()},
            units=listed(self.units),
            prediction_ids=listed(self.prediction_ids),
        )


def to_columns(waiting: Iterable[RowTuple | Columns], at: int | None = None) -> Iterator[Columns]:
    """Give what waits as columns: all rows of one id of a prediction in their order.

    Args:
        waiting: Rows and columns.
        at: The time of what has none, in microseconds since 1970.
    """
    for kind, run in groupby(waiting, key=type):
        if kind is Columns:
            for columns in cast("Iterator[Columns]", run):
                yield columns if columns.at is not None else replace(columns, at=at)
            continue
        rows = list(cast("Iterator[RowTuple]", run))
        for start in range(0, len(rows), _AT_ONCE):
            for version_id, same in _by_version(rows[start : start + _AT_ONCE]):
                yield _of_rows(version_id, same, at)


def _by_version(rows: list[RowTuple]) -> Iterator[tuple[str, list[RowTuple]]]:
    """Give the rows of each version together, though those of several came by turns."""
    version_ids = set(map(itemgetter(0), rows))
    if len(version_ids) == 1:
        yield version_ids.pop(), rows
        return
    groups: dict[str, list[RowTuple]] = {_NO_VERSION: []}
    where: dict[str, str] = {}
    for row in rows:
        version_id, prediction_id = row[0], row[-1]
        if prediction_id is not None:
            before = where.get(prediction_id)
            if row[2] is None and row[3] is not None:
                # A label goes where its prediction is, or before all of them.
                version_id = before or _NO_VERSION
            elif before is not None and before not in (version_id, _NO_VERSION):
                # One id under two versions: the first of them holds.
                yield from _filled(groups)
                groups, where = {_NO_VERSION: []}, {}
            where[prediction_id] = version_id
        groups.setdefault(version_id, []).append(row)
    yield from _filled(groups)


def _filled(groups: Mapping[str, list[RowTuple]]) -> Iterator[tuple[str, list[RowTuple]]]:
    return ((version_id, rows) for version_id, rows in groups.items() if rows)


def _of_rows(version_id: str, rows: Sequence[RowTuple], now: int | None) -> Columns:
    (_, at, predictions, labels, probabilities, successes, latencies, features, units, ids) = zip(
        *rows, strict=True
    )
    count = len(rows)
    return Columns(
        version_id=version_id,
        count=count,
        at=_moments(at, now),
        predictions=answers(predictions),
        labels=answers(labels),
        probabilities=_floats(probabilities),
        successes=np.frombuffer(bytes(map(_SUCCESSES.__getitem__, successes)), np.uint8),
        latencies=_floats(latencies),
        features=_by_name(features),
        units=units if any(units) else None,
        prediction_ids=ids if any(ids) else None,
    )


def _moments(at: Sequence[int | None], now: int | None) -> Array | int | None:
    if at.count(None) == len(at):
        return now
    return np.array([now if each is None else each for each in at], dtype=np.int64)


def _floats(values: Sequence[float | None]) -> Array | None:
    # None becomes NaN.
    column = np.array(values, dtype=np.float64)
    return None if np.isnan(column).all() else column


def answers(values: Sequence[Answer | None]) -> Array | None:
    """Return a column of numbers if all are floats, else one of classes.

    Args:
        values: What models answered, or what was true; None where that is not known.

    Returns:
        float64, int64 or objects; None where nothing is known. Texts are valid Unicode, and whole
        numbers of more than 64 bits are texts.
    """
    kinds = set(map(type, values))
    kinds.discard(type(None))
    if not kinds:
        return None
    if kinds == {float}:
        return np.array(values, dtype=np.float64)
    if kinds == {int} and None not in values:
        with suppress(OverflowError):
            return np.array(values, dtype=np.int64)
    if not kinds <= {bool, str}:
        values = [_bounded(each) for each in values]
    if str in kinds:
        values = _valid(values)
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def _bounded(value: Answer | None) -> Answer | None:
    if type(value) is float:
        return None if math.isnan(value) else value
    if type(value) is int and not -(2**63) <= value < 2**64:
        return str(value)
    return value


def _valid(values: Sequence[Answer | None]) -> Sequence[Answer | None]:
    try:
        "".join([each for each in values if type(each) is str]).encode()
    except UnicodeEncodeError:
        return [valid_text(each) if isinstance(each, str) else each for each in values]
    return values


def valid_text(text: str) -> str:
    """Return a text that can be stored: what is no Unicode in it is written with backslashes."""
    return text.encode("utf-8", "backslashreplace").decode()


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
            columns[valid_text(name)] = feature_column(column)
    return columns


def feature_column(column: Array) -> Array:
    """Return a feature as numbers where it is made of these: whole numbers are numbers here."""
    if column.dtype == object:
        if set(map(type, column.tolist())) <= {int, float, type(None)}:
            return column.astype(np.float64)
        return column
    return column if column.dtype == np.bool_ else column.astype(np.float64, copy=False)


def digest_of(prediction_id: str) -> bytes:
    """Return BLAKE2b (128 bit) of the id of a prediction."""
    return blake2b(prediction_id.encode("utf-8", "surrogatepass"), digest_size=16).digest()
