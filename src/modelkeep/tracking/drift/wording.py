"""A verdict in words: what was seen, how large it is, and why it is or is not drift."""

from __future__ import annotations

import numpy as np

from modelkeep.tracking.drift.bins import Bins
from modelkeep.tracking.drift.evidence import DriftEvidence
from modelkeep.tracking.drift.rules import DriftRule

_LEAST_P = 1e-300


def reason(
    rule: DriftRule,
    bins: Bins,
    evidence: DriftEvidence,
    drifted: bool | None,
    significance: float,
) -> str:
    """Return a sentence that names what was seen.

    Args:
        rule: The least sizes and rows.
        bins: Of the feature, for the names of the bins.
        evidence: Of the feature.
        drifted: What came out.
        significance: The level it was tested at.
    """
    rows = f"{evidence.rows:,} rows against a reference of {evidence.reference_rows:,}"
    if drifted is None:
        return f"Too few to say: {rows}; each must have {rule.least_rows:,} or more."
    seen = f"{_sizes(rule, evidence)}, {_chance(evidence.p_value)}"
    if drifted:
        return f"Drift: {_change(bins, evidence)}; {seen}; {rows}."
    return f"No drift: {_short_of(rule, evidence, significance)}; {seen}; {rows}."


def _sizes(rule: DriftRule, evidence: DriftEvidence) -> str:
    gap = f", largest gap {evidence.gap.distance:.3f} (limit {rule.ks:g})" if evidence.gap else ""
    return (
        f"stability index {evidence.psi:.3f} (limit {rule.psi:g}), "
        f"Jensen-Shannon distance {evidence.js:.3f} (limit {rule.js:g}){gap}"
    )


def _chance(p_value: float) -> str:
    return f"p = {p_value:.2g}" if p_value >= _LEAST_P else f"p < {_LEAST_P:g}"


def _short_of(rule: DriftRule, evidence: DriftEvidence, significance: float) -> str:
    gap = evidence.gap.distance if evidence.gap else 0.0
    if evidence.psi < rule.psi and evidence.js < rule.js and gap < rule.ks:
        return "no size reaches its limit"
    return f"a size reaches its limit, but chance may do that unless p < {significance:.2g}"


def _change(bins: Bins, evidence: DriftEvidence) -> str:
    before = evidence.expected / evidence.expected.sum()
    now = evidence.actual / evidence.actual.sum()
    most = int(np.argmax(np.abs(now - before)))
    shares = f"{_percent(before[most])} of the rows before, {_percent(now[most])} now"
    bin_seen = f"{bins.labels()[most]} has {shares}"
    moved = evidence.gap is not None and evidence.gap.distance > abs(now[-1] - before[-1])
    if not (moved and evidence.gap):
        return bin_seen
    return f"values are {'greater' if evidence.gap.rising else 'smaller'}, and {bin_seen}"


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"
