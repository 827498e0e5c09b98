"""What a version did in a span of time: all summaries of it together."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import msgspec
import numpy as np

from modelkeep.errors import IntegrityError
from modelkeep.tracking.answer_kinds import (
    are_floats,
    are_texts,
    as_classes,
    as_numbers,
    known,
    told,
)
from modelkeep.tracking.chances import add_chances, settle_chances
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
    "zero_chances": Probabilities.from_bytes,
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
        positive_chances: Where 0 or 1 was answered for more probable than not, of all but 0 and
            of 1: with labels, and of all rows.
        zero_chances: Where 0 was answered otherwise, of all but 0: the same.
        answer_chances: Of all other answers: the same.
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
    zero_chances: Probabilities | None = None
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
            self.latency.add(known(columns.latencies))
        if columns.units is not None:
            self.units = self.units or Distinct()
            self.units.add(columns.units)
        if columns.predictions is not None:
            self._add_predictions(columns.predictions)
        self._add_labels(columns)
        for name, column in columns.features.items():
            numbers = _numbers_of(column)
            if numbers is not None:
                self.features.setdefault(name, Moments()).add(numbers)
        if reference is not None:
            kept = self.counts.setdefault(reference.digest, {})
            _sum_up(kept, reference.counts(columns))

    def add_outcomes(self, columns: Columns) -> None:
        """Take labels of predictions that were counted before."""
        self._add_labels(columns, late=True)

    def _add_predictions(self, predictions: Array) -> None:
        where = told(predictions)
        self.predicted += int(np.count_nonzero(where))
        floats = are_floats(predictions)
        if floats.any():
            self.numbers = self.numbers or Moments()
            self.numbers.add(as_numbers(_some(predictions, floats & where)))
        if not floats.all():
            self.answers = self.answers or Categories()
            self.answers.add(_some(predictions, ~floats & where))

    def _add_labels(self, columns: Columns, *, late: bool = False) -> None:
        predictions, labels = columns.predictions, columns.labels
        if predictions is None:
            return
        both = told(predictions) & told(labels) if labels is not None else None
        if labels is not None and both is not None and both.any():
            self.labelled += int(np.count_nonzero(both))
            truths, answers = _some(labels, both), _some(predictions, both)
            numbers = are_floats(answers) & ~are_texts(truths)
            if numbers.any():
                self.residuals = self.residuals or Residuals()
                self.residuals.add(
                    as_numbers(_some(truths, numbers)), as_numbers(_some(answers, numbers))
                )
            if not numbers.all():
                self.confusion = self.confusion or Confusion()
                self.confusion.add(
                    as_classes(_some(truths, ~numbers)), as_classes(_some(answers, ~numbers))
                )
        add_chances(self, columns, both, late=late)

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
        settle_chances(self)
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


def _numbers_of(column: Array) -> Array | None:
    """Return the numbers of a feature, also among texts; None where there are none."""
    if column.dtype == np.float64:
        return column
    if column.dtype != object or not {int, float} & set(map(type, column.tolist())):
        return None
    # A truth alone is no number of a feature, so it is none among numbers either.
    return np.array([each for each in column.tolist() if type(each) in {int, float}], np.float64)


def _some(column: Array, rows: Array) -> Array:
    return column if rows.all() else column[rows]
