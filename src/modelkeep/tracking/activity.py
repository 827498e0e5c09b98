"""What a version did in a span of time: all summaries of it together."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import msgspec
import numpy as np

from modelkeep.errors import IntegrityError
from modelkeep.tracking.columns import FAILED, NOT_TOLD, Array, Columns
from modelkeep.tracking.references import Reference
from modelkeep.tracking.scores.confusion import Confusion
from modelkeep.tracking.scores.probabilities import Probabilities
from modelkeep.tracking.scores.residuals import Residuals
from modelkeep.tracking.sketches.categories import Categories
from modelkeep.tracking.sketches.distinct import Distinct
from modelkeep.tracking.sketches.log_histogram import LogHistogram
from modelkeep.tracking.sketches.moments import Moments
from modelkeep.tracking.sketches.varints import pack_counts, unpack_counts

_FORMAT = 1
_MOST_BINS = 1 << 16
_MOST_BYTES = 64 << 20
_KINDS: dict[str, Callable[[bytes], Any]] = {
    "latency": LogHistogram.from_bytes,
    "answers": Categories.from_bytes,
    "numbers": Moments.from_bytes,
    "confusion": Confusion.from_bytes,
    "residuals": Residuals.from_bytes,
    "positive_chances": Probabilities.from_bytes,
    "answer_chances": Probabilities.from_bytes,
    "units": Distinct.from_bytes,
}


class _Stored(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    version: int
    rows: int
    told: int
    failures: int
    predicted: int
    labelled: int
    parts: dict[str, bytes]
    features: dict[str, bytes]
    counts: dict[str, dict[str, bytes]]


@dataclass(slots=True)
class Activity:
    """Sums over rows; what was never told has no part.

    Attributes:
        rows: How many answers there were.
        told: Of how many it is known whether they went well.
        failures: How many of these did not.
        predicted: How many had a prediction.
        labelled: How many of these have a label.
        latency: Of seconds.
        answers: Predictions that are classes.
        numbers: Predictions that are numbers.
        confusion: Labels and predictions that are classes.
        residuals: Labels and predictions that are numbers.
        positive_chances: Of the class 1 where answers are 0 and 1: with labels, and of all rows.
        answer_chances: Of the answers, where they are other classes: the same.
        units: Different ones.
        features: Of those that are numbers, by name.
        counts: Rows in each bin of a reference, by its digest and the names of its bins.
    """

    rows: int = 0
    told: int = 0
    failures: int = 0
    predicted: int = 0
    labelled: int = 0
    latency: LogHistogram | None = None
    answers: Categories | None = None
    numbers: Moments | None = None
    confusion: Confusion | None = None
    residuals: Residuals | None = None
    positive_chances: Probabilities | None = None
    answer_chances: Probabilities | None = None
    units: Distinct | None = None
    features: dict[str, Moments] = field(default_factory=dict)
    counts: dict[str, dict[str, Array]] = field(default_factory=dict)

    def add(self, columns: Columns, reference: Reference | None) -> None:
        """Count rows.

        Args:
            columns: Of one version.
            reference: Its bins, where it has them already.
        """
        self.rows += columns.count
        if columns.successes is not None:
            self.told += int(np.count_nonzero(columns.successes != NOT_TOLD))
            self.failures += int(np.count_nonzero(columns.successes == FAILED))
        if columns.latencies is not None:
            self.latency = self.latency or LogHistogram()
            self.latency.add(_known(columns.latencies))
        if columns.units is not None:
            self.units = self.units or Distinct()
            self.units.add(columns.units)
        if columns.predictions is not None:
            self._add_predictions(columns.predictions)
        self._add_labels(columns)
        for name, column in columns.features.items():
            if column.dtype == np.float64:
                self.features.setdefault(name, Moments()).add(column)
        if reference is not None:
            kept = self.counts.setdefault(reference.digest, {})
            _sum_up(kept, reference.counts(columns))

    def add_outcomes(self, columns: Columns) -> None:
        """Take labels of predictions that were counted before."""
        self._add_labels(columns, late=True)

    def _add_predictions(self, predictions: Array) -> None:
        if predictions.dtype == np.float64:
            known = _known(predictions)
            self.predicted += len(known)
            self.numbers = self.numbers or Moments()
            self.numbers.add(known)
        else:
            known = _known(predictions)
            self.predicted += len(known)
            self.answers = self.answers or Categories()
            self.answers.add(known)

    def _add_labels(self, columns: Columns, *, late: bool = False) -> None:
        predictions, labels = columns.predictions, columns.labels
        if predictions is None:
            return
        both = _told(predictions) & _told(labels) if labels is not None else None
        if labels is not None and both is not None and both.any():
            self.labelled += int(np.count_nonzero(both))
            known = labels[both], predictions[both]
            if predictions.dtype == np.float64 and labels.dtype.kind in "fi":
                self.residuals = self.residuals or Residuals()
                self.residuals.add(*(each.astype(np.float64) for each in known))
            else:
                self.confusion = self.confusion or Confusion()
                self.confusion.add(*known)
        self._add_chances(columns, both, late=late)

    def _add_chances(self, columns: Columns, both: Array | None, *, late: bool) -> None:
        predictions, chances = columns.predictions, columns.probabilities
        if predictions is None or chances is None or predictions.dtype == np.float64:
            return
        known = _told(predictions) & ~np.isnan(chances)
        if predictions.dtype.kind in "biu" and set(np.unique(predictions).tolist()) <= {0, 1}:
            kept = self.positive_chances = self.positive_chances or Probabilities("positive_class")
            is_one = predictions.astype(bool)
            scores = np.where(is_one, chances, 1.0 - chances)
            truths = None if columns.labels is None else _are_one(columns.labels)
        else:
            kept = self.answer_chances = self.answer_chances or Probabilities("predicted_class")
            scores = chances
            truths = None if columns.labels is None else columns.labels == predictions
        if not late:
            # All rows, with a label or not: the estimate is of the accuracy of all of them.
            kept.add_unlabelled(scores[known])
        if truths is not None and both is not None:
            labelled = known & both
            kept.add(truths[labelled].astype(np.int64), scores[labelled])

    def merge(self, other: Activity) -> None:
        """Take in what another has counted."""
        for name in ("rows", "told", "failures", "predicted", "labelled"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in _KINDS:
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine is None:
                setattr(self, name, theirs)
            elif theirs is not None:
                mine.merge(theirs)
        for name, moments in other.features.items():
            if name in self.features:
                self.features[name].merge(moments)
            else:
                self.features[name] = moments
        for digest, counts in other.counts.items():
            _sum_up(self.counts.setdefault(digest, {}), counts)

    def to_bytes(self) -> bytes:
        """Return it as bytes: MessagePack of the sums and the bytes of each part, by zlib."""
        parts = {name: getattr(self, name) for name in _KINDS}
        packed = msgspec.msgpack.encode(
            _Stored(
                _FORMAT,
                self.rows,
                self.told,
                self.failures,
                self.predicted,
                self.labelled,
                {name: part.to_bytes() for name, part in parts.items() if part is not None},
                {name: each.to_bytes() for name, each in sorted(self.features.items())},
                {
                    digest: {name: pack_counts(each) for name, each in sorted(counts.items())}
                    for digest, counts in sorted(self.counts.items())
                },
            )
        )
        return zlib.compress(packed)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return what `to_bytes` has written.

        Raises:
            IntegrityError: It is damaged, or from a later release.
        """
        try:
            unpacking = zlib.decompressobj()
            packed = unpacking.decompress(data, _MOST_BYTES)
            if not unpacking.eof:
                raise IntegrityError("a stored activity", detail="it is cut short or too long")
            stored = msgspec.msgpack.decode(packed, type=_Stored)
        except (zlib.error, msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise IntegrityError("a stored activity", detail=str(error)) from error
        if stored.version != _FORMAT or not stored.parts.keys() <= _KINDS.keys():
            raise IntegrityError("a stored activity", detail="it is from another release")
        return cls(
            rows=stored.rows,
            told=stored.told,
            failures=stored.failures,
            predicted=stored.predicted,
            labelled=stored.labelled,
            features={name: Moments.from_bytes(each) for name, each in stored.features.items()},
            counts={
                digest: {name: unpack_counts(each, _MOST_BINS) for name, each in counts.items()}
                for digest, counts in stored.counts.items()
            },
            **{name: _KINDS[name](part) for name, part in stored.parts.items()},
        )


def _sum_up(kept: dict[str, Array], counts: Mapping[str, Array]) -> None:
    for name, new in counts.items():
        old = kept.get(name)
        kept[name] = new if old is None else old + new


def _are_one(labels: Array) -> Array:
    return np.array([each == 1 for each in labels.tolist()], dtype=bool)


def _told(column: Array) -> Array:
    """Return where something is known, as truth values."""
    if column.dtype == np.float64:
        return ~np.isnan(column)
    if column.dtype == object:
        return np.array([each is not None for each in column.tolist()], dtype=bool)
    return np.ones(len(column), dtype=bool)


def _known(column: Array) -> Array:
    told = _told(column)
    return column if told.all() else column[told]
