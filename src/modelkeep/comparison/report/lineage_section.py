"""The lines of versions that both were made from, drawn as one graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from modelkeep.comparison.result import LineageEntry
from modelkeep.pages import theme
from modelkeep.pages.charts import chart_of, tooltips
from modelkeep.pages.page import Page
from modelkeep.pages.wording import ABSENT, plural, shortened, shown_time

# Older ancestors that both share say the least, so they go where the line is too long to draw.
_MOST_DRAWN = 10
_COMPARED = "compared here"
_KINDS = {
    _COMPARED: theme.CATEGORIES[0],
    "ancestor": theme.NEUTRAL,
    "removed": theme.REMOVED,
    "nothing known": theme.CATEGORIES[1],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One version in the drawing.

    Attributes:
        step: Generations from the oldest that is drawn.
        lane: 0 for what both lines share, 1 for the line of version1 alone, -1 for version2.
        parent: Place of the parent among the nodes; None where the line begins.
    """

    entry: LineageEntry
    step: int
    lane: int
    parent: int | None


def lay_out(line1: Sequence[LineageEntry], line2: Sequence[LineageEntry]) -> list[Node]:
    """Place both lines: what they share on one lane, then one lane each.

    A line that goes on where the other ends stays on the lane of what is shared.

    Args:
        line1: The line of version1, oldest first.
        line2: The line of version2, oldest first.
    """
    shared = 0
    for entry1, entry2 in zip(line1, line2, strict=False):
        if entry1["version_id"] != entry2["version_id"]:
            break
        shared += 1
    nodes = [
        Node(entry=entry, step=step, lane=0, parent=step - 1 if step else None)
        for step, entry in enumerate(line1[:shared])
    ]
    parts = [part for part in ((1, line1[shared:]), (-1, line2[shared:])) if part[1]]
    for lane, part in parts:
        parent = shared - 1 if shared else None
        for step, entry in enumerate(part, shared):
            nodes.append(
                Node(entry=entry, step=step, lane=lane if len(parts) > 1 else 0, parent=parent)
            )
            parent = len(nodes) - 1
    return nodes


def add_lineage(page: Page, line1: Sequence[LineageEntry], line2: Sequence[LineageEntry]) -> None:
    """Add the section of the descent; two versions without parents need none."""
    if max(len(line1), len(line2)) < 2:  # noqa: PLR2004 - the version alone is no line
        return
    page.add_section("Lineage")
    nodes = lay_out(line1, line2)
    ends = {line[-1]["version_id"] for line in (line1, line2) if line}
    hidden = max(node.step for node in nodes) + 1 - _MOST_DRAWN
    page.add_chart(
        _chart(nodes, ends, max(hidden, 0)),
        caption="From parent to child, the oldest to the left."
        + (f" The {plural(hidden, 'oldest generation')} not drawn." if hidden > 0 else ""),
        description="Graph of descent: "
        + "; ".join(" → ".join(_label(entry) for entry in line[-6:]) for line in (line1, line2)),
        wide=True,
    )
    page.add_table(
        "Versions in both lines",
        ("version", "created", "status", "in the line of", "note"),
        [
            (
                _label(node.entry),
                shown_time(node.entry["created_at"]),
                _status(node.entry),
                _whose(node, line1, line2),
                node.entry["note"],
            )
            for node in nodes
        ],
    )


def _chart(nodes: Sequence[Node], ends: set[str], first: int) -> Any:
    import altair as alt

    rows = [_point(node, ends) for node in nodes if node.step >= first]
    edges = [
        {
            "step": nodes[node.parent].step,
            "step2": node.step,
            "lane": nodes[node.parent].lane,
            "lane2": node.lane,
        }
        for node in nodes
        if node.parent is not None and nodes[node.parent].step >= first
    ]
    last = max(node.step for node in nodes)
    lanes = sorted({node.lane for node in nodes})
    x_scale = alt.Scale(domain=[first - 0.5, max(last, first + 3) + 0.5], nice=False)
    y_scale = alt.Scale(domain=[lanes[0] - 0.7, lanes[-1] + 0.7], nice=False)
    x = alt.X("step:Q", axis=None, scale=x_scale)
    y = alt.Y("lane:Q", axis=None, scale=y_scale)
    kinds = [kind for kind in _KINDS if any(row["kind"] == kind for row in rows)]
    base = chart_of(rows).encode(
        x=x,
        y=y,
        tooltip=tooltips({name: name for name in ("version", "id", "created", "status", "note")}),
    )
    lines = chart_of(edges).mark_rule(strokeWidth=2)
    return alt.layer(
        lines.encode(x=x, y=y, x2="step2:Q", y2="lane2:Q"),
        base.mark_point(size=170, shape="circle", filled=True, opacity=1).encode(
            color=alt.Color(
                "kind:N",
                title=None,
                scale=alt.Scale(domain=kinds, range=[_KINDS[kind] for kind in kinds]),
            )
        ),
        base.mark_text(dy=-17, fontWeight="bold").encode(text="label:N"),
        base.mark_text(dy=20, fontSize=11, color=theme.QUIET).encode(text="under:N"),
    ).properties(height=70 + 60 * (len(lanes) - 1) if len(lanes) > 1 else 90)


def _point(node: Node, ends: set[str]) -> Mapping[str, Any]:
    entry = node.entry
    kind = "ancestor"
    if entry["version_id"] in ends:
        kind = _COMPARED
    elif entry["removed"]:
        kind = "removed"
    elif entry["version_number"] is None:
        kind = "nothing known"
    created = shown_time(entry["created_at"])
    return {
        "step": node.step,
        "lane": node.lane,
        "kind": kind,
        "label": shortened(_label(entry), 18),
        "under": created[:10] if entry["created_at"] else "",
        "version": shortened(_label(entry), 200),
        "id": shortened(entry["version_id"], 200),
        "created": created,
        "status": _status(entry),
        "note": shortened(entry["note"], 200) or ABSENT,
    }


def _label(entry: LineageEntry) -> str:
    return entry["version_number"] or entry["version_id"]


def _status(entry: LineageEntry) -> str:
    if entry["removed"]:
        return "removed"
    return entry["status"] or "not known"


def _whose(node: Node, line1: Sequence[LineageEntry], line2: Sequence[LineageEntry]) -> str:
    name = node.entry["version_id"]
    in_first = any(entry["version_id"] == name for entry in line1)
    in_second = any(entry["version_id"] == name for entry in line2)
    if in_first and in_second:
        return "both"
    return "the first" if in_first else "the second"
