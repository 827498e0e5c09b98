"""Whether counts say that a feature drifted: large enough, certain enough, and of enough rows.

A p-value alone calls the smallest change drift when rows are many, and a distance alone calls
chance drift when they are few. So an alarm needs a size and the significance of the test that
belongs to it. Rows are taken for independent: a window shorter than a daily cycle differs from a
reference of whole days, and is told as such.
"""

from __future__ import annotations

import numpy.typing as npt

from modelkeep.tracking.drift.bins import Bins
from modelkeep.tracking.drift.counts import checked_counts
from modelkeep.tracking.drift.evidence import DriftEvidence, drift_evidence
from modelkeep.tracking.drift.rules import DriftRule, DriftVerdict
from modelkeep.tracking.drift.wording import reason

__all__ = ["DriftRule", "DriftVerdict", "evidence_of", "judge_drift", "verdict_of"]


def judge_drift(rule: DriftRule, bins: Bins, counts: npt.ArrayLike) -> DriftVerdict:
    """Judge what came in against the reference.

    Drift is a stability index or a Jensen-Shannon distance as large as in the rule with a
    significant chi-square test, or for numbers a gap as large with a significant
    Kolmogorov-Smirnov test, which counts missing values as the greatest. Each is tested at half
    the significance. Index and distance are lessened by what chance alone brings about; the gap
    is not, since with few rows its test is the stricter of the two.

    Args:
        rule: What counts as drift.
        bins: Of the feature, with the counts of the reference.
        counts: What came in, over the same bins, shape (bins,); those of several buckets added up.

    Raises:
        InvalidInputError: The counts do not fit the bins.

    Example:
        >>> import numpy as np
        >>> from modelkeep.tracking.drift.bins import NumberBins
        >>> random = np.random.default_rng(1)
        >>> bins = NumberBins.from_values(random.normal(size=5_000))
        >>> judge_drift(DriftRule(), bins, bins.count(random.normal(size=2_000))).drifted
        False
        >>> judge_drift(DriftRule(), bins, bins.count(random.normal(0.5, size=2_000))).drifted
        True
    """
    return verdict_of(rule, bins, evidence_of(bins, counts), rule.significance)


def evidence_of(bins: Bins, counts: npt.ArrayLike, *, name: str = "") -> DriftEvidence:
    """Return the sizes and p-values of one feature.

    Args:
        bins: Of the feature, with the counts of the reference.
        counts: What came in, over the same bins, shape (bins,).
        name: Of the feature, for the message.

    Raises:
        InvalidInputError: The counts do not fit the bins.
    """
    expected = bins.reference_counts
    actual = checked_counts(f"counts of {name!r}" if name else "counts", counts, expected.size)
    return drift_evidence(expected, actual, ordered=bins.ordered)


def verdict_of(
    rule: DriftRule, bins: Bins, evidence: DriftEvidence, significance: float
) -> DriftVerdict:
    """Return what evidence means by a rule.

    Args:
        rule: The least sizes and rows.
        bins: Of the feature, for the words.
        evidence: Of the feature.
        significance: The level to test at, 0 to 1; 0 finds nothing significant.
    """
    gap = evidence.gap.distance if evidence.gap else 0.0
    of_shares = max(evidence.psi / rule.psi, evidence.js / rule.js)
    of_gap = gap / rule.ks
    drifted: bool | None = None
    if min(evidence.rows, evidence.reference_rows) >= rule.least_rows:
        drifted = (of_shares >= 1 and evidence.chance_of_shares < significance) or (
            of_gap >= 1 and evidence.chance_of_gap < significance
        )
    return DriftVerdict(
        drifted=drifted,
        rows=evidence.rows,
        reference_rows=evidence.reference_rows,
        psi=evidence.psi,
        js=evidence.js,
        ks=gap if evidence.gap else None,
        p_value=evidence.p_value,
        effect=max(of_shares, of_gap),
        reason=reason(rule, bins, evidence, drifted, significance),
    )
