"""What became of one tensor, and how that is told."""

from __future__ import annotations

import math
from dataclasses import dataclass

from modelkeep.comparison.deep import TensorChange, TensorVerdict
from modelkeep.comparison.tensors.numbers import is_number
from modelkeep.comparison.tensors.source import TensorEntry
from modelkeep.comparison.tensors.sums import Sums

MOVED = frozenset({"renamed", "reshaped", "permuted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What became of a tensor.

    Attributes:
        one: It in version1; None where it was added.
        two: It in version2; None where it was removed.
        verdict: What became of it.
        detail: More in words.
        sums: Over its elements; None where they could not be held against each other. Of a
            tensor whose values only moved they are those of version2 with itself.
    """

    one: TensorEntry | None
    two: TensorEntry | None
    verdict: TensorVerdict
    detail: str = ""
    sums: Sums | None = None

    @property
    def entry(self) -> TensorEntry:
        """It in version2; in version1 where it was removed."""
        entry = self.two or self.one
        assert entry is not None, "it is in one version at least"
        return entry


def change_of(found: Found) -> TensorChange:
    """Return what became of a tensor as JSON values."""
    one, two, entry, sums = found.one, found.two, found.entry, found.sums
    numbers = sums if sums and is_number(entry.dtype) else None
    if numbers and one and not is_number(one.dtype):
        numbers = None
    return {
        "name": entry.name,
        "old_name": one.name if one and two and one.name != two.name else None,
        "file": entry.file,
        "verdict": found.verdict,
        "detail": detail_of(found),
        "shape1": list(one.shape) if one else None,
        "shape2": list(two.shape) if two else None,
        "dtype1": one.dtype if one else None,
        "dtype2": two.dtype if two else None,
        "elements": entry.elements,
        "size_bytes": entry.size_bytes,
        "relative_norm": numbers.relative_norm if numbers else None,
        "cosine": numbers.cosine if numbers else None,
        "changed_share": sums.changed_share if sums else None,
        "largest_change": _finite(numbers.largest) if numbers else None,
    }


def detail_of(found: Found) -> str:
    """Return how it moved, and which of its elements did not count, in words."""
    one, two, sums = found.one, found.two, found.sums
    details = [found.detail]
    if one and two and one.file != two.file:
        details.append(f"it was in {one.file}")
    if sums and (sums.odd1 or sums.odd2):
        details.append(
            f"NaN or infinite, and left out: {sums.odd1} elements of version1, "
            f"{sums.odd2} of version2"
        )
    if sums and not all(map(math.isfinite, (sums.squares1, sums.squares2, sums.squares_change))):
        details.append("its squares are beyond float64, so that it has no norm")
    return "; ".join(filter(None, details))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
