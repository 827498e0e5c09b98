"""Labels meet their predictions by an id: late, early, or more than once.

A prediction that was logged with an id is kept until its label comes, or for as long as labels are
waited for. The first label holds; the same again changes nothing, another one is counted as a
contradiction. The same prediction again changes nothing either. So a caller may repeat anything.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import msgspec
import numpy as np

from modelkeep.catalogue.tracked import TrackedRows
from modelkeep.tracking.columns import Answer, Array, Columns, answers, digest_of

_MICROSECONDS_PER_MINUTE = 60_000_000
_NOTHING = ""
_INFINITE = ("inf", "-inf")


class Outcome(NamedTuple):
    """A label that came after its prediction: where that was counted, and both."""

    version_id: str
    stage: str
    minute: int
    prediction: Answer
    label: Answer
    probability: float | None


@dataclass(slots=True)
class Joined:
    """What came of rows with ids.

    Attributes:
        outcomes: Labels of predictions that were counted before.
        repeated: Rows that said nothing new.
        contradicted: Labels that differ from the first one.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    repeated: int = 0
    contradicted: int = 0


@dataclass(slots=True)
class LabelDesk:
    """Joins labels and predictions within one transaction.

    Attributes:
        rows: Reads and writes.
        now: Microseconds since 1970.
        joined: What came of it.
    """

    rows: TrackedRows
    now: int
    joined: Joined = field(default_factory=Joined)

    def admit(self, columns: Columns, stage: str) -> Columns:
        """Return the rows that are to be counted, with the labels that were there before them.

        Args:
            columns: Rows of one version.
            stage: That the version is in.
        """
        if columns.prediction_ids is None:
            return columns
        digests = [digest_of(each) if each else b"" for each in columns.prediction_ids]
        known = self.rows.predictions([digest for digest in digests if digest])
        before = set(known)
        changed: set[bytes] = set()
        kept = np.ones(columns.count, dtype=bool)
        labels = _listed(columns.labels, columns.count)
        predictions = _listed(columns.predictions, columns.count)
        probabilities = _listed(columns.probabilities, columns.count)
        for place, digest in enumerate(digests):
            if not digest:
                continue
            prediction, label = predictions[place], labels[place]
            row = known.get(digest)
            if prediction is None:
                # An answer that failed has no prediction, and counts.
                kept[place] = label is None
                if label is None:
                    continue
            if row is None:
                known[digest] = self._new(columns, place, digest, stage) | {
                    "prediction": _text(prediction),
                    "probability": probabilities[place],
                    "label": _text(label),
                }
                continue
            if self._meet(row, prediction, label):
                changed.add(digest)
            if prediction is not None:
                kept[place] = self._counts(row, columns, place, stage, probabilities[place])
                if kept[place]:
                    row["prediction"] = _text(prediction)
                    changed.add(digest)
                    labels[place] = _value(row["label"])
        self.rows.insert_predictions([row for each, row in known.items() if each not in before])
        self.rows.change_predictions([known[each] for each in changed if each in before])
        return replace(columns, labels=answers(labels)).taken(np.flatnonzero(kept))

    def _new(self, columns: Columns, place: int, digest: bytes, stage: str) -> dict[str, Any]:
        return {
            "prediction_blake2b": digest,
            "logged_at": self.now,
            "version_id": columns.version_id,
            "stage": stage,
            "minute": minute_of(columns, place, self.now),
        }

    def _meet(self, row: dict[str, Any], prediction: Answer | None, label: Answer | None) -> bool:
        """Bring a label to the prediction that is kept; return whether the row changed."""
        if label is None:
            self.joined.repeated += prediction is not None and row["prediction"] != _NOTHING
            return False
        if row["label"] != _NOTHING:
            # By value: 1, 1.0 and True are the same.
            same = _value(row["label"]) == label
            self.joined.repeated += same
            self.joined.contradicted += not same
            return False
        row["label"] = _text(label)
        if row["prediction"] != _NOTHING:
            self.joined.outcomes.append(
                Outcome(
                    row["version_id"],
                    row["stage"],
                    row["minute"],
                    _value(row["prediction"]),  # type: ignore[arg-type]
                    label,
                    row["probability"],
                )
            )
        return True

    def _counts(
        self, row: dict[str, Any], columns: Columns, place: int, stage: str, probability: Any
    ) -> bool:
        """Whether a prediction is the first of its id: until now only its label was there."""
        if row["prediction"] != _NOTHING:
            return False
        row["version_id"], row["stage"] = columns.version_id, stage
        row["minute"] = minute_of(columns, place, self.now)
        row["probability"] = probability
        return True


def minute_of(columns: Columns, place: int, now: int) -> int:
    """Return the minute that a row counts in, in seconds since 1970."""
    at = columns.at
    at = now if at is None else at if isinstance(at, int) else int(at[place])
    return at // _MICROSECONDS_PER_MINUTE * 60


def minutes_of(columns: Columns, now: int) -> Array:
    """Return the minutes that rows count in, in seconds since 1970, shape (rows,)."""
    at = now if columns.at is None else columns.at
    minutes = np.asarray(at // _MICROSECONDS_PER_MINUTE * 60, dtype=np.int64)
    return np.broadcast_to(minutes, columns.count)


def outcome_columns(outcomes: list[Outcome]) -> Mapping[tuple[str, str, int], Columns]:
    """Return outcomes as columns, by version, stage and minute."""
    grouped: dict[tuple[str, str, int], list[Outcome]] = {}
    for outcome in outcomes:
        grouped.setdefault((outcome.version_id, outcome.stage, outcome.minute), []).append(outcome)
    return {
        key: Columns(
            version_id=key[0],
            count=len(group),
            predictions=answers([each.prediction for each in group]),
            labels=answers([each.label for each in group]),
            probabilities=np.array([each.probability for each in group], dtype=np.float64),
        )
        for key, group in grouped.items()
    }


def _listed(column: Array | None, count: int) -> list[Any]:
    if column is None:
        return [None] * count
    listed: list[Any] = column.tolist()
    if column.dtype == np.float64:
        return [None if each != each else each for each in listed]  # noqa: PLR0124 - NaN
    return listed


def _text(value: Answer | None) -> str:
    if value is None:
        return _NOTHING
    if isinstance(value, float) and math.isinf(value):
        return str(value)  # which JSON has no word for
    return msgspec.json.encode(value).decode()


def _value(text: str) -> Answer | None:
    if text in _INFINITE:
        return float(text)
    return None if text == _NOTHING else msgspec.json.decode(text)
