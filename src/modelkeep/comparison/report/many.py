"""Many versions side by side as one HTML page: the table, the trade-offs, and all axes at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from modelkeep.comparison.ranked import Axis, RankedVersion, Ranking
from modelkeep.comparison.ranking import LATENCY, SIZE
from modelkeep.comparison.report.ranking_charts import parallel_chart, trade_off_chart
from modelkeep.pages.page import Page
from modelkeep.pages.tables import Cell, Entry
from modelkeep.pages.wording import ABSENT, plural, shown_bytes, shown_number

_ARROWS = {"higher": " ↑", "lower": " ↓", None: ""}
_WORDS = {"higher": "higher is better", "lower": "lower is better", None: "direction not known"}


def many_to_html(ranking: Ranking) -> str:
    """Write a ranking as a page.

    Args:
        ranking: As `ranking.rank_versions` returns it.

    Returns:
        HTML, to be kept as UTF-8; it makes no request.

    Raises:
        MissingExtraError: What draws the charts is not installed.
    """
    rows, axes = ranking["rows"], ranking["axes"]
    models = list(dict.fromkeys(row["model_id"] for row in rows))
    labels = labels_of(rows)
    page = Page(f"{plural(len(rows), 'version')} of {', '.join(models[:3])}", _axes_told(axes))
    page.add_lead(_best(rows, labels))
    page.add_findings(ranking["notes"])
    page.add_section("Ranking")
    page.add_table(
        "All versions, the best rank first",
        ("version", "rank", "score", "best trade-off", *map(_heading, axes)),
        [_row(rows, axes, labels, place) for place in range(len(rows))],
        folded=False,
    )
    _add_trade_off(page, rows, axes, labels)
    drawn = [axis for axis in axes if axis["min"] is not None]
    if len(drawn) > 1 and len(rows) > 1:
        page.add_section("All axes")
        page.add_chart(
            parallel_chart(rows, drawn, labels),
            caption="A line is a version, an axis a measurement; the top is the better end. "
            "Point at a line to follow it.",
            description=f"Parallel coordinates of {plural(len(rows), 'version')} on "
            f"{', '.join(axis['name'] for axis in drawn)}.",
            wide=True,
        )
    return page.to_html()


def labels_of(rows: Sequence[RankedVersion]) -> list[str]:
    """Return a short name for each version: its number, with the model where there are several."""
    several = len({row["model_id"] for row in rows}) > 1
    return [
        f"{row['model_id']}@{row['version_number']}" if several else row["version_number"]
        for row in rows
    ]


def _add_trade_off(
    page: Page, rows: Sequence[RankedVersion], axes: Sequence[Axis], labels: Sequence[str]
) -> None:
    known = {axis["name"]: axis for axis in axes if axis["min"] is not None}
    gains = [axis for name, axis in known.items() if axis["direction"] and not _is_cost(name)]
    gains.sort(key=lambda axis: -axis["weight"])
    across = known.get(LATENCY) or known.get(SIZE)
    if not gains or across is None or len(rows) < 2:  # noqa: PLR2004 - one version trades nothing
        return
    page.add_section("Trade-offs")
    for up in gains[:2]:
        page.add_chart(
            trade_off_chart(rows, across, up, labels),
            caption=f"{up['name']} ({_WORDS[up['direction']]}) by {across['name']} "
            f"({_WORDS[across['direction']]}).",
            description=f"Scatter plot of {up['name']} by {across['name']}; the versions on the "
            f"Pareto front are {', '.join(_front(rows, labels))}.",
        )


def _is_cost(name: str) -> bool:
    return name in (SIZE, LATENCY)


def _front(rows: Sequence[RankedVersion], labels: Sequence[str]) -> list[str]:
    return [label for row, label in zip(rows, labels, strict=True) if row["on_front"]]


def _best(rows: Sequence[RankedVersion], labels: Sequence[str]) -> str:
    best = [label for row, label in zip(rows, labels, strict=True) if row["rank"] == 1]
    front = _front(rows, labels)
    named = ", ".join(front[:5]) + (f" and {len(front) - 5} more" if len(front) > 5 else "")  # noqa: PLR2004 - as the slice
    told = f"no other version is better than these in every respect: {named}"
    if not best:
        return f"No version can be ranked; {told}."
    return f"{', '.join(best[:3])} {'ranks' if len(best) == 1 else 'rank'} first; {told}."


def _axes_told(axes: Sequence[Axis]) -> str:
    counting = [axis["name"] for axis in axes if axis["weight"] > 0]
    return f"Ranked by {', '.join(counting)}" if counting else "Not ranked: no axis counts"


def _heading(axis: Axis) -> str:
    return axis["name"] + _ARROWS[axis["direction"]]


def _row(
    rows: Sequence[RankedVersion], axes: Sequence[Axis], labels: Sequence[str], place: int
) -> list[Entry]:
    row = rows[place]
    return [
        Cell(text=labels[place], title=row["version_id"]),
        row["rank"],
        Cell(text=shown_number(row["score"], 3), is_number=True),
        Cell(text="yes", tone="good") if row["on_front"] else "",
        *(_value(axis, axis["values"][place]) for axis in axes),
    ]


def _value(axis: Mapping[str, Any] | Axis, value: float | None) -> Cell:
    if value is None:
        return Cell(text=ABSENT, tone="quiet", is_number=True)
    best = axis["max"] if axis["direction"] == "higher" else axis["min"]
    tells = axis["direction"] is not None and axis["min"] != axis["max"]
    text = shown_bytes(int(value)) if axis["name"] == SIZE else shown_number(value)
    if tells and value == best:
        return Cell(text=text, title="the best", tone="good", is_number=True)
    return Cell(text=text, is_number=True)
