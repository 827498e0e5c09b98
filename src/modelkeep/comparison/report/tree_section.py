"""Two ensembles of trees: what changed in them, and which features matter more or less now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from modelkeep.comparison.deep import ImportanceShift, TreesDifference
from modelkeep.pages import theme
from modelkeep.pages.charts import chart_of, labels_by_place, tooltips
from modelkeep.pages.page import Page
from modelkeep.pages.tables import Cell
from modelkeep.pages.wording import plural, shortened, shown_share

_MOST_FEATURES = 20


def add_trees(page: Page, trees: TreesDifference) -> None:
    """Add the section of the trees."""
    page.add_section("Trees")
    page.add_facts(
        {
            "library": trees["library"],
            "trees before": f"{trees['trees1']:,}",
            "trees after": f"{trees['trees2']:,}",
            "the same": f"{trees['trees_same']:,}",
            "changed": f"{trees['trees_changed']:,}",
            "added": f"{trees['trees_added']:,}",
            "removed": f"{trees['trees_removed']:,}",
        }
    )
    page.add_sentence(
        f"Of {plural(trees['splits_compared'], 'split')} in the same place, "
        f"{trees['split_features_changed']:,} ask another feature and "
        f"{trees['thresholds_changed']:,} ask the same at another threshold."
    )
    page.add_findings(trees["notes"])
    moved = [shift for shift in trees["importance"] if shift["shift"]]
    if moved:
        shown = moved[:_MOST_FEATURES]
        left = len(moved) - len(shown)
        page.add_chart(
            _chart(shown),
            caption="Shift of each feature's share in the importance, in percentage points."
            + (f" The {left:,} smaller shifts are left out." if left else ""),
            description=f"Bars of the shift in importance of {plural(len(shown), 'feature')}; "
            f"the largest is {shortened(shown[0]['feature'])}, from "
            f"{shown_share(shown[0]['version1'])} to {shown_share(shown[0]['version2'])}.",
        )
    if trees["importance"]:
        page.add_table(
            "Share in the importance",
            ("feature", "before", "after", "shift"),
            [
                (
                    shift["feature"],
                    Cell(text=shown_share(shift["version1"]), is_number=True),
                    Cell(text=shown_share(shift["version2"]), is_number=True),
                    Cell(text=points(shift["shift"]), is_number=True),
                )
                for shift in trees["importance"]
            ],
        )


def points(shift: float) -> str:
    """Write a difference of shares in percentage points, with its sign."""
    return f"{100 * shift:+.2f} pp".replace("-", "\u2212")


def _chart(shifts: Sequence[ImportanceShift]) -> Any:
    import altair as alt

    rows = [
        {
            "place": place,
            "feature": shortened(shift["feature"], 200),
            "shift": 100 * shift["shift"],
            "way": "more important" if shift["shift"] > 0 else "less important",
            "before": shown_share(shift["version1"]),
            "after": shown_share(shift["version2"]),
            "text": points(shift["shift"]),
        }
        for place, shift in enumerate(shifts)
    ]
    labels = [shortened(shift["feature"], 36) for shift in shifts]
    reach = 130 * max(abs(shift["shift"]) for shift in shifts)
    base = chart_of(rows).encode(
        x=alt.X(
            "shift:Q",
            title="percentage points",
            scale=alt.Scale(domain=[-reach, reach], nice=False),
        ),
        y=alt.Y("place:O", title=None, axis=alt.Axis(labelExpr=labels_by_place(labels))),
        tooltip=tooltips(
            {"feature": "feature", "before": "before", "after": "after", "text": "shift"}
        ),
    )
    ways = ["more important", "less important"]
    colour = alt.Color(
        "way:N", title=None, scale=alt.Scale(domain=ways, range=list(theme.CATEGORIES[:2]))
    )
    return alt.layer(
        base.mark_bar(height={"band": 0.7}).encode(color=colour),
        base.transform_filter("datum.shift > 0")
        .mark_text(align="left", dx=5, fontSize=11)
        .encode(text="text:N"),
        base.transform_filter("datum.shift <= 0")
        .mark_text(align="right", dx=-5, fontSize=11)
        .encode(text="text:N"),
        chart_of([{"zero": 0}]).mark_rule().encode(x="zero:Q"),
    ).properties(height=22 * len(shifts))
