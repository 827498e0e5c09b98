"""What counts show against a reference: sizes of the change and how probable it is by chance."""

from __future__ import annotations

import math
from dataclasses import dataclass

from modelkeep.tracking.drift.counts import IntArray, joined_where_sparse
from modelkeep.tracking.drift.distances import (
    KolmogorovSmirnov,
    chi_square_p_value,
    jensen_shannon_distance,
    kolmogorov_smirnov,
    population_stability_index,
    stability_index_by_chance,
)

# The divergence in bits is, for small changes, the stability index over this.
_INDEX_OF_DIVERGENCE = 8 * math.log(2)


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftEvidence:
    """The sizes and p-values of one feature; all 0 and 1 where a sample is empty.

    Attributes:
        expected: Counts of the reference, shape (bins,).
        actual: Counts of what came in, shape (bins,).
        psi: Population stability index, less what chance alone brings about.
        js: Jensen-Shannon distance, less the same.
        gap: Of the cumulative shares; None without an order of the bins.
        chance_of_shares: The p-value of the chi-square test, times the number of tests.
        chance_of_gap: That of the Kolmogorov-Smirnov test, times the same; 1 without it.
    """

    expected: IntArray
    actual: IntArray
    psi: float
    js: float
    gap: KolmogorovSmirnov | None
    chance_of_shares: float
    chance_of_gap: float

    @property
    def rows(self) -> int:
        """The rows that came in."""
        return int(self.actual.sum())

    @property
    def reference_rows(self) -> int:
        """The rows of the reference."""
        return int(self.expected.sum())

    @property
    def p_value(self) -> float:
        """The lesser of the two, which holds for both tests together (Bonferroni)."""
        return min(self.chance_of_shares, self.chance_of_gap)


def drift_evidence(expected: IntArray, actual: IntArray, *, ordered: bool) -> DriftEvidence:
    """Compare counts with those of the reference.

    From the stability index is subtracted what two samples of one distribution have on average,
    and from the Jensen-Shannon divergence that over 8 ln 2. Both are taken over bins with 5
    expected rows or more, sparser ones being joined, since with fewer that average is not right.

    Args:
        expected: Counts of the reference, shape (bins,).
        actual: Counts of what came in, shape (bins,).
        ordered: Whether a later bin means a greater value.
    """
    if not (expected.any() and actual.any()):
        return DriftEvidence(
            expected=expected,
            actual=actual,
            psi=0.0,
            js=0.0,
            gap=KolmogorovSmirnov(distance=0.0, p_value=1.0, rising=False) if ordered else None,
            chance_of_shares=1.0,
            chance_of_gap=1.0,
        )
    joined = joined_where_sparse(expected, actual)
    chance = stability_index_by_chance(*joined)
    divergence = jensen_shannon_distance(*joined) ** 2 - chance / _INDEX_OF_DIVERGENCE
    gap = kolmogorov_smirnov(expected, actual) if ordered else None
    tests = 2 if gap else 1
    return DriftEvidence(
        expected=expected,
        actual=actual,
        psi=max(0.0, population_stability_index(*joined) - chance),
        js=math.sqrt(max(0.0, divergence)),
        gap=gap,
        chance_of_shares=min(1.0, tests * chi_square_p_value(*joined)),
        chance_of_gap=min(1.0, tests * gap.p_value) if gap else 1.0,
    )
