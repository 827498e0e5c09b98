"""The table of findings, as text and as JSON."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence

from benchmarks.measure import Finding

_HEADINGS = ("measure", "ours", "peer or floor", "ratio", "bound", "met")


def as_text(machine: Mapping[str, str], findings: Sequence[Finding], notes: Sequence[str]) -> str:
    """Return everything for people, the table in Markdown."""
    rows = [_HEADINGS, *(_cells(finding) for finding in findings)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    lines = [_line(row, widths) for row in rows]
    lines.insert(1, _line(["-" * width for width in widths], widths))
    described = [f"{name}: {value}" for name, value in machine.items()]
    missed = sum(finding.met is False for finding in findings)
    bounded = sum(finding.met is not None for finding in findings)
    summary = f"{bounded - missed} of {bounded} bounds met"
    return "\n".join(["", *described, "", *lines, "", summary, "", *notes])


def as_json(machine: Mapping[str, str], findings: Sequence[Finding], notes: Sequence[str]) -> str:
    """Return everything for programs."""
    rows = [
        dataclasses.asdict(finding) | {"ratio": finding.ratio, "met": finding.met}
        for finding in findings
    ]
    whole = {"machine": dict(machine), "findings": rows, "notes": list(notes)}
    return json.dumps(whole, indent=2) + "\n"


def figure(value: float, unit: str) -> str:
    """Return a figure with three digits that count, seconds in the unit that suits them."""
    if unit != "s":
        return f"{value:.3g} {unit}".rstrip()
    if value >= 1:
        return f"{value:.2f} s"
    return f"{value * 1e3:.3g} ms" if value >= 1e-3 else f"{value * 1e6:.3g} µs"


def _cells(finding: Finding) -> tuple[str, ...]:
    other = ""
    if finding.other is not None:
        other = f"{figure(finding.other, finding.unit)} ({finding.against})"
    met = "" if finding.met is None else "yes" if finding.met else "NO"
    return (
        f"{finding.group}: {finding.measure}",
        figure(finding.ours, finding.unit),
        other,
        _ratio(finding),
        _bound(finding),
        met,
    )


def _ratio(finding: Finding) -> str:
    if finding.ratio is None:
        return ""
    fast = finding.bound is not None and finding.bound.kind == "speed"
    return f"{finding.ratio:.1f}x as fast" if fast else f"{finding.ratio:.2f}x"


def _bound(finding: Finding) -> str:
    if finding.bound is None:
        return ""
    limit = finding.bound.limit
    if finding.bound.kind == "value":
        return f"<= {figure(limit, finding.unit)}"
    return f">= {limit:g}x as fast" if finding.bound.kind == "speed" else f"<= {limit:g}x"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
    return f"| {' | '.join(padded)} |"
