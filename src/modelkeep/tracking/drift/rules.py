"""What counts as drift, and what a judgement says."""

from __future__ import annotations

import math
from dataclasses import dataclass

from modelkeep.errors import InvalidSettingError


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftRule:
    """How large, how certain and of how many rows a change must be to be called drift.

    The sizes are what remains after what chance alone brings about; one that is reached will do.
    As a guide, a shift of a normal feature by 0.25 standard deviations has a gap of 0.1 and a
    stability index of 0.06, one by 0.5 has 0.2 and 0.24.

    Attributes:
        least_rows: With fewer rows, in the reference or in what came in, nothing is said.
        psi: Least population stability index.
        js: Least Jensen-Shannon distance; 0.13 is that of a small change with an index of 0.1.
        ks: Least gap of the cumulative shares; of numbers only.
        significance: How improbable the counts must be without drift, for one look at one feature.
            It is small because looks are many: one every 10 minutes is 52,560 a year, and with 1e-6
            at most one such year in 19 has an alarm without drift.

    Raises:
        InvalidSettingError: A setting is out of range.
    """

    least_rows: int = 500
    psi: float = 0.1
    js: float = 0.13
    ks: float = 0.1
    significance: float = 1e-6

    def __post_init__(self) -> None:
        if self.least_rows < 1:
            raise InvalidSettingError("least_rows", self.least_rows, "at least 1")
        if not 0 < self.psi < math.inf:
            raise InvalidSettingError("psi", self.psi, "finite and above 0")
        for name, size in (("js", self.js), ("ks", self.ks)):
            if not 0 < size <= 1:
                raise InvalidSettingError(name, size, "above 0, up to 1")
        if not 0 < self.significance < 1:
            raise InvalidSettingError("significance", self.significance, "between 0 and 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftVerdict:
    """What was seen of one feature.

    Attributes:
        drifted: Whether it is drift by the rule; None where there are too few rows to say.
        rows: The rows that came in.
        reference_rows: Those of the reference.
        psi: Population stability index, less what chance alone brings about.
        js: Jensen-Shannon distance, less the same; 0 to 1.
        ks: Largest gap of the cumulative shares, 0 to 1; None for categories.
        p_value: How improbable the counts are without drift: the lesser of the p-values of the
            chi-square and, for numbers, the Kolmogorov-Smirnov test, times the number of tests.
        effect: The greatest of psi, js and ks in units of its least size in the rule.
        reason: All that in a sentence.
    """

    drifted: bool | None
    rows: int
    reference_rows: int
    psi: float
    js: float
    ks: float | None
    p_value: float
    effect: float
    reason: str
