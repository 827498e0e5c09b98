"""What drift is held against: the bins of a version's reference, given or taken from first rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import msgspec
import numpy as np

from modelkeep import canonical
from modelkeep.errors import InvalidInputError
from modelkeep.tracking.columns import Array, Columns, answers, feature_column
from modelkeep.tracking.drift.bins import Bins, CategoryBins, NumberBins, bins_from_plain

FIRST_ROWS = 2_000
"""Of so many first rows a reference is made where none was given."""
PREDICTION = "prediction"
_FEATURE = "feature:"


def feature_key(name: str) -> str:
    """Return under which name a feature is binned, so that it is never taken for the prediction."""
    return _FEATURE + name


def feature_of(key: str) -> str:
    """Return the name of the feature that is binned under this name."""
    return key.removeprefix(_FEATURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The bins of what a version takes and gives.

    Attributes:
        digest: BLAKE2b (64 bit, hexadecimal) of the bins: counts over others are not comparable.
        bins: By `prediction`, or `feature:` and the name of a feature.
    """

    digest: str
    bins: Mapping[str, Bins]

    def counts(self, columns: Columns) -> dict[str, Array]:
        """Return how many rows lie in each bin, by the names of the bins."""
        found = {}
        for key, column in values_of(columns).items():
            bins = self.bins.get(key)
            if bins is not None:
                found[key] = bins.count(_fitting(bins, column))
        return found

    def to_bytes(self) -> bytes:
        """Return it as bytes."""
        return canonical.encode({name: bins.to_plain() for name, bins in self.bins.items()})

    @classmethod
    def from_bytes(cls, data: bytes) -> Reference:
        """Return what `to_bytes` has written."""
        plain = canonical.decode(data)
        return reference_of({name: bins_from_plain(each) for name, each in plain.items()})


def reference_of(bins: Mapping[str, Bins]) -> Reference:
    """Return the reference that has these bins."""
    plain = canonical.encode({name: each.to_plain() for name, each in bins.items()})
    return Reference(digest=blake2b(plain, digest_size=8).hexdigest(), bins=bins)


def reference_from(values: Mapping[str, Array]) -> Reference:
    """Return the reference that is made from values.

    Args:
        values: Arrays by the names of bins; numbers (float64) or classes.

    Raises:
        InvalidInputError: There is nothing to bin.
    """
    bins: dict[str, Bins] = {}
    for name, column in values.items():
        if not len(column):
            raise InvalidInputError(f"the reference of {name!r} is empty; it needs values")
        if column.dtype == np.float64:
            bins[name] = NumberBins.from_values(column)
        else:
            bins[name] = CategoryBins.from_values(_hashable(column))
    return reference_of(bins)


@dataclass(slots=True)
class FirstRows:
    """Rows that are kept as they are until there are enough for a reference."""

    count: int = 0
    values: dict[str, list[Any]] = field(default_factory=dict)

    def add(self, columns: Columns) -> int:
        """Take rows up to the number that is needed; return how many were taken."""
        named = values_of(columns)
        # Rows without anything to bin say nothing of what is usual.
        taken = min(columns.count, FIRST_ROWS - self.count) if named else 0
        if taken > 0:
            for name, column in named.items():
                # A feature that came later was missing before.
                kept = self.values.setdefault(name, [None] * self.count)
                kept.extend(_plain(column[:taken]))
            self.count += taken
            for kept in self.values.values():
                kept.extend([None] * (self.count - len(kept)))
        return taken

    @property
    def is_complete(self) -> bool:
        """Whether there are enough."""
        return self.count >= FIRST_ROWS

    def to_reference(self) -> Reference:
        """Return what is made of these rows."""
        columns = {name: answers(values) for name, values in self.values.items()}
        return reference_from(
            {name: _column(name, column) for name, column in columns.items() if column is not None}
        )

    def to_bytes(self) -> bytes:
        """Return them as bytes."""
        return msgspec.msgpack.encode([self.count, self.values])

    @classmethod
    def from_bytes(cls, data: bytes) -> FirstRows:
        """Return what `to_bytes` has written."""
        count, values = msgspec.msgpack.decode(data)
        return cls(count=count, values=values)


def values_of(columns: Columns) -> dict[str, Array]:
    """Return what is binned of rows, by the names of the bins."""
    found = {feature_key(name): column for name, column in columns.features.items()}
    if columns.predictions is not None:
        found[PREDICTION] = columns.predictions
    return found


def _fitting(bins: Bins, column: Array) -> Array:
    """Return a column as its bins take it: text where numbers were is missing, not an error."""
    if not bins.ordered or column.dtype != object:
        return column
    return np.array(
        [each if isinstance(each, int | float) else np.nan for each in column.tolist()],
        dtype=np.float64,
    )


def _column(name: str, column: Array) -> Array:
    """Whole numbers are numbers where they are features, and classes where they are answers."""
    if column.dtype != object:
        return column if name == PREDICTION else feature_column(column)
    kinds = set(map(type, column.tolist()))
    if name != PREDICTION or (float in kinds and str not in kinds):
        return feature_column(column)
    return column


def _hashable(column: Array) -> Array:
    """Infinite answers are no categories of their own."""
    if column.dtype != object:
        return column
    found = column.copy()
    found[[isinstance(each, float) and not np.isfinite(each) for each in column.tolist()]] = None
    return found


def _plain(column: Array) -> list[Any]:
    listed: list[Any] = column.tolist()
    return listed
